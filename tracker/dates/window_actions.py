"""Chances to send a parcel that come back: entering and ending them. Reminders follow by themselves."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tracker.dates.models import ParcelWindow
from tracker.db import add_once

MOST_MONTHS = 24


class OutOfRange(Exception):
    """A chance comes back after one to twenty-four months."""


def enter_window(
    session: Session,
    prisoner_id: UUID,
    *,
    counted_from: date,
    every_months: int | None,
    entered_by_id: UUID,
    form_id: UUID,
    now: datetime,
) -> bool:
    """A parcel is possible again every so many months counted from a day, or (None) on the first of each month from it
    on. False: the form was sent before. Raises OutOfRange."""
    if every_months is not None and not 1 <= every_months <= MOST_MONTHS:
        raise OutOfRange
    row = ParcelWindow(
        id=uuid4(),
        prisoner_id=prisoner_id,
        counted_from=counted_from,
        every_months=every_months,
        entered_by_id=entered_by_id,
        changed_at=now,
        form_id=form_id,
    )
    return add_once(session, row)


def end_window(window: ParcelWindow, *, now: datetime) -> None:
    """Nobody is reminded of it any more; does nothing if that is so already."""
    if window.ended_at is None:
        window.ended_at = window.changed_at = now


def resume_window(window: ParcelWindow, *, now: datetime) -> None:
    """It goes on after all; does nothing if it never ended."""
    if window.ended_at is not None:
        window.ended_at, window.changed_at = None, now
