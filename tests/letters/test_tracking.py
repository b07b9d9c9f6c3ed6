"""What a tracking number says by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.letters.tracking import NumberKind, is_same_number, read_number, s10_check_digit


@pytest.mark.parametrize(
    "serial, digit", [("41034224", 9), ("00071761", 8), ("96633102", 0), ("76129403", 8), ("00071758", 1)]
)
def test_vector_9_the_check_digit_of_an_international_number(serial: str, digit: int) -> None:
    assert s10_check_digit(serial) == digit


@pytest.mark.parametrize("text, is_right", [("EB000717618HK", True), ("EB000717595HK", True), ("EB000717594HK", False)])
def test_vector_9_valid_and_invalid_international_numbers(text: str, is_right: bool) -> None:
    number = read_number(text)
    assert number is not None
    assert number.kind is NumberKind.INTERNATIONAL
    assert number.is_mistyped is not is_right


@pytest.mark.parametrize("text", ["eb000717618hk", " EB 000 717 618 HK ", "EB-000717618-HK", "ЕВ000717618НК"])
def test_a_number_is_the_same_however_it_is_typed(text: str) -> None:
    number = read_number(text)
    assert number is not None
    assert (number.number, number.is_mistyped) == ("EB000717618HK", False)
    assert is_same_number(text, "EB000717618HK")


@given(st.integers(0, 99_999_999), st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_is_noticed_wherever_it_is(serial: int, place: int, by: int) -> None:
    right = f"{serial:08d}"
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]
    # The digit 5 stands for two remainders; the standard puts up with that.
    if s10_check_digit(right) != 5:
        number = read_number(f"RR{wrong}{s10_check_digit(right)}RU")
        assert number is not None
        assert number.is_mistyped


def test_a_russian_number_is_known_by_its_length_alone() -> None:
    number = read_number("800801 12 34567 8")
    assert number is not None
    assert (number.kind, number.number, number.is_mistyped, number.is_odd) == (
        NumberKind.RUSSIAN,
        "80080112345678",
        False,
        False,
    )


@pytest.mark.parametrize("text", ["8008011234567", "800801123456789"])
def test_a_digit_too_few_or_too_many_is_odd_and_never_wrong(text: str) -> None:
    number = read_number(text)
    assert number is not None
    assert (number.kind, number.is_odd, number.is_mistyped) == (NumberKind.ORDER, True, False)


@pytest.mark.parametrize("text", ["A-7731 / 2", "12345", "заказ №5", "RB1", "٣" * 14, "EB00071761٨HK"])
def test_anything_else_is_an_order_number_and_stays_as_it_was_typed(text: str) -> None:
    number = read_number(text)
    assert number is not None
    assert (number.kind, number.number, number.is_mistyped, number.is_odd) == (NumberKind.ORDER, text, False, False)


def test_no_number_is_no_number() -> None:
    assert read_number(None) is read_number("") is None
    assert is_same_number(None, "")
    assert not is_same_number(None, "7")
    assert is_same_number("A 7", "a-7")
    assert not is_same_number("A7", "A8")


@pytest.mark.parametrize(
    "text, address",
    [
        ("80080112345678", "https://www.pochta.ru/tracking?barcode=80080112345678"),
        ("RR000717618RU", "https://www.pochta.ru/tracking?barcode=RR000717618RU"),
        ("EB000717618HK", None),
        ("RR000717619RU", None),
        ("order 7", None),
    ],
)
def test_an_address_to_copy_is_given_where_the_carrier_is_known(text: str, address: str | None) -> None:
    number = read_number(text)
    assert number is not None
    assert number.address == address
