"""Which letter still waits for a reply, so that nobody has to search the archive for how long there is silence.

A thread waits since the first letter after the newest reply that can still be answered: a letter that came back, was
stopped, was given up, went by a way by which nothing can come back, or whose form for the reply is known to be lost,
waits no more.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ScalarSelect, and_, func, literal, or_, select
from sqlalchemy.orm import aliased

from tracker.letters.counted import Counted
from tracker.letters.models import Letter
from tracker.letters.rules import Channel, Direction, ReplyFormState

_FORM_LOST = (ReplyFormState.BLANK, ReplyFormState.STOPPED)


def can_be_answered(letter: Counted) -> bool:
    """Whether a letter can still be answered, as far as is known."""
    ends = (letter.returned_on, letter.stopped_on, letter.given_up_on)
    return (
        letter.direction is Direction.OUT
        and letter.channel is not Channel.ONE_WAY
        and not any(ends)
        and letter.reply_form not in _FORM_LOST
    )


def first_waiting(column: Any, prisoner_id: Any, volunteer_id: Any = None) -> ScalarSelect[Any]:
    """The day or the channel of the first letter that waits for a reply, of all writers or of one; for use in other
    statements. It reads from the newest reply on."""
    reply = aliased(Letter)
    theirs = [Letter.prisoner_id == prisoner_id]
    newest = select(func.max(reply.dated_on)).where(
        reply.prisoner_id == prisoner_id, reply.direction == Direction.REPLY, reply.removed_at.is_(None)
    )
    if volunteer_id is not None:
        theirs.append(Letter.volunteer_id == volunteer_id)
        newest = newest.where(reply.volunteer_id == volunteer_id)
    return (
        select(column)
        .where(
            *theirs,
            Letter.direction == Direction.OUT,
            Letter.removed_at.is_(None),
            Letter.channel != Channel.ONE_WAY,
            and_(Letter.returned_on.is_(None), Letter.stopped_on.is_(None), Letter.given_up_on.is_(None)),
            or_(Letter.reply_form.is_(None), Letter.reply_form.not_in(_FORM_LOST)),
            Letter.dated_on > func.coalesce(newest.correlate_except(reply).scalar_subquery(), literal(date.min)),
        )
        .order_by(Letter.dated_on, Letter.channel)
        .limit(1)
        .correlate_except(Letter)
        .scalar_subquery()
    )
