"""Writes the rows of an import, many at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import FromClause, bindparam, delete, insert, update
from sqlalchemy.orm import Session

from tracker.exchange.columns import refs_of
from tracker.exchange.kinds import Kind, Links
from tracker.exchange.mapping import all_kinds
from tracker.exchange.models import Imported
from tracker.exchange.plan import Fate, Plan, Step
from tracker.prisoners.name_index import in_portions
from tracker.sources.models import Citation

# A measure of a person names a case, and a sentence of a case names a person: both come before what is inside them.
_FIRST = ("facility", "case", "person")
_WRITING_ORDER = sorted(all_kinds(), key=lambda kind: _FIRST.index(kind.name) if kind.name in _FIRST else len(_FIRST))


def insert_rows(session: Session, table: FromClause, rows: Sequence[dict[str, Any]]) -> None:
    """All these rows by one statement; none without rows."""
    if rows:
        session.connection().execute(insert(table), rows)  # type: ignore[arg-type]


def insert_added(session: Session, plan: Plan, now: datetime) -> None:
    """The rows of the pieces that are new, in an order in which each finds what it names."""
    for kind in _WRITING_ORDER:
        added = [step for step in plan.of(kind.name) if step.fate is Fate.ADDED]
        insert_rows(session, kind.table, [_new_row(plan, step, now) for step in added])


def _new_row(plan: Plan, step: Step, now: datetime) -> dict[str, Any]:
    piece = step.piece
    row = {"id": step.id, "position": piece.position, **step.values, **dict.fromkeys(piece.kind.stamps, now)}
    if piece.kind.parent_column and piece.parent:
        row[piece.kind.parent_column] = plan.by_path[piece.parent.path].id
    return row | dict.fromkeys(_late_columns(piece.kind))


def _late_columns(kind: Kind) -> list[str]:
    return [ref.column for _, ref in refs_of(kind) if ref.late]


def fill_in_late_refs(session: Session, plan: Plan) -> None:
    """What new rows name of their own table, now that all of them are there."""
    for kind in {step.piece.kind.name: step.piece.kind for step in plan.steps}.values():
        for column in _late_columns(kind):
            _update(
                session,
                kind,
                [
                    {"id_": step.id, column: step.values[column]}
                    for step in plan.of(kind.name)
                    if step.fate is Fate.ADDED and step.values[column] is not None
                ],
            )


def update_changed(session: Session, plan: Plan) -> None:
    """The rows of the pieces that changed."""
    changed: defaultdict[str, list[Step]] = defaultdict(list)
    for step in plan.steps:
        if step.fate is Fate.CHANGED:
            changed[step.piece.kind.name].append(step)
    for steps in changed.values():
        _update(session, steps[0].piece.kind, [{"id_": step.id, **step.values} for step in steps])


def move(session: Session, plan: Plan) -> None:
    """The places of the pieces that moved in their lists."""
    moved: defaultdict[str, list[Step]] = defaultdict(list)
    for step in plan.steps:
        if step.moved:
            moved[step.piece.kind.name].append(step)
    for steps in moved.values():
        _update(session, steps[0].piece.kind, [{"id_": step.id, "position": step.piece.position} for step in steps])


def _update(session: Session, kind: Kind, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        table = kind.table
        values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "id_"}
        session.connection().execute(update(table).where(table.c.id == bindparam("id_")).values(values), rows)


def update_imported(session: Session, source_id: UUID, rows: Sequence[dict[str, Any]]) -> None:
    """What is remembered of known pieces; each row has ``path_``, ``digest`` and ``position``."""
    if rows:
        table = Imported.__table__
        statement = update(Imported).where(table.c.source_id == source_id, table.c.path == bindparam("path_"))
        values: dict[str, Any] = {"digest": bindparam("digest"), "position": bindparam("position")}
        session.connection().execute(statement.values(values), rows)


def write_links(session: Session, plan: Plan) -> None:
    """Whom charges and proceedings concern, whom somebody testified against, which sentences were merged."""
    people = {
        (step.piece.kind.name, step.piece.content["key"]): step.id
        for step in plan.steps
        if step.piece.kind.key == "key" and step.fate is not Fate.GONE
    }
    rows: defaultdict[Any, list[dict[str, Any]]] = defaultdict(list)
    renewed: defaultdict[tuple[Any, str], list[UUID]] = defaultdict(list)
    for step in plan.steps:
        for links, keys in _links_of(step):
            if step.fate is Fate.CHANGED:
                renewed[links.model.__table__, links.owner].append(step.id)
            named = [people[links.to, key] for key in keys if (links.to, key) in people]
            rows[links.model.__table__] += [
                {"id": uuid4(), links.owner: step.id, links.column: other, "position": place}
                for place, other in enumerate(named)
            ]
    for (table, owner), ids in renewed.items():
        for some in in_portions(ids):
            session.connection().execute(delete(table).where(table.c[owner].in_(some)))
    for table, new in rows.items():
        insert_rows(session, table, new)


def _links_of(step: Step) -> Iterable[tuple[Links, list[str]]]:
    if step.written:
        content = step.piece.content
        for links in step.piece.kind.links:
            yield links, content.get(links.name, [])
        for part in step.piece.kind.parts:
            for links in part.links:
                yield links, content.get(part.name, {}).get(links.name, [])


def write_citations(session: Session, plan: Plan, source_id: UUID) -> None:
    """Which lines say what, and of which dispute it is a side."""
    table = Citation.__table__
    changed = [step.id for step in plan.steps if step.fate is Fate.CHANGED]
    for some in in_portions(changed):
        session.connection().execute(
            delete(Citation).where(table.c.subject_id.in_(some), table.c.source_id == source_id)
        )
    disputes = {step.piece.content["key"]: step.id for step in plan.of("dispute") if step.fate is not Fate.GONE}
    rows = []
    for step in plan.steps:
        for about, lines, dispute in _cited(step):
            rows.append(
                {
                    "id": uuid4(),
                    "subject_id": step.id,
                    "about": about,
                    "source_id": source_id,
                    "lines": ",".join(map(str, lines)),
                    "dispute_id": disputes.get(dispute) if dispute else None,
                }
            )
    insert_rows(session, table, rows)


def _cited(step: Step) -> Iterable[tuple[str, list[int], str | None]]:
    if step.written:
        content = step.piece.content
        if step.piece.kind.cited:
            yield "", content["lines"], content.get("dispute")
        for part in step.piece.kind.parts:
            if part.cited and part.name in content:
                yield part.name, content[part.name]["lines"], None
