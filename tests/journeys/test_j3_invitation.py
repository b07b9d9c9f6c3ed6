"""J3: a coordinator invites; the invited person follows the link once and lands on her first page."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import expect

from tests.journeys.conftest import Town, text_of
from tracker import clock


def test_somebody_is_invited_and_comes_in_once(town: Town) -> None:
    cora = town.sign_in("cora")
    cora.get_by_role("link", name="Volunteers").click()
    cora.get_by_role("link", name=re.compile("Invit")).first.click()
    if "/invite" not in cora.url and not cora.get_by_label("E-mail address").count():
        cora.get_by_role("link", name=re.compile("Invite")).first.click()
    cora.get_by_label("E-mail address").fill("nadezhda@example.net")
    cora.get_by_role("button", name="Send the invitation").click()
    town.scheduler_at(clock.now() + timedelta(seconds=20))

    mails = town.mails_to("nadezhda@example.net")
    assert len(mails) == 1
    link = re.search(r"http://\S+/welcome/\S+", text_of(mails[0]))
    assert link, text_of(mails[0])

    guest = town.pages(width=360, base_url=town.url)
    guest.goto(link[0])
    guest.get_by_label("A handle").fill("Надежда")
    guest.get_by_label("A passphrase").fill("short")
    guest.get_by_label("Your time zone").select_option("Asia/Vladivostok")
    guest.get_by_role("button", name="Begin").click()
    expect(guest.get_by_label("A handle")).to_have_value("Надежда")
    expect(guest.locator(".error")).to_contain_text("15 characters")
    guest.get_by_label("A passphrase").fill("четыре слова про синюю птицу")
    guest.get_by_role("button", name="Begin").click()
    expect(guest.get_by_role("heading", level=1)).to_have_text("Your people")
    expect(guest.locator("main")).to_contain_text("Nobody yet")

    late = town.pages(base_url=town.url)
    late.goto(link[0])
    expect(late.get_by_role("heading", level=1)).to_have_text("This link no longer works")
