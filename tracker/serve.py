"""``make run``: everything on one machine, for looking around. Migrates, fills an empty database, starts web and
scheduler together, and stops both together. A real installation runs the two as services (README)."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import exists, select

from tracker import clock
from tracker.app import create_app
from tracker.demo.actions import is_empty, load_demo, passphrase_of
from tracker.prisoners.models import Prisoner
from tracker.sealing.keys import write_key_file
from tracker.settings import DEMO_SECRET, BadSettings, from_environment
from tracker.web.parts import Parts

ROOT = Path(__file__).resolve().parent.parent
BUNDLES = {"unheard-voices": ROOT / "data" / "unheard-voices-2025.yaml"}
ZONE = "Europe/Berlin"


class CannotServe(Exception):
    """Why the demo does not start, in a sentence."""


def main() -> int:
    """Serve until interrupted; gives the exit status."""
    try:
        data, port = _data(), _port()
        os.environ.update(_environment(data, port))
        parts = _prepared(data)
        _say_where(data, port, parts)
        return _run(port)
    except (CannotServe, BadSettings) as refusal:
        print(refusal, file=sys.stderr)
        return 1


def _data() -> str:
    data = os.environ.get("DATA") or "demo"
    if data != "demo" and data not in BUNDLES:
        raise CannotServe(f"DATA can be demo or one of: {', '.join(BUNDLES)}.")
    return data


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotServe("PORT must be a number below 65536.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError:
            raise CannotServe(f"Port {text} is taken; choose another one: make run PORT=8001") from None
    return int(text)


def _environment(data: str, port: int) -> dict[str, str]:
    """The settings of the demo. Its files are under var/, one folder for each set of data."""
    folder = Path(os.environ.pop("TRACKER_TEST_VAR", "") or ROOT / "var") / data
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "key").exists():
        write_key_file(folder / "key")
    return {
        "TRACKER_DEMO": "1",
        "TRACKER_DEMO_OF_REAL_PEOPLE": "1" if data in BUNDLES else "0",
        "TRACKER_DATABASE_URL": f"sqlite:///{folder / 'tracker.db'}",
        "TRACKER_SECRET_KEY": DEMO_SECRET,
        "TRACKER_KEY_FILE": str(folder / "key"),
        "TRACKER_SMTP_URL": f"folder://{folder / 'mail'}",
        "TRACKER_MAIL_FROM": "Linden Street Post <post@example.org>",
        "TRACKER_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TRACKER_COLLECTIVE": "Linden Street Post",
        "TRACKER_ZONE": ZONE,
    }


def _prepared(data: str) -> Parts:
    """The application over a migrated database, filled if it was empty."""
    _flask("init", trouble="The database could not be brought to this version; what is wrong stands above.")
    app = create_app(from_environment())
    parts: Parts = app.extensions["tracker"]
    with parts.sessions() as session:
        if is_empty(session):
            people = data == "demo"
            load_demo(session, parts.passphrases, with_people=people, now=clock.now(), today=clock.today(ZONE))
            session.commit()
        filled = session.scalar(select(exists().where(Prisoner.id.is_not(None))))
    if data in BUNDLES and not filled:
        trouble = "The bundle could not be imported; what is wrong stands above."
        _flask("import-bundle", str(BUNDLES[data]), trouble=trouble)
    return parts


def _flask(*command: str, trouble: str) -> None:
    done = subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", *command], cwd=ROOT)  # noqa: S603  our own
    if done.returncode:
        raise CannotServe(trouble)


def _say_where(data: str, port: int, parts: Parts) -> None:
    print(f"\n  {parts.settings.collective}: http://127.0.0.1:{port}\n")
    print(f"  coordinator and admin   cora    {passphrase_of('cora')}")
    print(f"  volunteer               vera    {passphrase_of('vera')}")
    print(f"\n  Mails of the demo: http://127.0.0.1:{port}/mailbox/   Data: var/{data}   Stop: Ctrl-C\n", flush=True)


def _run(port: int) -> int:
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    web += ["--workers", "1", "--blocking-threads", "2", "--no-access-log", "--log-level", "warning", "wsgi:app"]
    # A session of its own each: Ctrl-C reaches only us, and we stop them in order.
    children = [
        subprocess.Popen(command, cwd=ROOT, start_new_session=True)  # noqa: S603  our own programs
        for command in (web, [sys.executable, "-m", "tracker.scheduler"])
    ]
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
        print("One of the two processes has stopped by itself; stopping the other.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
