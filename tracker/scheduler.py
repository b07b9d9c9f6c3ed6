"""The second process: the same application, woken by APScheduler. ``python -m tracker.scheduler``

APScheduler is a metronome here and nothing else: it keeps no jobs, knows no dates, and counts in UTC. What is due
stands in the database, so any number of schedulers may run, and none of them has anything to lose.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask

from tracker import clock
from tracker.app import create_app
from tracker.collective.queries import settings as collective_settings
from tracker.mail import Mailer, mailer_for
from tracker.printing.jobs import destroy_prints
from tracker.quotas.mail_rules import BadMailRules
from tracker.reminders.beats import heartbeats, standstill
from tracker.reminders.desk import desk_of, shared_clock
from tracker.reminders.forgetting import forget_old_mails
from tracker.reminders.jobs import Desk, plan_due, send_together
from tracker.reminders.ladders import BadLadders
from tracker.reminders.monitor import ping
from tracker.reminders.recheck import recheck, recheck_is_due
from tracker.scans.files import ScanFolder
from tracker.scans.jobs import destroy_due, sweep_orphans
from tracker.sealing.keys import BadKeyFile, WrongKey
from tracker.settings import BadSettings
from tracker.watchers.jobs import forget_strangers
from tracker.web.parts import Parts

log = logging.getLogger(__name__)

WATCH_SECONDS = 60
TIDY_SECONDS = 3600
RECHECK_SECONDS = 900
"""So often is asked whether a night has passed since everything was looked at."""


class Metronome:
    """Runs jobs at intervals, whatever anybody does to the machine's clock.

    APScheduler reckons by the wall clock. When that is set back by an hour, an interval job waits for an hour; so a
    small thread looks at the monotonic clock and calls a job that is overdue by it.
    """

    def __init__(self) -> None:
        self._scheduler = BlockingScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._scheduler.add_listener(_note, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
        self._intervals: dict[str, float] = {}
        self._last: dict[str, float] = {}
        self._running: set[str] = set()
        self.stopping = threading.Event()

    def add(self, name: str, seconds: float, job: Callable[[], Any], *, at_once: bool = True) -> None:
        """Run ``job`` now, or after the first interval if not ``at_once``, and then every so many seconds."""
        self._intervals[name] = seconds
        self._last[name] = time.monotonic()

        def turn() -> None:
            self._last[name] = time.monotonic()
            self._running.add(name)
            try:
                job()
            finally:
                self._running.discard(name)
                self._last[name] = time.monotonic()

        first = clock.now() if at_once else clock.now() + timedelta(seconds=seconds)
        self._scheduler.add_job(turn, IntervalTrigger(seconds=seconds), id=name, next_run_time=first)

    def run(self) -> None:
        """Until SIGTERM or SIGINT; a job that is running comes to its end."""
        for signal_ in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signal_, lambda *_: self.stop())
        threading.Thread(target=self._nudge, name="nudge", daemon=True).start()
        self._scheduler.start()

    def stop(self) -> None:
        """Stop; once is enough."""
        if not self.stopping.is_set():
            self.stopping.set()
            self._scheduler.shutdown(wait=False)

    def _nudge(self) -> None:
        while not self.stopping.wait(min(5.0, *self._intervals.values())):
            for name, seconds in self._intervals.items():
                if name not in self._running and time.monotonic() - self._last[name] > seconds * 1.5 + 1:
                    log.warning("the clock has jumped; calling %s", name)
                    self._last[name] = time.monotonic()
                    # It may be gone: we are being stopped at this very moment.
                    with suppress(JobLookupError):
                        self._scheduler.modify_job(name, next_run_time=clock.now())


def _note(event: JobEvent) -> None:
    # The exception may carry what somebody typed; its kind and place are enough.
    error = getattr(event, "exception", None)
    log.error("%s: %s", event.job_id, type(error).__name__ if error else "a turn was left out")


def metronome_of(app: Flask, desk: Desk | None = None) -> Metronome:
    """The metronome of an application: planning, sending, watching, tidying, and looking at everything at night."""
    parts: Parts = app.extensions["tracker"]
    desk = desk or desk_of(parts)
    metronome = Metronome()

    def plan() -> None:
        with app.app_context():
            plan_due(parts.sessions, shared_clock, desk)

    mailers = _mailers(parts)

    def send() -> None:
        send_together(parts.sessions, mailers, shared_clock, desk, app.app_context, stop=metronome.stopping.is_set)

    def look_at_everything() -> None:
        with app.app_context():
            _recheck_at_night(parts, desk)

    metronome.add("plan", parts.settings.plan_seconds, plan)
    metronome.add("send", parts.settings.send_seconds, send)
    metronome.add("tidy", TIDY_SECONDS, lambda: _tidy(parts))
    metronome.add("recheck", RECHECK_SECONDS, look_at_everything, at_once=False)
    # Its first turn is later: at the start nobody has had time to give a sign of life.
    metronome.add("watch", WATCH_SECONDS, lambda: _watch(parts), at_once=False)
    return metronome


def _mailers(parts: Parts) -> list[Mailer]:
    """A connection for each sender."""
    settings = parts.settings
    return [parts.mailer, *(mailer_for(settings.smtp_url, settings.mail_from) for _ in range(settings.senders - 1))]


def _watch(parts: Parts) -> None:
    with parts.sessions() as session:
        beats = heartbeats(session)
        late = standstill({name: row.at for name, row in beats.items()}, shared_clock(session))
        ping_url = collective_settings(session).ping_url
    for name in late:
        log.error("the %s gives no sign of life", name)
    stuck = any(row.trouble_since for row in beats.values())
    if ping_url and not late and not stuck:
        ping(ping_url)


def _tidy(parts: Parts) -> None:
    with parts.sessions() as session:
        now = shared_clock(session)
        kept_days = collective_settings(session).mails_kept_days
    destroy_prints(parts.sessions, now)
    forget_strangers(parts.sessions, now)
    forget_old_mails(parts.sessions, now, kept_days)
    folder = parts.settings.scans_path
    if folder is not None:
        today = now.astimezone(ZoneInfo(parts.settings.zone)).date()
        destroy_due(parts.sessions, ScanFolder(folder), today)
        sweep_orphans(parts.sessions, ScanFolder(folder), now)


def _recheck_at_night(parts: Parts, desk: Desk) -> None:
    with parts.sessions() as session:
        is_due = recheck_is_due(session, parts.settings.zone, shared_clock(session))
    if is_due:
        recheck(parts.sessions, shared_clock, desk)


def main() -> int:
    """Run until told to stop; gives the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        app = create_app()
        metronome = metronome_of(app)
    except (BadSettings, BadKeyFile, WrongKey, BadLadders, BadMailRules) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    log.info("scheduler started")
    metronome.run()
    log.info("scheduler stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
