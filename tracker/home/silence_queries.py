"""Reads for the list of those from whom no reply comes for longer than is to be expected where they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import Session

from tracker.assignments.queries import should_get_mail
from tracker.facilities.models import Facility
from tracker.letters.rules import Channel
from tracker.prisoners.models import Placement, Prisoner
from tracker.transit.config import Priors
from tracker.transit.models import TransitTime
from tracker.transit.rules import Leg, Times, expected
from tracker.transit.silence import ThreadState
from tracker.transit.silence_sql import is_in, reply_time_of


@dataclass(frozen=True)
class Unanswered:
    """Somebody who got letters, and from whom nothing came for too long, whoever wrote."""

    id: UUID
    name: str
    facility_id: UUID | None
    facility: str | None
    waiting_since: date
    channel: Channel
    last_letter_on: date | None
    last_reply_on: date | None
    days_out: int
    times: Times


def unanswered(session: Session, today: date, priors: Priors, *, limit: int, offset: int) -> list[Unanswered]:
    """A part of them, those first who are silent longest, in one statement; no letter is read."""
    statement = _unanswered(today, priors).limit(limit).offset(offset)
    return [_one(row, today, priors) for row in session.execute(statement)]


def _unanswered(today: date, priors: Priors) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Prisoner.id,
            Prisoner.name,
            Prisoner.waiting_since,
            Prisoner.waiting_by,
            Prisoner.last_letter_on,
            Prisoner.last_reply_on,
            Facility.id.label("facility_id"),
            Facility.name.label("facility"),
            TransitTime.cases,
            TransitTime.low_days,
            TransitTime.median_days,
            TransitTime.high_days,
        )
        .outerjoin(Placement, and_(Placement.prisoner_id == Prisoner.id, Placement.is_current))
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .outerjoin(TransitTime, reply_time_of(Prisoner))
        .where(should_get_mail(today), is_in(ThreadState.SILENT, Prisoner, today, priors))
        .order_by(Prisoner.waiting_since, Prisoner.name_folded, Prisoner.id)
    )


def _one(row: Row[Any], today: date, priors: Priors) -> Unanswered:
    seen = Times(row.low_days, row.median_days, row.high_days, row.cases) if row.cases else None
    times = expected(priors.channels[row.waiting_by].of(Leg.ROUND), seen, priors.weight)
    assert times is not None, "where nothing can come back, nobody is silent"
    return Unanswered(
        id=row.id,
        name=row.name,
        facility_id=row.facility_id,
        facility=row.facility,
        waiting_since=row.waiting_since,
        channel=row.waiting_by,
        last_letter_on=row.last_letter_on,
        last_reply_on=row.last_reply_on,
        days_out=(today - row.waiting_since).days,
        times=times,
    )
