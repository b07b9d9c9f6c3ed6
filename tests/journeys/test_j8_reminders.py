"""J8: a hearing is announced, watched, moved and over; nags, a calendar, and mails as each one wants them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Town, in_days, text_of
from tracker import clock

BERLIN, VLADIVOSTOK = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Vladivostok")
GUEST = "guest@elsewhere.example.org"
FAR = 40


def _morning(days: int) -> datetime:
    return datetime.combine(in_days(days), time(8, 1), BERLIN).astimezone(UTC)


def _subjects(town: Town, address: str) -> list[str]:
    return [str(mail["Subject"]) for mail in town.mails_to(address)]


def _address_in(mail: EmailMessage, path: str) -> str:
    found = re.search(rf"https?://\S+?({re.escape(path)}\S+)", text_of(mail))
    assert found, text_of(mail)
    return found[1].rstrip(".")


def _person(page: Page, name: str) -> None:
    page.goto("/prisoners/")
    page.get_by_role("link", name=name).click()


def _enter_hearing(cora: Page, days: int, at: str) -> str:
    _person(cora, "Aglaya Morozko")
    cora.get_by_role("link", name="Enter a hearing").click()
    cora.get_by_label("Day", exact=True).fill(in_days(days).isoformat())
    cora.get_by_label("Time", exact=True).fill(at)
    cora.get_by_label("Court", exact=True).select_option(label="District Court of Lukomorsk")
    cora.get_by_label("What kind of hearing").select_option("trial")
    cora.get_by_label("What is expected").fill("Прения сторон")
    cora.get_by_role("button", name="Enter it").click()
    expect(cora.get_by_role("heading", level=1)).to_have_text("Trial hearing")
    return cora.url


def test_a_court_watcher_is_told_answers_hears_of_the_move_and_leaves(town: Town) -> None:
    cora = town.sign_in("cora")
    hearing = _enter_hearing(cora, FAR, "10:00")
    _person(cora, "Aglaya Morozko")
    cora.get_by_role("link", name="Court watchers").first.click()
    cora.get_by_role("button", name="Make it").click()
    handed_out = cora.locator(".good-news code").inner_text()

    guest = town.pages(width=360, base_url=town.url)
    guest.goto(urlsplit(handed_out).path)
    expect(guest.locator("main")).not_to_contain_text("Morozko")
    guest.get_by_label("E-mail address").fill(GUEST)
    guest.get_by_label("Your time zone").select_option("Europe/Warsaw")
    guest.get_by_role("button", name="Send me a mail to confirm").click()
    expect(guest.get_by_role("heading", level=1)).to_have_text("Now look into your mail")
    town.scheduler_at(clock.now() + timedelta(minutes=1))
    [question] = town.mails_to(GUEST)
    guest.goto(_address_in(question, "/watch"))
    guest.get_by_role("button", name="Yes, tell me").click()
    expect(guest.locator("main")).to_contain_text("District Court of Lukomorsk")

    town.scheduler_at(_morning(FAR - 7))
    reminder = town.mails_to(GUEST)[-1]
    assert str(reminder["Subject"]).startswith("Reminder: hearing")
    assert "Morozko" not in str(reminder)
    assert str(reminder["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
    assert reminder.get_body(("html",)) is not None
    guest.goto(_address_in(reminder, "/watching/"))
    guest.get_by_role("button", name="I will be there").first.click()
    expect(guest.locator("main")).to_contain_text("You will be there")

    cora.goto(hearing)
    expect(cora.locator("main")).to_contain_text("vera")
    cora.get_by_role("link", name="Move or change").click()
    cora.get_by_label("Day", exact=True).fill(in_days(FAR + 20).isoformat())
    cora.get_by_role("button", name="Save").click()
    expect(cora.locator("main")).to_contain_text("Former dates")
    town.scheduler_at(_morning(FAR - 7) + timedelta(minutes=30))
    assert _subjects(town, GUEST)[-1].startswith("Changed: hearing, now")
    guest.reload()
    # A move asks anew.
    expect(guest.locator("main")).not_to_contain_text("You will be there")

    before = len(town.mails_to(GUEST))
    guest.get_by_role("button", name="Leave, and delete my address").click()
    expect(guest.get_by_role("heading", level=1)).to_have_text("You get no more mails")
    town.scheduler_at(_morning(FAR + 20 - 7))
    town.scheduler_at(_morning(FAR + 20 - 2))
    assert len(town.mails_to(GUEST)) == before


def test_a_hearing_tomorrow_that_nobody_goes_to_is_seen_and_afterwards_asked_for(town: Town) -> None:
    cora, vera = town.sign_in("cora"), town.sign_in("vera", 360)
    hearing = _enter_hearing(cora, 1, "23:50")
    cora.goto("/")
    expect(cora.locator("main")).to_contain_text("Within two days, and nobody will be there yet")
    vera.goto(urlsplit(hearing).path)
    vera.get_by_role("button", name="I will be there").click()
    cora.goto(hearing)
    expect(cora.locator("main")).to_contain_text("vera")

    cora.get_by_role("link", name="Move or change").click()
    cora.get_by_label("Day", exact=True).fill(in_days(-1).isoformat())
    cora.get_by_role("button", name="Save").click()
    cora.get_by_label("Yes, this day is meant, although it is over").check()
    cora.get_by_role("button", name="Save").click()
    cora.get_by_role("link", name="Say what became of it").click()
    cora.locator("select[name=outcome]").select_option("postponed")
    cora.locator("input[name=next_on]").fill(in_days(30).isoformat())
    cora.get_by_role("button", name="Save").click()
    expect(cora.locator("main")).to_contain_text("Postponed")
    cora.goto("/hearings/")
    expect(cora.locator("main")).to_contain_text(f"{in_days(30):%a} {in_days(30).day} ")


def test_days_in_a_calendar_of_ones_own_until_the_address_is_taken_back(town: Town) -> None:
    cora, vera = town.sign_in("cora"), town.sign_in("vera", 360)
    _enter_hearing(cora, FAR, "10:00")
    vera.goto("/me/calendars")
    vera.get_by_role("textbox", name="Name").fill("Календарь на телефоне")
    vera.get_by_role("button", name="Make it").click()
    address = vera.locator("code").first.inner_text()
    answer = vera.request.get(town.url + urlsplit(address).path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    entries = Calendar.from_ical(answer.body()).walk("VEVENT")
    start = datetime.combine(in_days(FAR), time(10), VLADIVOSTOK).astimezone(UTC)
    [entry] = [entry for entry in entries if entry.decoded("DTSTART") == start]
    assert "Morozko" not in entry.to_ical().decode()

    vera.goto("/me/calendars")
    vera.get_by_role("link", name="Take it back").click()
    vera.get_by_role("button", name="Take it back").click()
    assert vera.request.get(town.url + urlsplit(address).path).status == 404


def test_kinds_of_mail_are_turned_off_by_one_click_and_by_oneself(town: Town) -> None:
    cora = town.sign_in("cora")
    _enter_hearing(cora, FAR, "10:00")
    town.scheduler_at(_morning(FAR - 7))
    reminder = [mail for mail in town.mails_to("vera@example.org") if "hearing" in str(mail["Subject"])][-1]
    one_click = urlsplit(str(reminder["List-Unsubscribe"]).strip("<>")).path
    anybody = town.pages(base_url=town.url)
    before = len(town.mails_to("vera@example.org"))
    anybody.goto(one_click)
    answer = anybody.request.post(town.url + one_click, form={"List-Unsubscribe": "One-Click"}, max_redirects=0)
    assert answer.status == 200
    town.scheduler_at(_morning(FAR - 2))
    hearings = [mail for mail in town.mails_to("vera@example.org")[before:] if "hearing" in str(mail["Subject"])]
    assert hearings == []
    vera = town.sign_in("vera", 360)
    vera.goto("/me/mails")
    expect(vera.locator("main")).to_contain_text(re.compile("hearing", re.IGNORECASE))


def test_a_reminder_to_write_is_answered_from_the_mail(town: Town) -> None:
    for days in range(0, 60, 5):
        town.scheduler_at(_morning(days))
        nags = [mail for mail in town.mails_to("vera@example.org") if "/written/" in text_of(mail)]
        if nags:
            break
    assert nags, "somebody of the demo has not been written to for a while"
    assert not re.search("Rakushkin|Morozko|Zarechny", text_of(nags[-1]))
    anybody = town.pages(width=360, base_url=town.url)
    anybody.goto(_address_in(nags[-1], "/answers/written/"))
    anybody.get_by_role("button", name="Note the letter").click()
    expect(anybody.get_by_role("heading", level=1)).to_have_text("Your letter is noted")
