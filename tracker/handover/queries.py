"""Reads of hand-overs: of one prisoner, one of them, those that are open, and what is known before the first word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, or_, select, true
from sqlalchemy.orm import Session, aliased

from tracker.access import Actor, sees_correspondence
from tracker.assignments.models import Assignment, Part
from tracker.handover.models import Handover
from tracker.prisoners.models import Detail, DetailKind, Need, Prisoner
from tracker.sealing.column import open_sealed
from tracker.tasks.models import Task, TaskKind
from tracker.volunteers.models import Volunteer

NOTES = ("interests", "promises", "questions", "signed")

_SEALED = tuple(getattr(Handover, f"{name}_sealed") for name in NOTES)


def handovers_of(session: Session, actor: Actor, prisoner_id: UUID) -> list[dict[str, Any]]:
    """The hand-overs of a prisoner that ``actor`` may read, the newest first, with the notes opened: id,
    from_assignment_id, from_handle, to_handle, rhythm_days, written_at, begun_at, closed_at, ended_on, the notes."""
    former, follower, follower_part = aliased(Volunteer), aliased(Volunteer), aliased(Assignment)
    part = aliased(Assignment)
    rows = session.execute(
        select(
            Handover.id,
            Handover.from_assignment_id,
            former.handle.label("from_handle"),
            follower.handle.label("to_handle"),
            part.until.label("ended_on"),
            Handover.rhythm_days,
            Handover.written_at,
            Handover.begun_at,
            Handover.closed_at,
            *_SEALED,
        )
        .join(part, part.id == Handover.from_assignment_id)
        .join(former, former.id == part.volunteer_id)
        .outerjoin(follower_part, follower_part.id == Handover.to_assignment_id)
        .outerjoin(follower, follower.id == follower_part.volunteer_id)
        .where(
            Handover.prisoner_id == prisoner_id,
            sees_correspondence(actor, Handover.prisoner_id),
            _is_meant_for(actor, part, follower_part),
        )
        .order_by(Handover.created_at.desc(), Handover.id)
    ).all()
    return [{**row._mapping, **opened(row)} for row in rows]


def _is_meant_for(actor: Actor, part: Any, follower_part: Any) -> ColumnElement[bool]:
    """Not for who writes beside her: only for herself, for who goes on or stands in, and, once she has gone and nobody
    was found, for those who still write."""
    if actor.is_coordinator:
        return true()
    standing_in = aliased(Assignment)
    return or_(
        part.volunteer_id == actor.id,
        follower_part.volunteer_id == actor.id,
        exists().where(standing_in.stands_in_for_id == part.id, standing_in.volunteer_id == actor.id),
        and_(part.until.is_not(None), Handover.to_assignment_id.is_(None)),
    )


def opened(row: Any) -> dict[str, str | None]:
    """The notes of a row with its id and the sealed columns."""
    return {name: open_sealed(getattr(row, f"{name}_sealed"), "handover", f"{name}_sealed", row.id) for name in NOTES}


def writers_of(session: Session, actor: Actor, prisoner_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """Whose correspondence with a prisoner can be handed over: id of the assignment, volunteer_id, handle, whether
    there is a hand-over of it. For others than coordinators only their own."""
    statement = (
        select(Assignment.id, Assignment.volunteer_id, Volunteer.handle, Handover.begun_at)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .outerjoin(Handover, Handover.from_assignment_id == Assignment.id)
        .where(
            Assignment.prisoner_id == prisoner_id,
            Assignment.part == Part.WRITER,
            Assignment.until.is_(None),
            # A stand-in gives back what she had for a while.
            Assignment.stands_in_for_id.is_(None),
        )
        .order_by(Volunteer.handle_folded, Assignment.id)
    )
    if not actor.is_coordinator:
        statement = statement.where(Assignment.volunteer_id == actor.id)
    return session.execute(statement).all()


def handover_page(session: Session, assignment_id: UUID) -> Row[*tuple[Any, ...]]:
    """One correspondence and how far it has changed hands: the assignment (assignment_id, prisoner_id, volunteer_id,
    name, handle, since, ended_on, last_letter_on), the hand-over if there is one (id, reason, begun_at, closed_at,
    written_at, written_by, rhythm_days and the sealed notes), to_handle, said_farewell, is_asked_for_farewell."""
    author, follower, follower_part = aliased(Volunteer), aliased(Volunteer), aliased(Assignment)
    return session.execute(
        select(
            Assignment.id.label("assignment_id"),
            Assignment.prisoner_id,
            Assignment.volunteer_id,
            Assignment.since,
            Assignment.until.label("ended_on"),
            Assignment.last_letter_on,
            Prisoner.name,
            Volunteer.handle,
            Handover.id,
            Handover.reason,
            Handover.begun_at,
            Handover.closed_at,
            Handover.written_at,
            author.handle.label("written_by"),
            Handover.rhythm_days,
            *_SEALED,
            follower.handle.label("to_handle"),
            _farewells(done=True).label("said_farewell"),
            _farewells(done=False).label("is_asked_for_farewell"),
        )
        .select_from(Assignment)
        .join(Prisoner, Prisoner.id == Assignment.prisoner_id)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .outerjoin(Handover, Handover.from_assignment_id == Assignment.id)
        .outerjoin(author, author.id == Handover.written_by_id)
        .outerjoin(follower_part, follower_part.id == Handover.to_assignment_id)
        .outerjoin(follower, follower.id == follower_part.volunteer_id)
        .where(Assignment.id == assignment_id)
    ).one()


def open_handovers(*, without_follower: bool) -> Select[*tuple[Any, ...]]:
    """Correspondences that are changing hands, the oldest first: assignment_id, name, prisoner_id, handle, reason,
    begun_at, ended_on, to_handle, written_at, said_farewell. With ``without_follower`` only those that nobody goes on
    with yet."""
    follower, follower_part = aliased(Volunteer), aliased(Assignment)
    statement = (
        select(
            Assignment.id.label("assignment_id"),
            Prisoner.name,
            Prisoner.id.label("prisoner_id"),
            Volunteer.handle,
            Handover.reason,
            Handover.begun_at,
            Assignment.until.label("ended_on"),
            follower.handle.label("to_handle"),
            Handover.written_at,
            _farewells(done=True).label("said_farewell"),
        )
        .select_from(Handover)
        .join(Assignment, Assignment.id == Handover.from_assignment_id)
        .join(Prisoner, Prisoner.id == Handover.prisoner_id)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .outerjoin(follower_part, follower_part.id == Handover.to_assignment_id)
        .outerjoin(follower, follower.id == follower_part.volunteer_id)
        .where(Handover.closed_at.is_(None), Handover.begun_at.is_not(None), Prisoner.archived_at.is_(None))
        .order_by(Handover.begun_at, Handover.id)
    )
    return statement.where(Handover.to_assignment_id.is_(None)) if without_follower else statement


def known_before(session: Session, assignment: Assignment) -> dict[str, str]:
    """What the notes can begin with: the interests on record, and what she has promised and not done yet."""
    interests = session.scalars(
        select(Detail.text)
        .where(Detail.prisoner_id == assignment.prisoner_id, Detail.kind == DetailKind.INTEREST)
        .order_by(Detail.position, Detail.id)
    ).all()
    promised = session.execute(
        select(Need.text, Need.promised_until)
        .where(
            Need.prisoner_id == assignment.prisoner_id,
            Need.promised_by_id == assignment.volunteer_id,
            Need.done_on.is_(None),
            Need.withdrawn_at.is_(None),
            Need.text.is_not(None),
        )
        .order_by(Need.promised_until.asc().nulls_last(), Need.position, Need.id)
    ).all()
    return {
        "interests": "\n".join(interests),
        "promises": "\n".join(
            f"{row.text} ({row.promised_until.isoformat()})" if row.promised_until else row.text for row in promised
        ),
    }


def _farewells(*, done: bool) -> ColumnElement[bool]:
    """Whether she has said farewell, or has been asked to and has not yet."""
    of_part = and_(Task.assignment_id == Assignment.id, Task.kind == TaskKind.SAY_FAREWELL)
    return exists().where(of_part, Task.is_done if done else Task.closed_at.is_(None))
