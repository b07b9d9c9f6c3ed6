"""Which entries of a calendar follow from the days that somebody may see: pure, and always the same for the same days.

An entry is named after its record and what it is of it, never after a date or a title, so that a calendar program
finds it again when it moves. What is called off stays for a while as cancelled, because a program that only misses an
entry may keep showing it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import uuid5

from tracker.dates.rules import Day, DayKind, FurtherDay, add_months, occurrences, resolve
from tracker.volunteers.rules import Disclosure, disclosure_of

MOST_FEEDS = 10
"""So many calendars one person may have at a time."""
MOST_ENTRIES = 2000
"""So many entries one calendar holds; what is soonest comes first, then what was last."""
HEARING_MONTHS_BACK, MONTHS_AHEAD = 12, 18
OTHER_DAYS_BACK = 30
"""What is not in court stays so long after its day."""
CANCELLED_FOR = timedelta(days=30)
GUESSED_LENGTH = timedelta(hours=1)
"""Nobody says how long a hearing will take."""
_COUNTED_SINCE = datetime(2020, 1, 1, tzinfo=UTC)


class TooManyFeeds(Exception):
    """You have as many calendars as one person can have; take one back first."""


class SaysMoreThanAllowed(Exception):
    """The collective does not want calendars to say so much."""


class Off(StrEnum):
    """Why something does not take place on its day."""

    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    """Nobody knows yet until when."""
    DONE = "done"
    """It was handed in, or ended before."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """From when until when a calendar reaches."""

    today: date
    now: datetime

    @property
    def first_in_court(self) -> date:
        return add_months(self.today, -HEARING_MONTHS_BACK)

    @property
    def first_of_others(self) -> date:
        return self.today - timedelta(days=OTHER_DAYS_BACK)

    @property
    def last(self) -> date:
        return add_months(self.today, MONTHS_AHEAD)

    @property
    def cancelled_since(self) -> datetime:
        return self.now - CANCELLED_FOR


@dataclass(frozen=True, slots=True)
class Former:
    """When a hearing was to be until a change."""

    first: FurtherDay | None
    further: tuple[FurtherDay, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """A day as its reader may see it, with what a full calendar says of it."""

    day: Day
    names: tuple[str, ...]
    off: Off | None = None
    what: StrEnum | None = None
    """The kind of hearing, measure or deadline."""
    court: str | None = None
    """Name and city."""
    expected: str | None = None
    former: tuple[Former, ...] = ()
    """What a hearing was before its changes of the last thirty days, the newest first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a calendar."""

    known: Known
    part: str
    """What it is of its record: the day itself, the second sitting, the birthday of one year."""
    on: date
    """By the calendar of the place."""
    off: Off | None = None
    starts_at: datetime | None = None
    """None: the whole day."""
    at: time | None = None
    """By the clock of the place."""
    until: date | None = None
    """The last day of a window: it will be on one of these days."""
    ordinal: int | None = None

    @property
    def sort_key(self) -> tuple[date, str, str]:
        return (self.on, str(self.known.day.subject_id), self.part)

    def uid(self, domain: str) -> str:
        """The name by which programs know it; no clue to what it is."""
        return f"{uuid5(self.known.day.subject_id, f'{self.known.day.kind} {self.part}')}@{domain}"


def entries_of(days: Iterable[Known], horizon: Horizon) -> list[Entry]:
    """Every entry that follows from the days, in order of time; MOST_ENTRIES at most."""
    found = sorted((entry for known in days for entry in _entries(known, horizon)), key=lambda each: each.sort_key)
    if len(found) <= MOST_ENTRIES:
        return found
    to_come = [entry for entry in found if (entry.until or entry.on) >= horizon.today][:MOST_ENTRIES]
    over = [entry for entry in found if (entry.until or entry.on) < horizon.today]
    room = MOST_ENTRIES - len(to_come)
    return [*over[len(over) - room :], *to_come]


def counter_of(changed_at: datetime | None) -> int:
    """A number that goes up with each change, for records that do not count theirs: minutes since 2020."""
    return 0 if changed_at is None else int((changed_at - _COUNTED_SINCE).total_seconds() // 60)


def _entries(known: Known, horizon: Horizon) -> Iterator[Entry]:
    if known.off is not None and known.day.changed_at < horizon.cancelled_since:
        return
    if known.day.kind is DayKind.HEARING:
        yield from (each for each in _of_hearing(known) if _in_court_within(each, horizon))
    elif known.day.kind.is_soft:
        yield from _returning(known, horizon)
    elif known.day.on is not None and (on := known.day.on.exact) is not None:
        if horizon.first_of_others <= on <= horizon.last:
            yield _entry(known, "day", FurtherDay(on, known.day.at), known.off)


def _in_court_within(entry: Entry, horizon: Horizon) -> bool:
    return entry.on <= horizon.last and (entry.until or entry.on) >= horizon.first_in_court


def _of_hearing(known: Known) -> Iterator[Entry]:
    day = known.day
    on = day.on.exact if day.on is not None else None
    was = next((each.first for each in known.former if each.first is not None), None)
    if on is not None:
        yield _entry(known, "day", FurtherDay(on, day.at), known.off, until=day.latest_on)
    elif was is not None:
        yield _entry(known, "day", was, known.off or Off.POSTPONED)
    for place, sitting in enumerate(day.sittings, start=2):
        yield _entry(known, f"sitting {place}", sitting, known.off)
    yield from _sittings_no_more(known)


def _sittings_no_more(known: Known) -> Iterator[Entry]:
    """Sittings that the hearing had and has no more."""
    place = len(known.day.sittings)
    while True:
        was = next((each.further[place] for each in known.former if len(each.further) > place), None)
        if was is None:
            return
        yield _entry(known, f"sitting {place + 2}", was, known.off or Off.CANCELLED)
        place += 1


def _returning(known: Known, horizon: Horizon) -> Iterator[Entry]:
    """Each year's day, and each chance to send a parcel, one by one: a rule of repetition would lose 29 February."""
    day = known.day
    if day.kind is DayKind.PARCEL_WINDOW:
        for number, on in _windows(day, horizon.first_of_others, horizon.last):
            yield _entry(known, str(number), FurtherDay(on), known.off)
        return
    for found in occurrences(day, horizon.first_of_others, horizon.last):
        if not found.is_month_only:
            yield _entry(known, found.key, FurtherDay(found.on), known.off, ordinal=found.ordinal)


def _windows(day: Day, first: date, last: date) -> Iterator[tuple[int, date]]:
    """Which of the chances after the original day fall between two days, and when. Counted, because their days move
    when the original one is corrected."""
    counted_from = day.on.exact if day.on is not None else None
    if counted_from is None:
        return
    step = day.every_months or 1
    months = (first.year - counted_from.year) * 12 + first.month - counted_from.month
    number = max(1, months // step)
    while (on := _window(counted_from, number * step, day.every_months is None)) <= last:
        if on >= first:
            yield number, on
        number += 1


def _window(counted_from: date, months: int, first_of_month: bool) -> date:
    return add_months(counted_from.replace(day=1) if first_of_month else counted_from, months)


def _entry(
    known: Known, part: str, when: FurtherDay, off: Off | None, until: date | None = None, ordinal: int | None = None
) -> Entry:
    starts_at = None
    if when.at is not None and until is None:
        starts_at = resolve(when.on, when.at, known.day.zone)
    return Entry(known, part, when.on, off, starts_at, when.at, until, ordinal)


def check_disclosure(wanted: Disclosure, most: Disclosure | None) -> None:
    """Raises SaysMoreThanAllowed."""
    if wanted is Disclosure.FULL and disclosure_of(wanted, most) is not wanted:
        raise SaysMoreThanAllowed
