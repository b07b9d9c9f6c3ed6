"""Everything that will be sent in the coming days: about days and about silences, what was put off, what is gathered.

Reads only, in a number of statements that does not depend on how many mails there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.dates.rules import DayKind, local_day
from tracker.reminders.besides import nags_until
from tracker.reminders.gathering import slot_of
from tracker.reminders.ladder_queries import ladders_now
from tracker.reminders.ladders import Ladders
from tracker.reminders.models import Outbox
from tracker.reminders.nags import PlannedNag
from tracker.reminders.outlook import plan_of
from tracker.reminders.queries import known
from tracker.reminders.reader_queries import readers
from tracker.reminders.rules import MailKind, MailState, Person, Planned, Reason
from tracker.reminders.snoozing import PutOff, put_off_now


@dataclass(frozen=True, slots=True)
class Again:
    """A mail that was sent and put off, and comes once more."""

    person_id: UUID
    kind: MailKind
    day_kind: DayKind | None
    subject_id: UUID
    prisoner_ids: tuple[UUID, ...]
    occurrence_key: str
    rule: str
    due_at: datetime
    priority: int

    state: ClassVar[MailState] = MailState.QUEUED
    reason: ClassVar[Reason] = Reason.PUT_OFF
    change: ClassVar[None] = None
    event_on: ClassVar[date | None] = None
    days_to_go: ClassVar[None] = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """A mail that will go out, if nothing changes, or that drops out, as its state says."""

    mail: Planned | PlannedNag | Again
    is_gathered: bool = False
    """It is part of the one mail of its day."""

    @property
    def goes_out(self) -> bool:
        return self.mail.state is MailState.QUEUED

    @property
    def silence(self) -> PlannedNag | None:
        """What it is about if that is a silence."""
        return self.mail if isinstance(self.mail, PlannedNag) else None

    @property
    def reader_ids(self) -> tuple[UUID, ...]:
        """Who reads it, and of whose silence it tells."""
        return (self.mail.person_id, self.silence.writer_id) if self.silence else (self.mail.person_id,)


def everything_ahead(session: Session, of_file: Ladders, home_zone: str, now: datetime, until: datetime) -> list[Ahead]:
    """What will be sent from ``now`` until a later moment, as things stand, with what drops out and why; in order of
    time. ``of_file`` are the ladders of the file. What waits in the outbox as part of a gathered mail is not named."""
    ladders = ladders_now(session, of_file)
    who = readers(session, home_zone)
    facts = known(session, now, until, ladders.furthest_days, home_zone, who)
    planned: list[Planned | PlannedNag] = [*plan_of(session, facts, ladders, now, until)]
    planned += nags_until(session, ladders, who, now, until)
    put_off = {each.mail_key: each for each in put_off_now(session) if each.until_at > now}
    found = [_ahead(mail, put_off, who.people) for mail in planned]
    found += [Ahead(mail) for mail in _again(session, put_off.values(), who.people.keys())]
    return sorted(
        (each for each in found if each.mail.due_at <= until), key=lambda each: (each.mail.due_at, each.mail.priority)
    )


def _ahead(mail: Planned | PlannedNag, put_off: Mapping[str, PutOff], people: Mapping[UUID, Person]) -> Ahead:
    later = put_off.get(mail.dedupe_key)
    if later is not None and mail.state is MailState.QUEUED:
        mail = _moved(mail, max(mail.due_at, later.until_at), people[mail.person_id].zone)
    slot = slot_of(mail, people[mail.person_id])
    return Ahead(mail) if slot is None else Ahead(replace(mail, due_at=slot), is_gathered=True)


def _moved(mail: Planned | PlannedNag, at: datetime, zone: str) -> Planned | PlannedNag:
    passed = (local_day(at, zone) - local_day(mail.due_at, zone)).days
    if isinstance(mail, PlannedNag):
        return replace(mail, due_at=at, reason=Reason.PUT_OFF, days_since=mail.days_since + passed)
    to_go = None if mail.days_to_go is None else mail.days_to_go - passed
    return replace(mail, due_at=at, reason=Reason.PUT_OFF, days_to_go=to_go)


def _again(session: Session, put_off: Iterable[PutOff], readers: Collection[UUID]) -> list[Again]:
    until_by_id = {each.sent_id: each.until_at for each in put_off if each.sent_id is not None}
    rows = session.execute(
        select(
            Outbox.id,
            Outbox.recipient_id,
            Outbox.kind,
            Outbox.day_kind,
            Outbox.subject_id,
            Outbox.prisoner_id,
            Outbox.occurrence_key,
            Outbox.rule,
            Outbox.priority,
        ).where(Outbox.id.in_(until_by_id))
    )
    return [
        Again(
            person_id=row.recipient_id,
            kind=row.kind,
            day_kind=row.day_kind,
            subject_id=row.subject_id,
            prisoner_ids=(row.prisoner_id,) if row.prisoner_id else (),
            occurrence_key=row.occurrence_key or "",
            rule=row.rule or "",
            due_at=until_by_id[row.id],
            priority=row.priority,
        )
        for row in rows
        if row.recipient_id in readers
    ]
