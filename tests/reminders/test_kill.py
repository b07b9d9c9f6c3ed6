"""Schedulers that are killed in the middle of their work lose nothing, and repeat themselves recognisably."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.reminders.stage import a_stage
from tests.support.servers import as_environment
from tests.support.smtp import SmtpSink
from tracker import clock
from tracker.dates.rules import DayKind
from tracker.reminders.ladders import Ladders
from tracker.reminders.models import Attempt, Heartbeat, Outbox
from tracker.reminders.rules import MailState

ALONE = int(os.environ.get("TRACKER_TEST_MAILS", "200"))
"""Without kills."""
ROOT = Path(__file__).parent.parent.parent
MAILS = int(os.environ.get("TRACKER_TEST_MAILS", "300"))
KILLS = int(os.environ.get("TRACKER_TEST_KILLS", "20"))
CHANGED = {"plan_seconds": 1, "send_seconds": 1}


def noon_somewhere() -> str:
    """A zone where nobody has quiet hours now."""
    ahead = 12 - clock.now().astimezone(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def arrange(stage, mails: int = MAILS) -> None:
    """A hearing the day after tomorrow that was entered a little while ago: everybody is owed a late notice now."""
    zone = noon_somewhere()
    stage.now = clock.now() - timedelta(hours=1)
    stage.add(Heartbeat(name="planner", began_at=stage.now, at=stage.now))
    prisoner = stage.prisoner()
    for number in range(mails):
        stage.assign(stage.volunteer(f"Волонтёр {number}", zone=zone), prisoner)
    start = clock.now() + timedelta(hours=40)
    stage.hearing(prisoner, f"{start:%Y-%m-%d}", f"{start:%H:%M}", "UTC")


@contextmanager
def schedulers(settings, sink: SmtpSink, number: int, hours_ahead: float = 0) -> Iterator[Running]:
    """So many real schedulers at work; when one is killed, another takes its place."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.reminders.under_fire", str(number), str(hours_ahead)],
        cwd=ROOT,
        env={**as_environment(replace(settings, **CHANGED, smtp_url=sink.url)), "TZ": "Pacific/Kiritimati"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield Running(process)
    finally:
        process.communicate(timeout=30)


class Running:
    """The process ids of those that are at work now."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._pids: list[int] = []
        self._lines = process.stdout
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._lines or ():
            self._pids.append(int(line))

    def kill_one(self, chance: random.Random) -> None:
        wait_until(lambda: bool(self._pids), 20)
        pid = self._pids.pop(chance.randrange(len(self._pids)))
        os.kill(pid, signal.SIGKILL)


def sent(stage) -> int:
    with stage.sessions() as session:
        return session.scalar(select(func.count()).select_from(Outbox).where(Outbox.state == MailState.SENT)) or 0


def wait_until(what, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def _has(sink: SmtpSink, mails: int) -> bool:
    return len(sink.messages) >= mails


def kill_again_and_again(running: Running, sink: SmtpSink, chance: random.Random) -> int:
    kills = 0
    while kills < KILLS:
        enough = len(sink.messages) + chance.randint(1, max(1, (MAILS - 60) // (2 * KILLS)))
        wait_until(partial(_has, sink, enough), 60)
        time.sleep(chance.random() * 0.03)
        assert len(sink.messages) < MAILS, "all is sent; there is nothing left to interrupt"
        running.kill_one(chance)
        kills += 1
    return kills


@pytest.mark.slow
@pytest.mark.timeout(3600 if KILLS > 20 else 600)
@pytest.mark.parametrize("senders", [1, 2, 4])
def test_kills_lose_nothing_and_every_duplicate_is_recognisable(app, engine, settings, smtp_sink, senders):
    stage = a_stage(app, engine, "2026-11-20T12:00Z", Ladders({DayKind.HEARING: {}}))
    arrange(stage)
    smtp_sink.fail("slow 0.01")
    with schedulers(settings, smtp_sink, senders) as running:
        kills = kill_again_and_again(running, smtp_sink, random.Random(7 + senders))
        smtp_sink.work()
        wait_until(lambda: sent(stage) == MAILS, 180 + MAILS / 10)

    with stage.sessions() as session:
        mails = session.scalars(select(Outbox)).all()
        tries = Counter(session.scalars(select(Attempt.outbox_id)))
        open_tries = set(session.scalars(select(Attempt.outbox_id).where(Attempt.outcome.is_(None))))
    copies = Counter(smtp_sink.message_ids())
    by_id = {f"<{mail.message_id}@tracker.example>": mail for mail in mails}
    assert kills == KILLS
    assert len(mails) == MAILS
    assert set(by_id) - set(copies) == set(), "lost, or marked as sent and never sent"
    assert set(copies) - set(by_id) == set(), "nobody knows of these"
    duplicates = {id_: count for id_, count in copies.items() if count > 1}
    assert sum(count - 1 for count in duplicates.values()) <= kills
    for id_, count in duplicates.items():
        assert count <= tries[by_id[id_].id]
        assert by_id[id_].id in open_tries, "a duplicate is explained by a try without an end"
    assert open_tries, "no kill has hit a mail in flight; the test proves nothing"


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", [2, 3])
def test_schedulers_on_several_machines_of_which_one_is_an_hour_ahead_send_every_mail_once(
    app, engine, settings, smtp_sink, number
):
    """On PostgreSQL leases go by its own clock. A file has one machine, so there all clocks are one."""
    stage = a_stage(app, engine, "2026-11-20T12:00Z", Ladders({DayKind.HEARING: {}}))
    arrange(stage, ALONE)
    smtp_sink.fail("slow 0.01")
    ahead = 0 if engine.dialect.name == "sqlite" else 1
    with schedulers(settings, smtp_sink, number, ahead):
        wait_until(lambda: sent(stage) == ALONE, 180 + ALONE / 10)
        time.sleep(2)
    copies = Counter(smtp_sink.message_ids())
    assert len(copies) == ALONE
    assert set(copies.values()) == {1}
    with stage.sessions() as session:
        assert session.scalar(select(func.count(Attempt.id))) == ALONE, "and every one was tried once"
