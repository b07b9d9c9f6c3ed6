"""What a coordinator's first page asks: who waits for a writer, who is being forgotten, which days come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Row,
    Select,
    String,
    Text,
    Uuid,
    and_,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from tracker.assignments.models import Assignment, Part
from tracker.assignments.queries import should_get_mail, waits_for_writer
from tracker.dates.models import Hearing
from tracker.dates.queries import Window, days_in
from tracker.dates.rules import Day, DayKind, DayStatus, Occurrence, occurrences
from tracker.facilities.models import Facility
from tracker.prisoners.models import Prisoner
from tracker.quotas.list_queries import is_open_claim
from tracker.quotas.models import ParcelClaim
from tracker.volunteers.models import Volunteer

MOST_ROWS = 8
SILENCE_DAYS = 60
"""So long without a letter, and somebody is being forgotten."""
HEARINGS_AHEAD = timedelta(days=14)
DAYS_AHEAD = timedelta(days=30)
CLAIMS_AHEAD = timedelta(days=3)
OVERDUE = timedelta(days=7)
"""So long after the end of a term of custody of which no extension is known, it still stands on the page."""


@dataclass(frozen=True)
class Board:
    """Two short lists and the counts."""

    no_writer: Sequence[Row[*tuple[Any, ...]]]
    silent: Sequence[Row[*tuple[Any, ...]]]
    """Rows of id, name, and the day of the last letter."""
    counts: dict[str, int]
    """prisoners, no_writer, silent, volunteers, lapsing (claims of slots), writing."""


def is_silent(today: date, days: int = SILENCE_DAYS) -> ColumnElement[bool]:
    """The condition under which somebody who should get mail has had none for more than so many days, or never."""
    return and_(
        should_get_mail(today),
        or_(Prisoner.last_letter_on.is_(None), Prisoner.last_letter_on < today - timedelta(days=days)),
    )


def board(session: Session, today: date, now: datetime) -> Board:
    """All of it in one statement."""
    waiting, silent = waits_for_writer(today), is_silent(today)
    pieces = [
        _some("no_writer", waiting),
        _some("silent", silent),
        _count("prisoners", Prisoner, Prisoner.archived_at.is_(None)),
        _count("no_writer", Prisoner, waiting),
        _count("silent", Prisoner, silent),
        _count("volunteers", Volunteer, Volunteer.disabled_at.is_(None)),
        _count("lapsing", ParcelClaim, is_open_claim(), ParcelClaim.lapses_at.between(now, now + CLAIMS_AHEAD)),
        _count("writing", Assignment, Assignment.until.is_(None), Assignment.part == Part.WRITER),
    ]
    rows = session.execute(union_all(*pieces)).all()
    listed = {name: [row for row in rows if row.list == name and row.id] for name in ("no_writer", "silent")}
    return Board(
        no_writer=sorted(listed["no_writer"], key=_longest_first),
        silent=sorted(listed["silent"], key=_longest_first),
        counts={row.list: row.number for row in rows if row.id is None},
    )


def _longest_first(row: Any) -> tuple[date, str]:
    return (row.last_letter_on or date.min, row.name)


def _some(name: str, where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    few = (
        select(Prisoner.id, Prisoner.name, Prisoner.last_letter_on)
        .where(where)
        .order_by(Prisoner.last_letter_on.asc().nulls_first(), Prisoner.name_folded, Prisoner.id)
        .limit(MOST_ROWS)
        .subquery()
    )
    return select(literal(name).label("list"), few.c.id, few.c.name, few.c.last_letter_on, literal(0).label("number"))


def _count(name: str, table: Any, *where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal(name).label("list"),
            cast(null(), Uuid).label("id"),
            cast(null(), Text).label("name"),
            cast(null(), Date).label("last_letter_on"),
            func.count().label("number"),
        )
        .select_from(table)
        .where(*where)
    )


def silence(today: date, days: int) -> Select[*tuple[Any, ...]]:
    """Who has had no letter for more than so many days, those first who never had one, then the longest."""
    return (
        select(Prisoner.id, Prisoner.name, Prisoner.last_letter_on, Prisoner.last_reply_on)
        .where(is_silent(today, days))
        .order_by(Prisoner.last_letter_on.asc().nulls_first(), Prisoner.name_folded, Prisoner.id)
    )


@dataclass(frozen=True)
class ComingDay:
    """One day that comes, with whom it is about."""

    kind: DayKind
    subject_id: UUID
    prisoner_ids: tuple[UUID, ...]
    court_id: UUID | None
    """Of hearings."""
    occurrence: Occurrence

    @property
    def on(self) -> date:
        return self.occurrence.on


@dataclass(frozen=True)
class ComingDays:
    """The days that come, soonest first."""

    hearings: list[ComingDay] = field(default_factory=list)
    custody: list[ComingDay] = field(default_factory=list)
    """Ends of custody, and of terms in which something has to be handed in."""
    others: list[ComingDay] = field(default_factory=list)


def coming_days(session: Session, *, today: date, now: datetime, home_zone: str) -> ComingDays:
    """Hearings of two weeks, ends of custody and terms, and other days of a month."""
    first, last = today - OVERDUE, today + DAYS_AHEAD
    found = ComingDays()
    for day in days_in(session, Window(first=first, last=last, changed_since=now), home_zone):
        if day.status is not DayStatus.SCHEDULED:
            continue
        for each in _occurrences(day, first, last):
            if day.kind.is_deadline:
                found.custody.append(each)
            elif each.on >= today and day.kind is not DayKind.HEARING:
                found.others.append(each)
            elif each.on <= today + HEARINGS_AHEAD and today <= each.occurrence.last_on:
                found.hearings.append(each)
    for days in (found.hearings, found.custody, found.others):
        days.sort(key=lambda each: (each.on, each.occurrence.at is not None, each.occurrence.at, str(each.subject_id)))
    return found


def _occurrences(day: Day, first: date, last: date) -> Iterable[ComingDay]:
    for occurrence in occurrences(day, first, last):
        court_id = UUID(day.place) if day.place else None
        yield ComingDay(day.kind, day.subject_id, day.prisoner_ids, court_id, occurrence)


def names_for(session: Session, days: Iterable[ComingDay]) -> dict[UUID, str]:
    """Names of the prisoners and courts of days, and the kinds of hearings, by id, in one statement."""
    shown = list(days)
    prisoners = {each for day in shown for each in day.prisoner_ids}
    courts = {day.court_id for day in shown if day.court_id}
    hearings = {day.subject_id for day in shown if day.kind is DayKind.HEARING}
    rows = session.execute(
        union_all(
            select(Prisoner.id, Prisoner.name).where(Prisoner.id.in_(prisoners)),
            select(Facility.id, Facility.name).where(Facility.id.in_(courts)),
            select(Hearing.id, cast(Hearing.kind, String)).where(Hearing.id.in_(hearings)),
        )
    )
    return {row[0]: row[1] for row in rows}
