"""What is no page: importing the book, memory of the processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import servers
from bench.client import Client, Unexpected, signed_in_cookie
from bench.pages import COORDINATOR, PAGES, Samples
from tests.support.servers import as_environment, end
from tracker.app import create_app
from tracker.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "data" / "unheard-voices-2025.yaml"
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
