"""Axe finds nothing on any page, and no page scrolls sideways on a narrow phone."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.support.browser import DESKTOP, Pages, axe_violations, wider_than_the_window
from tests.support.servers import LiveServer
from tests.whole.world import World, build, rules

NARROWEST = 320
pytestmark = pytest.mark.timeout(400)


def _signed_in(pages: Pages, url: str, handle: str, width: int) -> Page:
    page = pages(js=True, width=width, base_url=url)
    page.goto("/sign-in")
    page.get_by_label("Handle").fill(handle)
    page.get_by_label("Passphrase").fill(f"linden street {handle}")
    page.get_by_role("button", name="Sign in").click()
    return page


def _addresses(world: World, actor: str) -> list[str]:
    """Every page that opens for somebody, and one that does not exist."""
    client = world.client(actor)
    found = ["/there-is-no-such-page"]
    for rule, method in rules(world.app):
        if method == "GET":
            address = world.address(rule, "own")
            answer = client.get(address)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                found.append(address)
    world.let_go()
    return found


@pytest.mark.parametrize("actor, width", [("cora", DESKTOP), ("vera", NARROWEST), ("cora", NARROWEST)])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_page_is_for_everybody(
    app: Flask, session: Session, live_server: LiveServer, page_factory: Pages, actor: str, width: int
) -> None:
    world = build(app, session)
    addresses = _addresses(world, actor)
    assert len(addresses) >= (40 if actor == "cora" else 20)
    page = _signed_in(page_factory, live_server.url, actor, width)
    faults = []
    for address in addresses:
        page.goto(address)
        if width == NARROWEST:
            faults += [f"{address}: too wide: {element}" for element in wider_than_the_window(page)]
        if width == DESKTOP or actor == "vera":
            faults += [f"{address}: {violation}" for violation in axe_violations(page)]
    assert faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_colours_have_contrast_by_day_and_by_night(
    app: Flask, session: Session, live_server: LiveServer, page_factory: Pages, scheme: str
) -> None:
    world = build(app, session)
    page = _signed_in(page_factory, live_server.url, "cora", DESKTOP)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for address in ("/", "/prisoners/", "/outbox", world.address(*_first(app, "prisoners.show")), "/prisoners/new"):
        page.goto(address)
        assert axe_violations(page) == [], (scheme, address)


def _first(app: Flask, endpoint: str) -> tuple[Rule, str]:
    return next(rule for rule in app.url_map.iter_rules(endpoint)), "own"
