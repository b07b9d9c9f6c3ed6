"""When a dated instance of a day begins, until when a mail about it is of use, and when it is over. Pure.

The numbers in brackets name rules of the reminder specification in ARCHITECTURE.md.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from tracker.dates.rules import (
    BELATED_DAYS,
    COURT_OPENS,
    OFFICE_CLOSES,
    USEFUL_LEAD,
    DayKind,
    Occurrence,
    resolve,
)


def starts_at(kind: DayKind, occurrence: Occurrence) -> datetime | None:
    """The instant at which it begins, if the time is known."""
    if occurrence.at is None or occurrence.is_month_only or kind.is_soft:
        return None
    return resolve(occurrence.on, occurrence.at, occurrence.zone)


def cutoff_at(kind: DayKind, occurrence: Occurrence) -> datetime | None:
    """The last useful moment for a mail (P4), of a window that of its first day; soft days have none."""
    return None if kind.is_soft else _cutoff(kind, occurrence, occurrence.on)


def expires_at(kind: DayKind, occurrence: Occurrence) -> datetime:
    """The moment after which no reminder is sent any more (C8), of a window that of its last day; for soft days, when a
    belated mail makes no sense."""
    return _expiry(kind, occurrence, occurrence.last_on)


def possible_ends(kind: DayKind, occurrence: Occurrence) -> tuple[tuple[datetime, datetime], ...]:
    """Cutoff and expiry of each day on which it may be: one pair, for a window one of every day, for soft days and
    months none."""
    if kind.is_soft or occurrence.is_month_only:
        return ()
    days = (occurrence.last_on - occurrence.on).days + 1
    every = (occurrence.on + timedelta(days=number) for number in range(days))
    return tuple((_cutoff(kind, occurrence, on), _expiry(kind, occurrence, on)) for on in every)


def _cutoff(kind: DayKind, occurrence: Occurrence, on: date) -> datetime:
    presumed = OFFICE_CLOSES if kind.is_deadline else COURT_OPENS
    return resolve(on, occurrence.at or presumed, occurrence.zone) - USEFUL_LEAD


def _expiry(kind: DayKind, occurrence: Occurrence, on: date) -> datetime:
    if kind.is_soft:
        return resolve(on + timedelta(days=BELATED_DAYS + 1), time(0), occurrence.zone)
    if occurrence.at is not None:
        return resolve(on, occurrence.at, occurrence.zone)
    if kind.is_deadline:
        return resolve(on + timedelta(days=1), time(0), occurrence.zone)
    return resolve(on, OFFICE_CLOSES, occurrence.zone)
