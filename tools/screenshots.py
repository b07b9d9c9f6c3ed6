"""Takes the pictures of the documents, from the demo, as each role sees it: `make screenshots`.

With a folder as argument it takes every main page, for somebody who wants to look at all of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import FloatRect, Page

from tests.support.browser import DESKTOP, PHONE, Pages, running_browser
from tests.support.servers import free_port
from tracker.demo.actions import passphrase_of

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"

OF_COORDINATOR = {
    "today": "/",
    "prisoners": "/prisoners/",
    "new-prisoner": "/prisoners/new",
    "hearings": "/hearings/",
    "volunteers": "/volunteers/",
    "invitations": "/volunteers/invitations",
    "facilities": "/facilities/",
    "cases": "/cases/",
    "outbox": "/outbox",
    "coming": "/reminders/coming",
    "silence": "/prisoners/silence",
    "post": "/post",
    "threads": "/threads",
    "preparation": "/preparation",
    "tasks": "/tasks/all",
    "evenings": "/evenings/",
    "new-evening": "/evenings/new",
    "birthdays": "/birthdays",
    "parcels": "/parcels",
    "claims": "/claims",
    "needs": "/needs",
    "handovers": "/handovers/",
    "absences": "/absences/",
    "collective": "/collective",
    "me": "/me",
    "mailbox": "/mailbox/",
}

OF_PERSON = {
    "prisoner": "",
    "ledger": "/ledger",
    "claim": "/claim",
    "wishes": "/needs",
    "new-letter": "/letters/new",
    "new-reply": "/replies/new",
    "new-parcel": "/parcels/new",
}
LEDGER_OF = "Nikodim Zaboristy"
"""Somebody whose parcels are counted, and one of whose slots is claimed."""


@contextmanager
def _demo() -> Iterator[str]:
    """The demo, freshly loaded, on a free port."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        command = [sys.executable, "-m", "tracker.serve"]
        environment = {**os.environ, "PORT": str(port), "TRACKER_TEST_VAR": folder}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            _wait(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def _wait(url: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(url, timeout=2)  # noqa: S310  our own address
        except OSError as error:
            # 503 is an answer too: the scheduler has not reported yet.
            if getattr(error, "code", None) == 503:
                time.sleep(0.5)
                continue
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The demo did not start.")


def _signed_in(pages: Pages, url: str, handle: str, width: int) -> Page:
    page = pages(width=width, base_url=url)
    page.goto("/sign-in")
    page.get_by_label("Handle").fill(handle)
    page.get_by_label("Passphrase").fill(passphrase_of(handle))
    page.get_by_role("button", name="Sign in").click()
    return page


TALLEST = 1400
"""Pixels of a picture of the documents; what is below is for those who look at the page itself."""


def _take(page: Page, address: str, file: Path, tallest: int | None = None) -> None:
    page.goto(address)
    clip: FloatRect | None = None
    if tallest is not None and page.viewport_size is not None:
        clip = {"x": 0, "y": 0, "width": page.viewport_size["width"], "height": tallest}
    page.screenshot(path=file, full_page=True, clip=clip)
    print(file)


def _person(page: Page, name: str) -> str:
    """The address of somebody's page."""
    page.goto("/prisoners/")
    return page.get_by_role("link", name=name).first.get_attribute("href") or ""


def main() -> None:
    """The six pictures of the documents, or all pages into a folder."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    (folder or PICTURES).mkdir(parents=True, exist_ok=True)
    with _demo() as url, running_browser() as browser:
        pages = Pages(browser)
        for width, size in ((DESKTOP, "desktop"), (PHONE, "phone")):
            cora, vera = (_signed_in(pages, url, handle, width) for handle in ("cora", "vera"))
            if folder is None:
                _take(cora, "/", PICTURES / f"coordinator-{size}.png")
                _take(vera, "/", PICTURES / f"volunteer-{size}.png")
                _take(vera, f"{_person(vera, LEDGER_OF)}/ledger", PICTURES / f"ledger-{size}.png", TALLEST)
                continue
            for name, address in OF_COORDINATOR.items():
                _take(cora, address, folder / f"cora-{name}-{size}.png")
            _take(vera, "/", folder / f"vera-today-{size}.png")
            for page, handle in ((vera, "vera"), (cora, "cora")):
                for name, place in OF_PERSON.items():
                    _take(page, f"{_person(page, LEDGER_OF)}{place}", folder / f"{handle}-{name}-{size}.png")
        pages.close()


if __name__ == "__main__":
    main()
