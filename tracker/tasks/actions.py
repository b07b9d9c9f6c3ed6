"""Making tasks from what happens, and closing them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.assignments.models import Assignment, Part
from tracker.letters.models import Letter
from tracker.letters.rules import Direction
from tracker.prisoners.models import Placement
from tracker.tasks.models import Task, TaskKind
from tracker.tasks.rules import LOOKING, AfterMove, after_move, settled_from
from tracker.volunteers.models import Volunteer


@dataclass(frozen=True)
class NewTask:
    """What is to be done, for whom, and why. The same ``key`` makes a task only once."""

    prisoner_id: UUID
    kind: TaskKind
    key: str
    volunteer_id: UUID | None = None
    """Whose task it is; None: any coordinator's."""
    placement_id: UUID | None = None
    assignment_id: UUID | None = None
    settled_from: date | None = None
    """A letter that she posts on this day or later settles it."""


def add_tasks(session: Session, tasks: Iterable[NewTask], now: datetime) -> None:
    """Keep tasks, in one statement; those whose key is there already, open or closed, stay as they are."""
    rows = [{"id": uuid4(), "created_at": now, "is_done": False, **vars(task)} for task in tasks]
    if not rows:
        return
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(Task).values(rows).on_conflict_do_nothing(index_elements=["key"]))


def follow_move(session: Session, stays: Sequence[Placement], *, today: date, now: datetime) -> None:
    """What is to be done now that the newest of ``stays``, all of a prisoner in order, is the present one.

    On transfer somebody is looked for; at a new address every writer writes first; tasks of before that a move makes
    unneeded are dropped. The same stays give the same tasks, however often they are followed.
    """
    session.flush()
    present = stays[-1]
    what = after_move(stays)
    wanted: list[NewTask] = []
    if what is AfterMove.LOOK:
        wanted = [_looking(present, kind) for kind in LOOKING]
    elif what is AfterMove.WRITE_AGAIN:
        wanted = _writing_again(session, present, today)
    add_tasks(session, wanted, now)
    keys = [task.key for task in wanted]
    # A correction of the stay had made them unneeded, and was a mistake itself.
    _run(
        session,
        update(Task)
        .where(Task.key.in_(keys), Task.superseded_by_id == present.id)
        .values(closed_at=None, superseded_by_id=None),
    )
    unneeded = {
        AfterMove.LOOK: (TaskKind.WRITE_AGAIN,),
        AfterMove.STILL_LOOK: (TaskKind.WRITE_AGAIN,),
        AfterMove.SAME_ADDRESS: LOOKING,
    }.get(what, (*LOOKING, TaskKind.WRITE_AGAIN))
    _supersede(session, present, unneeded, but=keys, now=now)


def _looking(present: Placement, kind: TaskKind) -> NewTask:
    return NewTask(present.prisoner_id, kind, f"{kind}:{present.id}", placement_id=present.id)


def _writing_again(session: Session, present: Placement, today: date) -> list[NewTask]:
    writers = session.execute(
        select(Assignment.id, Assignment.volunteer_id)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .where(
            Assignment.prisoner_id == present.prisoner_id,
            Assignment.part == Part.WRITER,
            Assignment.until.is_(None),
            Volunteer.disabled_at.is_(None),
        )
    )
    return [
        NewTask(
            present.prisoner_id,
            TaskKind.WRITE_AGAIN,
            # A stay that is corrected to another facility is another address.
            f"{TaskKind.WRITE_AGAIN}:{present.id}:{present.facility_id}:{writer.id}",
            volunteer_id=writer.volunteer_id,
            placement_id=present.id,
            assignment_id=writer.id,
            settled_from=settled_from(present.since, today),
        )
        for writer in writers
    ]


def _supersede(
    session: Session, present: Placement, kinds: Collection[TaskKind], *, but: Collection[str], now: datetime
) -> None:
    _run(
        session,
        update(Task)
        .where(
            Task.prisoner_id == present.prisoner_id,
            Task.closed_at.is_(None),
            Task.kind.in_(kinds),
            Task.key.not_in(but),
        )
        .values(closed_at=now, superseded_by_id=present.id),
    )


def date_tasks(session: Session, placement: Placement, *, today: date) -> None:
    """The beginning of a stay was corrected: from when on a letter went there follows."""
    _run(
        session,
        update(Task)
        .where(Task.placement_id == placement.id, Task.kind == TaskKind.WRITE_AGAIN, Task.closed_at.is_(None))
        .values(settled_from=settled_from(placement.since, today)),
    )


def take_back_tasks(session: Session, placement_id: UUID, *, now: datetime) -> None:
    """A move never was: its tasks are dropped, and those that it had made unneeded are open again."""
    of_move = Task.placement_id == placement_id
    _run(session, update(Task).where(of_move, Task.closed_at.is_(None)).values(closed_at=now))
    _run(session, update(Task).where(of_move).values(placement_id=None))
    runs = exists().where(Assignment.id == Task.assignment_id, Assignment.until.is_(None))
    _run(
        session,
        update(Task)
        .where(Task.superseded_by_id == placement_id, Task.placement_id.is_not(None))
        .where(or_(Task.assignment_id.is_(None), runs))
        .values(closed_at=None),
    )
    _run(session, update(Task).where(Task.superseded_by_id == placement_id).values(superseded_by_id=None))


def letter_logged(session: Session, *, prisoner_id: UUID, volunteer_id: UUID, now: datetime) -> None:
    """Her newest letter settles her tasks of writing to a prisoner, if it went to the new address: it says so itself,
    or its day does. One statement."""
    settling = (
        select(Letter.id)
        .where(
            Letter.prisoner_id == Task.prisoner_id,
            Letter.volunteer_id == Task.volunteer_id,
            Letter.direction == Direction.OUT,
            Letter.removed_at.is_(None),
            # What was logged before she was asked to write again did not answer that.
            Letter.logged_at >= Task.created_at,
            _went_there(),
        )
        .order_by(Letter.dated_on, Letter.logged_at, Letter.id)
        .limit(1)
        .correlate(Task)
        .scalar_subquery()
    )
    _run(
        session,
        update(Task)
        .where(_waits_for_letter(prisoner_id, volunteer_id), settling.is_not(None))
        .values(closed_at=now, closed_by_id=volunteer_id, is_done=True, letter_id=settling),
    )


def letter_changed(session: Session, letter_id: UUID, *, prisoner_id: UUID, volunteer_id: UUID, now: datetime) -> None:
    """A letter was corrected, removed or restored: what it had settled is open again unless it, or another one, still
    settles it."""
    opened = update(Task).where(Task.letter_id == letter_id).values(_OPEN)
    _run(session, opened)
    letter_logged(session, prisoner_id=prisoner_id, volunteer_id=volunteer_id, now=now)


def writing_is_asked(prisoner_id: UUID, volunteer_id: UUID) -> ColumnElement[bool]:
    """Whether somebody has an open task that a letter can settle; for use in other statements."""
    return exists().where(_waits_for_letter(prisoner_id, volunteer_id))


def _waits_for_letter(prisoner_id: UUID, volunteer_id: UUID) -> ColumnElement[bool]:
    return and_(
        Task.prisoner_id == prisoner_id,
        Task.volunteer_id == volunteer_id,
        Task.settled_from.is_not(None),
        Task.closed_at.is_(None),
    )


def _went_there() -> ColumnElement[bool]:
    return or_(Letter.dated_on >= Task.settled_from, Letter.placement_id == Task.placement_id)


_OPEN: dict[str, Any] = {"closed_at": None, "closed_by_id": None, "is_done": False, "letter_id": None}


def close_task(session: Session, task_id: UUID, *, is_done: bool, actor_id: UUID, now: datetime) -> bool:
    """A task is done, or dropped because nobody needs it any more; False: somebody has closed it already."""
    closed = session.scalar(
        update(Task)
        .where(Task.id == task_id, Task.closed_at.is_(None))
        .values(closed_at=now, closed_by_id=actor_id, is_done=is_done)
        .returning(Task.id)
        .execution_options(synchronize_session=False)
    )
    return closed is not None


def reopen_task(session: Session, task_id: UUID) -> None:
    """It is to be done after all."""
    _run(session, update(Task).where(Task.id == task_id).values({**_OPEN, "superseded_by_id": None}))


def drop_tasks_of_assignment(session: Session, assignment_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Who no longer has a part for a prisoner has nothing to do there, but to say farewell."""
    _run(
        session,
        update(Task)
        .where(Task.assignment_id == assignment_id, Task.closed_at.is_(None), Task.kind != TaskKind.SAY_FAREWELL)
        .values(closed_at=now, closed_by_id=actor_id),
    )


def _run(session: Session, statement: Any) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})
