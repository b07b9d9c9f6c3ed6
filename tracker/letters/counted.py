"""What is known of a letter wherever letters are counted, at one moment: before a change, and after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tracker.letters.models import Letter
from tracker.letters.rules import Channel, Direction, ReplyFormState


@dataclass(frozen=True, slots=True)
class Counted:
    """A letter or reply at one moment, as far as anything is counted by it. One that is removed counts nowhere, and is
    None wherever this is asked for."""

    id: UUID
    prisoner_id: UUID
    volunteer_id: UUID
    direction: Direction
    channel: Channel
    placement_id: UUID | None
    """Where the prisoner was thought to be when it was posted."""
    dated_on: date
    written_on: date | None
    answers_id: UUID | None
    delivered_on: date | None
    stopped_on: date | None
    given_up_on: date | None
    returned_on: date | None
    reply_form: ReplyFormState | None


def counted(letter: Letter) -> Counted | None:
    """How a letter counts now; None: it is removed."""
    if letter.removed_at is not None:
        return None
    return Counted(
        id=letter.id,
        prisoner_id=letter.prisoner_id,
        volunteer_id=letter.volunteer_id,
        direction=letter.direction,
        channel=letter.channel or Channel.POST,
        placement_id=letter.placement_id,
        dated_on=letter.dated_on,
        written_on=letter.written_on,
        answers_id=letter.answers_id,
        delivered_on=letter.delivered_on,
        stopped_on=letter.stopped_on,
        given_up_on=letter.given_up_on,
        returned_on=letter.returned_on,
        reply_form=letter.reply_form,
    )
