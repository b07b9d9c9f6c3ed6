"""Between what a bundle says in words and what a column holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Date, Table

from tracker.db import PartialDateType
from tracker.exchange.kinds import Kind, Part, Ref
from tracker.partial_date import PartialDate
from tracker.prisoners.names import sorting_form

Find = Callable[[str, Any], UUID | None]
"""From a kind and a key to the id of the row; None: there is no such row."""


def refs_of(kind: Kind) -> Iterator[tuple[str | None, Ref]]:
    """Every reference of a piece, with the part in which it stands."""
    yield from ((None, ref) for ref in kind.refs)
    yield from ((part.name, ref) for part in kind.parts for ref in part.refs)


def row_of(kind: Kind, content: Mapping[str, Any], find: Find) -> dict[str, Any]:
    """What the columns of a piece's row hold, apart from its id, its parent and its place."""
    table = kind.table
    row = {column: _stored(table, name, column, content.get(name)) for name, column in kind.columns}
    for part in kind.parts:
        said = content.get(part.name)
        inside: Mapping[str, Any] = said or {}
        row.update({column: _stored(table, name, column, inside.get(name)) for name, column in part.columns})
        if part.flag:
            row[part.flag] = said is not None
    for part_name, ref in refs_of(kind):
        holder = content if part_name is None else content.get(part_name, {})
        row[ref.column] = find(ref.to, holder[ref.name]) if ref.name in holder else None
    row.update(kind.constants)
    if kind.folded:
        name, column = kind.folded
        row[column] = sorting_form(content[name])
    return row


def told_by(kind: Kind | Part, row: Mapping[str, Any], table: Table) -> dict[str, Any]:
    """What the columns of a piece, or of a part of it, say in the words of a bundle."""
    told = {name: _told(table.c[column], name, row[column]) for name, column in kind.columns}
    return {name: value for name, value in told.items() if value is not None}


def _stored(table: Table, name: str, column_name: str, value: Any) -> Any:
    column = table.c[column_name]
    if name == "certainty":
        return value == "implied"
    if value is None:
        return _unsaid(column)
    if isinstance(column.type, PartialDateType):
        return PartialDate.parse(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value


def _unsaid(column: Column[Any]) -> Any:
    """What stands in a column when the bundle says nothing."""
    if isinstance(column.type, JSON):
        return []
    if column.nullable or column.default is None:
        return None
    return column.default.arg  # type: ignore[attr-defined]


def _told(column: Column[Any], name: str, value: Any) -> Any:
    if name == "certainty":
        return "implied" if value else "stated"
    if value is None or value == [] or (value is False and not column.nullable):
        return None
    if isinstance(value, (StrEnum, PartialDate)):
        return str(value)
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value
