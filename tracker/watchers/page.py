"""The hearings on a court watcher's own page, as she reads them: by both clocks, in the words of the mails."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row
from sqlalchemy.orm import Session

from tracker.dates.hearing_days import When, as_text, is_over
from tracker.dates.models import Answer, HearingStatus
from tracker.dates.rules import DayKind, FurtherDay, local_day
from tracker.reminders.day_words import further_days, when
from tracker.reminders.rules import DayState
from tracker.watchers.hearing_queries import hearings_of_watcher, names_in_hearings, sittings_of
from tracker.watchers.rules import CALLED_OFF_SHOWN


@dataclass(frozen=True)
class Shown:
    """One hearing on the page."""

    row: Row[*tuple[Any, ...]]
    when: str
    further: list[str]
    names: list[str]
    days_left: int | None
    """In her calendar; None: no day is known, or it has begun."""

    @property
    def can_be_answered(self) -> bool:
        """Whether she can say that she will be there."""
        return self.row.status is HearingStatus.SCHEDULED and self.row.outcome is None

    @property
    def goes(self) -> bool:
        return self.row.answer is Answer.YES

    @property
    def cannot(self) -> bool:
        return self.row.answer is Answer.NO


def hearings_shown(session: Session, watcher_id: UUID, zone: str, now: datetime) -> list[Shown]:
    """What is ahead of what she follows, and what was called off lately; three statements."""
    # Whatever zone the court is in, its day before yesterday is over.
    first = (now - timedelta(days=1)).date()
    rows = hearings_of_watcher(session, watcher_id, first=first, called_off_since=now - CALLED_OFF_SHOWN)
    ids = [row.id for row in rows]
    names: dict[UUID, list[str]] = defaultdict(list)
    for hearing_id, name in names_in_hearings(session, watcher_id, ids):
        names[hearing_id].append(name)
    sittings: dict[UUID, list[FurtherDay]] = defaultdict(list)
    for hearing_id, on, at in sittings_of(session, ids):
        sittings[hearing_id].append(FurtherDay(on, at))
    shown = []
    for row in rows:
        days = When(row.on, row.at, row.roughly, row.latest_on, tuple(sittings[row.id]))
        if not is_over(days, row.zone, now):
            shown.append(_shown(row, days, names[row.id], zone, now))
    return shown


def _shown(row: Row[*tuple[Any, ...]], days: When, names: list[str], zone: str, now: datetime) -> Shown:
    known = row.on or row.roughly
    state = DayState(
        on=str(known) if known else None,
        at=f"{row.at:%H:%M}" if row.at else None,
        zone=row.zone,
        place=None,
        status=str(row.status),
        latest_on=str(row.latest_on) if row.latest_on else None,
        sittings=", ".join(as_text(each) for each in days.sittings) or None,
    )
    reader = ZoneInfo(zone)
    today = local_day(now, zone)
    left = (row.on - today).days if row.on and row.on >= today else None
    return Shown(row, when(DayKind.HEARING, state, None, reader), further_days(state, reader), names, left)
