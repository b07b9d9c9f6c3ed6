"""J2: a coordinator's morning: who is forgotten, somebody new, a writer for them, and the end of an assignment."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Town, in_days


def _add_prisoner(page: Page) -> None:
    page.get_by_role("link", name="Prisoners").click()
    page.get_by_role("link", name=re.compile("new|add", re.I)).first.click()
    page.get_by_label("Name", exact=True).fill("Miroslava Vymyshlennaya-Dolgopolova")
    page.get_by_label(re.compile("local script|own script", re.I)).first.fill(
        "Вымышленная-Долгополова Мирослава Ёлкина"
    )
    page.get_by_label(re.compile("born|birth", re.I)).first.fill("1988-02")
    page.locator("main form button.main").first.click()


def test_the_first_page_says_who_is_forgotten_and_what_comes(town: Town) -> None:
    cora = town.sign_in("cora")
    main = cora.locator("main")
    expect(cora.locator("section", has=cora.locator("#no-writer"))).to_contain_text("Kuzma")
    expect(cora.locator("section", has=cora.locator("#silent"))).to_contain_text("Prokhor Ivanov-Zarechny")
    expect(cora.locator("section", has=cora.locator("#hearings"))).to_contain_text("Yelisey Rakushkin")
    expect(cora.locator("section", has=cora.locator("#custody"))).to_contain_text("Yelisey Rakushkin")
    expect(cora.locator("section", has=cora.locator("#coming"))).to_contain_text("Aglaya Morozko")
    expect(main).not_to_contain_text("Lukerya Samovarova")


def test_somebody_new_is_added_found_in_both_scripts_and_given_a_writer(town: Town) -> None:
    cora = town.sign_in("cora")
    _add_prisoner(cora)
    expect(cora.get_by_role("heading", level=1)).to_contain_text("Miroslava Vymyshlennaya-Dolgopolova")
    for typed in ("vymysh", "Вымышл", "mirosl", "ДОЛГОПОЛ"):
        cora.goto("/prisoners/")
        cora.locator('main input[name="q"]').fill(typed)
        cora.locator("main form").get_by_role("button").first.click()
        expect(cora.locator("main")).to_contain_text("Miroslava Vymyshlennaya-Dolgopolova")
        expect(cora.locator("main table, main .rows")).not_to_contain_text("Rakushkin")

    cora.goto("/")
    row = cora.locator("section", has=cora.locator("#no-writer")).locator("li", has_text="Miroslava")
    row.get_by_role("link", name="Assign somebody").click()
    ines = cora.locator("tr", has_text="ines")
    expect(ines).to_contain_text("Spanish")
    expect(ines).to_contain_text("0 of 2")
    ines.get_by_role("link", name="ines").click()
    cora.get_by_role("button", name="Assign her").click()
    expect(cora.locator("main")).to_contain_text("ines")
    expect(cora.locator("main")).to_contain_text("Assigned.")

    her_page = town.sign_in("ines", 360)
    expect(her_page.locator("main")).to_contain_text("Miroslava Vymyshlennaya-Dolgopolova")


def test_an_assignment_ends_with_a_reason_and_stays_in_the_history(town: Town) -> None:
    cora = town.sign_in("cora")
    cora.goto("/prisoners/")
    cora.get_by_role("link", name="Svetlana Chudo-Yudo").click()
    cora.get_by_role("link", name="All assignments, end one").first.click()
    cora.get_by_role("link", name=re.compile("^End", re.I)).first.click()
    cora.get_by_label("Why it ends").select_option("volunteer_stopped")
    cora.locator("main form button.main, main form button.bad").first.click()
    expect(cora.locator("main")).to_contain_text(re.compile("ended|over", re.I))

    tomek = town.sign_in("tomek")
    expect(tomek.locator("main")).not_to_contain_text("Svetlana")

    cora.goto(f"/assignments/on?day={in_days(-10).isoformat()}")
    expect(cora.locator("main")).to_contain_text("Svetlana Chudo-Yudo")
    expect(cora.locator("main")).to_contain_text("tomek")
    cora.goto(f"/assignments/on?day={in_days(-390).isoformat()}")
    expect(cora.locator("main")).to_contain_text("ines")
    expect(cora.locator("main")).not_to_contain_text("Svetlana Chudo-Yudo")
