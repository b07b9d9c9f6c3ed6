"""Mails about silences and gathered mails that may say all, or nothing, as their readers see them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from tests.factories import make_assignment, make_coordinator, make_prisoner, make_volunteer
from tests.reminders.life import BERLIN, Life, utc
from tests.reminders.stage import SITE
from tests.reminders.test_emails import READER, SUBJECT, compare, silence
from tracker.dates.rules import DayKind
from tracker.mail import Email
from tracker.reminders.emails import writers
from tracker.reminders.look_again import Ready
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind, MailTopic
from tracker.reminders.verdicts import Part
from tracker.volunteers.rules import Disclosure

NOW = utc("2026-12-08 07:00")


@pytest.fixture(autouse=True)
def _in_the_application(quiet_app):
    with quiet_app.app_context():
        yield


@pytest.fixture
def vera(session):
    """She writes to two people; one has a name in one script only."""
    made = make_volunteer(session, "Вера")
    for number, name in ((4, "Pyotr Vymyshlenny"), (5, "Очень-Длинная Фамилия-Выдуманская-Никогда")):
        local = "Пётр Вымышленный" if number == 4 else None
        make_assignment(session, make_prisoner(session, name, id=prisoner(number), name_local=local), made)
    return made


def prisoner(number: int) -> UUID:
    return UUID(f"00000000-0000-4000-8000-00000000000{number}")


def a_mail(kind: MailKind, reader_id: UUID, number: int = 4, **facts) -> Outbox:
    row = Outbox(kind=kind, message_id="0123abcd", recipient_id=reader_id, prisoner_id=prisoner(number), **facts)
    row.id = READER
    return row


def write(session, mail: Outbox, disclosure: Disclosure, **facts) -> Email:
    ready = Ready("vera@example.org", "en", BERLIN, disclosure=disclosure, **facts)
    return writers(SITE)[mail.kind](session, mail, ready, NOW)


def a_digest(session, vera, disclosure: Disclosure) -> Email:
    birthday = Life(kind=DayKind.BIRTHDAY, on="1988-02-29", rules=(21,)).until("2027-02-08 00:00").sent[-1][1]
    birthday = replace(birthday, prisoner_ids=(prisoner(5),))
    told = replace(silence(MailKind.ESCALATION, MailTopic.REPLY_UNANSWERED), writer_id=vera.id)
    parts = (
        Part(a_mail(MailKind.NAG, vera.id), nag=silence(MailKind.NAG, MailTopic.NO_LETTER)),
        Part(a_mail(MailKind.ESCALATION, vera.id), nag=told),
        Part(a_mail(MailKind.REMINDER, vera.id, 5, day_kind=DayKind.BIRTHDAY), planned=birthday),
    )
    digest = Outbox(id=SUBJECT, kind=MailKind.DIGEST, message_id="0123abcd", recipient_id=vera.id)
    return write(session, digest, disclosure, parts=parts)


def test_a_gathered_mail_in_full_says_of_each_part_who_it_is_about(session, vera):
    compare(a_digest(session, vera, Disclosure.FULL), "full/digest")


def test_a_gathered_mail_that_is_discreet_names_nobody(session, vera):
    email = a_digest(session, vera, Disclosure.DISCREET)
    for name in ("Vymyshlenny", "Вымышленный", "Фамилия", "Вера"):
        assert name not in email.subject + email.text + (email.html or "")


def test_a_note_to_a_coordinator_in_full_says_who_writes(session, vera):
    cora = make_coordinator(session, "Кора")
    told = replace(silence(MailKind.ESCALATION, MailTopic.NO_LETTER), writer_id=vera.id)
    compare(write(session, a_mail(MailKind.ESCALATION, cora.id), Disclosure.FULL, nag=told), "full/escalation")


def test_minimal_mails_of_these_kinds_are_the_minimal_mail_and_tell_no_kind(session, vera):
    for kind in (MailKind.NAG, MailKind.ESCALATION):
        for topic in (MailTopic.NO_LETTER, MailTopic.REPLY_UNANSWERED):
            mail = write(session, a_mail(kind, vera.id), Disclosure.MINIMAL, nag=silence(kind, topic))
            compare(mail, "minimal")
            assert "List-Id" not in mail.headers
    digest = a_digest(session, vera, Disclosure.MINIMAL)
    compare(digest, "minimal")
    assert digest.headers == {}
