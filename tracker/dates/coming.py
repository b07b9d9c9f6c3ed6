"""What comes next for some prisoners: hearings, ends of custody, releases, birthdays, anniversaries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, String, Time, bindparam, cast, literal, null, select, type_coerce, union_all
from sqlalchemy.orm import Session

from tracker.cases.models import CasePerson, CaseRole, Measure, MeasureKind
from tracker.dates.models import Hearing, HearingKind, HearingPrisoner, HearingStatus
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
    what: HearingKind | MeasureKind | None
    court: str | None


def coming_days(session: Session, prisoner_ids: Collection[UUID], *, first: date, last: date) -> list[ComingDay]:
    """The days from ``first`` until ``last`` of some prisoners, soonest first, in one statement.
    Of a yearly day only the next one is given.
    """
    rows = session.execute(_statement(), {"ids": list(prisoner_ids), "first": first, "last": last})
    days = [each for row in rows for each in _next(row, first, last)]
    return sorted(_without_repeats(days), key=lambda each: (each.on, each.at or time.max, str(each.subject_id)))


@cache
def _statement() -> CompoundSelect[Any]:
    """Made once: to put it together takes longer than to ask it."""
    prisoner_ids: Any = bindparam("ids", expanding=True)
    hearings = (
        select(
            HearingPrisoner.prisoner_id,
            literal(str(DayKind.HEARING)).label("kind"),
            Hearing.id.label("subject_id"),
            cast(Hearing.on, String).label("on"),
            Hearing.at.label("at"),
            Hearing.zone.label("zone"),
            type_coerce(Hearing.kind, String).label("what"),
            Facility.name.label("court"),
        )
        .join(Hearing, Hearing.id == HearingPrisoner.hearing_id)
        .join(Facility, Facility.id == Hearing.court_id)
        .where(
            HearingPrisoner.prisoner_id.in_(prisoner_ids),
            Hearing.status == HearingStatus.SCHEDULED,
            Hearing.on.between(bindparam("first"), bindparam("last")),
        )
    )
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
    return union_all(hearings, measures, births, releases, arrests)


def _other(kind: DayKind, prisoner_id: Any, subject_id: Any, on: Any, what: Any = None) -> Any:
    return select(
        prisoner_id,
        literal(str(kind)).label("kind"),
        subject_id.label("subject_id"),
        type_coerce(on, String).label("on"),
        cast(null(), Time).label("at"),
        cast(null(), String).label("zone"),
        cast(null() if what is None else what, String).label("what"),
        cast(null(), String).label("court"),
    ).where(on.is_not(None))


def _next(row: Any, first: date, last: date) -> Iterator[ComingDay]:
    kind = DayKind(row.kind)
    # Only the calendar matters here, so that the moment of the last change may be any.
    day = Day(kind, row.subject_id, PartialDate.parse(row.on), row.zone or "UTC", _ANY_MOMENT, at=row.at)
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
        )


def _what(kind: DayKind, value: str | None) -> HearingKind | MeasureKind | None:
    if value is None:
        return None
    return HearingKind(value) if kind is DayKind.HEARING else MeasureKind(value)


def _without_repeats(days: Iterable[ComingDay]) -> list[ComingDay]:
    """Two cases that began with one arrest have one anniversary."""
    seen: dict[Any, ComingDay] = {}
    for day in days:
        own = day.subject_id if day.kind is not DayKind.ARREST_ANNIVERSARY else day.prisoner_id
        seen.setdefault((day.kind, own, day.prisoner_id, day.on), day)
    return list(seen.values())
