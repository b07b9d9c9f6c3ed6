"""What a day is: its kind, its start, its last useful moment and its end, worked out from a wall clock.

A day keeps its local date, local time or none, and an IANA zone; every instant is derived from them, because laws
change zones. The spelled-out rules (P1 to P10, C8) are those of the reminder specification in ARCHITECTURE.md.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from tracker.partial_date import PartialDate, Precision

COURT_OPENS = time(9, 0)
"""When a hearing without a time is taken to begin, by the court's clock."""
OFFICE_CLOSES = time(17, 0)
"""Until when something can be handed in, and a court sits, if nothing else is known."""
USEFUL_LEAD = timedelta(minutes=60)
"""A mail that comes later than this before the start helps nobody to get there."""
BELATED_DAYS = 3
"""For so many days after a birthday, a belated mail still makes sense."""


class DayKind(StrEnum):
    """What happens on a day."""

    HEARING = "hearing"
    RELEASE = "release"
    DETENTION_UNTIL = "detention_until"
    APPEAL_DEADLINE = "appeal_deadline"
    BIRTHDAY = "birthday"
    ARREST_ANNIVERSARY = "arrest_anniversary"
    INTL_DAY = "intl_day"
    PARCEL_WINDOW = "parcel_window"

    @property
    def is_deadline(self) -> bool:
        """Something must be done by the end of the day."""
        return self is DayKind.DETENTION_UNTIL or self is DayKind.APPEAL_DEADLINE

    @property
    def is_soft(self) -> bool:
        """Nobody stands before a closed door if the mail comes a day late."""
        return self.returns_yearly or self is DayKind.PARCEL_WINDOW

    @property
    def returns_yearly(self) -> bool:
        return self is DayKind.BIRTHDAY or self is DayKind.ARREST_ANNIVERSARY or self is DayKind.INTL_DAY


class DayStatus(StrEnum):
    """Whether the day will come."""

    SCHEDULED = "scheduled"
    SINE_DIE = "sine_die"
    """Postponed without a date."""
    CANCELLED = "cancelled"
    CLOSED = "closed"
    """The case is over; everything stops silently."""


class Leap(StrEnum):
    """When 29 February is kept in a year that has none."""

    FEB28 = "feb28"
    MAR1 = "mar1"


@dataclass(frozen=True, slots=True, order=True)
class FurtherDay:
    """A further day of a hearing that takes several; without a time if that is not known."""

    on: date
    at: time | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day that concerns prisoners, as it stands now."""

    kind: DayKind
    subject_id: UUID
    """The hearing, measure, prisoner or case person that it belongs to; with the kind it names the day."""
    on: PartialDate | None
    """By the calendar of the zone; None only while postponed without a date."""
    zone: str
    changed_at: datetime
    """When it was entered or last changed in a way that matters."""
    at: time | None = None
    """By the clock of the zone; None: not known."""
    status: DayStatus = DayStatus.SCHEDULED
    place: str | None = None
    """What tells one place from another: the court's id."""
    revision: int = 0
    prisoner_ids: tuple[UUID, ...] = field(default=())
    latest_on: date | None = None
    """The end of a window: it will be on some day from ``on`` to this one (P7)."""
    sittings: tuple[FurtherDay, ...] = ()
    """Further days of the same hearing, in order (P7)."""
    every_months: int | None = None
    """A parcel window comes back so many months after ``on``, again and again, each counted from ``on`` (P10)."""
    first_of_month: bool = False
    """A parcel window opens on the first of every month after ``on``."""
    leap: Leap = Leap.FEB28
    """When a yearly day of 29 February is kept in other years (P9)."""
    case_id: UUID | None = None

    @property
    def returns(self) -> bool:
        """It comes again and again; every instance is a matter of its own."""
        return self.kind.returns_yearly or self.every_months is not None or self.first_of_month


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One dated instance of a day: for a birthday, that of one year."""

    key: str
    """For yearly days the year; otherwise date, time and zone as entered."""
    on: date
    at: time | None
    zone: str
    ordinal: int | None = None
    """The age, or the number of years; None: not known, or not a yearly day."""
    is_month_only: bool = False
    """Only the month is known; ``on`` is its first day, from which leads are counted."""
    latest_on: date | None = None
    """The end of a window of which ``on`` is the first day; nobody knows yet on which day it will be."""
    is_further: bool = False
    """One more day of a hearing that takes several, not the first one."""

    @property
    def last_on(self) -> date:
        """The last day on which it can be."""
        return self.latest_on or self.on


@lru_cache(maxsize=8192)
def resolve(on: date, at: time, zone: str) -> datetime:
    """The instant (UTC) of a wall clock reading.

    A reading that the clock skips is moved forward by the gap; of one that comes twice the first is meant
    (RFC 5545, 3.3.5).
    """
    wall = datetime.combine(on, at.replace(tzinfo=None, fold=0), _zone(zone))
    return wall.astimezone(UTC)


def local_day(moment: datetime, zone: str) -> date:
    """The calendar day in a zone at an instant."""
    return moment.astimezone(_zone(zone)).date()


def add_months(on: date, months: int) -> date:
    """The same day ``months`` later, clamped to the end of the month; count from the original day, never from a
    clamped one (P10)."""
    years, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(years, month + 1, min(on.day, monthrange(years, month + 1)[1]))


def in_year(month: int, day: int, year: int, leap: Leap = Leap.FEB28) -> date:
    """A day of the year in one year (P9). 29 February falls on 28 February or 1 March where there is none."""
    if (month, day) == (2, 29) and not isleap(year):
        return date(year, 2, 28) if leap is Leap.FEB28 else date(year, 3, 1)
    return date(year, month, day)


def occurrences(day: Day, first: date, last: date) -> Iterator[Occurrence]:
    """The dated instances of a day that touch the span from ``first`` until ``last``. A day of which only the year is
    known has none.
    """
    if day.on is None:
        return
    if day.kind.returns_yearly:
        yield from _yearly(day, day.on, first, last)
    elif day.returns:
        yield from _windows_for_parcels(day, day.on, first, last)
    else:
        for occurrence in all_at_once(day):
            if first <= occurrence.last_on and occurrence.on <= last:
                yield occurrence


def single(day: Day) -> Occurrence | None:
    """The one instance of a day that does not return, or the first of its sittings; None if only the year is known, or
    nothing."""
    if day.on is None or day.on.precision not in {Precision.DAY, Precision.MONTH, Precision.SEASON}:
        return None
    month_only = day.on.precision is not Precision.DAY
    key = _key(day, str(day.on), day.at)
    latest_on = None if month_only else day.latest_on
    return Occurrence(key, day.on.earliest(), day.at, day.zone, is_month_only=month_only, latest_on=latest_on)


def all_at_once(day: Day) -> tuple[Occurrence, ...]:
    """The instance of a day that does not return, with its further sittings (P7)."""
    occurrence = single(day)
    if occurrence is None:
        return ()
    if occurrence.is_month_only or not day.sittings:
        return (occurrence,)
    further = [
        Occurrence(_key(day, str(each.on), each.at), each.on, each.at, day.zone, is_further=True)
        for each in day.sittings
    ]
    return (occurrence, *further)


def _key(day: Day, on: str, at: time | None) -> str:
    return f"{on}{f'T{at:%H:%M}' if at else ''} {day.zone}"


def _yearly(day: Day, on: PartialDate, first: date, last: date) -> Iterator[Occurrence]:
    if on.month is None:
        return
    for year in range(first.year, last.year + 1):
        this_year = in_year(on.month, on.day or 1, year, day.leap)
        ordinal = year - on.year if on.year else None
        # The day itself is no anniversary.
        if first <= this_year <= last and (ordinal is None or ordinal > 0):
            yield Occurrence(str(year), this_year, None, day.zone, ordinal, is_month_only=on.day is None)


def _windows_for_parcels(day: Day, counted_from: PartialDate, first: date, last: date) -> Iterator[Occurrence]:
    """Each counted from the original day (P10); the original day itself is none."""
    start = counted_from.exact
    if start is None:
        return
    step = day.every_months or 1
    if day.first_of_month:
        start, step = start.replace(day=1), 1
    months = (first.year - start.year) * 12 + first.month - start.month
    number = max(months // step, 1)
    while (on := add_months(start, number * step)) <= last:
        if on >= first:
            yield Occurrence(_key(day, str(on), None), on, None, day.zone)
        number += 1


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def is_zone(name: str) -> bool:
    """Whether there is an IANA time zone of this name."""
    try:
        _zone(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
