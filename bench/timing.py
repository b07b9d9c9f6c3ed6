"""Timing pages and their floors: in turns, request by request, so that a busy moment of the machine strikes all."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from uuid import uuid4

from flask import Flask

from bench import servers
from bench.client import Client, Unexpected, signed_in_cookie
from bench.floor import Floor
from bench.pages import COORDINATOR, PAGES, Page, Samples
from tracker.settings import Settings

WARM_UP = 15
Ask = Callable[[int], float]


@dataclass(frozen=True)
class Timed:
    """One page on one database, in milliseconds."""

    page: Page
    app: float
    floor: float
    weight: int
    """Bytes of the page."""

    @property
    def ratio(self) -> float:
        return self.app / self.floor


@dataclass
class Missing:
    """Why a page could not be measured."""

    page: Page
    why: str


@dataclass
class Site:
    """One database with an application and a floor on it."""

    app: Flask
    settings: Settings
    samples: Samples
    weights: dict[str, int] = field(default_factory=dict)
    missing: dict[str, Missing] = field(default_factory=dict)


def weigh(site: Site, pages: Sequence[Page]) -> None:
    """Ask for each page once, in this process, for its weight; notes the pages that are not there."""
    client = site.app.test_client()
    name, _, value = signed_in_cookie(site.app, COORDINATOR).partition("=")
    client.set_cookie(name, value)
    for page in pages:
        if page.is_form:
            continue
        bodies = []
        for n in range(5):
            answer = client.get(page.path(site.samples, n))
            if answer.status_code != 200:
                site.missing[page.key] = Missing(page, f"{answer.status_code} from {page.path(site.samples, n)}")
                break
            bodies.append(len(answer.get_data()))
        else:
            site.weights[page.key] = int(median(bodies))


def _padding(site: Site) -> dict[str, int]:
    """Bytes to add to each row of the floor's pages, so that they weigh what the application's do."""
    client = Floor(site.settings.database_url, {}).app.test_client()
    added = {}
    for page in PAGES:
        if page.key not in site.weights:
            continue
        plain = [client.get(page.floor(site.samples, n)).get_data() for n in range(5)]
        rows = max(1, int(median(body.count(b"<tr>") for body in plain)))
        added[page.key] = max(0, site.weights[page.key] - int(median(map(len, plain)))) // rows
    return added


@contextmanager
def running(site: Site, folder: Path, name: str) -> Iterator[tuple[str, str]]:
    """Both servers; gives their addresses."""
    with ExitStack() as stack:
        app = stack.enter_context(servers.application(site.settings, folder / f"{name}-app.log"))
        padding = _padding(site)
        floor = stack.enter_context(servers.floor(site.settings.database_url, padding, folder / f"{name}-floor.log"))
        yield app.url, floor.url


def time_pages(
    sites: Mapping[str, Site],
    urls: Mapping[str, tuple[str, str]],
    pages: Sequence[Page],
    rounds: int,
    tell: Callable[[str], None],
) -> dict[str, list[Timed | Missing]]:
    """Every page on every site, all sites in the same turns; the results by site, each told when it is known."""
    results: dict[str, list[Timed | Missing]] = {name: [] for name in sites}
    for page in pages:
        asks: dict[tuple[str, str], Ask] = {}
        clients: list[Client] = []
        for name, site in sites.items():
            if page.key in site.missing:
                results[name].append(site.missing[page.key])
                continue
            try:
                pair = _asks(site, *urls[name], page, clients)
            except (Unexpected, AssertionError) as error:
                results[name].append(Missing(page, str(error)))
                continue
            asks[name, "app"], asks[name, "floor"] = pair
        took = _in_turns(asks, rounds, WARM_UP) if page.growth_aim else _in_turns(asks, max(5, rounds // 10), 2)
        for name in {name for name, _ in asks}:
            app, floor = (1000 * median(took[name, who]) for who in ("app", "floor"))
            results[name].append(timed := Timed(page, app, floor, sites[name].weights.get(page.key, 0)))
            tell(f"{page.title}, {name}: {app:.2f} ms, floor {floor:.2f} ms, ratio {timed.ratio:.2f}")
        for client in clients:
            client.close()
    return results


def _in_turns(asks: Mapping[tuple[str, str], Ask], rounds: int, warm_up: int) -> dict[tuple[str, str], list[float]]:
    took: dict[tuple[str, str], list[float]] = {who: [] for who in asks}
    order = list(asks)
    gc.collect()
    gc.disable()
    try:
        for n in range(-warm_up, rounds):
            # Each time another one begins, so that none always follows the same.
            turn = n % len(order) if order else 0
            for who in order[turn:] + order[:turn]:
                seconds = asks[who](n % 1000)
                if n >= 0:
                    took[who].append(seconds)
    finally:
        gc.enable()
    return took


def _asks(site: Site, app_url: str, floor_url: str, page: Page, clients: list[Client]) -> tuple[Ask, Ask]:
    app, floor = Client(app_url, signed_in_cookie(site.app, page.who(site.samples))), Client(floor_url)
    clients += [app, floor]
    typed = page.typed
    if typed is None:
        app.get(page.path(site.samples, 0))
        return (
            lambda n: app.get(page.path(site.samples, n))[0],
            lambda n: floor.get(page.floor(site.samples, n))[0],
        )
    path = page.path(site.samples, 0)
    fields = app.form(path)

    def send(_n: int) -> float:
        return app.post(path, {**fields, **typed, "form_id": str(uuid4())})[0]

    send(0)
    return send, lambda n: floor.post(page.floor(site.samples, n), {"kind": "letter"})[0]
