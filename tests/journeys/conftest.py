"""A running application with the demo collective, a mail server, and people at browsers without scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.support.browser import DESKTOP, Pages
from tests.support.servers import LiveServer
from tests.support.smtp import SmtpSink
from tracker import clock
from tracker.accounts.passphrases import Passphrases
from tracker.demo.actions import load_demo, passphrase_of
from tracker.mail import SmtpMailer
from tracker.reminders.desk import desk_of
from tracker.reminders.jobs import plan_due, send_due
from tracker.web.parts import Parts


@dataclass
class Town:
    """What a journey happens in."""

    app: Flask
    url: str
    sink: SmtpSink
    pages: Pages

    @property
    def parts(self) -> Parts:
        parts: Parts = self.app.extensions["tracker"]
        return parts

    def sign_in(self, handle: str, width: int = DESKTOP) -> Page:
        """That person at a browser of her own."""
        page = self.pages(width=width, base_url=self.url)
        page.goto("/")
        page.get_by_label("Handle").fill(handle)
        page.get_by_label("Passphrase").fill(passphrase_of(handle))
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(re.compile(r"/$"))
        return page

    def scheduler_at(self, moment: datetime) -> None:
        """A turn of the scheduler, at whatever time the journey has come to."""
        desk = desk_of(self.parts)
        with self.app.app_context():
            plan_due(self.parts.sessions, lambda _session: moment, desk)
            send_due(self.parts.sessions, self.parts.mailer, lambda _session: moment, desk)

    def mails_to(self, address: str) -> list[EmailMessage]:
        """What somebody has got so far, oldest first."""
        read = [message_from_bytes(each.raw, policy=policy.default) for each in self.sink.messages]
        return [mail for mail in read if mail["To"] == address]


def text_of(mail: EmailMessage) -> str:
    """The text of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def in_days(days: int) -> date:
    """The day so many days from today, by the coordinator's calendar."""
    return clock.today("Europe/Berlin") + timedelta(days=days)


@pytest.fixture
def town(app: Flask, live_server: LiveServer, smtp_sink: SmtpSink, page_factory: Pages) -> Town:
    parts: Parts = app.extensions["tracker"]
    parts.mailer = SmtpMailer(smtp_sink.url, parts.settings.mail_from)
    now = clock.now()
    with parts.sessions() as session:
        load_demo(session, Passphrases(8), with_people=True, now=now, today=clock.today("Europe/Berlin"))
        session.commit()
    return Town(app, live_server.url, smtp_sink, page_factory)
