"""Looking at a mapping of a scenario file field by field. What is wrong is noted with its path, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar

from tracker.dates.rules import is_zone
from tracker.partial_date import NotADate, PartialDate
from tracker.rehearsal.rules import Fault

E = TypeVar("E", bound=StrEnum)

YEARS = 1970, 2200
"""The years that moments of a story can lie in."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?", re.ASCII)
_MISSING = object()


class Fields:
    """A mapping of which every field has to be asked for; ``done`` notes those that nobody asked for."""

    def __init__(self, content: Any, path: str, faults: list[Fault]) -> None:
        self.path = path
        self.faults = faults
        self._asked: set[str] = set()
        self._content: dict[str, Any] = {}
        if isinstance(content, dict):
            self._content = {str(name): value for name, value in content.items()}
        else:
            faults.append(Fault(path, "must be a mapping of fields to values."))

    def where(self, name: str) -> str:
        """The path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def fault(self, name: str, sentence: str) -> None:
        """Note what is wrong with a field."""
        self.faults.append(Fault(self.where(name), sentence))

    def has(self, *names: str) -> bool:
        """Whether one of the fields is there, be it empty."""
        return any(name in self._content for name in names)

    def raw(self, name: str, default: Any = None) -> Any:
        """Whatever stands in a field."""
        self._asked.add(name)
        return self._content.get(name, default)

    def first(self, *names: str) -> str:
        """Which of several names for one thing is used; the first if none is."""
        return next((name for name in names if name in self._content), names[0])

    def ignore(self, *names: str) -> None:
        """Fields that are for people."""
        self._asked.update(names)

    def done(self) -> None:
        """Note every field that means nothing here."""
        for name in self._content:
            if name not in self._asked:
                known = ", ".join(sorted(self._asked))
                self.fault(name, f"there is no such field here; there are {known}.")

    # One value

    def text(self, name: str, default: str | None = None, *, needed: bool = False) -> str:
        """A word or a name; numbers will do."""
        value = self.raw(name)
        if value is None:
            if needed:
                self.fault(name, "is missing.")
            return default or ""
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value)
        self.fault(name, "must be a text.")
        return default or ""

    def flag(self, name: str, default: bool = False) -> bool:
        """True or false."""
        value = self.raw(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fault(name, "must be true or false.")
        return bool(value)

    def whole(self, name: str, least: int, most: int, default: int | None = None) -> int | None:
        """A whole number between two others."""
        value = self.raw(name)
        if value is None:
            return default
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.fault(name, f"must be a whole number from {least} to {most}, not {shown(value)}.")
        return default

    def one_of(self, name: str, kind: type[E], default: E | None = None, *, needed: bool = False) -> E | None:
        """One of the words of an enumeration."""
        value = self.raw(name)
        if value is None and not needed:
            return default
        if isinstance(value, str) and value in set(kind):
            return kind(value)
        said = "is missing" if value is None else f"{shown(value)} is none of them"
        self.fault(name, f"{said}: {', '.join(kind)}.")
        return default

    def day(self, name: str) -> date | None:
        """A day such as 2026-12-15."""
        value = self.raw(name)
        if value is None:
            return None
        found = read_day(value)
        if found is None:
            self.fault(name, f"{shown(value)} is no day such as 2026-12-15.")
        return found

    def partial(self, name: str) -> PartialDate | None:
        """A date as far as it is known: 2026-12-15, 2026-12 or 2026."""
        value = self.raw(name)
        if value is None:
            return None
        try:
            return PartialDate.parse(str(value))
        except NotADate:
            self.fault(name, f"{shown(value)} is no date such as 2026-12-15, 2026-12 or 2026.")
            return None

    def clock(self, name: str, default: time | None = None) -> time | None:
        """A time of day such as 08:00."""
        value = self.raw(name)
        if value is None:
            return default
        found = read_clock(value)
        if found is None:
            self.fault(name, f"{shown(value)} is no time of day from 00:00 to 23:59.")
        return found

    def clocks(self, name: str, default: tuple[time, time]) -> tuple[time, time]:
        """Two times of day, such as ['22:00', '07:00']."""
        value = self.raw(name)
        if value is None:
            return default
        found = [read_clock(each) for each in value] if isinstance(value, list) else []
        if len(found) == 2 and found[0] is not None and found[1] is not None:
            return found[0], found[1]
        self.fault(name, "must be two times of day, such as ['22:00', '07:00'].")
        return default

    def zone(self, name: str, default: str) -> str:
        """An IANA time zone."""
        value = self.raw(name)
        if value is None:
            return default
        if isinstance(value, str) and value and is_zone(value):
            return value
        self.fault(name, f"there is no time zone {shown(value)}.")
        return default

    def instant(self, name: str, *, needed: bool = False) -> datetime | None:
        """An instant such as 2026-12-13T07:00:00Z."""
        value = self.raw(name)
        if value is None:
            if needed:
                self.fault(name, "is missing; it is an instant such as 2026-12-13T07:00:00Z.")
            return None
        found = read_instant(value)
        if found is None:
            self.fault(name, f"{shown(value)} is no instant such as 2026-12-13T07:00:00Z.")
        return found

    # Several

    def names(self, *fields: str) -> tuple[str, ...]:
        """A list of names, or a single one, in whichever of the fields is used."""
        name = self.first(*fields)
        self.ignore(*fields)
        value = self.raw(name)
        several = [value] if isinstance(value, str | int) else value
        if several is None:
            return ()
        if isinstance(several, list) and all(isinstance(each, str | int) for each in several):
            return tuple(dict.fromkeys(str(each) for each in several))
        self.fault(name, "must be a list of names.")
        return ()

    def those_there(self, wanted: Mapping[str, tuple[tuple[str, ...], Callable[[Fields, str], Any]]]) -> dict[str, Any]:
        """What is named, be it to clear it: for each of the wanted things, the names of its field and how to read
        it."""
        found: dict[str, Any] = {}
        for what, (names, read) in wanted.items():
            name = self.first(*names)
            self.ignore(*names)
            if self.has(name):
                found[what] = read(self, name)
        return found

    def items(self, name: str, *, alone: bool = False) -> Iterator[Fields]:
        """The mappings of a list; with ``alone`` a single one will do without a list."""
        value = self.raw(name)
        if value is None:
            return
        if alone and isinstance(value, dict):
            value = [value]
        if not isinstance(value, list):
            self.fault(name, "must be a list.")
            return
        for index, each in enumerate(value):
            yield Fields(each, f"{self.where(name)}[{index}]", self.faults)

    def inner(self, name: str) -> Fields:
        """The mapping in a field."""
        return Fields(self.raw(name), self.where(name), self.faults)


def shown(value: Any) -> str:
    """A value of a file in a sentence, cut to what one wants to read."""
    text = str(value)
    return repr(text if len(text) <= 60 else f"{text[:60]}…")


def known_names(fields: Fields, name: str, said: Iterable[str], known: Iterable[str], what: str) -> None:
    """Note every name that nobody has."""
    there = set(known)
    for each in said:
        if each not in there:
            fields.fault(name, f"there is no {what} {shown(each)}.")


def read_day(value: Any) -> date | None:
    """A day in ISO form; None if it is none."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def read_clock(value: Any) -> time | None:
    """A time of day; None if it is none."""
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[1]) > 23 or int(match[2]) > 59 or int(match[3] or 0) > 59:
        return None
    return time(int(match[1]), int(match[2]), int(match[3] or 0))


def read_instant(value: Any) -> datetime | None:
    """An instant with its offset, in UTC; None if it is none."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        moment = moment.astimezone(UTC) if moment is not None and moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
    return moment if moment is not None and YEARS[0] <= moment.year <= YEARS[1] else None
