"""Mail that comes back: made-up and repeated bounces change nothing, real ones reach whoever can help."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_coordinator, make_volunteer, make_watcher
from tracker import clock
from tracker.accounts.actions import change_email
from tracker.reminders.actions import queue_mail
from tracker.reminders.bounces import NotABounce, Verdict, bounce_address, read_bounce, take_bounce
from tracker.reminders.models import Attempt, Outbox
from tracker.reminders.rules import MailKind, MailState, Reason
from tracker.volunteers.models import AddressState, Volunteer

SECRET = b"a secret of the tests, long enough to pass the check"
BOUNCES = "bounces@post.example.org"
MESSAGE = "00112233445566778899aabbccddeeff"

REPORT = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mail.example.org>
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

К сожалению, письмо не доставлено.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
Arrival-Date: Tue, 15 Dec 2026 10:00:00 +0000

Final-Recipient: rfc822; vera@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: message/rfc822

Subject: Reminder: hearing, Tue 15 Dec

--b--
"""


def report(message_id: str = MESSAGE, *, action: str = "failed", status: str = "5.1.1", to: str | None = None) -> bytes:
    to = to or bounce_address(BOUNCES, message_id, SECRET)
    return REPORT.format(to=to, action=action, status=status).replace("\n", "\r\n").encode()


def sent_mail(session: Session, *, recipient: UUID | None = None, watcher: UUID | None = None, ago: int = 0) -> Outbox:
    """A mail that the mail server accepted so many minutes ago."""
    now = clock.now() - timedelta(minutes=ago)
    mail = queue_mail(session, MailKind.ASSIGNED, now=now, expires_at=now + timedelta(days=3), recipient_id=recipient)
    mail.watcher_id = watcher
    mail.state, mail.accepted_at, mail.tried_at, mail.tries = MailState.SENT, now, now, 1
    session.flush()
    return mail


def comes_back(session: Session, mail: Outbox, status: str = "5.1.1", action: str = "failed") -> bool:
    raw = report(mail.message_id, action=action, status=status)
    taken = take_bounce(session, read_bounce(raw, SECRET), clock.now())
    session.commit()
    session.expire_all()
    return taken


def told_to(session: Session) -> list[UUID | None]:
    return list(session.scalars(select(Outbox.recipient_id).where(Outbox.kind == MailKind.ADDRESS_TROUBLE)))


@pytest.fixture
def vera(session: Session) -> Volunteer:
    return make_volunteer(session, email="vera@example.org")


@pytest.fixture
def cora(session: Session) -> Volunteer:
    return make_coordinator(session, email="cora@example.org")


# What a bounce says


def test_the_address_for_bounces_fits_any_mail_server_and_tells_nothing():
    address = bounce_address("bounces@post.example.org", MESSAGE, SECRET)
    local = address.partition("@")[0]
    assert len(local) <= 64
    assert local == local.lower()
    assert MESSAGE not in address


@pytest.mark.parametrize(
    "action, status, verdict",
    [
        ("failed", "5.1.1", Verdict.NO_SUCH_ADDRESS),
        ("failed", "5.1.10", Verdict.NO_SUCH_ADDRESS),
        ("failed", "5.2.1", Verdict.NO_SUCH_ADDRESS),
        ("failed", "5.0.0", Verdict.NO_SUCH_ADDRESS),
        ("failed", "5.1.8", Verdict.NOT_THIS_MAIL),
        ("failed", "5.7.1", Verdict.NOT_THIS_MAIL),
        ("failed", "5.2.2", Verdict.NOT_FOR_NOW),
        ("failed", "4.4.7", Verdict.NOT_FOR_NOW),
        ("failed", "", Verdict.NOT_FOR_NOW),
        ("delayed", "4.4.1", Verdict.NOTHING_YET),
        ("delivered", "2.0.0", Verdict.NOTHING_YET),
    ],
)
def test_what_a_bounce_says_depends_on_its_code(action, status, verdict):
    assert read_bounce(report(action=action, status=status), SECRET).verdict is verdict


def test_the_mail_is_found_however_the_server_writes_the_address():
    address = bounce_address(BOUNCES, MESSAGE, SECRET)
    for to in (address.upper(), f"Undisclosed <{address}>"):
        assert read_bounce(report(to=to), SECRET).message_id == MESSAGE
    assert read_bounce(report(to=BOUNCES), SECRET, recipient=address).message_id == MESSAGE


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00 nothing of sense",
        report(to=BOUNCES),
        report(to=bounce_address(BOUNCES, MESSAGE, b"another secret")),
        report(to="bounces+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@post.example.org"),
        f"To: {bounce_address(BOUNCES, MESSAGE, SECRET)}\r\n\r\nI am on holiday.".encode(),
        b"Content-Type: message/rfc822\n\n" * 30_000,
    ],
)
def test_what_is_no_bounce_of_ours_is_passed_over(raw):
    with pytest.raises(NotABounce):
        read_bounce(raw, SECRET)


# What follows from it


def test_no_such_address_marks_it_gives_the_mail_up_and_tells_coordinators_once(session, vera, cora):
    first, second = sent_mail(session, recipient=vera.id, ago=9), sent_mail(session, recipient=vera.id)
    assert comes_back(session, first)
    assert not comes_back(session, first), "the same bounce once more"
    assert comes_back(session, second)
    assert vera.address_state is AddressState.REFUSED
    assert (first.state, first.reason, first.accepted_at) == (MailState.FAILED, Reason.ADDRESS_REFUSED, None)
    assert told_to(session) == [cora.id]
    outcomes = session.execute(select(Attempt.outcome, Attempt.code).where(Attempt.outbox_id == first.id)).all()
    assert [tuple(row) for row in outcomes] == [("bounced", 511)]


def test_a_mail_that_is_refused_for_its_text_says_nothing_about_the_address(session, vera, cora):
    mail = sent_mail(session, recipient=vera.id)
    assert comes_back(session, mail, "5.7.1")
    assert (mail.reason, vera.address_state) == (Reason.CONTENT_REFUSED, AddressState.FINE)
    assert told_to(session) == []


def test_the_third_in_a_row_that_fails_for_now_is_told_and_no_other(session, vera, cora):
    mails = [sent_mail(session, recipient=vera.id, ago=60 - n) for n in range(4)]
    counts = []
    for mail in mails:
        comes_back(session, mail, "4.4.7")
        counts.append((vera.bounces, len(told_to(session))))
    assert counts == [(1, 0), (2, 0), (3, 1), (4, 1)]
    assert vera.address_state is AddressState.FINE
    assert mails[0].reason is Reason.BOUNCED


def test_a_mail_that_arrives_in_between_begins_the_count_anew(session, vera, cora):
    one, two, arrives, three = (sent_mail(session, recipient=vera.id, ago=60 - n) for n in range(4))
    for mail in (one, two, three):
        comes_back(session, mail, "5.2.2")
    assert (vera.bounces, told_to(session)) == (1, [])
    assert arrives.state is MailState.SENT


def test_a_court_watcher_is_marked_too(session, cora):
    watcher = make_watcher(session)
    assert comes_back(session, sent_mail(session, watcher=watcher.id))
    assert watcher.address_state is AddressState.REFUSED
    assert told_to(session) == [cora.id]


def test_a_coordinator_is_not_told_of_her_own_address(session, cora):
    cleo = make_coordinator(session, "cleo")
    comes_back(session, sent_mail(session, recipient=cora.id))
    assert told_to(session) == [cleo.id]


def test_a_delay_is_no_failure(session, vera, cora):
    mail = sent_mail(session, recipient=vera.id)
    assert not comes_back(session, mail, "4.4.1", action="delayed")
    assert (mail.state, vera.bounces) == (MailState.SENT, 0)


def test_a_corrected_address_gets_at_once_what_could_not_be_delivered_and_is_still_of_use(session, vera, cora):
    useful, over, told = (sent_mail(session, recipient=vera.id, ago=n) for n in (3, 2, 1))
    for mail in (useful, over, told):
        comes_back(session, mail)
    over.expires_at = clock.now() - timedelta(hours=1)
    told.handled_at = clock.now()
    change_email(session, vera, "vera.new@example.org", clock.now())
    session.commit()
    session.expire_all()
    assert (useful.state, useful.reason) == (MailState.QUEUED, Reason.RETRIED)
    assert (over.state, told.state) == (MailState.FAILED, MailState.FAILED)
    assert (vera.address_state, vera.bounces) == (AddressState.FINE, 0)


def test_the_mail_server_hands_a_bounce_to_the_command(app: Flask, session, vera, cora):
    mail = sent_mail(session, recipient=vera.id)
    message_id = mail.message_id
    session.commit()
    runner = app.test_cli_runner()
    noted = runner.invoke(args=["mail", "bounced"], input=report(message_id))
    assert (noted.exit_code, noted.output) == (0, "Noted: no_such_address.\n")
    ignored = runner.invoke(args=["mail", "bounced"], input=b"Subject: holiday\r\n\r\nI am away.")
    assert (ignored.exit_code, ignored.output) == (0, "Passed over: no bounce of a mail of ours.\n")
    session.expire_all()
    assert vera.address_state is AddressState.REFUSED
