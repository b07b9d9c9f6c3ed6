"""The time in which parcels are counted: years, months, half-years and stays. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.quotas.rules import Spacing, Window

_MONTHS = {Window.ROLLING_YEAR: 12, Window.HALF_YEAR: 6}


def add_months(day: date, months: int) -> date:
    """The same day some months later; where a month is too short, the first of the next one, so that a whole month
    has always passed (29 February and a year is 1 March)."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    if day.day <= monthrange(year, month)[1]:
        return date(year, month, day.day)
    return date(year + month // 12, month % 12 + 1, 1)


def _months_before(day: date, months: int) -> date:
    """The first day that is less than so many months before ``day``."""
    years, month = divmod(day.month - 1 - months, 12)
    year, month = day.year + years, month + 1
    first = date(year, month, min(day.day, monthrange(year, month)[1]))
    while add_months(first, months) <= day:
        first += timedelta(days=1)
    return first


def after(day: date, spacing: Spacing) -> date:
    """The earliest day for the next one, when one came on ``day``."""
    return add_months(day, spacing.months) + timedelta(days=spacing.days)


@dataclass(frozen=True, slots=True)
class Span:
    """The days that are counted together, seen from one day."""

    first: date
    last: date | None
    """None: it moves along with the day, or its end is not known."""

    def holds(self, day: date) -> bool:
        """Whether something of that day counts in it. What is still to come counts in a window that moves along."""
        return self.first <= day and (self.last is None or day <= self.last)


def span_of(window: Window, day: date, stay_began: date | None = None) -> Span:
    """The window around a day. ``stay_began`` is the first day of the stay, for rules that count by stays."""
    if window is Window.CALENDAR_YEAR:
        return Span(date(day.year, 1, 1), date(day.year, 12, 31))
    if window is Window.MONTH:
        return Span(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))
    if window is Window.STAY:
        return Span(stay_began or date.min, None)
    return Span(_months_before(day, _MONTHS[window]), None)


def free_again_on(window: Window, span: Span, counted: Iterable[date], most: int) -> date | None:
    """The first day on which there is room for one more, when ``counted`` days fill the window; None: nobody knows."""
    if most <= 0 or window is Window.STAY:
        return None
    if span.last is not None:
        return span.last + timedelta(days=1)
    days = sorted(counted)
    if len(days) < most:
        return None
    return add_months(days[len(days) - most], _MONTHS[window])
