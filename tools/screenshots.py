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

from playwright.sync_api import Page

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
    "me": "/me",
    "mailbox": "/mailbox/",
}


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
    for _ in range(150):
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


def _take(page: Page, address: str, file: Path) -> None:
    page.goto(address)
    page.screenshot(path=file, full_page=True)
    print(file)


def main() -> None:
    """The four pictures of the documents, or all pages into a folder."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    (folder or PICTURES).mkdir(parents=True, exist_ok=True)
    with _demo() as url, running_browser() as browser:
        pages = Pages(browser)
        for width, size in ((DESKTOP, "desktop"), (PHONE, "phone")):
            cora, vera = (_signed_in(pages, url, handle, width) for handle in ("cora", "vera"))
            if folder is None:
                _take(cora, "/", PICTURES / f"coordinator-{size}.png")
                _take(vera, "/", PICTURES / f"volunteer-{size}.png")
                continue
            for name, address in OF_COORDINATOR.items():
                _take(cora, address, folder / f"cora-{name}-{size}.png")
            _take(vera, "/", folder / f"vera-today-{size}.png")
            for page in (vera, cora):
                page.goto("/" if page is vera else "/prisoners/")
                page.get_by_role("link", name="Yelisey Rakushkin").first.click()
                page.screenshot(
                    path=folder / f"{'vera' if page is vera else 'cora'}-prisoner-{size}.png", full_page=True
                )
        pages.close()


if __name__ == "__main__":
    main()
