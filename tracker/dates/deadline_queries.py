"""Reads of terms to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from tracker.cases.models import Case
from tracker.dates.models import Deadline, HearingStatus
from tracker.prisoners.models import Prisoner
from tracker.sealing.column import open_sealed


def deadlines(*, is_open: bool, today: date) -> Select[*tuple[Any, ...]]:
    """Terms of the whole collective: those that are open with the nearest first, those gone by among them; or those
    that were handed in or called off, newest first. For coordinators."""
    statement = _columns(today)
    if is_open:
        return statement.where(Deadline.status == HearingStatus.SCHEDULED).order_by(Deadline.on, Deadline.id)
    return statement.where(Deadline.status != HearingStatus.SCHEDULED).order_by(Deadline.on.desc(), Deadline.id)


def deadlines_of(session: Session, prisoner_id: UUID, today: date) -> Sequence[Row[*tuple[Any, ...]]]:
    """All terms of one prisoner, those that are open first. That the reader sees the prisoner has been checked."""
    statement = _columns(today).where(Deadline.prisoner_id == prisoner_id)
    return session.execute(statement.order_by(Deadline.status != HearingStatus.SCHEDULED, Deadline.on)).all()


def _columns(today: date) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Deadline.id,
            Deadline.prisoner_id,
            Deadline.kind,
            Deadline.on,
            Deadline.at,
            Deadline.zone,
            Deadline.status,
            Deadline.handed_in_on,
            Deadline.note_sealed,
            (Deadline.on < today).label("is_past"),
            Prisoner.name,
            Case.title.label("case_title"),
        )
        .join(Prisoner, Prisoner.id == Deadline.prisoner_id)
        .outerjoin(Case, Case.id == Deadline.case_id)
    )


def note_of(row: Row[*tuple[Any, ...]]) -> str | None:
    """What is to be handed in, where, and by whom."""
    return open_sealed(row.note_sealed, Deadline.__tablename__, "note_sealed", row.id)
