"""What holds of parcels, whoever logs them."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.letters.rules import DatedInTheFuture, ReturnedBeforePosted
from tracker.parcels.rules import ArrivedAndReturned, ArrivedBeforePosted, check_parcel

TODAY, LAST_WEEK, TOMORROW = date(2026, 11, 24), date(2026, 11, 17), date(2026, 11, 25)


def test_a_parcel_arrives_or_comes_back_after_it_was_posted() -> None:
    check_parcel(LAST_WEEK, TODAY)
    check_parcel(LAST_WEEK, TODAY, arrived_on=LAST_WEEK)
    check_parcel(LAST_WEEK, TODAY, returned_on=TODAY)


def test_nothing_about_a_parcel_happens_tomorrow() -> None:
    for facts in ({}, {"arrived_on": TOMORROW}, {"returned_on": TOMORROW}):
        with pytest.raises(DatedInTheFuture):
            check_parcel(TODAY if facts else TOMORROW, TODAY, **facts)


def test_a_parcel_does_not_arrive_before_it_was_posted() -> None:
    with pytest.raises(ArrivedBeforePosted):
        check_parcel(TODAY, TODAY, arrived_on=LAST_WEEK)


def test_a_parcel_does_not_come_back_before_it_was_posted() -> None:
    with pytest.raises(ReturnedBeforePosted):
        check_parcel(TODAY, TODAY, returned_on=LAST_WEEK)


def test_a_parcel_either_arrives_or_comes_back() -> None:
    with pytest.raises(ArrivedAndReturned):
        check_parcel(LAST_WEEK, TODAY, arrived_on=TODAY, returned_on=TODAY)
