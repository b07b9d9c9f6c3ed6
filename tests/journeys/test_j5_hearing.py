"""J5: a hearing is entered, reminded of, moved, called off; and the other days remind too."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Town, in_days, text_of

BERLIN, WARSAW, VLADIVOSTOK = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Warsaw"), ZoneInfo("Asia/Vladivostok")
FAR = 40


def _enter(page: Page, days: int, clock: str) -> None:
    page.goto("/prisoners/")
    page.get_by_role("link", name="Aglaya Morozko").click()
    page.get_by_role("link", name="Enter a hearing").click()
    page.get_by_label("Day", exact=True).fill(in_days(days).isoformat())
    page.get_by_label("Time", exact=True).fill(clock)
    page.get_by_label("Court", exact=True).select_option(label="District Court of Lukomorsk")
    page.get_by_label("What kind of hearing").select_option("trial")
    page.get_by_label("What is expected").fill("Свидетели защиты")
    page.get_by_role("button", name="Enter it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trial hearing")


def _morning(days: int, zone: ZoneInfo = BERLIN) -> datetime:
    """Eight o'clock there, and a minute for the scheduler."""
    return datetime.combine(in_days(days), time(8, 1), zone).astimezone(UTC)


def _about_hearings(town: Town, handle: str) -> list[str]:
    mails = town.mails_to(f"{handle}@example.org")
    return [text_of(mail) for mail in mails if "hearing" in str(mail["Subject"]).lower()]


def test_the_assigned_and_the_coordinator_are_reminded_by_their_own_clocks(town: Town) -> None:
    cora = town.sign_in("cora")
    _enter(cora, FAR, "10:00")
    # The demo's own hearing is nearer, and is told of first.
    town.scheduler_at(_morning(FAR - 7) - timedelta(minutes=5))
    before = len(_about_hearings(town, "vera"))
    town.scheduler_at(_morning(FAR - 7))
    texts = _about_hearings(town, "vera")
    assert len(texts) == before + 1
    start = datetime.combine(in_days(FAR), time(10), VLADIVOSTOK)
    assert "10:00" in texts[-1]
    assert "Vladivostok (UTC+10)" in texts[-1]
    assert f"{start.astimezone(BERLIN):%H:%M}" in texts[-1]
    assert f"{start:%A}" in texts[-1]
    assert "That is in 7 days." in texts[-1]
    for private in ("Aglaya", "Morozko", "District Court", "lighthouse", "167"):
        assert private not in texts[-1]
    assert _about_hearings(town, "cora"), "the coordinator is told a week before"

    town.scheduler_at(_morning(FAR - 2))
    assert len(_about_hearings(town, "vera")) == before + 2
    message_ids = [mail["Message-ID"] for mail in town.mails_to("vera@example.org")]
    assert len(set(message_ids)) == len(message_ids)


def test_moved_and_called_off(town: Town) -> None:
    cora = town.sign_in("cora")
    _enter(cora, FAR, "10:00")
    town.scheduler_at(_morning(FAR - 7))
    told = len(_about_hearings(town, "vera"))

    cora.get_by_role("link", name="Move or change").click()
    cora.get_by_label("Day", exact=True).fill(in_days(FAR + 30).isoformat())
    cora.get_by_role("button", name="Save").click()
    expect(cora.locator("main")).to_contain_text("Former dates")
    # The browser works in the present; the scheduler of this journey has gone ahead.
    town.scheduler_at(_morning(FAR - 7) + timedelta(minutes=30))
    texts = _about_hearings(town, "vera")
    assert len(texts) == told + 1
    changed = [str(mail["Subject"]) for mail in town.mails_to("vera@example.org")][-1]
    assert changed.startswith("Changed")

    town.scheduler_at(_morning(FAR - 2))
    assert len(_about_hearings(town, "vera")) == told + 1, "nobody is reminded of the former day"
    town.scheduler_at(_morning(FAR + 30 - 7))
    assert len(_about_hearings(town, "vera")) == told + 2, "the new ladder applies"

    cora.get_by_role("link", name="Call off").click()
    cora.get_by_role("button", name="Cancelled").click()
    expect(cora.locator("main")).to_contain_text("This hearing is cancelled.")
    town.scheduler_at(_morning(FAR + 30 - 7) + timedelta(minutes=30))
    cancelled = [str(mail["Subject"]) for mail in town.mails_to("vera@example.org")][-1]
    assert cancelled.startswith("Cancelled")
    after = len(_about_hearings(town, "vera"))
    for days in (FAR + 28, FAR + 30):
        town.scheduler_at(_morning(days))
    assert len(_about_hearings(town, "vera")) == after


def test_custody_birthdays_anniversaries_and_release_remind_too(town: Town) -> None:
    for days in range(31):
        town.scheduler_at(_morning(days))
    for days in (90, 106, 113, 119):
        town.scheduler_at(_morning(days))
    subjects = " | ".join(str(mail["Subject"]) for mail in town.mails_to("cora@example.org")).lower()
    for word in ("custody", "anniversary", "release", "hearing"):
        assert word in subjects, subjects
    assert (
        "birthday" in subjects + " | ".join(str(mail["Subject"]) for mail in town.mails_to("vera@example.org")).lower()
    ), subjects
    hers = " | ".join(str(mail["Subject"]) for mail in town.mails_to("vera@example.org")).lower()
    assert "custody" in hers


def test_what_will_be_sent_can_be_seen_before(town: Town) -> None:
    cora = town.sign_in("cora")
    cora.goto("/reminders/coming")
    expect(cora.locator("main")).to_contain_text("vera")
    expect(cora.locator("main")).to_contain_text("tomek")
