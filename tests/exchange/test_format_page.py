"""The page about the format tells the truth."""

from __future__ import annotations

import re
from pathlib import Path

from tracker.exchange.bundle import read_bundle
from tracker.exchange.queries import exported
from tracker.exchange.schema import resolved_schema
from tracker.partial_date import PartialDate

PAGE = (Path(__file__).parents[2] / "docs" / "bundle-format.md").read_text(encoding="utf-8")


def example() -> bytes:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    return block.encode()


def test_the_example_is_a_bundle_that_comes_back(session, take):
    bundle = read_bundle(example()).data
    take(bundle)

    assert exported(session, "the-orchard") == bundle


def test_the_page_tells_of_every_part_of_a_bundle():
    for name in resolved_schema()["properties"]:
        assert f"**{name}**" in PAGE or f"{name}:" in PAGE


def test_the_dates_on_the_page_are_dates():
    rows = re.findall(r"^\| `\"?([-0-9]+)\"?`", PAGE, re.MULTILINE)

    assert len(rows) == 6
    assert [str(PartialDate.parse(row)) for row in rows] == rows
