"""Who reads: volunteers and court watchers with their clocks and wishes, and because of whom they follow which day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, String, Time, Uuid, cast, literal, null, or_, select, type_coerce, union_all
from sqlalchemy.orm import Session

from tracker.assignments.models import Assignment, Part
from tracker.cases.models import Case
from tracker.dates.rules import Day, DayKind, is_zone
from tracker.db import UtcDateTime
from tracker.prisoners.models import Prisoner
from tracker.reminders.models import Muted
from tracker.reminders.rules import QUIET_FROM, QUIET_UNTIL, Follower, MailTopic, Person, Role
from tracker.volunteers.models import Volunteer
from tracker.volunteers.rules import MailMode, former_habits
from tracker.watchers.models import Watch, Watcher

ROLE_OF_PART = {
    Part.WRITER: Role.WRITERS,
    Part.PARCELS: Role.WRITERS,
    Part.FAMILY_CONTACT: Role.WRITERS,
    Part.COURT: Role.COURT,
}


@dataclass
class Readers:
    """Everybody who can get mail about days."""

    people: dict[UUID, Person] = field(default_factory=dict)
    coordinators: list[Follower] = field(default_factory=list)

    @property
    def watcher_ids(self) -> frozenset[UUID]:
        """Those among them who have no account."""
        return frozenset(person.id for person in self.people.values() if person.is_watcher)


def readers(session: Session, home_zone: str, only: Collection[UUID] | None = None) -> Readers:
    """Every volunteer who can sign in and every watcher whose address is confirmed, or those of some ids, in one
    statement."""
    muted: dict[UUID, set[tuple[MailTopic, UUID | None]]] = defaultdict(set)
    rows: dict[UUID, Any] = {}
    for row in session.execute(_people(only)):
        rows[row.id] = row
        if row.topic is not None:
            muted[row.id].add((MailTopic(row.topic), row.muted_for))
    found = Readers()
    for id_, row in rows.items():
        found.people[id_] = Person(
            id=id_,
            zone=row.zone if is_zone(row.zone) else home_zone,
            remind_at=row.remind_at,
            former=former_habits(row.former_habits or ()),
            quiet_from=row.quiet_from,
            quiet_until=row.quiet_until,
            is_watcher=row.is_watcher,
            mode=MailMode(row.mail_mode),
            digest_at=row.digest_at,
            digest_takes_all=row.digest_takes_all,
            muted=frozenset(muted.get(id_, ())),
            away_from=row.away_from,
            away_until=row.away_until,
        )
        if row.is_coordinator:
            found.coordinators.append(Follower(id_, Role.COORDINATORS, row.created_at))
    return found


def _people(only: Collection[UUID] | None) -> Any:
    volunteers = (
        select(
            Volunteer.id,
            Volunteer.zone,
            Volunteer.remind_at,
            Volunteer.former_habits,
            Volunteer.quiet_from,
            Volunteer.quiet_until,
            type_coerce(Volunteer.mail_mode, String).label("mail_mode"),
            Volunteer.digest_at,
            Volunteer.digest_takes_all,
            Volunteer.away_from,
            Volunteer.away_until,
            Volunteer.is_coordinator,
            Volunteer.created_at,
            literal(False, Boolean).label("is_watcher"),
            type_coerce(Muted.topic, String).label("topic"),
            Muted.prisoner_id.label("muted_for"),
        )
        .outerjoin(Muted, Muted.volunteer_id == Volunteer.id)
        .where(Volunteer.disabled_at.is_(None))
    )
    watchers = (
        select(
            Watcher.id,
            Watcher.zone,
            Watcher.remind_at,
            Watcher.former_habits,
            literal(QUIET_FROM, Time),
            literal(QUIET_UNTIL, Time),
            literal(str(MailMode.EACH), String),
            cast(null(), Time),
            literal(False, Boolean),
            cast(null(), Date),
            cast(null(), Date),
            literal(False, Boolean),
            Watcher.created_at,
            literal(True, Boolean),
            type_coerce(Muted.topic, String),
            Muted.prisoner_id,
        )
        .outerjoin(Muted, Muted.watcher_id == Watcher.id)
        .where(Watcher.confirmed_at.is_not(None))
    )
    if only is not None:
        volunteers, watchers = volunteers.where(Volunteer.id.in_(only)), watchers.where(Watcher.id.in_(only))
    return union_all(volunteers, watchers)


@dataclass
class Followings:
    """Who follows what, by prisoner and by case."""

    of_prisoners: dict[UUID, list[Follower]] = field(default_factory=lambda: defaultdict(list))
    watchers_of_prisoners: dict[UUID, list[Follower]] = field(default_factory=lambda: defaultdict(list))
    watchers_of_cases: dict[UUID, list[Follower]] = field(default_factory=lambda: defaultdict(list))

    def of(self, day: Day, coordinators: Iterable[Follower]) -> list[Follower]:
        """Everybody who follows a day, once for each reason. Watchers follow hearings and nothing else."""
        found = list(coordinators)
        for prisoner_id in day.prisoner_ids:
            found += self.of_prisoners.get(prisoner_id, ())
            if day.kind is DayKind.HEARING:
                found += self.watchers_of_prisoners.get(prisoner_id, ())
        if day.kind is DayKind.HEARING and day.case_id is not None:
            found += self.watchers_of_cases.get(day.case_id, ())
        return found


def followings(
    session: Session, of_days: Iterable[Day] | None = None, reader_ids: Collection[UUID] | None = None
) -> Followings:
    """The running assignments and confirmed watches, of all, of those who follow some days, or of some readers, in one
    statement."""
    assignments = select(
        Assignment.prisoner_id,
        cast(null(), Uuid).label("case_id"),
        Assignment.volunteer_id.label("person_id"),
        type_coerce(Assignment.part, String).label("part"),
        Assignment.created_at.label("since"),
    ).where(Assignment.until.is_(None))
    watches = select(
        Watch.prisoner_id,
        Watch.case_id,
        Watch.watcher_id,
        cast(null(), String),
        type_coerce(Watch.confirmed_at, UtcDateTime),
    )
    # With a case that is closed, or a prisoner in the archive, mails to those without an account end silently.
    watches = (
        watches.outerjoin(Case, Case.id == Watch.case_id)
        .outerjoin(Prisoner, Prisoner.id == Watch.prisoner_id)
        .where(Watch.confirmed_at.is_not(None), Case.closed_at.is_(None), Prisoner.archived_at.is_(None))
    )
    if reader_ids is not None:
        assignments = assignments.where(Assignment.volunteer_id.in_(reader_ids))
        watches = watches.where(Watch.watcher_id.in_(reader_ids))
    if of_days is not None:
        days = list(of_days)
        prisoners = {id_ for day in days for id_ in day.prisoner_ids}
        cases = {day.case_id for day in days if day.case_id is not None}
        assignments = assignments.where(Assignment.prisoner_id.in_(prisoners))
        watches = watches.where(or_(Watch.prisoner_id.in_(prisoners), Watch.case_id.in_(cases)))
    found = Followings()
    for row in session.execute(union_all(assignments, watches)):
        if row.part is not None:
            role = ROLE_OF_PART[Part(row.part)]
            found.of_prisoners[row.prisoner_id].append(Follower(row.person_id, role, row.since, row.prisoner_id))
        elif row.case_id is not None:
            found.watchers_of_cases[row.case_id].append(Follower(row.person_id, Role.COURT, row.since))
        else:
            follower = Follower(row.person_id, Role.COURT, row.since, row.prisoner_id)
            found.watchers_of_prisoners[row.prisoner_id].append(follower)
    return found
