"""What holds of prisoners, as sentences."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.partial_date import PartialDate
from tracker.prisoners.names import name_keys
from tracker.prisoners.rules import (
    BornInTheFuture,
    EndsBeforeBegin,
    PlacementKind,
    Whereabouts,
    check_person,
    definitely_before,
    is_in_the_future,
    mail_is_forbidden,
    same_name,
    whereabouts_in,
)

TODAY = date(2026, 12, 15)


def on(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


@pytest.mark.parametrize(
    "first, second, answer",
    [
        ("2024-05-01", "2024-05-02", True),
        ("2024-05-02", "2024-05-02", False),
        ("2024-05", "2024-05-02", False),
        ("2024-04", "2024-05-02", True),
        ("2023", "2024-01", True),
        ("2024-24", "2025-02-28", False),
        ("2024-24", "2025-03-01", True),
        ("--05-01", "2024-05-02", False),
        (None, "2024", False),
        ("2024", None, False),
    ],
)
def test_one_date_is_before_another_only_when_no_reading_of_them_says_otherwise(first, second, answer):
    assert definitely_before(on(first), on(second)) is answer


def test_a_month_that_has_begun_is_not_in_the_future():
    assert not is_in_the_future(on("2026-12"), TODAY)
    assert is_in_the_future(on("2027-01"), TODAY)
    assert not is_in_the_future(on("--12-31"), TODAY)


def test_nobody_is_born_tomorrow():
    with pytest.raises(BornInTheFuture):
        check_person(birth=on("2026-12-16"), no_mail_since=None, no_mail_until=None, today=TODAY)
    check_person(birth=on("2026-12-15"), no_mail_since=None, no_mail_until=None, today=TODAY)


def test_a_ban_on_mail_does_not_end_before_it_began():
    with pytest.raises(EndsBeforeBegin):
        check_person(birth=None, no_mail_since=on("2026-05"), no_mail_until=on("2026-04-30"), today=TODAY)
    check_person(birth=None, no_mail_since=on("2026-05"), no_mail_until=on("2026-05"), today=TODAY)


@pytest.mark.parametrize(
    "no_mail, since, until, forbidden",
    [
        (False, None, None, False),
        (True, None, None, True),
        (True, "2026-12-16", None, False),
        (True, "2026-12", None, True),
        (True, None, "2026-12-14", False),
        (True, None, "2026-12-15", True),
        (True, None, "--12-01", True),
    ],
)
def test_a_ban_on_mail_holds_until_its_last_day_and_in_doubt(no_mail, since, until, forbidden):
    assert mail_is_forbidden(no_mail, on(since), on(until), TODAY) is forbidden


def test_a_move_says_how_somebody_stands_unless_it_changes_nothing():
    assert whereabouts_in(PlacementKind.SIZO) is Whereabouts.IN_CUSTODY
    assert whereabouts_in(PlacementKind.TRANSFER, Whereabouts.SERVING) is Whereabouts.SERVING
    assert whereabouts_in(PlacementKind.AT_LIBERTY, Whereabouts.SERVING) is Whereabouts.AT_LIBERTY


def words(name: str) -> list[frozenset[str]]:
    return [name_keys(word) for word in name.split()]


@pytest.mark.parametrize(
    "one, other, answer",
    [
        ("Yegor Listopad", "Листопад Егор Кириллович", True),
        ("Dmitriy Zimin", "Dmitry Zimin", True),
        ("Dmitriy Zimin", "Dmitry Zimina", False),
        ("Kirill", "Kirill Zimin", False),
        ("Kirill", "Кирилл", True),
        ("Kirill Zimin", "Kirill Vesnin", False),
        ("", "Kirill", False),
    ],
)
def test_names_meet_in_either_script_and_order(one, other, answer):
    assert same_name(words(one), words(other)) is answer
