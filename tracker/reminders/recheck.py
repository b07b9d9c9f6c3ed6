"""The look at everything once a night: does the outbox hold what the plan says is owed, and nothing else?

The planner looks at little, turn by turn. What it may have overlooked is found here by asking everything anew (K6).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from tracker.dates.rules import local_day, resolve
from tracker.reminders.agenda import Agenda
from tracker.reminders.glance import glance_at
from tracker.reminders.jobs import Desk, plan_due
from tracker.reminders.ladder_queries import ladders_now
from tracker.reminders.look_again import Drop, look_again
from tracker.reminders.models import Outbox, Recheck
from tracker.reminders.rules import MailState

log = logging.getLogger(__name__)

AT_NIGHT = time(3, 30)
"""By the clock of the collective."""
MOST_WAITING = 1_000
"""So many waiting mails are looked at again."""


def recheck_is_due(session: Session, zone: str, now: datetime) -> bool:
    """Whether a night has passed since the last look at everything, by the clock of the collective."""
    last = session.scalar(select(func.max(Recheck.at)))
    on = local_day(now, zone)
    night = resolve(on, AT_NIGHT, zone)
    if night > now:
        night = resolve(on - timedelta(days=1), AT_NIGHT, zone)
    return last is None or last < night


def recheck(sessions: sessionmaker[Session], clock: Callable[[Session], datetime], desk: Desk) -> Recheck:
    """Plan everything anew, put in what is missing, count what waits for nobody, and write down what was found."""
    # What has become due within the last minute is not missing: the next turn would have put it in.
    plan_due(sessions, clock, desk)
    report = plan_due(sessions, clock, replace(desk, agenda=Agenda()))
    with sessions.begin() as session:
        now = clock(session)
        found = Recheck(
            at=now,
            days=report.days,
            owed=_waiting(session),
            missing=report.new,
            stray=_stray(session, desk, now),
            errors=report.errors,
        )
        session.add(found)
    level = logging.WARNING if found.missing or found.errors else logging.INFO
    log.log(
        level,
        "looked at everything: %d days, %d mails owed, %d missing, %d owed to nobody, %d errors",
        found.days,
        found.owed,
        found.missing,
        found.stray,
        found.errors,
    )
    return found


def latest_rechecks() -> Any:
    """What the last looks at everything found, the newest first."""
    return select(Recheck.at, Recheck.days, Recheck.owed, Recheck.missing, Recheck.stray, Recheck.errors).order_by(
        Recheck.at.desc(), Recheck.id
    )


def _waiting(session: Session) -> int:
    waiting = select(func.count()).select_from(Outbox).where(Outbox.state == MailState.QUEUED)
    return session.scalar(waiting.where(Outbox.day_kind.is_not(None))) or 0


def _stray(session: Session, desk: Desk, now: datetime) -> int:
    """How many waiting mails would be dropped if they were sent now. They are left alone: when they are sent, they are
    looked at again anyway, and the reason is written down then."""
    ladders = ladders_now(session, desk.ladders)
    waiting = select(Outbox).where(Outbox.state == MailState.QUEUED, Outbox.day_kind.is_not(None))
    mails = session.scalars(waiting.order_by(Outbox.due_at, Outbox.id).limit(MOST_WAITING)).all()
    glance = glance_at(session, mails, ladders, desk.home_zone, now)
    verdicts = [look_again(glance, mail) for mail in mails]
    return sum(isinstance(verdict, Drop) for verdict in verdicts)
