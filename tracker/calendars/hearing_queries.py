"""Hearings as a calendar shows them, with their further days and those that they had until lately."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from tracker.calendars.rules import Former, Horizon, Known, Off
from tracker.dates.hearing_days import from_text
from tracker.dates.models import Hearing, HearingChange, HearingPrisoner, HearingStatus, Sitting
from tracker.dates.rules import Day, DayKind, FurtherDay
from tracker.facilities.models import Facility
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner


def hearings(
    session: Session, seen: ColumnElement[bool], which: ColumnElement[bool], horizon: Horizon
) -> Iterator[Known]:
    """Hearings with their sittings and their former days, of the prisoners in ``HearingPrisoner`` who are ``seen``, in
    three statements."""
    columns = (
        Hearing.id,
        Hearing.kind,
        Hearing.on,
        Hearing.latest_on,
        Hearing.at,
        Hearing.zone,
        Hearing.status,
        Hearing.revision,
        Hearing.changed_at,
        Hearing.expected,
        Facility.name.label("court"),
        Facility.city,
        Prisoner.name,
    )
    statement = (
        select(*columns)
        .join(HearingPrisoner, HearingPrisoner.hearing_id == Hearing.id)
        .join(Prisoner, Prisoner.id == HearingPrisoner.prisoner_id)
        .join(Facility, Facility.id == Hearing.court_id)
        .where(seen, which)
        .order_by(Hearing.id, Prisoner.name_folded, Prisoner.id)
    )
    rows: dict[UUID, list[Any]] = defaultdict(list)
    for row in session.execute(statement):
        rows[row.id].append(row)
    sittings = _sittings(session, which)
    former = _former(session, which, horizon)
    for hearing_id, several in rows.items():
        names = tuple(each.name for each in several)
        yield _hearing(several[0], names, sittings.get(hearing_id, ()), former.get(hearing_id, ()))


def hearings_within(horizon: Horizon) -> ColumnElement[bool]:
    """The condition for hearings that a calendar can hold."""
    further = select(Sitting.hearing_id).where(Sitting.on.between(horizon.first_in_court, horizon.last))
    return or_(
        Hearing.on.between(horizon.first_in_court, horizon.last),
        Hearing.latest_on.between(horizon.first_in_court, horizon.last),
        # Without a day it is told for a while that it is off.
        and_(Hearing.on.is_(None), Hearing.changed_at >= horizon.cancelled_since),
        Hearing.id.in_(further),
    )


def _hearing(row: Any, names: tuple[str, ...], sittings: Iterable[FurtherDay], former: Iterable[Former]) -> Known:
    return Known(
        day=Day(
            kind=DayKind.HEARING,
            subject_id=row.id,
            on=PartialDate.of(row.on) if row.on else None,
            at=row.at,
            zone=row.zone,
            changed_at=row.changed_at,
            revision=row.revision,
            latest_on=row.latest_on,
            sittings=tuple(sittings),
        ),
        names=names,
        off=_why_off(row),
        what=row.kind,
        court=", ".join(filter(None, (row.court, row.city))),
        expected=row.expected,
        former=tuple(former),
    )


def _why_off(row: Any) -> Off | None:
    if row.status is HearingStatus.SINE_DIE:
        return Off.POSTPONED
    if row.status is HearingStatus.CANCELLED:
        return Off.CANCELLED
    # A case that is over has no more days in court; those that it had, it had.
    is_ahead = row.status is HearingStatus.CLOSED and (row.on is None or row.on >= row.changed_at.date())
    return Off.CANCELLED if is_ahead else None


def _sittings(session: Session, which: ColumnElement[bool]) -> dict[UUID, list[FurtherDay]]:
    found: dict[UUID, list[FurtherDay]] = defaultdict(list)
    statement = select(Sitting.hearing_id, Sitting.on, Sitting.at).join(Hearing, Hearing.id == Sitting.hearing_id)
    for hearing_id, on, at in session.execute(statement.where(which).order_by(Sitting.on, Sitting.at, Sitting.id)):
        found[hearing_id].append(FurtherDay(on, at))
    return found


def _former(session: Session, which: ColumnElement[bool], horizon: Horizon) -> dict[UUID, list[Former]]:
    found: dict[UUID, list[Former]] = defaultdict(list)
    statement = (
        select(HearingChange.hearing_id, HearingChange.on, HearingChange.at, HearingChange.sittings)
        .join(Hearing, Hearing.id == HearingChange.hearing_id)
        .where(which, HearingChange.changed_at >= horizon.cancelled_since)
        .order_by(HearingChange.revision.desc(), HearingChange.id)
    )
    for hearing_id, on, at, sittings in session.execute(statement):
        further = tuple(from_text(text) for text in sittings)
        found[hearing_id].append(Former(FurtherDay(on, at) if on else None, further))
    return found
