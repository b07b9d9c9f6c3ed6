"""What the page of a hearing shows around it: its court, its case, what was before and after it, its former dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Date, Row, Select, String, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from tracker.cases.models import Case
from tracker.dates.hearing_days import When, from_text, moved_by_clocks
from tracker.dates.models import Hearing, HearingChange, HearingStatus
from tracker.dates.rules import resolve
from tracker.facilities.models import Facility
from tracker.sealing.column import open_sealed
from tracker.volunteers.models import Volunteer


def court_of(session: Session, hearing: Hearing) -> Row[*tuple[Any, ...]]:
    """The court of a hearing: name, local name, city, address."""
    return session.execute(
        select(Facility.id, Facility.name, Facility.name_local, Facility.city, Facility.address).where(
            Facility.id == hearing.court_id
        )
    ).one()


@dataclass(frozen=True)
class Around:
    """What a hearing belongs to."""

    case_title: str | None
    outcome_by: str | None
    """The handle of whoever said what became of it."""
    before: Row[*tuple[Any, ...]] | None
    """The hearing at which this one was set: id, on."""
    after: Sequence[Row[*tuple[Any, ...]]]
    """Those that were set at this one, unless they are called off: rows of id, on."""


def around(session: Session, hearing: Hearing) -> Around:
    """The case of a hearing, and those before and after it, in one statement."""
    others = select(Hearing.id, Hearing.on, cast(null(), String).label("text"))
    rows = session.execute(
        union_all(
            _with_text("case", select(Case.id, cast(null(), Date), Case.title).where(Case.id == hearing.case_id)),
            _with_text(
                "by",
                select(Volunteer.id, cast(null(), Date), Volunteer.handle).where(Volunteer.id == hearing.outcome_by_id),
            ),
            _with_text("before", others.where(Hearing.id == hearing.follows_id)),
            _with_text(
                "after", others.where(Hearing.follows_id == hearing.id, Hearing.status != HearingStatus.CANCELLED)
            ),
        )
    ).all()
    texts = {row.what: row.text for row in rows}
    return Around(
        case_title=texts.get("case"),
        outcome_by=texts.get("by"),
        before=next((row for row in rows if row.what == "before"), None),
        after=[row for row in rows if row.what == "after"],
    )


def _with_text(what: str, statement: Any) -> Select[Any]:
    found = statement.subquery()
    id_, on, text = found.c
    return select(cast(literal(what), String).label("what"), id_.label("id"), on.label("on"), text.label("text"))


@dataclass(frozen=True)
class FormerDate:
    """What a hearing was before a change."""

    status: HearingStatus
    when: When
    zone: str
    court: str | None
    """If it was another one than now."""
    until: datetime
    """When that changed."""
    changed_by: str | None
    why: str | None


def changes_of(session: Session, hearing: Hearing) -> list[FormerDate]:
    """What a hearing was before each change, the newest change first."""
    rows = session.execute(
        select(
            HearingChange.id,
            HearingChange.status,
            HearingChange.on,
            HearingChange.at,
            HearingChange.roughly,
            HearingChange.latest_on,
            HearingChange.sittings,
            HearingChange.zone,
            HearingChange.court_id,
            HearingChange.changed_at,
            HearingChange.why_sealed,
            Facility.name.label("court"),
            Volunteer.handle,
        )
        .join(Facility, Facility.id == HearingChange.court_id)
        .outerjoin(Volunteer, Volunteer.id == HearingChange.changed_by_id)
        .where(HearingChange.hearing_id == hearing.id)
        .order_by(HearingChange.revision.desc())
    ).all()
    return [
        FormerDate(
            status=row.status,
            when=When(row.on, row.at, row.roughly, row.latest_on, tuple(map(from_text, row.sittings))),
            zone=row.zone,
            court=row.court if row.court_id != hearing.court_id else None,
            until=row.changed_at,
            changed_by=row.handle,
            why=open_sealed(row.why_sealed, HearingChange.__tablename__, "why_sealed", row.id),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class DayShown:
    """One day of a hearing as its page shows it."""

    on: date
    at: time | None
    starts_at: datetime | None
    """If the time is known."""
    taken_as: time | None
    """What the time means in a night in which clocks skip it."""


def days_shown(when: When, zone: str) -> list[DayShown]:
    """Every single day of a hearing; of a window none."""
    if when.latest_on is not None:
        return []
    return [
        DayShown(
            each.on,
            each.at,
            resolve(each.on, each.at, zone) if each.at else None,
            moved_by_clocks(each.on, each.at, zone) if each.at else None,
        )
        for each in when.days()
    ]
