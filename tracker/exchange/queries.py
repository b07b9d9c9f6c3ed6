"""What is here of a source, in the words of a bundle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from tracker.exchange.columns import refs_of, told_by
from tracker.exchange.kinds import Kind, Links, Part
from tracker.exchange.mapping import all_kinds, kind_of
from tracker.exchange.models import Imported
from tracker.exchange.pieces import Known, put_together
from tracker.exchange.schema import in_schema_order
from tracker.facilities.models import Facility
from tracker.sources.models import Citation, Source

SOURCE_COLUMNS = ("key", "title", "publisher", "year", "language", "line_count", "note")
FORMAT = "prisoner-support-bundle/1"


class NoSuchSource(Exception):
    """Nothing was imported under this key."""


@dataclass
class Here:
    """The pieces of a source as they stand here now, with whatever was changed since they were imported."""

    contents: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What each piece says, by its path; without those whose row is no longer here."""
    rows: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)
    """The columns of their rows, by id."""
    merged: Mapping[UUID, UUID] = field(default_factory=dict)
    """Facilities that were a second entry of one place, and the entry that holds everything now."""


def sources(session: Session) -> list[tuple[str, str]]:
    """Key and title of every source, by key."""
    return [(key, title) for key, title in session.execute(select(Source.key, Source.title).order_by(Source.key))]


def known_pieces(session: Session, source_id: UUID) -> list[Known]:
    """What was imported from a source."""
    rows = session.execute(
        select(Imported.path, Imported.subject_id, Imported.digest, Imported.position).where(
            Imported.source_id == source_id
        )
    )
    return [Known(*row) for row in rows]


def taken_keys(session: Session, kind: Kind, ours: Iterable[UUID]) -> set[str]:
    """The keys of this kind that belong to rows of another source."""
    mine = set(ours)
    rows = session.execute(select(kind.table.c.id, kind.table.c.key).where(kind.table.c.key.is_not(None)))
    return {key for row_id, key in rows if row_id not in mine}


def exported(session: Session, source_key: str) -> dict[str, Any]:
    """The bundle of a source: what its newest import brought, as it stands here now. Raises NoSuchSource."""
    source = session.execute(
        select(Source.id, *(getattr(Source, name) for name in SOURCE_COLUMNS)).where(Source.key == source_key)
    ).one_or_none()
    if source is None:
        raise NoSuchSource(source_key)
    known = [piece for piece in known_pieces(session, source.id) if piece.position is not None]
    about = {name: getattr(source, name) for name in SOURCE_COLUMNS if getattr(source, name) is not None}
    lists = put_together(pieces_here(session, source.id, known).contents, known)
    ordered: dict[str, Any] = in_schema_order({"format": FORMAT, "source": about, **lists})
    return ordered


def pieces_here(session: Session, source_id: UUID, known: Sequence[Known]) -> Here:
    """What these pieces of a source say here now. The number of statements is that of the tables."""
    facts = _Facts(session, source_id, known)
    here = Here(rows=facts.rows, merged=facts.merged)
    for piece in known:
        content = facts.content(piece)
        if content is not None:
            here.contents[piece.path] = content
    return here


class _Facts:
    """All rows of a source, read at once, and what they say."""

    def __init__(self, session: Session, source_id: UUID, known: Sequence[Known]) -> None:
        self._claims = _claim_numbers(known)
        self.rows = _rows(session, source_id)
        self._keys: dict[tuple[str, UUID], str] = {}
        # People before sentences, so that the sentences of somebody who is gone are known to be gone too.
        for piece in sorted(known, key=lambda piece: piece.path.count("/")):
            kind = kind_of(piece.path)
            if kind.key == "key" and self._is_whole(kind, piece.subject_id):
                self._keys[kind.name, piece.subject_id] = piece.path.rpartition("/")[2]
        self.merged = _merged(session)
        for gone, kept in self.merged.items():
            # What is at the place is named by the key that this source gave it, where the kept entry has none.
            if ("facility", gone) in self._keys:
                self._keys.setdefault(("facility", kept), self._keys["facility", gone])
        self._links = {
            links.model: _linked(session, source_id, links) for kind in all_kinds() for links in _all_links(kind)
        }
        self._cited: dict[tuple[UUID, str], tuple[str, UUID | None]] = {}
        cited = select(Citation.subject_id, Citation.about, Citation.lines, Citation.dispute_id)
        for subject_id, about, lines, dispute_id in session.execute(cited.where(Citation.source_id == source_id)):
            self._cited[subject_id, about] = lines, dispute_id

    def content(self, piece: Known) -> dict[str, Any] | None:
        """What a piece says; None when its row, or the row it belongs to, is gone."""
        kind = kind_of(piece.path)
        if not self._is_whole(kind, piece.subject_id):
            return None
        row = self.rows[piece.subject_id]
        content = told_by(kind, row, kind.table) | self._named(kind, None, row)
        content |= self._listed(kind.links, piece.subject_id)
        for part in kind.parts:
            said = self._part(kind, part, piece.subject_id, row)
            if said is not None:
                content[part.name] = said
        if kind.cited:
            if (piece.subject_id, "") not in self._cited:
                return None
            content |= self._lines(piece.subject_id, "")
        return content

    def _is_whole(self, kind: Kind, subject_id: UUID) -> bool:
        """Whether the row is still here, and what it cannot do without."""
        row = self.rows.get(subject_id)
        if row is None:
            return False
        if any(ref.required and (ref.to, row[ref.column]) not in self._keys for ref in kind.refs):
            return False
        return all(any(row[column] for column in part.all_columns) for part in kind.parts if part.required)

    def _part(self, kind: Kind, part: Part, subject_id: UUID, row: Mapping[str, Any]) -> dict[str, Any] | None:
        if part.flag and not row[part.flag]:
            return None
        # Without its lines it is not a fact of this source: somebody entered it here.
        if part.cited and (subject_id, part.name) not in self._cited:
            return None
        said = told_by(part, row, kind.table) | self._named(kind, part.name, row)
        said |= self._listed(part.links, subject_id)
        if part.cited:
            said |= self._lines(subject_id, part.name)
        elif part.columns and part.columns[0][0] not in said and not self._named(kind, part.name, row):
            return None
        return said

    def _named(self, kind: Kind, part: str | None, row: Mapping[str, Any]) -> dict[str, Any]:
        named: dict[str, Any] = {}
        for inside, ref in refs_of(kind):
            if inside == part and row[ref.column] is not None:
                key = (
                    self._claims.get(row[ref.column])
                    if ref.to == "claim"
                    else self._keys.get((ref.to, row[ref.column]))
                )
                if key is not None:
                    named[ref.name] = key
        return named

    def _listed(self, all_links: tuple[Links, ...], subject_id: UUID) -> dict[str, Any]:
        listed = {
            links.name: [
                self._keys[links.to, other]
                for other in self._links[links.model].get(subject_id, ())
                if (links.to, other) in self._keys
            ]
            for links in all_links
        }
        return {name: keys for name, keys in listed.items() if keys}

    def _lines(self, subject_id: UUID, about: str) -> dict[str, Any]:
        lines, dispute_id = self._cited[subject_id, about]
        said: dict[str, Any] = {"lines": [int(line) for line in lines.split(",")]}
        dispute = self._keys.get(("dispute", dispute_id)) if dispute_id else None
        return said | {"dispute": dispute} if dispute else said


def _merged(session: Session) -> dict[UUID, UUID]:
    rows = session.execute(
        select(Facility.id, Facility.merged_into_id).where(Facility.merged_into_id.is_not(None)).order_by(Facility.id)
    )
    return {gone: kept for gone, kept in rows if kept is not None}


def _claim_numbers(known: Iterable[Known]) -> dict[UUID, int]:
    """The number of each claim in its dispute, from 1."""
    groups: defaultdict[str, list[Known]] = defaultdict(list)
    for piece in known:
        if piece.position is not None and kind_of(piece.path).name == "claim":
            groups[piece.path.rpartition("/")[0]].append(piece)
    return {
        claim.subject_id: number
        for claims in groups.values()
        for number, claim in enumerate(sorted(claims, key=lambda claim: claim.position or 0), 1)
    }


def columns_of(kind: Kind) -> list[str]:
    """The columns in which a kind is kept."""
    names = [column for _, column in kind.columns]
    for part in kind.parts:
        names += part.all_columns
    return names + [ref.column for ref in kind.refs] + [column for column, _ in kind.constants]


def _rows(session: Session, source_id: UUID) -> dict[UUID, Mapping[str, Any]]:
    tables: dict[Table, dict[str, None]] = {}
    for kind in all_kinds():
        tables.setdefault(kind.table, {"id": None, "position": None}).update(dict.fromkeys(columns_of(kind)))
    for name, column in (("measure", "until"), ("placement", "is_current")):
        tables[next(table for table in tables if table.name == name)][column] = None
    found: dict[UUID, Mapping[str, Any]] = {}
    for table, names in tables.items():
        query = (
            select(*(table.c[name] for name in names))
            .join(Imported, Imported.subject_id == table.c.id)
            .where(Imported.source_id == source_id)
        )
        for row in session.execute(query).mappings():
            found[row["id"]] = {**row}
    return found


def _all_links(kind: Kind) -> Iterable[Links]:
    yield from kind.links
    for part in kind.parts:
        yield from part.links


def _linked(session: Session, source_id: UUID, links: Links) -> dict[UUID, list[UUID]]:
    """The rows that each piece lists, in their order."""
    table = links.model.__table__
    ours = select(Imported.subject_id).where(Imported.source_id == source_id)
    query = select(table.c[links.owner], table.c[links.column]).where(table.c[links.owner].in_(ours))
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for owner, other in session.execute(query.order_by(table.c.position)):
        found[owner].append(other)
    return found
