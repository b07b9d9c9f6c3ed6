"""What holds of charges and measures, as sentences."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.cases.rules import (
    EmptyCharge,
    ExtendsNothing,
    MeasureIsOver,
    check_charge,
    check_end,
    check_extension,
    check_measure,
)
from tracker.partial_date import PartialDate
from tracker.prisoners.rules import DatedInTheFuture, EndsBeforeBegin

TODAY = date(2026, 12, 15)


def on(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def test_a_charge_has_an_article_or_words() -> None:
    check_charge("205.4", None, None, None, TODAY)
    check_charge(None, "leaflets", None, None, TODAY)
    with pytest.raises(EmptyCharge):
        check_charge(None, None, None, None, TODAY)


def test_nothing_becomes_of_a_charge_before_it_is_brought() -> None:
    check_charge("205.4", None, on("2024-05"), on("2024-05-01"), TODAY)
    with pytest.raises(EndsBeforeBegin):
        check_charge("205.4", None, on("2024-05"), on("2024-04-30"), TODAY)
    with pytest.raises(DatedInTheFuture):
        check_charge("205.4", None, on("2026-12-16"), None, TODAY)


def test_a_measure_has_begun_and_may_end_in_the_future() -> None:
    check_measure(on("2026-12-15"), on("2027-02-15"), TODAY)
    check_measure(None, None, TODAY)
    with pytest.raises(DatedInTheFuture):
        check_measure(on("2026-12-16"), None, TODAY)
    with pytest.raises(EndsBeforeBegin):
        check_measure(on("2026-12-10"), on("2026-12-09"), TODAY)


def extend(until: str, **facts: str | None) -> None:
    known = {"present_until": "2026-12-20", "ended_on": None, "ordered_on": "2026-12-10"} | facts
    check_extension(
        present_until=on(known["present_until"]),
        ended_on=on(known["ended_on"]),
        ordered_on=on(known["ordered_on"]),
        until=PartialDate.parse(until),
        today=TODAY,
    )


def test_an_extension_ends_later_than_the_present_term() -> None:
    extend("2026-12-21")
    extend("2026-12")
    extend("2026-12-01", present_until=None, ordered_on=None)
    for no_later in ("2026-12-20", "2026-12-19", "2026-11"):
        with pytest.raises(ExtendsNothing):
            extend(no_later, ordered_on=None)


def test_what_is_over_is_not_extended() -> None:
    with pytest.raises(MeasureIsOver):
        extend("2027-01-20", ended_on="2026-12-01")


def test_an_extension_was_ordered_and_ends_after_that() -> None:
    with pytest.raises(DatedInTheFuture):
        extend("2027-01-20", ordered_on="2026-12-16")
    with pytest.raises(EndsBeforeBegin):
        extend("2026-12-09", ordered_on="2026-12-10")


def end(ended_on: str, *, since: str | None = "2026-05-16", already: str | None = None) -> None:
    check_end(since=on(since), already_ended_on=on(already), ended_on=PartialDate.parse(ended_on), today=TODAY)


def test_a_measure_ends_once_and_not_before_it_began_nor_in_the_future() -> None:
    end("2026-12-15")
    end("2026-12")
    with pytest.raises(MeasureIsOver):
        end("2026-12-15", already="2026-12-01")
    with pytest.raises(EndsBeforeBegin):
        end("2026-05-15")
    with pytest.raises(DatedInTheFuture):
        end("2026-12-16")
