"""A morning with a thousand mails: planned, and sent to a mail server on this machine, beside a plain loop."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from bench.work import Done
from tests.support.servers import end
from tracker.app import create_app
from tracker.mail import mailer_for
from tracker.reminders.desk import desk_of
from tracker.reminders.glance import glance_at
from tracker.reminders.jobs import Desk, plan_due, send_together
from tracker.reminders.ladder_queries import ladders_now
from tracker.reminders.look_again import Ready, look_again
from tracker.reminders.models import Attempt, Outbox
from tracker.reminders.rules import MailState
from tracker.settings import Settings
from tracker.web.parts import Parts

ROOT = Path(__file__).resolve().parent.parent
MAILS, SENDERS = 1000, 4
ONE_AIM, SEVERAL_AIM = 1.3, 1.0
# Noon in London: nowhere in the collective is it night.
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class Morning:
    """A planner's turn over the whole collective, and a thousand mails sent in several ways, each beside its floor."""

    planned: int
    plan_seconds: float
    mails: int
    sent: list[Done]


def morning(new_settings: Callable[[str], Settings], rounds: int) -> Morning:
    """Plan and send as the scheduler does, to a mail server in a process of its own on this machine."""
    with TemporaryDirectory() as kept, _sink(Path(kept)) as url:
        app = create_app(new_settings(url))
        parts: Parts = app.extensions["tracker"]
        desk = desk_of(parts)
        with app.app_context():
            begun = time.perf_counter()
            plan_due(parts.sessions, _noon, desk)
            planned_in = time.perf_counter() - begun
        with parts.sessions() as session:
            waiting = select(func.count()).where(Outbox.state == MailState.QUEUED)
            planned = session.scalar(waiting) or 0
        mails, sent = _send(app, parts, desk, rounds)
        parts.engine.dispose()
        return Morning(planned, planned_in, mails, sent)


def _noon(_session: Session) -> datetime:
    return NOON


def _send(app: Flask, parts: Parts, desk: Desk, rounds: int) -> tuple[int, list[Done]]:
    ready = _made_ready(app, parts, desk)
    ways = {"one connection": 1, f"{SENDERS} connections": SENDERS}
    took: dict[str, list[float]] = {way: [] for way in ("floor", *ways)}
    for n in range(-1, rounds):
        for way, seconds in took.items():
            _queue_again(parts, list(ready))
            lasted = _plainly(app, parts, desk, ready) if way == "floor" else _ours(app, parts, desk, ways[way])
            if n >= 0:
                seconds.append(lasted)
    aims = {1: ONE_AIM, SENDERS: SEVERAL_AIM}
    floor = median(took["floor"])
    done = [
        Done(f"sending {len(ready):,} mails, {way}", median(took[way]), floor, aims[number])
        for way, number in ways.items()
    ]
    return len(ready), done


def _made_ready(app: Flask, parts: Parts, desk: Desk) -> dict[UUID, Ready]:
    """A thousand mails that will go out; all others are put aside."""
    ready: dict[UUID, Ready] = {}
    with app.app_context(), parts.sessions.begin() as session:
        waiting = select(Outbox).where(Outbox.state == MailState.QUEUED)
        mails = session.scalars(waiting.order_by(Outbox.priority, Outbox.expires_at, Outbox.id)).all()
        ladders = ladders_now(session, desk.ladders)
        for start in range(0, len(mails), 500):
            some = mails[start : start + 500]
            glance = glance_at(session, some, ladders, desk.home_zone, NOON)
            for mail in some:
                verdict = look_again(glance, mail) if len(ready) < MAILS else None
                if isinstance(verdict, Ready):
                    ready[mail.id] = verdict
                else:
                    mail.state = MailState.SUPPRESSED
    return ready


def _queue_again(parts: Parts, ids: list[UUID]) -> None:
    with parts.sessions.begin() as session:
        session.execute(delete(Attempt))
        session.execute(
            update(Outbox)
            .where(Outbox.id.in_(ids))
            .values(state=MailState.QUEUED, next_at=NOON, accepted_at=None, tried_at=None, lease_token=None)
            .execution_options(synchronize_session=False)
        )


def _ours(app: Flask, parts: Parts, desk: Desk, senders: int) -> float:
    mailers = [mailer_for(parts.settings.smtp_url, parts.settings.mail_from) for _ in range(senders)]
    begun = time.perf_counter()
    report = send_together(parts.sessions, mailers, _noon, desk, app.app_context, most=MAILS)
    took = time.perf_counter() - begun
    with parts.sessions() as session:
        left = session.scalar(select(func.count()).where(Outbox.state == MailState.QUEUED))
    assert not left, f"{left} mails were not sent, {report}"
    return took


def _plainly(app: Flask, parts: Parts, desk: Desk, ready: dict[UUID, Ready]) -> float:
    """One connection; of each mail the text is written, a commit says that its try begins, and one that it is out."""
    mailer = mailer_for(parts.settings.smtp_url, parts.settings.mail_from)
    with app.app_context(), parts.sessions() as session:
        mails = session.scalars(select(Outbox).where(Outbox.id.in_(ready))).all()
        session.commit()
        begun = time.perf_counter()
        for mail in mails:
            email = desk.writers[mail.kind](session, mail, ready[mail.id], NOON)
            session.execute(insert(Attempt).values(id=uuid4(), outbox_id=mail.id, n=1, started_at=NOON))
            session.commit()
            mailer.send(email, NOON)
            session.execute(
                update(Outbox)
                .where(Outbox.id == mail.id)
                .values(state=MailState.SENT, accepted_at=NOON)
                .execution_options(synchronize_session=False)
            )
            session.commit()
        mailer.close()
        return time.perf_counter() - begun


@contextmanager
def _sink(folder: Path) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.smtp", "0", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().decode().strip()
    finally:
        end(process)
