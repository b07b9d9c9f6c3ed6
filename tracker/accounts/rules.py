"""Rules of sign-in, sessions and invitations."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum

from tracker.visible import without_invisible

LONGEST_HANDLE = 60
SHORTEST_PASSPHRASE = 15
LONGEST_PASSPHRASE = 200
"""Argon2 takes any length; a limit keeps a megabyte of text from occupying it."""
FREE_TRIES = 4
LONGEST_WAIT = timedelta(seconds=15)
"""Short enough that whoever floods the sign-in with somebody's handle cannot keep her out for long; with fifteen
characters and more, guessing four times a minute leads nowhere."""
FORGET_FAILURES_AFTER = timedelta(hours=12)
SEEN_STEP = timedelta(minutes=10)

_COMMON = frozenset(
    {
        "123456789012345",
        "1234567890123456",
        "qwertyuiopasdfg",
        "qwertyuiopasdfgh",
        "passwordpassword",
        "password12345678",
        "correcthorsebatterystaple",
        "iloveyouiloveyou",
        "adminadminadmin",
        "letmeinletmeinletmein",
        "йцукенгшщзхъфывап",
        "парольпарольпароль",
    }
)


class PassphraseTooShort(Exception):
    """A passphrase has at least fifteen characters: four or five words that nobody else would put together."""


class PassphraseTooLong(Exception):
    """A passphrase has at most two hundred characters."""


class PassphraseTooCommon(Exception):
    """This passphrase is one of the first that somebody would try."""


class HandleTaken(Exception):
    """Somebody in the collective has this handle already."""


class MustWait(Exception):
    """After several failures in a row the next try has to wait a little; nobody is locked out."""

    def __init__(self, seconds: int) -> None:
        super().__init__(str(seconds))
        self.seconds = seconds


class SignInFailed(Exception):
    """No such handle with this passphrase, or the account is closed; which of them is not told."""


class InvitationOver(Exception):
    """The invitation was used, withdrawn or has expired, or there never was one."""


class RoleAboveOwn(Exception):
    """Nobody can give a role that she does not have herself."""


def folded_handle(handle: str) -> str:
    """The form under which a handle is unique and is found at sign-in: without differences of case, width or space,
    and without what cannot be seen, so that no two handles look alike."""
    return " ".join(unicodedata.normalize("NFKC", without_invisible(handle)).casefold().split())


def check_passphrase(passphrase: str, handle: str) -> None:
    """Length decides, not a mixture of characters (NIST SP 800-63B 3.1.1.2; ASVS 6.2)."""
    if len(passphrase) > LONGEST_PASSPHRASE:
        raise PassphraseTooLong
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise PassphraseTooShort
    squeezed = "".join(passphrase.casefold().split())
    guessable = squeezed in _COMMON or len(set(squeezed)) < 5 or squeezed.replace(folded_handle(handle), "") == ""
    if guessable:
        raise PassphraseTooCommon


def wait_after(failures: int) -> timedelta:
    """How long the next try has to wait after so many failures in a row: nothing at first, then doubling."""
    if failures < FREE_TRIES:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - FREE_TRIES, 10)), LONGEST_WAIT)


def seconds_to_wait(failures: int, last_at: datetime, now: datetime) -> int:
    """Seconds until the next try is looked at; 0 means now."""
    if now - last_at > FORGET_FAILURES_AFTER:
        return 0
    return max(0, -int((now - (last_at + wait_after(failures))).total_seconds() // 1))


def rounded_down(now: datetime) -> datetime:
    """The moment to the last ten minutes: enough to end idle sessions, too little for a diary."""
    return now - timedelta(minutes=now.minute % 10, seconds=now.second, microseconds=now.microsecond)


class InvitationState(StrEnum):
    """What became of an invitation."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def invitation_state(
    *, accepted_at: datetime | None, withdrawn_at: datetime | None, expires_at: datetime, now: datetime
) -> InvitationState:
    """What became of an invitation by ``now``."""
    if accepted_at is not None:
        return InvitationState.ACCEPTED
    if withdrawn_at is not None:
        return InvitationState.WITHDRAWN
    return InvitationState.PENDING if now < expires_at else InvitationState.EXPIRED


def is_over(*, last_seen_at: datetime, ends_at: datetime, idle: timedelta, now: datetime) -> bool:
    """Whether a session has ended, by its absolute end or by idleness. The rounding of ``last_seen_at`` is granted."""
    return now >= ends_at or now - last_seen_at >= idle + SEEN_STEP


def check_may_invite(
    *, inviter_is_coordinator: bool, inviter_is_admin: bool, as_coordinator: bool, as_admin: bool
) -> None:
    """A role is given only by those who have it; admins may also make coordinators. Raises RoleAboveOwn."""
    if as_admin and not inviter_is_admin:
        raise RoleAboveOwn
    if as_coordinator and not (inviter_is_coordinator or inviter_is_admin):
        raise RoleAboveOwn
