"""The days that the owner of a calendar may see, with names and courts, in eight statements whatever their number.

What she may see is asked at the moment of reading: with her assignment its days go. Coordinators see what has to be
kept (hearings, ends of custody, terms, releases) of all, and birthdays, anniversaries and parcels of their own people.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, or_, select, type_coerce
from sqlalchemy.orm import Session

from tracker.access import Actor, sees_prisoner
from tracker.calendars.hearing_queries import hearings, hearings_within
from tracker.calendars.rules import Horizon, Known, Off, counter_of
from tracker.cases.models import CasePerson, CaseRole, Measure
from tracker.dates.models import Deadline, Hearing, HearingPrisoner, HearingStatus, ParcelWindow
from tracker.dates.queries import CUSTODY, FREE
from tracker.dates.rules import Day, DayKind
from tracker.facilities.models import Facility
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Placement, Prisoner


def days_for(session: Session, reader: Actor, horizon: Horizon, home_zone: str) -> list[Known]:
    """Every day that a calendar of ``reader`` can hold. ``home_zone`` is that of the collective, for places without."""
    seen = sees_prisoner(reader, HearingPrisoner.prisoner_id)
    return [
        *hearings(session, seen, hearings_within(horizon), horizon),
        *_measures(session, reader, horizon, home_zone),
        *_deadlines(session, reader, horizon),
        *_births_and_releases(session, reader, horizon, home_zone),
        *_anniversaries(session, reader, home_zone),
        *_windows(session, reader, home_zone),
    ]


def one_hearing(session: Session, reader: Actor, hearing_id: UUID, horizon: Horizon) -> list[Known]:
    """One hearing, with those of its prisoners whom ``reader`` sees."""
    seen = sees_prisoner(reader, HearingPrisoner.prisoner_id)
    return list(hearings(session, seen, Hearing.id == hearing_id, horizon))


def _exact_between(column: Any, horizon: Horizon) -> ColumnElement[bool]:
    """Whether a partial date that is known to the day can be in the calendar."""
    return type_coerce(column, String).between(str(horizon.first_of_others), str(horizon.last))


def _measures(session: Session, reader: Actor, horizon: Horizon, home_zone: str) -> Iterator[Known]:
    statement = (
        select(
            Measure.id,
            Measure.kind,
            Measure.until,
            Measure.zone,
            Measure.ended_on,
            Measure.revision,
            Measure.changed_at,
            Prisoner.name,
        )
        .join(Prisoner, Prisoner.id == Measure.prisoner_id)
        .where(
            sees_prisoner(reader, Measure.prisoner_id),
            _exact_between(Measure.until, horizon),
            Measure.kind.in_(CUSTODY),
            Prisoner.archived_at.is_(None),
        )
    )
    for row in session.execute(statement):
        zone = row.zone or home_zone
        day = Day(DayKind.DETENTION_UNTIL, row.id, row.until, zone, row.changed_at, revision=row.revision)
        yield Known(day, (row.name,), Off.DONE if row.ended_on else None, what=row.kind)


def _deadlines(session: Session, reader: Actor, horizon: Horizon) -> Iterator[Known]:
    statement = (
        select(
            Deadline.id,
            Deadline.kind,
            Deadline.on,
            Deadline.at,
            Deadline.zone,
            Deadline.status,
            Deadline.revision,
            Deadline.changed_at,
            Prisoner.name,
        )
        .join(Prisoner, Prisoner.id == Deadline.prisoner_id)
        .where(
            sees_prisoner(reader, Deadline.prisoner_id),
            Deadline.on.between(horizon.first_of_others, horizon.last),
            Prisoner.archived_at.is_(None),
        )
    )
    off = {HearingStatus.SCHEDULED: None, HearingStatus.CLOSED: Off.DONE}
    for row in session.execute(statement):
        on = PartialDate.of(row.on)
        day = Day(DayKind.APPEAL_DEADLINE, row.id, on, row.zone, row.changed_at, at=row.at, revision=row.revision)
        yield Known(day, (row.name,), off.get(row.status, Off.CANCELLED), what=row.kind)


def _own(reader: Actor, prisoner_id: Any) -> ColumnElement[bool]:
    """Her own people, coordinator or not."""
    return sees_prisoner(Actor(reader.id), prisoner_id)


def _births_and_releases(session: Session, reader: Actor, horizon: Horizon, home_zone: str) -> Iterator[Known]:
    is_own = _own(reader, Prisoner.id)
    statement = (
        select(
            Prisoner.id,
            Prisoner.name,
            Prisoner.birth,
            Prisoner.birth_changed_at,
            Prisoner.keeps_leap_day_on,
            Prisoner.release_on,
            Prisoner.release_changed_at,
            Prisoner.release_revision,
            Prisoner.whereabouts,
            Prisoner.created_at,
            Facility.zone,
            is_own.label("is_own"),
        )
        .outerjoin(Placement, and_(Placement.prisoner_id == Prisoner.id, Placement.is_current))
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .where(
            Prisoner.archived_at.is_(None),
            or_(
                and_(is_own, Prisoner.birth.is_not(None)),
                and_(sees_prisoner(reader, Prisoner.id), _exact_between(Prisoner.release_on, horizon)),
            ),
        )
    )
    for row in session.execute(statement):
        yield from _of_prisoner(row, row.zone or home_zone)


def _of_prisoner(row: Any, zone: str) -> Iterator[Known]:
    if row.is_own and row.birth is not None:
        since = row.birth_changed_at or row.created_at
        number = counter_of(row.birth_changed_at)
        leap = row.keeps_leap_day_on
        yield Known(Day(DayKind.BIRTHDAY, row.id, row.birth, zone, since, revision=number, leap=leap), (row.name,))
    if row.release_on is not None and row.whereabouts not in FREE:
        since = row.release_changed_at or row.created_at
        day = Day(DayKind.RELEASE, row.id, row.release_on, zone, since, revision=row.release_revision)
        yield Known(day, (row.name,))


def _anniversaries(session: Session, reader: Actor, home_zone: str) -> Iterator[Known]:
    statement = (
        select(
            CasePerson.id,
            CasePerson.prisoner_id,
            CasePerson.detained_on,
            CasePerson.detained_changed_at,
            Prisoner.created_at,
            Prisoner.name,
        )
        .join(Prisoner, Prisoner.id == CasePerson.prisoner_id)
        .where(
            _own(reader, CasePerson.prisoner_id),
            CasePerson.detained_on.is_not(None),
            CasePerson.role.in_((CaseRole.MAIN_DEFENDANT, CaseRole.DEFENDANT)),
            Prisoner.archived_at.is_(None),
            Prisoner.whereabouts.not_in(FREE),
        )
        .order_by(CasePerson.detained_on, CasePerson.id)
    )
    seen: set[tuple[UUID, int | None, int | None]] = set()
    for row in session.execute(statement):
        # Two cases that began with one arrest have one anniversary.
        arrest = (row.prisoner_id, row.detained_on.month, row.detained_on.day)
        if arrest not in seen:
            seen.add(arrest)
            since, number = row.detained_changed_at or row.created_at, counter_of(row.detained_changed_at)
            day = Day(DayKind.ARREST_ANNIVERSARY, row.id, row.detained_on, home_zone, since, revision=number)
            yield Known(day, (row.name,))


def _windows(session: Session, reader: Actor, home_zone: str) -> Iterator[Known]:
    statement = (
        select(
            ParcelWindow.id,
            ParcelWindow.counted_from,
            ParcelWindow.every_months,
            ParcelWindow.changed_at,
            Prisoner.name,
        )
        .join(Prisoner, Prisoner.id == ParcelWindow.prisoner_id)
        .where(
            _own(reader, ParcelWindow.prisoner_id),
            ParcelWindow.ended_at.is_(None),
            Prisoner.archived_at.is_(None),
            Prisoner.whereabouts.not_in(FREE),
        )
    )
    for row in session.execute(statement):
        day = Day(
            kind=DayKind.PARCEL_WINDOW,
            subject_id=row.id,
            on=PartialDate.of(row.counted_from),
            zone=home_zone,
            changed_at=row.changed_at,
            revision=counter_of(row.changed_at),
            every_months=row.every_months,
            first_of_month=row.every_months is None,
        )
        yield Known(day, (row.name,))
