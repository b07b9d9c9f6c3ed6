"""Logging letters and replies, correcting and removing them.

Three days are kept beside the letters, so that no page has to search the archive: of the newest letter to a prisoner,
of the newest reply, and of each writer's newest letter. A new entry can only move them forward, which one UPDATE
does; whatever else happens to an entry counts them anew, one change of a prisoner's post at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from tracker.assignments.models import Assignment
from tracker.db import add_once
from tracker.letters import queries, rules
from tracker.letters.models import Letter
from tracker.letters.rules import AlreadyLogged, Direction, LetterKind, ReturnReason
from tracker.prisoners.models import Prisoner


@dataclass(frozen=True)
class LetterFacts:
    """What is told about a letter to a prisoner."""

    kind: LetterKind
    dated_on: date
    placement_id: UUID | None = None
    """Where the prisoner was on that day."""
    tracking: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class AnsweredLetter:
    """The letter that a reply answers."""

    id: UUID
    dated_on: date
    volunteer_id: UUID


@dataclass(frozen=True)
class ReplyFacts:
    """What is told about a reply."""

    kind: LetterKind
    came_on: date
    written_on: date | None = None
    answers: AnsweredLetter | None = None
    note: str | None = None


@dataclass(frozen=True)
class Entered:
    """Who enters what for whom, when, and with which form."""

    prisoner_id: UUID
    volunteer_id: UUID
    """Whose correspondence it is."""
    actor_id: UUID
    form_id: UUID
    today: date
    """The last day that has come for the one whose correspondence it is, or for whoever enters it."""
    now: datetime


def log_letter(session: Session, facts: LetterFacts, entered: Entered) -> UUID:
    """Keep a letter to a prisoner. Raises DatedInTheFuture, or AlreadyLogged when the form was sent before."""
    rules.check_letter(facts.dated_on, entered.today)
    letter = _new(Direction.OUT, facts.kind, facts.dated_on, entered)
    letter.placement_id, letter.tracking, letter.note = facts.placement_id, facts.tracking, facts.note
    return _add(session, letter)


def log_reply(session: Session, facts: ReplyFacts, entered: Entered) -> UUID:
    """Keep a reply from a prisoner.

    Raises DatedInTheFuture, WrittenAfterItCame, ReplyBeforeItsLetter, NotTheirLetter, or AlreadyLogged.
    """
    _check_reply(facts, entered.volunteer_id, entered.today)
    letter = _new(Direction.REPLY, facts.kind, facts.came_on, entered)
    letter.written_on, letter.note = facts.written_on, facts.note
    letter.answers_id = facts.answers.id if facts.answers else None
    return _add(session, letter)


def correct_letter(session: Session, letter: Letter, facts: LetterFacts, *, today: date, now: datetime) -> None:
    """Change what is told about a letter; raises DatedInTheFuture, ReturnedBeforePosted or ReplyBeforeItsLetter."""
    _one_at_a_time(session, letter)
    # What was kept once is not refused again when somebody only adds a note.
    if facts.dated_on != letter.dated_on:
        answered_on = queries.first_reply_to(session, letter.id)
        rules.check_letter(facts.dated_on, today, returned_on=letter.returned_on, answered_on=answered_on)
    letter.kind, letter.dated_on, letter.placement_id = facts.kind, facts.dated_on, facts.placement_id
    letter.tracking, letter.note = facts.tracking, facts.note
    letter.changed_at = now
    _count_anew(session, letter)


def correct_reply(session: Session, letter: Letter, facts: ReplyFacts, *, today: date, now: datetime) -> None:
    """Change what is told about a reply; raises what ``log_reply`` raises, except AlreadyLogged."""
    _one_at_a_time(session, letter)
    answers_id = facts.answers.id if facts.answers else None
    before = (letter.dated_on, letter.written_on, letter.answers_id)
    if (facts.came_on, facts.written_on, answers_id) != before:
        _check_reply(facts, letter.volunteer_id, today)
    letter.kind, letter.dated_on, letter.written_on = facts.kind, facts.came_on, facts.written_on
    letter.answers_id, letter.note = answers_id, facts.note
    letter.changed_at = now
    _count_anew(session, letter)


def remove_letter(session: Session, letter: Letter, *, now: datetime) -> None:
    """A letter or reply counts nowhere any more; its row stays, so that this can be undone."""
    _one_at_a_time(session, letter)
    letter.removed_at = letter.removed_at or now
    _count_anew(session, letter)


def restore_letter(session: Session, letter: Letter) -> bool:
    """A removed letter or reply counts again.

    False: the letter that a reply answered was moved behind it meanwhile, so the reply answers nothing any more. That
    it came is certain; which letter it answers is the guess.
    """
    _one_at_a_time(session, letter)
    letter.removed_at = None
    answered_on = queries.day_of(session, letter.answers_id) if letter.answers_id else None
    still_answers = answered_on is None or answered_on <= (letter.written_on or letter.dated_on)
    if not still_answers:
        letter.answers_id = None
    _count_anew(session, letter)
    return still_answers


def mark_returned(
    session: Session, letter: Letter, *, on: date, reason: ReturnReason, today: date, now: datetime
) -> None:
    """A letter came back. It was posted all the same, so it goes on counting as the newest one.

    Raises RepliesDoNotReturn, DatedInTheFuture or ReturnedBeforePosted.
    """
    if letter.direction is not Direction.OUT:
        raise rules.RepliesDoNotReturn
    _one_at_a_time(session, letter)
    rules.check_return(on, letter.dated_on, today)
    letter.returned_on, letter.return_reason, letter.changed_at = on, reason, now


def unmark_returned(letter: Letter, *, now: datetime) -> None:
    """It did not come back after all."""
    letter.returned_on, letter.return_reason, letter.changed_at = None, None, now


def _new(direction: Direction, kind: LetterKind, dated_on: date, entered: Entered) -> Letter:
    return Letter(
        direction=direction,
        kind=kind,
        dated_on=dated_on,
        prisoner_id=entered.prisoner_id,
        volunteer_id=entered.volunteer_id,
        logged_by_id=entered.actor_id,
        logged_at=entered.now,
        form_id=rules.entry_form_id(entered.form_id, entered.actor_id, entered.prisoner_id),
    )


def _add(session: Session, letter: Letter) -> UUID:
    if not add_once(session, letter):
        first = queries.entry_of_form(session, letter.form_id)
        raise AlreadyLogged(first.id, removed=first.removed_at is not None)
    _move_forward(session, letter)
    return letter.id


def _check_reply(facts: ReplyFacts, volunteer_id: UUID, today: date) -> None:
    if facts.answers is not None and facts.answers.volunteer_id != volunteer_id:
        raise rules.NotTheirLetter
    answers_on = facts.answers.dated_on if facts.answers else None
    rules.check_reply(facts.came_on, today, written_on=facts.written_on, answers_on=answers_on)


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


def _one_at_a_time(session: Session, letter: Letter) -> None:
    # On SQLite whoever may write is alone anyway.
    session.execute(select(Prisoner.id).where(Prisoner.id == letter.prisoner_id).with_for_update())
    session.refresh(letter)


def _count_anew(session: Session, letter: Letter) -> None:
    session.flush()
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
