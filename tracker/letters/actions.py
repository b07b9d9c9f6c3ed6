"""Logging letters and replies, correcting and removing them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.db import add_once
from tracker.letters import changes, queries, rules
from tracker.letters.models import Letter
from tracker.letters.rules import AlreadyLogged, Direction, LetterKind


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
    before = changes.begin(session, letter)
    # What was kept once is not refused again when somebody only adds a note.
    if facts.dated_on != letter.dated_on:
        answered_on = queries.first_reply_to(session, letter.id)
        rules.check_letter(facts.dated_on, today, returned_on=letter.returned_on, answered_on=answered_on)
    letter.kind, letter.dated_on, letter.placement_id = facts.kind, facts.dated_on, facts.placement_id
    letter.tracking, letter.note = facts.tracking, facts.note
    letter.changed_at = now
    changes.settle(session, letter, before)


def correct_reply(session: Session, letter: Letter, facts: ReplyFacts, *, today: date, now: datetime) -> None:
    """Change what is told about a reply; raises what ``log_reply`` raises, except AlreadyLogged."""
    before = changes.begin(session, letter)
    answers_id = facts.answers.id if facts.answers else None
    if (facts.came_on, facts.written_on, answers_id) != (letter.dated_on, letter.written_on, letter.answers_id):
        _check_reply(facts, letter.volunteer_id, today)
    letter.kind, letter.dated_on, letter.written_on = facts.kind, facts.came_on, facts.written_on
    letter.answers_id, letter.note = answers_id, facts.note
    letter.changed_at = now
    changes.settle(session, letter, before)


def remove_letter(session: Session, letter: Letter, *, now: datetime) -> None:
    """A letter or reply counts nowhere any more; its row stays, so that this can be undone."""
    before = changes.begin(session, letter)
    letter.removed_at = letter.removed_at or now
    changes.settle(session, letter, before)


def restore_letter(session: Session, letter: Letter) -> bool:
    """A removed letter or reply counts again.

    False: the letter that a reply answered was moved behind it meanwhile, so the reply answers nothing any more. That
    it came is certain; which letter it answers is the guess.
    """
    before = changes.begin(session, letter)
    letter.removed_at = None
    answered_on = queries.day_of(session, letter.answers_id) if letter.answers_id else None
    still_answers = answered_on is None or answered_on <= (letter.written_on or letter.dated_on)
    if not still_answers:
        letter.answers_id = None
    changes.settle(session, letter, before)
    return still_answers


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
    changes.settle(session, letter, None)
    return letter.id


def _check_reply(facts: ReplyFacts, volunteer_id: UUID, today: date) -> None:
    if facts.answers is not None and facts.answers.volunteer_id != volunteer_id:
        raise rules.NotTheirLetter
    answers_on = facts.answers.dated_on if facts.answers else None
    rules.check_reply(facts.came_on, today, written_on=facts.written_on, answers_on=answers_on)
