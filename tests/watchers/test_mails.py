"""The mails of a court watcher, from the address that is typed to the reminder, through the real sender."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy.orm import Session

from tests.support.client import FormClient
from tests.watchers.conftest import ADDRESS
from tracker import clock
from tracker.cases.models import Case
from tracker.dates.models import Hearing
from tracker.mail import Email, MemoryMailer
from tracker.reminders.desk import desk_of
from tracker.reminders.jobs import plan_due, send_due
from tracker.watchers.models import Watcher, WatchLink


def _turn(app: Flask, mailer: MemoryMailer, now: datetime) -> list[Email]:
    """One turn of planner and sender at a moment; what went out in it."""
    parts = app.extensions["tracker"]
    before = len(mailer.sent)
    with app.app_context():
        plan_due(parts.sessions, lambda _session: now, desk_of(parts))
        send_due(parts.sessions, mailer, lambda _session: now, desk_of(parts))
    return list(mailer.sent)[before:]


def _path(email: Email, site: str) -> str:
    """The first address in a mail, without the site."""
    found = re.search(re.escape(site) + r"(/\S+)", email.text)
    assert found
    return found[1]


def _two_days_before(hearing: Hearing) -> datetime:
    """In the afternoon in Berlin, when the mail of that day has had its hour."""
    assert hearing.on
    return datetime.combine(hearing.on - timedelta(days=2), datetime.min.time(), UTC) + timedelta(hours=13)


def test_the_question_goes_to_the_address_and_its_link_confirms(
    app: Flask, session: Session, visitor: FormClient, mailer: MemoryMailer, link: WatchLink, hearing: Hearing
) -> None:
    site = app.extensions["tracker"].settings.public_url
    visitor.post_form("/watch/secret-of-case", {"email": "new@example.org", "zone": "Asia/Tokyo"})
    [question] = _turn(app, mailer, clock.now())
    assert question.to == "new@example.org"
    assert question.subject == "Please confirm your address"
    for secret in ("Ракушкин", "маяке", "Лукоморье", "Vladivostok"):
        assert secret not in question.text + question.subject
    own = visitor.post_form(_path(question, site)).headers["Location"]
    assert visitor.get(own).status_code == 200
    assert _turn(app, mailer, clock.now()) == [], "confirming brings no further mail"


def test_a_reminder_leads_to_her_own_page(
    app: Flask, session: Session, visitor: FormClient, mailer: MemoryMailer, hearing: Hearing, olga: Watcher
) -> None:
    then = _two_days_before(hearing)
    session.commit()
    [mail] = [each for each in _turn(app, mailer, then) if each.to == ADDRESS]
    for secret in ("Ракушкин", "маяке", "Лукоморский"):
        assert secret not in mail.text + mail.subject
    assert "sign in" not in mail.text.casefold()
    page = visitor.get(_path(mail, app.extensions["tracker"].settings.public_url))
    assert page.status_code == 200
    assert "Елисей Ракушкин" in page.get_data(as_text=True)


def test_after_she_has_left_nothing_more_is_sent(
    app: Flask, session: Session, visitor: FormClient, mailer: MemoryMailer, hearing: Hearing, olga: Watcher,
    her_page: str,
) -> None:  # fmt: skip
    visitor.post_form(f"{her_page}/leave", page=her_page)
    then = _two_days_before(hearing)
    session.commit()
    assert [each for each in _turn(app, mailer, then) if each.to == ADDRESS] == []


def test_of_a_closed_case_nothing_more_is_told(
    app: Flask, session: Session, mailer: MemoryMailer, hearing: Hearing, olga: Watcher, case: Case
) -> None:
    case.closed_at = clock.now()
    then = _two_days_before(hearing)
    session.commit()
    assert [each for each in _turn(app, mailer, then) if each.to == ADDRESS] == []
