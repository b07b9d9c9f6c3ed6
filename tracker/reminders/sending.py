"""What the scheduler sends: a few mails are taken up at a time, looked at again, and handed over one by one.

Nothing leaves without a committed claim and a committed note that a try begins. What became of a mail is committed
before the next one leaves; in the same transaction stands that the next one's try begins.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from tracker.mail import Email, Mailer, NotSent
from tracker.reminders import claims
from tracker.reminders.backoff import FailureKind, after_failure
from tracker.reminders.beats import SENDER, beat, circuit_open_until, mail_server_failed, mail_server_works
from tracker.reminders.glance import Glance, glance_at
from tracker.reminders.ladder_queries import ladders_now
from tracker.reminders.look_again import Drop, Hold, Ready, look_again
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailState, Reason
from tracker.reminders.troubles import not_reached_for_now

if TYPE_CHECKING:
    from tracker.reminders.jobs import Clock, Desk

log = logging.getLogger(__name__)

MOST_AT_ONCE = 500
BEAT_EVERY = timedelta(seconds=60)
TOGETHER = 8
"""So many mails are taken up at a time."""
WITHIN = timedelta(seconds=10)
"""A mail leaves so soon after it was looked at again, or is given back; the lease outlasts this."""


@dataclass
class SendReport:
    """What a turn of sending has done."""

    sent: int = 0
    failed: int = 0
    dropped: int = 0
    mail_server_down: bool = False

    def add(self, other: SendReport) -> None:
        """Count what another sender did."""
        self.sent += other.sent
        self.failed += other.failed
        self.dropped += other.dropped
        self.mail_server_down = self.mail_server_down or other.mail_server_down


def send_due(
    sessions: sessionmaker[Session],
    mailer: Mailer,
    clock: Clock,
    desk: Desk,
    most: int = MOST_AT_ONCE,
    stop: Callable[[], bool] = lambda: False,
) -> SendReport:
    """Send what is due, the most urgent first, until nothing is left or the mail server cannot be reached.

    ``stop`` is asked after each mail.
    """
    sender = _Sender(sessions, mailer, clock, desk, stop)
    try:
        while most > 0 and (taken := sender.take(min(TOGETHER, most))):
            most -= taken
            sender.hand_over()
            if sender.report.mail_server_down or stop():
                break
    finally:
        mailer.close()
    return sender.report


def send_together(
    sessions: sessionmaker[Session],
    mailers: Sequence[Mailer],
    clock: Clock,
    desk: Desk,
    within: Callable[[], AbstractContextManager[object]],
    most: int = MOST_AT_ONCE,
    stop: Callable[[], bool] = lambda: False,
) -> SendReport:
    """The same with several connections, each in a thread, where more is due than one sender takes up at a time.

    ``most``: of each of them. ``within``: what each thread runs in, such as an application context.
    """
    with sessions() as session:
        helpers = mailers[1:] if claims.more_are_due(session, clock(session), TOGETHER) else ()
    reports: list[SendReport] = []

    def help_with(mailer: Mailer) -> None:
        try:
            with within():
                reports.append(send_due(sessions, mailer, clock, desk, most, stop))
        except Exception as error:
            # What it had in hand is taken up by another when its lease is over.
            log.error("a sender failed: %s", type(error).__name__)

    threads = [threading.Thread(target=help_with, args=(mailer,)) for mailer in helpers]
    for thread in threads:
        thread.start()
    try:
        with within():
            report = send_due(sessions, mailers[0], clock, desk, most, stop)
    finally:
        for thread in threads:
            thread.join()
    for other in reports:
        report.add(other)
    return report


@dataclass
class _Written:
    """A mail that is taken up and can leave."""

    mail: Outbox
    email: Email
    attempt_id: UUID | None = None
    """Of its try; None: it has not begun."""

    @property
    def is_urgent(self) -> bool:
        return self.mail.day_kind is not None and not self.mail.day_kind.is_soft


@dataclass
class _Sender:
    """One connection to the mail server, and what it has in hand."""

    sessions: sessionmaker[Session]
    mailer: Mailer
    clock: Clock
    desk: Desk
    stop: Callable[[], bool]
    report: SendReport = field(default_factory=SendReport)
    in_hand: list[_Written] = field(default_factory=list)
    until: float = 0.0
    """By the monotonic clock: when what is still in hand is given back."""
    beaten_at: datetime | None = None
    has_worked: bool = False

    def take(self, most: int) -> int:
        """Take mails up, write those that still hold, and begin with the first; says how many were taken."""
        within = min(WITHIN, self.desk.lease / 6)
        with self.sessions.begin() as session:
            # On SQLite this waits for whoever is writing; the lease must not begin before.
            session.connection()
            now = self.clock(session)
            self.until = time.monotonic() + within.total_seconds()
            if self.beaten_at is None or now - self.beaten_at >= BEAT_EVERY:
                beat(session, SENDER, now, self.report.failed)
                self.beaten_at = now
            if circuit_open_until(session, now) is not None:
                self.report.mail_server_down = True
                return 0
            mails = claims.claim(session, now, self.desk.lease + within, most)
            if mails:
                glance = self._glance(session, mails, now)
                written = [self._prepare(session, mail, glance, now) for mail in mails]
                self.in_hand = [each for each in written if each is not None]
                self._begin_next(session, now)
        return len(mails)

    def hand_over(self) -> None:
        """Hand over what is in hand, one after the other."""
        while self.in_hand:
            written = self.in_hand.pop(0)
            assert written.attempt_id is not None
            failure = self._try(written)
            with self.sessions.begin() as session:
                now = self.clock(session)
                if failure is None:
                    self._accepted(session, written, written.attempt_id, now)
                else:
                    self._failed(session, written, written.attempt_id, failure, now)
                self._begin_next(session, now)

    def _glance(self, session: Session, mails: Sequence[Outbox], now: datetime) -> Glance | None:
        try:
            with session.begin_nested():
                ladders = ladders_now(session, self.desk.ladders)
                return glance_at(session, mails, ladders, self.desk.home_zone, now)
        except Exception as error:
            log.error("mails could not be looked at together: %s", type(error).__name__)
            return None

    def _prepare(self, session: Session, mail: Outbox, glance: Glance | None, now: datetime) -> _Written | None:
        """Look again whether it goes out, and write it; None if it does not."""
        desk, email = self.desk, None
        try:
            with session.begin_nested():
                if glance is None:
                    ladders = ladders_now(session, desk.ladders)
                    glance = glance_at(session, [mail], ladders, desk.home_zone, now)
                verdict = look_again(glance, mail)
                if isinstance(verdict, Ready):
                    email = desk.writers[mail.kind](session, mail, verdict, now)
        except Exception as error:
            log.error("mail %s could not be written: %s", mail.id, type(error).__name__)
            claims.put_away(session, mail, MailState.FAILED, Reason.CANNOT_BE_WRITTEN)
            self.report.failed += 1
            return None
        if isinstance(verdict, Hold):
            claims.put_back(session, mail, verdict.until)
            return None
        if isinstance(verdict, Drop):
            claims.put_away(session, mail, verdict.state, verdict.reason)
            if verdict.state is MailState.MISSED and mail.last_class == FailureKind.TEMPORARY:
                not_reached_for_now(session, mail, now)
            self.report.dropped += 1
            return None
        assert email is not None
        if verdict.planned is not None:
            claims.as_planned_now(mail, verdict.planned)
        return _Written(mail, email)

    def _begin_next(self, session: Session, now: datetime) -> None:
        """Begin a try of the next mail in hand, or give back what cannot leave now."""
        goes_on = not self.report.mail_server_down and not self.stop() and time.monotonic() < self.until
        while self.in_hand:
            following = self.in_hand[0]
            if goes_on and now < following.mail.expires_at:
                following.attempt_id = claims.begin_attempt(session, following.mail, now)
                if following.attempt_id is not None:
                    return
            else:
                claims.put_back(session, following.mail, following.mail.next_at)
            self.in_hand.pop(0)

    def _try(self, written: _Written) -> tuple[FailureKind, int | None] | None:
        mail = written.mail
        try:
            self.mailer.send(written.email, mail.tried_at or mail.due_at)
        except NotSent as error:
            return FailureKind(error.kind), error.code
        except Exception as error:
            log.error("mail %s: the mailer failed: %s", mail.id, type(error).__name__)
            return FailureKind.UNCLEAR, None
        return None

    def _accepted(self, session: Session, written: _Written, attempt_id: UUID, now: datetime) -> None:
        claims.accepted(session, written.mail, attempt_id, now)
        if not self.has_worked:
            mail_server_works(session)
        self.has_worked = True
        self.report.sent += 1

    def _failed(
        self,
        session: Session,
        written: _Written,
        attempt_id: UUID,
        failure: tuple[FailureKind, int | None],
        now: datetime,
    ) -> None:
        kind, code = failure
        after = after_failure(
            kind,
            failures=written.mail.attempts + 1,
            is_urgent=written.is_urgent,
            now=now,
            expires_at=written.mail.expires_at,
            chance=self.desk.chance,
        )
        claims.failed(session, written.mail, attempt_id, kind, code, after, now)
        self.report.failed += 1
        if kind is FailureKind.TRANSPORT:
            mail_server_failed(session, now)
            self.report.mail_server_down = True
