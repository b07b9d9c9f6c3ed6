"""When a hearing is: its days and windows, what can be wrong with them, when it has begun and when it is over. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.dates.rules import OFFICE_CLOSES, FurtherDay, local_day, resolve
from tracker.partial_date import PartialDate, Precision

NEAR = timedelta(hours=48)
"""So long before a hearing somebody must have said that she will be there."""
PRESUMED_LENGTH = timedelta(hours=3)
"""How long after its start a hearing is taken to be over."""
MOST_SITTINGS = 60


class DayNotTold(Exception):
    """A hearing needs a day, or at least a month or a year."""


class DayToldTwice(Exception):
    """Either a day is known, or only the month or the year."""


class WindowWithoutBeginning(Exception):
    """A window has a first day."""


class WindowEndsBeforeItBegins(Exception):
    """The last day of a window lies before its first."""


class WindowOfSeveralDays(Exception):
    """A hearing that is on some day in a window cannot have further days."""


class TimeWithoutDay(Exception):
    """A time says nothing as long as no day is known."""


class SittingBeforeFirstDay(Exception):
    """A further day lies before the first one."""


class SittingTwice(Exception):
    """The same day and time stand there twice."""


class TooManySittings(Exception):
    """Nobody can follow so many days; enter them as hearings of their own."""


class TooRough(Exception):
    """Only a month or a year can stand for a day that is not known."""


@dataclass(frozen=True, slots=True)
class When:
    """When a hearing is, by the clock and calendar of the court."""

    on: date | None = None
    """The day, the first of several, or of a window; None while only ``roughly`` is known, or nothing."""
    at: time | None = None
    roughly: PartialDate | None = None
    """The month or the year."""
    latest_on: date | None = None
    """It will be on some day from ``on`` to this one."""
    sittings: tuple[FurtherDay, ...] = ()

    @property
    def last_on(self) -> date | None:
        """The last day that it can be; None if no day is known."""
        if self.on is None:
            return self.roughly.latest() if self.roughly else None
        return max((self.on, self.latest_on or self.on, *(each.on for each in self.sittings)))

    def days(self) -> Iterator[FurtherDay]:
        """Every single day of it; of a window none but the first."""
        if self.on is not None:
            yield FurtherDay(self.on, self.at)
            yield from self.sittings


def check_when(when: When) -> None:
    """Raises the refusals of this module."""
    if when.on is None:
        _check_roughly(when)
        return
    if when.roughly is not None:
        raise DayToldTwice
    if when.latest_on is not None:
        if when.latest_on < when.on:
            raise WindowEndsBeforeItBegins
        if when.sittings:
            raise WindowOfSeveralDays
    _check_sittings(when, when.on)


def _check_roughly(when: When) -> None:
    if when.latest_on is not None:
        raise WindowWithoutBeginning
    if when.sittings:
        raise SittingBeforeFirstDay
    if when.roughly is None:
        raise DayNotTold
    if when.roughly.precision not in (Precision.MONTH, Precision.YEAR):
        raise TooRough
    if when.at is not None:
        raise TimeWithoutDay


def _check_sittings(when: When, first: date) -> None:
    if len(when.sittings) > MOST_SITTINGS:
        raise TooManySittings
    if any(each.on < first for each in when.sittings):
        raise SittingBeforeFirstDay
    if len(set(when.days())) <= len(when.sittings):
        raise SittingTwice


def tidied(when: When) -> When:
    """Further days in order; a window of one day is a day."""
    latest = None if when.latest_on == when.on else when.latest_on
    # A day without a time stands before those with one.
    days = tuple(sorted(when.sittings, key=lambda each: (each.on, each.at or time.min, each.at is not None)))
    return When(when.on, when.at, when.roughly, latest, days)


def as_text(day: FurtherDay) -> str:
    """A further day as history keeps it: ``2026-12-16T10:00``, or ``2026-12-16`` without a time."""
    return f"{day.on}T{day.at:%H:%M}" if day.at else str(day.on)


def from_text(text: str) -> FurtherDay:
    """The same, read again."""
    on, _, at = text.partition("T")
    return FurtherDay(date.fromisoformat(on), time.fromisoformat(at) if at else None)


def is_near(when: When, zone: str, now: datetime) -> bool:
    """Whether it can begin within the next 48 hours: at a known time, on a day without one, on some day of a window, or
    on one of several days. A day without a time counts until the court closes."""
    if when.on is None:
        return False
    if when.latest_on is not None:
        return _opens(when.on, zone) <= now + NEAR and now < _ends(FurtherDay(when.latest_on), zone)
    return any(_begins(each, zone) <= now + NEAR and now < _ends(each, zone) for each in when.days())


def has_begun(when: When, zone: str, now: datetime) -> bool:
    """Whether something can be said of its outcome: the last of its days has come at the court, or the first of its
    window."""
    on = when.on if when.latest_on else max((each.on for each in when.days()), default=None)
    if on is None:
        on = when.roughly.earliest() if when.roughly else None
    return on is not None and on <= local_day(now, zone)


def is_over(when: When, zone: str, now: datetime) -> bool:
    """Whether somebody should say what became of it: some hours after its last start, or when the court closes on its
    last day; of a month or a year, when that is over."""
    ends_at = over_at(when, zone)
    return ends_at is not None and ends_at <= now


def over_at(when: When, zone: str) -> datetime | None:
    """The moment from which it counts as over; None while no day is known, not even roughly."""
    last = when.last_on
    if last is None:
        return None
    if when.on is None:
        return resolve(last, time(23, 59), zone) + timedelta(minutes=1)
    if when.latest_on is not None:
        return resolve(last, OFFICE_CLOSES, zone)
    return max(_over(each, zone) for each in when.days() if each.on == last)


def moved_by_clocks(on: date, at: time, zone: str) -> time | None:
    """The time that is meant instead, if clocks skip this one that night; None if it exists."""
    taken = _local(resolve(on, at, zone), zone)
    return taken if taken != at.replace(second=0, microsecond=0) else None


def _local(moment: datetime, zone: str) -> time:
    return moment.astimezone(ZoneInfo(zone)).time().replace(second=0, microsecond=0)


def _opens(on: date, zone: str) -> datetime:
    return resolve(on, time(0), zone)


def _begins(day: FurtherDay, zone: str) -> datetime:
    return resolve(day.on, day.at, zone) if day.at else _opens(day.on, zone)


def _ends(day: FurtherDay, zone: str) -> datetime:
    """When nobody can come in time any more."""
    return resolve(day.on, day.at or OFFICE_CLOSES, zone)


def _over(day: FurtherDay, zone: str) -> datetime:
    return resolve(day.on, day.at, zone) + PRESUMED_LENGTH if day.at else resolve(day.on, OFFICE_CLOSES, zone)
