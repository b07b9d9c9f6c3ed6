"""A bundle taken apart into pieces, each with a name of its own that outlasts changes, and put together again."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tracker.exchange.kinds import Kind
from tracker.exchange.mapping import TOP, kind_of


@dataclass(frozen=True, slots=True)
class Known:
    """A piece that an earlier import took, and the row it became."""

    path: str
    subject_id: UUID
    digest: str
    position: int | None


@dataclass(slots=True)
class Piece:
    """An item of one of the lists of a bundle, without the lists of pieces inside it."""

    kind: Kind
    path: str
    position: int
    content: dict[str, Any]
    parent: Piece | None
    known: Known | None
    children: list[Piece] = field(default_factory=list)

    @property
    def digest(self) -> str:
        return digest(self.content)


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of what a piece says; the order of its properties does not matter."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def take_apart(bundle: Mapping[str, Any], known: Iterable[Known] = ()) -> list[Piece]:
    """The pieces of a bundle in its normal form, parents before children, each with what is known of it.

    A piece with a key is known by its key. Among the others of one list, a piece is first known by what it says, so
    that one taken out of the middle does not make all behind it look changed; what is left over on both sides is
    paired in order.
    """
    groups: defaultdict[str, list[Known]] = defaultdict(list)
    for piece in known:
        groups[piece.path.rpartition("/")[0]].append(piece)
    pieces: list[Piece] = []
    for kind in TOP:
        _take_list(kind, bundle.get(kind.list, ()), None, groups, pieces)
    return pieces


def put_together(contents: Mapping[str, dict[str, Any]], known: Iterable[Known]) -> dict[str, list[Any]]:
    """The four lists of a bundle from what its pieces say, by path; pieces that are no longer in it are left out."""
    bundle: dict[str, list[Any]] = {kind.list: [] for kind in TOP}
    whole = {path: dict(content) for path, content in contents.items()}
    present = [piece for piece in known if piece.position is not None and piece.path in whole]
    for piece in sorted(present, key=lambda piece: (piece.path.count("/"), piece.position, piece.path)):
        group, _, _ = piece.path.rpartition("/")
        parent, _, name = group.rpartition("/")
        holder: dict[str, Any] | None = whole.get(parent) if parent else bundle
        if holder is not None:
            holder.setdefault(name, []).append(whole[piece.path])
        for child in kind_of(piece.path).children:
            if child.required:
                whole[piece.path].setdefault(child.list, [])
    return bundle


def _take_list(
    kind: Kind,
    items: Iterable[dict[str, Any]],
    parent: Piece | None,
    groups: Mapping[str, list[Known]],
    pieces: list[Piece],
) -> None:
    group = f"{parent.path}/{kind.list}" if parent else kind.list
    inner = {child.list for child in kind.children}
    contents = [{name: part for name, part in item.items() if name not in inner} for item in items]
    paths = _paths(kind, group, contents, groups.get(group, []))
    for position, (item, content, (path, known)) in enumerate(zip(items, contents, paths, strict=True)):
        piece = Piece(kind, path, position, content, parent, known)
        pieces.append(piece)
        if parent:
            parent.children.append(piece)
        for child in kind.children:
            if child.list in item:
                _take_list(child, item[child.list], piece, groups, pieces)


def _paths(
    kind: Kind, group: str, contents: list[dict[str, Any]], known: list[Known]
) -> list[tuple[str, Known | None]]:
    if kind.key:
        by_path = {piece.path: piece for piece in known}
        paths = [f"{group}/{content[kind.key]}" for content in contents]
        return [(path, by_path.get(path)) for path in paths]
    # Those still in the bundle come first, in their order there.
    left = sorted(known, key=lambda piece: (piece.position is None, piece.position or 0, piece.path))
    matched: dict[int, Known] = {}
    for place, content in enumerate(contents):
        said = digest(content)
        same = next((piece for piece in left if piece.digest == said), None)
        if same is not None:
            matched[place] = same
            left.remove(same)
    left = [piece for piece in left if piece.position is not None]
    for place in range(len(contents)):
        if place not in matched and left:
            matched[place] = left.pop(0)
    free = 1 + max((int(piece.path.rpartition("/")[2]) for piece in known), default=-1)
    found: list[tuple[str, Known | None]] = []
    for place in range(len(contents)):
        piece = matched.get(place)
        found.append((piece.path if piece else f"{group}/{free}", piece))
        free += piece is None
    return found
