"""Hearings that need somebody: nobody has said that she will be there, or nobody has said what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from tracker.dates.hearing_days import When, is_near, is_over
from tracker.dates.hearing_list_queries import ended_before, is_attended
from tracker.dates.models import Hearing, HearingKind, HearingPrisoner, HearingStatus, Sitting
from tracker.dates.rules import FurtherDay
from tracker.facilities.models import Facility
from tracker.prisoners.models import Prisoner

_NEAR_DAYS = timedelta(days=4)
"""48 hours, and a day more on either side for the zones of the world."""
_ANY_ZONE = timedelta(days=1)
MOST_OVER = 30


@dataclass
class NeedyHearing:
    """A hearing that needs somebody."""

    id: UUID
    kind: HearingKind
    zone: str
    court: str
    when: When
    names: dict[UUID, str] = field(default_factory=dict)
    """Whom it concerns."""


@dataclass(frozen=True)
class Needy:
    """What coordinators have to see to."""

    nobody_there: list[NeedyHearing]
    """Within 48 hours, and nobody has said that she will be there: all of them, soonest first."""
    no_outcome: list[NeedyHearing]
    """Over, and nobody has said what became of them: the newest."""


def needy_hearings(session: Session, now: datetime) -> Needy:
    """Both, in one statement, whether mail works or not. The database finds what may be meant by the calendar of any
    zone; what is near and what is over is then decided by the clock of each court."""
    today = now.astimezone(UTC).date()
    attended: dict[UUID, bool] = {}
    found: dict[UUID, NeedyHearing] = {}
    sittings: dict[UUID, set[FurtherDay]] = {}
    for row in session.execute(_statement(today)):
        hearing = found.setdefault(
            row.id,
            NeedyHearing(row.id, row.kind, row.zone, row.court, When(row.on, row.at, row.roughly, row.latest_on), {}),
        )
        hearing.names[row.prisoner_id] = row.name
        attended[row.id] = row.is_attended
        if row.sitting_on is not None:
            sittings.setdefault(row.id, set()).add(FurtherDay(row.sitting_on, row.sitting_at))
    for hearing_id, days in sittings.items():
        bare = found[hearing_id].when
        further = tuple(sorted(days, key=lambda each: (each.on, each.at or time.min)))
        found[hearing_id].when = When(bare.on, bare.at, bare.roughly, bare.latest_on, further)
    every = list(found.values())
    near = [each for each in every if not attended[each.id] and is_near(each.when, each.zone, now)]
    over = [each for each in every if is_over(each.when, each.zone, now)]
    return Needy(
        nobody_there=sorted(near, key=lambda each: (_next_on(each.when, today), each.when.at or time.min, each.id)),
        no_outcome=sorted(over, key=lambda each: (each.when.last_on or date.min, each.id), reverse=True),
    )


def _next_on(when: When, today: date) -> date:
    """The first day that is not over for certain."""
    days = [each.on for each in when.days() if each.on >= today - _ANY_ZONE]
    return min(days, default=when.on or date.max)


def _statement(today: date) -> Select[Any]:
    first, last = today - _ANY_ZONE, today + _NEAR_DAYS
    waits = and_(Hearing.status == HearingStatus.SCHEDULED, Hearing.outcome.is_(None))
    in_sitting = select(Sitting.hearing_id).where(Sitting.on.between(first, last))
    near = select(Hearing.id).where(
        waits,
        or_(
            Hearing.on.between(first, last),
            and_(Hearing.on <= last, Hearing.latest_on >= first),
            Hearing.id.in_(in_sitting),
        ),
    )
    # A long archive without outcomes must not make the page long: the newest are asked for first.
    over = (
        select(Hearing.id)
        .where(waits, ended_before(today + 2 * _ANY_ZONE))
        .order_by(Hearing.on.desc().nulls_last(), Hearing.id)
        .limit(MOST_OVER)
    )
    statement: Any = (
        select(
            Hearing.id,
            Hearing.kind,
            Hearing.zone,
            Hearing.on,
            Hearing.at,
            Hearing.roughly,
            Hearing.latest_on,
            Facility.name.label("court"),
            is_attended().label("is_attended"),
            HearingPrisoner.prisoner_id,
            Prisoner.name,
            Sitting.on.label("sitting_on"),
            Sitting.at.label("sitting_at"),
        )
        .join(Facility, Facility.id == Hearing.court_id)
        .join(HearingPrisoner, HearingPrisoner.hearing_id == Hearing.id)
        .join(Prisoner, Prisoner.id == HearingPrisoner.prisoner_id)
        .outerjoin(Sitting, Sitting.hearing_id == Hearing.id)
        .where(or_(Hearing.id.in_(near), Hearing.id.in_(select(over.subquery().c.id))))
        .order_by(Prisoner.name_folded)
    )
    found: Select[Any] = statement
    return found
