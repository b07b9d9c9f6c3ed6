"""The mails as their readers see them. Each stands in ``golden/``; read the file when it changes, then replace it."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from datetime import date, time
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.reminders.life import BERLIN, Life, utc
from tests.reminders.stage import SITE
from tracker.dates.rules import DayKind, DayStatus, FurtherDay
from tracker.mail import Email
from tracker.reminders.emails import write_mail
from tracker.reminders.look_again import Ready
from tracker.reminders.mail_facts import About
from tracker.reminders.models import Outbox
from tracker.reminders.nags import PlannedNag
from tracker.reminders.rules import MailKind, MailTopic, Reason, Role
from tracker.reminders.verdicts import Part
from tracker.reminders.writing import Writing
from tracker.volunteers.rules import Disclosure

GOLDEN = Path(__file__).parent / "golden"
MESSAGE = "0123456789abcdef0123456789abcdef"
SUBJECT = UUID("00000000-0000-4000-8000-000000000003")
READER = UUID("00000000-0000-4000-8000-000000000001")
MOVED = "2026-12-09 10:00"
VLADIVOSTOK: dict[str, Any] = {"zone": "Asia/Vladivostok", "rules": (7,)}

SITTINGS = (FurtherDay(date(2026, 12, 16), time(10, 0)), FurtherDay(date(2026, 12, 17)))

MORE: dict[str, dict[str, Any]] = {
    "hearing_of_several_days": {"sittings": SITTINGS},
    "days_changed": {"sittings": SITTINGS},
    "hearing_in_a_window": {"latest_on": date(2026, 12, 18)},
    "window_ends_later": {"latest_on": date(2026, 12, 18)},
    "parcel": {"every_months": 3},
}
"""What stands of these days beyond what a life is told."""

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
    "hearing_of_several_days": (dict(**VLADIVOSTOK), {}),
    "hearing_in_a_window": (dict(at=None, rules=(7,)), {}),
    "days_changed": (dict(**VLADIVOSTOK), {"sittings": ["2026-12-16T10:00"]}),
    "window_ends_later": (dict(at=None, rules=(7,)), {"latest_on": "2026-12-22"}),
    "appeal": (dict(kind=DayKind.APPEAL_DEADLINE, at=None, on="2026-12-21", rules=(3,)), {}),
    "appeal_is_not_needed": (
        dict(kind=DayKind.APPEAL_DEADLINE, at=None, on="2026-12-14", rules=(7,)),
        {"status": DayStatus.CANCELLED},
    ),
    "parcel": (dict(kind=DayKind.PARCEL_WINDOW, at=None, on="2026-11-30", rules=(3,)), {}),
    "international_day": (dict(kind=DayKind.INTL_DAY, at=None, on="--12-10", rules=(7,)), {}),
    "belated_birthday": (dict(kind=DayKind.BIRTHDAY, on="1988-12-13", rules=(0,)), {}),
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


def written(
    name: str, disclosure: Disclosure = Disclosure.DISCREET, locale: str = "en", *, watcher: bool = False
) -> Email:
    facts, changes = MAILS[name]
    life = Life(**facts)
    life.day = replace(life.day, **MORE.get(name, {}))
    if name == "belated_birthday":
        life.stands_still("2026-12-12 00:00", "2026-12-15 10:00")
    if changes:
        life.change(MOVED, **changes)
        life.until("2026-12-10 00:00")
    else:
        life.until("2027-04-01 00:00")
    at, planned = life.sent[-1]
    row = Outbox(id=READER, message_id=MESSAGE, kind=planned.kind, day_kind=planned.day_kind, subject_id=SUBJECT)
    row.recipient_id, row.watcher_id = (None, READER) if watcher else (READER, None)
    ready = Ready("vera@example.org", locale, life.reader.zone, planned, disclosure)
    about = IN_FULL if planned.day_kind is DayKind.HEARING else About(IN_FULL.names, path="/prisoners/1")
    if planned.day_kind is DayKind.INTL_DAY:
        about = About(occasion="Human Rights Day")
    return write_mail(Writing(SITE, row, ready, at, about=about if disclosure is Disclosure.FULL else None))


def asked_for(kind: MailKind, facts: dict[str, Any], **ready: Any) -> Email:
    row = Outbox(id=uuid4(), kind=kind, message_id=MESSAGE)
    row.payload = json.dumps(facts)
    return write_mail(Writing(SITE, row, Ready("neu@example.org", "en", BERLIN, **ready), utc("2026-12-09 10:00")))


def compare(email: Email, name: str) -> None:
    """With what stands in ``golden/``, but for the signed part of addresses, which is never the same."""
    for ending, content in (("txt", f"Subject: {email.subject}\n\n{email.text}"), ("html", email.html or "")):
        kept = GOLDEN / f"{name}.{ending}"
        content = re.sub(r"/(u|watching|answers/later|answers/written)/[\w.-]+", r"/\1/TOKEN", content)
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
    compare(written(name, disclosure), f"{disclosure}/{name}")


@pytest.mark.parametrize("name", sorted(MAILS))
def test_a_discreet_mail_names_nobody_and_no_court(name):
    email = written(name)
    for too_much in ("court one", "court two", "vera@", "Vera", str(READER)):
        assert too_much not in email.subject + email.text + (email.html or "")
    assert email.message_id == f"<{MESSAGE}@post.example.org>"
    assert "\n" not in email.subject
    assert SITE.url in email.text


@pytest.mark.parametrize("name", sorted(MAILS))
def test_no_subject_names_anybody_even_in_full(name):
    assert written(name, Disclosure.FULL).subject == written(name).subject


def test_a_minimal_mail_is_the_same_whatever_it_is_about(keyring):
    mails = [written(name, Disclosure.MINIMAL) for name in MAILS]
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
def test_a_question_to_whoever_typed_an_address_is_never_cut_down(keyring, is_known):
    path = "/watching/a-token" if is_known else "/watch/confirm/a-token"
    until = "2026-12-16T12:00:00+00:00"
    facts = {"path": path, "is_known": is_known, "until": until, "zone": "Asia/Vladivostok", "locale": "en"}
    email = asked_for(MailKind.WATCH_CONFIRM, facts, disclosure=Disclosure.MINIMAL)
    assert path in email.text, "without its link it would be of no use"
    assert "hearing" not in email.subject


def test_days_to_go_are_those_of_the_day_of_sending():
    life = Life(rules=(2,)).stands_still("2026-12-12 00:00", "2026-12-14 10:00").until("2026-12-20 00:00")
    [(at, planned)] = life.sent
    assert (at, planned.days_to_go) == (utc("2026-12-14 10:00"), 1)
    ready = Ready("v@example.org", "en", BERLIN, planned)
    email = write_mail(Writing(SITE, Outbox(message_id="x", kind=planned.kind), ready, at))
    assert "That is tomorrow." in email.text


@pytest.mark.parametrize("disclosure", [Disclosure.DISCREET, Disclosure.FULL])
@pytest.mark.parametrize("name", ["hearing", "cancelled"])
def test_a_court_watcher_is_led_to_her_page_and_never_asked_to_sign_in(name, disclosure):
    email = written(name, disclosure, watcher=True)
    assert "Sign in" not in email.text
    assert "/watching/" in email.text
    assert "/hearings/" not in email.text
    compare(email, f"{disclosure}/watcher_{name}")


def silence(kind: MailKind, topic: MailTopic) -> PlannedNag:
    return PlannedNag(
        person_id=READER,
        kind=kind,
        topic=topic,
        subject_id=SUBJECT,
        prisoner_id=SUBJECT,
        writer_id=READER,
        occurrence_key="2026-11-08 1",
        due_at=utc("2026-12-08 07:00"),
        expires_at=utc("2026-12-15 07:00"),
        reason=Reason.NOT_WRITTEN_SINCE,
        since_on=date(2026, 11, 8),
        days_since=30,
    )


def of_a_silence(kind: MailKind, topic: MailTopic, disclosure: Disclosure, **ready: Any) -> Email:
    row = Outbox(id=SUBJECT, message_id=MESSAGE, kind=kind, recipient_id=READER)
    about = About(IN_FULL.names, path="/prisoners/1") if disclosure is Disclosure.FULL else None
    facts = {"nag": silence(kind, topic)} | ready
    to = Ready("vera@example.org", "en", BERLIN, disclosure=disclosure, **facts)
    return write_mail(Writing(SITE, row, to, utc("2026-12-08 07:00"), about=about))


@pytest.mark.parametrize("disclosure", [Disclosure.DISCREET, Disclosure.FULL])
@pytest.mark.parametrize("topic", [MailTopic.NO_LETTER, MailTopic.REPLY_UNANSWERED])
@pytest.mark.parametrize("kind", [MailKind.NAG, MailKind.ESCALATION])
def test_a_mail_about_a_silence_reads_well(kind, topic, disclosure):
    compare(of_a_silence(kind, topic, disclosure), f"{disclosure}/{kind}_{topic}")


def test_a_gathered_mail_reads_well():
    planned = Life(kind=DayKind.BIRTHDAY, on="1988-02-29", rules=(21,)).until("2027-02-08 00:00").sent[-1][1]
    parts = (
        Part(Outbox(id=READER, kind=MailKind.NAG), nag=silence(MailKind.NAG, MailTopic.NO_LETTER)),
        Part(Outbox(kind=MailKind.REMINDER), planned=planned),
    )
    email = of_a_silence(MailKind.DIGEST, MailTopic.NO_LETTER, Disclosure.DISCREET, nag=None, parts=parts)
    compare(email, "discreet/digest")
    assert "List-Unsubscribe" not in email.headers


@pytest.mark.parametrize("is_known", [False, True])
def test_a_question_to_a_court_watcher_reads_well(keyring, is_known):
    facts = {"path": "/watching/TOKEN", "is_known": is_known, "until": "2026-12-16T12:00:00+00:00", "zone": BERLIN}
    compare(asked_for(MailKind.WATCH_CONFIRM, facts), f"watch_{'known' if is_known else 'confirm'}")


def test_a_test_of_encryption_reads_well(keyring):
    compare(asked_for(MailKind.KEY_TEST, {}), "key_test")


# What stands around the text


def test_both_forms_are_complete_and_load_nothing_from_anywhere():
    for name in MAILS:
        for disclosure in Disclosure:
            email = written(name, disclosure)
            html = email.html or ""
            assert not re.search(r"<(img|script|link|iframe|svg)|url\(|src=|style=|http-equiv", html)
            as_text = unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(style|title)>.*?</\1>", "", html)))
            for line in email.text.partition("\n-- \n")[0].splitlines():
                said = line.rstrip(":").partition(": ")[2] or line.rstrip(":")
                assert line.startswith("https://") or " ".join(said.split()) in " ".join(as_text.split())


def test_all_mails_about_one_day_to_one_reader_refer_to_one_root_that_tells_nothing():
    roots = {written(name).headers["References"] for name in ("hearing", "postponed", "cancelled")}
    assert len(roots) == 1
    [root] = roots
    assert re.fullmatch(r"<[0-9a-f]{32}@post\.example\.org>", root)
    assert written("custody").headers["References"] != root
    assert written("hearing").headers["In-Reply-To"] == root


def test_every_kind_has_a_list_of_its_own():
    assert written("hearing").headers["List-Id"] == "<hearing.post.example.org>"
    assert written("custody").headers["List-Id"] == "<detention-until.post.example.org>"


def test_one_click_is_signed_for_reader_and_kind():
    headers = written("birthday").headers
    token = headers["List-Unsubscribe"].removeprefix("<https://post.example.org/u/").removesuffix(">")
    assert SITE.links.read_unsubscribe(token) == (READER, MailTopic.BIRTHDAY)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_answers_go_to_the_collective_and_bounces_to_where_a_program_reads_them():
    planned = Life(rules=(7,)).until("2026-12-10 00:00").sent[-1][1]
    row = Outbox(message_id=MESSAGE, kind=planned.kind, recipient_id=READER)
    ready = Ready("vera@example.org", "en", BERLIN, planned, reply_to="group@example.org")
    site = replace(SITE, bounce_address="bounces@post.example.org")
    email = write_mail(Writing(site, row, ready, utc("2026-12-08 07:00")))
    assert email.headers["Reply-To"] == "group@example.org"
    assert re.fullmatch(r"bounces\+[a-z2-7]{42}@post\.example\.org", email.envelope_sender or "")
    assert written("hearing").envelope_sender is None


def test_a_russian_reader_sees_days_as_they_are_written_in_russian(monkeypatch):
    monkeypatch.setattr("tracker.reminders.emails.OF_PAGES", ("en", "ru"))
    email = written("hearing", locale="ru")
    assert "вторник, 15 декабря 2026" in email.text
    assert 'lang="ru"' in (email.html or "")
