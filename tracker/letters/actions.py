"""Logging letters and replies, correcting and removing them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from tracker.db import add_once
from tracker.letters import changes, queries, rules
from tracker.letters.fate import DeliveredAfterItsReply, ReplyFormHasAFate, check_still_possible
from tracker.letters.models import Letter, PreparedLetter
from tracker.letters.rules import AlreadyLogged, Channel, Direction, LetterKind, ReplyFormState


@dataclass(frozen=True)
class LetterDetails:
    """What may be told about a letter besides; most of it never is."""

    channel: Channel | None = None
    """None: as is usual for the kind."""
    service: str | None = None
    number: int | None = None
    pages: int | None = None
    language: str | None = None
    """ISO 639 code."""
    is_translated: bool = False
    translated_by_id: UUID | None = None
    with_reply_form: bool = False
    """A prepaid form for the reply went with it."""
    cost_minor: int | None = None
    """In hundredths of ``currency``."""
    currency: str | None = None


@dataclass(frozen=True)
class LetterFacts:
    """What is told about a letter to a prisoner."""

    kind: LetterKind
    dated_on: date
    placement_id: UUID | None = None
    """Where the prisoner was on that day."""
    tracking: str | None = None
    note: str | None = None
    details: LetterDetails = LetterDetails()


@dataclass(frozen=True)
class AnsweredLetter:
    """The letter that a reply answers."""

    id: UUID
    dated_on: date
    volunteer_id: UUID
    channel: Channel = Channel.POST
    delivered_on: date | None = None
    never_arrived: bool = False
    """It came back, or the censor keeps it."""
    is_given_up: bool = False
    """Its writer did not expect to hear of it any more."""


@dataclass(frozen=True)
class Arrival:
    """How a reply arrived, and what came."""

    opened: bool = False
    blackened: bool = False
    """Lines were blacked out."""
    incomplete: bool = False
    """Pages were missing."""
    channel: Channel | None = None
    """None: as is usual for the kind."""
    pages: int | None = None
    language: str | None = None


@dataclass(frozen=True)
class ReplyFacts:
    """What is told about a reply."""

    kind: LetterKind
    came_on: date
    written_on: date | None = None
    answers: AnsweredLetter | None = None
    note: str | None = None
    arrival: Arrival = Arrival()


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
    _tell_letter(letter, facts)
    return _add(session, letter)


def log_reply(session: Session, facts: ReplyFacts, entered: Entered) -> UUID:
    """Keep a reply from a prisoner.

    Raises DatedInTheFuture, WrittenAfterItCame, ReplyBeforeItsLetter, NotTheirLetter, AnswersWhatNeverArrived,
    DeliveredAfterItsReply, or AlreadyLogged.
    """
    _check_reply(facts, entered.volunteer_id, entered.today)
    letter = _new(Direction.REPLY, facts.kind, facts.came_on, entered)
    _tell_reply(letter, facts)
    letter_id = _add(session, letter)
    _heard_of(session, facts.answers, now=entered.now)
    return letter_id


def correct_letter(session: Session, letter: Letter, facts: LetterFacts, *, today: date, now: datetime) -> None:
    """Change what is told about a letter.

    Raises DatedInTheFuture, ReturnedBeforePosted, ReplyBeforeItsLetter, BeforeItWasPosted (something became of it
    before the new day) or ReplyFormHasAFate.
    """
    before = changes.begin(session, letter)
    # What was kept once is not refused again when somebody only adds a note.
    if facts.dated_on != letter.dated_on:
        _check_new_day(session, letter, facts.dated_on, today)
    if letter.reply_form not in (None, ReplyFormState.BOUGHT) and not facts.details.with_reply_form:
        raise ReplyFormHasAFate
    letter.kind, letter.dated_on = facts.kind, facts.dated_on
    _tell_letter(letter, facts)
    letter.changed_at = now
    changes.settle(session, letter, before)


def _check_new_day(session: Session, letter: Letter, dated_on: date, today: date) -> None:
    known = queries.known_of(letter, queries.first_reply_to(session, letter.id))
    rules.check_letter(dated_on, today, returned_on=known.returned_on, answered_on=known.answered_on)
    # The form was bought with the letter, on whatever day that was.
    is_bought = known.reply_form is ReplyFormState.BOUGHT
    check_still_possible(replace(known, posted_on=dated_on, reply_form_on=None if is_bought else known.reply_form_on))


def correct_reply(session: Session, letter: Letter, facts: ReplyFacts, *, today: date, now: datetime) -> None:
    """Change what is told about a reply; raises what ``log_reply`` raises, except AlreadyLogged."""
    before = changes.begin(session, letter)
    answers_id = facts.answers.id if facts.answers else None
    if (facts.came_on, facts.written_on, answers_id) != (letter.dated_on, letter.written_on, letter.answers_id):
        _check_reply(facts, letter.volunteer_id, today, answers_already=letter.answers_id)
    letter.kind, letter.dated_on = facts.kind, facts.came_on
    _tell_reply(letter, facts)
    letter.changed_at = now
    changes.settle(session, letter, before)
    _heard_of(session, facts.answers, now=now)


def remove_letter(session: Session, letter: Letter, *, now: datetime) -> None:
    """A letter or reply counts nowhere any more; its row stays, so that this can be undone."""
    before = changes.begin(session, letter)
    letter.removed_at = letter.removed_at or now
    _prepared_follows(session, letter)
    changes.settle(session, letter, before)


def restore_letter(session: Session, letter: Letter, *, now: datetime) -> bool:
    """A removed letter or reply counts again.

    False: the letter that a reply answered was found meanwhile to be a later one, or not to have arrived, so the reply
    answers nothing any more. That it came is certain; which letter it answers is the guess.
    """
    before = changes.begin(session, letter)
    letter.removed_at = None
    _prepared_follows(session, letter)
    answered = session.get(Letter, letter.answers_id) if letter.answers_id else None
    still_answers = answered is None or _can_answer(letter, answered)
    if not still_answers:
        letter.answers_id = None
    changes.settle(session, letter, before)
    if answered is not None and still_answers and answered.given_up_on is not None:
        expect_again(session, answered, now=now)
    return still_answers


def expect_again(session: Session, letter: Letter, *, now: datetime) -> None:
    """Its writer expects to hear what became of it after all, or has heard."""
    before = changes.begin(session, letter)
    letter.given_up_on, letter.changed_at = None, now
    changes.settle(session, letter, before)


def _prepared_follows(session: Session, letter: Letter) -> None:
    """What was in preparation before it became a letter that is removed is so again."""
    waits = letter.removed_at is not None
    of_it = update(PreparedLetter).where(PreparedLetter.letter_id == letter.id, PreparedLetter.dropped_at.is_(None))
    session.execute(of_it.values(is_waiting=waits))


def _can_answer(reply: Letter, letter: Letter) -> bool:
    arrived = letter.returned_on is None and letter.stopped_on is None
    return arrived and (letter.delivered_on or letter.dated_on) <= (reply.written_on or reply.dated_on)


def _heard_of(session: Session, answers: AnsweredLetter | None, *, now: datetime) -> None:
    if answers is not None and answers.is_given_up:
        expect_again(session, session.get_one(Letter, answers.id), now=now)


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
    changes.settle(session, letter, None, is_new=True)
    return letter.id


def _tell_letter(letter: Letter, facts: LetterFacts) -> None:
    details = facts.details
    letter.placement_id, letter.tracking, letter.note = facts.placement_id, facts.tracking, facts.note
    letter.channel = details.channel or rules.usual_channel(facts.kind, service=details.service)
    letter.service, letter.number, letter.pages = details.service, details.number, details.pages
    letter.language, letter.is_translated = details.language, details.is_translated
    letter.translated_by_id = details.translated_by_id if details.is_translated else None
    letter.cost_minor = details.cost_minor
    letter.currency = details.currency if details.cost_minor is not None else None
    if not details.with_reply_form:
        letter.reply_form, letter.reply_form_on = None, None
    elif letter.reply_form in (None, ReplyFormState.BOUGHT):
        letter.reply_form, letter.reply_form_on = ReplyFormState.BOUGHT, facts.dated_on


def _tell_reply(letter: Letter, facts: ReplyFacts) -> None:
    arrival, answers = facts.arrival, facts.answers
    letter.written_on, letter.note = facts.written_on, facts.note
    letter.answers_id = answers.id if answers else None
    usual = rules.usual_channel(facts.kind, answers=answers.channel if answers else None)
    letter.channel = arrival.channel or usual
    letter.pages, letter.language = arrival.pages, arrival.language
    letter.arrived_opened, letter.arrived_blackened = arrival.opened, arrival.blackened
    letter.arrived_incomplete = arrival.incomplete


def _check_reply(facts: ReplyFacts, volunteer_id: UUID, today: date, *, answers_already: UUID | None = None) -> None:
    answers = facts.answers
    if answers is not None and answers.volunteer_id != volunteer_id:
        raise rules.NotTheirLetter
    if answers is not None and answers.never_arrived and answers.id != answers_already:
        raise rules.AnswersWhatNeverArrived
    answers_on = answers.dated_on if answers else None
    rules.check_reply(facts.came_on, today, written_on=facts.written_on, answers_on=answers_on)
    if answers is not None and answers.delivered_on and (facts.written_on or facts.came_on) < answers.delivered_on:
        raise DeliveredAfterItsReply
