"""Letters in preparation: planning one, moving it on step by step, setting it back, dropping it, sending it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.db import add_once
from tracker.letters import preparing
from tracker.letters.actions import Entered
from tracker.letters.models import Letter, PreparedLetter
from tracker.letters.preparing import SentAlready, Stage, Steps
from tracker.letters.rules import Channel, LetterKind, entry_form_id


@dataclass(frozen=True)
class PreparedFacts:
    """What is told about a letter in preparation."""

    kind: LetterKind
    channel: Channel
    language: str | None = None
    note: str | None = None


def steps_of(prepared: PreparedLetter) -> Steps:
    """How far a letter in preparation is."""
    return Steps(prepared.planned_on, prepared.written_on, prepared.translated_on, prepared.handed_on)


def plan_letter(session: Session, facts: PreparedFacts, planned_on: date, entered: Entered) -> UUID | None:
    """Keep that somebody is going to write a letter. Gives its id; None: the same form was sent before.

    Raises DatedInTheFuture.
    """
    preparing.check_planned(planned_on, entered.today)
    made = PreparedLetter(
        prisoner_id=entered.prisoner_id,
        volunteer_id=entered.volunteer_id,
        planned_on=planned_on,
        created_by_id=entered.actor_id,
        created_at=entered.now,
        form_id=entry_form_id(entered.form_id, entered.actor_id, entered.prisoner_id),
    )
    _tell(made, facts)
    return made.id if add_once(session, made) else None


def correct_prepared(session: Session, prepared: PreparedLetter, facts: PreparedFacts) -> None:
    """Change what is told about a letter in preparation; raises SentAlready."""
    _still_here(session, prepared)
    _tell(prepared, facts)


def move_on(
    session: Session,
    prepared: PreparedLetter,
    stage: Stage,
    *,
    on: date,
    today: date,
    translated_by_id: UUID | None = None,
) -> None:
    """A further step was made; those before it may have been left out. ``translated_by_id`` matters only if that step
    is the translation; None: somebody else, or it is not told.

    Raises SentAlready, AlreadyThatFar, DatedInTheFuture or StepsRunBackwards.
    """
    _still_here(session, prepared)
    preparing.check_step(steps_of(prepared), stage, on, today)
    _set_day(prepared, stage, on)
    if stage is Stage.TRANSLATED:
        prepared.translated_by_id = translated_by_id


def set_back(session: Session, prepared: PreparedLetter) -> None:
    """The last step was not made after all; that it was planned stays. Raises SentAlready."""
    _still_here(session, prepared)
    stage = steps_of(prepared).stage
    if stage is not Stage.PLANNED:
        _set_day(prepared, stage, None)
    if stage is Stage.TRANSLATED:
        prepared.translated_by_id = None


def drop_prepared(session: Session, prepared: PreparedLetter, *, now: datetime) -> None:
    """It will not be sent. The row stays, so that this can be undone. Raises SentAlready."""
    _still_here(session, prepared)
    prepared.dropped_at, prepared.is_waiting = prepared.dropped_at or now, False


def take_up_prepared(prepared: PreparedLetter) -> None:
    """It is in preparation again, unless it was sent meanwhile."""
    if prepared.dropped_at is not None:
        prepared.dropped_at, prepared.is_waiting = None, True


def mark_sent(session: Session, prepared: PreparedLetter, letter_id: UUID) -> None:
    """A letter in preparation became a letter that was logged, by the same writer to the same prisoner.

    Raises SentAlready, PreparedBySomebodyElse or StepsRunBackwards.
    """
    _still_here(session, prepared)
    letter = session.get_one(Letter, letter_id)
    if (letter.volunteer_id, letter.prisoner_id) != (prepared.volunteer_id, prepared.prisoner_id):
        raise preparing.PreparedBySomebodyElse
    preparing.check_sent(steps_of(prepared), letter.dated_on)
    prepared.letter_id, prepared.dropped_at, prepared.is_waiting = letter_id, None, False


def is_sent(prepared: PreparedLetter) -> bool:
    """Whether it became a letter. One whose letter was removed since was not sent after all."""
    return not prepared.is_waiting and prepared.dropped_at is None


def _still_here(session: Session, prepared: PreparedLetter) -> None:
    session.flush()
    session.refresh(prepared, with_for_update=True)
    if is_sent(prepared):
        raise SentAlready


def _set_day(prepared: PreparedLetter, stage: Stage, on: date | None) -> None:
    if stage is Stage.WRITTEN:
        prepared.written_on = on
    elif stage is Stage.TRANSLATED:
        prepared.translated_on = on
    else:
        prepared.handed_on = on


def _tell(prepared: PreparedLetter, facts: PreparedFacts) -> None:
    prepared.kind, prepared.channel = facts.kind, facts.channel
    prepared.language, prepared.note = facts.language, facts.note
