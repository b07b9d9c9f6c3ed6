"""What a bundle must be, and what follows from what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.partial_date import NotADate, PartialDate

MOST_BYTES = 10_000_000
"""Of a bundle's file. A book of a hundred pages makes a quarter of a million."""
MOST_VALUES = 1_000_000
"""Texts, numbers, lists and groups in one bundle."""
DEEPEST = 20
"""Levels of lists and groups inside one another; the format has eight."""

Path = tuple[str | int, ...]
"""Where something is in a bundle: ``("people", 3, "placements", 1, "facility")``."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a bundle, where it is, and what to do about it."""

    path: Path
    line: int | None
    """The line of the file, from 1."""
    text: str

    def __str__(self) -> str:
        where = "/".join(map(str, self.path)) or "the bundle"
        return f"{where} (line {self.line}): {self.text}" if self.line else f"{where}: {self.text}"


class BadBundle(ValueError):
    """The bundle is refused whole, and nothing of it was taken."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults), key=lambda fault: (fault.line or 0, str(fault))))
        super().__init__("\n".join(map(str, self.faults)))


def normal_form(value: Any) -> Any:
    """A part of a bundle without what says nothing: an empty list, and ``current: false``. That a case has no people is
    said, since the format asks for it.

    Two bundles with the same normal form mean the same.
    """
    if isinstance(value, Mapping):
        return {
            name: normal_form(part)
            for name, part in value.items()
            if (part != [] or name == "people") and not (name == "current" and part is False)
        }
    return [normal_form(part) for part in value] if isinstance(value, list) else value


def normal_bundle(bundle: Mapping[str, Any]) -> dict[str, Any]:
    """The whole bundle in its normal form; its four lists stay even when they are empty."""
    return {name: normal_form(part) for name, part in bundle.items()}


def ends_before_it_starts(start: str, end: str) -> bool:
    """Whether the end lies before the start for certain, at the precision of both. Without a year: never certain.

    Texts that are no dates are somebody else's matter.
    """
    try:
        first, last = PartialDate.parse(start), PartialDate.parse(end)
    except NotADate:
        return False
    if first.year is None or last.year is None:
        return False
    return first.earliest() > last.latest()


def current_placement(placements: Sequence[Mapping[str, Any]]) -> int | None:
    """Which of somebody's placements, in order of time, is where the person is now.

    The last one of which the source says so; or else the last of all, if no end of it is told. An earlier one without
    an end is over: there is a later one. None: not known.
    """
    stated = [number for number, placement in enumerate(placements) if placement.get("current")]
    if stated:
        return stated[-1]
    if not placements or "until" in placements[-1] or "until_printed" in placements[-1]:
        return None
    return len(placements) - 1


def end_of_measure(terms: Sequence[Mapping[str, Any]]) -> str | None:
    """The end of a measure as its terms tell it: that of the last term that has one."""
    return next((str(term["until"]) for term in reversed(terms) if "until" in term), None)
