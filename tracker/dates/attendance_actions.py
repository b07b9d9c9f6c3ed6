"""Saying whether one will be in the courtroom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.access import Actor, sees_prisoner
from tracker.dates.hearing_list_queries import ended_before
from tracker.dates.models import Answer, Attendance, Hearing, HearingPrisoner, HearingStatus
from tracker.volunteers.models import Volunteer


class NobodyToAttend(Exception):
    """A hearing that is called off, or of which it is known what became of it, is attended by nobody."""


@dataclass(frozen=True)
class Attendee:
    """Who says it: a volunteer or a court watcher, exactly one of the two."""

    volunteer_id: UUID | None = None
    watcher_id: UUID | None = None

    def __post_init__(self) -> None:
        if (self.volunteer_id is None) == (self.watcher_id is None):
            raise ValueError("an attendee is a volunteer or a watcher")


def answer_attendance(session: Session, hearing: Hearing, who: Attendee, answer: Answer, now: datetime) -> None:
    """Somebody said whether she will be there; a later answer takes the place of an earlier one. It holds for the day,
    time and place as they are now. That she sees the hearing has been checked. Raises NobodyToAttend."""
    if hearing.status is not HearingStatus.SCHEDULED or hearing.outcome is not None:
        raise NobodyToAttend
    facts = {"answer": answer, "revision": hearing.revision, "answered_at": now}
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Attendance).values(
        id=uuid4(), hearing_id=hearing.id, volunteer_id=who.volunteer_id, watcher_id=who.watcher_id, **facts
    )
    person = "volunteer_id" if who.volunteer_id else "watcher_id"
    # Two answers at the same instant are one; the later of them holds.
    session.execute(statement.on_conflict_do_update(index_elements=["hearing_id", person], set_=facts))


def take_back_attendance(session: Session, hearing: Hearing, who: Attendee) -> None:
    """As if she had said nothing."""
    hers = Attendance.volunteer_id == who.volunteer_id if who.volunteer_id else Attendance.watcher_id == who.watcher_id
    session.execute(delete(Attendance).where(Attendance.hearing_id == hearing.id, hers))


def forget_attendance(session: Session, volunteer_id: UUID, today: date) -> None:
    """Of hearings that are ahead and that somebody does not see any more nothing is noted of her: she would not hear of
    it when one is moved, and nobody else would be looked for. Coordinators see all."""
    concerned = select(HearingPrisoner.hearing_id).where(
        sees_prisoner(Actor(volunteer_id), HearingPrisoner.prisoner_id)
    )
    ahead = select(Hearing.id).where(Hearing.outcome.is_(None), ~ended_before(today))
    session.execute(
        delete(Attendance)
        .where(
            Attendance.volunteer_id == volunteer_id,
            Attendance.hearing_id.in_(ahead),
            Attendance.hearing_id.not_in(concerned),
            ~exists().where(Volunteer.id == volunteer_id, Volunteer.is_coordinator),
        )
        .execution_options(synchronize_session=False)
    )
