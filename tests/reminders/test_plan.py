"""When mails go out, to whom, and which drop out: every rule of the specification at its edges (P, C, D)."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from uuid import uuid4

import pytest

from tests.reminders.life import BERLIN, Life, utc
from tracker.dates.rules import DayKind, DayStatus, Leap
from tracker.reminders.rules import Follower, MailState, Person, Reason, Role, Rule

FAR = "2027-06-01 00:00"


def reader(zone: str = BERLIN, at: str = "08:00", **more) -> Person:
    return Person(uuid4(), zone, time.fromisoformat(at), **more)


# P: when a planned reminder goes out


def test_mails_come_at_the_readers_own_hour_in_her_own_zone():
    life = Life(reader=reader("Asia/Tbilisi", "19:30"), rules=(7, 2)).until(FAR)
    assert life.mails() == ["Tue 08 Dec 19:30 reminder d7", "Sun 13 Dec 19:30 reminder d2"]


def test_days_are_counted_in_the_readers_calendar():
    # 10:00 in Kamchatka on the 15th is 23:00 in Berlin on the 14th.
    life = Life(zone="Asia/Kamchatka", rules=(1, 0)).until(FAR)
    assert life.mails() == ["Sun 13 Dec 08:00 reminder d1", "Mon 14 Dec 08:00 reminder d0"]
    assert [mail.days_to_go for _, mail in life.sent] == [1, 0]


def test_a_date_without_time_is_the_same_day_everywhere():
    life = Life(at=None, reader=reader("America/Los_Angeles"), rules=(2,)).until(FAR)
    assert life.mails() == ["Sun 13 Dec 08:00 reminder d2"]


def test_hours_are_elapsed_time_and_know_no_quiet():
    # The clock in Berlin goes back that night: three hours before 04:00 is 02:00, summer time, for the first time.
    life = Life(on="2026-10-25", at="04:00", zone=BERLIN, rules=(Rule(hours=3),), entered="2026-10-01 12:00").until(FAR)
    assert [f"{at:%H:%M}" for at, _ in life.sent] == ["00:00"]


def test_hours_before_an_unknown_time_say_nothing():
    assert Life(at=None, rules=(Rule(hours=3),)).until(FAR).mails() == []


def test_a_mail_exactly_at_the_last_useful_moment_still_goes():
    assert Life(at="09:00", zone=BERLIN, rules=(0,)).until(FAR).mails() == ["Tue 15 Dec 08:00 reminder d0"]


def test_a_minute_later_it_goes_the_day_before():
    assert Life(at="08:59", zone=BERLIN, rules=(0,)).until(FAR).mails() == ["Mon 14 Dec 08:00 reminder d0"]


def test_two_rules_at_one_moment_are_one_mail_with_the_text_of_the_nearer():
    life = Life(at="08:30", zone=BERLIN, rules=(1, 0)).until(FAR)
    assert life.mails() == ["Mon 14 Dec 08:00 reminder d0"]
    assert life.sent[0][1].covers == ("d1",)


def test_somebody_with_two_roles_gets_one_mail():
    life = Life(roles=(Role.WRITERS, Role.COORDINATORS), rules=(7,)).until(FAR)
    assert life.mails() == ["Tue 08 Dec 08:00 reminder d7"]


def test_of_a_hearing_in_some_month_writers_hear_nothing_and_coordinators_are_asked_for_the_day():
    assert Life(on="2027-01", at=None).until(FAR).mails() == []
    life = Life(on="2027-01", at=None, roles=(Role.COORDINATORS,)).until(FAR)
    assert life.mails() == ["Fri 18 Dec 08:00 date_needed date_needed"]


def test_if_that_is_past_they_are_asked_at_their_next_preferred_time():
    life = Life(on="2026-12", at=None, roles=(Role.COORDINATORS,)).until(FAR)
    assert life.mails() == ["Sat 21 Nov 08:00 date_needed date_needed"]


def test_once_the_day_is_known_the_ladder_begins():
    life = Life(on="2027-01", at=None, roles=(Role.COORDINATORS,), rules=(7,))
    life.change("2026-12-20 12:00", on="2027-01-19").until(FAR)
    assert life.mails() == [
        "Fri 18 Dec 08:00 date_needed date_needed",
        "Sun 20 Dec 13:10 change_notice date_set",
        "Tue 12 Jan 08:00 reminder d7",
    ]


def test_of_a_release_in_some_year_nothing_follows():
    assert Life(kind=DayKind.RELEASE, on="2027", roles=(Role.COORDINATORS,)).until(FAR).mails() == []


def test_a_birthday_known_to_the_month_is_remembered_before_the_month_only():
    life = Life(kind=DayKind.BIRTHDAY, on="1980-01", rules=(21, 0)).until(FAR)
    assert life.mails() == ["Fri 11 Dec 08:00 reminder d21"]


def test_29_february_follows_the_readers_wish():
    life = Life(kind=DayKind.BIRTHDAY, on="1988-02-29", rules=(0,), leap=Leap.MAR1).until(FAR)
    assert life.mails() == ["Mon 01 Mar 08:00 reminder d0"]
    assert life.sent[0][1].ordinal == 39


def test_a_birthday_returns_every_year():
    life = Life(kind=DayKind.BIRTHDAY, on="--12-20", rules=(0,)).until("2029-01-01 00:00")
    assert life.mails() == [f"{day} 20 Dec 08:00 reminder d0" for day in ("Sun", "Mon", "Wed")]
    assert {mail.ordinal for _, mail in life.sent} == {None}


# C: entering and changing


def test_what_is_entered_settles_for_ten_minutes():
    life = Life(entered="2026-12-14 12:00", rules=(7,)).until(FAR)
    assert life.mails() == ["Mon 14 Dec 13:10 late_notice d7"]


def test_another_edit_meanwhile_starts_the_ten_minutes_anew():
    life = Life(entered="2026-12-14 12:00", rules=(7,)).change("2026-12-14 12:08", at="11:00").until(FAR)
    assert life.mails() == ["Mon 14 Dec 13:18 late_notice d7"]


def test_without_time_to_wait_it_takes_effect_at_once():
    life = Life(entered="2026-12-15 06:05", rules=(7,)).until(FAR)
    assert life.mails() == ["Tue 15 Dec 07:05 late_notice d7"]


def test_a_hearing_entered_after_it_began_is_history():
    life = Life(entered="2026-12-15 08:00", rules=(7, 2)).until(FAR)
    assert life.mails() == []
    assert life.missed() == []


def test_only_one_late_notice_for_the_nearest_missed_rule():
    life = Life(entered="2026-12-13 18:00", rules=(7, 2, 1)).until(FAR)
    assert life.mails() == ["Sun 13 Dec 19:10 late_notice d2", "Mon 14 Dec 08:00 reminder d1"]
    assert life.sent[0][1].covers == ("d7",)


def test_a_late_notice_is_dropped_if_the_planned_mail_follows_within_six_hours():
    entered_just_in_time = Life(entered="2026-12-13 00:50", rules=(7, 2), reader=reader(at="07:00"))
    assert entered_just_in_time.until(FAR).mails() == ["Sun 13 Dec 07:00 reminder d2"]
    # Exactly six hours: 01:00 by her clock is quiet, so this reader has no quiet hours.
    awake = replace(reader(at="07:00"), quiet_from=time(0), quiet_until=time(0))
    assert Life(entered="2026-12-12 23:50", rules=(7, 2), reader=awake).until(FAR).mails() == [
        "Sun 13 Dec 07:00 reminder d2"
    ]
    assert Life(entered="2026-12-12 23:49", rules=(7, 2), reader=awake).until(FAR).mails() == [
        "Sun 13 Dec 00:59 late_notice d7",
        "Sun 13 Dec 07:00 reminder d2",
    ]


def test_at_night_a_late_notice_waits_until_seven():
    life = Life(entered="2026-12-09 23:00", rules=(7,)).until(FAR)
    assert life.mails() == ["Thu 10 Dec 07:00 late_notice d7"]


def test_quiet_hours_yield_when_seven_would_be_too_late():
    # Moscow is two hours ahead: 08:30 there is 06:30 in Berlin, and the cutoff is at 05:30.
    life = Life(at="08:30", entered="2026-12-14 23:00", rules=(7,)).until(FAR)
    assert life.mails() == ["Tue 15 Dec 00:10 late_notice d7"]


@pytest.mark.parametrize(
    "entered, sent",
    [
        ("2026-12-09 20:49", "Wed 09 Dec 21:59"),
        ("2026-12-09 20:50", "Thu 10 Dec 07:00"),
        ("2026-12-10 05:49", "Thu 10 Dec 07:00"),
        ("2026-12-10 05:50", "Thu 10 Dec 07:00"),
        ("2026-12-10 05:51", "Thu 10 Dec 07:01"),
    ],
)
def test_quiet_hours_are_from_ten_until_seven(entered, sent):
    assert Life(entered=entered, rules=(7,)).until(FAR).mails() == [f"{sent} late_notice d7"]


def test_moved_before_anything_was_sent_everything_moves_in_silence():
    life = Life().change("2026-12-01 10:00", on="2027-01-19").until(FAR)
    assert life.mails() == ["Tue 12 Jan 08:00 reminder d7", "Sun 17 Jan 08:00 reminder d2"]


@pytest.mark.parametrize(
    "facts, change",
    [
        ({"on": "2027-01-19"}, "postponed"),
        ({"on": "2026-12-14"}, "brought_forward"),
        ({"at": "15:00"}, "time_changed"),
        ({"at": None}, "time_changed"),
        ({"zone": "Asia/Vladivostok"}, "time_changed"),
        ({"place": "court two"}, "place_changed"),
        ({"status": DayStatus.CANCELLED}, "cancelled"),
        ({"status": DayStatus.SINE_DIE, "on": None, "at": None}, "postponed_no_date"),
        ({"on": "2027-01", "at": None}, "postponed_no_date"),
    ],
)
def test_whoever_was_told_hears_of_a_change(facts, change):
    life = Life(rules=(7,)).change("2026-12-09 10:00", **facts).until("2026-12-09 12:00")
    assert life.mails() == ["Tue 08 Dec 08:00 reminder d7", f"Wed 09 Dec 11:10 change_notice {change}"]


def test_a_time_that_becomes_known_is_told_as_such():
    life = Life(at=None, rules=(7,)).change("2026-12-09 10:00", at="15:00").until("2026-12-09 12:00")
    assert life.mails()[-1] == "Wed 09 Dec 11:10 change_notice time_set"


def test_the_end_of_a_case_is_told_to_nobody():
    life = Life(rules=(7, 2)).change("2026-12-09 10:00", status=DayStatus.CLOSED).until(FAR)
    assert life.mails() == ["Tue 08 Dec 08:00 reminder d7"]


def test_whoever_was_not_told_hears_of_no_change():
    assert Life(rules=(7,)).cancel("2026-12-01 10:00").until(FAR).mails() == []


def test_a_cancelled_hearing_that_takes_place_after_all():
    life = Life().cancel("2026-12-09 10:00").change("2026-12-10 10:00", status=DayStatus.SCHEDULED).until(FAR)
    assert life.mails() == [
        "Tue 08 Dec 08:00 reminder d7",
        "Wed 09 Dec 11:10 change_notice cancelled",
        "Thu 10 Dec 11:10 change_notice reinstated",
        "Sun 13 Dec 08:00 reminder d2",
    ]


def test_a_slip_that_is_put_right_at_once_is_told_to_nobody():
    life = Life().change("2026-12-09 10:00", on="2027-12-15").change("2026-12-09 10:05", on="2026-12-15").until(FAR)
    assert life.mails() == ["Tue 08 Dec 08:00 reminder d7", "Sun 13 Dec 08:00 reminder d2"]


def test_a_date_that_comes_back_does_not_bring_its_mails_back():
    life = Life().change("2026-12-09 10:00", on="2027-01-19").change("2026-12-10 10:00", on="2026-12-15").until(FAR)
    assert life.mails() == [
        "Tue 08 Dec 08:00 reminder d7",
        "Wed 09 Dec 11:10 change_notice postponed",
        "Thu 10 Dec 11:10 change_notice brought_forward",
        "Sun 13 Dec 08:00 reminder d2",
    ]


def test_the_same_change_twice_is_told_twice():
    life = Life(rules=(7,))
    for when, on in (("09", "2027-01-19"), ("10", "2026-12-15"), ("11", "2027-01-19")):
        life.change(f"2026-12-{when} 10:00", on=on)
    assert [mail.split()[-1] for mail in life.until("2026-12-12 00:00").mails()] == [
        "d7",
        "postponed",
        "brought_forward",
        "postponed",
    ]


def test_a_notice_replaces_the_rules_whose_time_has_passed():
    life = Life(on="2027-01-19").until("2027-01-13 00:00")
    life.change("2027-01-13 10:00", on="2027-01-15").until(FAR)
    assert life.mails() == ["Tue 12 Jan 08:00 reminder d7", "Wed 13 Jan 11:10 change_notice brought_forward"]


def test_a_change_takes_effect_at_once_when_somebody_may_be_on_her_way():
    life = Life(at="12:00", zone=BERLIN, rules=(7,)).cancel("2026-12-15 09:55").until(FAR)
    assert life.mails()[-1] == "Tue 15 Dec 10:55 change_notice cancelled"
    life = Life(at="12:00", zone=BERLIN, rules=(7,)).cancel("2026-12-15 09:40").until(FAR)
    assert life.mails()[-1] == "Tue 15 Dec 10:50 change_notice cancelled"


def test_at_night_a_notice_waits_unless_somebody_would_set_out_in_vain():
    assert Life().cancel("2026-12-09 23:00").until(FAR).mails()[-1] == "Thu 10 Dec 07:00 change_notice cancelled"
    early = Life(at="08:30", rules=(7,)).cancel("2026-12-14 23:00").until(FAR)
    assert early.mails()[-1] == "Tue 15 Dec 00:10 change_notice cancelled"


def test_a_postponement_heard_of_in_the_courtroom_is_still_told():
    life = Life(rules=(7,)).change("2026-12-15 08:00", on="2027-01-19").until("2026-12-16 00:00")
    assert life.mails()[-1] == "Tue 15 Dec 09:10 change_notice postponed"


def test_the_record_of_a_day_long_past_can_be_put_right_in_silence():
    life = Life(rules=(7,)).change("2026-12-20 08:00", on="2026-12-14").until(FAR)
    assert life.mails() == ["Tue 08 Dec 08:00 reminder d7"]


def test_no_reminder_goes_out_while_a_change_is_settling():
    # Five minutes before the mail would have gone out, the hearing is moved by an hour.
    life = Life(rules=(2,)).change("2026-12-13 06:55", at="11:00").until(FAR)
    assert life.mails() == ["Sun 13 Dec 08:05 late_notice d2"]


def test_soft_days_never_have_change_notices():
    life = Life(kind=DayKind.BIRTHDAY, on="1980-12-20", rules=(10, 0)).change("2026-12-12 10:00", on="1980-12-22")
    assert life.until("2027-01-01 00:00").mails() == ["Thu 10 Dec 08:00 reminder d10", "Tue 22 Dec 08:00 reminder d0"]


def test_a_birthday_entered_late_is_told_at_the_next_preferred_time():
    life = Life(kind=DayKind.BIRTHDAY, on="1980-12-20", entered="2026-12-10 15:00", rules=(21,)).until(FAR)
    assert life.mails() == ["Fri 11 Dec 08:00 late_notice d21"]


def test_a_birthday_entered_on_the_day_is_told_at_once():
    life = Life(kind=DayKind.BIRTHDAY, on="1980-12-20", entered="2026-12-20 15:00", rules=(21, 0)).until(FAR)
    assert life.mails() == ["Sun 20 Dec 16:10 late_notice d0"]


def test_a_birthday_entered_a_day_late_is_for_next_year():
    life = Life(kind=DayKind.BIRTHDAY, on="1980-12-20", entered="2026-12-21 15:00", rules=(21, 0)).until(FAR)
    assert life.mails() == []


def test_postponed_without_a_date_coordinators_are_asked_after_two_weeks():
    life = Life(roles=(Role.COORDINATORS,), rules=(7,)).postpone("2026-12-09 10:00").until(FAR)
    assert life.mails() == [
        "Tue 08 Dec 08:00 reminder d7",
        "Wed 09 Dec 11:10 change_notice postponed_no_date",
        "Wed 23 Dec 08:00 date_needed date_needed",
    ]


def test_they_are_not_asked_if_there_is_a_date_by_then():
    life = Life(roles=(Role.COORDINATORS,), rules=(7,)).postpone("2026-12-09 10:00")
    life.change("2026-12-20 10:00", status=DayStatus.SCHEDULED, on="2027-01-19").until("2027-01-01 00:00")
    assert life.mails()[2:] == ["Sun 20 Dec 11:10 change_notice date_set"]


def test_somebody_newly_assigned_gets_what_lies_ahead_only():
    life = Life(follows_since="2026-12-10 10:00").until(FAR)
    assert life.mails() == ["Sun 13 Dec 08:00 reminder d2"]


def test_somebody_assigned_while_the_entry_settles_hears_of_it_like_all_others():
    life = Life(entered="2026-12-14 12:00", follows_since="2026-12-14 12:05", rules=(7,)).until(FAR)
    assert life.mails() == ["Mon 14 Dec 13:10 late_notice d7"]


def test_whoever_no_longer_follows_gets_nothing_not_even_a_notice():
    life = Life().until("2026-12-09 00:00")
    life.followers = []
    life.cancel("2026-12-09 10:00").until(FAR)
    assert life.mails() == ["Tue 08 Dec 08:00 reminder d7"]


def test_whoever_moves_to_another_zone_gets_every_mail_once():
    life = Life(rules=(7, 2)).until("2026-12-09 00:00")
    life.reader = replace(life.reader, zone="America/Los_Angeles", remind_at=time(7))
    life.until(FAR)
    assert [mail.split()[-1] for mail in life.mails()] == ["d7", "d2"]


# D: after a standstill


def test_a_quarter_of_an_hour_late_is_normal():
    life = Life(rules=(2,)).stands_still("2026-12-12 00:00", "2026-12-13 07:15").until(FAR)
    assert [(mail.reason, mail.days_to_go) for _, mail in life.sent] == [(Reason.LADDER, 2)]


def test_what_was_missed_collapses_into_the_nearest():
    life = Life(rules=(7, 2, 1)).stands_still("2026-12-07 00:00", "2026-12-13 12:00").until(FAR)
    assert life.mails() == ["Sun 13 Dec 13:00 reminder d2", "Mon 14 Dec 08:00 reminder d1"]
    assert life.sent[0][1].reason is Reason.CAUGHT_UP


def test_after_a_standstill_too_the_next_mail_within_six_hours_is_enough():
    life = Life(rules=(2, 1)).stands_still("2026-12-12 00:00", "2026-12-14 03:00").until(FAR)
    assert life.mails() == ["Mon 14 Dec 08:00 reminder d1"]


def test_after_a_standstill_quiet_hours_hold():
    life = Life(rules=(2,)).stands_still("2026-12-12 00:00", "2026-12-13 23:00").until(FAR)
    assert life.mails() == ["Mon 14 Dec 07:00 reminder d2"]
    assert life.sent[0][1].days_to_go == 1


def test_a_hearing_that_began_meanwhile_is_missed_and_shown_as_such():
    life = Life(rules=(7, 2)).stands_still("2026-12-07 00:00", "2026-12-15 08:00").until(FAR)
    assert life.mails() == []
    assert life.missed() == ["d2"]


def test_a_deadline_is_told_until_its_day_is_over():
    life = Life(kind=DayKind.DETENTION_UNTIL, at=None, rules=(3,))
    life.stands_still("2026-12-10 00:00", "2026-12-15 15:00").until(FAR)
    assert life.mails() == ["Tue 15 Dec 16:00 reminder d3"]


def test_a_lead_before_a_birthday_is_told_until_the_day_itself():
    on_the_day = Life(kind=DayKind.BIRTHDAY, on="1980-12-20", rules=(10,))
    on_the_day.stands_still("2026-12-09 00:00", "2026-12-20 12:00").until(FAR)
    assert on_the_day.mails() == ["Sun 20 Dec 13:00 reminder d10"]
    after = Life(kind=DayKind.BIRTHDAY, on="1980-12-20", rules=(10,))
    after.stands_still("2026-12-09 00:00", "2026-12-21 12:00").until(FAR)
    assert (after.mails(), after.missed()) == ([], ["d10"])


def test_a_birthday_may_be_wished_for_three_days_more():
    belated = Life(kind=DayKind.BIRTHDAY, on="1980-12-20", rules=(0,))
    belated.stands_still("2026-12-19 00:00", "2026-12-23 12:00").until(FAR)
    assert belated.mails() == ["Wed 23 Dec 13:00 reminder d0"]
    assert belated.sent[0][1].days_to_go == -3
    over = Life(kind=DayKind.BIRTHDAY, on="1980-12-20", rules=(0,))
    over.stands_still("2026-12-19 00:00", "2026-12-24 12:00").until(FAR)
    assert (over.mails(), over.missed()) == ([], ["d0"])


def test_a_hearing_moved_during_a_standstill_is_one_notice_and_no_old_date():
    life = Life().stands_still("2026-12-09 00:00", "2026-12-14 12:00")
    life.change("2026-12-10 10:00", on="2026-12-16").until(FAR)
    assert life.mails() == ["Tue 08 Dec 08:00 reminder d7", "Mon 14 Dec 13:00 change_notice postponed"]


def test_days_entered_before_planning_ever_ran_are_late_and_not_missed():
    """A collective that imports its past is not told that it missed a hundred mails."""
    life = Life(entered="2026-11-01 12:00")
    began = utc("2026-12-14 12:00")
    people = {life.reader.id: life.reader}
    planned = [mail for mail in life_plan(life, people, began) if mail.state in (MailState.QUEUED, MailState.MISSED)]
    assert [(mail.kind, mail.rule) for mail in planned] == [("late_notice", "d2")]
    over = Life(on="2026-12-10", entered="2026-11-01 12:00")
    assert life_plan(over, {over.reader.id: over.reader}, began) == []


def life_plan(life, people, began):
    from tracker.reminders.plan import plan_day

    return plan_day(life.day, life.followers, people, (), life.ladders, began, began, began)


def test_a_mail_on_its_way_keeps_farther_ones_from_being_sent_as_well():
    """The late notice for the nearest rule has been claimed, and nobody knows yet whether it arrived."""
    life = Life(entered="2026-12-14 12:00", rules=(7, 2))
    life.now = utc("2026-12-14 12:10")
    [notice] = [mail for mail in life.plan(life.now) if mail.state is MailState.QUEUED]
    life.told.append(life._as_told(notice, None, MailState.SENDING))
    assert [mail for mail in life.plan(life.now) if mail.state is MailState.QUEUED] == []


def test_a_stranger_and_a_closed_account_get_nothing():
    life = Life()
    life.followers = [Follower(uuid4(), Role.WRITERS, utc("2026-01-01 00:00"))]
    assert life.until(FAR).mails() == []


def test_the_plan_says_why_something_drops_out():
    life = Life(entered="2026-12-13 18:00", rules=(9, 7, 2))
    life.now = utc("2026-12-13 18:10")
    assert life.reasons(FAR) == {"d9": Reason.NEARER_RULE, "d7": Reason.NEARER_RULE}
    life = Life(at="08:30", zone=BERLIN, rules=(1, 0))
    assert life.reasons(FAR) == {"d1": Reason.SAME_INSTANT}
