"""Mails that only their reader can open, as they go over the wire."""

from __future__ import annotations

import email.policy
from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from pysequoia import Tsk, decrypt
from sqlalchemy.orm import Session

from tests.factories import make_volunteer
from tests.openpgp.conftest import NAME
from tests.reminders.life import Life
from tests.reminders.stage import SITE
from tracker import clock
from tracker.mail import Email, compose
from tracker.openpgp.actions import keep_key, send_test
from tracker.openpgp.keys import read_key
from tracker.reminders.emails import write_mail
from tracker.reminders.mail_facts import About
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind
from tracker.reminders.verdicts import Ready
from tracker.reminders.writing import Writing
from tracker.volunteers.models import Volunteer
from tracker.volunteers.rules import Disclosure, KeyState

NAMED = About(names=("Пётр Вымышленный",), court="Выдуманский городской суд", path="/hearings/1")


@pytest.fixture
def vera(session: Session, public: str) -> Volunteer:
    made = make_volunteer(session, email="vera@example.org")
    keep_key(made, read_key(public.encode(), clock.now()))
    session.commit()
    return made


def hearing(session: Session, reader: Volunteer, *, days: int = 0, key: str | None = None) -> Email:
    """A mail about a hearing that says all, encrypted to her key, ``days`` from now."""
    planned = Life(rules=(7,)).until("2026-12-10 00:00").sent[-1][1]
    row = Outbox(message_id="0123abcd", kind=MailKind.REMINDER, recipient_id=reader.id)
    ready = Ready("vera@example.org", "en", "Europe/Berlin", planned, Disclosure.FULL, pgp_key=key or reader.pgp_key)
    return write_mail(Writing(SITE, row, ready, clock.now() + timedelta(days=days), session, NAMED))


def sent(mail: Email) -> EmailMessage:
    raw = compose(mail, "Tracker <post@tracker.example>", clock.now()).as_bytes()
    return BytesParser(_class=EmailMessage, policy=email.policy.default).parsebytes(raw)


@pytest.fixture(autouse=True)
def _in_the_application(app):
    with app.app_context():
        yield


def test_a_mail_is_encrypted_as_rfc_3156_says_and_opens_with_her_key(session, vera, private):
    outer = sent(hearing(session, vera))
    assert outer.get_content_type() == "multipart/encrypted"
    assert outer.get_param("protocol") == "application/pgp-encrypted"
    version, content = outer.iter_parts()
    assert version.get_content_type() == "application/pgp-encrypted"
    assert str(version.get_payload()).strip() == "Version: 1"
    assert content.get_content_type() == "application/octet-stream"
    opened = decrypt(str(content.get_payload()).encode(), decryptor=private.decryptor()).bytes
    inner = BytesParser(_class=EmailMessage, policy=email.policy.default).parsebytes(opened or b"")
    assert inner.get_content_type() == "multipart/alternative"
    assert inner.get_param("protected-headers") == "v1"
    assert inner["Subject"] == "Reminder: hearing, Tue 15 Dec"
    text, html = inner.iter_parts()
    assert "Выдуманский городской суд" in text.get_content()
    assert "Выдуманский городской суд" in html.get_content()


def test_outside_nothing_tells_what_it_is_about(session, vera):
    mail = hearing(session, vera)
    outer = sent(mail)
    assert outer["Subject"] == "A message for you"
    assert not {"List-Id", "References", "In-Reply-To"} & set(outer.keys())
    assert (mail.text, mail.html) == ("", None)
    assert "hearing" not in outer.as_string().casefold()


@pytest.mark.parametrize("state", [KeyState.EXPIRED, KeyState.UNUSABLE])
def test_a_key_that_can_no_longer_be_used_leaves_a_minimal_mail_and_a_mark(session, vera, state):
    if state is KeyState.EXPIRED:
        cert = Tsk.generate(NAME, validity_seconds=3600).extract_certificate()
        mail = hearing(session, vera, days=1, key=str(cert))
    else:
        mail = hearing(session, vera, key="what a broken backup left of it")
    assert mail.encrypted is None
    assert (mail.subject, mail.text) == (
        "A message for you",
        "There is something here for you to look at:\nhttps://post.example.org/\n",
    )
    assert "List-Id" not in mail.headers
    session.commit()
    session.refresh(vera)
    assert vera.pgp_state is state


def test_a_test_is_never_cut_down_and_comes_encrypted(session, vera, private):
    send_test(session, vera, clock.now())
    session.flush()
    row = Outbox(message_id="0123abcd", kind=MailKind.KEY_TEST, recipient_id=vera.id)
    ready = Ready("vera@example.org", "en", "Europe/Berlin", disclosure=Disclosure.MINIMAL, pgp_key=vera.pgp_key)
    mail = write_mail(Writing(SITE, row, ready, clock.now(), session))
    assert b"You can read this" in (decrypt(mail.encrypted or b"", decryptor=private.decryptor()).bytes or b"")
