"""Who will be at a hearing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from tracker.assignments.models import Assignment
from tracker.dates.models import Answer, Attendance, Hearing, HearingPrisoner
from tracker.volunteers.models import Volunteer


@dataclass(frozen=True)
class Said:
    """What one volunteer said."""

    volunteer_id: UUID
    handle: str
    answer: Answer
    is_current: bool
    """It was said of the day, time and place as they are now."""


@dataclass(frozen=True)
class Attendees:
    """What was said about a hearing."""

    volunteers: Sequence[Said]
    """By handle."""
    watchers: int
    """How many court watchers will be there."""
    watchers_before: int
    """How many said so before the hearing was moved, and nothing since."""

    def of(self, volunteer_id: UUID) -> Said | None:
        """What one volunteer said, if anything."""
        return next((each for each in self.volunteers if each.volunteer_id == volunteer_id), None)

    @property
    def coming(self) -> list[Said]:
        """Volunteers who will be there."""
        return [each for each in self.volunteers if each.is_current and each.answer is Answer.YES]

    @property
    def number(self) -> int:
        """How many will be there."""
        return len(self.coming) + self.watchers


def attendees_of(session: Session, hearing: Hearing) -> Attendees:
    """What volunteers who still have an account, and court watchers, said about a hearing."""
    rows = session.execute(
        select(Attendance.volunteer_id, Volunteer.handle, Attendance.answer, Attendance.revision)
        .outerjoin(Volunteer, Volunteer.id == Attendance.volunteer_id)
        .where(Attendance.hearing_id == hearing.id, Volunteer.disabled_at.is_(None))
        .order_by(Volunteer.handle_folded, Attendance.id)
    ).all()
    watchers = [row.revision for row in rows if row.volunteer_id is None and row.answer is Answer.YES]
    now = sum(1 for revision in watchers if revision == hearing.revision)
    return Attendees(
        volunteers=[
            Said(row.volunteer_id, row.handle, row.answer, row.revision == hearing.revision)
            for row in rows
            if row.volunteer_id is not None
        ],
        watchers=now,
        watchers_before=len(watchers) - now,
    )


def who_may_have_said(session: Session, hearing: Hearing) -> Sequence[Row[*tuple[Any, ...]]]:
    """Volunteers for whom a coordinator can note an answer: those assigned to somebody whom it concerns first. Rows of
    id, handle, is_assigned."""
    concerned = select(HearingPrisoner.prisoner_id).where(HearingPrisoner.hearing_id == hearing.id)
    assigned = select(Assignment.volunteer_id).where(Assignment.prisoner_id.in_(concerned), Assignment.until.is_(None))
    is_assigned = Volunteer.id.in_(assigned)
    return session.execute(
        select(Volunteer.id, Volunteer.handle, is_assigned.label("is_assigned"))
        .where(Volunteer.disabled_at.is_(None))
        .order_by(~is_assigned, Volunteer.handle_folded)
    ).all()
