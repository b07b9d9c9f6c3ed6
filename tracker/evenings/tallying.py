"""From what was typed after an evening to letters by person, with every line accounted for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.evenings.matching import Found, Match, matches
from tracker.evenings.pasted import Line, lines_of
from tracker.evenings.rules import MOST_LETTERS, summed

SKIP = "skip"
"""Chosen for a line that is to be left out."""
OFFERS_EVERYBODY = 25
"""So many unknown names get the whole evening to choose from; the page would grow too long with more."""


@dataclass(frozen=True)
class Read:
    """A line as it will be counted."""

    match: Match
    field: str
    """Under this name its choice comes with the form."""
    offered: tuple[UUID, ...] = ()
    """Whom one may choose."""
    person: UUID | None = None
    """Who gets its letters; None: it is not settled, or left out."""
    is_left_out: bool = False

    @property
    def line(self) -> Line:
        return self.match.line

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to say what it means."""
        return self.person is None and not self.is_left_out

    @property
    def needs_choice(self) -> bool:
        """Whether it did not say by itself whom it means."""
        return self.match.found is not Found.ONE


@dataclass(frozen=True)
class Reading:
    """Everything that was typed, understood."""

    lines: Sequence[Read]
    letters: Mapping[UUID, int]
    repeated: Mapping[UUID, Sequence[int]]
    """Who stands in it more than once, with the numbers that were added up."""
    too_many: Sequence[UUID] = field(default=())
    """Who would get more letters than one evening can write."""

    @property
    def still_open(self) -> Sequence[Read]:
        """The lines about which somebody has to decide."""
        return [each for each in self.lines if each.is_open]

    @property
    def is_complete(self) -> bool:
        """Whether all of it can be entered."""
        return not self.still_open and not self.too_many

    @property
    def total(self) -> int:
        """All letters."""
        return sum(self.letters.values())


def read(
    session: Session,
    pasted: str,
    numbers: Mapping[UUID, int],
    choices: Mapping[str, str],
    sheets: Mapping[int, UUID],
) -> Reading:
    """What was typed: a pasted list, ``numbers`` from the table beside it, and what was chosen for single lines.

    ``sheets``: the people of the evening by number. What was chosen counts only if it was offered.
    """
    found = matches(session, list(lines_of(pasted)), sheets)
    lines = list(_settled(found, choices, list(sheets.values())))
    counts = [(each.person, each.line.letters) for each in lines if each.person is not None]
    counts += numbers.items()
    letters = summed(counts)
    parts: dict[UUID, list[int]] = {}
    for person, count in counts:
        parts.setdefault(person, []).append(count)
    return Reading(
        lines,
        letters,
        repeated={person: some for person, some in parts.items() if len(some) > 1},
        too_many=[person for person, count in letters.items() if count > MOST_LETTERS],
    )


def _settled(found: Sequence[Match], choices: Mapping[str, str], evening: Sequence[UUID]) -> Iterator[Read]:
    seen: dict[str, int] = {}
    unknown = 0
    for match in found:
        name = _field(match.line, seen)
        if match.found is Found.ONE:
            is_left_out = choices.get(name) == SKIP
            yield Read(match, name, person=None if is_left_out else match.people[0], is_left_out=is_left_out)
            continue
        offered = match.people
        if match.found in (Found.NOBODY, Found.ALIKE):
            unknown += 1
            if unknown <= OFFERS_EVERYBODY:
                offered = tuple(dict.fromkeys((*offered, *evening)))
        chosen = choices.get(name, "")
        person = next((each for each in offered if str(each) == chosen), None)
        yield Read(match, name, offered, person, is_left_out=chosen == SKIP)


def _field(line: Line, seen: dict[str, int]) -> str:
    """The same for the same words wherever they stand, so that correcting one line keeps what was chosen for others."""
    words = " ".join(line.typed.casefold().split())
    seen[words] = seen.get(words, 0) + 1
    return f"line-{sha256(words.encode()).hexdigest()[:16]}-{seen[words]}"
