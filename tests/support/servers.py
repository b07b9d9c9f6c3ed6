"""The application behind a real server on a free port of loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from flask import Flask

    from tracker.settings import Settings

HOST = "127.0.0.1"
ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class LiveServer:
    """Where it answers."""

    url: str
    pid: int | None = None


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        pass


@contextmanager
def serving(app: Flask, url: str) -> Iterator[LiveServer]:
    """Werkzeug's threaded server in this process, so that a test can share its clock and its mailer."""
    server = make_server(HOST, urlsplit(url).port or 0, app, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True  # type: ignore[attr-defined]  # from socketserver.ThreadingMixIn
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="live-server", daemon=True)
    thread.start()
    try:
        yield LiveServer(url)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def as_environment(settings: Settings) -> dict[str, str]:
    """The settings as another process reads them, and nothing of the developer's own."""
    told = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    for field in fields(settings):
        value = getattr(settings, field.name)
        if value is None:
            continue
        told[f"TRACKER_{field.name.upper()}"] = str(int(value)) if isinstance(value, bool) else str(value)
    return told


@contextmanager
def granian(settings: Settings, log: Path, workers: int = 1) -> Iterator[LiveServer]:
    """wsgi.py under granian, as production runs it."""
    url = settings.public_url
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
    command += ["--workers", str(workers), "--blocking-threads", "1", "wsgi:app"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=as_environment(settings),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            wait_until_it_answers(url, process, log)
            yield LiveServer(url, process.pid)
        finally:
            end(process)


def wait_until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path, timeout: float = 30) -> None:
    deadline = time.monotonic() + timeout
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError as error:
            error.close()  # an answer is an answer
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"no server at {url}:\n{log.read_text(errors='replace')}") from None
            time.sleep(0.05)
            continue
        return


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process that was started with start_new_session, and its children."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
