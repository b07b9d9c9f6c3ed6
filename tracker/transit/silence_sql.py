"""What silence means, decided in the database: the same as ``silence.state_of``, over thousands of threads at once and
without a letter being read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    not_,
    or_,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.rules import PlacementKind
from tracker.transit.config import Priors
from tracker.transit.models import TransitTime
from tracker.transit.rules import Leg
from tracker.transit.silence import ThreadState

_SEASON = "____-2_"
"""How a partial date looks that is known to the season."""


class DaysBetween(FunctionElement[int]):
    """Whole days from one day to another."""

    type = Integer()
    inherit_cache = True


@compiles(DaysBetween, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **rest: Any) -> str:
    first, last = list(element.clauses)
    return f"({compiler.process(last, **rest)} - {compiler.process(first, **rest)})"


@compiles(DaysBetween, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **rest: Any) -> str:
    first, last = list(element.clauses)
    return (
        f"CAST(julianday({compiler.process(last, **rest)}) - julianday({compiler.process(first, **rest)}) AS INTEGER)"
    )


def days_waiting(kept: Any, today: date) -> ColumnElement[int]:
    """Since when the first letter that waits is out. ``kept`` is the table that keeps it: Assignment or Prisoner."""
    return DaysBetween(kept.waiting_since, literal(today, Date))


def reply_time_of(kept: Any) -> ColumnElement[bool]:
    """The condition by which ``TransitTime`` is joined to a thread: what was learned at the present place of replies to
    letters that went like the one that waits."""
    return and_(
        TransitTime.facility_id == Placement.facility_id,
        TransitTime.channel == kept.waiting_by,
        TransitTime.leg == Leg.ROUND,
    )


def longest_to_expect(kept: Any, priors: Priors) -> ColumnElement[int]:
    """So many days replies take at most, the assumed ones and those learned blended as ``rules.blend`` does; None where
    nothing can come back."""
    assumed = {channel: each.reply.high for channel, each in priors.channels.items() if each.reply is not None}
    prior = case(*((kept.waiting_by == channel, high) for channel, high in assumed.items()), else_=None)
    cases, total = TransitTime.cases, TransitTime.cases + priors.weight
    blended = (prior * priors.weight + TransitTime.high_days * cases + total // 2) // total
    return case((func.coalesce(cases, 0) == 0, prior), else_=blended)


def is_in(state: ThreadState, kept: Any, today: date, priors: Priors) -> ColumnElement[bool]:
    """The condition under which a thread stands like that. The statement joins the present ``Placement``, ``Prisoner``
    and, by ``reply_time_of``, ``TransitTime``."""
    first = and_(kept.last_letter_on.is_(None), kept.last_reply_on.is_(None))
    moved = _has_moved(kept)
    waits = and_(kept.waiting_since.is_not(None), not_(moved))
    late = func.coalesce(days_waiting(kept, today) > longest_to_expect(kept, priors), False)
    silent = and_(waits, not_(_is_suspended(today)), late)
    conditions: dict[ThreadState, Callable[[], ColumnElement[bool]]] = {
        ThreadState.FIRST: lambda: first,
        ThreadState.OURS: lambda: and_(not_(first), or_(kept.waiting_since.is_(None), moved)),
        ThreadState.THEIRS: lambda: and_(waits, not_(silent)),
        ThreadState.SILENT: lambda: silent,
    }
    return conditions[state]()


def _has_moved(kept: Any) -> ColumnElement[bool]:
    # As text: a partial date sorts before every day that it can mean, and one without a year before all.
    since = type_coerce(Placement.since, String)
    return func.coalesce(
        and_(
            Placement.kind != PlacementKind.TRANSFER,
            since.not_like(_SEASON),
            since > cast(kept.last_letter_on, String),
        ),
        False,
    )


def _is_suspended(today: date) -> ColumnElement[bool]:
    cells = (PlacementKind.TRANSFER, PlacementKind.PUNISHMENT_CELL, PlacementKind.LOCKED_CELL)
    day = literal(str(today))
    since, until = type_coerce(Prisoner.no_mail_since, String), type_coerce(Prisoner.no_mail_until, String)
    # As text, and in doubt forbidden: the end counts only once the whole of what it can mean is over.
    begun = or_(since.is_(None), since <= day, since.like(_SEASON))
    over = and_(until.is_not(None), until.not_like("-%"), until < day, not_(day.startswith(until)))
    return or_(
        func.coalesce(Placement.kind.in_(cells), False),
        and_(Prisoner.no_mail, begun, not_(over)),
    )
