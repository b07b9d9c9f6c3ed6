"""Wall clocks and calendars: what instant a day means, and which days it has."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.dates.ends import cutoff_at, expires_at, possible_ends, starts_at
from tracker.dates.rules import (
    Day,
    DayKind,
    DayStatus,
    FurtherDay,
    Leap,
    Occurrence,
    add_months,
    all_at_once,
    in_year,
    is_zone,
    occurrences,
    resolve,
    single,
)
from tracker.partial_date import PartialDate

SOME_ID = UUID("00000000-0000-4000-8000-000000000001")
ENTERED = datetime(2026, 1, 1, tzinfo=UTC)


def utc(year: int, month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def a_day(kind: DayKind, on: str | None, **facts) -> Day:
    facts = {"zone": "Europe/Moscow", "changed_at": ENTERED, **facts}
    return Day(kind, SOME_ID, PartialDate.parse(on) if on else None, **facts)


def an_occurrence(on: date, at: time | None = None, zone: str = "Europe/Moscow") -> Occurrence:
    return Occurrence("", on, at, zone)


def the_one(day: Day) -> Occurrence:
    found = single(day)
    assert found is not None
    return found


# resolve


def test_a_plain_wall_clock_is_what_it_says():
    assert resolve(date(2026, 12, 15), time(10), "Asia/Vladivostok") == utc(2026, 12, 15, 0, 0)


def test_a_time_that_the_clock_skips_is_moved_forward_by_the_gap():
    # In Berlin the clock goes from 02:00 to 03:00 on 29 March 2026.
    assert resolve(date(2026, 3, 29), time(2, 30), "Europe/Berlin") == utc(2026, 3, 29, 1, 30)
    assert resolve(date(2026, 3, 29), time(3, 30), "Europe/Berlin") == utc(2026, 3, 29, 1, 30)


def test_of_a_time_that_comes_twice_the_first_is_meant():
    assert resolve(date(2026, 10, 25), time(2, 30), "Europe/Berlin") == utc(2026, 10, 25, 0, 30)


def test_a_gap_of_half_an_hour_is_moved_by_half_an_hour():
    assert resolve(date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe") == utc(2026, 10, 3, 15, 45)


def test_a_law_that_moved_a_zone_is_known():
    # Since 1 March 2024 all of Kazakhstan is at UTC+5; this needs time zone data of 2024a or newer.
    assert resolve(date(2026, 6, 1), time(12), "Asia/Almaty") == utc(2026, 6, 1, 7, 0)


@given(
    st.dates(date(1975, 1, 1), date(2100, 1, 1)),
    st.times(timezones=st.none()),
    st.sampled_from(["Europe/Berlin", "Asia/Vladivostok", "America/Sao_Paulo", "Australia/Lord_Howe", "UTC"]),
)
def test_every_wall_clock_reading_has_an_instant_within_a_day_of_it(on, at, zone):
    wall = datetime.combine(on, at, tzinfo=UTC)
    assert abs((resolve(on, at, zone) - wall).total_seconds()) < 24 * 3600


def test_what_is_no_zone_is_told_from_what_is_one():
    assert is_zone("Asia/Kamchatka")
    for name in ("", "Nowhere/Nowhere", "../etc/passwd", "/etc/localtime", "Asia", "x" * 300, "a\0b"):
        assert not is_zone(name)


# Calendar arithmetic


@pytest.mark.parametrize(
    "year, leap, on",
    [
        (2027, Leap.FEB28, date(2027, 2, 28)),
        (2027, Leap.MAR1, date(2027, 3, 1)),
        (2028, Leap.FEB28, date(2028, 2, 29)),
        (2028, Leap.MAR1, date(2028, 2, 29)),
        (2100, Leap.FEB28, date(2100, 2, 28)),
    ],
)
def test_29_february_is_kept_in_every_year(year, leap, on):
    assert in_year(2, 29, year, leap) == on


def test_months_are_counted_from_the_original_day():
    start = date(2026, 1, 31)
    assert [add_months(start, months) for months in (1, 2, 3, 13)] == [
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
        date(2027, 2, 28),
    ]


# Occurrences


def of_years(day: Day, first: date, last: date) -> list[tuple[date, int | None]]:
    return [(each.on, each.ordinal) for each in occurrences(day, first, last)]


def test_a_birthday_returns_every_year_with_the_age():
    born = a_day(DayKind.BIRTHDAY, "1988-02-29")
    assert of_years(born, date(2027, 1, 1), date(2028, 12, 31)) == [(date(2027, 2, 28), 39), (date(2028, 2, 29), 40)]
    kept_in_march = a_day(DayKind.BIRTHDAY, "1988-02-29", leap=Leap.MAR1)
    assert of_years(kept_in_march, date(2027, 1, 1), date(2027, 12, 31)) == [(date(2027, 3, 1), 39)]


def test_a_birthday_of_an_unknown_year_has_no_age():
    assert of_years(a_day(DayKind.BIRTHDAY, "--02-29"), date(2027, 1, 1), date(2027, 12, 31)) == [
        (date(2027, 2, 28), None)
    ]


def test_a_birthday_known_to_the_month_is_its_first_day_and_says_so():
    [found] = occurrences(a_day(DayKind.BIRTHDAY, "1988-05"), date(2027, 1, 1), date(2027, 12, 31))
    assert (found.on, found.is_month_only, found.ordinal) == (date(2027, 5, 1), True, 39)


def test_of_a_birthday_known_to_the_year_nothing_follows():
    assert of_years(a_day(DayKind.BIRTHDAY, "1988"), date(2027, 1, 1), date(2027, 12, 31)) == []


def test_the_day_of_the_arrest_itself_is_no_anniversary():
    arrest = a_day(DayKind.ARREST_ANNIVERSARY, "2026-06-01")
    assert of_years(arrest, date(2026, 1, 1), date(2027, 12, 31)) == [(date(2027, 6, 1), 1)]


def test_the_key_of_a_hearing_is_its_date_time_and_zone_as_entered():
    hearing = a_day(DayKind.HEARING, "2026-12-15", at=time(10))
    assert the_one(hearing).key == "2026-12-15T10:00 Europe/Moscow"
    assert the_one(a_day(DayKind.HEARING, "2026-12-15")).key == "2026-12-15 Europe/Moscow"


def test_a_hearing_postponed_without_a_date_has_no_instance():
    assert single(a_day(DayKind.HEARING, None, status=DayStatus.SINE_DIE)) is None


def test_a_release_in_some_year_has_no_instance_and_in_some_month_has_one():
    assert single(a_day(DayKind.RELEASE, "2027")) is None
    assert the_one(a_day(DayKind.RELEASE, "2027-03")).is_month_only


# Cutoff and expiry


def test_a_hearing_with_a_time_can_be_reached_until_an_hour_before_and_expires_at_its_start():
    hearing = an_occurrence(date(2026, 12, 15), time(10), "Asia/Vladivostok")
    assert starts_at(DayKind.HEARING, hearing) == utc(2026, 12, 15, 0, 0)
    assert cutoff_at(DayKind.HEARING, hearing) == utc(2026, 12, 14, 23, 0)
    assert expires_at(DayKind.HEARING, hearing) == utc(2026, 12, 15, 0, 0)


def test_a_hearing_without_a_time_is_taken_to_start_when_the_court_opens():
    hearing = an_occurrence(date(2026, 12, 15))
    assert starts_at(DayKind.HEARING, hearing) is None
    assert cutoff_at(DayKind.HEARING, hearing) == utc(2026, 12, 15, 5, 0)
    assert expires_at(DayKind.HEARING, hearing) == utc(2026, 12, 15, 14, 0)


def test_a_deadline_can_be_met_until_the_office_closes_and_expires_with_its_day():
    custody = an_occurrence(date(2026, 12, 20))
    assert cutoff_at(DayKind.DETENTION_UNTIL, custody) == utc(2026, 12, 20, 13, 0)
    assert expires_at(DayKind.DETENTION_UNTIL, custody) == utc(2026, 12, 20, 21, 0)


def test_a_birthday_has_no_cutoff_and_may_be_wished_for_three_days_more():
    birthday = an_occurrence(date(2026, 12, 20))
    assert cutoff_at(DayKind.BIRTHDAY, birthday) is None
    assert expires_at(DayKind.BIRTHDAY, birthday) == utc(2026, 12, 23, 21, 0)


# Several days, uncertain days, chances that come back


def test_every_sitting_is_an_instance_of_its_own():
    hearing = a_day(
        DayKind.HEARING,
        "2026-12-15",
        at=time(10),
        sittings=(FurtherDay(date(2026, 12, 16)), FurtherDay(date(2027, 1, 9))),
    )
    found = all_at_once(hearing)
    assert [each.key for each in found] == [
        "2026-12-15T10:00 Europe/Moscow",
        "2026-12-16 Europe/Moscow",
        "2027-01-09 Europe/Moscow",
    ]
    assert [each.is_further for each in found] == [False, True, True]
    assert [each.on for each in occurrences(hearing, date(2026, 12, 16), date(2026, 12, 31))] == [date(2026, 12, 16)]


def test_a_window_touches_every_span_that_holds_one_of_its_days():
    window = a_day(DayKind.HEARING, "2026-12-15", latest_on=date(2026, 12, 18))
    assert len(list(occurrences(window, date(2026, 12, 18), date(2026, 12, 31)))) == 1
    assert len(list(occurrences(window, date(2026, 12, 19), date(2026, 12, 31)))) == 0


def test_a_window_has_the_cutoff_of_its_first_day_and_the_expiry_of_its_last():
    window = the_one(a_day(DayKind.HEARING, "2026-12-15", latest_on=date(2026, 12, 16)))
    assert cutoff_at(DayKind.HEARING, window) == utc(2026, 12, 15, 5, 0)
    assert expires_at(DayKind.HEARING, window) == utc(2026, 12, 16, 14, 0)
    assert possible_ends(DayKind.HEARING, window) == (
        (utc(2026, 12, 15, 5, 0), utc(2026, 12, 15, 14, 0)),
        (utc(2026, 12, 16, 5, 0), utc(2026, 12, 16, 14, 0)),
    )


@pytest.mark.parametrize(
    "counted_from, facts, found",
    [
        ("2026-08-31", {"every_months": 6}, ["2027-02-28", "2027-08-31", "2028-02-29"]),
        ("2024-02-29", {"every_months": 12}, ["2027-02-28", "2028-02-29"]),
        ("2026-12-01", {"first_of_month": True}, ["2027-01-01", "2027-02-01", "2027-03-01"]),
    ],
)
def test_chances_for_parcels_are_counted_from_the_original_day(counted_from, facts, found):
    day = a_day(DayKind.PARCEL_WINDOW, counted_from, **facts)
    last = date(2027, 3, 1) if facts.get("first_of_month") else date(2028, 3, 1)
    assert [str(each.on) for each in occurrences(day, date(2026, 12, 1), last)] == found


def test_the_day_from_which_is_counted_is_no_chance_itself():
    day = a_day(DayKind.PARCEL_WINDOW, "2026-12-01", every_months=3)
    assert list(occurrences(day, date(2026, 11, 1), date(2027, 2, 28))) == []
