"""Lists page by page, counted and cut in the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import request
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

PAGE_ROWS = 50

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True)
class Page:
    """One page of a list."""

    rows: Sequence[Row[*tuple[Any, ...]]]
    number: int
    total: int
    size: int = PAGE_ROWS

    @property
    def count(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The number of the first row on this page, from 1; 0 on an empty list."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """The number of the last row on this page."""
        return min(self.number * self.size, self.total)


def page_of(session: Session, statement: Select[*tuple[Any, ...]], number: int, size: int = PAGE_ROWS) -> Page:
    """Two statements: how many, and the rows of the page. A number beyond the end gives the last page."""
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    return cut(total, lambda limit, offset: session.execute(statement.limit(limit).offset(offset)).all(), number, size)


def cut(
    total: int, rows: Callable[[int, int], Sequence[Row[*tuple[Any, ...]]]], number: int, size: int = PAGE_ROWS
) -> Page:
    """The same where counting and reading are statements of their own; ``rows`` gets a limit and an offset."""
    number = max(1, min(number, max(1, -(-total // size))))
    return Page(rows(size, (number - 1) * size) if total else [], number, total, size)


def wanted_page() -> int:
    """The page number in the address; anything unreadable is the first."""
    text = request.args.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def typed(name: str, most: int = 100) -> str:
    """What was typed into a search field, as it came with the address, without what no word contains."""
    text = request.args.get(name, "")[:most]
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def chosen(kind: type[Choice], name: str) -> Choice | None:
    """Which of several was chosen, as it came with the address; None for anything else."""
    return {str(each): each for each in kind}.get(request.args.get(name, ""))
