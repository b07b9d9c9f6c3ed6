"""What planning and sending ask the database: who follows which day, and what was told before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tracker.assignments.models import Assignment, Part
from tracker.dates.queries import Window, days_in, one_day
from tracker.dates.rules import Day, DayKind, is_zone
from tracker.reminders.models import Heartbeat, Outbox
from tracker.reminders.plan import LOOK_BACK, DayKey
from tracker.reminders.rules import DayState, Follower, MailState, Person, Role, Told
from tracker.volunteers.models import Volunteer

REMEMBERED = timedelta(days=60)
"""So long are changes looked for of days that somebody was told of."""
_SLICE = 20_000
"""Ids asked for in one statement; SQLite takes 32,766 values at most."""

ROLE_OF_PART = {
    Part.WRITER: Role.WRITERS,
    Part.PARCELS: Role.WRITERS,
    Part.FAMILY_CONTACT: Role.WRITERS,
    Part.COURT: Role.COURT,
}


@dataclass
class Known:
    """Everything that a plan is worked out from."""

    days: list[Day]
    followers: dict[DayKey, list[Follower]]
    people: dict[UUID, Person]
    told: dict[DayKey, list[Told]] = field(default_factory=dict)


def known(session: Session, now: datetime, until: datetime, furthest_days: int, home_zone: str) -> Known:
    """Everything that mails due by ``until`` can follow from, in eight statements."""
    window = Window(
        first=(now - LOOK_BACK).date(),
        last=(until + timedelta(days=furthest_days + 2)).date(),
        changed_since=now - REMEMBERED,
        also=_told_of_release(session, now),
    )
    days = days_in(session, window, home_zone)
    people = _people(session, home_zone)
    return Known(
        days=days,
        followers=_followers(days, _running(session), people),
        people={person.id: person for person, _ in people.values()},
        told=_told(session, [day.subject_id for day in days]),
    )


def known_of_day(
    session: Session, kind: DayKind, subject_id: UUID, recipient_id: UUID, but_mail: UUID, home_zone: str
) -> Known:
    """What one reader's mails about one day are worked out from, without the mail ``but_mail``."""
    day = one_day(session, kind, subject_id, home_zone)
    if day is None:
        return Known([], {}, {})
    people = _people(session, home_zone, Volunteer.id == recipient_id)
    of_reader = (Assignment.volunteer_id == recipient_id, Assignment.prisoner_id.in_(day.prisoner_ids))
    told = _told(session, [subject_id], Outbox.recipient_id == recipient_id, Outbox.id != but_mail)
    return Known(
        days=[day],
        followers=_followers([day], _running(session, *of_reader), people),
        people={person.id: person for person, _ in people.values()},
        told=told,
    )


_People = dict[UUID, tuple[Person, datetime | None]]
"""Everybody who can sign in, and since when she is a coordinator, if she is."""


def _people(session: Session, home_zone: str, *where: ColumnElement[bool]) -> _People:
    statement = select(
        Volunteer.id, Volunteer.zone, Volunteer.remind_at, Volunteer.is_coordinator, Volunteer.created_at
    ).where(Volunteer.disabled_at.is_(None), *where)
    return {
        row.id: (
            Person(row.id, row.zone if is_zone(row.zone) else home_zone, row.remind_at),
            row.created_at if row.is_coordinator else None,
        )
        for row in session.execute(statement)
    }


def _running(session: Session, *where: ColumnElement[bool]) -> dict[UUID, list[Follower]]:
    """Followers by prisoner."""
    statement = select(Assignment.prisoner_id, Assignment.volunteer_id, Assignment.part, Assignment.created_at).where(
        Assignment.until.is_(None), *where
    )
    found: dict[UUID, list[Follower]] = defaultdict(list)
    for prisoner_id, volunteer_id, part, since in session.execute(statement):
        found[prisoner_id].append(Follower(volunteer_id, ROLE_OF_PART[Part(part)], since))
    return found


def _followers(
    days: Iterable[Day], running: dict[UUID, list[Follower]], people: _People
) -> dict[DayKey, list[Follower]]:
    coordinators = [Follower(id_, Role.COORDINATORS, since) for id_, (_, since) in people.items() if since]
    return {
        (day.kind, day.subject_id): coordinators
        + [follower for prisoner_id in day.prisoner_ids for follower in running.get(prisoner_id, ())]
        for day in days
    }


def _told_of_release(session: Session, now: datetime) -> frozenset[UUID]:
    # Releases do not say when they were changed; whoever was told of one may have to hear that it moved.
    statement = select(Outbox.subject_id).where(
        Outbox.day_kind == DayKind.RELEASE, Outbox.state == MailState.SENT, Outbox.due_at >= now - REMEMBERED
    )
    return frozenset(id_ for id_ in session.scalars(statement) if id_ is not None)


def _told(session: Session, subjects: Sequence[UUID], *where: ColumnElement[bool]) -> dict[DayKey, list[Told]]:
    found: dict[DayKey, list[Told]] = defaultdict(list)
    for ids in _slices(subjects):
        statement = select(
            Outbox.id,
            Outbox.recipient_id,
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
        ).where(Outbox.subject_id.in_(ids), Outbox.day_kind.is_not(None), Outbox.recipient_id.is_not(None), *where)
        for row in session.execute(statement):
            found[row.day_kind, row.subject_id].append(_as_told(row))
    return found


def _as_told(row: Any) -> Told:
    # A mail of which nobody knows whether it arrived counts as read: better told twice than told something outdated.
    maybe = row.tried_at if row.last_class == "unclear" else None
    return Told(
        mail_id=row.id,
        person_id=row.recipient_id,
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
