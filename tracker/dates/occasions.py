"""Days of every year that belong to nobody in particular, such as 10 December: which days they are for reminders."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID, uuid5

from tracker.dates.rules import Day, DayKind
from tracker.partial_date import PartialDate
from tracker.transit.config import BadConfig, occasions_in_use

log = logging.getLogger(__name__)

_OCCASIONS = UUID("5b0f8c1e-7a44-5d1c-9b53-0c8f6d2a1e70")
_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
"""Nobody entered them."""


class DayOfEveryYear(Protocol):
    """What is needed of an occasion."""

    @property
    def key(self) -> str: ...
    @property
    def month(self) -> int: ...
    @property
    def day(self) -> int: ...


def occasion_id(key: str) -> UUID:
    """By which an occasion is known to reminders; the same for ever, whatever else changes in the file."""
    return uuid5(_OCCASIONS, key)


def occasion_days(occasions: Iterable[DayOfEveryYear], zone: str) -> list[Day]:
    """The days of some occasions, by the calendar of ``zone``. They concern no prisoner more than another."""
    return [
        Day(DayKind.INTL_DAY, occasion_id(each.key), PartialDate(None, each.month, each.day), zone, _ALWAYS)
        for each in occasions
    ]


_INSTEAD: ContextVar[Sequence[DayOfEveryYear] | None] = ContextVar("occasions", default=None)


def occasions_to_remind_of() -> Sequence[DayOfEveryYear]:
    """The occasions of this installation, or those of a rehearsal. A file with a fault keeps nobody's hearing from
    being told: then there are none, and the log says so."""
    played = _INSTEAD.get()
    if played is not None:
        return played
    try:
        return occasions_in_use()
    except BadConfig as error:
        log.error("occasions cannot be used: %s", error)
        return ()


@contextmanager
def other_occasions(occasions: Sequence[DayOfEveryYear]) -> Iterator[None]:
    """For a rehearsal: reminders know these occasions, and none of the installation."""
    token = _INSTEAD.set(occasions)
    try:
        yield
    finally:
        _INSTEAD.reset(token)
