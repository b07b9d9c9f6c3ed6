"""What holds of volunteers and their roles, whoever asks."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

MOST_CAPACITY = 99
MOST_LANGUAGES = 20


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


def is_away(away_until: date | None, today: date) -> bool:
    """Whether she is away on ``today``; the day that she gave is the last one away."""
    return away_until is not None and today <= away_until


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
