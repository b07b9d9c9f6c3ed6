"""Reading a list of names and numbers as people type it: a line each, the number first or last.

    Снежков 5        Snezhkov Ivan; 4        3 × Ivan Snezhkov        Snezhkov, Ivan: 2        12: 5

The last one has the number of a printed sheet instead of the name. Nothing is guessed: what cannot be read is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tracker.evenings.rules import MOST_LETTERS

MOST_LINES = 1000

_SEPARATORS = " \t\u00a0;:,.|=–—-+*×()[]#№"
_NUMBER = re.compile(r"[0-9]+")
_TIMES = re.compile(r"(?<=[0-9])\s*[x×хX*Х](?=[\s×*]|$)|^\s*[xхXХ](?=\s*[0-9])|(?<=\s)[xхXХ](?=\s*[0-9]+\s*$)")
"""«3 x», «x 3», with the Latin letter or the Russian one that looks like it."""
_UNITS = re.compile(
    r"(?i)(?<=[0-9])\s*(letters?|cards?|postcards?|briefe?|письмо|письма|писем|открытка|открытки|открыток|шт\.?)(?=\W|$)"
)
_ENUMERATION = re.compile(r"^\s*[0-9]{1,4}\s*[.)]\s+(?=\D)")
"""«1. Snezhkov 5»: the number of a line in a list, and no count."""


class Fault(StrEnum):
    """Why a line cannot be counted as it is."""

    NO_NUMBER = "no_number"
    SEVERAL_NUMBERS = "several_numbers"
    OUT_OF_RANGE = "out_of_range"
    NO_NAME = "no_name"


@dataclass(frozen=True)
class Line:
    """One line of a pasted list, as it was understood."""

    place: int
    """In what was pasted, from 1."""
    typed: str
    name: str = ""
    """What is left as a name; empty where a sheet's number stands for it."""
    sheet: int | None = None
    """The number of a printed sheet."""
    letters: int = 0
    fault: Fault | None = None


def lines_of(text: str) -> Iterator[Line]:
    """Every line that is not empty, in order."""
    for place, typed in enumerate(text.splitlines(), start=1):
        if typed.strip():
            yield _line(place, typed.strip())


def _line(place: int, typed: str) -> Line:
    plain = _UNITS.sub(" ", _TIMES.sub(" ", _ENUMERATION.sub("", typed)))
    pieces = [piece for piece in re.split(f"[{re.escape(_SEPARATORS)}]+", plain) if piece]
    # A number may touch the name: «Snezhkov-5», «5×Snezhkov».
    numbers = [index for index, piece in enumerate(pieces) if _NUMBER.fullmatch(piece)]
    name = " ".join(piece for index, piece in enumerate(pieces) if index not in numbers)
    if not numbers:
        return Line(place, typed, name, fault=Fault.NO_NUMBER)
    if not name:
        return _by_sheet(place, typed, [int(pieces[index][:9]) for index in numbers])
    if len(numbers) == 1 and numbers[0] in (0, len(pieces) - 1):
        return _counted(Line(place, typed, name, letters=int(pieces[numbers[0]][:9])))
    if numbers == [0, len(pieces) - 1]:
        # A table: the number of the sheet, the name, the count.
        return _counted(Line(place, typed, name, sheet=int(pieces[0][:9]), letters=int(pieces[-1][:9])))
    return Line(place, typed, name, fault=Fault.SEVERAL_NUMBERS)


def _by_sheet(place: int, typed: str, numbers: list[int]) -> Line:
    if len(numbers) == 1:
        return Line(place, typed, letters=numbers[0], fault=Fault.NO_NAME)
    if len(numbers) > 2:
        return Line(place, typed, fault=Fault.SEVERAL_NUMBERS)
    return _counted(Line(place, typed, sheet=numbers[0], letters=numbers[1]))


def _counted(line: Line) -> Line:
    if 1 <= line.letters <= MOST_LETTERS:
        return line
    return Line(line.place, line.typed, line.name, line.sheet, line.letters, Fault.OUT_OF_RANGE)
