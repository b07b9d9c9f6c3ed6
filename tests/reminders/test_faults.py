"""Every way in which a mail server fails: nothing is lost, and nobody gets a mail twice without a reason."""

from __future__ import annotations

import os
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.reminders.stage import Stage, a_stage, days, utc
from tests.support.smtp import SmtpSink
from tracker import mail as post
from tracker.assignments.models import Assignment, Part
from tracker.dates.rules import DayKind
from tracker.mail import SmtpMailer
from tracker.reminders.beats import MAIL_SERVER
from tracker.reminders.ladders import Ladders
from tracker.reminders.models import Attempt, Heartbeat, Outbox
from tracker.reminders.rules import MailState, Role
from tracker.volunteers.models import Volunteer

MAILS = int(os.environ.get("TRACKER_TEST_MAILS", "60"))
HITS = 8
"""So many mails meet the fault."""
SENDER = "Post <post@post.example.org>"


@pytest.fixture
def collective(app, engine) -> Stage:
    """A morning on which so many people are owed a mail."""
    stage = a_stage(app, engine, "2026-11-20T12:00Z", Ladders({DayKind.HEARING: {Role.WRITERS: days(2)}}))
    stage.tick()
    prisoner = stage.prisoner()
    volunteers = [
        Volunteer(handle=f"Волонтёр {n}", handle_folded=f"волонтёр {n}", created_at=stage.now) for n in range(MAILS)
    ]
    for each in volunteers:
        each.email = f"{each.id.hex}@example.org"
    with stage.sessions.begin() as session:
        session.add_all(volunteers)
        session.flush()
        session.add_all(
            Assignment(
                prisoner_id=prisoner,
                volunteer_id=each.id,
                part=Part.WRITER,
                since=stage.now.date(),
                created_at=stage.now,
            )
            for each in volunteers
        )
    stage.hearing(prisoner, "2026-12-15", "10:00", "Asia/Vladivostok")
    stage.now = utc("2026-12-13T07:00Z")
    return stage


def turns(stage: Stage, number: int) -> None:
    for _ in range(number):
        stage.tick()
        stage.now += timedelta(minutes=4)


def mails(stage: Stage) -> list[Outbox]:
    found = stage.rows()
    assert len(found) == MAILS
    return found


def trouble(stage: Stage) -> bool:
    with stage.sessions() as session:
        beat = session.scalars(select(Heartbeat).where(Heartbeat.name == MAIL_SERVER)).one_or_none()
        return beat is not None and beat.trouble_since is not None


def copies(sink: SmtpSink) -> Counter[str]:
    return Counter(sink.message_ids())


# Faults of single mails, by what a real server answers to them.


@pytest.mark.parametrize("words", ["mail 451", "rcpt 450", "begin 451", "data 451", "data 552", "drop-before"])
def test_what_fails_for_now_comes_once_and_a_little_later(collective, smtp_sink, words):
    collective.mailer = SmtpMailer(smtp_sink.url, SENDER)
    smtp_sink.fail(words, times=HITS)
    turns(collective, 30)
    assert {mail.state for mail in mails(collective)} == {MailState.SENT}
    assert sum(mail.attempts for mail in mails(collective)) == HITS
    assert len(copies(smtp_sink)) == MAILS
    assert set(copies(smtp_sink).values()) == {1}, "not one of them could have been accepted before"


@pytest.mark.parametrize("words", ["drop-after", "late 0.4"])
def test_what_may_have_arrived_comes_again_as_the_same_mail(collective, smtp_sink, words, monkeypatch):
    monkeypatch.setattr(post, "AFTER_DATA_SECONDS", 0.15)
    collective.mailer = SmtpMailer(smtp_sink.url, SENDER)
    smtp_sink.fail(words, times=HITS)
    turns(collective, 30)
    assert {mail.state for mail in mails(collective)} == {MailState.SENT}
    repeated = [id_ for id_, number in copies(smtp_sink).items() if number > 1]
    assert len(copies(smtp_sink)) == MAILS
    assert sum(copies(smtp_sink).values()) - MAILS == HITS, "as often as the answer was lost, and no oftener"
    by_id = {f"<{mail.message_id}@post.example.org>": mail.id for mail in mails(collective)}
    with collective.sessions() as session:
        unclear = set(session.scalars(select(Attempt.outbox_id).where(Attempt.outcome == "unclear")))
    assert {by_id[id_] for id_ in repeated} <= unclear


@pytest.mark.parametrize("words", ["rcpt 550", "begin 554", "data 554"])
def test_what_is_refused_for_good_is_given_up_and_seen_and_stops_no_other(collective, smtp_sink, words):
    collective.mailer = SmtpMailer(smtp_sink.url, SENDER)
    smtp_sink.fail(words, times=HITS)
    collective.tick()
    states = Counter(mail.state for mail in mails(collective))
    assert states == {MailState.FAILED: HITS, MailState.SENT: MAILS - HITS}, "within one turn"
    turns(collective, 5)
    assert Counter(mail.state for mail in mails(collective)) == states
    assert len(copies(smtp_sink)) == MAILS - HITS
    assert set(copies(smtp_sink).values()) == {1}


# The mail server as a whole is out of order. No mail is to blame.


@contextmanager
def _refusing_to_sign_in() -> Iterator[str]:
    def talk(connection: socket.socket) -> None:
        with connection, connection.makefile("rwb") as lines:
            for answer in (b"220 here", b"250-here\r\n250 AUTH PLAIN LOGIN", b"535 no", b"535 no", b"221 bye"):
                lines.write(answer + b"\r\n")
                lines.flush()
                if not lines.readline():
                    return

    with _listening(talk) as port:
        yield f"smtp://vera:wrong@127.0.0.1:{port}"


@contextmanager
def _listening(talk: Callable[[socket.socket], None] | None) -> Iterator[int]:
    """A port on which somebody listens; without ``talk`` nobody ever answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                try:
                    if talk is not None:
                        talk(connection)
                except OSError:
                    pass

        thread = threading.Thread(target=serve)
        if talk is not None:
            thread.start()
        yield server.getsockname()[1]
        over.set()
        if talk is not None:
            thread.join(5)


@contextmanager
def _silent() -> Iterator[str]:
    def say_nothing(connection: socket.socket) -> None:
        with connection:
            connection.recv(1)

    with _listening(say_nothing) as port:
        yield f"smtp://127.0.0.1:{port}"


@contextmanager
def _half_open() -> Iterator[str]:
    with _listening(None) as port:
        yield f"smtp://127.0.0.1:{port}"


@contextmanager
def _nobody_there() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    yield f"smtp://127.0.0.1:{port}"


@contextmanager
def _nobody_knows_the_name() -> Iterator[str]:
    yield "smtp://mail.example.invalid:25"


@contextmanager
def _no_encryption(sink: SmtpSink) -> Iterator[str]:
    yield sink.url.replace("smtp://", "smtps://")


OUTAGES = {
    "sign-in refused (535)": _refusing_to_sign_in,
    "silent": _silent,
    "half-open": _half_open,
    "connection refused": _nobody_there,
    "name not known": _nobody_knows_the_name,
}


def check_outage(stage: Stage, sink: SmtpSink, during: Callable[[], None]) -> None:
    """While it lasts no mail uses up a try and coordinators are told; afterwards everything drains by itself."""
    during()
    assert copies(sink) == Counter()
    assert {mail.state for mail in mails(stage)} == {MailState.QUEUED}
    assert {mail.attempts for mail in mails(stage)} == {0}, "no mail is to blame"
    assert trouble(stage), "and coordinators see it"
    with stage.sessions() as session:
        tries = session.scalars(select(Attempt)).all()
    assert 1 <= len(tries) <= 5, "it is left alone for a while, longer each time"
    stage.mailer = SmtpMailer(sink.url, SENDER)
    sink.work()
    turns(stage, 5)
    assert {mail.state for mail in mails(stage)} == {MailState.SENT}
    assert not trouble(stage)
    assert len(copies(sink)) == MAILS
    assert set(copies(sink).values()) == {1}


@pytest.mark.parametrize("name", list(OUTAGES))
def test_a_mail_server_out_of_order_uses_up_no_tries_and_drains_afterwards(collective, smtp_sink, name, monkeypatch):
    monkeypatch.setattr(post, "CONNECT_SECONDS", 0.2)
    if name == "name not known":
        known = socket.getaddrinfo

        def getaddrinfo(host, *rest, **more):
            if host == "mail.example.invalid":
                raise socket.gaierror(-2, "Name or service not known")
            return known(host, *rest, **more)

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with OUTAGES[name]() as url:
        collective.mailer = SmtpMailer(url, SENDER)
        check_outage(collective, smtp_sink, lambda: turns(collective, 4))


@pytest.mark.parametrize("words", ["greet 421", "greet 554", "noise", "mail 550"])
def test_a_mail_server_that_turns_us_away_uses_up_no_tries(collective, smtp_sink, words):
    collective.mailer = SmtpMailer(smtp_sink.url, SENDER)
    smtp_sink.fail(words)
    check_outage(collective, smtp_sink, lambda: turns(collective, 4))


def test_a_mail_server_without_encryption_is_not_talked_to(collective, smtp_sink):
    with _no_encryption(smtp_sink) as url:
        collective.mailer = SmtpMailer(url, SENDER)
        check_outage(collective, smtp_sink, lambda: turns(collective, 4))
