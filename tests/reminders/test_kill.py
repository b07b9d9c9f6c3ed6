"""Schedulers that are killed in the middle of their work lose nothing, and repeat themselves recognisably."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
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

ROOT = Path(__file__).parent.parent.parent
MAILS, KILLS = 200, 20
CHANGED = {"plan_seconds": 1, "send_seconds": 1}


def noon_somewhere() -> str:
    """A zone where nobody has quiet hours now."""
    ahead = 12 - clock.now().astimezone(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def arrange(stage) -> None:
    """A hearing the day after tomorrow that was entered a little while ago: everybody is owed a late notice now."""
    zone = noon_somewhere()
    stage.now = clock.now() - timedelta(hours=1)
    stage.add(Heartbeat(name="planner", began_at=stage.now, at=stage.now))
    prisoner = stage.prisoner()
    for number in range(MAILS):
        stage.assign(stage.volunteer(f"Волонтёр {number}", zone=zone), prisoner)
    start = clock.now() + timedelta(hours=40)
    stage.hearing(prisoner, f"{start:%Y-%m-%d}", f"{start:%H:%M}", "UTC")


def wait_until(what, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def _has(sink: SmtpSink, mails: int) -> bool:
    return len(sink.messages) >= mails


def kill_again_and_again(process: subprocess.Popen[str], sink: SmtpSink, chance: random.Random) -> int:
    kills = 0
    while kills < KILLS:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        enough = len(sink.messages) + chance.randint(1, 6)
        wait_until(partial(_has, sink, enough), 20)
        time.sleep(chance.random() * 0.03)
        assert len(sink.messages) < MAILS, "all is sent; there is nothing left to interrupt"
        os.kill(pid, signal.SIGKILL)
        kills += 1
    return kills


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_twenty_kills_lose_nothing_and_every_duplicate_is_recognisable(app, engine, settings, smtp_sink):
    stage = a_stage(app, engine, "2026-11-20T12:00Z", Ladders({DayKind.HEARING: {}}))
    arrange(stage)
    smtp_sink.fail("slow 0.01")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.reminders.under_fire"],
        cwd=ROOT,
        env={**as_environment(replace(settings, **CHANGED, smtp_url=smtp_sink.url)), "TZ": "Pacific/Kiritimati"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        kills = kill_again_and_again(process, smtp_sink, random.Random(7))
        smtp_sink.work()

        def all_sent() -> bool:
            with stage.sessions() as session:
                states = Outbox.state == MailState.SENT
                return session.scalar(select(func.count()).select_from(Outbox).where(states)) == MAILS

        wait_until(all_sent, 30)
    finally:
        process.communicate(timeout=20)

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
