"""J4: a volunteer on a phone, 360 pixels wide, without scripts."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Town, in_days
from tests.support.browser import PHONE, wider_than_the_window


def test_she_sees_her_people_only(town: Town) -> None:
    vera = town.sign_in("vera", PHONE)
    for name in ("Yelisey Rakushkin", "Aglaya Morozko", "Prokhor Ivanov-Zarechny"):
        expect(vera.locator("main")).to_contain_text(name)
    for name in ("Svetlana", "Kuzma", "Lukerya"):
        expect(vera.locator("main")).not_to_contain_text(name)
    vera.get_by_role("link", name="Yelisey Rakushkin").click()
    main = vera.locator("main")
    envelope = vera.locator(".envelope").first
    expect(envelope).to_contain_text("Ракушкин Елисей Матвеевич, 1988 г. р.")
    expect(envelope).to_contain_text("ФКУ СИЗО-9 УФСИН по Лукоморскому краю")
    expect(main).to_contain_text("sea birds, chess by post")
    expect(main).to_contain_text("Nothing about the case")
    expect(main).to_contain_text("He asks for a pocket chess set")
    expect(main).to_contain_text("Hearing on extending custody")
    with_scripts = town.pages.again(vera)
    assert wider_than_the_window(with_scripts) == []


def test_a_letter_sent_today_is_logged_in_three_taps(town: Town) -> None:
    vera = town.sign_in("vera", PHONE)
    card = vera.locator("section.sheet", has_text="Prokhor")
    card.get_by_role("link", name="Letter sent").click()
    vera.get_by_role("button", name="Log it").click()
    expect(vera.locator("section.sheet", has_text="Prokhor")).to_contain_text("today")
    expect(vera.get_by_role("button", name="Undo")).to_be_visible()


def test_a_card_sent_last_week_counts_by_its_own_day_and_can_be_undone(town: Town) -> None:
    vera = town.sign_in("vera", PHONE)
    vera.locator("section.sheet", has_text="Prokhor").get_by_role("link", name="Letter sent").click()
    vera.get_by_label("Card").check()
    vera.get_by_label("The day it was posted").fill(in_days(-7).isoformat())
    vera.get_by_role("button", name="Log it").click()
    card = vera.locator("section.sheet", has_text="Prokhor")
    expect(card).to_contain_text("7 days ago")
    vera.get_by_role("button", name="Undo").click()
    expect(vera.locator("section.sheet", has_text="Prokhor")).to_contain_text("70 days ago")


def test_a_letter_of_tomorrow_is_refused_and_nothing_is_lost(town: Town) -> None:
    vera = town.sign_in("vera", PHONE)
    vera.locator("section.sheet", has_text="Aglaya").get_by_role("link", name="Letter sent").click()
    vera.get_by_role("radio", name="e-letter").check()
    vera.get_by_label("The day it was posted").fill(in_days(3).isoformat())
    vera.get_by_role("button", name="Log it").click()
    expect(vera.locator(".error").first).to_be_visible()
    expect(vera.get_by_role("radio", name="e-letter")).to_be_checked()
    expect(vera.get_by_label("The day it was posted")).to_have_value(in_days(3).isoformat())


def test_a_parcel_with_contents_weight_and_tracking_number(town: Town) -> None:
    vera = town.sign_in("vera", PHONE)
    vera.locator("section.sheet", has_text="Aglaya").get_by_role("link", name="Parcel sent").click()
    vera.get_by_label("What in row 1").fill("Пряжа, три мотка")
    vera.get_by_label("What in row 2").fill("2 × спицы деревянные, 80 г")
    vera.get_by_label("Weight in grams").fill("740")
    if not vera.get_by_label("Tracking number").is_visible():
        vera.locator("summary").first.click()
    vera.get_by_label("Tracking number").fill("RA123456785RU")
    vera.get_by_role("button", name="Log it").click()
    vera.get_by_role("link", name="Aglaya Morozko").click()
    expect(vera.locator("main")).to_contain_text("Пряжа, три мотка, 2 × спицы деревянные")
    expect(vera.locator("main")).to_contain_text("RA123456785RU")


def test_a_reply_is_linked_to_the_letter_it_answers(town: Town) -> None:
    vera = town.sign_in("vera", PHONE)
    vera.locator("section.sheet", has_text="Aglaya").get_by_role("link", name="Reply came").click()
    options = vera.get_by_label("Which letter it answers").locator("option").all_inner_texts()
    assert len(options) >= 2, options
    vera.get_by_label("Which letter it answers").select_option(index=1)
    vera.get_by_role("button", name="Log it").click()
    card = vera.locator("section.sheet", has_text="Aglaya")
    expect(card).to_contain_text("Your turn")
    expect(card).to_contain_text(re.compile("Last reply:.*today"))


def test_a_returned_letter_gets_its_reason_and_an_entry_can_be_corrected_and_removed(town: Town) -> None:
    vera = town.sign_in("vera", PHONE)
    vera.get_by_role("link", name="Aglaya Morozko").click()
    entry = vera.locator(".timeline > li.out").first
    entry.get_by_role("link", name=re.compile("came back|returned", re.I)).click()
    vera.get_by_label("Why").select_option(index=1)
    vera.locator("main form button.main").click()
    expect(vera.locator(".timeline > li.returned").first).to_be_visible()

    entry = vera.locator(".timeline > li").filter(has_text=re.compile("letter", re.I)).first
    entry.get_by_role("link", name="Details").click()
    vera.get_by_role("link", name="Correct").click()
    vera.get_by_label("The day it was posted").fill(in_days(-34).isoformat())
    vera.locator("main form button.main").first.click()
    expect(vera.locator("main")).to_contain_text("Corrected.")
    vera.get_by_role("link", name="Aglaya Morozko").click()
    expect(vera.locator("main")).to_contain_text("34 days ago")
