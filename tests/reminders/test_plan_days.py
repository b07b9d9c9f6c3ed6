"""Hearings of several days or of uncertain ones, chances for parcels, clocks that change, habits that change."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from uuid import uuid4

import pytest

from tests.reminders.life import BERLIN, Life, utc
from tracker.dates.rules import DayKind, DayStatus, Leap
from tracker.reminders.changes import state_of, what_changed
from tracker.reminders.rules import Change, DayState, MailState, Person, Reason, Role, Rule
from tracker.volunteers.rules import FormerHabits, former_habits, with_former_habits

FAR = "2027-06-01 00:00"
EACH_DAY = Rule(days=1, each_sitting=True)


def reader(zone: str = BERLIN, at: str = "08:00", **more) -> Person:
    return Person(uuid4(), zone, time.fromisoformat(at), **more)


# Sittings (P7)


def test_a_rule_for_each_sitting_goes_out_for_each_and_others_for_the_first_only():
    life = Life(sittings=("2026-12-16T10:00", "2026-12-21"), rules=(7, EACH_DAY)).until(FAR)
    assert life.mails() == [
        "Tue 08 Dec 08:00 reminder d7",
        "Mon 14 Dec 08:00 reminder d1",
        "Tue 15 Dec 08:00 reminder d1",
        "Sun 20 Dec 08:00 reminder d1",
    ]
    assert [f"{mail.event_on:%d}" for _, mail in life.sent] == ["15", "15", "16", "21"]


def test_rules_of_two_sittings_at_one_moment_are_one_mail_about_the_nearer():
    rules = (Rule(days=1, each_sitting=True), Rule(days=0, each_sitting=True))
    life = Life(sittings=("2026-12-16T10:00",), rules=rules, at="11:00").until(FAR)
    assert life.mails() == [
        "Mon 14 Dec 08:00 reminder d1",
        "Tue 15 Dec 08:00 reminder d0",
    ]
    assert (life.sent[1][1].covers, f"{life.sent[1][1].event_on:%d}") == (("d1",), "15")


def test_what_is_late_about_several_sittings_is_one_mail_about_the_soonest():
    sittings = ("2026-12-16T10:00", "2026-12-17T10:00")
    life = Life(entered="2026-12-14 20:00", sittings=sittings, rules=(Rule(days=7, each_sitting=True),)).until(FAR)
    assert life.mails() == ["Mon 14 Dec 21:10 late_notice d7"]
    assert f"{life.sent[0][1].event_on:%d}" == "15"


def test_while_that_mail_is_on_its_way_nothing_else_is_late():
    sittings = ("2026-12-16T10:00", "2026-12-17T10:00")
    life = Life(entered="2026-12-14 20:00", sittings=sittings, rules=(Rule(days=7, each_sitting=True),))
    life.now = utc("2026-12-14 20:10")
    [notice] = [mail for mail in life.plan(life.now) if mail.state is MailState.QUEUED]
    life.told.append(life._as_told(notice, None, MailState.SENDING))
    assert [mail for mail in life.plan(life.now) if mail.state is MailState.QUEUED] == []


def test_a_hearing_entered_while_it_goes_on_is_told_for_the_next_sitting():
    life = Life(entered="2026-12-15 15:00", sittings=("2026-12-17T10:00",), rules=(7,)).until(FAR)
    assert life.mails() == ["Tue 15 Dec 16:10 late_notice d7"]
    assert f"{life.sent[0][1].event_on:%d}" == "17"


def test_whoever_was_told_hears_of_one_more_sitting_even_after_the_first():
    life = Life(rules=(7,), sittings=("2026-12-16T10:00",))
    life.change("2026-12-15 15:00", sittings=("2026-12-16T10:00", "2026-12-21T10:00")).until(FAR)
    assert life.mails() == ["Tue 08 Dec 08:00 reminder d7", "Tue 15 Dec 16:10 change_notice days_changed"]


def test_each_sitting_is_missed_by_itself():
    life = Life(sittings=("2026-12-17T10:00",), rules=(EACH_DAY,))
    life.stands_still("2026-12-13 00:00", "2026-12-16 12:00").until(FAR)
    assert life.mails() == ["Wed 16 Dec 13:00 reminder d1"]
    assert life.missed() == ["d1"]


# Windows (P7)


def test_a_window_is_counted_from_its_first_day():
    life = Life(at=None, latest_on="2026-12-18", rules=(7, 2)).until(FAR)
    assert life.mails() == ["Tue 08 Dec 08:00 reminder d7", "Sun 13 Dec 08:00 reminder d2"]
    told = life.sent[0][1].day_state
    assert told is not None
    assert told.latest_on == "2026-12-18"


def test_in_a_window_that_has_begun_only_what_is_late_is_still_told():
    life = Life(at=None, latest_on="2026-12-18", rules=(7, 2))
    life.stands_still("2026-12-07 00:00", "2026-12-17 12:00").until(FAR)
    assert life.mails() == ["Thu 17 Dec 13:00 reminder d2"]
    assert life.sent[0][1].days_to_go == 0
    over = Life(at=None, latest_on="2026-12-18", rules=(7, 2))
    over.stands_still("2026-12-07 00:00", "2026-12-18 14:00").until(FAR)
    assert (over.mails(), over.missed()) == ([], ["d2"])


def test_quiet_hours_yield_to_the_next_day_of_a_window_only_if_seven_is_too_late():
    life = Life(at=None, latest_on="2026-12-18", entered="2026-12-15 23:00", rules=(7,)).until(FAR)
    # 09:00 in Moscow is 07:00 in Berlin: by then somebody would have to be there.
    assert life.mails() == ["Wed 16 Dec 00:10 late_notice d7"]
    home = Life(at=None, zone=BERLIN, latest_on="2026-12-18", entered="2026-12-15 23:00", rules=(7,)).until(FAR)
    assert home.mails() == ["Wed 16 Dec 07:00 late_notice d7"]


@pytest.mark.parametrize(
    "facts, change",
    [
        ({"on": "2026-12-16", "latest_on": None}, "date_set"),
        ({"latest_on": None}, "date_set"),
        ({"latest_on": "2026-12-20"}, "days_changed"),
        ({"on": "2026-12-17", "latest_on": "2026-12-20"}, "postponed"),
        ({"on": "2026-12-14", "latest_on": "2026-12-18"}, "brought_forward"),
        ({"on": "2027-01", "latest_on": None}, "postponed_no_date"),
        ({"on": "2027", "latest_on": None}, "postponed_no_date"),
    ],
)
def test_whoever_was_told_of_a_window_hears_of_its_change(facts, change):
    life = Life(at=None, latest_on="2026-12-18", rules=(7,))
    life.change("2026-12-09 10:00", **facts).until("2026-12-09 12:00")
    assert life.mails() == ["Tue 08 Dec 08:00 reminder d7", f"Wed 09 Dec 11:10 change_notice {change}"]


def test_a_day_that_becomes_a_window_is_told():
    life = Life(at=None, rules=(7,)).change("2026-12-09 10:00", latest_on="2026-12-18").until("2026-12-09 12:00")
    assert life.mails()[-1] == "Wed 09 Dec 11:10 change_notice days_changed"


def test_what_was_told_before_there_were_windows_still_holds():
    told = DayState(on="2026-12-15", at="10:00", zone="Europe/Moscow", place="court one", status="scheduled")
    assert what_changed(told, state_of(Life().day)) is None
    assert what_changed(told, replace(told, on="2027")) is Change.POSTPONED_NO_DATE
    assert what_changed(replace(told, on="2027-01"), replace(told, on="2027")) is Change.POSTPONED_NO_DATE


# Months and years (P8, C9)


@pytest.mark.parametrize("kind", [DayKind.DETENTION_UNTIL, DayKind.APPEAL_DEADLINE, DayKind.RELEASE])
def test_coordinators_are_asked_for_the_day_of_a_term_in_some_month(kind):
    life = Life(kind=kind, on="2027-01", at=None, roles=(Role.COORDINATORS,)).until(FAR)
    assert life.mails() == ["Fri 18 Dec 08:00 date_needed date_needed"]
    assert Life(kind=kind, on="2027-01", at=None, roles=(Role.COURT,)).until(FAR).mails() == []


def test_in_the_month_itself_they_are_asked_and_after_it_nobody_is():
    life = Life(on="2026-11", at=None, roles=(Role.COORDINATORS,), entered="2026-11-29 12:00").until(FAR)
    assert life.mails() == ["Mon 30 Nov 08:00 date_needed date_needed"]
    over = Life(on="2026-11", at=None, roles=(Role.COORDINATORS,), entered="2026-12-01 12:00").until(FAR)
    assert (over.mails(), over.missed()) == ([], [])


def test_of_a_hearing_in_some_year_nothing_follows():
    assert Life(on="2027", at=None, roles=(Role.WRITERS, Role.COORDINATORS)).until(FAR).mails() == []


def test_nobody_is_asked_for_the_date_of_a_hearing_whose_case_is_over():
    life = Life(roles=(Role.COORDINATORS,), rules=(7,)).postpone("2026-12-09 10:00")
    life.change("2026-12-20 10:00", status=DayStatus.CLOSED).until(FAR)
    assert [mail.split()[-1] for mail in life.mails()] == ["d7", "postponed_no_date"]


# Chances to send a parcel (P10)


def test_chances_for_parcels_are_counted_from_the_original_day_and_clamped():
    life = Life(kind=DayKind.PARCEL_WINDOW, on="2026-08-31", every_months=3, rules=(3, 0), entered="2026-08-31 12:00")
    assert life.until("2027-06-01 00:00").mails() == [
        "Fri 27 Nov 08:00 reminder d3",
        "Mon 30 Nov 08:00 reminder d0",
        "Thu 25 Feb 08:00 reminder d3",
        "Sun 28 Feb 08:00 reminder d0",
        "Fri 28 May 08:00 reminder d3",
        "Mon 31 May 08:00 reminder d0",
    ]


def test_or_they_open_on_the_first_of_each_month():
    life = Life(
        kind=DayKind.PARCEL_WINDOW, on="2026-11-30", first_of_month=True, rules=(0,), entered="2026-11-30 12:00"
    )
    assert life.until("2027-02-02 00:00").mails() == [
        "Tue 01 Dec 08:00 reminder d0",
        "Fri 01 Jan 08:00 reminder d0",
        "Mon 01 Feb 08:00 reminder d0",
    ]


# Yearly days (P9)


@pytest.mark.parametrize("leap, on", [(Leap.FEB28, "Sun 28 Feb"), (Leap.MAR1, "Mon 01 Mar")])
def test_29_february_is_kept_as_the_record_says(leap, on):
    for kind in (DayKind.BIRTHDAY, DayKind.ARREST_ANNIVERSARY):
        life = Life(kind=kind, on="1988-02-29", rules=(0,), leap=leap).until(FAR)
        assert life.mails() == [f"{on} 08:00 reminder d0"]


def test_the_occurrence_of_a_release_is_the_same_when_the_prisoner_is_moved():
    life = Life(kind=DayKind.RELEASE, at=None, rules=(7,)).until("2026-12-09 00:00")
    life.day = replace(life.day, zone="Asia/Vladivostok")
    assert life.until(FAR).mails() == ["Tue 08 Dec 08:00 reminder d7"]


# Clocks


@pytest.mark.parametrize(
    "zone, on, instants",
    [
        # 02:30 does not exist: the clock is moved on by the gap. It comes twice: the first one is meant.
        (BERLIN, "2027-03-29", ["2027-03-28 01:30"]),
        (BERLIN, "2027-11-01", ["2027-10-31 00:30"]),
        ("America/Los_Angeles", "2027-03-15", ["2027-03-14 10:30"]),
        # There it is 01:30 that comes twice.
        ("America/Los_Angeles", "2027-11-08", ["2027-11-07 10:30"]),
        ("Pacific/Auckland", "2027-09-27", ["2027-09-25 14:30"]),
        ("Pacific/Auckland", "2027-04-05", ["2027-04-03 13:30"]),
        ("Asia/Vladivostok", "2027-04-05", ["2027-04-03 16:30"]),
        ("Asia/Kamchatka", "2027-04-05", ["2027-04-03 14:30"]),
        ("America/Sao_Paulo", "2027-04-05", ["2027-04-04 05:30"]),
    ],
)
def test_a_mail_for_half_past_two_comes_once_on_every_night(zone, on, instants):
    life = Life(on=on, at=None, zone=zone, rules=(1,), reader=reader(zone, "02:30")).until("2028-01-01 00:00")
    assert [f"{at:%Y-%m-%d %H:%M}" for at, _ in life.sent] == instants


def test_half_an_hour_that_lord_howe_skips():
    howe = reader("Australia/Lord_Howe", "02:15")
    life = Life(on="2027-10-04", at=None, zone="Australia/Lord_Howe", rules=(1,), reader=howe).until("2028-01-01 00:00")
    assert [f"{at:%m-%d %H:%M}" for at, _ in life.sent] == ["10-02 15:45"]


# Habits (C11)


def with_new_hour(life: Life, when: str, hour: str, zone: str | None = None) -> Life:
    life.until(when)
    was = FormerHabits(life.reader.zone, life.reader.remind_at, life.now)
    life.reader = replace(
        life.reader,
        zone=zone or life.reader.zone,
        remind_at=time.fromisoformat(hour),
        former=(*life.reader.former, was),
    )
    return life


def test_if_the_new_hour_is_past_and_the_old_one_ahead_the_old_one_stays():
    life = with_new_hour(Life(rules=(2,), reader=reader(at="19:00")), "2026-12-13 12:00", "08:00").until(FAR)
    assert life.mails() == ["Sun 13 Dec 19:00 reminder d2"]
    assert life.sent[0][1].reason is Reason.LADDER


def test_if_both_are_ahead_the_new_one_holds():
    life = with_new_hour(Life(rules=(2,), reader=reader(at="19:00")), "2026-12-13 12:00", "15:00").until(FAR)
    assert life.mails() == ["Sun 13 Dec 15:00 reminder d2"]


def test_what_was_sent_by_the_old_hour_is_not_sent_again_by_the_new_one():
    life = with_new_hour(Life(rules=(2,)), "2026-12-13 12:00", "19:00").until(FAR)
    assert life.mails() == ["Sun 13 Dec 08:00 reminder d2"]


def test_two_changes_within_minutes_lose_nothing_either():
    life = with_new_hour(Life(rules=(2,), reader=reader(at="19:00")), "2026-12-13 12:00", "08:00")
    life = with_new_hour(life, "2026-12-13 12:05", "09:00").until(FAR)
    assert life.mails() == ["Sun 13 Dec 19:00 reminder d2"]


def test_nor_does_a_move_to_another_zone():
    # 08:00 in Vladivostok has gone by when she moves there; 08:00 in Berlin is ahead.
    life = with_new_hour(Life(rules=(2,)), "2026-12-13 05:00", "08:00", "Asia/Vladivostok").until(FAR)
    assert [f"{at:%m-%d %H:%M}" for at, _ in life.sent] == ["12-13 07:00"]


def test_a_day_entered_after_the_change_knows_the_new_hour_only():
    life = Life(rules=(2,), entered="2026-12-13 12:30", reader=reader(at="08:00"))
    life.reader = replace(life.reader, former=(FormerHabits(BERLIN, time(19), utc("2026-12-13 12:00")),))
    assert life.until(FAR).mails() == ["Sun 13 Dec 13:40 late_notice d2"]


def test_former_habits_are_kept_for_some_days_and_read_back():
    first = with_former_habits([], BERLIN, time(19), utc("2026-12-13 12:00"))
    second = with_former_habits(first, BERLIN, time(8, 30), utc("2026-12-14 12:00"))
    assert [f"{each.remind_at:%H:%M}" for each in former_habits(second)] == ["19:00", "08:30"]
    assert len(with_former_habits(second, BERLIN, time(9), utc("2026-12-18 11:00"))) == 2
