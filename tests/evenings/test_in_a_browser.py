"""An evening from its plan to its letters, in a browser without scripts; and the page that no address leads to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from tests.evenings.conftest import tallied
from tests.support.browser import Pages, axe_violations, wider_than_the_window
from tests.support.client import FormClient
from tests.support.servers import LiveServer
from tracker import clock
from tracker.accounts.actions import start_session
from tracker.prisoners.models import Prisoner
from tracker.volunteers.models import Volunteer

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
def signed_in(
    client: FormClient, live_server: LiveServer, page_factory: Pages, session: Session, cora: Volunteer
) -> Callable[..., Page]:
    """Cora at a browser of some width, with scripts or without."""
    token = start_session(session, cora.id, lasts=timedelta(hours=8), now=clock.now())
    session.commit()
    with client.session_transaction() as kept:
        kept["token"] = token
    cookie = client.get_cookie("s")
    assert cookie

    def open_browser(*, js: bool = False, width: int = 1280) -> Page:
        page = page_factory(js=js, width=width, base_url=live_server.url)
        page.context.add_cookies([{"name": "s", "value": cookie.value, "url": live_server.url}])
        return page

    return open_browser


def test_an_evening_needs_no_script(
    signed_in: Callable[..., Page], session: Session, inside: Callable[..., Prisoner]
) -> None:
    ivan, osip = inside("Ivan Snezhkov", "Снежков Иван"), inside("Osip Lunin", "Лунин Осип")
    session.commit()
    page = signed_in(width=360)
    page.goto("/evenings/")
    page.get_by_role("link", name="Plan an evening").click()
    page.get_by_label("What you call it").fill("Письма")
    page.get_by_role("button", name="Choose the people").click()
    expect(page.get_by_role("link", name="Ivan Snezhkov")).to_be_visible()
    page.get_by_role("link", name="Print").click()
    page.get_by_role("button", name="Make it").click()
    # The page looks again by itself.
    expect(page.get_by_role("link", name="Open the PDF")).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="Back to the evening").click()
    page.get_by_role("link", name="Enter the letters").click()
    page.get_by_label("A list, one person a line").fill("Снежков 5\nЛунин 3\nНезнакомцев 2")
    page.get_by_role("button", name="Check").first.click()
    page.get_by_label("Who is meant in line 3").select_option("leave this line out")
    page.get_by_role("button", name="Enter them").click()
    expect(page.get_by_text("8 letters are entered.")).to_be_visible()
    assert tallied(session) == {ivan.id: 5, osip.id: 3}
    session.rollback()
    page.get_by_role("button", name="Undo", exact=True).click()
    assert tallied(session) == {}
    session.rollback()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_that_checks_a_list_is_for_everybody(
    signed_in: Callable[..., Page], session: Session, inside: Callable[..., Prisoner], width: int
) -> None:
    inside("Ivan Snezhkov", "Снежков Иван")
    inside("Pantaleon " + "Dlinnoimennov" * 10)
    session.commit()
    page = signed_in(js=True, width=width)
    page.goto("/evenings/new")
    page.get_by_label("What you call it").fill("Письма")
    page.get_by_role("button", name="Choose the people").click()
    page.get_by_role("link", name="Enter the letters").click()
    long = "Незнакомцев" * 30
    page.get_by_label("A list, one person a line").fill(f"Снежков 5\nPantaleon 700\n{long} 2\nSnezkov 3\nPantaleon 3")
    page.get_by_role("button", name="Check").first.click()
    expect(page.get_by_role("heading", name="Is this right?")).to_be_visible()
    assert axe_violations(page) == []
    assert wider_than_the_window(page) == []
