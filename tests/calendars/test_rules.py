"""Which entries follow from days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tracker.calendars.rules import (
    MOST_ENTRIES,
    Former,
    Horizon,
    Known,
    Off,
    SaysMoreThanAllowed,
    check_disclosure,
    counter_of,
    entries_of,
)
from tracker.dates.rules import Day, DayKind, FurtherDay, Leap
from tracker.partial_date import PartialDate
from tracker.volunteers.rules import Disclosure, disclosure_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HORIZON = Horizon(NOW.date(), NOW)
ID = UUID("5f0e5fbb-6ff2-4b4a-9a6b-1f8c1f6f7a10")


def known(on: str | None, kind: DayKind = DayKind.HEARING, off: Off | None = None, **facts: Any) -> Known:
    former = facts.pop("former", ())
    facts.setdefault("zone", "Asia/Vladivostok")
    facts.setdefault("changed_at", NOW - timedelta(days=2))
    day = Day(kind, ID, PartialDate.parse(on) if on else None, **facts)
    return Known(day, ("Дуня Огурцова",), off, former=former)


def days_of(*several: Known, horizon: Horizon = HORIZON) -> list[date]:
    return [entry.on for entry in entries_of(several, horizon)]


class TestHearings:
    def test_a_known_time_is_an_instant(self) -> None:
        (entry,) = entries_of([known("2026-12-15", at=time(10))], HORIZON)
        assert entry.starts_at == datetime(2026, 12, 15, 0, tzinfo=UTC)

    def test_a_moved_hearing_keeps_its_name(self) -> None:
        (before,) = entries_of([known("2026-12-15", at=time(10))], HORIZON)
        (after,) = entries_of([known("2027-01-20", revision=1)], HORIZON)
        assert before.uid("post.example") == after.uid("post.example")
        assert before.uid("post.example").endswith("@post.example")

    def test_another_hearing_has_another_name(self) -> None:
        first = known("2026-12-15")
        second = replace(first, day=replace(first.day, subject_id=uuid4()))
        assert len({entry.uid("x") for entry in entries_of([first, second], HORIZON)}) == 2

    def test_of_which_only_the_month_is_known_there_is_no_entry(self) -> None:
        assert days_of(known(None)) == []

    def test_a_window_is_a_block_without_a_time(self) -> None:
        (entry,) = entries_of([known("2026-12-14", latest_on=date(2026, 12, 18), at=time(10))], HORIZON)
        assert (entry.on, entry.until, entry.starts_at) == (date(2026, 12, 14), date(2026, 12, 18), None)

    def test_each_sitting_is_an_entry_with_a_name_that_outlives_a_move(self) -> None:
        first, second = FurtherDay(date(2026, 12, 16), time(10)), FurtherDay(date(2026, 12, 17))
        found = entries_of([known("2026-12-15", sittings=(first, second))], HORIZON)
        moved = entries_of([known("2026-12-15", sittings=(first, FurtherDay(date(2027, 1, 8))))], HORIZON)
        assert [entry.on.day for entry in found] == [15, 16, 17]
        assert [entry.uid("x") for entry in found] == [entry.uid("x") for entry in moved]
        assert len({entry.uid("x") for entry in found}) == 3

    def test_a_sitting_that_was_dropped_is_shown_as_cancelled(self) -> None:
        sitting, dropped = FurtherDay(date(2026, 12, 16)), FurtherDay(date(2026, 12, 17), time(9))
        former = (Former(FurtherDay(date(2026, 12, 15)), (sitting, dropped)),)
        found = entries_of([known("2026-12-15", sittings=(sitting,), former=former)], HORIZON)
        assert [(entry.on.day, entry.off) for entry in found] == [(15, None), (16, None), (17, Off.CANCELLED)]

    def test_postponed_without_a_date_keeps_the_day_that_it_had(self) -> None:
        former = (Former(None), Former(FurtherDay(date(2026, 12, 15), time(10))))
        (entry,) = entries_of([known(None, off=Off.POSTPONED, former=former)], HORIZON)
        assert (entry.on, entry.at, entry.off) == (date(2026, 12, 15), time(10), Off.POSTPONED)

    def test_when_only_the_month_is_left_the_former_day_is_called_off(self) -> None:
        former = (Former(FurtherDay(date(2026, 12, 15))),)
        (entry,) = entries_of([known(None, former=former)], HORIZON)
        assert entry.off is Off.POSTPONED

    @pytest.mark.parametrize("days, stays", [(30, True), (31, False)])
    def test_what_is_cancelled_stays_thirty_days(self, days: int, stays: bool) -> None:
        changed_at = NOW - timedelta(days=days)
        assert bool(days_of(known("2026-12-15", off=Off.CANCELLED, changed_at=changed_at))) is stays

    @pytest.mark.parametrize("on, is_in", [
        ("2025-11-19", False), ("2025-11-20", True), ("2028-05-20", True), ("2028-05-21", False),
    ])  # fmt: skip
    def test_a_year_back_and_eighteen_months_ahead(self, on: str, is_in: bool) -> None:
        assert bool(days_of(known(on))) is is_in


class TestOtherDays:
    @pytest.mark.parametrize("on, is_in", [("2026-10-20", False), ("2026-10-21", True), ("2028-05-21", False)])
    def test_what_is_not_in_court_goes_a_month_after_its_day(self, on: str, is_in: bool) -> None:
        assert bool(days_of(known(on, DayKind.DETENTION_UNTIL))) is is_in

    @pytest.mark.parametrize("on", ["2027-01", "2027", "2027-22"])
    def test_what_is_not_known_to_the_day_is_left_out(self, on: str) -> None:
        assert days_of(known(on, DayKind.RELEASE)) == []

    def test_a_birthday_on_29_february_is_there_every_year(self) -> None:
        horizon = Horizon(date(2027, 1, 10), NOW)
        birth = known("1988-02-29", DayKind.BIRTHDAY)
        assert days_of(birth, horizon=horizon) == [date(2027, 2, 28), date(2028, 2, 29)]
        march = replace(birth, day=replace(birth.day, leap=Leap.MAR1))
        assert days_of(march, horizon=horizon) == [date(2027, 3, 1), date(2028, 2, 29)]

    def test_each_year_is_an_entry_of_its_own_with_its_number(self) -> None:
        found = entries_of([known("1990-01-05", DayKind.BIRTHDAY)], HORIZON)
        assert [(entry.on.year, entry.ordinal) for entry in found] == [(2027, 37), (2028, 38)]
        assert len({entry.uid("x") for entry in found}) == 2

    def test_without_a_year_there_is_no_number_and_without_a_day_no_entry(self) -> None:
        (first, _second) = entries_of([known("--01-05", DayKind.BIRTHDAY)], HORIZON)
        assert first.ordinal is None
        assert days_of(known("1990-01", DayKind.BIRTHDAY), known("1990", DayKind.BIRTHDAY)) == []

    def test_a_parcel_every_three_months_is_counted_from_the_original_day(self) -> None:
        window = known("2026-08-31", DayKind.PARCEL_WINDOW, every_months=3)
        found = entries_of([window], HORIZON)
        assert [str(entry.on) for entry in found][:4] == ["2026-11-30", "2027-02-28", "2027-05-31", "2027-08-31"]
        moved = entries_of([known("2026-08-05", DayKind.PARCEL_WINDOW, every_months=3)], HORIZON)
        assert moved[0].on == date(2026, 11, 5)
        assert moved[0].uid("x") == found[0].uid("x"), "the first chance stays the first"

    def test_a_parcel_on_the_first_of_each_month(self) -> None:
        found = days_of(known("2026-11-15", DayKind.PARCEL_WINDOW, first_of_month=True))
        assert found[:3] == [date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)]
        assert len(found) == 18

    def test_a_counter_goes_up_with_each_change(self) -> None:
        assert counter_of(None) == 0
        assert 0 < counter_of(NOW) < counter_of(NOW + timedelta(minutes=1)) < 2**31


def test_of_too_many_the_soonest_are_kept() -> None:
    several = [
        replace(known(str(date(2026, 11, 1) + timedelta(days=n % 60))), day=replace(known(
            str(date(2026, 11, 1) + timedelta(days=n % 60))).day, subject_id=uuid4()))
        for n in range(MOST_ENTRIES + 600)
    ]  # fmt: skip
    found = entries_of(several, HORIZON)
    assert len(found) == MOST_ENTRIES
    ahead = sum(1 for entry in entries_of(several[:60], HORIZON) if entry.on >= HORIZON.today)
    assert sum(1 for entry in found if entry.on >= HORIZON.today) > ahead * (len(several) // 60 - 3)
    assert found == sorted(found, key=lambda each: each.sort_key)


@pytest.mark.parametrize("wanted, most, says", [
    ("full", None, "full"), ("full", "discreet", "discreet"), ("discreet", "full", "discreet"),
    ("discreet", "minimal", "minimal"),
])  # fmt: skip
def test_a_calendar_says_no_more_than_the_collective_allows(wanted: str, most: str | None, says: str) -> None:
    limit = Disclosure(most) if most else None
    assert disclosure_of(Disclosure(wanted), limit) == says
    if wanted == "full" and says != "full":
        with pytest.raises(SaysMoreThanAllowed):
            check_disclosure(Disclosure(wanted), limit)
    else:
        check_disclosure(Disclosure(wanted), limit)
