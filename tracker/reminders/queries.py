"""What planning and sending ask the database: who follows which day, and what was told before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from tracker.dates.occasions import occasion_days, occasions_to_remind_of
from tracker.dates.queries import Window, days_in, days_named
from tracker.dates.rules import Day
from tracker.reminders.models import Heartbeat, Outbox
from tracker.reminders.plan import LOOK_BACK, DayKey
from tracker.reminders.reader_queries import Followings, Readers, followings, readers
from tracker.reminders.rules import DayState, Follower, Person, Told

REMEMBERED = timedelta(days=60)
"""So long are changes looked for of days that somebody was told of."""
_SLICE = 20_000
"""Ids asked for in one statement; SQLite takes 32,766 values at most."""


@dataclass
class Known:
    """Everything that a plan is worked out from."""

    days: list[Day]
    followers: dict[DayKey, list[Follower]]
    people: dict[UUID, Person]
    told: dict[DayKey, list[Told]] = field(default_factory=dict)

    @property
    def watcher_ids(self) -> frozenset[UUID]:
        """The readers who have no account."""
        return frozenset(person.id for person in self.people.values() if person.is_watcher)


def known(
    session: Session,
    now: datetime,
    until: datetime,
    furthest_days: int,
    home_zone: str,
    who: Readers | None = None,
) -> Known:
    """Everything that mails due by ``until`` can follow from. ``who``: the readers, where they are known already."""
    days = days_in(session, _window(now, until, furthest_days), home_zone)
    days += occasion_days(occasions_to_remind_of(), home_zone)
    return _known(session, days, who or readers(session, home_zone), followings(session))


def known_of_days(session: Session, names: Collection[DayKey], home_zone: str, who: Readers | None = None) -> Known:
    """The same about some days only."""
    days = days_named(session, names, home_zone)
    if not days:
        return Known([], {}, {})
    return _known(session, days, who or readers(session, home_zone), followings(session, days))


def days_of_reader(
    session: Session, reader_id: UUID, who: Readers, now: datetime, until: datetime, furthest_days: int, home_zone: str
) -> Known:
    """The same about the days that one reader follows."""
    follow = followings(session, reader_ids=[reader_id])
    days = days_in(session, _window(now, until, furthest_days), home_zone)
    days += occasion_days(occasions_to_remind_of(), home_zone)
    days = [day for day in days if follow.of(day, who.coordinators)]
    of_reader = or_(Outbox.recipient_id == reader_id, Outbox.watcher_id == reader_id)
    return _known(session, days, who, follow, of_reader)


def known_of_readers(
    session: Session, names: Collection[DayKey], reader_ids: Collection[UUID], home_zone: str
) -> Known:
    """What the mails of some readers about some days are worked out from."""
    days = days_named(session, names, home_zone) if names else []
    if not days:
        return Known([], {}, {})
    who = readers(session, home_zone, reader_ids)
    of_readers = or_(Outbox.recipient_id.in_(reader_ids), Outbox.watcher_id.in_(reader_ids))
    return _known(session, days, who, followings(session, days, reader_ids), of_readers)


def _window(now: datetime, until: datetime, furthest_days: int) -> Window:
    return Window(
        first=(now - LOOK_BACK).date(),
        last=(until + timedelta(days=furthest_days + 2)).date(),
        changed_since=now - REMEMBERED,
    )


def _known(session: Session, days: list[Day], who: Readers, follow: Followings, *told: ColumnElement[bool]) -> Known:
    return Known(
        days=days,
        followers={(day.kind, day.subject_id): follow.of(day, who.coordinators) for day in days},
        people=who.people,
        told=_told(session, [day.subject_id for day in days], *told),
    )


def _told(session: Session, subjects: Sequence[UUID], *where: ColumnElement[bool]) -> dict[DayKey, list[Told]]:
    found: dict[DayKey, list[Told]] = defaultdict(list)
    for ids in _slices(subjects):
        statement = select(
            Outbox.id,
            func.coalesce(Outbox.recipient_id, Outbox.watcher_id).label("person_id"),
            Outbox.kind,
            Outbox.day_kind,
            Outbox.subject_id,
            Outbox.occurrence_key,
            Outbox.rule,
            Outbox.state,
            Outbox.told_state,
            Outbox.dedupe_key,
            Outbox.accepted_at,
            Outbox.handled_at,
            Outbox.tried_at,
            Outbox.last_class,
        ).where(Outbox.subject_id.in_(ids), Outbox.day_kind.is_not(None), *where)
        for row in session.execute(statement):
            # Of a watcher who left, nobody has to be told anything.
            if row.person_id is not None:
                found[row.day_kind, row.subject_id].append(_as_told(row))
    return found


def _as_told(row: Any) -> Told:
    # A mail of which nobody knows whether it arrived counts as read: better told twice than told something outdated.
    maybe = row.tried_at if row.last_class == "unclear" else None
    return Told(
        mail_id=row.id,
        person_id=row.person_id,
        kind=row.kind,
        day_kind=row.day_kind,
        subject_id=row.subject_id,
        occurrence_key=row.occurrence_key,
        rule=row.rule,
        state=row.state,
        told_at=row.accepted_at or row.handled_at or maybe,
        day_state=DayState(**row.told_state) if row.told_state else None,
        dedupe_key=row.dedupe_key,
    )


def _slices(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    distinct = list(dict.fromkeys(ids))
    for start in range(0, len(distinct), _SLICE):
        yield distinct[start : start + _SLICE]


def planning_began_at(session: Session) -> datetime | None:
    """When planning first ran here; None: never yet."""
    return session.scalar(select(Heartbeat.began_at).where(Heartbeat.name == "planner"))


def database_now(session: Session) -> datetime | None:
    """The clock of a database server, which all schedulers share; None for SQLite, which lives on one machine."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    moment: datetime | None = session.scalar(select(func.clock_timestamp()))
    return moment
