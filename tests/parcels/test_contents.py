"""How a typed line is understood, and amounts of money."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.parcels.contents import MOST_OF_ONE, Item, understood, weighed
from tracker.parcels.money import MOST_MINOR, NotAnAmount, as_typed, minor_units
from tracker.parcels.rules import HEAVIEST_GRAMS, ParcelQuestion, questions_about_weight


@pytest.mark.parametrize(
    "line, what, how_many, grams",
    [
        ("2 × wool socks 300 g", "wool socks", 2, 300),
        ("tea, 3, 250 g", "tea", 3, 250),
        ("soap", "soap", 1, None),
        ("Чай, 200 г", "Чай", 1, 200),
        ("2 х носки шерстяные, 150гр", "носки шерстяные", 2, 150),
        ("мыло (100 г)", "мыло", 1, 100),
        ("3 шт. мыло", "мыло", 3, None),
        ("мыло, 3 шт.", "мыло", 3, None),
        ("2×носки", "носки", 2, None),
        ("socks x2", "socks", 2, None),
        ("1.5 kg apples", "apples", 1, 1500),
        ("яблоки 1,5 кг", "яблоки", 1, 1500),
        ("  tea \t 250 g  x 3 ", "tea", 3, 250),
    ],
)
def test_a_line_is_understood_as_people_write_it(line: str, what: str, how_many: int, grams: int | None) -> None:
    assert understood(line) == Item(what, how_many, grams)


@pytest.mark.parametrize(
    "line",
    [
        "2xl t-shirt",
        "Ibuprofen 200 mg",
        "Notebook A5, 48 sheets",
        "Two 100 g bars, 2 x 50 g",
        "1984",
        "200 g",
        "0 x soap",
        "vitamin D 2.5 g",
        "Books (2)",
        "999999 kg of feathers",
        "-",
    ],
)
def test_what_is_not_clear_stays_as_it_was_typed(line: str) -> None:
    assert understood(line) == Item(line)


@given(st.text(min_size=1, max_size=80).filter(lambda text: text.strip()))
def test_whatever_is_typed_nothing_is_empty_and_no_number_is_out_of_bounds(line: str) -> None:
    item = understood(line)
    assert item.what
    assert 1 <= item.how_many <= MOST_OF_ONE
    assert item.grams is None or 1 <= item.grams <= HEAVIEST_GRAMS


def test_the_lines_add_up_only_if_all_are_weighed() -> None:
    assert weighed([300, 250]) == 550
    assert weighed([300, None]) is None
    assert weighed([]) is None


def test_lines_that_weigh_more_than_the_whole_are_asked_back() -> None:
    assert questions_about_weight(500, 501) == (ParcelQuestion.LINES_WEIGH_MORE,)
    assert questions_about_weight(500, 500) == ()
    assert questions_about_weight(None, 900) == ()


@pytest.mark.parametrize(
    "text, minor",
    [("412.50", 41250), ("412,50", 41250), ("412,5", 41250), ("412", 41200), ("1 200", 120000), ("0", 0), (" 3 ", 300)],
)
def test_an_amount_is_typed_in_several_ways(text: str, minor: int) -> None:
    assert minor_units(text) == minor


@pytest.mark.parametrize("text", ["", "-3", "1.234,50", "12.345", "4e3", "٣", "3 €", "9" * 30, "1000000.01", "nan"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(NotAnAmount):
        minor_units(text)


@given(st.integers(min_value=0, max_value=MOST_MINOR))
def test_every_amount_can_be_typed_again(minor: int) -> None:
    assert minor_units(as_typed(minor)) == minor
