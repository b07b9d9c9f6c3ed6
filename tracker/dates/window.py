"""Which days to gather, and how a partial date is asked whether it can be one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, or_, type_coerce


@dataclass(frozen=True)
class Window:
    """Which days to gather."""

    first: date
    last: date
    changed_since: datetime
    """Days changed since then are gathered wherever they lie: somebody may have to hear of the change."""
    also: frozenset[UUID] = frozenset()
    """Subjects that are gathered wherever they lie."""


def partial_between(column: Any, window: Window) -> ColumnElement[bool]:
    """Whether a partial date with a year can lie in the window; a season always may."""
    text = type_coerce(column, String)
    return or_(text.between(f"{window.first:%Y-%m}", f"{window.last:%Y-%m-%d}"), text.like("____-2_"))


def month_in(column: Any, window: Window) -> ColumnElement[bool]:
    """Whether a partial date, in any year, has its month in the window."""
    text = type_coerce(column, String)
    span = range(0, (window.last - window.first).days + 1, 27)
    months = sorted({(window.first + timedelta(days=days)).month for days in span} | {window.last.month})
    return or_(*(text.like(f"%-{month:02d}{rest}") for month in months for rest in ("", "-__")))
