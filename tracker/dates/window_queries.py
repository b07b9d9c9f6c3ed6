"""Reads of the chances to send a parcel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.dates.models import ParcelWindow
from tracker.dates.rules import Day, DayKind, occurrences
from tracker.partial_date import PartialDate

_AHEAD = timedelta(days=1500)
_SHOWN = 3


@dataclass(frozen=True)
class Chance:
    """A chance that comes back, and when it does so next."""

    id: UUID
    counted_from: date
    every_months: int | None
    """None: on the first of each month."""
    has_ended: bool
    next_days: list[date]
    """The next three; none if it has ended."""


def chances_of(session: Session, prisoner_id: UUID, today: date) -> list[Chance]:
    """The chances to send somebody a parcel, those that go on first."""
    rows = session.execute(
        select(
            ParcelWindow.id,
            ParcelWindow.counted_from,
            ParcelWindow.every_months,
            ParcelWindow.changed_at,
            ParcelWindow.ended_at,
        )
        .where(ParcelWindow.prisoner_id == prisoner_id)
        .order_by(ParcelWindow.ended_at.is_not(None), ParcelWindow.counted_from, ParcelWindow.id)
    )
    chances = []
    for row in rows:
        day = Day(
            DayKind.PARCEL_WINDOW,
            row.id,
            PartialDate.of(row.counted_from),
            # Only the calendar matters here.
            "UTC",
            row.changed_at,
            every_months=row.every_months,
            first_of_month=row.every_months is None,
        )
        coming = islice(occurrences(day, today, max(today, row.counted_from) + _AHEAD), _SHOWN)
        has_ended = row.ended_at is not None
        next_days = [] if has_ended else [each.on for each in coming]
        chances.append(Chance(row.id, row.counted_from, row.every_months, has_ended, next_days))
    return chances
