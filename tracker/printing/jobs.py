"""Making prints in the background: one thread of the web process, which ends when nothing is left to do.

Whoever asks for a print waits on a page that looks again every other second. If the process dies, the lease of the
print runs out, and the page offers to start again.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Flask
from flask_babel import force_locale
from sqlalchemy.orm import Session, sessionmaker

from tracker import clock
from tracker.db import READS_ONLY
from tracker.printing import actions, contents
from tracker.printing.contents import Made
from tracker.printing.label_sheets import label_sheets
from tracker.printing.queries import Asked, asked, people_to_print
from tracker.printing.rules import PAPER_MM, Paper, PrintKind, PrintReason, Script
from tracker.printing.typesetting import DoesNotFit, typeset
from tracker.transit.config import priors_in_use
from tracker.transit.queries import birthdays, learned_at
from tracker.web.parts import Parts

log = logging.getLogger(__name__)

_TEMPLATES = {
    PrintKind.SHEETS: "print/sheets.typ",
    PrintKind.LABELS: "print/labels.typ",
    PrintKind.ENVELOPES: "print/envelopes.typ",
    PrintKind.BIRTHDAYS: "print/birthdays.typ",
}


class Press:
    """The prints of one process, one after the other, so that printing leaves the processor to the pages."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._waiting: deque[UUID] = deque()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, print_id: UUID) -> None:
        """Make this print as soon as those before it are made."""
        with self._lock:
            self._waiting.append(print_id)
            if self._thread is None:
                # The process may end over it: nothing is lost that could not be started again.
                self._thread = threading.Thread(target=self._work, name="press", daemon=True)
                self._thread.start()

    def wait(self, seconds: float = 30) -> None:
        """Until nothing is left to do, or for so many seconds."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                print_id = self._waiting.popleft()
            try:
                make_print(self._app, print_id)
            except Exception as error:
                # The database is out of reach, say. What the error says may carry what is printed.
                log.error("print: %s", type(error).__name__)


def press_of(app: Flask) -> Press:
    """The press of an application."""
    press: Press = app.extensions.setdefault("tracker.press", Press(app))
    return press


def destroy_prints(sessions: sessionmaker[Session], now: datetime) -> None:
    """Destroy what is kept for long enough, also where nobody prints any more."""
    with sessions() as session:
        actions.destroy_old_prints(session, now)
        session.commit()


def make_print(app: Flask, print_id: UUID) -> None:
    """Make one print, unless it is made already or somebody is at it."""
    parts: Parts = app.extensions["tracker"]
    with app.app_context():
        with parts.sessions() as session:
            if not actions.claim_print(session, print_id, now=clock.now()):
                return
            session.commit()
        with parts.sessions() as session:
            session.connection(execution_options={READS_ONLY: True})
            wanted = asked(session, print_id)
        if wanted is None:
            return
        try:
            with force_locale(wanted.locale):
                _make(parts.sessions, print_id, wanted)
        except Exception as error:
            log.error("print: %s", type(error).__name__)
            _fail(parts.sessions, print_id, PrintReason.BROKEN, wanted.facts)


def _make(sessions: sessionmaker[Session], print_id: UUID, wanted: Asked) -> None:
    kind, today = PrintKind(wanted.kind), clock.today(wanted.zone)
    with sessions() as session:
        session.connection(execution_options={READS_ONLY: True})
        made = _BUILDERS[kind](session, wanted.facts, today)
    left_out = {str(each): why for each, why in made.left_out.items()}
    if not made.ids:
        _fail(sessions, print_id, PrintReason.NOBODY, {**wanted.facts, "left_out": left_out})
        return
    try:
        file, undrawn = typeset(_TEMPLATES[kind], made.facts, today=today)
    except DoesNotFit as error:
        _fail(sessions, print_id, PrintReason.TOO_LONG, wanted.facts, made.ids[error.index])
        return
    notes = {"left_out": left_out, "other_script": [str(each) for each in made.other_script], "undrawn": undrawn}
    with sessions() as session:
        actions.finish_print(session, print_id, file, of=len(made.ids), notes=notes, facts=wanted.facts)
        session.commit()


def _fail(
    sessions: sessionmaker[Session], print_id: UUID, reason: PrintReason, facts: Mapping[str, Any], *stuck: UUID
) -> None:
    with sessions() as session:
        actions.fail_print(session, print_id, reason, facts=facts, stuck=stuck)
        session.commit()


def _ids(facts: Mapping[str, Any]) -> list[UUID]:
    return [UUID(each) for each in facts["people"]]


def _labels(session: Session, facts: Mapping[str, Any], today: date) -> Made:
    printed = people_to_print(session, _ids(facts), with_interests=False)
    return contents.labels(
        printed,
        label_sheets()[facts["sheet"]],
        first=facts["first"],
        copies=facts["copies"],
        script=Script(facts["script"]),
        today=today,
    )


def _envelopes(session: Session, facts: Mapping[str, Any], today: date) -> Made:
    printed = people_to_print(session, _ids(facts), with_interests=False)
    return contents.envelopes(printed, PAPER_MM[Paper(facts["paper"])], script=Script(facts["script"]), today=today)


def _sheets(session: Session, facts: Mapping[str, Any], today: date) -> Made:
    printed = people_to_print(session, _ids(facts), with_interests=True)
    places = {row.facility_id for row in printed.rows if row.facility_id}
    numbers = {UUID(each): number for each, number in facts.get("numbers", {}).items()}
    return contents.sheets(
        printed,
        numbers=numbers,
        boxes=facts.get("boxes", 0),
        learned=learned_at(session, places, priors_in_use()),
        today=today,
    )


def _birthdays(session: Session, facts: Mapping[str, Any], today: date) -> Made:
    first = date.fromisoformat(facts["month"])
    found = birthdays(session, month=first.month, year=first.year, today=today, priors=priors_in_use())
    printed = people_to_print(session, [each.prisoner_id for each in found], with_interests=False)
    return contents.birthdays(found, printed, first, today)


_BUILDERS = {
    PrintKind.SHEETS: _sheets,
    PrintKind.LABELS: _labels,
    PrintKind.ENVELOPES: _envelopes,
    PrintKind.BIRTHDAYS: _birthdays,
}
