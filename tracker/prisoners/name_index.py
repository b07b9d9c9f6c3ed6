"""Keeps up the index of name keys, by which search finds a person in either script."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from tracker.prisoners.models import NameKey, Prisoner, PrisonerName
from tracker.prisoners.names import name_keys

_AT_ONCE = 500
"""People per statement: databases limit how many values a statement may name."""


def index_names(session: Session, prisoner_ids: Collection[UUID]) -> None:
    """Work out anew under which keys these prisoners are found: by the name shown, the name in the local script and
    every printed form of it. To be called after any of them changed."""
    session.flush()
    for some in in_portions(prisoner_ids):
        texts = select(PrisonerName.prisoner_id, PrisonerName.text).where(PrisonerName.prisoner_id.in_(some))
        shown = select(Prisoner.id, Prisoner.name, Prisoner.name_local).where(Prisoner.id.in_(some))
        found = {(person, key) for person, text in session.execute(texts) for key in name_keys(text)}
        for person, name, local in session.execute(shown):
            found.update((person, key) for key in name_keys(f"{name} {local or ''}"))
        session.execute(delete(NameKey).where(NameKey.prisoner_id.in_(some)))
        if found:
            rows = [{"id": uuid4(), "prisoner_id": person, "key": key} for person, key in sorted(found)]
            session.execute(insert(NameKey), rows)


def in_portions(ids: Iterable[UUID]) -> Iterable[list[UUID]]:
    """The ids, each once, so many at a time that one statement can name them."""
    every = list(dict.fromkeys(ids))
    return (every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE))
