"""A monitor outside hears that all is well, as long as it is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import select

from tracker import clock
from tracker.collective.actions import decide
from tracker.collective.rules import CollectiveSettings
from tracker.db import make_sessions
from tracker.reminders.beats import MAIL_SERVER, PLANNER, SENDER, beat, mail_server_failed
from tracker.reminders.models import Heartbeat
from tracker.reminders.monitor import ping
from tracker.scheduler import metronome_of


class Monitor(BaseHTTPRequestHandler):
    asked: list[str]
    answer = 200

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        self.send_response(type(self).answer)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def monitor() -> Iterator[tuple[str, type[Monitor]]]:
    handler = type("Asked", (Monitor,), {"asked": [], "answer": 200})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/ping/secret?run=1", handler
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_is_asked_for_once_and_followed_nowhere(monitor):
    url, handler = monitor
    assert ping(url) is True
    assert handler.asked == ["/ping/secret?run=1"]
    handler.answer = 302
    assert ping(url) is False
    handler.answer = 500
    assert ping(url) is False
    assert len(handler.asked) == 3


def test_a_monitor_that_cannot_be_reached_disturbs_nothing_and_is_not_named_in_the_log(caplog):
    assert ping("http://127.0.0.1:1/very-secret") is False
    assert "very-secret" not in caplog.text
    assert "could not be told" in caplog.text


def _watch(app) -> None:
    metronome_of(app)._scheduler.get_job("watch").func()


def test_the_monitor_hears_nothing_when_planner_or_mail_stands_still(app, engine, keyring, monitor):
    url, handler = monitor
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        decide(session, CollectiveSettings(ping_url=url))
    _watch(app)
    assert handler.asked == [], "nobody has given a sign of life yet"
    now = clock.now()
    with sessions.begin() as session:
        for name in (PLANNER, SENDER):
            beat(session, name, now)
    _watch(app)
    assert len(handler.asked) == 1
    with sessions.begin() as session:
        mail_server_failed(session, now)
    _watch(app)
    assert len(handler.asked) == 1, "mail waits, so all is not well"
    with sessions.begin() as session:
        row = session.scalars(select(Heartbeat).where(Heartbeat.name == MAIL_SERVER)).one()
        row.trouble_since = None
        beat(session, SENDER, now - timedelta(minutes=11))
    _watch(app)
    assert len(handler.asked) == 1, "the sender stands still"


def test_without_an_address_nobody_is_told(app, engine, keyring, monitor):
    _, handler = monitor
    _watch(app)
    assert handler.asked == []
