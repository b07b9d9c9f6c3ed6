"""What the parts of a bundle are, and how they relate to tables.

A kind is one of the format's lists: each item of it is a piece, and becomes one row. What is said of a piece in plain
words stands in its columns; groups inside it (parts) are flattened into columns of the same row; lists of pieces
inside it are kinds of their own. Which kinds there are is in ``mapping.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from tracker.db import Base


@dataclass(frozen=True, slots=True)
class Ref:
    """A property that names a piece by its key, and the column that holds the id of its row."""

    name: str
    column: str
    to: str
    """The kind of what is named."""
    required: bool = False
    late: bool = False
    """Names a row of the same table: filled in when all of them are there."""


@dataclass(frozen=True, slots=True)
class Links:
    """A property that lists pieces by their keys, and the table that holds one row for each."""

    name: str
    model: type[Base]
    owner: str
    """Its column with the id of the piece that lists them."""
    column: str
    to: str


@dataclass(frozen=True, slots=True)
class Part:
    """A group inside a piece, kept in columns of the piece's own row."""

    name: str
    columns: tuple[tuple[str, str], ...] = ()
    """Property and column."""
    flag: str | None = None
    """A column that is true when the group is there; without one, the first of its columns tells."""
    refs: tuple[Ref, ...] = ()
    links: tuple[Links, ...] = ()
    cited: bool = True
    required: bool = False
    """The piece says nothing without it."""

    @property
    def all_columns(self) -> list[str]:
        """Every column in which it is kept."""
        plain = [column for _, column in self.columns]
        return plain + [ref.column for ref in self.refs] + ([self.flag] if self.flag else [])


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the lists of the format."""

    name: str
    list: str
    """The property that holds the list."""
    label: str
    """What the pieces are called in an account."""
    model: type[Base]
    columns: tuple[tuple[str, str], ...]
    key: str | None = None
    """The property that tells the pieces of a list apart; None: only their order does."""
    parent_column: str | None = None
    refs: tuple[Ref, ...] = ()
    links: tuple[Links, ...] = ()
    parts: tuple[Part, ...] = ()
    constants: tuple[tuple[str, Any], ...] = ()
    folded: tuple[str, str] | None = None
    """A property, and the column that holds its form for sorting."""
    stamps: tuple[str, ...] = ()
    """Columns that get the moment of the import."""
    cited: bool = True
    required: bool = False
    """The list is there even when it is empty."""
    children: tuple[Kind, ...] = ()

    @property
    def table(self) -> Table:
        table = self.model.__table__
        assert isinstance(table, Table)
        return table


def with_children(kind: Kind) -> Iterator[Kind]:
    """A kind and all kinds below it, parents first."""
    yield kind
    for child in kind.children:
        yield from with_children(child)
