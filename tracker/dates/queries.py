"""Which days concern prisoners, gathered from where they live: hearings, measures, terms, births, detentions, releases,
parcels."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from tracker.cases.models import Case, CasePerson, CaseRole
from tracker.dates.hearing_gathering import hearings, hearings_in
from tracker.dates.models import Hearing
from tracker.dates.occasions import occasion_days, occasions_to_remind_of
from tracker.dates.rules import Day, DayKind, DayStatus
from tracker.dates.term_gathering import CUSTODY as CUSTODY
from tracker.dates.term_gathering import TERMS, terms
from tracker.dates.window import Window as Window
from tracker.dates.window import month_in, partial_between
from tracker.facilities.models import Facility
from tracker.prisoners.models import Placement, Prisoner, Whereabouts

FREE = (Whereabouts.AT_LIBERTY, Whereabouts.ABROAD, Whereabouts.WANTED)
"""Nobody waits for their release, and nobody marks the day of their arrest."""


def days_in(session: Session, window: Window, home_zone: str) -> list[Day]:
    """Every day in the window that concerns somebody, in four statements. ``home_zone`` is that of the collective, for
    places without."""
    return [
        *hearings(session, hearings_in(window)),
        *terms(session, home_zone, window=window),
        *_of_prisoners(session, window, home_zone),
        *_anniversaries(session, month_in(CasePerson.detained_on, window), home_zone),
    ]


def days_named(session: Session, names: Collection[tuple[DayKind, UUID]], home_zone: str) -> list[Day]:
    """Some days as they stand now, those that still are, in at most one statement for each place where they live."""
    ids: dict[DayKind, list[UUID]] = {}
    for kind, subject_id in names:
        ids.setdefault(kind, []).append(subject_id)
    found: list[Day] = []
    if of_hearings := ids.get(DayKind.HEARING):
        found += hearings(session, Hearing.id.in_(of_hearings))
    if of_terms := [id_ for kind in TERMS for id_ in ids.get(kind, ())]:
        found += terms(session, home_zone, ids=of_terms)
    if arrests := ids.get(DayKind.ARREST_ANNIVERSARY):
        # With all cases of the same people, so that of two with one arrest always the same one counts.
        whose = select(CasePerson.prisoner_id).where(CasePerson.id.in_(arrests))
        found += _anniversaries(session, CasePerson.prisoner_id.in_(whose), home_zone)
    if prisoners := [*ids.get(DayKind.BIRTHDAY, ()), *ids.get(DayKind.RELEASE, ())]:
        rows = session.execute(_prisoners().where(Prisoner.id.in_(prisoners)))
        found += [day for row in rows for day in _days_of(row, home_zone, has_been_told=True)]
    if DayKind.INTL_DAY in ids:
        found += occasion_days(occasions_to_remind_of(), home_zone)
    return [day for day in found if (day.kind, day.subject_id) in names]


def _prisoners() -> Any:
    return (
        select(
            Prisoner.id,
            Prisoner.birth,
            Prisoner.release_on,
            Prisoner.whereabouts,
            Prisoner.created_at,
            Prisoner.birth_changed_at,
            Prisoner.keeps_leap_day_on,
            Prisoner.release_changed_at,
            Prisoner.release_revision,
            Facility.zone,
        )
        .outerjoin(Placement, and_(Placement.prisoner_id == Prisoner.id, Placement.is_current))
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .where(Prisoner.archived_at.is_(None))
    )


def _of_prisoners(session: Session, window: Window, home_zone: str) -> Iterator[Day]:
    statement = _prisoners().where(
        or_(
            month_in(Prisoner.birth, window),
            partial_between(Prisoner.release_on, window),
            Prisoner.release_changed_at >= window.changed_since,
            Prisoner.id.in_(window.also),
        )
    )
    for row in session.execute(statement):
        yield from _days_of(row, home_zone, has_been_told=row.id in window.also)


def _days_of(row: Any, home_zone: str, has_been_told: bool) -> Iterator[Day]:
    zone, own = row.zone or home_zone, (row.id,)
    if row.birth is not None:
        since = row.birth_changed_at or row.created_at
        yield Day(DayKind.BIRTHDAY, row.id, row.birth, zone, since, prisoner_ids=own, leap=row.keeps_leap_day_on)
    is_lost = row.release_on is None and (has_been_told or row.release_changed_at is not None)
    if row.whereabouts not in FREE and (row.release_on is not None or is_lost):
        # Who was told of a release of which the date is no longer known has to hear of that.
        yield Day(
            kind=DayKind.RELEASE,
            subject_id=row.id,
            on=row.release_on,
            zone=zone,
            changed_at=row.release_changed_at or row.created_at,
            status=DayStatus.SINE_DIE if is_lost else DayStatus.SCHEDULED,
            revision=row.release_revision,
            prisoner_ids=own,
        )


def _anniversaries(session: Session, where: ColumnElement[bool], home_zone: str) -> Iterator[Day]:
    statement = (
        select(
            CasePerson.id,
            CasePerson.prisoner_id,
            CasePerson.case_id,
            CasePerson.detained_on,
            CasePerson.detained_changed_at,
            Case.created_at.label("case_since"),
            Prisoner.created_at.label("prisoner_since"),
            Prisoner.keeps_leap_day_on,
        )
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
    for row in session.execute(statement):
        on = row.detained_on
        # Two cases that began with one arrest have one anniversary.
        if (row.prisoner_id, on.month, on.day) not in seen:
            seen.add((row.prisoner_id, on.month, on.day))
            yield Day(
                kind=DayKind.ARREST_ANNIVERSARY,
                subject_id=row.id,
                on=on,
                zone=home_zone,
                changed_at=row.detained_changed_at or max(row.case_since, row.prisoner_since),
                prisoner_ids=(row.prisoner_id,),
                leap=row.keeps_leap_day_on,
                case_id=row.case_id,
            )
