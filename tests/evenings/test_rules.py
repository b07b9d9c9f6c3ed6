"""What is understood of a line, and in what order people are chosen and stand."""

from __future__ import annotations

from collections import Counter
from datetime import date
from time import process_time
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.evenings.matching import _elsewhere, _Keys
from tracker.evenings.pasted import Fault, Line, lines_of
from tracker.evenings.rules import (
    Choice,
    NothingToEnter,
    TalliedTooEarly,
    arranged,
    check_tally,
    fewest_first,
)
from tracker.prisoners.names import search_keys


def understood(text: str) -> Line:
    (line,) = lines_of(text)
    return line


@pytest.mark.parametrize(
    "typed",
    [
        "Снежков 5",
        "5 Снежков",
        "Снежков\t5",
        "Снежков; 5",
        "Снежков, 5",
        "Снежков: 5",
        "Снежков - 5",
        "Снежков — 5",
        "Снежков-5",
        "Снежков=5",
        "5 × Снежков",
        "5x Снежков",
        "5х Снежков",
        "5×Снежков",
        "Снежков x5",
        "Снежков × 5",
        "Снежков (5)",
        "Снежков 5 писем",
        "Снежков: 5 letters",
        "Снежков 5 шт.",
        "* Снежков 5",
        "1. Снежков 5",
        "12) Снежков — 5",
        "  Снежков   5  ",
        "Снежков\u00a05",
        "Снежков | 5 |",
    ],
)
def test_the_ways_people_write_a_name_and_a_number(typed: str) -> None:
    line = understood(typed)
    assert (line.name, line.letters, line.fault) == ("Снежков", 5, None)


@pytest.mark.parametrize(
    "typed, name",
    [
        ("Snezhkov Ivan; 4", "Snezhkov Ivan"),
        ("3 × Ivan Snezhkov", "Ivan Snezhkov"),
        ("Snezhkov, Ivan, 4", "Snezhkov Ivan"),
        ("Чудо-Юдо Светлана 4", "Чудо Юдо Светлана"),
        ("Ivan X. Snezhkov 4", "Ivan X Snezhkov"),
        ("Xenia 4", "Xenia"),
        ("Хармс 4", "Хармс"),
        ("O’Neil 4", "O’Neil"),
    ],
)
def test_a_name_keeps_all_its_words(typed: str, name: str) -> None:
    line = understood(typed)
    assert (line.name, line.fault) == (name, None)


@pytest.mark.parametrize("typed", ["12: 5", "12 5", "12\t5", "№12: 5", "#12 - 5", "12;5", "12: 5 letters"])
def test_the_number_of_a_sheet_can_stand_for_the_name(typed: str) -> None:
    line = understood(typed)
    assert (line.sheet, line.letters, line.name, line.fault) == (12, 5, "", None)


def test_a_table_has_the_sheet_the_name_and_the_count() -> None:
    line = understood("12\tИван Снежков\t5")
    assert (line.sheet, line.name, line.letters, line.fault) == (12, "Иван Снежков", 5, None)


@pytest.mark.parametrize(
    "typed, fault",
    [
        ("Снежков", Fault.NO_NUMBER),
        ("Имя\tПисем", Fault.NO_NUMBER),
        ("Снежков ٥", Fault.NO_NUMBER),
        ("Снежков пять", Fault.NO_NUMBER),
        ("Снежков 0", Fault.OUT_OF_RANGE),
        ("Снежков 501", Fault.OUT_OF_RANGE),
        ("Снежков 99999999999999999999999", Fault.OUT_OF_RANGE),
        ("Снежков 3 4", Fault.SEVERAL_NUMBERS),
        ("Снежков 3,5", Fault.SEVERAL_NUMBERS),
        ("Снежков 3 Иван", Fault.SEVERAL_NUMBERS),
        ("1 2 3", Fault.SEVERAL_NUMBERS),
        ("7", Fault.NO_NAME),
    ],
)
def test_what_cannot_be_read_is_said(typed: str, fault: Fault) -> None:
    assert understood(typed).fault is fault


def test_empty_lines_are_no_lines_but_count_in_the_numbering() -> None:
    assert [line.place for line in lines_of("Снежков 1\n\n   \r\nЛунин 2\n")] == [1, 4]


@given(st.text(max_size=200))
def test_every_line_is_accounted_for_whatever_is_typed(text: str) -> None:
    lines = list(lines_of(text))
    assert len(lines) == sum(1 for line in text.splitlines() if line.strip())
    for line in lines:
        assert line.fault is not None or 1 <= line.letters <= 500
        assert line.fault is not None or line.name or line.sheet is not None


@given(st.dictionaries(st.uuids(), st.integers(0, 3), max_size=20), st.uuids())
def test_the_fewest_letters_come_first_and_the_lot_falls_the_same_way_again(
    letters: dict[UUID, int], seed: UUID
) -> None:
    order = fewest_first(letters, seed)
    assert sorted(order) == sorted(letters)
    assert [letters[each] for each in order] == sorted(letters.values())
    assert fewest_first(dict(reversed(letters.items())), seed) == order


def test_among_equals_everybody_has_the_same_chance() -> None:
    people = {uuid4(): 0 for _ in range(4)}
    first = Counter(fewest_first(people, UUID(int=number))[0] for number in range(2000))
    assert min(first.values()) > 400


def test_typed_places_move_people() -> None:
    a, b, c, d = (UUID(int=number) for number in range(4))
    assert arranged([(a, 1), (b, 2), (c, 3), (d, 1)]) == [d, a, b, c]
    assert arranged([(a, 4), (b, 2), (c, 3), (d, 4)]) == [b, c, d, a]
    assert arranged([(a, None), (b, None), (c, 1), (d, None)]) == [c, a, b, d]
    assert arranged([(a, 1), (b, 2), (c, 3), (d, 4)]) == [a, b, c, d]
    assert arranged([(a, 9999), (b, 0)]) == [b, a]


def test_a_choice_is_kept_without_what_was_not_chosen() -> None:
    choice = Choice(people=50, days=None, women=True, month=3)
    assert choice.kept() == {"people": 50, "days": None, "women": True, "month": 3}
    assert Choice.of(choice.kept()) == choice
    assert Choice.of({}) == Choice()
    assert Choice.of({"people": 5, "of an earlier release": 1}).people == 5


def test_letters_are_counted_from_the_evening_on() -> None:
    day = date(2026, 2, 28)
    check_tally(day, day, {uuid4(): 1})
    with pytest.raises(TalliedTooEarly):
        check_tally(date(2026, 3, 1), day, {uuid4(): 1})
    with pytest.raises(NothingToEnter):
        check_tally(day, day, {})


def test_a_thousand_unknown_names_are_looked_for_among_two_thousand_people_in_seconds() -> None:
    """A wrong list, pasted by mistake, must not keep everybody else from the database."""
    syllables = [
        "ка",
        "ро",
        "ми",
        "ве",
        "лан",
        "дро",
        "сту",
        "фи",
        "гор",
        "ень",
        "ова",
        "ский",
        "рин",
        "тел",
        "бо",
        "жа",
        "цы",
        "хро",
    ]
    names = [f"{a}{b}{c}".capitalize() for a in syllables for b in syllables for c in syllables]
    keys = _Keys((UUID(int=number), key) for number, name in enumerate(names[:2000]) for key in _of(name))
    began = process_time()
    for name in names[-1000:]:
        _elsewhere(keys, f"{name} Пантелеймонова")
    assert process_time() - began < 15


def _of(name: str) -> set[str]:
    return set().union(*search_keys(f"{name} {name[::-1]}"))
