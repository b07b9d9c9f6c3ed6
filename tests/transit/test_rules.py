"""How long the post takes, worked out from cases."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.letters.rules import Channel, Direction
from tracker.transit.rules import (
    LONGEST_DAYS,
    Case,
    Leg,
    Losses,
    Posted,
    Times,
    blend,
    cases_of,
    expected,
    learned,
    overdue_since,
    percentile,
    send_by,
)

PLACE = uuid4()
PRIOR = Times(21, 45, 90)
histograms = st.dictionaries(st.integers(0, 200), st.integers(1, 30), min_size=1, max_size=20)


def out(day: date, **facts: object) -> Posted:
    return Posted(Direction.OUT, Channel.POST, PLACE, day, **facts)  # type: ignore[arg-type]


def test_percentiles_are_days_that_really_occurred() -> None:
    cases = {10: 1, 31: 8, 58: 1}
    assert [percentile(cases, percent) for percent in (10, 50, 90, 100)] == [10, 31, 31, 58]


@given(histograms, st.integers(1, 100))
def test_so_many_of_a_hundred_lie_within_the_percentile(cases: dict[int, int], percent: int) -> None:
    days = percentile(cases, percent)
    total = sum(cases.values())
    within = sum(count for each, count in cases.items() if each <= days)
    before = sum(count for each, count in cases.items() if each < days)
    assert within * 100 >= percent * total
    assert before * 100 < percent * total or before == 0


@given(histograms)
def test_low_median_and_high_are_in_order(cases: dict[int, int]) -> None:
    times = learned(cases)
    assert times is not None
    assert times.low <= times.median <= times.high
    assert times.cases == sum(cases.values())


def test_counts_that_fell_to_nothing_teach_nothing() -> None:
    assert learned({}) is None
    assert learned({10: 0, 12: -1}) is None
    assert learned({10: 0, 12: 1}) == Times(12, 12, 12, 1)


def test_without_cases_the_assumed_times_hold() -> None:
    assert expected(PRIOR, None, 5) == PRIOR
    assert not PRIOR.is_learned


def test_one_case_moves_them_a_little_and_many_replace_them() -> None:
    one = expected(PRIOR, Times(10, 10, 10, 1), 5)
    many = expected(PRIOR, Times(10, 10, 10, 500), 5)
    assert one is not None
    assert many is not None
    assert PRIOR.median - 8 <= one.median < PRIOR.median
    assert many.median == 10
    assert not one.is_learned
    assert many.is_learned


@given(histograms, st.integers(1, 50))
def test_what_is_expected_lies_between_what_is_assumed_and_what_was_seen(cases: dict[int, int], weight: int) -> None:
    seen = learned(cases)
    assert seen is not None
    blended = expected(PRIOR, seen, weight)
    assert blended is not None
    assert blended.low <= blended.median <= blended.high
    for part in ("low", "median", "high"):
        least, most = sorted((getattr(PRIOR, part), getattr(seen, part)))
        assert least <= getattr(blended, part) <= most


def test_a_blend_is_rounded() -> None:
    assert [blend(90, 58, cases, 5) for cases in (1, 14)] == [85, 66]


def test_of_too_few_letters_no_share_is_told() -> None:
    assert Losses(4, 4).percent is None
    assert Losses(120, 90).percent == 75, "thirty of a hundred and twenty arrived"


def test_a_delay_beyond_reason_counts_as_the_longest() -> None:
    letter = out(date(2020, 2, 29), delivered_on=date(2028, 2, 29))
    assert Case(PLACE, Channel.POST, Leg.THERE, LONGEST_DAYS) in set(cases_of(letter))


def test_a_day_before_the_letter_teaches_nothing() -> None:
    letter = out(date(2028, 2, 29), delivered_on=date(2028, 2, 28))
    assert [case.leg for case in cases_of(letter)] == [Leg.SENT]


def test_a_reply_without_the_letter_that_it_answers_teaches_only_the_way_back() -> None:
    reply = Posted(Direction.REPLY, Channel.E_LETTER, PLACE, date(2028, 3, 1), written_on=date(2028, 2, 29))
    assert list(cases_of(reply)) == [Case(PLACE, Channel.E_LETTER, Leg.BACK, 1)]


def test_a_reply_counts_where_and_how_its_letter_went() -> None:
    reply = Posted(Direction.REPLY, Channel.E_LETTER, None, date(2028, 3, 1), answers=out(date(2028, 2, 1)))
    assert list(cases_of(reply)) == [Case(PLACE, Channel.POST, Leg.ROUND, 29)]


@pytest.mark.parametrize(
    "on, by",
    [
        (date(2028, 3, 30), date(2028, 2, 29)),
        (date(2027, 3, 30), date(2027, 2, 28)),
        (date(2028, 1, 1), date(2027, 12, 2)),
    ],
)
def test_a_card_goes_so_early_that_a_slow_one_is_there_in_time(on: date, by: date) -> None:
    assert send_by(on, Times(7, 14, 30)) == by


@pytest.mark.parametrize(
    "rhythm, last, away, due",
    [
        (None, date(2028, 1, 1), False, None),
        (30, date(2028, 1, 31), False, None),
        (30, date(2028, 1, 30), False, date(2028, 2, 29)),
        (30, date(2028, 1, 1), True, None),
        (30, None, False, date(2028, 1, 31)),
    ],
)
def test_whoever_meant_to_write_is_told_when_it_was_due(
    rhythm: int | None, last: date | None, away: bool, due: date | None
) -> None:
    today, since = date(2028, 3, 1), date(2028, 1, 1)
    assert overdue_since(rhythm, last, since, today, is_away=away) == due
