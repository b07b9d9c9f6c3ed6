"""`make bench`: measures, and says what is over its aim. A measurement, not a test: it always succeeds.

make bench ARGS="--quick"                     a tenth of the requests
make bench ARGS="--only pages --on sqlite"    a part of it
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import mails, other, planning, report, work
from bench.collective import LETTERS
from bench.counting import count as count_statements
from bench.pages import PAGES, Page, choose
from bench.servers import settings_for
from bench.stores import CACHE, Store, postgres_server
from bench.timing import Missing, Site, Timed, running, time_pages, weigh
from tests.support.postgres import PostgresServer
from tracker.app import create_app
from tracker.settings import Settings

PARTS = ("pages", "statements", "work", "import", "memory", "mails", "planning")
DATABASES = ("sqlite", "postgresql")
Results = list[tuple[str, int, Timed | Missing]]


class Bench:
    """One run."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.options = options
        self.folder = folder
        self.rounds = options.rounds or (25 if options.quick else 200)
        self.store = Store(datetime.now(UTC).date(), say)
        self.server: PostgresServer | None = None
        self._numbers = count()

    def run(self) -> str:
        """Everything that was asked for; gives the report."""
        sizes = sorted({LETTERS, self.options.letters} if "pages" in self.options.only else {LETTERS})
        self.store.make(*sizes)
        parts: list[str] = []
        with ExitStack() as stack:
            if "postgresql" in self.options.on:
                self.server = stack.enter_context(postgres_server())
            results: Results = []
            counted: list[str] = []
            done: list[tuple[str, work.Done]] = []
            for database in self.options.on:
                with self._sites(database, sizes) as sites:
                    results += self._pages(database, sites)
                    counted += self._statements(database, sites)
                    done += self._work(database, sites)
            if results:
                parts += ["Pages", report.pages(results), "Growth", report.growth(results)]
            parts += ["Statements and bytes", *counted] if counted else []
            parts += ["Printing and counting", report.done(done)] if done else []
            parts += self._others()
        return "\n\n".join(parts) + "\n"

    @contextmanager
    def _sites(self, database: str, sizes: Sequence[int]) -> Iterator[dict[int, Site]]:
        sites = {}
        for letters in sizes:
            app = create_app(settings := self._settings(self._url(database, letters)))
            site = sites[letters] = Site(app, settings, choose(app.extensions["tracker"].engine))
            weigh(site, PAGES)
        try:
            yield sites
        finally:
            for site in sites.values():
                site.app.extensions["tracker"].engine.dispose()

    def _url(self, database: str, letters: int) -> str:
        if database == "sqlite":
            folder = self.folder / f"copy-{next(self._numbers)}"
            folder.mkdir()
            return self.store.copy(letters, folder)
        assert self.server is not None
        return self.store.load(letters, self.server)

    def _settings(self, url: str, smtp_url: str | None = None) -> Settings:
        return settings_for(url, self.store.key_file, smtp_url or f"folder://{self.folder / 'mail'}")

    def _pages(self, database: str, sites: dict[int, Site]) -> Results:
        if "pages" not in self.options.only:
            return []
        say(f"timing pages on {database}, {self.rounds} rounds")
        with ExitStack() as stack:
            named = {str(letters): site for letters, site in sites.items()}
            urls = {
                name: stack.enter_context(running(site, self.folder, f"{database}-{name}"))
                for name, site in named.items()
            }
            results = time_pages(named, urls, self._asked_for(), self.rounds, say)
        return [(database, int(name), one) for name, several in results.items() for one in several]

    def _asked_for(self) -> list[Page]:
        return [page for page in PAGES if not self.options.pages or page.key in self.options.pages]

    def _statements(self, database: str, sites: dict[int, Site]) -> list[str]:
        if "statements" not in self.options.only:
            return []
        site = sites[LETTERS]
        return [report.counted(database, count_statements(site.app, site.samples, PAGES))]

    def _work(self, database: str, sites: dict[int, Site]) -> list[tuple[str, work.Done]]:
        if "work" not in self.options.only:
            return []
        say(f"printing and counting on {database}")
        app = sites[LETTERS].app
        return [(database, one) for one in (*work.prints(app, 5), work.counting(app, 1 if self.options.quick else 3))]

    def _others(self) -> list[str]:
        lines: list[str] = []
        rows: list[Sequence[str]] = []
        sent: list[tuple[str, work.Done]] = []
        for database in self.options.on:
            if "import" in self.options.only:
                rows.append(self._import(database))
            if "memory" in self.options.only:
                rows.append(self._memory(database))
            if "mails" in self.options.only:
                row, done = self._mails(database)
                rows.append(row)
                sent += [(database, one) for one in done]
            if "planning" in self.options.only:
                rows += self._planning(database)
        if rows:
            lines = ["Import, memory, mail", report.table(("what", "database", "value", "aim", ""), rows)]
        if sent:
            lines += ["Sending", report.done(sent)]
        return lines

    def _import(self, database: str) -> Sequence[str]:
        title = "import of the book, whole process"
        if not other.BOOK.exists():
            return [title, database, "", "3 s", "not measured: the bundle is not there"]
        say(f"importing the book on {database}")
        seconds = other.import_seconds(lambda: self._settings(self._empty(database)), 1 if self.options.quick else 3)
        return [title, database, f"{seconds:.2f} s", "3 s", report.verdict(seconds, 3)]

    def _empty(self, database: str) -> str:
        name = f"empty_{next(self._numbers)}"
        if database == "sqlite":
            return f"sqlite:///{self.folder / name}.db"
        assert self.server is not None
        return self.server.create_database(name)

    def _memory(self, database: str) -> Sequence[str]:
        say(f"weighing processes on {database}")
        settings = self._settings(self._url(database, LETTERS))
        app = create_app(settings)
        samples = choose(app.extensions["tracker"].engine)
        app.extensions["tracker"].engine.dispose()
        found = other.memory(settings, samples, self.folder)
        each = f"web {found.web / other.MB:.0f}, scheduler {found.scheduler / other.MB:.0f}"
        value = f"{found.total / other.MB:.0f} MB ({each})"
        title = "memory of web (two workers) and scheduler"
        return [title, database, value, "200 MB", report.verdict(found.total, 200 * other.MB)]

    def _mails(self, database: str) -> tuple[Sequence[str], list[work.Done]]:
        say(f"planning and sending on {database}")
        found = mails.morning(
            lambda smtp_url: self._settings(self._url(database, LETTERS), smtp_url), 1 if self.options.quick else 3
        )
        planned = f"{found.plan_seconds:.2f} s ({found.planned:,} due)"
        return ["one turn of planning, whole collective", database, planned, "", ""], found.sent

    def _planning(self, database: str) -> list[Sequence[str]]:
        rows: list[Sequence[str]] = []
        for hearings in (1_000, 4_000, 20_000):
            say(f"planning {hearings:,} hearings on {database}")
            rows += planning.rows_of(planning.planning(self._empty(database), hearings), database, report.verdict)
        return rows


def say(sentence: str) -> None:
    print(f"  {sentence}", file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="fewer requests: a first look")
    parser.add_argument("--rounds", type=int, help="requests to each page (200)")
    parser.add_argument("--letters", type=int, default=1_000_000, help="the larger archive (1000000)")
    parser.add_argument("--pages", nargs="+", choices=[page.key for page in PAGES], help="only these")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--on", nargs="+", choices=DATABASES, default=DATABASES)
    return parser.parse_args()


def main() -> None:
    """Measure, print, and keep the report in .cache/bench."""
    begun = time.monotonic()
    options = _options()
    CACHE.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=CACHE.parent, prefix="bench-run-") as folder:
        written = Bench(options, Path(folder)).run()
    print(written)
    (CACHE / "last.md").write_text(written)
    say(f"took {time.monotonic() - begun:.0f} s; the report is in {CACHE / 'last.md'}")


if __name__ == "__main__":
    main()
