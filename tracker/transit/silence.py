"""What silence means in one correspondence: whose turn it is, what to expect, and what to do. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.letters.rules import Channel, ReplyFormState, Turn, turn
from tracker.partial_date import PartialDate
from tracker.prisoners.rules import PlacementKind
from tracker.transit.rules import Times

_CELLS = (PlacementKind.PUNISHMENT_CELL, PlacementKind.LOCKED_CELL)


class ThreadState(StrEnum):
    """How a correspondence stands."""

    FIRST = "first"
    """Nothing was written yet."""
    OURS = "ours"
    THEIRS = "theirs"
    SILENT = "silent"
    """Their turn, for longer than is to be expected at that place."""


class Silence(StrEnum):
    """What silence means."""

    FIRST = "first"
    OUR_TURN = "our_turn"
    FORM_BLANK = "form_blank"
    """The prepaid form came back blank: the letter was most likely stopped."""
    REPLY_STOPPED = "reply_stopped"
    LETTER_STOPPED = "letter_stopped"
    CAME_BACK = "came_back"
    GIVEN_UP = "given_up"
    ONE_WAY = "one_way"
    """Nothing can come back."""
    FORBIDDEN = "forbidden"
    ON_TRANSFER = "on_transfer"
    MOVED = "moved"
    """The prisoner is elsewhere since the newest letter."""
    IN_CELL = "in_cell"
    TOO_EARLY = "too_early"
    WAIT = "wait"
    LONGER = "longer"


@dataclass(frozen=True, slots=True)
class Thread:
    """What is known of one correspondence."""

    last_letter_on: date | None
    last_reply_on: date | None
    waiting_since: date | None
    """The day of the first letter after the newest reply that can still be answered."""
    waiting_by: Channel | None
    placement: PlacementKind | None = None
    placed_since: PartialDate | None = None
    mail_forbidden: bool = False
    # Of the newest letter:
    channel: Channel | None = None
    returned: bool = False
    stopped: bool = False
    given_up: bool = False
    reply_form: ReplyFormState | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What silence means, with the numbers behind it."""

    silence: Silence
    state: ThreadState
    days_out: int | None = None
    """Since the letter that waits was posted."""
    times: Times | None = None
    """How long replies take there."""
    until: date | None = None
    """By then a reply should be here."""


def verdict(thread: Thread, times: Times | None, today: date) -> Verdict:
    """What silence means now. ``times`` is how long replies to letters that went like the one that waits take there;
    None: nothing comes back that way. ``today`` is the writer's."""
    state = state_of(thread, times, today)
    since = thread.waiting_since
    known = _known(thread)
    if known is not None:
        return Verdict(known, state)
    if since is None:
        return Verdict(Silence.GIVEN_UP if thread.given_up else Silence.ONE_WAY, state)
    days_out = (today - since).days
    suspended = _suspended(thread)
    if suspended is not None:
        return Verdict(suspended, state, days_out)
    if times is None:
        return Verdict(Silence.ONE_WAY, state, days_out)
    until = since + timedelta(days=times.high)
    if today > until:
        return Verdict(Silence.LONGER, state, days_out, times, until)
    return Verdict(Silence.TOO_EARLY if days_out < times.low else Silence.WAIT, state, days_out, times, until)


def state_of(thread: Thread, times: Times | None, today: date) -> ThreadState:
    """How it stands; ``silence_sql`` decides the same in the database."""
    whose = turn(thread.last_letter_on, thread.last_reply_on)
    if whose is Turn.FIRST:
        return ThreadState.FIRST
    if thread.waiting_since is None or _has_moved(thread):
        return ThreadState.OURS
    if _suspended(thread) is not None or times is None:
        return ThreadState.THEIRS
    is_late = (today - thread.waiting_since).days > times.high
    return ThreadState.SILENT if is_late else ThreadState.THEIRS


def _known(thread: Thread) -> Silence | None:
    """What explains the silence whatever the days say."""
    whose = turn(thread.last_letter_on, thread.last_reply_on)
    if whose is not Turn.THEIRS:
        return Silence.FIRST if whose is Turn.FIRST else Silence.OUR_TURN
    if thread.reply_form is ReplyFormState.BLANK:
        return Silence.FORM_BLANK
    if thread.reply_form is ReplyFormState.STOPPED:
        return Silence.REPLY_STOPPED
    if thread.stopped:
        return Silence.LETTER_STOPPED
    return Silence.CAME_BACK if thread.returned else None


def _suspended(thread: Thread) -> Silence | None:
    """Why days say nothing now."""
    if thread.mail_forbidden:
        return Silence.FORBIDDEN
    if thread.placement is PlacementKind.TRANSFER:
        return Silence.ON_TRANSFER
    if _has_moved(thread):
        return Silence.MOVED
    return Silence.IN_CELL if thread.placement in _CELLS else None


def _has_moved(thread: Thread) -> bool:
    since, last = thread.placed_since, thread.last_letter_on
    if since is None or since.year is None or since.season or last is None:
        return False
    if thread.placement is PlacementKind.TRANSFER:
        return False
    return since.earliest() > last
