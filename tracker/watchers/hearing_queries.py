"""Reads of the hearings that a court watcher follows, for her own page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.cases.models import Case
from tracker.dates.models import Answer, Attendance, Hearing, HearingPrisoner, HearingStatus, Sitting
from tracker.facilities.models import Facility
from tracker.prisoners.models import Prisoner
from tracker.volunteers.models import Volunteer
from tracker.watchers.models import Watch

MOST_HEARINGS = 100
"""So many are shown to a watcher at most, the next ones first."""


def _cases_followed(watcher_id: UUID) -> Select[Any]:
    return (
        select(Watch.case_id)
        .join(Case, Case.id == Watch.case_id)
        .where(Watch.watcher_id == watcher_id, Watch.confirmed_at.is_not(None), Case.closed_at.is_(None))
    )


def _prisoners_followed(watcher_id: UUID) -> Select[Any]:
    return (
        select(Watch.prisoner_id)
        .join(Prisoner, Prisoner.id == Watch.prisoner_id)
        .where(Watch.watcher_id == watcher_id, Watch.confirmed_at.is_not(None), Prisoner.archived_at.is_(None))
    )


def follows_hearing(watcher_id: UUID) -> ColumnElement[bool]:
    """The condition that a hearing is one of those that a watcher follows and may see."""
    through_prisoner = select(HearingPrisoner.hearing_id).where(
        HearingPrisoner.prisoner_id.in_(_prisoners_followed(watcher_id))
    )
    return and_(
        Hearing.status != HearingStatus.CLOSED,
        or_(Hearing.case_id.in_(_cases_followed(watcher_id)), Hearing.id.in_(through_prisoner)),
    )


def hearings_of_watcher(
    session: Session, watcher_id: UUID, *, first: date, called_off_since: datetime
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The hearings that a watcher follows and that are not over by ``first``, soonest first, those without a day at the
    end; with her own answer as long as it holds, and how many others have said that they will be there. What is
    expected of a hearing that concerns others too is left out: it may hold their names."""
    own, also = aliased(Attendance), aliased(HearingPrisoner)
    of_others = exists().where(also.hearing_id == Hearing.id, also.prisoner_id.not_in(_prisoners_followed(watcher_id)))
    may_read = or_(func.coalesce(Hearing.case_id.in_(_cases_followed(watcher_id)), False), ~of_others)
    coming = (
        select(func.count())
        .select_from(Attendance)
        .outerjoin(Volunteer, Volunteer.id == Attendance.volunteer_id)
        .where(
            Volunteer.disabled_at.is_(None),
            Attendance.hearing_id == Hearing.id,
            Attendance.revision == Hearing.revision,
            Attendance.answer == Answer.YES,
            or_(Attendance.watcher_id.is_(None), Attendance.watcher_id != watcher_id),
        )
        .scalar_subquery()
    )
    later = exists().where(Sitting.hearing_id == Hearing.id, Sitting.on >= first)
    is_ahead = or_(Hearing.on.is_(None), Hearing.on >= first, Hearing.latest_on >= first, later)
    statement = (
        select(
            Hearing.id, Hearing.kind, Hearing.on, Hearing.roughly, Hearing.latest_on, Hearing.at, Hearing.zone,
            case((may_read, Hearing.expected)).label("expected"), Hearing.status, Hearing.outcome, Hearing.court_id,
            Facility.name.label("court"), Facility.name_local, Facility.city, Facility.address,
            own.answer, coming.label("others"),
        )
        .join(Facility, Facility.id == Hearing.court_id)
        .outerjoin(
            own,
            and_(own.hearing_id == Hearing.id, own.watcher_id == watcher_id, own.revision == Hearing.revision),
        )
        .where(
            follows_hearing(watcher_id),
            is_ahead,
            or_(Hearing.status != HearingStatus.CANCELLED, Hearing.changed_at >= called_off_since),
        )
        .order_by(Hearing.on.asc().nulls_last(), Hearing.at, Hearing.id)
        .limit(MOST_HEARINGS)
    )  # fmt: skip
    return session.execute(statement).all()


def names_in_hearings(
    session: Session, watcher_id: UUID, hearing_ids: Sequence[UUID]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Whom hearings concern, as (hearing_id, name): everybody where she follows the case, otherwise those whom she
    follows."""
    return session.execute(
        select(HearingPrisoner.hearing_id, Prisoner.name)
        .join(Prisoner, Prisoner.id == HearingPrisoner.prisoner_id)
        .join(Hearing, Hearing.id == HearingPrisoner.hearing_id)
        .where(
            HearingPrisoner.hearing_id.in_(hearing_ids),
            or_(
                Hearing.case_id.in_(_cases_followed(watcher_id)),
                HearingPrisoner.prisoner_id.in_(_prisoners_followed(watcher_id)),
            ),
        )
        .order_by(Prisoner.name_folded, Prisoner.id)
    ).all()


def sittings_of(session: Session, hearing_ids: Sequence[UUID]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Further days of hearings, in order, as (hearing_id, on, at)."""
    return session.execute(
        select(Sitting.hearing_id, Sitting.on, Sitting.at)
        .where(Sitting.hearing_id.in_(hearing_ids))
        .order_by(Sitting.on, Sitting.at)
    ).all()
