"""Terms, chances for parcels, windows, sittings, months and occasions among the days that are gathered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from uuid import uuid4

import pytest

from tests.dates.test_queries import DECEMBER, HOME, LONG_AGO, case_of, hearing, prisoner, put
from tracker.dates.models import Deadline, DeadlineKind, HearingStatus, ParcelWindow, Sitting
from tracker.dates.occasions import occasion_days, occasion_id, occasions_to_remind_of, other_occasions
from tracker.dates.queries import days_in, days_named
from tracker.dates.rules import DayKind, DayStatus, FurtherDay, Leap
from tracker.partial_date import PartialDate
from tracker.volunteers.models import Volunteer

LATELY = datetime(2026, 11, 30, tzinfo=UTC)


def clerk(session) -> Volunteer:
    return put(session, Volunteer(handle=uuid4().hex, handle_folded=uuid4().hex, created_at=LONG_AGO))


def deadline(session, who, on="2026-12-20", **facts) -> Deadline:
    facts = {"changed_at": LONG_AGO, **facts}
    row = Deadline(
        prisoner_id=who.id,
        kind=DeadlineKind.APPEAL,
        on=date.fromisoformat(on),
        zone="Asia/Vladivostok",
        entered_by_id=clerk(session).id,
        entered_at=LONG_AGO,
        form_id=uuid4(),
        **facts,
    )
    return put(session, row)


def parcels(session, who, counted_from, every_months=None, **facts) -> ParcelWindow:
    row = ParcelWindow(
        prisoner_id=who.id,
        counted_from=date.fromisoformat(counted_from),
        every_months=every_months,
        entered_by_id=clerk(session).id,
        changed_at=LONG_AGO,
        form_id=uuid4(),
        **facts,
    )
    return put(session, row)


def test_a_term_is_a_day_by_its_own_clock(session):
    who = prisoner(session)
    made = deadline(session, who, at=time(12))
    [day] = days_in(session, DECEMBER, HOME)
    assert (day.kind, day.subject_id, day.at, day.zone) == (
        DayKind.APPEAL_DEADLINE,
        made.id,
        time(12),
        "Asia/Vladivostok",
    )
    assert (day.prisoner_ids, day.on) == ((who.id,), PartialDate(2026, 12, 20))
    assert days_named(session, {(DayKind.APPEAL_DEADLINE, made.id)}, HOME) == [day]


def test_a_term_that_was_kept_is_no_day_and_one_called_off_has_to_be_told(session):
    who = prisoner(session)
    deadline(session, who, status=HearingStatus.CLOSED)
    deadline(session, who, on="2028-01-01", status=HearingStatus.CANCELLED, changed_at=LATELY)
    assert [day.status for day in days_in(session, DECEMBER, HOME)] == [DayStatus.CANCELLED]


def test_chances_for_parcels_are_found_whenever_they_began(session):
    who = prisoner(session)
    parcels(session, who, "2020-01-31", 6)
    parcels(session, who, "2026-11-02")
    parcels(session, who, "2020-01-31", 6, ended_at=LATELY)
    parcels(session, prisoner(session, archived_at=LONG_AGO), "2026-11-02")
    found = days_in(session, DECEMBER, HOME)
    assert {(day.kind, day.every_months, day.first_of_month) for day in found} == {
        (DayKind.PARCEL_WINDOW, 6, False),
        (DayKind.PARCEL_WINDOW, None, True),
    }


def test_a_hearing_of_several_people_and_days_is_one_day(session):
    people = [prisoner(session) for _ in range(2)]
    made = hearing(session, *people, on="2026-10-01")
    put(
        session,
        Sitting(hearing_id=made.id, on=date(2026, 12, 17), at=time(10)),
        Sitting(hearing_id=made.id, on=date(2026, 12, 16)),
    )
    [day] = days_in(session, DECEMBER, HOME)
    assert day.sittings == (FurtherDay(date(2026, 12, 16)), FurtherDay(date(2026, 12, 17), time(10)))
    assert len(day.prisoner_ids) == 2


@pytest.mark.parametrize(
    "facts, is_found",
    [
        ({"on": "2026-11-20", "latest_on": date(2026, 12, 2)}, True),
        ({"on": "2026-11-20", "latest_on": date(2026, 11, 30)}, False),
        ({"on": None, "roughly": PartialDate(2026, 12)}, True),
        ({"on": None, "roughly": PartialDate(2027, 2)}, False),
    ],
)
def test_windows_and_months_are_found_by_any_of_their_days(session, facts, is_found):
    hearing(session, prisoner(session), **facts)
    assert bool(days_in(session, DECEMBER, HOME)) is is_found


def test_days_settle_from_when_they_were_changed(session):
    who = prisoner(
        session,
        birth=PartialDate.parse("1988-02-29"),
        birth_changed_at=LATELY,
        keeps_leap_day_on=Leap.MAR1,
        release_on=PartialDate.parse("2028-01-01"),
        release_changed_at=LATELY,
        release_revision=2,
    )
    case_of(session, who, "2024-12-10", detained_changed_at=LATELY)
    found = {day.kind: day for day in days_in(session, DECEMBER, HOME)}
    assert {kind: day.changed_at for kind, day in found.items()} == dict.fromkeys(found, LATELY)
    assert set(found) == {DayKind.BIRTHDAY, DayKind.RELEASE, DayKind.ARREST_ANNIVERSARY}
    assert (found[DayKind.BIRTHDAY].leap, found[DayKind.RELEASE].revision) == (Leap.MAR1, 2)


def test_a_release_of_which_the_date_was_lost_lately_is_without_a_date(session):
    prisoner(session, release_changed_at=LATELY)
    [day] = days_in(session, DECEMBER, HOME)
    assert (day.kind, day.status) == (DayKind.RELEASE, DayStatus.SINE_DIE)
    assert days_in(session, replace(DECEMBER, changed_since=datetime(2026, 12, 1, tzinfo=UTC)), HOME) == []


def test_occasions_belong_to_nobody_and_keep_their_name_for_ever(session):
    [rights] = [each for each in occasions_to_remind_of() if each.key == "human_rights_day"]
    [day] = occasion_days([rights], HOME)
    assert (day.kind, day.on, day.prisoner_ids) == (DayKind.INTL_DAY, PartialDate(None, 12, 10), ())
    assert str(occasion_id("human_rights_day")) == str(day.subject_id)
    assert days_named(session, {(DayKind.INTL_DAY, day.subject_id)}, HOME) == [day]
    with other_occasions(()):
        assert days_named(session, {(DayKind.INTL_DAY, day.subject_id)}, HOME) == []


def test_the_seed_dates_are_there():
    days = {(each.month, each.day) for each in occasions_to_remind_of()}
    seeds = {(3, 18), (4, 17), (5, 15), (5, 21), (6, 11), (6, 26), (8, 23), (10, 30), (12, 1), (12, 10)}
    assert seeds <= days
