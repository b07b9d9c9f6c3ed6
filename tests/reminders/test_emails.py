"""The mails as their readers see them. Each stands in ``golden/``; read the file when it changes, then replace it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.reminders.life import BERLIN, Life, utc
from tests.reminders.stage import SITE
from tracker.dates.rules import DayKind, DayStatus
from tracker.mail import Email
from tracker.reminders.emails import day_mail, plain_mail
from tracker.reminders.look_again import Ready
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind, Role

GOLDEN = Path(__file__).parent / "golden"
MOVED = "2026-12-09 10:00"
VLADIVOSTOK: dict[str, Any] = {"zone": "Asia/Vladivostok", "rules": (7,)}

MAILS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "hearing": (dict(**VLADIVOSTOK), {}),
    "hearing_same_clock": (dict(zone=BERLIN, rules=(7,)), {}),
    "hearing_without_time": (dict(at=None, rules=(7,)), {}),
    "hearing_today": (dict(zone=BERLIN, rules=(0,)), {}),
    "hearing_at_short_notice": (dict(entered="2026-12-14 12:00", rules=(7,)), {}),
    "postponed": (dict(**VLADIVOSTOK), {"on": "2027-01-19"}),
    "brought_forward": (dict(**VLADIVOSTOK), {"on": "2026-12-11"}),
    "cancelled": (dict(**VLADIVOSTOK), {"status": DayStatus.CANCELLED}),
    "postponed_no_date": (dict(**VLADIVOSTOK), {"status": DayStatus.SINE_DIE, "on": None, "at": None}),
    "time_set": (dict(at=None, rules=(7,)), {"at": "15:00"}),
    "time_changed": (dict(**VLADIVOSTOK), {"at": "15:00"}),
    "place_changed": (dict(**VLADIVOSTOK), {"place": "court two"}),
    "date_needed": (dict(on="2027-01", at=None, roles=(Role.COORDINATORS,)), {}),
    "custody": (dict(kind=DayKind.DETENTION_UNTIL, at=None, on="2026-12-20", rules=(7,)), {}),
    "release": (dict(kind=DayKind.RELEASE, at=None, rules=(1,)), {}),
    "birthday": (dict(kind=DayKind.BIRTHDAY, on="1988-02-29", rules=(21,)), {}),
    "birthday_in_some_month": (dict(kind=DayKind.BIRTHDAY, on="1988-03", rules=(21,)), {}),
    "arrest_anniversary": (dict(kind=DayKind.ARREST_ANNIVERSARY, on="2024-01-10", rules=(14,)), {}),
}


def last_mail(life: Life, changes: dict[str, Any]) -> Email:
    if changes:
        life.change(MOVED, **changes)
        life.until("2026-12-10 00:00")
    else:
        life.until("2027-04-01 00:00")
    at, planned = life.sent[-1]
    row = Outbox(message_id="0123abcd", kind=planned.kind)
    ready = Ready("vera@example.org", "en", life.reader.zone, planned)
    return day_mail(SITE, row, ready, at)


def compare(email: Email, name: str) -> None:
    written = f"Subject: {email.subject}\n\n{email.text}"
    assert written == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _in_the_application(quiet_app):
    with quiet_app.app_context():
        yield


@pytest.mark.parametrize("name", sorted(MAILS))
def test_a_mail_about_a_day_reads_well(name):
    facts, changes = MAILS[name]
    compare(last_mail(Life(**facts), changes), name)


@pytest.mark.parametrize("name", sorted(MAILS))
def test_no_mail_tells_too_much(name):
    """Neither the court nor anybody's name can be in it: the mail is written without knowing them."""
    facts, changes = MAILS[name]
    life = Life(**facts)
    email = last_mail(life, changes)
    for too_much in ("court one", "court two", "vera", str(life.day.subject_id)):
        assert too_much not in email.subject + email.text
    assert email.message_id == "<0123abcd@post.example.org>"
    assert "\n" not in email.subject
    assert SITE.url in email.text


def test_an_invitation_carries_its_link_and_when_it_ends(keyring):
    row = Outbox(id=uuid4(), kind=MailKind.INVITATION, message_id="0123abcd")
    row.payload = json.dumps({"path": "/welcome/a-token", "until": "2026-12-16T12:00:00+00:00", "locale": "en"})
    compare(plain_mail(SITE, row, Ready("neu@example.org", "en", BERLIN)), "invitation")


def test_whoever_is_assigned_learns_that_there_is_somebody_new_and_no_name(keyring):
    row = Outbox(id=uuid4(), kind=MailKind.ASSIGNED, message_id="0123abcd")
    row.payload = json.dumps({"days": 2})
    compare(plain_mail(SITE, row, Ready("vera@example.org", "en", BERLIN)), "assigned")


def test_a_reader_whose_language_is_not_spoken_here_gets_english(keyring):
    row = Outbox(id=uuid4(), kind=MailKind.ASSIGNED, message_id="0123abcd")
    row.payload = json.dumps({"days": 2})
    compare(plain_mail(SITE, row, Ready("vera@example.org", "not a language", BERLIN)), "assigned")


def test_days_to_go_are_those_of_the_day_of_sending():
    life = Life(rules=(2,)).stands_still("2026-12-12 00:00", "2026-12-14 10:00").until("2026-12-20 00:00")
    [(at, planned)] = life.sent
    assert (at, planned.days_to_go) == (utc("2026-12-14 10:00"), 1)
    email = day_mail(SITE, Outbox(message_id="x", kind=planned.kind), Ready("v@example.org", "en", BERLIN, planned), at)
    assert "That is tomorrow." in email.text
