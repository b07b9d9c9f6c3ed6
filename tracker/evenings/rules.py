"""What holds of evenings: whom they are for, in what order people are chosen, and what can be counted after them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

MOST_PEOPLE = 200
MOST_LETTERS = 500
"""To one person on one evening; more is a slip of the finger."""
MOST_EACH = 30
"""The largest limit per person that can be set beforehand; as many labels are printed."""
WINDOW_DAYS = 90
"""Who had letters is counted over so many days, or over all time."""


class EveningRefused(Exception):
    """It cannot be like that."""


class AlreadyTallied(EveningRefused):
    """Letters were entered for this evening; undo them first."""


class TooManyPeople(EveningRefused):
    """There is a limit to how many people an evening is for."""


class CannotBeWrittenTo(EveningRefused):
    """No letter can go to this person now."""


class TalliedTooEarly(EveningRefused):
    """The evening is still to come."""


class NothingToEnter(EveningRefused):
    """Not one number was typed."""


@dataclass(frozen=True)
class Choice:
    """By what people are chosen for an evening. Kept with it, so it carries no name."""

    people: int = 30
    """How many."""
    days: int | None = WINDOW_DAYS
    """Letters of so many days count; None: of all time."""
    language: str | None = None
    """A language in which one can write to them."""
    theme: str | None = None
    """Words, with commas between them, one of which is among what is known of their interests or work."""
    facility_id: str | None = None
    region: str | None = None
    """Part of the name of a region or a city."""
    minors: bool = False
    """Only those who were minors when arrested."""
    women: bool = False
    month: int | None = None
    """Only those with a birthday in that month."""

    def kept(self) -> dict[str, Any]:
        """As it is stored: what was chosen, without what was not."""
        return {name: value for name, value in asdict(self).items() if value not in (None, False) or name == "days"}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Choice:
        """From what is stored; what an earlier release kept and nobody knows any more is left out."""
        return cls(**{name: value for name, value in kept.items() if name in cls.__dataclass_fields__})


def fewest_first(letters: Mapping[UUID, int], seed: UUID) -> list[UUID]:
    """Everybody, those with the fewest letters first; among equals by lot, and the same lot for the same ``seed``."""

    def lot(prisoner_id: UUID) -> bytes:
        return sha256(seed.bytes + prisoner_id.bytes).digest()

    return sorted(letters, key=lambda each: (letters[each], lot(each)))


def summed(counts: Iterable[tuple[UUID, int]]) -> dict[UUID, int]:
    """Letters by person: whoever stands in it more than once gets the sum."""
    total: dict[UUID, int] = {}
    for person, letters in counts:
        total[person] = total.get(person, 0) + letters
    return total


def arranged(wanted: Iterable[tuple[UUID, int | None]]) -> list[UUID]:
    """The order in which people stand after somebody has typed places; ``wanted`` has them in the order so far.

    Who gets a place moves in front of whoever had it; without one everybody stays behind the same neighbour.
    """
    order: list[tuple[float, int, UUID]] = []
    for so_far, (person, place) in enumerate(wanted, start=1):
        moved = place is not None and place != so_far
        # Whoever moves up stands before the one who had the place; whoever moves down, behind.
        nudge = (-0.5 if place < so_far else 0.5) if moved and place is not None else 0.0
        order.append(((place if moved and place is not None else so_far) + nudge, so_far, person))
    return [person for _place, _so_far, person in sorted(order)]


def state_of_list(people: Iterable[tuple[UUID, int]]) -> str:
    """A short text that differs when other people stand in a list, or in another order or with other numbers."""
    return sha256(" ".join(f"{person}:{number}" for person, number in people).encode()).hexdigest()[:16]


def check_tally(on: date, today: date, letters: Mapping[UUID, int]) -> None:
    """Raises TalliedTooEarly or NothingToEnter."""
    if on > today:
        raise TalliedTooEarly
    if not letters:
        raise NothingToEnter
