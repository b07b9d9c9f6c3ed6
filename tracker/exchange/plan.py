"""Decides, piece by piece, what an import does; changes nothing itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

from tracker.exchange.columns import Find, row_of
from tracker.exchange.mapping import kind_of
from tracker.exchange.pieces import Known, Piece, digest
from tracker.exchange.queries import Here


class Fate(Enum):
    """What becomes of a piece of the bundle."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    """Changed in the bundle and here as well: what is here stays."""
    GONE = "gone"
    """What it is about was removed here; it is not brought back."""


@dataclass(slots=True)
class Step:
    """A piece, its row, and what becomes of it."""

    piece: Piece
    fate: Fate
    id: UUID
    values: dict[str, Any] = field(default_factory=dict)
    """What the columns of the row shall hold, when it is added or changed."""

    @property
    def moved(self) -> bool:
        """Its place in its list is another one than before; that alone is no change of a fact."""
        known = self.piece.known
        return known is not None and self.fate is not Fate.GONE and known.position != self.piece.position

    @property
    def written(self) -> bool:
        return self.fate in (Fate.ADDED, Fate.CHANGED)


@dataclass(slots=True)
class Plan:
    """All steps of an import, parents before children."""

    steps: list[Step]
    known: Sequence[Known]
    """What earlier imports took."""
    here: Here
    by_path: dict[str, Step] = field(init=False)

    def __post_init__(self) -> None:
        self.by_path = {step.piece.path: step for step in self.steps}

    def of(self, kind: str) -> list[Step]:
        """The steps of one kind."""
        return [step for step in self.steps if step.piece.kind.name == kind]

    @property
    def vanished(self) -> list[Known]:
        """Known pieces that the bundle no longer has; their rows are left."""
        return [one for one in self.known if one.path not in self.by_path]


def needs_look(pieces: Iterable[Piece]) -> bool:
    """Whether what is here has to be read: not when the bundle only says what is known already."""
    return any(piece.known is None or piece.known.digest != piece.digest for piece in pieces)


def make_plan(pieces: Sequence[Piece], known: Sequence[Known], here: Here, *, overwrite: bool) -> Plan:
    """What to do with each piece. With ``overwrite`` the bundle wins where it and what is here both changed."""
    steps: dict[str, Step] = {}
    for piece in pieces:
        parent = steps[piece.parent.path] if piece.parent else None
        steps[piece.path] = Step(piece, _fate(piece, parent, here, overwrite), _id(piece))
    plan = Plan(list(steps.values()), known, here)
    _settle_values(plan, _now(plan), _before(known, here))
    return plan


def _id(piece: Piece) -> UUID:
    return piece.known.subject_id if piece.known else uuid4()


def _fate(piece: Piece, parent: Step | None, here: Here, overwrite: bool) -> Fate:
    known = piece.known
    if known is None:
        return Fate.GONE if parent is not None and not _is_here(parent, here) else Fate.ADDED
    said = piece.digest
    if said == known.digest:
        return Fate.UNCHANGED
    now = here.contents.get(piece.path)
    if now is None:
        return Fate.GONE
    now_said = digest(now)
    if now_said == said:
        return Fate.UNCHANGED
    return Fate.CHANGED if overwrite or now_said == known.digest else Fate.KEPT


def _is_here(step: Step, here: Here) -> bool:
    return step.fate is Fate.ADDED or (step.fate is not Fate.GONE and step.piece.path in here.contents)


def _now(plan: Plan) -> Find:
    """Finds the row that a piece of this bundle names. A claim is named by its dispute and its number there."""
    rows: dict[tuple[str, Any], UUID] = {}
    for step in plan.steps:
        kind = step.piece.kind
        if kind.key == "key" and _is_here(step, plan.here):
            rows[kind.name, step.piece.content["key"]] = plan.here.merged.get(step.id, step.id)
        if kind.name == "claim" and step.piece.parent:
            rows["claim", (step.piece.parent.path, step.piece.position + 1)] = step.id
    return lambda kind, key: rows.get((kind, key))


def _before(known: Iterable[Known], here: Here) -> Find:
    """Finds the row that a piece named when it was imported."""
    rows: dict[tuple[str, Any], UUID] = {}
    claims: Counter[str] = Counter()
    for one in sorted(known, key=lambda one: (one.position is None, one.position or 0)):
        kind, (group, _, key) = kind_of(one.path), one.path.rpartition("/")
        if kind.key == "key":
            rows[kind.name, key] = here.merged.get(one.subject_id, one.subject_id)
        if kind.name == "claim":
            dispute = group.rpartition("/")[0]
            claims[dispute] += 1
            rows["claim", (dispute, claims[dispute])] = one.subject_id
    return lambda kind, key: rows.get((kind, key))


def _settle_values(plan: Plan, now: Find, before: Find) -> None:
    for step in plan.steps:
        if not step.written:
            continue
        piece = step.piece
        wanted = row_of(piece.kind, piece.content, _from(piece, now))
        if any(ref.required and wanted[ref.column] is None for ref in piece.kind.refs):
            step.fate = Fate.GONE
        elif step.fate is Fate.ADDED:
            step.values = wanted
        else:
            base = row_of(piece.kind, plan.here.contents[piece.path], _from(piece, before))
            merged = _merged(wanted, base, plan.here.rows[step.id])
            step.fate, step.values = (step.fate, merged) if merged is not None else (Fate.KEPT, {})


def _from(piece: Piece, find: Find) -> Find:
    """Numbers of claims are those of the piece's own."""
    return lambda kind, key: find(kind, (piece.path, key) if kind == "claim" else key)


def _merged(wanted: Mapping[str, Any], base: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any] | None:
    """The columns of a row that the bundle changed, and the others as they are here. None: one was changed by both,
    which happens where something was entered here of which the bundle had said nothing."""
    merged: dict[str, Any] = {}
    for column, value in wanted.items():
        if column not in now:
            # It follows from the others.
            merged[column] = value
        elif value == base[column]:
            merged[column] = now[column]
        elif now[column] in (base[column], value):
            merged[column] = value
        else:
            return None
    return merged
