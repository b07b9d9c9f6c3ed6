"""What the scheduler does: work out what is due, and send it. Both commit, and both are told the time.

Any number of schedulers may do both at once. Nothing that goes wrong with one day or one mail stops the others.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from tracker.db import READS_ONLY
from tracker.mail import Email, Mailer, NotSent
from tracker.reminders import claims
from tracker.reminders.actions import keep_planned
from tracker.reminders.agenda import Agenda, begin_turn, end_turn
from tracker.reminders.backoff import Chance, FailureKind, after_failure
from tracker.reminders.beats import (
    PLANNER,
    SENDER,
    beat,
    circuit_open_until,
    mail_server_failed,
    mail_server_works,
)
from tracker.reminders.besides import keep_besides, look_besides, sort_out
from tracker.reminders.glance import glance_at
from tracker.reminders.ladder_queries import ladders_now
from tracker.reminders.ladders import Ladders
from tracker.reminders.look_again import Drop, Hold, Ready, look_again
from tracker.reminders.models import Outbox
from tracker.reminders.plan import DayKey, plan_day
from tracker.reminders.queries import Known
from tracker.reminders.rules import MailKind, MailState, Planned, Reason, Told
from tracker.reminders.troubles import not_reached_for_now

log = logging.getLogger(__name__)

Write = Callable[[Session, Outbox, Ready, datetime], Email]
"""Writes a mail that goes out: from its row, its reader and what the plan says, at this moment."""
Clock = Callable[[Session], datetime]
"""The time, by the clock that all schedulers share."""

MOST_AT_ONCE = 500
BEAT_EVERY = timedelta(seconds=60)


@dataclass(frozen=True)
class Desk:
    """What planning and sending know of this installation."""

    ladders: Ladders
    home_zone: str
    secret: bytes
    writers: Mapping[MailKind, Write]
    lease: timedelta = claims.LEASE
    chance: Chance = random.random
    agenda: Agenda = field(default_factory=Agenda)
    """What its planner remembers."""
    escalate_to: Mapping[UUID, UUID] = field(default_factory=dict)
    """In rehearsals: which coordinator is told of the silence of an assignment; otherwise every one is."""


@dataclass(frozen=True)
class PlanReport:
    """What a turn of planning has done."""

    new: int
    errors: int
    days: int = 0
    """How many days it looked at."""


def plan_due(sessions: sessionmaker[Session], clock: Clock, desk: Desk) -> PlanReport:
    """Put every mail that is due now into the outbox, once, and note those that were missed.

    A turn with nothing to do writes nothing, but for a sign of life every few minutes.
    """
    agenda = desk.agenda
    with sessions() as session:
        session.connection(execution_options={READS_ONLY: True})
        now = clock(session)
        turn = begin_turn(session, agenda, desk.ladders, desk.home_zone, now)
        besides = look_besides(session, turn.ladders, turn.who, now, agenda.silences_at, desk.escalate_to)
    due = due_by_day(turn.facts, turn.ladders, now, turn.until, turn.began_at)
    sort_out(besides, due.mails, due.next_at, turn.who.people, now)
    failing, new = set(due.failing), 0
    if due.mails or besides.has_some or failing != agenda.failing or agenda.beat_is_due(now):
        with sessions.begin() as session:
            for key, mails in due.mails.items():
                try:
                    with session.begin_nested():
                        new += keep_planned(session, mails, desk.secret, now, turn.facts.watcher_ids)
                except Exception as error:
                    failing.add(key)
                    log.error("a day could not be planned: %s", type(error).__name__)
            new += keep_besides(session, besides, desk.secret, now, turn.facts.watcher_ids)
            beat(session, PLANNER, now, len(failing) + besides.errors)
        agenda.beaten_at = now
    end_turn(agenda, turn, due.next_at, failing)
    agenda.silences_at = now
    return PlanReport(new, len(failing) + besides.errors, len(turn.facts.days))


@dataclass
class Due:
    """What is due, day by day."""

    mails: dict[DayKey, list[Planned]] = field(default_factory=dict)
    """Mails that are not in the outbox yet."""
    next_at: dict[DayKey, datetime] = field(default_factory=dict)
    """When the next mail about a day will be due."""
    failing: set[DayKey] = field(default_factory=set)
    """Days that could not be planned."""


def due_by_day(facts: Known, ladders: Ladders, now: datetime, until: datetime, began_at: datetime) -> Due:
    """The mails due by ``now`` that are not in the outbox yet, and when others will be due until ``until``."""
    found = Due()
    for day in facts.days:
        key = (day.kind, day.subject_id)
        told = facts.told.get(key, ())
        try:
            plan = plan_day(day, facts.followers[key], facts.people, told, ladders, now, until, began_at)
        except Exception as error:
            found.failing.add(key)
            log.error("%s %s could not be planned: %s", day.kind, day.subject_id, type(error).__name__)
            continue
        new = [mail for mail in plan if mail.due_at <= now and _is_new(mail, told)]
        if new:
            found.mails[key] = new
        later = [mail.due_at for mail in plan if mail.due_at > now and mail.state is MailState.QUEUED]
        # What becomes of a mail that is on its way says what its reader knows: look again at the next turn.
        later += [now for each in told if each.state is MailState.SENDING]
        if later:
            found.next_at[key] = min(later)
    return found


def _is_new(mail: Planned, told: Sequence[Told]) -> bool:
    """Whether it has to be put into the outbox, or be brought back to life there."""
    there = [each.state for each in told if each.dedupe_key == mail.dedupe_key]
    if mail.state is MailState.QUEUED:
        return all(state in (MailState.SUPERSEDED, MailState.SUPPRESSED) for state in there)
    return mail.state is MailState.MISSED and not there


@dataclass
class SendReport:
    """What a turn of sending has done."""

    sent: int = 0
    failed: int = 0
    dropped: int = 0
    mail_server_down: bool = False


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
    report = SendReport()
    beaten_at: datetime | None = None
    try:
        for _ in range(most):
            with sessions.begin() as session:
                now = clock(session)
                if beaten_at is None or now - beaten_at >= BEAT_EVERY:
                    beat(session, SENDER, now, report.failed)
                    beaten_at = now
                    if circuit_open_until(session, now) is not None:
                        report.mail_server_down = True
                        break
                mail = claims.claim(session, now, desk.lease)
                if mail is None:
                    break
                ready = _prepare(session, mail, desk, now, report)
            if ready is not None:
                _hand_over(sessions, mailer, clock, desk, ready, report)
            if report.mail_server_down or stop():
                break
    finally:
        mailer.close()
    return report


@dataclass(frozen=True)
class _Written:
    mail: Outbox
    attempt_id: UUID
    email: Email
    is_urgent: bool


def _prepare(session: Session, mail: Outbox, desk: Desk, now: datetime, report: SendReport) -> _Written | None:
    """Look again whether it goes out, and write it; None if it does not."""
    try:
        with session.begin_nested():
            ladders = ladders_now(session, desk.ladders)
            verdict = look_again(glance_at(session, [mail], ladders, desk.home_zone, now), mail)
            email = desk.writers[mail.kind](session, mail, verdict, now) if isinstance(verdict, Ready) else None
    except Exception as error:
        log.error("mail %s could not be written: %s", mail.id, type(error).__name__)
        claims.put_away(session, mail, MailState.FAILED, Reason.CANNOT_BE_WRITTEN)
        report.failed += 1
        return None
    if isinstance(verdict, Hold):
        claims.put_back(session, mail, verdict.until)
        return None
    if isinstance(verdict, Drop):
        claims.put_away(session, mail, verdict.state, verdict.reason)
        if verdict.state is MailState.MISSED and mail.last_class == FailureKind.TEMPORARY:
            not_reached_for_now(session, mail, now)
        report.dropped += 1
        return None
    assert email is not None
    if verdict.planned is not None:
        claims.as_planned_now(mail, verdict.planned)
    attempt = claims.begin_attempt(session, mail, now)
    return _Written(mail, attempt.id, email, is_urgent=mail.day_kind is not None and not mail.day_kind.is_soft)


def _hand_over(
    sessions: sessionmaker[Session], mailer: Mailer, clock: Clock, desk: Desk, written: _Written, report: SendReport
) -> None:
    mail = written.mail
    failure: tuple[FailureKind, int | None] | None = None
    try:
        mailer.send(written.email, mail.tried_at or mail.due_at)
    except NotSent as error:
        failure = FailureKind(error.kind), error.code
    except Exception as error:
        log.error("mail %s: the mailer failed: %s", mail.id, type(error).__name__)
        failure = FailureKind.UNCLEAR, None
    with sessions.begin() as session:
        now = clock(session)
        if failure is None:
            claims.accepted(session, mail, written.attempt_id, now)
            mail_server_works(session)
            report.sent += 1
            return
        kind, code = failure
        after = after_failure(
            kind,
            failures=mail.attempts + 1,
            is_urgent=written.is_urgent,
            now=now,
            expires_at=mail.expires_at,
            chance=desk.chance,
        )
        claims.failed(session, mail, written.attempt_id, kind, code, after, now)
        report.failed += 1
        if kind is FailureKind.TRANSPORT:
            mail_server_failed(session, now)
            report.mail_server_down = True
