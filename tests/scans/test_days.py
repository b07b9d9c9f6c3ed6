"""How long a page is kept, and that it goes on its day: by the collective's clock, once, whoever does it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.scans.conftest import files_in, pages_of, send
from tests.scans.pictures import png
from tests.support.client import FormClient
from tests.support.servers import as_environment
from tracker.accounts.actions import start_session
from tracker.db import make_sessions
from tracker.letters.models import Letter
from tracker.scans import actions, jobs
from tracker.scans.files import ScanFolder
from tracker.scans.rules import destroy_on, destroy_on_after_release
from tracker.scheduler import metronome_of

ROOT = Path(__file__).parent.parent.parent
DAY = date(2026, 6, 1)


def test_a_page_goes_so_many_days_after_it_came() -> None:
    assert destroy_on(date(2027, 8, 31), 181) == date(2028, 2, 28)
    assert destroy_on(date(2027, 8, 31), 182) == date(2028, 2, 29)
    assert destroy_on(date(2028, 2, 29), 1) == date(2028, 3, 1)


def test_a_page_that_is_no_longer_held_goes_on_its_day_or_a_week_from_now() -> None:
    assert destroy_on_after_release(date(2026, 1, 1), 180, date(2026, 2, 1)) == date(2026, 6, 30)
    assert destroy_on_after_release(date(2020, 1, 1), 180, date(2026, 2, 1)) == date(2026, 2, 8)
    assert destroy_on_after_release(date(2026, 1, 1), 180, date(2026, 6, 29)) == date(2026, 7, 6)


@pytest.mark.parametrize(
    "moment, zone, day",
    [
        ("2026-03-09 13:59:59", "Asia/Vladivostok", date(2026, 9, 5)),
        ("2026-03-09 14:00:00", "Asia/Vladivostok", date(2026, 9, 6)),
        ("2026-03-09 22:59:59", "Europe/Berlin", date(2026, 9, 5)),
        ("2026-03-09 23:00:00", "Europe/Berlin", date(2026, 9, 6)),
    ],
)
def test_the_day_it_came_is_that_of_the_collective(
    as_vera: FormClient, session: Session, reply: Letter, app: Flask, moment: str, zone: str, day: date
) -> None:
    parts = app.extensions["tracker"]
    parts.settings = replace(parts.settings, zone=zone)
    with time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=UTC), tick=False):
        # Vera herself is in Berlin all the time.
        with as_vera.session_transaction() as cookie:
            cookie["token"] = start_session(
                session, reply.volunteer_id, lasts=timedelta(hours=8), now=datetime.fromisoformat(f"{moment}+00:00")
            )
        assert send(as_vera, reply, png()).status_code == 302
    assert [scan.delete_on for scan in pages_of(session, reply)] == [day]


def test_on_its_day_a_page_is_destroyed_and_not_before(
    session: Session, reply: Letter, kept: Callable[..., UUID], folder: ScanFolder, engine: Any
) -> None:
    due, overdue, later, held = (
        kept(delete_on=day) for day in (DAY, DAY - timedelta(days=400), DAY + timedelta(days=1), None)
    )
    session.commit()
    sessions = make_sessions(engine)
    assert jobs.destroy_due(sessions, folder, DAY - timedelta(days=401)).pages == 0
    assert jobs.destroy_due(sessions, folder, DAY).pages == 2
    assert {scan.id for scan in pages_of(session, reply)} == {later, held}
    assert [folder.has(each) for each in (due, overdue, later, held)] == [False, False, True, True]
    session.commit()
    assert jobs.destroy_due(sessions, folder, DAY).pages == 0, "once is enough"


def test_a_page_is_held_after_it_was_found_to_be_due_and_stays(
    session: Session, reply: Letter, kept: Callable[..., UUID], folder: ScanFolder
) -> None:
    scan_id = kept(delete_on=DAY)
    actions.hold_for_release(session, reply.id)
    assert not actions.destroy(session, folder, scan_id, if_due=DAY)
    assert folder.has(scan_id)


def test_a_removed_reply_takes_even_held_pages_along_after_a_month(
    session: Session, reply: Letter, kept: Callable[..., UUID], folder: ScanFolder, engine: Any
) -> None:
    kept(delete_on=None)
    reply.removed_at = datetime(2026, 5, 1, 12, tzinfo=UTC)
    session.commit()
    assert jobs.destroy_due(make_sessions(engine), folder, date(2026, 5, 31)).pages == 0
    assert jobs.destroy_due(make_sessions(engine), folder, date(2026, 6, 1)).pages == 1
    assert files_in(folder) == []


def test_several_schedulers_destroy_each_page_once(
    session: Session, reply: Letter, kept: Callable[..., UUID], folder: ScanFolder, engine: Any
) -> None:
    for _ in range(12):
        kept(delete_on=DAY)
    session.commit()
    sessions = make_sessions(engine)
    with ThreadPoolExecutor(4) as several:
        done = list(several.map(lambda _: jobs.destroy_due(sessions, folder, DAY), range(4)))
    assert sum(each.pages for each in done) == 12
    assert sum(each.faults for each in done) == 0
    assert files_in(folder) == []


def test_one_page_that_the_disk_does_not_let_go_keeps_no_other_back(
    session: Session, reply: Letter, kept: Callable[..., UUID], folder: ScanFolder, engine: Any
) -> None:
    stuck, other = kept(delete_on=DAY - timedelta(days=1)), kept(delete_on=DAY)
    path = next(folder.path.glob(f"??/{stuck}"))
    path.unlink()
    path.mkdir()
    session.commit()
    done = jobs.destroy_due(make_sessions(engine), folder, DAY)
    assert (done.pages, done.faults) == (1, 1)
    assert [scan.id for scan in pages_of(session, reply)] == [stuck]
    assert not folder.has(other)
    path.rmdir()
    session.commit()
    assert jobs.destroy_due(make_sessions(engine), folder, DAY).pages == 1


def test_the_scheduler_does_it(
    app: Flask, session: Session, reply: Letter, kept: Callable[..., UUID], folder: ScanFolder
) -> None:
    kept(delete_on=date(2026, 1, 1))
    later = kept()
    session.commit()
    job = metronome_of(app)._scheduler.get_job("tidy")
    assert job is not None
    assert job.trigger.interval <= timedelta(days=1)
    job.func()
    assert [scan.id for scan in pages_of(session, reply)] == [later]


def _flask(settings: Any, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    return subprocess.run(command, cwd=ROOT, env=as_environment(settings), capture_output=True, text=True, timeout=60)


def test_an_operator_can_compare_and_tidy_from_a_terminal(
    settings: Any, session: Session, reply: Letter, kept: Callable[..., UUID], folder: ScanFolder
) -> None:
    kept(delete_on=date(2026, 1, 1))
    lost = kept()
    (folder.path / "zz").mkdir()
    (folder.path / "zz" / ".unfinished.new").write_bytes(b"x")
    session.commit()
    assert "2 pages; 0 without a file, 1 files without a page." in _flask(settings, "scans", "check").stdout
    folder.destroy(lost)
    checked = _flask(settings, "scans", "check")
    assert checked.returncode == 1
    assert f"{lost} has no file." in checked.stdout
    tidied = _flask(settings, "scans", "tidy")
    assert tidied.returncode == 0
    assert "1 pages destroyed, 0 files without a page removed." in tidied.stdout
    assert [scan.id for scan in pages_of(session, reply)] == [lost]


def test_what_is_held_while_the_period_is_changed_stays_held(
    engine: Engine, session: Session, as_vera: FormClient, reply: Letter
) -> None:
    send(as_vera, reply, png())
    reply_id = reply.id
    session.commit()
    sessions = make_sessions(engine)

    def shorten() -> None:
        with sessions() as admins:
            actions.apply_period(admins, kept_days=1, zone="Asia/Vladivostok")
            admins.commit()

    admin = threading.Thread(target=shorten)
    with sessions() as hers:
        actions.hold_for_release(hers, reply_id)
        admin.start()
        admin.join(0.5)
        hers.commit()
    admin.join(20)
    assert [scan.delete_on for scan in pages_of(session, reply)] == [None]
