"""The one way by which a letter or reply changes: what is counted beside the letters follows here, and nowhere else.

Three days are kept, so that no page has to search the archive: of the newest letter to a prisoner, of the newest reply,
and of each writer's newest letter. A new entry can only move them forward, which one UPDATE does; whatever else
happens to an entry counts them anew, one change of a prisoner's post at a time.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from tracker.assignments.models import Assignment
from tracker.letters import queries
from tracker.letters.counted import Counted, counted
from tracker.letters.models import Letter
from tracker.letters.rules import Direction
from tracker.prisoners.models import Prisoner


def begin(session: Session, letter: Letter) -> Counted | None:
    """Before an entry is changed: wait until nobody else changes the prisoner's post, and say how it counted so far."""
    # On SQLite whoever may write is alone anyway.
    session.execute(select(Prisoner.id).where(Prisoner.id == letter.prisoner_id).with_for_update())
    session.refresh(letter)
    return counted(letter)


def settle(session: Session, letter: Letter, before: Counted | None) -> None:
    """After an entry was changed, or added (``before`` None): whatever is counted by letters follows."""
    session.flush()
    after = counted(letter)
    if before is None and after is not None:
        _move_forward(session, letter)
    elif before is not None and (after is None or after.dated_on != before.dated_on):
        _count_anew(session, letter)


def _move_forward(session: Session, letter: Letter) -> None:
    is_reply = letter.direction is Direction.REPLY
    day = Prisoner.last_reply_on if is_reply else Prisoner.last_letter_on
    _run(session, update(Prisoner).where(Prisoner.id == letter.prisoner_id).values({day: _later(day, letter.dated_on)}))
    if not is_reply:
        kept = Assignment.last_letter_on
        _run(session, _assignments_of(letter).values({kept: _later(kept, letter.dated_on)}))


def _later(column: Any, day: date) -> Any:
    # Worked out by the database from the row as it is then: two letters logged at the same instant both count.
    return case((or_(column.is_(None), column < day), day), else_=column)


def _count_anew(session: Session, letter: Letter) -> None:
    prisoner_id, volunteer_id = letter.prisoner_id, letter.volunteer_id
    _run(
        session,
        update(Prisoner)
        .where(Prisoner.id == prisoner_id)
        .values(
            last_letter_on=queries.newest_day(prisoner_id, Direction.OUT),
            last_reply_on=queries.newest_day(prisoner_id, Direction.REPLY),
        ),
    )
    newest = queries.newest_day(prisoner_id, Direction.OUT, volunteer_id)
    _run(session, _assignments_of(letter).values(last_letter_on=newest))


def _assignments_of(letter: Letter) -> Any:
    """All her assignments to the prisoner, whatever the part, running or over."""
    return update(Assignment).where(
        Assignment.prisoner_id == letter.prisoner_id, Assignment.volunteer_id == letter.volunteer_id
    )


def _run(session: Session, statement: Any) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})
