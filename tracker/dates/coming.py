"""What comes next for some prisoners: hearings, ends of custody, terms, releases, birthdays, anniversaries, parcels."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    Date,
    Integer,
    String,
    Time,
    bindparam,
    cast,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from tracker.cases.models import CasePerson, CaseRole, Measure, MeasureKind
from tracker.dates.models import (
    Deadline,
    DeadlineKind,
    Hearing,
    HearingKind,
    HearingPrisoner,
    HearingStatus,
    ParcelWindow,
    Sitting,
)
from tracker.dates.queries import CUSTODY, FREE
from tracker.dates.rules import Day, DayKind, occurrences
from tracker.facilities.models import Facility
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner

_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ComingDay:
    """A day ahead, or today."""

    prisoner_id: UUID
    kind: DayKind
    subject_id: UUID
    on: date
    """By the calendar of the place; the first of the month while only the month is known."""
    at: time | None
    zone: str | None
    """IANA zone of ``at``."""
    is_month_only: bool
    ordinal: int | None
    """The age, or the number of years."""
    what: HearingKind | MeasureKind | DeadlineKind | None
    court: str | None
    latest_on: date | None = None
    """The end of a window that begins on ``on``; nobody knows yet on which day it will be."""


def coming_days(session: Session, prisoner_ids: Collection[UUID], *, first: date, last: date) -> list[ComingDay]:
    """The days from ``first`` until ``last`` of some prisoners, soonest first, in one statement.
    Of a yearly day, and of chances to send a parcel, only the next one is given; of a hearing every sitting.
    """
    rows = session.execute(_statement(), {"ids": list(prisoner_ids), "first": first, "last": last})
    days = [each for row in rows for each in _next(row, first, last)]
    return sorted(_without_repeats(days), key=lambda each: (each.on, each.at or time.max, str(each.subject_id)))


@cache
def _statement() -> CompoundSelect[Any]:
    """Made once: to put it together takes longer than to ask it."""
    prisoner_ids: Any = bindparam("ids", expanding=True)
    measures = _other(
        DayKind.DETENTION_UNTIL, Measure.prisoner_id, Measure.id, Measure.until, type_coerce(Measure.kind, String)
    ).where(Measure.kind.in_(CUSTODY), Measure.ended_on.is_(None), Measure.prisoner_id.in_(prisoner_ids))
    births = _other(DayKind.BIRTHDAY, Prisoner.id, Prisoner.id, Prisoner.birth).where(Prisoner.id.in_(prisoner_ids))
    releases = _other(DayKind.RELEASE, Prisoner.id, Prisoner.id, Prisoner.release_on).where(
        Prisoner.id.in_(prisoner_ids), Prisoner.whereabouts.not_in(FREE)
    )
    arrests = (
        _other(DayKind.ARREST_ANNIVERSARY, CasePerson.prisoner_id, CasePerson.id, CasePerson.detained_on)
        .join(Prisoner, Prisoner.id == CasePerson.prisoner_id)
        .where(
            CasePerson.prisoner_id.in_(prisoner_ids),
            CasePerson.role.in_((CaseRole.MAIN_DEFENDANT, CaseRole.DEFENDANT)),
            Prisoner.whereabouts.not_in(FREE),
        )
    )
    deadlines = _other(
        DayKind.APPEAL_DEADLINE,
        Deadline.prisoner_id,
        Deadline.id,
        cast(Deadline.on, String),
        type_coerce(Deadline.kind, String),
        at=Deadline.at,
        zone=Deadline.zone,
    ).where(
        Deadline.prisoner_id.in_(prisoner_ids),
        Deadline.status == HearingStatus.SCHEDULED,
        Deadline.on.between(bindparam("first"), bindparam("last")),
    )
    parcels = _other(
        DayKind.PARCEL_WINDOW,
        ParcelWindow.prisoner_id,
        ParcelWindow.id,
        cast(ParcelWindow.counted_from, String),
        every_months=ParcelWindow.every_months,
    ).where(ParcelWindow.prisoner_id.in_(prisoner_ids), ParcelWindow.ended_at.is_(None))
    return union_all(
        _hearings(prisoner_ids),
        _hearings_roughly(prisoner_ids),
        _sittings(prisoner_ids),
        measures,
        births,
        releases,
        arrests,
        deadlines,
        parcels,
    )


def _hearings(prisoner_ids: Any) -> Any:
    return _hearing(cast(Hearing.on, String), Hearing.at, Hearing.zone, Hearing.latest_on).where(
        HearingPrisoner.prisoner_id.in_(prisoner_ids),
        Hearing.status == HearingStatus.SCHEDULED,
        Hearing.on <= bindparam("last"),
        or_(Hearing.on >= bindparam("first"), Hearing.latest_on >= bindparam("first")),
    )


def _hearings_roughly(prisoner_ids: Any) -> Any:
    return _hearing(type_coerce(Hearing.roughly, String), None, None, None).where(
        HearingPrisoner.prisoner_id.in_(prisoner_ids),
        Hearing.status == HearingStatus.SCHEDULED,
        Hearing.roughly.is_not(None),
    )


def _sittings(prisoner_ids: Any) -> Any:
    return (
        _hearing(cast(Sitting.on, String), Sitting.at, Hearing.zone, None)
        .join(Sitting, Sitting.hearing_id == Hearing.id)
        .where(
            HearingPrisoner.prisoner_id.in_(prisoner_ids),
            Hearing.status == HearingStatus.SCHEDULED,
            Sitting.on.between(bindparam("first"), bindparam("last")),
        )
    )


def _hearing(on: Any, at: Any, zone: Any, latest_on: Any) -> Any:
    return (
        select(
            HearingPrisoner.prisoner_id,
            literal(str(DayKind.HEARING)).label("kind"),
            Hearing.id.label("subject_id"),
            on.label("on"),
            (cast(null(), Time) if at is None else at).label("at"),
            (cast(null(), String) if zone is None else zone).label("zone"),
            type_coerce(Hearing.kind, String).label("what"),
            Facility.name.label("court"),
            (cast(null(), Date) if latest_on is None else latest_on).label("latest_on"),
            cast(null(), Integer).label("every_months"),
        )
        .join(Hearing, Hearing.id == HearingPrisoner.hearing_id)
        .join(Facility, Facility.id == Hearing.court_id)
    )


def _other(
    kind: DayKind,
    prisoner_id: Any,
    subject_id: Any,
    on: Any,
    what: Any = None,
    *,
    at: Any = None,
    zone: Any = None,
    every_months: Any = None,
) -> Any:
    return select(
        prisoner_id,
        literal(str(kind)).label("kind"),
        subject_id.label("subject_id"),
        type_coerce(on, String).label("on"),
        (cast(null(), Time) if at is None else at).label("at"),
        (cast(null(), String) if zone is None else zone).label("zone"),
        cast(null() if what is None else what, String).label("what"),
        (cast(null(), String)).label("court"),
        cast(null(), Date).label("latest_on"),
        (cast(null(), Integer) if every_months is None else every_months).label("every_months"),
    ).where(on.is_not(None))


def _next(row: Any, first: date, last: date) -> Iterator[ComingDay]:
    kind = DayKind(row.kind)
    day = Day(
        kind,
        row.subject_id,
        PartialDate.parse(row.on),
        row.zone or "UTC",
        # Only the calendar matters here, so that the moment of the last change may be any.
        _ANY_MOMENT,
        at=row.at,
        latest_on=row.latest_on,
        every_months=row.every_months,
        first_of_month=kind is DayKind.PARCEL_WINDOW and row.every_months is None,
    )
    # A month that has begun is not over.
    earliest = first.replace(day=1) if day.on and not day.on.day else first
    found = next(occurrences(day, earliest, last), None)
    if found is not None:
        yield ComingDay(
            prisoner_id=row.prisoner_id,
            kind=kind,
            subject_id=row.subject_id,
            on=found.on,
            at=found.at,
            zone=row.zone,
            is_month_only=found.is_month_only,
            ordinal=found.ordinal,
            what=_what(kind, row.what),
            court=row.court,
            latest_on=found.latest_on,
        )


def _what(kind: DayKind, value: str | None) -> HearingKind | MeasureKind | DeadlineKind | None:
    if value is None:
        return None
    if kind is DayKind.HEARING:
        return HearingKind(value)
    return DeadlineKind(value) if kind is DayKind.APPEAL_DEADLINE else MeasureKind(value)


def _without_repeats(days: Iterable[ComingDay]) -> list[ComingDay]:
    """Two cases that began with one arrest have one anniversary."""
    seen: dict[Any, ComingDay] = {}
    for day in days:
        own = day.subject_id if day.kind is not DayKind.ARREST_ANNIVERSARY else day.prisoner_id
        seen.setdefault((day.kind, own, day.prisoner_id, day.on, day.at), day)
    return list(seen.values())
