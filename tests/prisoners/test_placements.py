"""Where somebody was, on a day of the past."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from tracker.partial_date import PartialDate
from tracker.prisoners.placements import check_placement, placement_on
from tracker.prisoners.rules import (
    EndsBeforeBegin,
    NoFacilityThere,
    PlaceGivenTwice,
    PlacementAfterNext,
    PlacementBeforeLast,
    PlacementKind,
)


@dataclass(frozen=True)
class Stay:
    name: str
    since: PartialDate | None = None
    until: PartialDate | None = None


def stay(name: str, since: str | None = None, until: str | None = None) -> Stay:
    return Stay(name, PartialDate.parse(since) if since else None, PartialDate.parse(until) if until else None)


def names(day: str, *stays: Stay) -> tuple[str, bool]:
    placed = placement_on(date.fromisoformat(day), stays)
    return " or ".join(each.name for each in placed.possible), placed.certain


MOVES = (
    stay("SIZO", "2022-09-02", "2023-04-10"),
    stay("colony", "2023-04-10", "2024-02-29"),
    stay("hospital", "2024-02-29"),
)


@pytest.mark.parametrize(
    "day, place",
    [
        ("2022-09-01", ("", False)),
        ("2022-09-02", ("SIZO", True)),
        ("2023-04-09", ("SIZO", True)),
        ("2023-04-10", ("colony", True)),
        ("2024-02-28", ("colony", True)),
        ("2024-02-29", ("hospital", True)),
        ("2026-12-15", ("hospital", True)),
    ],
)
def test_the_day_of_a_move_belongs_to_the_new_place(day, place):
    assert names(day, *MOVES) == place


def test_between_two_places_nobody_knows():
    gap = (stay("SIZO", "2023-01-01", "2023-02-01"), stay("colony", "2023-05-01"))
    assert names("2023-03-01", *gap) == ("", False)


def test_within_a_month_of_a_move_both_places_are_possible():
    blurred = (stay("SIZO", "2022", "2023-04"), stay("colony", "2023-04"))
    assert names("2023-04-15", *blurred) == ("SIZO or colony", False)
    assert names("2023-05-01", *blurred) == ("colony", True)
    assert names("2023-03-31", *blurred) == ("SIZO", True)
    assert names("2022-06-01", *blurred) == ("SIZO", False)


def test_a_stay_without_a_noted_end_is_possible_until_the_next_but_not_certain():
    open_ended = (stay("SIZO", "2022-09-02"), stay("colony", "2023-04-10"))
    assert names("2023-01-01", *open_ended) == ("SIZO", False)
    assert names("2023-04-10", *open_ended) == ("colony", True)


def test_stays_without_dates_keep_their_order_and_are_all_possible():
    unknown = (stay("SIZO", "2022-09-02"), stay("hospital"), stay("colony", "2023-04-10"))
    assert names("2022-10-01", *unknown) == ("SIZO or hospital", False)
    assert names("2022-01-01", *unknown) == ("", False)
    assert names("2022-01-01", stay("somewhere")) == ("somewhere", False)


def test_nobody_was_anywhere_that_is_not_known():
    assert names("2022-01-01") == ("", False)


def fits(**facts):
    check_placement(**{"kind": PlacementKind.SIZO, "has_facility": True, "place": None, "since": None, **facts})


def test_a_placement_that_fits_is_not_refused():
    fits(
        since=PartialDate.parse("2023-04"),
        previous_since=PartialDate.parse("2023-04-10"),
        next_since=PartialDate.parse("2023-04-01"),
        until=PartialDate.parse("2023-04-01"),
    )


@pytest.mark.parametrize(
    "facts, refusal",
    [
        ({"place": "a village"}, PlaceGivenTwice),
        ({"kind": PlacementKind.TRANSFER}, NoFacilityThere),
        ({"since": PartialDate.parse("2023-04"), "until": PartialDate.parse("2023-03")}, EndsBeforeBegin),
        ({"since": PartialDate.parse("2023"), "previous_since": PartialDate.parse("2024-01-01")}, PlacementBeforeLast),
        ({"since": PartialDate.parse("2025"), "next_since": PartialDate.parse("2024-12-31")}, PlacementAfterNext),
    ],
)
def test_a_placement_that_does_not_fit_is_refused_by_name(facts, refusal):
    with pytest.raises(refusal):
        fits(**facts)
