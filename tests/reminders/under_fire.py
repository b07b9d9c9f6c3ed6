"""Schedulers for a test that kills them: as soon as one is dead, another one starts in its place.

    python -m tests.reminders.under_fire NUMBER [HOURS]

NUMBER of them work at a time, each a process; the clock of the first one goes HOURS ahead. Prints the process id of
each one that starts. They are the real thing, with settings from the environment, but for a shorter lease, so that
nobody has to wait three minutes for what a dead one had in hand; it is longer than four that contend for one file, on a
machine that is busy with other tests, take over a mail. Ends with its standard input.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import time_machine
from flask import Flask

from tracker import clock
from tracker.app import create_app
from tracker.reminders.desk import desk_of
from tracker.scheduler import metronome_of

LEASE = timedelta(seconds=4)


def schedule(app: Flask, hours_ahead: float) -> None:
    parts = app.extensions["tracker"]
    parts.engine.dispose(close=False)
    metronome = metronome_of(app, replace(desk_of(parts), lease=LEASE))
    if not hours_ahead:
        metronome.run()
        return
    with time_machine.travel(clock.now() + timedelta(hours=hours_ahead), tick=True):
        metronome.run()


def start(app: Flask, hours_ahead: float) -> int:
    pid = os.fork()
    if pid == 0:
        schedule(app, hours_ahead)
        os._exit(0)
    print(pid, flush=True)
    return pid


def main() -> None:
    number = int(sys.argv[1])
    ahead = [float(sys.argv[2]) if len(sys.argv) > 2 else 0.0] + [0.0] * (number - 1)
    # Made once: what takes time about a start is not what is tested.
    app = create_app()
    app.extensions["tracker"].engine.dispose()
    running = {start(app, hours): hours for hours in ahead}
    ended = threading.Event()

    def wait_for_the_end() -> None:
        sys.stdin.read()
        ended.set()
        for pid in list(running):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    while running:
        pid, _ = os.wait()
        hours = running.pop(pid)
        if not ended.is_set():
            running[start(app, hours)] = hours


if __name__ == "__main__":
    main()
