"""The second process: a metronome that keeps time whatever anybody does to the clock, and ends when it is told to."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from tests.support.servers import as_environment
from tracker import clock
from tracker.reminders.beats import standstill
from tracker.reminders.models import Heartbeat
from tracker.scheduler import Metronome

ROOT = Path(__file__).parent.parent.parent
NOON = datetime.fromisoformat("2026-12-13T12:00:00+00:00")


def test_nobody_is_late_within_ten_minutes_and_everybody_after():
    beats = {"planner": NOON, "sender": NOON - timedelta(minutes=5)}
    assert standstill(beats, NOON + timedelta(minutes=5)) == []
    assert standstill(beats, NOON + timedelta(minutes=6)) == ["sender"]
    assert standstill(beats, NOON + timedelta(minutes=11)) == ["planner", "sender"]


def test_who_never_gave_a_sign_of_life_is_late():
    assert standstill({"planner": NOON}, NOON) == ["sender"]


@pytest.mark.slow
@pytest.mark.parametrize("step", [timedelta(hours=-1), timedelta(hours=1), timedelta(days=-1), timedelta(days=1)])
def test_the_metronome_goes_on_when_the_clock_is_changed(step):
    """The wall clock jumps; the gap between two turns is measured on the monotonic one."""
    turns: list[float] = []
    metronome = Metronome()
    metronome.add("tick", 1, lambda: turns.append(time.monotonic()))
    running = threading.Thread(target=metronome._scheduler.start)
    nudging = threading.Thread(target=metronome._nudge)
    running.start()
    nudging.start()
    try:
        time.sleep(1.2)
        with time_machine.travel(clock.now() + step, tick=True):
            time.sleep(4.5)
    finally:
        metronome.stop()
        running.join(5)
        nudging.join(5)
    gaps = [later - earlier for earlier, later in zip(turns, turns[1:], strict=False)]
    assert len(turns) >= 3
    assert max(gaps) < 4, "with turns every 15 s this would be less than a minute"


def test_a_job_that_fails_comes_again(caplog):
    turns = []

    def fail() -> None:
        turns.append(1)
        raise ValueError("vera@example.org")

    metronome = Metronome()
    metronome.add("fail", 0.1, fail)
    running = threading.Thread(target=metronome._scheduler.start)
    running.start()
    time.sleep(0.5)
    metronome.stop()
    running.join(5)
    assert len(turns) >= 2
    assert "fail: ValueError" in caplog.text


@pytest.mark.slow
def test_the_process_gives_signs_of_life_and_ends_when_told(settings, engine, smtp_sink, session):
    quick = replace(settings, plan_seconds=1, send_seconds=1, smtp_url=smtp_sink.url)
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker.scheduler"], cwd=ROOT, env=as_environment(quick), stderr=subprocess.PIPE
    )
    try:
        end = time.monotonic() + 20
        beats: set[str] = set()
        while not {"planner", "sender"} <= beats:
            assert time.monotonic() < end, "no sign of life"
            assert process.poll() is None
            session.rollback()
            beats = set(session.scalars(select(Heartbeat.name)))
            session.rollback()
            time.sleep(0.1)
    finally:
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=20)
    assert process.returncode == 0
    assert b"scheduler stopped" in log
    assert b"Traceback" not in log


def test_bad_settings_are_refused_in_a_sentence(settings):
    bad = {**as_environment(settings), "TRACKER_DATABASE_URL": "mysql://nowhere"}
    done = subprocess.run(
        [sys.executable, "-m", "tracker.scheduler"], cwd=ROOT, env=bad, capture_output=True, timeout=30, check=False
    )
    assert done.returncode == 1
    assert b"TRACKER_DATABASE_URL must be" in done.stderr
    assert b"Traceback" not in done.stderr
