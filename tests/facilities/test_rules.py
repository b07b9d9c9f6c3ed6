"""When an address has to be verified anew."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.facilities.rules import (
    VerifiedFrom,
    VerifiedFromNothing,
    VerifiedInTheFuture,
    check_verification,
    is_stale,
)

TODAY = date(2028, 2, 29)


@pytest.mark.parametrize(
    "verified_on, came_back_on, expected",
    [
        (None, None, True),
        (date(2028, 2, 29), None, False),
        (date(2027, 9, 2), None, False),
        (date(2027, 9, 1), None, True),
        (date(2028, 2, 1), date(2028, 2, 2), True),
        (date(2028, 2, 1), date(2028, 2, 1), False),
    ],
)
def test_an_address_goes_stale_with_time_or_when_a_letter_comes_back(
    verified_on: date | None, came_back_on: date | None, expected: bool
) -> None:
    assert is_stale(verified_on, came_back_on, TODAY, 180) is expected


def test_who_verifies_an_address_says_from_what() -> None:
    check_verification(VerifiedFrom.PHONE, None, TODAY, TODAY)
    check_verification(VerifiedFrom.OTHER, "сестра", TODAY, TODAY)
    for source in (None, VerifiedFrom.OTHER):
        with pytest.raises(VerifiedFromNothing):
            check_verification(source, None, TODAY, TODAY)
    with pytest.raises(VerifiedInTheFuture):
        check_verification(VerifiedFrom.PHONE, None, date(2028, 3, 1), TODAY)
