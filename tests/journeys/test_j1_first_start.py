"""J1: from a fresh clone to a served demo with one command, and again without losing anything."""

from __future__ import annotations

import os
import pty
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
LONG_ENOUGH = 240
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a newcomer has: the files that are kept, and nothing that was installed or made here."""
    folder = tmp_path_factory.mktemp("a fresh clone") / "tracker"
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    for name in listed.stdout.decode().split("\0"):
        source = ROOT / name
        if name and source.is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, folder / name)
    return folder


@contextmanager
def _running(clone: Path, port: int, **variables: str) -> Iterator[Path]:
    """`make run`, until it answers; gives the file with what it prints."""
    printed = clone / "printed.txt"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "PORT", "DATA"))
    }
    with printed.open("w") as output:
        process = subprocess.Popen(
            ["make", "run"],
            cwd=clone,
            env={**environment, "PORT": str(port), **variables},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait(port, process, printed)
            yield printed
        finally:
            os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)


def _wait(port: int, process: subprocess.Popen[bytes], printed: Path) -> None:
    began = time.monotonic()
    while time.monotonic() - began < LONG_ENOUGH:
        assert process.poll() is None, printed.read_text()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.3)
    raise AssertionError(f"did not answer: {printed.read_text()}")


def _page(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return str(answer.read().decode())


def test_one_command_serves_the_demo_and_a_second_time_keeps_it(clone: Path) -> None:
    port = free_port()
    with _running(clone, port) as printed:
        said = printed.read_text()
        assert f"http://127.0.0.1:{port}" in said
        assert re.search(r"coordinator.*cora.*linden street cora", said)
        assert re.search(r"volunteer.*vera.*linden street vera", said)
        assert "Sign in" in _page(port, "/sign-in")
        assert "Mails of the demo" in _page(port, "/mailbox/")
    kept = clone / "var" / "demo"
    key = (kept / "key").read_bytes()
    assert (kept / "tracker.db").exists()

    began = time.monotonic()
    with _running(clone, port):
        assert time.monotonic() - began < 30, "the environment is there already"
    assert (kept / "key").read_bytes() == key

    assert "Kept." in _reset(clone, "no")
    assert (kept / "tracker.db").exists()
    assert "Thrown away" in _reset(clone, "yes")
    assert not (clone / "var").exists()


def _reset(clone: Path, answer: str) -> str:
    """`make reset` at a terminal, answered by a person; gives what it said."""
    ours, theirs = pty.openpty()
    try:
        os.write(ours, f"{answer}\n".encode())
        done = subprocess.run(["make", "reset"], cwd=clone, stdin=theirs, capture_output=True, text=True, timeout=60)
    finally:
        os.close(ours)
        os.close(theirs)
    return done.stdout


def test_the_book_can_be_served_instead(clone: Path) -> None:
    port = free_port()
    with _running(clone, port, DATA="unheard-voices"):
        assert "Sign in" in _page(port, "/sign-in")
    assert (clone / "var" / "unheard-voices" / "tracker.db").exists()


def test_a_wrong_wish_is_refused_in_a_sentence(clone: Path) -> None:
    for variables, says in (({"DATA": "nothing"}, "DATA can be demo"), ({"PORT": "many"}, "PORT must be a number")):
        done = subprocess.run(
            ["make", "run"],
            cwd=clone,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=LONG_ENOUGH,
        )
        assert done.returncode != 0
        assert says in done.stderr
        assert "Traceback" not in done.stderr
