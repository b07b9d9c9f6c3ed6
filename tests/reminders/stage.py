"""A collective on a stage: real database, real planner and sender, a clock that is moved by hand, mails in a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tracker.assignments.models import Assignment, Part
from tracker.cases.models import Measure, MeasureKind
from tracker.dates import actions as dates
from tracker.dates.models import Hearing, HearingKind
from tracker.db import make_sessions
from tracker.facilities.models import Facility, FacilityKind
from tracker.mail import Email, MemoryMailer
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner, Whereabouts
from tracker.reminders.agenda import Agenda
from tracker.reminders.emails import Site, writers
from tracker.reminders.jobs import Desk, SendReport, plan_due, send_due
from tracker.reminders.ladders import Ladders
from tracker.reminders.look_again import Ready
from tracker.reminders.models import Outbox
from tracker.reminders.outlook import outlook
from tracker.reminders.rules import MailState, Role, Rule
from tracker.volunteers.models import Volunteer

SECRET = b"a secret of the tests"
SITE = Site("https://post.example.org", "post.example.org", "Friends of the Imprisoned", SECRET)
BERLIN = "Europe/Berlin"


def utc(text: str) -> datetime:
    """``2026-12-13T07:00Z``"""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


@dataclass(frozen=True)
class Sent:
    """A mail that left, with what it was about."""

    at: datetime
    mail: Outbox
    ready: Ready
    email: Email


@dataclass
class Stage:
    """Everything a test of reminders moves."""

    app: Flask
    sessions: sessionmaker[Session]
    now: datetime
    ladders: Ladders
    mailer: Any = field(default_factory=MemoryMailer)
    sent: list[Sent] = field(default_factory=list)
    down: list[tuple[datetime, datetime]] = field(default_factory=list)
    # The cast that most tests need; each test says who of them there is.
    vera: UUID = field(init=False)
    cora: UUID = field(init=False)
    prisoner_id: UUID = field(init=False)
    assignment: UUID = field(init=False)
    hearing_id: UUID = field(init=False)
    _written: list[tuple[Outbox, Ready, Email]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desk = Desk(self.ladders, BERLIN, SECRET, self._writers(), chance=lambda: 0.5)

    def _writers(self) -> dict[Any, Any]:
        def remembering(write: Callable[..., Email]) -> Callable[..., Email]:
            def written(session: Session, mail: Outbox, ready: Ready, now: datetime) -> Email:
                email = write(session, mail, ready, now)
                self._written.append((mail, ready, email))
                return email

            return written

        return {kind: remembering(write) for kind, write in writers(SITE).items()}

    # Time

    def clock(self, _session: Session) -> datetime:
        return self.now

    def tick(self) -> SendReport:
        """One turn of the planner and one of the sender, now."""
        self._written.clear()
        with self.app.app_context():
            plan_due(self.sessions, self.clock, self.desk)
            report = send_due(self.sessions, self.mailer, self.clock, self.desk)
        with self.sessions() as session:
            for mail, ready, email in self._written:
                now_there = session.get(Outbox, mail.id)
                if now_there is not None and now_there.state is MailState.SENT:
                    self.sent.append(Sent(self.now, now_there, ready, email))
        return report

    def restart(self) -> None:
        """The planner's process begins anew, without its memory."""
        self.desk = replace(self.desk, agenda=Agenda())

    def play_until(self, moment: datetime) -> None:
        """Let time pass, with a turn at every moment that the plan or the outbox names, until ``moment``."""
        while True:
            if not any(start <= self.now < end for start, end in self.down):
                self.tick()
            following = self._next_moment(moment)
            if following is None or following >= moment:
                break
            self.now = following
        self.now = moment

    def _next_moment(self, until: datetime) -> datetime | None:
        with self.sessions() as session:
            plan = outlook(session, self.ladders, BERLIN, self.now, until)
            moments = {mail.due_at for mail in plan}
            moments |= set(session.scalars(select(Outbox.next_at).where(Outbox.state == MailState.QUEUED)))
        # Also in between, where nothing should happen: a turn a week.
        moments |= {end for _, end in self.down} | {self.now + timedelta(days=7)}
        return min((moment for moment in moments if moment > self.now), default=None)

    # People and what happens to them

    def add(self, *rows: Any) -> None:
        with self.sessions.begin() as session:
            for row in rows:
                session.add(row)
                session.flush()

    def volunteer(
        self, handle: str, *, zone: str = BERLIN, remind_at: time = time(8), coordinator: bool = False
    ) -> UUID:
        row = Volunteer(
            handle=handle,
            handle_folded=handle.casefold(),
            zone=zone,
            remind_at=remind_at,
            is_coordinator=coordinator,
            created_at=self.now,
        )
        row.email = f"{row.id.hex}@example.org"
        self.add(row)
        return row.id

    def prisoner(self, name: str = "Пётр Вымышленный", **facts: Any) -> UUID:
        facts.setdefault("whereabouts", Whereabouts.IN_CUSTODY)
        row = Prisoner(name=name, name_folded=name.casefold(), created_at=self.now, **facts)
        self.add(row)
        return row.id

    def assign(self, volunteer: UUID, prisoner: UUID, part: Part = Part.WRITER) -> UUID:
        row = Assignment(
            prisoner_id=prisoner, volunteer_id=volunteer, part=part, since=self.now.date(), created_at=self.now
        )
        self.add(row)
        return row.id

    def end_assignment(self, assignment: UUID) -> None:
        self.change(Assignment, assignment, until=self.now.date())

    def court(self, zone: str) -> UUID:
        row = Facility(
            name="Суд города Выдуманска",
            name_folded="суд города выдуманска",
            kind=FacilityKind.COURT,
            zone=zone,
            created_at=self.now,
        )
        self.add(row)
        return row.id

    def hearing(
        self, prisoner: UUID, on: str, at: str | None = None, zone: str = BERLIN, *, entered_by: UUID | None = None
    ) -> UUID:
        court = self.court(zone)
        by = entered_by or self.volunteer(f"clerk-{uuid4().hex[:6]}")
        with self.sessions.begin() as session:
            facts = dates.HearingFacts(
                court=session.get_one(Facility, court),
                on=date.fromisoformat(on),
                at=time.fromisoformat(at) if at else None,
                kind=HearingKind.TRIAL,
            )
            hearing = dates.enter_hearing(
                session, facts, prisoner_ids=[prisoner], entered_by_id=by, form_id=uuid4(), now=self.now
            )
            return hearing.id

    def move(self, hearing_id: UUID, **changes: Any) -> None:
        """Give a hearing another day (``on``), time (``at``) or court (``zone``)."""
        court = self.court(changes["zone"]) if "zone" in changes else None
        with self.sessions.begin() as session:
            hearing = session.get_one(Hearing, hearing_id)
            facts = dates.HearingFacts(
                court=session.get_one(Facility, court or hearing.court_id),
                on=hearing.on or date.min,
                at=hearing.at,
                kind=hearing.kind,
            )
            if changes.get("on"):
                facts = replace(facts, on=date.fromisoformat(changes["on"]))
            if "at" in changes:
                facts = replace(facts, at=time.fromisoformat(changes["at"]) if changes["at"] else None)
            dates.change_hearing(session, hearing, facts, why=None, changed_by_id=hearing.entered_by_id, now=self.now)

    def with_hearing(self, act: Callable[..., Any], hearing_id: UUID, **more: Any) -> None:
        """Cancel, postpone or reinstate: ``with_hearing(cancel_hearing, id, why=None)``."""
        with self.sessions.begin() as session:
            hearing = session.get_one(Hearing, hearing_id)
            act(session, hearing, changed_by_id=hearing.entered_by_id, now=self.now, **more)

    def custody(self, prisoner: UUID, until: str, zone: str = BERLIN) -> UUID:
        row = Measure(
            prisoner_id=prisoner,
            kind=MeasureKind.CUSTODY,
            zone=zone,
            until=PartialDate.parse(until),
            changed_at=self.now,
        )
        self.add(row)
        return row.id

    def change(self, table: Any, row_id: UUID, **facts: Any) -> None:
        with self.sessions.begin() as session:
            row = session.get_one(table, row_id)
            for name, value in facts.items():
                setattr(row, name, value)

    def rows(self, *where: Any) -> list[Outbox]:
        with self.sessions() as session:
            return list(session.scalars(select(Outbox).where(*where).order_by(Outbox.due_at, Outbox.id)))

    def when_sent(self) -> list[tuple[str, str]]:
        """Kind and moment of every mail that left, in order: for comparing with literals."""
        return [(str(sent.mail.kind), f"{sent.at:%Y-%m-%dT%H:%MZ}") for sent in self.sent]


def days(*numbers: int) -> tuple[Rule, ...]:
    return tuple(Rule(days=number) for number in numbers)


def ladders_for(kind: Any, *numbers: int, role: Role = Role.WRITERS) -> Ladders:
    return Ladders({kind: {role: days(*numbers)}})


def a_stage(app: Flask, engine: Any, now: str, ladders: Ladders) -> Stage:
    return Stage(app, make_sessions(engine), utc(now), ladders)
