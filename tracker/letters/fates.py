"""What became of a letter: marking it, and taking the mark back. Nothing has to be marked, ever.

Whatever became of a letter, it was posted: it goes on counting as somebody's newest one.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.letters import changes, fate, queries
from tracker.letters.counted import Counted
from tracker.letters.fate import Known
from tracker.letters.models import Letter
from tracker.letters.rules import Direction, RepliesDoNotReturn, ReplyFormState, ReturnReason


def mark_delivered(session: Session, letter: Letter, *, on: date, today: date, now: datetime) -> None:
    """Somebody or something said that a letter is there. ``today`` is by the clock of whoever marks it.

    Raises RepliesHaveArrived, and what ``fate.check_delivered`` raises.
    """
    before, known = _begin(session, letter)
    fate.check_delivered(known, on, today)
    letter.delivered_on, letter.given_up_on, letter.changed_at = on, None, now
    changes.settle(session, letter, before)


def mark_stopped(session: Session, letter: Letter, *, on: date, today: date, now: datetime) -> None:
    """We know that the censor keeps a letter. Raises RepliesHaveArrived, and what ``fate.check_stopped`` raises."""
    before, known = _begin(session, letter)
    fate.check_stopped(known, on, today)
    letter.stopped_on, letter.given_up_on, letter.changed_at = on, None, now
    changes.settle(session, letter, before)


def mark_returned(
    session: Session, letter: Letter, *, on: date, reason: ReturnReason, today: date, now: datetime
) -> None:
    """A letter came back. Raises RepliesDoNotReturn, and what ``fate.check_returned`` raises."""
    if letter.direction is not Direction.OUT:
        raise RepliesDoNotReturn
    before, known = _begin(session, letter)
    fate.check_returned(known, on, today)
    letter.returned_on, letter.return_reason, letter.given_up_on = on, reason, None
    letter.changed_at = now
    changes.settle(session, letter, before)


def give_up(session: Session, letter: Letter, *, on: date, today: date, now: datetime) -> None:
    """Its writer does not expect to hear any more what became of a letter.

    Raises RepliesHaveArrived, and what ``fate.check_given_up`` raises.
    """
    before, known = _begin(session, letter)
    fate.check_given_up(known, on, today)
    letter.given_up_on, letter.changed_at = on, now
    changes.settle(session, letter, before)


def unmark_delivered(session: Session, letter: Letter, *, now: datetime) -> None:
    """It is not known to be there after all."""
    before = changes.begin(session, letter)
    letter.delivered_on, letter.changed_at = None, now
    changes.settle(session, letter, before)


def unmark_stopped(session: Session, letter: Letter, *, now: datetime) -> None:
    """The censor does not keep it after all."""
    before = changes.begin(session, letter)
    letter.stopped_on, letter.changed_at = None, now
    changes.settle(session, letter, before)


def unmark_returned(session: Session, letter: Letter, *, now: datetime) -> None:
    """It did not come back after all."""
    before = changes.begin(session, letter)
    letter.returned_on, letter.return_reason, letter.changed_at = None, None, now
    changes.settle(session, letter, before)


def mark_reply_form(
    session: Session, letter: Letter, state: ReplyFormState, *, on: date, today: date, now: datetime
) -> None:
    """What became of the prepaid form for the reply.

    Raises RepliesHaveArrived, and what ``fate.check_reply_form`` raises.
    """
    before, known = _begin(session, letter)
    fate.check_reply_form(known, state, on, today)
    letter.reply_form, letter.reply_form_on, letter.changed_at = state, on, now
    changes.settle(session, letter, before)


def unmark_reply_form(session: Session, letter: Letter, *, now: datetime) -> None:
    """Of the form nothing is known but that it was bought. A letter without one stays without."""
    before = changes.begin(session, letter)
    if letter.reply_form is not None:
        letter.reply_form, letter.reply_form_on = ReplyFormState.BOUGHT, letter.dated_on
        letter.changed_at = now
    changes.settle(session, letter, before)


def _begin(session: Session, letter: Letter) -> tuple[Counted | None, Known]:
    if letter.direction is not Direction.OUT:
        raise fate.RepliesHaveArrived
    before = changes.begin(session, letter)
    return before, queries.known_of(letter, queries.first_reply_to(session, letter.id))
