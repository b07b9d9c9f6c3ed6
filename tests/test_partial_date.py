"""A date as far as it is known stays so."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.partial_date import NotADate, PartialDate, Precision


@pytest.mark.parametrize(
    "text, precision, earliest, latest",
    [
        ("1988-02-29", Precision.DAY, date(1988, 2, 29), date(1988, 2, 29)),
        ("2023-02", Precision.MONTH, date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-02", Precision.MONTH, date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-21", Precision.SEASON, date(2023, 3, 1), date(2023, 5, 31)),
        # Winter runs over the turn of the year.
        ("2023-24", Precision.SEASON, date(2023, 12, 1), date(2024, 2, 29)),
        ("1974", Precision.YEAR, date(1974, 1, 1), date(1974, 12, 31)),
        ("--02-29", Precision.DAY_OF_YEAR, date(4, 2, 29), date(4, 2, 29)),
        ("--07", Precision.MONTH_OF_YEAR, date(1, 7, 1), date(1, 7, 31)),
    ],
)
def test_it_knows_how_much_it_knows(text: str, precision: Precision, earliest: date, latest: date) -> None:
    known = PartialDate.parse(text)
    assert (known.precision, known.earliest(), known.latest()) == (precision, earliest, latest)
    assert str(known) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0000",
        "2023-13",
        "2023-25",
        "2023-02-30",
        "2023-21-01",
        "--13",
        "--02-30",
        "2023-2",
        "12.03.2023",
        "２０２３",
        "-",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(NotADate):
        PartialDate.parse(text)


def test_only_a_whole_date_is_a_day() -> None:
    assert PartialDate.parse("2024-05-16").exact == date(2024, 5, 16)
    assert PartialDate.parse("2024-05").exact is None
    assert PartialDate.parse("--05-16").exact is None


@given(st.dates())
def test_every_day_goes_there_and_back(day: date) -> None:
    assert PartialDate.parse(str(PartialDate.of(day))).exact == day
