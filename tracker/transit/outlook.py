"""What a prisoner's page says of the post: the threads, how long it takes there, and by when cards have to go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.access import Actor
from tracker.dates.rules import in_year
from tracker.prisoners.rules import Sex
from tracker.transit.config import Occasion, Priors
from tracker.transit.queries import Learned, SendBy, learned_at, send_by_days
from tracker.transit.thread_queries import ThreadLine, threads_of

CARDS_AHEAD = timedelta(days=150)
"""So far ahead a page says by when a card has to go; before, it helps nobody."""
MOST_OCCASIONS = 2


@dataclass(frozen=True, slots=True)
class Recipient:
    """A prisoner as far as cards are concerned."""

    id: UUID
    sex: Sex | None
    facility_id: UUID | None
    country: str | None
    e_letters: bool
    """E-letters are known to reach the place."""
    can_get_mail: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A day on which a card is welcome, with the last days on which it can go."""

    on: date
    send_by: SendBy
    occasion: Occasion | None = None


@dataclass(frozen=True)
class Outlook:
    """All of it."""

    threads: Sequence[ThreadLine]
    """Her own; for coordinators those of all writers."""
    learned: Learned
    birthday: Card | None
    occasions: Sequence[Card]


def outlook(
    session: Session,
    actor: Actor,
    recipient: Recipient,
    *,
    birthday_on: date | None,
    today: date,
    priors: Priors,
    occasions: Collection[Occasion],
) -> Outlook:
    """The post of one prisoner, whom ``actor`` sees, in two statements; one where no facility is known."""
    threads = threads_of(session, recipient.id, today, priors)
    place = recipient.facility_id
    learned = learned_at(session, [place], priors)[place] if place else Learned(priors=priors)

    def card(on: date, occasion: Occasion | None = None) -> Card | None:
        if not recipient.can_get_mail or not today <= on <= today + CARDS_AHEAD:
            return None
        return Card(on, send_by_days(on, learned, e_letters=recipient.e_letters), occasion)

    days = coming_occasions(occasions, recipient.country, recipient.sex, today)
    cards = [made for on, occasion in days if (made := card(on, occasion)) is not None]
    return Outlook(
        threads=[each for each in threads if actor.is_coordinator or each.volunteer_id == actor.id],
        learned=learned,
        birthday=card(birthday_on) if birthday_on else None,
        occasions=cards[:MOST_OCCASIONS],
    )


def coming_occasions(
    occasions: Iterable[Occasion], country: str | None, sex: Sex | None, today: date
) -> list[tuple[date, Occasion]]:
    """The next day of each occasion that is one for somebody, soonest first."""
    found = []
    for each in occasions:
        if each.is_for(country, sex):
            this_year = in_year(each.month, each.day, today.year)
            on = this_year if this_year >= today else in_year(each.month, each.day, today.year + 1)
            found.append((on, each))
    return sorted(found, key=lambda pair: (pair[0], pair[1].key))
