"""The days that concern prisoners, gathered from where they live: hearings, measures, births, detentions, releases."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, or_, select, type_coerce
from sqlalchemy.orm import Session

from tracker.cases.models import Case, CasePerson, CaseRole, Measure, MeasureKind
from tracker.dates.models import Hearing, HearingPrisoner, HearingStatus
from tracker.dates.rules import Day, DayKind, DayStatus
from tracker.facilities.models import Facility
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Placement, Prisoner, Whereabouts

CUSTODY = (
    MeasureKind.DETENTION,
    MeasureKind.CUSTODY,
    MeasureKind.HOUSE_ARREST,
    MeasureKind.BAN_ON_ACTIONS,
    MeasureKind.NIGHT_CURFEW,
)
"""Measures whose end is a day to watch."""

FREE = (Whereabouts.AT_LIBERTY, Whereabouts.ABROAD, Whereabouts.WANTED)
"""Nobody waits for their release, and nobody marks the day of their arrest."""


@dataclass(frozen=True)
class Window:
    """Which days to gather."""

    first: date
    last: date
    changed_since: datetime
    """Days changed since then are gathered wherever they lie: somebody may have to hear of the change."""
    also: frozenset[UUID] = frozenset()
    """Subjects that are gathered wherever they lie."""


def days_in(session: Session, window: Window, home_zone: str) -> list[Day]:
    """Every day in the window, in four statements. ``home_zone`` is that of the collective, for places without."""
    return [
        *_hearings(session, _in_window(window, Hearing)),
        *_detentions(session, _measure_in_window(window), home_zone),
        *_of_prisoners(session, window, home_zone),
        *_anniversaries(session, _month_in(CasePerson.detained_on, window), home_zone),
    ]


def one_day(session: Session, kind: DayKind, subject_id: UUID, home_zone: str) -> Day | None:
    """A day as it stands now, or None if there is none any more."""
    return next(iter(days_named(session, {(kind, subject_id)}, home_zone)), None)


def days_named(session: Session, names: Collection[tuple[DayKind, UUID]], home_zone: str) -> list[Day]:
    """Some days as they stand now, those that still are, in at most one statement for each place where they live."""
    ids: dict[DayKind, list[UUID]] = {}
    for kind, subject_id in names:
        ids.setdefault(kind, []).append(subject_id)
    found: list[Day] = []
    if hearings := ids.get(DayKind.HEARING):
        found += _hearings(session, Hearing.id.in_(hearings))
    if measures := ids.get(DayKind.DETENTION_UNTIL):
        found += _detentions(session, Measure.id.in_(measures), home_zone)
    if arrests := ids.get(DayKind.ARREST_ANNIVERSARY):
        # With all cases of the same people, so that of two with one arrest always the same one counts.
        whose = select(CasePerson.prisoner_id).where(CasePerson.id.in_(arrests))
        found += _anniversaries(session, CasePerson.prisoner_id.in_(whose), home_zone)
    if prisoners := [*ids.get(DayKind.BIRTHDAY, ()), *ids.get(DayKind.RELEASE, ())]:
        rows = session.execute(_prisoners().where(Prisoner.id.in_(prisoners)))
        found += [day for row in rows for day in _days_of(row, home_zone, has_been_told=True)]
    return [day for day in found if (day.kind, day.subject_id) in names]


def _in_window(window: Window, table: type[Hearing]) -> ColumnElement[bool]:
    return or_(
        table.on.between(window.first, window.last),
        table.changed_at >= window.changed_since,
        table.id.in_(window.also),
    )


def _hearings(session: Session, where: ColumnElement[bool]) -> Iterator[Day]:
    statement = (
        select(
            Hearing.id,
            Hearing.case_id,
            Hearing.on,
            Hearing.at,
            Hearing.zone,
            Hearing.status,
            Hearing.court_id,
            Hearing.revision,
            Hearing.changed_at,
            HearingPrisoner.prisoner_id,
        )
        .outerjoin(HearingPrisoner, HearingPrisoner.hearing_id == Hearing.id)
        .where(where, Hearing.status != HearingStatus.CLOSED)
        .order_by(Hearing.id, HearingPrisoner.prisoner_id)
    )
    rows: dict[UUID, list[Any]] = {}
    for row in session.execute(statement):
        rows.setdefault(row.id, []).append(row)
    for hearing_id, several in rows.items():
        row = several[0]
        yield Day(
            kind=DayKind.HEARING,
            subject_id=hearing_id,
            on=PartialDate.of(row.on) if row.on else None,
            at=row.at,
            zone=row.zone,
            changed_at=row.changed_at,
            status=DayStatus(row.status),
            place=str(row.court_id),
            revision=row.revision,
            prisoner_ids=tuple(each.prisoner_id for each in several if each.prisoner_id),
            case_id=row.case_id,
        )


def _measure_in_window(window: Window) -> ColumnElement[bool]:
    return or_(
        _partial_between(Measure.until, window),
        and_(Measure.changed_at >= window.changed_since, Measure.until.is_not(None)),
        Measure.id.in_(window.also),
    )


def _detentions(session: Session, where: ColumnElement[bool], home_zone: str) -> Iterator[Day]:
    statement = (
        select(Measure.id, Measure.prisoner_id, Measure.until, Measure.zone, Measure.revision, Measure.changed_at)
        .join(Prisoner, Prisoner.id == Measure.prisoner_id)
        .where(
            where,
            Measure.kind.in_(CUSTODY),
            Measure.until.is_not(None),
            Measure.ended_on.is_(None),
            Prisoner.archived_at.is_(None),
        )
    )
    for row in session.execute(statement):
        yield Day(
            kind=DayKind.DETENTION_UNTIL,
            subject_id=row.id,
            on=row.until,
            zone=row.zone or home_zone,
            changed_at=row.changed_at,
            revision=row.revision,
            prisoner_ids=(row.prisoner_id,),
        )


def _prisoners() -> Any:
    return (
        select(
            Prisoner.id,
            Prisoner.birth,
            Prisoner.release_on,
            Prisoner.whereabouts,
            Prisoner.created_at,
            Facility.zone,
        )
        .outerjoin(Placement, and_(Placement.prisoner_id == Prisoner.id, Placement.is_current))
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .where(Prisoner.archived_at.is_(None))
    )


def _of_prisoners(session: Session, window: Window, home_zone: str) -> Iterator[Day]:
    statement = _prisoners().where(
        or_(
            _month_in(Prisoner.birth, window),
            _partial_between(Prisoner.release_on, window),
            Prisoner.id.in_(window.also),
        )
    )
    for row in session.execute(statement):
        yield from _days_of(row, home_zone, has_been_told=row.id in window.also)


def _days_of(row: Any, home_zone: str, has_been_told: bool) -> Iterator[Day]:
    def day(kind: DayKind, on: PartialDate | None, status: DayStatus = DayStatus.SCHEDULED) -> Day:
        # Nothing tells when a birth or a release was entered; what is known is since when the prisoner is.
        return Day(kind, row.id, on, row.zone or home_zone, row.created_at, status=status, prisoner_ids=(row.id,))

    if row.birth is not None:
        yield day(DayKind.BIRTHDAY, row.birth)
    if row.whereabouts not in FREE and (row.release_on is not None or has_been_told):
        # Who was told of a release of which the date is no longer known has to hear of that.
        yield day(DayKind.RELEASE, row.release_on, DayStatus.SCHEDULED if row.release_on else DayStatus.SINE_DIE)


def _anniversaries(session: Session, where: ColumnElement[bool], home_zone: str) -> Iterator[Day]:
    statement = (
        select(CasePerson.id, CasePerson.prisoner_id, CasePerson.detained_on, Case.created_at, Prisoner.created_at)
        .join(Prisoner, Prisoner.id == CasePerson.prisoner_id)
        .join(Case, Case.id == CasePerson.case_id)
        .where(
            where,
            CasePerson.detained_on.is_not(None),
            CasePerson.role.in_((CaseRole.MAIN_DEFENDANT, CaseRole.DEFENDANT)),
            Prisoner.archived_at.is_(None),
            Prisoner.whereabouts.not_in(FREE),
        )
        .order_by(CasePerson.detained_on, CasePerson.id)
    )
    seen: set[tuple[UUID, int | None, int | None]] = set()
    for person_id, prisoner_id, on, case_since, prisoner_since in session.execute(statement):
        assert on is not None
        # Two cases that began with one arrest have one anniversary.
        if (prisoner_id, on.month, on.day) not in seen:
            seen.add((prisoner_id, on.month, on.day))
            yield Day(
                kind=DayKind.ARREST_ANNIVERSARY,
                subject_id=person_id,
                on=on,
                zone=home_zone,
                changed_at=max(case_since, prisoner_since),
                prisoner_ids=(prisoner_id,),
            )


def _partial_between(column: Any, window: Window) -> ColumnElement[bool]:
    """Whether a partial date with a year can lie in the window; a season always may."""
    text = type_coerce(column, String)
    return or_(text.between(f"{window.first:%Y-%m}", f"{window.last:%Y-%m-%d}"), text.like("____-2_"))


def _month_in(column: Any, window: Window) -> ColumnElement[bool]:
    """Whether a partial date, in any year, has its month in the window."""
    text = type_coerce(column, String)
    span = range(0, (window.last - window.first).days + 1, 27)
    months = sorted({(window.first + timedelta(days=days)).month for days in span} | {window.last.month})
    return or_(*(text.like(f"%-{month:02d}{rest}") for month in months for rest in ("", "-__")))
