"""What is in a parcel, line by line, and how a typed line is understood."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tracker.parcels.rules import HEAVIEST_GRAMS, ItemCategory

MOST_ITEMS = 60
MOST_OF_ONE = 999


@dataclass(frozen=True)
class Item:
    """One line of a parcel's contents."""

    what: str
    how_many: int = 1
    grams: int | None = None
    """Of all of them together; None: not weighed."""
    category: ItemCategory | None = None


_TIMES = "[x×хX*Х]"
_PIECES = r"(?:шт|pcs|pieces|Stück|Stk)\.?"
_WEIGHT = re.compile(r"\(?(?<![\w.,])(\d{1,6}(?:[.,]\d{1,3})?)\s*(kg|кг|gr?|гр?)\.?(?!\w)\)?", re.IGNORECASE)
_COUNTS = (
    re.compile(rf"^(\d{{1,3}})\s*(?:×\s*|{_TIMES}\s+|{_PIECES}\s+)"),
    re.compile(rf"[\s,;]\s*{_TIMES}\s*(\d{{1,3}})$"),
    re.compile(rf"[\s,;]\s*(\d{{1,3}})\s*(?:{_TIMES}|{_PIECES})$"),
    re.compile(r"[,;]\s*(\d{1,3})$"),
)
_EDGES = " ,;:–—-"


def understood(line: str) -> Item:
    """A line as people write it: ``2 × wool socks 300 g``, ``tea, 3, 250 g``, ``soap``. A weight is that of all of
    them together. What is not clear stays in the words as it was typed: nothing is guessed, and nothing lost."""
    whole = Item(" ".join(line.split()))
    rest, grams = _without_weight(whole.what)
    rest, how_many = _without_count(rest)
    return replace(whole, what=rest, how_many=how_many, grams=grams) if rest else whole


def _without_weight(text: str) -> tuple[str, int | None]:
    found = _WEIGHT.findall(text)
    match = _WEIGHT.search(text)
    if match is None or len(found) > 1:
        return text, None
    before, after = text[: match.start()].strip(_EDGES), text[match.end() :].strip(_EDGES)
    amount = float(match[1].replace(",", ".")) * (1000 if match[2].casefold() in ("kg", "кг") else 1)
    if (before and after and not _is_count(after)) or amount != int(amount) or not 0 < amount <= HEAVIEST_GRAMS:
        return text, None
    return ", ".join(part for part in (before, after) if part), int(amount)


def _is_count(text: str) -> bool:
    return any(pattern.search(f" {text}") for pattern in _COUNTS[1:])


def _without_count(text: str) -> tuple[str, int]:
    for pattern in _COUNTS:
        match = pattern.search(text)
        if match is not None and int(match[1]) > 0:
            rest = (text[: match.start()] + text[match.end() :]).strip(_EDGES)
            if rest:
                return rest, int(match[1])
    return text.strip(_EDGES), 1


def weighed(grams: Iterable[int | None]) -> int | None:
    """What all lines weigh together; None if one of them was not weighed, or there is none."""
    each = list(grams)
    known = [weight for weight in each if weight is not None]
    return sum(known) if known and len(known) == len(each) else None
