"""What became of a letter: marking it, and taking the mark back."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.letters import changes, rules
from tracker.letters.models import Letter
from tracker.letters.rules import Direction, ReturnReason


def mark_returned(
    session: Session, letter: Letter, *, on: date, reason: ReturnReason, today: date, now: datetime
) -> None:
    """A letter came back. It was posted all the same, so it goes on counting as the newest one.

    Raises RepliesDoNotReturn, DatedInTheFuture or ReturnedBeforePosted.
    """
    if letter.direction is not Direction.OUT:
        raise rules.RepliesDoNotReturn
    before = changes.begin(session, letter)
    rules.check_return(on, letter.dated_on, today)
    letter.returned_on, letter.return_reason, letter.changed_at = on, reason, now
    changes.settle(session, letter, before)


def unmark_returned(session: Session, letter: Letter, *, now: datetime) -> None:
    """It did not come back after all."""
    before = changes.begin(session, letter)
    letter.returned_on, letter.return_reason, letter.changed_at = None, None, now
    changes.settle(session, letter, before)
