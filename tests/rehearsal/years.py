"""Many years, one after another: ``python -m tests.rehearsal.years SEEDS DATES``; ends with 1 for a broken promise."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.rehearsal.year import Year
from tracker.app import create_app
from tracker.db import IN_MEMORY
from tracker.rehearsal.scratch import scratch
from tracker.settings import Settings


def main(seeds: int = 200, dates: int = 2_000) -> int:
    app = create_app(
        Settings(
            database_url=IN_MEMORY,
            secret_key="a secret of the tests, long enough to pass the check",
            key_file=Path("no-key"),
            smtp_url="smtp://localhost",
            mail_from="Tracker <post@tracker.example>",
            public_url="https://post.example.org",
        )
    )
    broken = 0
    with app.app_context(), scratch() as tables:
        for seed in range(seeds):
            began = time.monotonic()
            year = Year(tables.fresh(), seed, dates)
            year.play()
            found = year.broken_promises()
            broken += len(found)
            lasted = time.monotonic() - began
            print(f"seed {seed}: {dates} dates, {len(year.stage.sent)} mails, {len(found)} broken, {lasted:.0f} s")
            for promise in found:
                print(f"  {promise}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
