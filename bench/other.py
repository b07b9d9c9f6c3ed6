"""What is no page: importing the book, memory of the processes, a morning with a thousand mails."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from bench import servers
from bench.client import Client, Unexpected, signed_in_cookie
from bench.pages import COORDINATOR, PAGES, Samples
from tests.support.servers import as_environment, end
from tracker.app import create_app
from tracker.reminders.desk import desk_of
from tracker.reminders.jobs import plan_due, send_due
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailState
from tracker.settings import Settings
from tracker.web.parts import Parts

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "data" / "unheard-voices-2025.yaml"
MAILS = 1000
MB = 1_000_000


def import_seconds(new_database: Callable[[], Settings], times: int) -> float:
    """The book into an empty database, the whole process from start to end; the median."""
    took = []
    for _ in range(times):
        environment = as_environment(new_database())
        flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
        subprocess.run([*flask, "init"], cwd=ROOT, env=environment, check=True, capture_output=True)
        begun = time.perf_counter()
        subprocess.run([*flask, "import-bundle", str(BOOK)], cwd=ROOT, env=environment, check=True, capture_output=True)
        took.append(time.perf_counter() - begun)
    return median(took)


@dataclass(frozen=True)
class Memory:
    """Proportional set sizes, in bytes, after every page was asked for many times."""

    web: int
    scheduler: int

    @property
    def total(self) -> int:
        return self.web + self.scheduler


def memory(settings: Settings, samples: Samples, folder: Path) -> Memory:
    """Web with two workers and the scheduler, at work."""
    with servers.application(settings, folder / "memory.log", workers=2) as web, _scheduler(settings, folder) as second:
        assert web.pid is not None
        app = create_app(settings)
        cookie = signed_in_cookie(app, COORDINATOR)
        # Each connection may meet either worker.
        for _ in range(12):
            client = Client(settings.public_url, cookie)
            for n in range(5):
                for page in PAGES:
                    with suppress(Unexpected):
                        client.get(page.path(samples, n))
            client.close()
        time.sleep(6)  # the scheduler has had its first turn
        app.extensions["tracker"].engine.dispose()
        return Memory(_pss_of_family(web.pid), _pss_of_family(second.pid))


@contextmanager
def _scheduler(settings: Settings, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "scheduler.log").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tracker.scheduler"],
            cwd=ROOT,
            env=as_environment(settings),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            end(process)


def _pss_of_family(leader: int) -> int:
    """A process that leads a session, and everybody in it."""
    total = 0
    for name in os.listdir("/proc"):
        with suppress(OSError, IndexError):
            if not name.isdigit():
                continue
            # After the program's name, which may hold anything: state, parent, group, session.
            after = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()
            if int(after[3]) == leader:
                total += _pss(Path(f"/proc/{name}/smaps_rollup").read_text())
    return total


def _pss(text: str) -> int:
    return next(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:"))


@dataclass(frozen=True)
class Morning:
    """A planner's turn over the whole collective, and a sender's until a thousand mails are out."""

    planned: int
    plan_seconds: float
    sent: int
    send_seconds: float

    @property
    def rate(self) -> float:
        return self.sent / self.send_seconds if self.sent else 0.0


def morning(new_settings: Callable[[str], Settings]) -> Morning:
    """Plan and send as the scheduler does, to a mail server in a process of its own on this machine."""
    with TemporaryDirectory() as kept, _sink(Path(kept)) as url:
        app = create_app(new_settings(url))
        parts: Parts = app.extensions["tracker"]
        desk = desk_of(parts)
        # Noon in London: nowhere in the collective is it night.
        noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
        with app.app_context():
            begun = time.perf_counter()
            plan_due(parts.sessions, lambda _session: noon, desk)
            planned_in = time.perf_counter() - begun
            with parts.sessions() as session:
                waiting = select(func.count()).where(Outbox.state == MailState.QUEUED)
                planned = session.scalar(waiting) or 0
            begun = time.perf_counter()
            report = send_due(parts.sessions, parts.mailer, lambda _session: noon, desk, most=MAILS)
            sent_in = time.perf_counter() - begun
        parts.engine.dispose()
        return Morning(planned, planned_in, report.sent, sent_in)


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
