"""Reads of facilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session

from tracker.facilities.models import Facility
from tracker.facilities.rules import FacilityKind
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.names import sorting_form

MOST_WORDS = 6
"""Words of a search that count."""


def facility_list(words: str, kind: FacilityKind | None, *, archived: bool) -> Select[*tuple[Any, ...]]:
    """The facilities whose names or city hold every word, one row each, with the number of people there now."""
    held = (
        select(func.count())
        .where(Placement.facility_id == Facility.id, Placement.is_current)
        .correlate(Facility)
        .scalar_subquery()
    )
    conditions: list[ColumnElement[bool]] = [
        Facility.archived_at.is_not(None) if archived else Facility.archived_at.is_(None)
    ]
    conditions += [_holds(word) for word in words.split()[:MOST_WORDS]]
    if kind is not None:
        conditions.append(Facility.kind == kind)
    return (
        select(
            Facility.id,
            Facility.name,
            Facility.name_local,
            Facility.kind,
            Facility.city,
            Facility.verified_on,
            Facility.address.is_not(None).label("has_address"),
            held.label("held"),
        )
        .where(*conditions)
        .order_by(Facility.name_folded, Facility.id)
    )


def _holds(word: str) -> ColumnElement[bool]:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    folded = sorting_form(escaped)
    return or_(
        Facility.name_folded.like(f"%{folded}%", escape="\\"),
        func.lower(Facility.city).like(f"%{folded}%", escape="\\"),
        func.lower(Facility.name_local).like(f"%{folded}%", escape="\\"),
        # A PostgreSQL in the C locale folds no letters but a to z.
        Facility.name_local.like(f"%{escaped}%", escape="\\"),
    )


def people_in(session: Session, facility_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """Who is in a facility now: id, name, name_local, since, implied."""
    return session.execute(
        select(Prisoner.id, Prisoner.name, Prisoner.name_local, Placement.since, Placement.implied)
        .join(Placement, Placement.prisoner_id == Prisoner.id)
        .where(Placement.facility_id == facility_id, Placement.is_current, Prisoner.archived_at.is_(None))
        .order_by(Prisoner.name_folded, Prisoner.id)
    ).all()
