"""Reads of transit times, and of the birthdays of a month with the days by which a card has to go."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, String, and_, exists, func, or_, select, type_coerce, union_all
from sqlalchemy.orm import Session

from tracker.dates.rules import add_months, in_year
from tracker.facilities.models import Facility, FacilityChannel
from tracker.letters.models import Letter
from tracker.letters.rules import Channel, Direction, LetterKind
from tracker.prisoners.envelope import Blocked, blocked_by
from tracker.prisoners.models import Placement, Prisoner, SupportState
from tracker.prisoners.rules import PlacementKind, Whereabouts, mail_is_forbidden
from tracker.transit.config import Priors
from tracker.transit.models import TransitCount, TransitTime
from tracker.transit.rules import TIMED, Leg, Losses, Times, expected, send_by

CARD_AHEAD = timedelta(days=60)
"""A card that was posted so long before the month of a birthday counts as one for it."""
CARD_CHANNELS = (Channel.POST, Channel.E_LETTER)


@dataclass(frozen=True)
class Learned:
    """What was learned about the post of one facility."""

    seen: Mapping[tuple[Channel, Leg], Times] = field(default_factory=dict)
    """From the logged cases alone."""
    losses: Mapping[Channel, Losses] = field(default_factory=dict)
    priors: Priors | None = None

    def times(self, channel: Channel, leg: Leg) -> Times | None:
        """What to expect: the cases and what is assumed, blended. None: nothing is known, or nothing comes back."""
        assumed = self.priors.channels.get(channel) if self.priors else None
        prior = assumed.of(leg) if assumed else None
        if leg is Leg.ROUND and assumed is not None and prior is None:
            return None
        return expected(prior, self.seen.get((channel, leg)), self.priors.weight if self.priors else 1)

    @property
    def channels(self) -> list[Channel]:
        """By which something was posted here."""
        return [channel for channel in Channel if channel in self.losses]

    @property
    def channels_shown(self) -> list[Channel]:
        """Those, or the post where nothing was posted yet."""
        return self.channels or [Channel.POST]


def learned_at(session: Session, facility_ids: Collection[UUID], priors: Priors) -> dict[UUID, Learned]:
    """What was learned about some facilities, each of them there, in one statement and a few rows for each."""
    seen: dict[UUID, dict[tuple[Channel, Leg], Times]] = {each: {} for each in facility_ids}
    counts: dict[UUID, dict[tuple[Channel, Leg], int]] = {each: {} for each in facility_ids}
    for row in session.execute(_learned(facility_ids)) if facility_ids else ():
        key = (Channel(row.channel), Leg(row.leg))
        if key[1] in TIMED:
            seen[row.facility_id][key] = Times(row.low_days, row.median_days, row.high_days, row.cases)
        else:
            counts[row.facility_id][key] = row.cases
    return {each: Learned(seen[each], _losses(counts[each]), priors) for each in facility_ids}


def _learned(facility_ids: Collection[UUID]) -> Any:
    def named(table: Any, *days: Any) -> Any:
        return select(
            table.facility_id,
            type_coerce(table.channel, String).label("channel"),
            type_coerce(table.leg, String).label("leg"),
            table.cases,
            *(each.label(name) for each, name in zip(days, ("low_days", "median_days", "high_days"), strict=True)),
        )

    times = named(TransitTime, TransitTime.low_days, TransitTime.median_days, TransitTime.high_days)
    # Days stand in for what a count has not.
    counts = named(TransitCount, TransitCount.days, TransitCount.days, TransitCount.days)
    return union_all(
        times.where(TransitTime.facility_id.in_(facility_ids), TransitTime.cases > 0),
        counts.where(
            TransitCount.facility_id.in_(facility_ids),
            TransitCount.leg.in_((Leg.SENT, Leg.LOST)),
            TransitCount.cases > 0,
        ),
    )


def _losses(counts: Mapping[tuple[Channel, Leg], int]) -> dict[Channel, Losses]:
    return {
        channel: Losses(sent, counts.get((channel, Leg.LOST), 0))
        for (channel, leg), sent in counts.items()
        if leg is Leg.SENT
    }


def histogram(session: Session, facility_id: UUID) -> dict[tuple[Channel, Leg], dict[int, int]]:
    """The numbers behind: how many cases took how many days, by channel and leg, in one statement."""
    found: dict[tuple[Channel, Leg], dict[int, int]] = {}
    rows = session.execute(
        select(TransitCount.channel, TransitCount.leg, TransitCount.days, TransitCount.cases)
        .where(TransitCount.facility_id == facility_id, TransitCount.cases > 0, TransitCount.leg.in_(TIMED))
        .order_by(TransitCount.days)
    )
    for row in rows:
        found.setdefault((row.channel, row.leg), {})[row.days] = row.cases
    return found


def takes_e_letters(facility_id: Any) -> ColumnElement[bool]:
    """The condition under which e-letters are known to reach a facility."""
    return exists().where(
        FacilityChannel.facility_id == facility_id,
        FacilityChannel.channel == Channel.E_LETTER,
        FacilityChannel.works.is_(True),
        FacilityChannel.removed_at.is_(None),
        FacilityChannel.removed_at.is_(None),
    )


SendBy = tuple[tuple[Channel, date], ...]
"""Channels with the last day on which something has to go by them."""


def send_by_days(on: date, learned: Learned, *, e_letters: bool) -> SendBy:
    """By when a card has to go to be there on a day: by post, and as an e-letter where these are accepted."""
    found = []
    for channel in CARD_CHANNELS:
        times = learned.times(channel, Leg.THERE)
        if times is not None and (channel is Channel.POST or e_letters):
            found.append((channel, send_by(on, times)))
    return tuple(found)


@dataclass(frozen=True)
class Birthday:
    """A prisoner who has a birthday in a month."""

    prisoner_id: UUID
    name: str
    name_local: str | None
    on: date
    """The day in this year; the first of the month while only the month is known."""
    is_month_only: bool
    is_leap_day: bool
    """Born on 29 February, which this year does not have: kept on the 28th."""
    age: int | None
    """None: the year of birth is not known."""
    placement: PlacementKind | None
    facility_id: UUID | None
    facility: str | None
    place: str | None
    """The place in words, where it is no facility that we know."""
    city: str | None
    blocked: Blocked | None
    """Why nothing can be sent there now."""
    send_by: SendBy
    """The last days for a card, slowest channel first; empty where nothing can be sent."""
    card_on: date | None
    """The day of the newest card posted for this birthday, if one was."""


def birthdays(
    session: Session, *, month: int, year: int, today: date, priors: Priors, among: ColumnElement[bool] | None = None
) -> list[Birthday]:
    """Everybody to whom one can write who has a birthday in a month of a year, in the order of days; those of whom only
    the month is known come first. Two statements. ``among`` narrows it, as a condition on prisoners.

    Left out: the archived, those whom the collective does not support, and those at liberty.
    """
    statement = _born_in(month, year)
    rows = session.execute(statement if among is None else statement.where(among)).all()
    learned = learned_at(session, {row.facility_id for row in rows if row.facility_id}, priors)
    found = [_birthday(row, month, year, today, learned, priors) for row in rows]
    return sorted((each for each in found if each.age is None or each.age > 0), key=_by_day)


def _by_day(each: Birthday) -> tuple[bool, date, str, str]:
    return (not each.is_month_only, each.on, each.name.casefold(), str(each.prisoner_id))


def _born_in(month: int, year: int) -> Any:
    born = type_coerce(Prisoner.birth, String)
    first = date(year, month, 1)
    card = (
        select(func.max(Letter.dated_on))
        .where(
            Letter.prisoner_id == Prisoner.id,
            Letter.direction == Direction.OUT,
            Letter.kind == LetterKind.CARD,
            Letter.removed_at.is_(None),
            Letter.dated_on.between(first - CARD_AHEAD, add_months(first, 1) - timedelta(days=1)),
        )
        .correlate(Prisoner)
        .scalar_subquery()
    )
    return (
        select(
            Prisoner.id,
            Prisoner.name,
            Prisoner.name_local,
            Prisoner.birth,
            Prisoner.whereabouts,
            Prisoner.no_mail,
            Prisoner.no_mail_since,
            Prisoner.no_mail_until,
            Placement.kind.label("placement"),
            Placement.place,
            Facility.id.label("facility_id"),
            Facility.name.label("facility"),
            Facility.city,
            takes_e_letters(Facility.id).label("e_letters"),
            card.label("card_on"),
        )
        .outerjoin(Placement, and_(Placement.prisoner_id == Prisoner.id, Placement.is_current))
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .where(
            # Days and months alike, with the year or without it: 1988-03-05, 1988-03, --03-05, --03.
            or_(
                and_(born.not_like("-%"), born.like(f"____-{month:02d}%")),
                born.like(f"--{month:02d}%"),
            ),
            Prisoner.archived_at.is_(None),
            Prisoner.support != SupportState.WITHHELD,
            Prisoner.whereabouts != Whereabouts.AT_LIBERTY,
        )
    )


def _birthday(
    row: Row[Any], month: int, year: int, today: date, learned: Mapping[UUID, Learned], priors: Priors
) -> Birthday:
    born = row.birth
    on = in_year(month, born.day or 1, year)
    forbidden = mail_is_forbidden(row.no_mail, row.no_mail_since, row.no_mail_until, today)
    blocked = blocked_by(forbidden, row.placement, row.whereabouts)
    about = learned[row.facility_id] if row.facility_id else Learned(priors=priors)
    return Birthday(
        prisoner_id=row.id,
        name=row.name,
        name_local=row.name_local,
        on=on,
        is_month_only=born.day is None,
        is_leap_day=born.day is not None and born.day != on.day,
        age=year - born.year if born.year else None,
        placement=row.placement,
        facility_id=row.facility_id,
        facility=row.facility,
        place=row.place,
        city=row.city,
        blocked=blocked,
        send_by=() if blocked else send_by_days(on, about, e_letters=row.e_letters),
        card_on=row.card_on,
    )
