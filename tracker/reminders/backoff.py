"""What a failed try means, and when the next one comes. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tracker.reminders.rules import MailState, Reason


class FailureKind(StrEnum):
    """Why a mail was not handed over; the words of NotSent."""

    TRANSPORT = "transport"
    """The mail server cannot be reached or will not talk to us. No mail is to blame."""
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    """There is no such address."""
    CONTENT = "content"
    """The mail provider refuses our text."""
    UNCLEAR = "unclear"
    """The connection broke when the server may have accepted the mail already (RFC 1047)."""


PAUSES = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 300, 600, 1800, 3600))
"""The longest pause after the first failed try, the second, …; then hourly."""
SHORTEST_PAUSE = timedelta(seconds=5)
MOST_UNCLEAR = 3
"""So often an ordinary mail may have been accepted; a hearing is tried until it starts."""
CIRCUIT_FIRST, CIRCUIT_LONGEST = timedelta(seconds=30), timedelta(minutes=10)
"""How long a mail server that cannot be reached is left alone."""

Chance = Callable[[], float]
"""A number from 0 to 1, such as random.random."""


@dataclass(frozen=True)
class Aftermath:
    """What becomes of a mail after a failed try."""

    state: MailState
    next_at: datetime
    reason: Reason | None
    """None: as before."""
    counts: bool
    """Whether the try counts as one of the mail's own."""


def pause(failures: int, chance: Chance) -> timedelta:
    """How long to wait after so many failed tries; spread by chance, so that mails do not come back all at once."""
    longest = PAUSES[min(max(failures, 1), len(PAUSES)) - 1]
    spread: timedelta = longest * chance()
    return max(SHORTEST_PAUSE, spread)


def circuit_pause(failures: int) -> timedelta:
    """How long nobody tries a mail server that could not be reached so many times in a row."""
    doubled: timedelta = CIRCUIT_FIRST * (1 << min(failures - 1, 10))
    return min(doubled, CIRCUIT_LONGEST)


def after_failure(
    kind: FailureKind, *, failures: int, is_urgent: bool, now: datetime, expires_at: datetime, chance: Chance
) -> Aftermath:
    """What becomes of a mail whose try number ``failures`` (of those that count) failed like this."""
    if kind is FailureKind.TRANSPORT:
        return Aftermath(MailState.QUEUED, now, None, counts=False)
    if kind is FailureKind.PERMANENT:
        return Aftermath(MailState.FAILED, now, Reason.ADDRESS_REFUSED, counts=True)
    if kind is FailureKind.CONTENT:
        return Aftermath(MailState.FAILED, now, Reason.CONTENT_REFUSED, counts=True)
    if kind is FailureKind.UNCLEAR and failures >= MOST_UNCLEAR and not is_urgent:
        return Aftermath(MailState.FAILED, now, Reason.UNCLEAR_TOO_OFTEN, counts=True)
    next_at = now + pause(failures, chance)
    # One more try just before its time is over is better than none.
    last_call = expires_at - timedelta(minutes=1)
    if next_at > last_call > now:
        next_at = last_call
    next_at = min(next_at, expires_at)
    return Aftermath(MailState.QUEUED, next_at, None, counts=True)
