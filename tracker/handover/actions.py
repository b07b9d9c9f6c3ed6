"""Changes of hand-overs: notes, beginning, who goes on, the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.assignments.actions import end_assignment
from tracker.assignments.models import Assignment, EndReason, Part
from tracker.db import add_once
from tracker.handover.models import Handover
from tracker.handover.rules import AlreadyOver, NotTheirs, OnlyWritersHandOver
from tracker.tasks.actions import NewTask, add_tasks
from tracker.tasks.models import Task, TaskKind

LEAVING = frozenset({EndReason.VOLUNTEER_STOPPED, EndReason.VOLUNTEER_OVERLOADED, EndReason.HANDED_OVER})
"""Reasons after which somebody else should go on writing."""


@dataclass(frozen=True)
class Notes:
    """What one writer tells the next."""

    interests: str | None = None
    promises: str | None = None
    questions: str | None = None
    signed: str | None = None
    rhythm_days: int | None = None


def write_notes(session: Session, assignment: Assignment, notes: Notes, *, actor_id: UUID, now: datetime) -> Handover:
    """Keep what the writer of a correspondence tells the next one; what was there before is replaced. Raises
    OnlyWritersHandOver."""
    handover = _of(session, assignment, now)
    for name, value in vars(notes).items():
        setattr(handover, name, value)
    handover.written_by_id, handover.written_at = actor_id, now
    return handover


def begin(session: Session, assignment: Assignment, reason: EndReason, *, today: date, now: datetime) -> Handover:
    """Somebody else shall go on. The writer is asked to say farewell, unless her part is over already; it goes on until
    a coordinator ends it. ``today`` is by the coordinator's clock. Beginning twice is beginning once.

    Raises OnlyWritersHandOver or AlreadyOver.
    """
    handover = _of(session, assignment, now)
    if handover.closed_at is not None:
        raise AlreadyOver
    if handover.begun_at is None:
        handover.begun_at = now
    handover.reason = reason
    if assignment.until is None:
        add_tasks(session, [_farewell(assignment, today)], now)
    return handover


def call_off(session: Session, handover: Handover, *, now: datetime) -> None:
    """She goes on after all: the notes stay, what she was asked to do is dropped. Raises AlreadyOver."""
    _hold(session, handover)
    if handover.closed_at is not None or handover.to_assignment_id is not None:
        raise AlreadyOver
    handover.begun_at = handover.reason = None
    # Beginning anew asks for a farewell anew.
    _run(
        session,
        update(Task)
        .where(Task.assignment_id == handover.from_assignment_id, Task.kind == TaskKind.SAY_FAREWELL)
        .where(Task.closed_at.is_(None))
        .values(closed_at=now, key=Task.key + f":{now.isoformat()}"),
    )


def follow(session: Session, handover: Handover, follower: Assignment, *, today: date, now: datetime) -> None:
    """Somebody goes on: she is asked to introduce herself, and reads the notes. Raises NotTheirs or AlreadyOver."""
    _hold(session, handover)
    fits = follower.prisoner_id == handover.prisoner_id and follower.part is Part.WRITER and follower.until is None
    if not fits or follower.id == handover.from_assignment_id:
        raise NotTheirs
    if handover.to_assignment_id == follower.id:
        return
    if handover.closed_at is not None:
        raise AlreadyOver
    handover.to_assignment_id = follower.id
    handover.begun_at = handover.begun_at or now
    add_tasks(session, [_introduction(follower, today)], now)
    _close_if_done(session, handover, now)


def end_part(session: Session, handover: Handover, *, actor_id: UUID, today: date, now: datetime) -> None:
    """The former writer's part is over today; what she did not do for it is dropped. Raises the refusals of
    ``check_end``."""
    _hold(session, handover)
    assignment = session.get_one(Assignment, handover.from_assignment_id)
    end_assignment(
        session,
        assignment,
        reason=handover.reason or EndReason.HANDED_OVER,
        note=None,
        last_day=today,
        actor_id=actor_id,
        today=today,
        now=now,
    )
    has_ended(session, assignment, now=now)


def has_ended(session: Session, assignment: Assignment, *, now: datetime) -> None:
    """A part ended: nothing is asked any more of whoever had it, and a hand-over that has a follower is finished."""
    session.flush()
    _run(
        session,
        update(Task)
        .where(Task.assignment_id == assignment.id, Task.kind == TaskKind.SAY_FAREWELL, Task.closed_at.is_(None))
        .values(closed_at=now),
    )
    handover = session.scalar(select(Handover).where(Handover.from_assignment_id == assignment.id).with_for_update())
    if handover is not None:
        _close_if_done(session, handover, now)


def close(session: Session, handover: Handover, *, now: datetime) -> None:
    """Nobody has to go on."""
    _hold(session, handover)
    handover.closed_at = handover.closed_at or now


def reopen(session: Session, handover: Handover) -> None:
    """Somebody should go on after all; where somebody does, it stays finished."""
    _hold(session, handover)
    if handover.to_assignment_id is None:
        handover.closed_at = None


def _of(session: Session, assignment: Assignment, now: datetime) -> Handover:
    if assignment.part is not Part.WRITER:
        raise OnlyWritersHandOver
    session.flush()
    fresh = Handover(prisoner_id=assignment.prisoner_id, from_assignment_id=assignment.id, created_at=now)
    add_once(session, fresh, "from_assignment_id")
    return session.scalars(select(Handover).where(Handover.from_assignment_id == assignment.id).with_for_update()).one()


def _farewell(assignment: Assignment, today: date) -> NewTask:
    return NewTask(
        assignment.prisoner_id,
        TaskKind.SAY_FAREWELL,
        f"{TaskKind.SAY_FAREWELL}:{assignment.id}",
        volunteer_id=assignment.volunteer_id,
        assignment_id=assignment.id,
        settled_from=today,
    )


def _introduction(assignment: Assignment, today: date) -> NewTask:
    return NewTask(
        assignment.prisoner_id,
        TaskKind.INTRODUCE_YOURSELF,
        f"{TaskKind.INTRODUCE_YOURSELF}:{assignment.id}",
        volunteer_id=assignment.volunteer_id,
        assignment_id=assignment.id,
        settled_from=today,
    )


def _close_if_done(session: Session, handover: Handover, now: datetime) -> None:
    ended = session.scalar(select(Assignment.until).where(Assignment.id == handover.from_assignment_id))
    if handover.to_assignment_id is not None and ended is not None:
        handover.closed_at = handover.closed_at or now


def _hold(session: Session, handover: Handover) -> None:
    """One change of a hand-over after the other."""
    session.refresh(handover, with_for_update=True)


def _run(session: Session, statement: object) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})  # type: ignore[call-overload]
