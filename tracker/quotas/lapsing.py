"""When a claim lapses. Pure: nothing has to run for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from tracker.quotas.situation import FREEZING, Stay


@dataclass(frozen=True, slots=True)
class Lapse:
    """When a claim lapses, or that it waits."""

    at: datetime
    is_frozen: bool = False
    """The prisoner is on transfer or in a punishment cell: it lapses later by as long as that lasts."""

    def has_lapsed(self, now: datetime) -> bool:
        """Whether it holds no slot any more."""
        return not self.is_frozen and self.at <= now


def lapse_of(claimed_at: datetime, lapses_at: datetime, stays: Sequence[Stay], now: datetime) -> Lapse:
    """When a claim lapses, after what the stays in which nothing could be sent have added. Only past stays whose days
    are known add something: a guess would hold a slot that somebody else needs."""
    at = lapses_at
    for index, stay in enumerate(stays):
        if stay.kind not in FREEZING:
            continue
        began = _moment(stay)
        if stay.is_current:
            if began is None or began <= at:
                return Lapse(at, is_frozen=True)
            continue
        ended = _ended(stays, index)
        if began is not None and ended is not None and claimed_at < ended and began < at:
            at += ended - max(began, claimed_at)
    return Lapse(at)


def _moment(stay: Stay) -> datetime | None:
    day = stay.since.exact if stay.since else None
    return datetime.combine(day, time(), UTC) if day else None


def _ended(stays: Sequence[Stay], index: int) -> datetime | None:
    following = stays[index + 1] if index + 1 < len(stays) else None
    until = stays[index].until
    day = until.exact if until else None
    if day is not None:
        return datetime.combine(day, time(), UTC)
    return _moment(following) if following else None
