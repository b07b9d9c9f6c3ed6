"""Time that is moved by hand: the real planner and sender take a turn at every moment that matters, and what they send
is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tracker.mail import Email, Mailer, MemoryMailer
from tracker.reminders.agenda import Agenda
from tracker.reminders.besides import nags_ahead
from tracker.reminders.emails import Site, writers
from tracker.reminders.gathering import slot_of
from tracker.reminders.jobs import Desk, SendReport, Write, plan_due, send_due
from tracker.reminders.ladders import Ladders
from tracker.reminders.look_again import Ready
from tracker.reminders.models import Outbox
from tracker.reminders.reader_queries import readers
from tracker.reminders.rules import MailKind, MailState

SITE = Site("https://rehearsal.example.org", "rehearsal.example.org", "Rehearsal")
SECRET = b"nothing that is signed with this is ever sent"


@dataclass(frozen=True)
class Sent:
    """A mail that left, with what it was about."""

    at: datetime
    mail: Outbox
    ready: Ready
    email: Email


@dataclass
class Stage:
    """A database, a clock, and a sink for mails. It has to be used in an application context, for the templates."""

    sessions: sessionmaker[Session]
    now: datetime
    ladders: Ladders
    home_zone: str = "UTC"
    mailer: Mailer = field(default_factory=MemoryMailer)
    sent: list[Sent] = field(default_factory=list)
    down: list[tuple[datetime, datetime]] = field(default_factory=list)
    """When nothing is planned or sent: from, inclusive, to, exclusive."""
    idle: timedelta | None = None
    """Also take a turn so often where nothing is due; None: a plan that names nothing is believed."""
    ahead: timedelta = timedelta(days=366)
    """So far ahead the planner notes what will be due."""
    troubles: int = 0
    """How many mails could not be planned or written: faults of the program."""
    _written: list[tuple[UUID, Ready, Email]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.escalate_to: dict[UUID, UUID] = {}
        self.desk = Desk(
            self.ladders,
            self.home_zone,
            SECRET,
            self._writers(),
            chance=lambda: 0.5,
            # The planner looks at everything once, as far ahead as the story goes, and then at what changes.
            agenda=Agenda(every=self.ahead, ahead=self.ahead),
            escalate_to=self.escalate_to,
        )

    def _writers(self) -> Mapping[MailKind, Write]:
        def remembering(write: Write) -> Write:
            def written(session: Session, mail: Outbox, ready: Ready, now: datetime) -> Email:
                email = write(session, mail, ready, now)
                self._written.append((mail.id, ready, email))
                return email

            return written

        return {kind: remembering(write) for kind, write in writers(SITE).items()}

    def clock(self, _session: Session) -> datetime:
        """The time, as the planner and the sender ask for it."""
        return self.now

    def is_down(self) -> bool:
        """Whether nothing is sent now."""
        return any(start <= self.now < end for start, end in self.down)

    def tick(self) -> SendReport:
        """One turn of the planner and one of the sender, now."""
        self._written.clear()
        planned = plan_due(self.sessions, self.clock, self.desk)
        self.troubles += planned.errors
        if not planned.new and not self._has_waiting():
            return SendReport()
        report = send_due(self.sessions, self.mailer, self.clock, self.desk)
        self.troubles += report.failed
        if self._written:
            with self.sessions() as session:
                for mail_id, ready, email in self._written:
                    mail = session.get(Outbox, mail_id)
                    if mail is not None and mail.state is MailState.SENT:
                        self.sent.append(Sent(self.now, mail, ready, email))
        return report

    def _has_waiting(self) -> bool:
        with self.sessions() as session:
            waiting = select(Outbox.id).where(
                Outbox.state.in_((MailState.QUEUED, MailState.SENDING)), Outbox.next_at <= self.now
            )
            return session.scalar(waiting.limit(1)) is not None

    def play_until(self, end: datetime) -> None:
        """Let time pass until ``end``, with a turn now, and at every moment before the end at which something is
        due."""
        while True:
            if not self.is_down():
                self.tick()
            following = min((moment for moment in self._moments(end) if moment > self.now), default=end)
            if following >= end:
                break
            self.now = following
        self.now = end

    def _moments(self, until: datetime) -> set[datetime]:
        """When something is due, by the agenda of the planner and by the outbox, and when a turn is taken anyway."""
        moments = {end for _, end in self.down} | set(self.desk.agenda.next_at.values())
        if self.idle is not None:
            moments.add(self.now + self.idle)
        with self.sessions() as session:
            moments |= set(session.scalars(select(Outbox.next_at).where(Outbox.state == MailState.QUEUED)))
            if self.ladders.nags_of_prisoners:
                moments |= self._moments_of_silences(session, until)
        return moments

    def look_around(self) -> None:
        """Somebody is about to do something. In life a turn was taken within the last minute; what it saw counts."""
        if not self.is_down():
            self.desk.agenda.silences_at = self.now
            self.desk.agenda.silences_next_at = None

    def _moments_of_silences(self, session: Session, until: datetime) -> set[datetime]:
        """When silences make something due, be it that it is gathered."""
        people = readers(session, self.home_zone).people
        looked_at = self.desk.agenda.silences_at or self.now
        nags = nags_ahead(session, self.ladders, self.home_zone, self.now, until, self.desk.escalate_to, looked_at)
        return {slot_of(nag, people[nag.person_id]) or nag.due_at for nag in nags}

    def act(self, action: Callable[..., Any], *arguments: Any, **facts: Any) -> Any:
        """One action of the tracker in a transaction of its own: what a page does when somebody presses a button."""
        with self.sessions.begin() as session:
            return action(session, *arguments, **facts)
