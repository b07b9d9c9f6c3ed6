"""What holds of volunteers and their roles, whoever asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

MOST_CAPACITY = 99
MOST_LANGUAGES = 20


class Disclosure(StrEnum):
    """How much a mail or a calendar says, from the least to the most."""

    MINIMAL = "minimal"
    """That there is something to look at, and nothing else."""
    DISCREET = "discreet"
    """What kind of day it is and when; no name, charge or court."""
    FULL = "full"


def disclosure_of(chosen: Disclosure | None, most: Disclosure | None) -> Disclosure:
    """How much mails to somebody may say: what she chose (None: discreet), and never more than the collective allows
    (None: as she chose)."""
    wanted, order = chosen or Disclosure.DISCREET, list(Disclosure)
    return wanted if most is None else min(wanted, most, key=order.index)


class MailMode(StrEnum):
    """Whether what can wait comes one by one, or gathered once a day."""

    EACH = "each"
    DIGEST = "digest"


class KeyState(StrEnum):
    """Whether mail can be encrypted to somebody's OpenPGP key."""

    USABLE = "usable"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNUSABLE = "unusable"
    """It has no part to which mail can be encrypted."""


FORMER_HABITS_COUNT = timedelta(days=4)
"""So long after a change can a mail still be ahead by the clock of before."""


@dataclass(frozen=True, slots=True)
class FormerHabits:
    """By whose clock mails arrived before a change of it."""

    zone: str
    remind_at: time
    until: datetime
    """When they were changed."""


def former_habits(kept: Iterable[Mapping[str, str]]) -> tuple[FormerHabits, ...]:
    """Former habits as they are kept in a row, oldest first."""
    return tuple(
        FormerHabits(each["zone"], time.fromisoformat(each["remind_at"]), datetime.fromisoformat(each["until"]))
        for each in kept
    )


def with_former_habits(
    kept: Iterable[Mapping[str, str]], zone: str, remind_at: time, now: datetime
) -> list[dict[str, str]]:
    """What is kept once ``zone`` and ``remind_at``, which held until ``now``, are changed; what has no bearing any more
    is dropped."""
    recent = [dict(each) for each in kept if datetime.fromisoformat(each["until"]) > now - FORMER_HABITS_COUNT]
    return [*recent, {"zone": zone, "remind_at": f"{remind_at:%H:%M}", "until": now.isoformat()}]


class NotYourself(Exception):
    """Nobody closes her own account; somebody else has to do it."""


class LastAdmin(Exception):
    """Somebody has to remain admin. Give the role to another one first."""


class AboveYou(Exception):
    """The account of an admin is closed and opened by admins only."""


class Show(StrEnum):
    """Which volunteers a list shows."""

    OPEN = "open"
    FREE = "free"
    AWAY = "away"
    UNREACHABLE = "unreachable"
    CLOSED = "closed"


class Order(StrEnum):
    """In what order a list shows them."""

    HANDLE = "handle"
    FREE = "free"
    LOAD = "load"
    SILENCE = "silence"


class ComesBackBeforeSheGoes(Exception):
    """The last day away lies before the first one."""


class AwayForEver(Exception):
    """An absence has a last day; who does not come back hands over instead."""


def is_away(away_from: date | None, away_until: date | None, today: date) -> bool:
    """Whether she is away on ``today``. The days that she gave are the first and the last one away; without a first
    day she is away already."""
    return away_until is not None and (away_from is None or away_from <= today) and today <= away_until


def check_absence(away_from: date | None, away_until: date | None) -> None:
    """Raises AwayForEver or ComesBackBeforeSheGoes."""
    if away_from is not None and away_until is None:
        raise AwayForEver
    if away_from is not None and away_until is not None and away_until < away_from:
        raise ComesBackBeforeSheGoes


def check_may_close(
    *, is_oneself: bool, actor_is_admin: bool, is_admin: bool, other_admins: int, opening: bool = False
) -> None:
    """Whether an account may be closed, or opened again.

    Raises NotYourself, AboveYou, or LastAdmin when nobody else (``other_admins`` counts open accounts) has that role.
    """
    if is_oneself:
        raise NotYourself
    if is_admin and not actor_is_admin:
        raise AboveYou
    if is_admin and not opening and other_admins == 0:
        raise LastAdmin


def check_roles(*, was_admin: bool, stays_admin: bool, other_admins: int) -> None:
    """Whether somebody's roles may change so; raises LastAdmin."""
    if was_admin and not stays_admin and other_admins == 0:
        raise LastAdmin
