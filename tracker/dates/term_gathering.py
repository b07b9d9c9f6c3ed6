"""Ends of custody, days to hand something in, and chances to send a parcel, as days."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    Time,
    Uuid,
    cast,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from tracker.cases.models import Measure, MeasureKind
from tracker.dates.models import Deadline, HearingStatus, ParcelWindow
from tracker.dates.rules import Day, DayKind, DayStatus
from tracker.dates.window import Window, partial_between
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner

CUSTODY = (
    MeasureKind.DETENTION,
    MeasureKind.CUSTODY,
    MeasureKind.HOUSE_ARREST,
    MeasureKind.BAN_ON_ACTIONS,
    MeasureKind.NIGHT_CURFEW,
)
"""Measures whose end is a day to watch."""

TERMS = (DayKind.DETENTION_UNTIL, DayKind.APPEAL_DEADLINE, DayKind.PARCEL_WINDOW)


def terms(
    session: Session, home_zone: str, *, window: Window | None = None, ids: Collection[UUID] = ()
) -> Iterator[Day]:
    """Ends of custody, days to hand something in, and chances to send a parcel, in one statement: those in a window, or
    those of some ids."""
    measures, deadlines, parcels = _measures(), _deadlines(), _parcels()
    if window is None:
        measures, deadlines, parcels = (
            statement.where(table.id.in_(ids))
            for statement, table in ((measures, Measure), (deadlines, Deadline), (parcels, ParcelWindow))
        )
    else:
        measures = measures.where(_term_in(window, Measure, partial_between(Measure.until, window)))
        deadlines = deadlines.where(_term_in(window, Deadline, Deadline.on.between(window.first, window.last)))
        parcels = parcels.where(ParcelWindow.counted_from <= window.last)
    for row in session.execute(union_all(measures, deadlines, parcels)):
        yield Day(
            kind=DayKind(row.kind),
            subject_id=row.id,
            on=PartialDate.parse(row.on),
            zone=row.zone or home_zone,
            changed_at=row.changed_at,
            at=row.at,
            status=DayStatus(row.status),
            revision=row.revision,
            prisoner_ids=(row.prisoner_id,),
            every_months=row.every_months,
            first_of_month=row.kind == DayKind.PARCEL_WINDOW and row.every_months is None,
            case_id=row.case_id,
        )


def _measures() -> Any:
    return (
        _term(DayKind.DETENTION_UNTIL, Measure, Measure.until, Measure.changed_at)
        .add_columns(
            Measure.zone.label("zone"),
            Measure.revision.label("revision"),
            cast(null(), Time).label("at"),
            literal(str(DayStatus.SCHEDULED)).label("status"),
            Measure.case_id.label("case_id"),
            cast(null(), Integer).label("every_months"),
        )
        .where(Measure.kind.in_(CUSTODY), Measure.until.is_not(None), Measure.ended_on.is_(None))
    )


def _deadlines() -> Any:
    return (
        _term(DayKind.APPEAL_DEADLINE, Deadline, Deadline.on, Deadline.changed_at)
        .add_columns(
            Deadline.zone,
            Deadline.revision,
            Deadline.at,
            type_coerce(Deadline.status, String),
            Deadline.case_id,
            cast(null(), Integer),
        )
        .where(Deadline.status != HearingStatus.CLOSED)
    )


def _parcels() -> Any:
    return (
        _term(DayKind.PARCEL_WINDOW, ParcelWindow, ParcelWindow.counted_from, ParcelWindow.changed_at)
        .add_columns(
            cast(null(), String),
            literal(0),
            cast(null(), Time),
            literal(str(DayStatus.SCHEDULED)),
            cast(null(), Uuid),
            ParcelWindow.every_months,
        )
        .where(ParcelWindow.ended_at.is_(None))
    )


def _term(kind: DayKind, table: Any, on: Any, changed_at: Any) -> Any:
    return (
        select(
            literal(str(kind)).label("kind"),
            table.id.label("id"),
            table.prisoner_id.label("prisoner_id"),
            # Both forms of a day are the same text.
            (type_coerce(on, String) if kind is DayKind.DETENTION_UNTIL else cast(on, String)).label("on"),
            changed_at.label("changed_at"),
        )
        .join(Prisoner, Prisoner.id == table.prisoner_id)
        .where(Prisoner.archived_at.is_(None))
    )


def _term_in(window: Window, table: Any, lies_in: ColumnElement[bool]) -> ColumnElement[bool]:
    return or_(lies_in, table.changed_at >= window.changed_since, table.id.in_(window.also))
