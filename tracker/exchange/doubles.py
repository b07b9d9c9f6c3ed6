"""People of a bundle who may be here already under another record. Nobody is merged: that is for somebody to decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.exchange.pieces import Piece
from tracker.exchange.plan import Fate, Plan
from tracker.prisoners.models import NameKey, Prisoner
from tracker.prisoners.names import search_keys

_AT_ONCE = 500


def possible_doubles(session: Session, plan: Plan) -> list[str]:
    """A sentence for each person to be added whose name somebody here has; to be asked before they are added.

    A given name alone makes nobody a double: at least two words of one printed form must meet.
    """
    forms = {
        step.piece.path: [form for text in _texts(step.piece) if len(form := search_keys(text)) > 1]
        for step in plan.of("person")
        if step.fate is Fate.ADDED
    }
    ours = {step.id for step in plan.of("person")}
    keys = _keys_here(session, {key for some in forms.values() for form in some for word in form for key in word}, ours)
    suspected = {
        path: [person for person, known in keys.items() if any(all(word & known for word in form) for form in some)]
        for path, some in forms.items()
    }
    names = _names(session, {person for people in suspected.values() for person in people})
    return [
        f"{path}: possibly the same person as “{names[person]}”, who is here already; nobody was merged."
        for path, people in suspected.items()
        for person in sorted(people, key=lambda person: (names[person], person))
    ]


def _texts(person: Piece) -> list[str]:
    names = [child.content["text"] for child in person.children if child.kind.name == "name"]
    return [person.content["name"], *names]


def _keys_here(session: Session, keys: set[str], ours: Collection[UUID]) -> dict[UUID, set[str]]:
    """Which of these keys everybody else here has."""
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    every = sorted(keys)
    for start in range(0, len(every), _AT_ONCE):
        some = select(NameKey.prisoner_id, NameKey.key).where(NameKey.key.in_(every[start : start + _AT_ONCE]))
        for person, key in session.execute(some):
            if person not in ours:
                found[person].add(key)
    return found


def _names(session: Session, people: set[UUID]) -> dict[UUID, str]:
    every, names = sorted(people), {}
    for start in range(0, len(every), _AT_ONCE):
        some = select(Prisoner.id, Prisoner.name).where(Prisoner.id.in_(every[start : start + _AT_ONCE]))
        names.update({person: name for person, name in session.execute(some)})
    return names
