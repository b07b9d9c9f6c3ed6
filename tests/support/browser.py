"""The system's Chromium, driven by Playwright.

Playwright's own download of a browser is not used. Journeys run with JavaScript off, as the safest level of Tor
Browser does; axe needs a page with scripts (it hangs without), so it looks at the same address in a second context.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")

# As root Chromium needs --no-sandbox; the rest keeps it from calling its makers.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PHONE = 360
DESKTOP = 1280

WHAT_TO_INSTALL = (
    "The journey tests need Chromium; install it (on Debian and Ubuntu: apt-get install chromium) "
    "or name it: TRACKER_TEST_CHROMIUM=/path/to/chromium"
)


class NoBrowser(Exception):
    """No Chromium can be had; the words say what to install."""


def find_chromium() -> str:
    named = os.environ.get("TRACKER_TEST_CHROMIUM")
    for name in (named,) if named else NAMES:
        path = shutil.which(name)
        if path is not None:
            return path
    raise NoBrowser(WHAT_TO_INSTALL)


@contextmanager
def running_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS, timeout=60_000)
        try:
            yield browser
        finally:
            browser.close()


class Pages:
    """Hands out pages, each a visitor of its own (no cookies shared), and closes them.

    `pages(width=360)` is a phone without scripts. `pages(js=True)` has them. `again(page, js=True)` is the same
    visitor, signed in as before, in a second context.
    """

    def __init__(self, browser: Browser, base_url: str | None = None) -> None:
        self._browser = browser
        self._base_url = base_url
        self._contexts: list[BrowserContext] = []

    def __call__(
        self, js: bool = False, width: int = DESKTOP, *, base_url: str | None = None, locale: str = "en-GB"
    ) -> Page:
        context = self._browser.new_context(
            java_script_enabled=js,
            viewport={"width": width, "height": 800},
            base_url=base_url or self._base_url,
            locale=locale,
            timezone_id="UTC",
            # Transitions would have axe see a colour half-way.
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        self._contexts.append(context)
        return context.new_page()

    def again(self, page: Page, js: bool = True, width: int | None = None) -> Page:
        """The same visitor in another context: where axe looks at what a journey without scripts has reached."""
        size = page.viewport_size or {"width": DESKTOP, "height": 800}
        twin = self(js=js, width=width or size["width"])
        twin.context.add_cookies(page.context.cookies())  # type: ignore[arg-type]  # playwright's two names for one shape
        twin.goto(page.url)
        return twin

    def close(self) -> None:
        for context in self._contexts:
            context.close()
        self._contexts.clear()


def axe_violations(page: Page) -> list[str]:
    """What axe finds on a page with scripts, one line each; an empty list is what we want."""
    results = Axe().run(page)
    return [
        f"{violation['id']}: {violation['help']}: {node['html']}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]


def wider_than_the_window(page: Page) -> list[str]:
    """The elements that make a page scroll sideways; for a page with scripts."""
    found = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .map(e => e.outerHTML.slice(0, 120))"""
    )
    return list(found)
