"""The mails as their readers see them. Each stands in ``golden/``; read the file when it changes, then replace it."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.reminders.life import BERLIN, Life, utc
from tests.reminders.stage import SITE
from tracker.dates.rules import DayKind, DayStatus
from tracker.mail import Email
from tracker.reminders.emails import write_mail
from tracker.reminders.look_again import Ready
from tracker.reminders.mail_facts import About
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind, Role
from tracker.reminders.writing import Writing
from tracker.volunteers.rules import Disclosure

GOLDEN = Path(__file__).parent / "golden"
READER = UUID("00000000-0000-4000-8000-000000000001")
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


IN_FULL = About(
    names=("Пётр Вымышленный (Pyotr Vymyshlenny)",),
    court="Выдуманский городской суд (Vydumansky City Court)",
    place="690000, г. Выдуманск, ул. Несуществующая, 1 (ul. Nesushchestvuyushchaya 1, Vydumansk)",
    case="The Case of the Paper Boat",
    expected="Extension of custody. Come and be seen; bring a passport & wait in room 3 <left>.",
    going=("Vera", "Мирослава"),
    watchers_going=2,
    path="/hearings/00000000-0000-4000-8000-000000000002",
)


def written(facts: dict[str, Any], changes: dict[str, Any], disclosure: Disclosure = Disclosure.DISCREET) -> Email:
    life = Life(**facts)
    if changes:
        life.change(MOVED, **changes)
        life.until("2026-12-10 00:00")
    else:
        life.until("2027-04-01 00:00")
    at, planned = life.sent[-1]
    row = Outbox(message_id="0123abcd", kind=planned.kind, recipient_id=READER)
    ready = Ready("vera@example.org", "en", life.reader.zone, planned, disclosure)
    about = IN_FULL if planned.day_kind is DayKind.HEARING else About(IN_FULL.names, path="/prisoners/1")
    return write_mail(Writing(SITE, row, ready, at, about=about if disclosure is Disclosure.FULL else None))


def asked_for(kind: MailKind, facts: dict[str, Any], **ready: Any) -> Email:
    row = Outbox(id=uuid4(), kind=kind, message_id="0123abcd")
    row.payload = json.dumps(facts)
    return write_mail(Writing(SITE, row, Ready("neu@example.org", "en", BERLIN, **ready), utc("2026-12-09 10:00")))


def compare(email: Email, name: str) -> None:
    """With what stands in ``golden/``, but for the signed part of addresses, which is never the same."""
    for ending, content in (("txt", f"Subject: {email.subject}\n\n{email.text}"), ("html", email.html or "")):
        kept = GOLDEN / f"{name}.{ending}"
        content = re.sub(r"/u/[\w-]+", "/u/TOKEN", content)
        if os.environ.get("TRACKER_TEST_WRITE_GOLDEN"):
            kept.parent.mkdir(exist_ok=True)
            kept.write_text(content, encoding="utf-8")
        assert content == kept.read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _in_the_application(quiet_app):
    with quiet_app.app_context():
        yield


@pytest.mark.parametrize("disclosure", [Disclosure.DISCREET, Disclosure.FULL])
@pytest.mark.parametrize("name", sorted(MAILS))
def test_a_mail_about_a_day_reads_well(name, disclosure):
    compare(written(*MAILS[name], disclosure), f"{disclosure}/{name}")


@pytest.mark.parametrize("name", sorted(MAILS))
def test_a_discreet_mail_names_nobody_and_no_court(name):
    email = written(*MAILS[name])
    for too_much in ("court one", "court two", "vera", "Vera", str(READER)):
        assert too_much not in email.subject + email.text + (email.html or "")
    assert email.message_id == "<0123abcd@post.example.org>"
    assert "\n" not in email.subject
    assert SITE.url in email.text


@pytest.mark.parametrize("name", sorted(MAILS))
def test_no_subject_names_anybody_even_in_full(name):
    assert written(*MAILS[name], Disclosure.FULL).subject == written(*MAILS[name]).subject


def test_a_minimal_mail_is_the_same_whatever_it_is_about(keyring):
    mails = [written(*each, Disclosure.MINIMAL) for each in MAILS.values()]
    mails.append(asked_for(MailKind.ASSIGNED, {"days": 2}, disclosure=Disclosure.MINIMAL))
    mails.append(asked_for(MailKind.ADDRESS_TROUBLE, {}, disclosure=Disclosure.MINIMAL))
    assert len({(email.subject, email.text, email.html) for email in mails}) == 1
    headers = {tuple(sorted(email.headers)) for email in mails[:-2]}
    assert headers == {("List-Unsubscribe", "List-Unsubscribe-Post")}
    assert len({len(email.headers["List-Unsubscribe"]) for email in mails[:-2]}) == 1
    compare(mails[0], "minimal")


def test_an_invitation_carries_its_link_and_when_it_ends(keyring):
    facts = {"path": "/welcome/a-token", "until": "2026-12-16T12:00:00+00:00", "locale": "en"}
    compare(asked_for(MailKind.INVITATION, facts), "invitation")


def test_an_invitation_is_never_cut_down(keyring):
    facts = {"path": "/welcome/a-token", "until": "2026-12-16T12:00:00+00:00"}
    email = asked_for(MailKind.INVITATION, facts, disclosure=Disclosure.MINIMAL)
    assert "/welcome/a-token" in email.text


def test_whoever_is_assigned_learns_that_there_is_somebody_new_and_no_name(keyring):
    compare(asked_for(MailKind.ASSIGNED, {"days": 2}), "assigned")


def test_a_reader_whose_language_is_not_spoken_here_gets_english(keyring):
    row = Outbox(id=uuid4(), kind=MailKind.ASSIGNED, message_id="0123abcd")
    row.payload = json.dumps({"days": 2})
    ready = Ready("vera@example.org", "not a language", BERLIN)
    compare(write_mail(Writing(SITE, row, ready, utc("2026-12-09 10:00"))), "assigned")


def test_a_coordinator_hears_that_mail_does_not_reach_somebody(keyring):
    compare(asked_for(MailKind.ADDRESS_TROUBLE, {}), "address_trouble")
    compare(asked_for(MailKind.ADDRESS_TROUBLE, {"for_now": True}), "address_trouble_for_now")


@pytest.mark.parametrize("is_known", [False, True], ids=["new", "known"])
def test_whoever_typed_an_address_is_asked_and_reads_nothing_of_whose_hearings_they_are(keyring, is_known):
    path = "/watching/a-token" if is_known else "/watch/confirm/a-token"
    until = "2026-12-16T12:00:00+00:00"
    facts = {"path": path, "is_known": is_known, "until": until, "zone": "Asia/Vladivostok", "locale": "en"}
    email = asked_for(MailKind.WATCH_CONFIRM, facts, disclosure=Disclosure.MINIMAL)
    assert path in email.text, "without its link it would be of no use"
    compare(email, "watch_confirm_known" if is_known else "watch_confirm")


def test_days_to_go_are_those_of_the_day_of_sending():
    life = Life(rules=(2,)).stands_still("2026-12-12 00:00", "2026-12-14 10:00").until("2026-12-20 00:00")
    [(at, planned)] = life.sent
    assert (at, planned.days_to_go) == (utc("2026-12-14 10:00"), 1)
    ready = Ready("v@example.org", "en", BERLIN, planned)
    email = write_mail(Writing(SITE, Outbox(message_id="x", kind=planned.kind), ready, at))
    assert "That is tomorrow." in email.text
