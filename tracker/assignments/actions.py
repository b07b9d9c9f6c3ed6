"""Giving somebody a part for a prisoner, and ending it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.assignments import queries
from tracker.assignments.models import Assignment, EndReason, Part
from tracker.assignments.rules import (
    AlreadyAssigned,
    AlreadyEnded,
    Candidate,
    Doubt,
    MustOverrule,
    NoStandIn,
    check_end,
    check_may_assign,
    doubts,
)
from tracker.dates.attendance_actions import forget_attendance
from tracker.prisoners.models import Prisoner, SupportState
from tracker.prisoners.rules import mail_is_forbidden
from tracker.reminders.actions import queue_mail
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind, MailState, Reason
from tracker.tasks.actions import drop_tasks_of_assignment

_TOLD_WITHIN = timedelta(days=3)
"""A mail about a new assignment that could not go out for so long is no news any more."""


@dataclass(frozen=True)
class Wish:
    """Who should get which part for whom, from when."""

    prisoner: Prisoner
    volunteer_id: UUID
    candidate: Candidate
    part: Part
    since: date
    overruled: Collection[Doubt] = ()
    """Doubts that the coordinator knows and overrules."""
    stands_in_for_id: UUID | None = None
    """The assignment of a writer who is away."""


@dataclass(frozen=True)
class Doing:
    """Who does it, when, and with which form."""

    actor_id: UUID
    now: datetime
    today: date
    """By the coordinator's clock."""
    form_id: UUID
    home_zone: str
    """The zone of the collective, for days at places without one."""


def doubts_about(wish: Wish, today: date) -> tuple[Doubt, ...]:
    """What speaks against a wish, and may be overruled."""
    prisoner = wish.prisoner
    return doubts(
        wish.candidate,
        writes=wish.part is Part.WRITER,
        mail_is_forbidden=mail_is_forbidden(prisoner.no_mail, prisoner.no_mail_since, prisoner.no_mail_until, today),
    )


def assign(session: Session, wish: Wish, doing: Doing) -> Assignment:
    """Give somebody a part for a prisoner; she sees the prisoner from the next request on, and gets a mail.

    The same form sent twice gives the first assignment back, or raises AlreadyEnded if that is over. Raises
    AlreadyAssigned, MustOverrule, and the refusals of ``check_may_assign``.
    """
    done = _of_form(session, wish, doing)
    if done is not None:
        return done
    check_may_assign(
        wish.candidate,
        support_withheld=wish.prisoner.support is SupportState.WITHHELD,
        is_archived=wish.prisoner.archived_at is not None,
        since=wish.since,
        today=doing.today,
    )
    if queries.has_running(session, wish.prisoner.id, wish.volunteer_id, wish.part):
        raise AlreadyAssigned
    remaining = doubts_about(wish, doing.today)
    if not set(remaining) <= set(wish.overruled):
        raise MustOverrule(remaining)
    assignment = _new(session, wish, doing)
    try:
        with session.begin_nested():
            session.add(assignment)
    except IntegrityError:
        # Somebody did the same in the same moment: with the same form, or not.
        done = _of_form(session, wish, doing)
        if done is None:
            raise AlreadyAssigned from None
        return done
    if wish.volunteer_id != doing.actor_id:
        _tell(session, assignment, doing)
    return assignment


def _of_form(session: Session, wish: Wish, doing: Doing) -> Assignment | None:
    found = session.get(Assignment, doing.form_id)
    if found is None:
        return None
    same = (found.prisoner_id, found.volunteer_id, found.part) == (wish.prisoner.id, wish.volunteer_id, wish.part)
    if not same:
        raise AlreadyAssigned
    if found.until is not None:
        raise AlreadyEnded
    return found


def _new(session: Session, wish: Wish, doing: Doing) -> Assignment:
    return Assignment(
        id=doing.form_id,
        prisoner_id=wish.prisoner.id,
        volunteer_id=wish.volunteer_id,
        part=wish.part,
        since=wish.since,
        assigned_by_id=doing.actor_id,
        stands_in_for_id=wish.stands_in_for_id,
        created_at=doing.now,
        **queries.correspondence(session, wish.prisoner.id, wish.volunteer_id),
    )


def _tell(session: Session, assignment: Assignment, doing: Doing) -> None:
    days = queries.coming_days_of(
        session, assignment.prisoner_id, today=doing.today, now=doing.now, home_zone=doing.home_zone
    )
    queue_mail(
        session,
        MailKind.ASSIGNED,
        now=doing.now,
        expires_at=doing.now + _TOLD_WITHIN,
        recipient_id=assignment.volunteer_id,
        subject_id=assignment.id,
        prisoner_id=assignment.prisoner_id,
        key=str(assignment.id),
        payload={"days": days},
    )


def end_assignment(
    session: Session,
    assignment: Assignment,
    *,
    reason: EndReason,
    note: str | None,
    last_day: date,
    actor_id: UUID,
    today: date,
    now: datetime,
) -> None:
    """End an assignment; she no longer sees the prisoner from the next request on, and her tasks and answers about
    hearings there are dropped. ``today`` is by the coordinator's clock. Raises the refusals of ``check_end``."""
    session.refresh(assignment, with_for_update=True)
    check_end(since=assignment.since, last_day=last_day, today=today, has_ended=assignment.until is not None)
    assignment.until = last_day
    assignment.end_reason = reason
    assignment.end_note = note
    assignment.ended_by_id = actor_id
    drop_tasks_of_assignment(session, assignment.id, actor_id=actor_id, now=now)
    forget_attendance(session, assignment.volunteer_id, today)
    session.execute(
        update(Outbox)
        .where(
            Outbox.subject_id == assignment.id,
            Outbox.kind == MailKind.ASSIGNED,
            Outbox.state == MailState.QUEUED,
        )
        .values(state=MailState.SUPPRESSED, reason=Reason.NOT_ASSIGNED)
        .execution_options(synchronize_session=False)
    )


def end_stand_in(session: Session, assignment: Assignment, *, actor_id: UUID, today: date, now: datetime) -> None:
    """The writer for whom somebody stood in is back. Raises NoStandIn or the refusals of ``check_end``."""
    if assignment.stands_in_for_id is None:
        raise NoStandIn
    end_assignment(
        session,
        assignment,
        reason=EndReason.STAND_IN_OVER,
        note=None,
        last_day=today,
        actor_id=actor_id,
        today=today,
        now=now,
    )


def keep_stand_in(session: Session, assignment: Assignment) -> None:
    """Who stood in for somebody writes for good. Raises NoStandIn or AlreadyEnded."""
    session.refresh(assignment, with_for_update=True)
    if assignment.until is not None:
        raise AlreadyEnded
    if assignment.stands_in_for_id is None:
        raise NoStandIn
    assignment.stands_in_for_id = None
