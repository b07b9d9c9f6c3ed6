"""Hearings as days, with their windows and further sittings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from tracker.dates.models import Hearing, HearingPrisoner, HearingStatus, Sitting
from tracker.dates.rules import Day, DayKind, DayStatus, FurtherDay
from tracker.dates.window import Window, partial_between
from tracker.partial_date import PartialDate


def hearings_in(window: Window) -> ColumnElement[bool]:
    """Whether a hearing is to be gathered: any of its days can lie in the window, or it was changed lately."""
    first, last = window.first, window.last
    return or_(
        Hearing.on.between(first, last),
        and_(Hearing.on < first, Hearing.latest_on >= first),
        Hearing.id.in_(select(Sitting.hearing_id).where(Sitting.on.between(first, last))),
        partial_between(Hearing.roughly, window),
        Hearing.changed_at >= window.changed_since,
        Hearing.id.in_(window.also),
    )


def hearings(session: Session, where: ColumnElement[bool]) -> Iterator[Day]:
    """Hearings that are not closed, in one statement. Its rows are all pairs of prisoners and further days."""
    statement = (
        select(
            Hearing.id,
            Hearing.case_id,
            Hearing.on,
            Hearing.roughly,
            Hearing.latest_on,
            Hearing.at,
            Hearing.zone,
            Hearing.status,
            Hearing.court_id,
            Hearing.revision,
            Hearing.changed_at,
            HearingPrisoner.prisoner_id,
            Sitting.on.label("sits_on"),
            Sitting.at.label("sits_at"),
        )
        .outerjoin(HearingPrisoner, HearingPrisoner.hearing_id == Hearing.id)
        .outerjoin(Sitting, Sitting.hearing_id == Hearing.id)
        .where(where, Hearing.status != HearingStatus.CLOSED)
        .order_by(Hearing.id, HearingPrisoner.prisoner_id)
    )
    rows: dict[UUID, list[Any]] = {}
    for row in session.execute(statement):
        rows.setdefault(row.id, []).append(row)
    for hearing_id, several in rows.items():
        row = several[0]
        yield Day(
            kind=DayKind.HEARING,
            subject_id=hearing_id,
            on=PartialDate.of(row.on) if row.on else row.roughly,
            at=row.at,
            zone=row.zone,
            changed_at=row.changed_at,
            status=DayStatus(row.status),
            place=str(row.court_id),
            revision=row.revision,
            prisoner_ids=tuple(dict.fromkeys(each.prisoner_id for each in several if each.prisoner_id)),
            case_id=row.case_id,
            latest_on=row.latest_on,
            sittings=_sittings(several) if row.sits_on else (),
        )


def _sittings(rows: Iterable[Any]) -> tuple[FurtherDay, ...]:
    days = {FurtherDay(row.sits_on, row.sits_at) for row in rows}
    return tuple(sorted(days, key=lambda each: (each.on, each.at or time.min, each.at is not None)))
