"""J7: a coordinator's day with the post: a transfer, the ledger, an evening, a hand-over, and what silence means."""

from __future__ import annotations

import re

import pypdfium2
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Town, in_days


def _open(page: Page, name: str) -> None:
    page.goto("/prisoners/")
    page.get_by_role("link", name=name).click()


def test_a_transfer_freezes_the_post_and_ends_with_a_first_letter_again(town: Town) -> None:
    cora, vera = town.sign_in("cora"), town.sign_in("vera", 360)
    _open(cora, "Yelisey Rakushkin")
    cora.get_by_role("link", name="Being moved").click()
    expect(cora.locator("main")).to_contain_text("What will happen")
    cora.get_by_label("Since").fill(in_days(-1).isoformat())
    cora.get_by_role("button", name="On transfer from then on").click()
    expect(cora.get_by_role("heading", level=1)).to_have_text("On transfer")
    for way in ("lawyer", "relative", "e-letter"):
        expect(cora.locator("main form .rows").first).to_contain_text(way)

    _open(vera, "Yelisey Rakushkin")
    expect(vera.locator(".envelope")).to_have_count(0)
    expect(vera.locator("main")).to_contain_text("On transfer")

    cora.get_by_role("link", name="Address found").click()
    cora.get_by_label("What sort of place").select_option("colony")
    cora.get_by_label("Facility", exact=True).select_option(label="Colony IK-77, Berendeyevo")
    cora.get_by_label("Since").fill(in_days(0).isoformat())
    cora.get_by_role("button", name="Enter the move").click()
    expect(cora.get_by_role("heading", level=1)).to_contain_text("Yelisey Rakushkin")

    vera.goto("/")
    expect(vera.locator("section", has=vera.locator("#to-do"))).to_contain_text("Yelisey Rakushkin")
    vera.goto("/tasks/")
    expect(vera.locator("main")).to_contain_text("Снежная, д. 7")
    vera.get_by_role("link", name="Letter sent").first.click()
    vera.get_by_role("button", name="Log it").click()
    vera.goto("/tasks/")
    expect(vera.locator("main")).to_contain_text("Nothing to do")

    cora.goto("/tasks/all")
    expect(cora.locator("main")).not_to_contain_text("Yelisey")


def test_the_ledger_says_what_may_be_sent_and_a_slot_is_claimed_before_the_post_office(town: Town) -> None:
    cora, vera = town.sign_in("cora"), town.sign_in("vera", 360)
    _open(vera, "Prokhor Ivanov-Zarechny")
    vera.get_by_role("link", name="What can be sent").click()
    main = vera.locator("main")
    expect(main).to_contain_text("not known")

    _open(cora, "Prokhor Ivanov-Zarechny")
    cora.get_by_role("link", name="Change what is known").click()
    cora.get_by_label("Woman or man").select_option("man")
    cora.get_by_role("button", name="Save").click()
    cora.get_by_role("link", name="Moved").first.click()
    cora.get_by_role("link", name="Begin from the present stay").click()
    cora.get_by_label("Regime").select_option("general")
    cora.get_by_label("Conditions").select_option("ordinary")
    cora.get_by_label("Since").fill(in_days(-2).isoformat())
    cora.get_by_role("button", name="Enter the move").click()

    vera.reload()
    expect(main).to_contain_text(re.compile(r"\d of 6 left"))
    expect(main).to_contain_text("121")
    vera.get_by_role("link", name="Claim a slot").click()
    vera.get_by_label("The day you will send it").fill(in_days(2).isoformat())
    vera.get_by_role("button", name="Claim it").click()
    for box in vera.locator('main input[name="sure"]').all():
        box.check()
    if vera.get_by_role("button", name="Claim it").count():
        vera.get_by_role("button", name="Claim it").click()
    expect(main).to_contain_text("vera")

    cora.goto("/claims")
    expect(cora.locator("main")).to_contain_text("Prokhor Ivanov-Zarechny")


def test_an_evening_is_planned_printed_and_entered(town: Town) -> None:
    cora = town.sign_in("cora")
    cora.get_by_role("navigation").get_by_role("link", name="Post", exact=True).click()
    cora.get_by_role("link", name="Evenings").click()
    cora.get_by_role("link", name="Plan an evening").first.click()
    cora.get_by_label("What you call it").fill("Письма в ноябре")
    cora.get_by_label("Day", exact=True).fill(in_days(0).isoformat())
    cora.get_by_label("For how many people").fill("3")
    cora.get_by_role("button", name="Choose the people").click()
    expect(cora.get_by_role("heading", level=1)).to_have_text("Письма в ноябре")
    rows = cora.locator("main table.cards tbody tr")
    expect(rows).not_to_have_count(0)
    names = rows.locator("th a").all_inner_texts()

    cora.get_by_role("link", name="Print").first.click()
    cora.get_by_label("What", exact=True).select_option("sheets")
    cora.get_by_role("button", name="Make it").click()
    pdf = cora.get_by_role("link", name="Save it")
    expect(pdf).to_be_visible(timeout=30_000)
    with cora.expect_download() as download:
        pdf.click()
    document = pypdfium2.PdfDocument(download.value.path())
    printed = "".join(page.get_textpage().get_text_range() for page in document)
    assert len(document) == len(names)
    assert "Лукоморск" in printed or "Берендеев" in printed
    assert "Linden" not in printed

    cora.goto("/evenings/")
    cora.get_by_role("link", name="Письма в ноябре").click()
    cora.get_by_role("link", name="Enter the letters").first.click()
    cora.locator("textarea").first.fill(
        "\n".join(f"{name} {number}" for number, name in enumerate(names, 41)) + "\nNobody 3"
    )
    cora.get_by_role("button", name="Check").first.click()
    cora.get_by_role("button", name=re.compile("^Enter")).click()
    expect(cora.locator("main")).to_contain_text("1 line waits for you.")
    cora.locator("main select").first.select_option("skip")
    cora.get_by_role("button", name=re.compile("^Enter")).click()
    total = sum(range(41, 41 + len(names)))
    expect(cora.locator("main")).to_contain_text(f"{total} letters")

    _open(cora, names[0])
    expect(cora.locator("main")).to_contain_text("41 letters")
    cora.goto("/evenings/")
    cora.get_by_role("link", name="Письма в ноябре").click()
    cora.get_by_role("button", name="Undo all of it").click()
    expect(cora.locator("main")).to_contain_text("undone")
    _open(cora, names[0])
    expect(cora.locator("main")).not_to_contain_text("41 letters")


def test_a_correspondence_is_handed_over_with_a_farewell(town: Town) -> None:
    cora, tomek = town.sign_in("cora"), town.sign_in("tomek", 360)
    _open(cora, "Svetlana Chudo-Yudo")
    cora.get_by_role("link", name="Hand-over").click()
    cora.get_by_role("link", name="tomek").click()
    cora.get_by_label("Why somebody else should go on").select_option("volunteer_overloaded")
    cora.get_by_role("button", name="Begin the hand-over").click()

    _open(tomek, "Svetlana Chudo-Yudo")
    tomek.get_by_role("link", name="Hand-over").click()
    tomek.get_by_role("link", name="Write down what the next one should know").click()
    tomek.get_by_label("What you promised").fill("Фотографии тополей из Гданьска")
    tomek.get_by_label("How your letters are signed").fill("Томек с пристани")
    tomek.get_by_role("button", name="Keep it").click()
    tomek.goto("/tasks/")
    expect(tomek.locator("main")).to_contain_text(re.compile("farewell", re.I))
    tomek.get_by_role("link", name="Letter sent").first.click()
    tomek.get_by_role("button", name="Log it").click()

    cora.goto("/handovers/")
    cora.get_by_role("link", name=re.compile("Svetlana|tomek")).first.click()
    expect(cora.locator("main")).to_contain_text("Her farewell is in the post.")
    cora.get_by_role("link", name="Choose somebody").click()
    cora.locator("tr", has_text="vera").get_by_role("link", name="vera").click()
    for box in cora.locator('main input[type="checkbox"]').all():
        box.check()
    cora.get_by_role("button", name="Assign her").click()
    cora.goto("/handovers/")
    cora.get_by_role("link", name=re.compile("Svetlana|tomek")).first.click()
    cora.get_by_role("button", name="End her part today").click()

    tomek.goto("/")
    expect(tomek.locator("main")).not_to_contain_text("Svetlana")
    vera = town.sign_in("vera", 360)
    _open(vera, "Svetlana Chudo-Yudo")
    vera.get_by_role("link", name="Hand-over").click()
    expect(vera.locator("main")).to_contain_text("Фотографии тополей из Гданьска")
    expect(vera.locator("main")).to_contain_text("Томек с пристани")


def test_silence_is_explained_to_the_writer_and_to_the_coordinator(town: Town) -> None:
    vera, cora = town.sign_in("vera", 360), town.sign_in("cora")
    _open(vera, "Prokhor Ivanov-Zarechny")
    expect(vera.locator("main")).to_contain_text(re.compile(r"[Rr]eplies|days"))
    vera.goto("/threads")
    expect(vera.locator("main")).to_contain_text("Prokhor Ivanov-Zarechny")
    cora.goto("/prisoners/silence")
    expect(cora.locator("main")).to_contain_text("Prokhor Ivanov-Zarechny")
    cora.goto("/birthdays")
    expect(cora.get_by_role("heading", level=1)).to_be_visible()
