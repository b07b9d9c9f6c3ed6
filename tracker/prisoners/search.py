"""Finding prisoners by what is typed of their name, in either script."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from tracker.prisoners.models import NameKey
from tracker.prisoners.names import search_keys

ENOUGH_ALIKE = 78
"""Of 100: how alike two keys must be to count as one word with a typing error."""
MOST_ALIKE = 12
"""How many different keys a mistyped word may stand for."""
MOST_KEYS = 50_000
"""Different keys that are looked through for a mistyped word."""


def named(query: str) -> Select[UUID] | None:
    """The ids of prisoners whose names have, for every word typed, a word that begins so; to stand in a query as
    ``Prisoner.id.in_(…)``. None when nothing was typed that could be part of a name."""
    words = search_keys(query)
    return _all_of(or_(*map(_begins, sorted(word))) for word in words) if words else None


def found_by_name(session: Session, text: str, *, limit: int = 200) -> list[UUID]:
    """The ids of at most ``limit`` prisoners with this name, or with one that is spelled much like it when nobody has
    it as typed. In no order that means anything. Three statements at most."""
    beginnings = named(text)
    if beginnings is None:
        return []
    found = list(session.scalars(beginnings.limit(limit)))
    return found or _found_alike(session, search_keys(text), limit)


def _found_alike(session: Session, words: tuple[frozenset[str], ...], limit: int) -> list[UUID]:
    keys = list(session.scalars(select(NameKey.key).distinct().limit(MOST_KEYS)))
    meant = [_alike(word, keys) for word in words]
    if not all(meant):
        return []
    query = _all_of(NameKey.key.in_(sorted(some)) for some in meant)
    return list(session.scalars(query.limit(limit)))


def _alike(word: frozenset[str], keys: list[str]) -> set[str]:
    """The keys that a mistyped word may mean; those that it begins belong to it."""
    meant = {key for key in keys for typed in word if key.startswith(typed)}
    for typed in word:
        best = process.extract(typed, keys, scorer=fuzz.ratio, score_cutoff=ENOUGH_ALIKE, limit=MOST_ALIKE)
        meant.update(key for key, _, _ in best)
    # The statement names them all; a single letter begins thousands, and then tells nothing.
    return set(sorted(meant)[:500])


def _all_of(conditions: Iterable[ColumnElement[bool]]) -> Select[UUID]:
    first, *others = conditions
    query = select(NameKey.prisoner_id).where(first)
    for condition in others:
        query = query.where(NameKey.prisoner_id.in_(select(NameKey.prisoner_id).where(condition)))
    return query.distinct()


def _begins(key: str) -> ColumnElement[bool]:
    """Keys that begin so, as a range: an index answers it on every database, whatever LIKE may do there."""
    head = key.rstrip("z")
    if not head:
        return NameKey.key >= key
    return and_(NameKey.key >= key, NameKey.key < head[:-1] + chr(ord(head[-1]) + 1))
