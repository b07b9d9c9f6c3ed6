"""Who is meant by the names of a pasted list: people of the evening first, then everybody.

All keys of names are read at once and compared here: a list of hundreds of lines takes as many statements as one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.evenings.pasted import Line
from tracker.prisoners.models import NameKey, Prisoner
from tracker.prisoners.names import search_keys
from tracker.prisoners.search import ENOUGH_ALIKE

MOST_OFFERED = 12
"""So many people are offered at most for one line."""


class Found(StrEnum):
    """What came of a line."""

    ONE = "one"
    SEVERAL = "several"
    """More than one person has that name."""
    ALIKE = "alike"
    """Nobody has that name, but somebody one much like it."""
    NOBODY = "nobody"
    FAULT = "fault"
    """The line itself cannot be read; see ``Line.fault``."""


@dataclass(frozen=True)
class Match:
    """A line, and who can be meant by it; of ``Found.ONE`` exactly one."""

    line: Line
    found: Found
    people: tuple[UUID, ...] = ()


class _Keys:
    """The words of names, and whose they are. A list of a thousand unknown names must not hold up everybody else, so
    nothing here walks through all people for each name."""

    def __init__(self, rows: Iterable[tuple[UUID, str]] = ()) -> None:
        self._whose: dict[str, set[UUID]] = {}
        for person, key in rows:
            self._whose.setdefault(key, set()).add(person)
        self._all = sorted(self._whose)

    def exactly(self, words: Sequence[frozenset[str]]) -> list[UUID]:
        return self._having(words)

    def beginning(self, words: Sequence[frozenset[str]]) -> list[UUID]:
        return self._having([{key for each in word for key in self._begun_with(each)} for word in words])

    def _begun_with(self, beginning: str) -> Iterator[str]:
        at = bisect_left(self._all, beginning)
        while at < len(self._all) and self._all[at].startswith(beginning):
            yield self._all[at]
            at += 1

    def alike(self, words: Sequence[frozenset[str]]) -> list[UUID]:
        meant = [
            {key for each in word for key, _, _ in process.extract(each, self._all, scorer=fuzz.ratio,
                                                                   score_cutoff=ENOUGH_ALIKE, limit=MOST_OFFERED)}
            for word in words
        ]  # fmt: skip
        return self._having(meant)

    def _having(self, words: Iterable[Collection[str]]) -> list[UUID]:
        """Those who have one of the keys of every word, always in the same order."""
        found = [set().union(*(self._whose.get(key, ()) for key in keys)) for keys in words]
        return sorted(set.intersection(*found)) if found else []


def matches(session: Session, lines: Sequence[Line], sheets: Mapping[int, UUID]) -> list[Match]:
    """Who is meant by each line. ``sheets``: the people of the evening by the number on their sheet.

    Two statements at most, however many lines. Nobody is taken because his name is merely alike: that is offered.
    """
    asked: dict[str, tuple[Found, list[UUID]]] = {}
    names = {line.name for line in lines if line.fault is None and line.name}
    here = _keys(session, sheets.values()) if names else _Keys()
    open_names = []
    for name in names:
        people = _by(here, name)
        if people:
            asked[name] = (Found.ONE if len(people) == 1 else Found.SEVERAL, people)
        else:
            open_names.append(name)
    if open_names:
        everybody = _keys(session, None)
        for name in open_names:
            asked[name] = _elsewhere(everybody, name)
    return [_match(line, asked, sheets) for line in lines]


def _by(keys: _Keys, name: str) -> list[UUID]:
    """Those who have every word of it; else those who have words that begin so."""
    words = search_keys(name)
    return (keys.exactly(words) or keys.beginning(words)) if words else []


def _elsewhere(everybody: _Keys, name: str) -> tuple[Found, list[UUID]]:
    people = _by(everybody, name)
    if people:
        return (Found.ONE if len(people) == 1 else Found.SEVERAL), people
    words = search_keys(name)
    alike = everybody.alike(words) if words else []
    return (Found.ALIKE if alike else Found.NOBODY), alike


def _match(line: Line, asked: Mapping[str, tuple[Found, list[UUID]]], sheets: Mapping[int, UUID]) -> Match:
    if line.fault is not None:
        return Match(line, Found.FAULT)
    of_sheet = sheets.get(line.sheet) if line.sheet is not None else None
    if not line.name:
        return Match(line, Found.ONE, (of_sheet,)) if of_sheet else Match(line, Found.NOBODY)
    found, people = asked[line.name]
    if found is Found.SEVERAL and of_sheet in people:
        # Namesakes; the number beside the name says which one.
        return Match(line, Found.ONE, (of_sheet,))
    return Match(line, found, tuple(people[:MOST_OFFERED]))


def _keys(session: Session, people: Collection[UUID] | None) -> _Keys:
    """Of some people, or of everybody who is not archived."""
    statement = select(NameKey.prisoner_id, NameKey.key)
    if people is None:
        statement = statement.join(Prisoner, Prisoner.id == NameKey.prisoner_id).where(Prisoner.archived_at.is_(None))
    else:
        statement = statement.where(NameKey.prisoner_id.in_(people))
    return _Keys((person, key) for person, key in session.execute(statement))
