"""What the scheduler does: work out what is due, and send it. Both commit, and both are told the time.

Any number of schedulers may do both at once. Nothing that goes wrong with one day or one mail stops the others.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from tracker.db import READS_ONLY
from tracker.mail import Email
from tracker.reminders import claims
from tracker.reminders.actions import keep_planned
from tracker.reminders.agenda import Agenda, begin_turn, end_turn
from tracker.reminders.backoff import Chance
from tracker.reminders.beats import PLANNER, beat
from tracker.reminders.besides import keep_besides, look_besides, sort_out
from tracker.reminders.ladders import Ladders
from tracker.reminders.look_again import Ready
from tracker.reminders.models import Outbox
from tracker.reminders.plan import DayKey, plan_day
from tracker.reminders.queries import Known
from tracker.reminders.rules import MailKind, MailState, Planned, Told
from tracker.reminders.sending import SendReport as SendReport
from tracker.reminders.sending import send_due as send_due
from tracker.reminders.sending import send_together as send_together

log = logging.getLogger(__name__)

Write = Callable[[Session, Outbox, Ready, datetime], Email]
"""Writes a mail that goes out: from its row, its reader and what the plan says, at this moment."""
Clock = Callable[[Session], datetime]
"""The time, by the clock that all schedulers share."""

DAYS_AT_ONCE = 100
"""The mails of so many days are put into the outbox together."""


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
        besides = look_besides(
            session,
            turn.ladders,
            turn.who,
            now,
            agenda.silences_at,
            desk.escalate_to,
            turn.is_everything or agenda.looks_at_silences(now),
        )
    due = due_by_day(turn.facts, turn.ladders, now, turn.until, turn.began_at)
    sort_out(besides, due.mails, due.next_at, turn.who.people, now)
    failing, new = set(due.failing), 0
    if due.mails or besides.has_some or failing != agenda.failing or agenda.beat_is_due(now):
        with sessions.begin() as session:
            new = _keep(session, due.mails, failing, desk.secret, now, turn.facts.watcher_ids)
            new += keep_besides(session, besides, desk.secret, now, turn.facts.watcher_ids)
            beat(session, PLANNER, now, len(failing) + besides.errors)
        agenda.beaten_at = now
    end_turn(agenda, turn, due.next_at, failing)
    if besides.looked_at_silences:
        # What could not be planned is tried again in the next turn.
        agenda.looked_at_silences(now, now if besides.errors else besides.next_at)
    return PlanReport(new, len(failing) + besides.errors, len(turn.facts.days))


def _keep(
    session: Session,
    mails: Mapping[DayKey, list[Planned]],
    failing: set[DayKey],
    secret: bytes,
    now: datetime,
    watcher_ids: Collection[UUID],
) -> int:
    """Put mails into the outbox, many at once; if that fails, day by day, and the days that fail are noted."""
    new = 0
    several = list(mails.items())
    for start in range(0, len(several), DAYS_AT_ONCE):
        some = several[start : start + DAYS_AT_ONCE]
        try:
            with session.begin_nested():
                together = [mail for _, of_day in some for mail in of_day]
                new += keep_planned(session, together, secret, now, watcher_ids)
            continue
        except Exception as error:
            log.error("some days could not be planned together: %s", type(error).__name__)
        for key, of_day in some:
            try:
                with session.begin_nested():
                    new += keep_planned(session, of_day, secret, now, watcher_ids)
            except Exception as error:
                failing.add(key)
                log.error("a day could not be planned: %s", type(error).__name__)
    return new


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
