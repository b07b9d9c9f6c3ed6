"""One scheduler after the other, for a test that kills them: as soon as one is dead, the next one starts.

    python -m tests.reminders.under_fire

Prints the process id of each. They are the real thing, with settings from the environment, but for a shorter lease, so
that nobody has to wait three minutes for what a dead one had in hand. Ends with its standard input.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from dataclasses import replace
from datetime import timedelta

from flask import Flask

from tracker.app import create_app
from tracker.reminders.desk import desk_of
from tracker.scheduler import metronome_of

LEASE = timedelta(seconds=1.5)


def schedule(app: Flask) -> None:
    parts = app.extensions["tracker"]
    parts.engine.dispose(close=False)
    metronome_of(app, replace(desk_of(parts), lease=LEASE)).run()


def main() -> None:
    # Made once: what takes time about a start is not what is tested.
    app = create_app()
    app.extensions["tracker"].engine.dispose()
    running: list[int] = []
    ended = threading.Event()

    def wait_for_the_end() -> None:
        sys.stdin.read()
        ended.set()
        for pid in running:
            os.kill(pid, signal.SIGTERM)

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    while not ended.is_set():
        pid = os.fork()
        if pid == 0:
            schedule(app)
            os._exit(0)
        running[:] = [pid]
        print(pid, flush=True)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
