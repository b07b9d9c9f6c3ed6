"""The application and its floor, each under granian with the same settings, on the same database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.servers import HOST, LiveServer, as_environment, end, free_port, wait_until_it_answers
from tracker.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
SECRET = "of the benchmark, and long enough to be accepted"  # noqa: S105  it guards nothing


def settings_for(database_url: str, key_file: Path, smtp_url: str = "folder:///dev/null/mail") -> Settings:
    """Settings as an installation has them; only the address is this machine's own."""
    return Settings(
        database_url=database_url,
        secret_key=SECRET,
        key_file=key_file,
        smtp_url=smtp_url,
        mail_from="Tracker <post@tracker.example>",
        public_url=f"http://{HOST}:{free_port()}",
        zone="Europe/Berlin",
    )


@contextmanager
def application(settings: Settings, log: Path, workers: int = 1) -> Iterator[LiveServer]:
    """wsgi.py, as production runs it."""
    with _granian(["wsgi:app"], settings.public_url, as_environment(settings), log, workers) as server:
        yield server


@contextmanager
def floor(database_url: str, padding: Mapping[str, int], log: Path) -> Iterator[LiveServer]:
    """The floor, its rows as heavy as told."""
    told = {"FLOOR_DATABASE_URL": database_url, "FLOOR_PADDING": json.dumps(dict(padding))}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    url = f"http://{HOST}:{free_port()}"
    with _granian(["--factory", "bench.floor:from_environment"], url, {**environment, **told}, log, 1) as server:
        yield server


@contextmanager
def _granian(
    target: list[str], url: str, environment: Mapping[str, str], log: Path, workers: int
) -> Iterator[LiveServer]:
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        HOST,
        "--port",
        str(urlsplit(url).port),
    ]
    command += ["--workers", str(workers), "--blocking-threads", "1", "--no-access-log", *target]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=dict(environment), stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            wait_until_it_answers(url, process, log)
            yield LiveServer(url, process.pid)
        finally:
            end(process)
