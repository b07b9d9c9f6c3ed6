"""The one way by which a letter or reply changes: what is counted beside the letters follows here, and nowhere else.

So that no page has to search the archive, days are kept: of the newest letter to a prisoner and of the newest reply, of
each writer's newest letter and the newest reply to her, and since when somebody waits for a reply (letters/waiting.py).
A new letter can only move them, which one UPDATE does; whatever else happens counts them anew, one change of a
prisoner's post at a time. The counts of how long the post takes follow after them (transit/counting.py), and then the
tasks of writing that a letter settles (tasks/actions.py).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, or_, select, update
from sqlalchemy.orm import Session

from tracker.assignments.models import Assignment
from tracker.letters import queries
from tracker.letters.counted import Counted, counted
from tracker.letters.models import Letter
from tracker.letters.rules import Direction
from tracker.letters.waiting import can_be_answered, first_waiting
from tracker.prisoners.models import Prisoner
from tracker.tasks.actions import letter_changed, letter_logged, writing_is_asked
from tracker.transit.counting import count_sent, follow


def begin(session: Session, letter: Letter) -> Counted | None:
    """Before an entry is changed: wait until nobody else changes the prisoner's post, and say how it counted so far."""
    _wait_for_turn(session, letter)
    session.refresh(letter)
    return counted(letter)


def settle(session: Session, letter: Letter, before: Counted | None, *, is_new: bool = False) -> None:
    """After an entry was changed, restored (``before`` None) or added (``is_new``): whatever is counted by letters
    follows."""
    session.flush()
    after = counted(letter)
    if before == after:
        return
    may_settle_tasks = True
    if before is None and after is not None and after.direction is Direction.OUT:
        may_settle_tasks = _move_forward(session, after)
    else:
        if before is None:
            _wait_for_turn(session, letter)
        _count_anew(session, letter)
    if is_new and after is not None and after.direction is Direction.OUT:
        count_sent(session, after)
    else:
        follow(session, before, after)
    if may_settle_tasks:
        _settle_tasks(session, letter, before, after)


def _settle_tasks(session: Session, letter: Letter, before: Counted | None, after: Counted | None) -> None:
    def went(state: Counted | None) -> tuple[Any, ...] | None:
        return (state.dated_on, state.placement_id) if state else None

    if letter.direction is not Direction.OUT or went(before) == went(after):
        return
    hers: Any = {"prisoner_id": letter.prisoner_id, "volunteer_id": letter.volunteer_id}
    now = letter.removed_at or letter.changed_at or letter.logged_at
    if before is None:
        letter_logged(session, **hers, now=now)
    else:
        letter_changed(session, letter.id, **hers, now=now)


def count_everything(session: Session) -> None:
    """All days that are kept beside the letters, from the letters themselves."""
    _run(session, update(Prisoner).values(_days(Prisoner, Prisoner.id)))
    _run(session, update(Assignment).values(_days(Assignment, Assignment.prisoner_id, Assignment.volunteer_id)))


def count_newest_letters(session: Session, prisoner_ids: Collection[UUID]) -> None:
    """The day of the newest letter to some people anew, after letters that were only counted came or went."""
    newest = update(Prisoner).where(Prisoner.id.in_(list(prisoner_ids)))
    _run(session, newest.values(last_letter_on=queries.newest_post_day(Prisoner.id)))


def _wait_for_turn(session: Session, letter: Letter) -> None:
    # On SQLite whoever may write is alone anyway. On PostgreSQL whoever has added a letter holds the key of the
    # prisoner already, and two of them would wait for each other if either asked for more than this.
    session.execute(select(Prisoner.id).where(Prisoner.id == letter.prisoner_id).with_for_update(key_share=True))


def _move_forward(session: Session, letter: Counted) -> bool:
    """Whether the writer has a task that the letter may settle: mostly not, and nothing more need be asked."""
    of_prisoner = update(Prisoner).where(Prisoner.id == letter.prisoner_id)
    _run(session, of_prisoner.values(_moved(Prisoner, letter)))
    of_writer = _assignments_of(letter).values(_moved(Assignment, letter))
    is_asked = writing_is_asked(letter.prisoner_id, letter.volunteer_id)
    return any(_run(session, of_writer.returning(is_asked)).scalars())


def _moved(table: Any, letter: Counted) -> dict[Any, Any]:
    # Worked out by the database from the row as it is then: two letters logged at the same instant both count.
    kept, day = table.last_letter_on, letter.dated_on
    days = {kept: case((or_(kept.is_(None), kept < day), day), else_=kept)}
    if can_be_answered(letter):
        is_first = and_(
            or_(table.last_reply_on.is_(None), table.last_reply_on < day),
            or_(
                table.waiting_since.is_(None),
                table.waiting_since > day,
                and_(table.waiting_since == day, table.waiting_by > letter.channel),
            ),
        )
        days[table.waiting_since] = case((is_first, day), else_=table.waiting_since)
        days[table.waiting_by] = case((is_first, letter.channel), else_=table.waiting_by)
    return days


def _count_anew(session: Session, letter: Letter) -> None:
    prisoner_id, volunteer_id = letter.prisoner_id, letter.volunteer_id
    _run(session, update(Prisoner).where(Prisoner.id == prisoner_id).values(_days(Prisoner, prisoner_id)))
    _run(session, _assignments_of(letter).values(_days(Assignment, prisoner_id, volunteer_id)))


def _days(table: Any, prisoner_id: Any, volunteer_id: Any = None) -> dict[Any, Any]:
    # What was counted after an evening has no writer.
    is_of_writer = volunteer_id is not None
    return {
        table.last_letter_on: queries.newest_day(prisoner_id, Direction.OUT, volunteer_id)
        if is_of_writer
        else queries.newest_post_day(prisoner_id),
        table.last_reply_on: queries.newest_day(prisoner_id, Direction.REPLY, volunteer_id),
        table.waiting_since: first_waiting(Letter.dated_on, prisoner_id, volunteer_id),
        table.waiting_by: first_waiting(Letter.channel, prisoner_id, volunteer_id),
    }


def _assignments_of(letter: Letter | Counted) -> Any:
    """All her assignments to the prisoner, whatever the part, running or over."""
    return update(Assignment).where(
        Assignment.prisoner_id == letter.prisoner_id, Assignment.volunteer_id == letter.volunteer_id
    )


def _run(session: Session, statement: Any) -> Any:
    return session.execute(statement, execution_options={"synchronize_session": False})
