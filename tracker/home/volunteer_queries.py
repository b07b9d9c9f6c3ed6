"""Reads for a volunteer's first page: her prisoners, whose turn it is, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session

from tracker.assignments.models import Assignment, Part
from tracker.dates.coming import ComingDay, coming_days
from tracker.facilities.models import Facility
from tracker.letters.rules import Turn, turn
from tracker.needs.queries import overdue_promises
from tracker.prisoners.envelope import Blocked, blocked_by
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.rules import PlacementKind, mail_is_forbidden
from tracker.transit.config import Priors
from tracker.transit.silence import Verdict
from tracker.transit.verdict_queries import verdict_of, with_silence

SOON = timedelta(days=14)
"""So far ahead she is told of every day, not only of the next one."""
AHEAD = timedelta(days=90)
"""A card names the next day that matters if it is as near as this."""


@dataclass(frozen=True)
class Card:
    """One of her prisoners, as she needs to know before she writes."""

    id: UUID
    name: str
    name_local: str | None
    parts: tuple[Part, ...]
    placement: PlacementKind | None
    place: str | None
    """The facility, or the place in words."""
    city: str | None
    blocked: Blocked | None
    last_letter_on: date | None
    """Of her own letters, not of others'."""
    last_reply_on: date | None
    """Of the replies to her."""
    turn: Turn
    verdict: Verdict | None
    """What silence means; None: she does not write."""
    overdue_promises: int
    """What she promised by a day that has gone by."""
    coming: tuple[ComingDay, ...]
    """All that comes in the next two weeks, or else the next day that does."""

    @property
    def is_first_parcel(self) -> bool:
        """She sends parcels and does not write."""
        return Part.PARCELS in self.parts and Part.WRITER not in self.parts


def cards(session: Session, volunteer_id: UUID, today: date, priors: Priors) -> list[Card]:
    """Her prisoners in two statements: those first whom she has to answer, then those to whom she wrote longest ago,
    then those to whom she sends parcels only."""
    rows: dict[UUID, list[Row[Any]]] = {}
    for row in session.execute(_assigned(volunteer_id, today)):
        rows.setdefault(row.id, []).append(row)
    ahead = coming_days(session, list(rows), first=today, last=today + AHEAD) if rows else []
    days: dict[UUID, list[ComingDay]] = {}
    for day in ahead:
        known = days.setdefault(day.prisoner_id, [])
        if not known or day.on <= today + SOON:
            known.append(day)
    return sorted((_card(several, days, today, priors) for several in rows.values()), key=_urgency)


def _assigned(volunteer_id: UUID, today: date) -> Any:
    statement = (
        select(
            Prisoner.id,
            Prisoner.name,
            Prisoner.name_folded,
            Prisoner.name_local,
            Prisoner.whereabouts,
            Placement.place,
            Facility.name.label("facility"),
            Facility.city,
            Assignment.part,
            overdue_promises(Prisoner.id, volunteer_id, today).label("overdue_promises"),
        )
        .join(Assignment, Assignment.prisoner_id == Prisoner.id)
        .outerjoin(Placement, and_(Placement.prisoner_id == Prisoner.id, Placement.is_current))
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .where(Assignment.volunteer_id == volunteer_id, Assignment.until.is_(None))
        .order_by(Prisoner.name_folded, Prisoner.id, Assignment.part)
    )
    return with_silence(statement)


def _card(rows: Sequence[Row[Any]], days: Mapping[UUID, Sequence[ComingDay]], today: date, priors: Priors) -> Card:
    row = rows[0]
    thread = next((each for each in rows if each.part is Part.WRITER), None)
    forbidden = mail_is_forbidden(row.no_mail, row.no_mail_since, row.no_mail_until, today)
    last_letter_on = max((each.last_letter_on for each in rows if each.last_letter_on), default=None)
    return Card(
        id=row.id,
        name=row.name,
        name_local=row.name_local,
        parts=tuple(each.part for each in rows),
        placement=row.placement,
        place=row.facility or row.place,
        city=row.city,
        blocked=blocked_by(forbidden, row.placement, row.whereabouts),
        last_letter_on=last_letter_on,
        last_reply_on=row.last_reply_on,
        turn=turn(last_letter_on, row.last_reply_on),
        verdict=verdict_of(thread, thread, today, priors) if thread else None,
        overdue_promises=row.overdue_promises,
        coming=tuple(days.get(row.id, ())),
    )


def _urgency(card: Card) -> tuple[bool, bool, bool, date]:
    # Nothing can be sent to whoever stands last, so nobody has to hurry; and whoever sends parcels owes no letter.
    waits = card.turn is Turn.THEIRS
    return card.blocked is not None, card.is_first_parcel, waits, card.last_letter_on or date.min
