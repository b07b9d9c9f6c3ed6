"""When a silent writer is asked, how often, and when coordinators are told: N1 to N5 at their edges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.reminders.life import utc
from tracker.reminders.nags import Asked, Silence, plan_silence
from tracker.reminders.rules import MailKind, MailState, MailTopic, Person

BERLIN = "Europe/Berlin"
VERA = Person(uuid4(), BERLIN)
CORA = Person(uuid4(), "Asia/Vladivostok", time(9, 30))
LONG_BEFORE = utc("2026-01-01 00:00")


def silence(since: str = "2026-10-01", **facts) -> Silence:
    silent = Silence(
        assignment_id=uuid4(),
        prisoner_id=uuid4(),
        topic=MailTopic.NO_LETTER,
        writer=VERA,
        since_on=date.fromisoformat(since),
        after_days=30,
        told_after_days=7,
        began_at=LONG_BEFORE,
    )
    return replace(silent, **facts)


def asked(at: str, number: int = 1, state: MailState = MailState.SENT, **facts) -> Asked:
    mail = Asked(
        mail_id=uuid4(),
        person_id=VERA.id,
        kind=MailKind.NAG,
        topic=MailTopic.NO_LETTER,
        since_on=date(2026, 10, 1),
        number=number,
        state=state,
        due_at=utc(at),
        told_at=utc(at) if state is MailState.SENT else None,
        dedupe_key=f"{number}",
    )
    return replace(mail, **facts)


def due(silent: Silence, *mails: Asked, now: str = "2026-10-20 12:00", looked: str | None = None, to=()) -> list[str]:
    planned = plan_silence(silent, [(each, LONG_BEFORE) for each in to], mails, utc(now), utc(looked or now))
    return [f"{mail.kind} {mail.due_at:%Y-%m-%d %H:%M}" for mail in planned]


def test_she_is_asked_so_many_calendar_days_after_her_letter_at_her_hour():
    # The clocks go back in between.
    assert due(silence()) == ["nag 2026-10-31 07:00"]


@pytest.mark.parametrize(
    "since, days, expected",
    [
        ("2028-01-30", 30, "nag 2028-02-28 22:00"),
        ("2027-01-30", 30, "nag 2027-02-28 22:00"),
        ("2028-02-29", 365, "nag 2029-02-27 22:00"),
    ],
)
def test_days_are_those_of_the_calendar_also_in_vladivostok(since, days, expected):
    silent = silence(since, after_days=days, writer=replace(VERA, zone="Asia/Vladivostok"))
    assert due(silent, now=f"{since} 12:00") == [expected]


def test_she_is_asked_again_a_fortnight_after_the_mail_that_left_and_at_most_twice():
    first = asked("2026-11-02 11:00")
    second = asked("2026-11-16 07:00", 2)
    now = {"now": "2026-11-03 12:00"}
    assert due(silence(told_after_days=None), first, **now) == ["nag 2026-11-16 07:00"]
    assert due(silence(told_after_days=None), first, second, **now) == ["nag 2026-11-30 07:00"]
    assert due(silence(told_after_days=None), first, second, asked("2026-11-30 07:00", 3), **now) == []


@pytest.mark.parametrize("state", [MailState.SENDING, MailState.GATHERED, MailState.FAILED, MailState.HELD])
def test_nothing_follows_while_the_last_mail_is_not_decided(state):
    assert due(silence(told_after_days=None), asked("2026-10-31 07:00", state=state), now="2026-12-01 12:00") == []


def test_mails_about_an_earlier_letter_do_not_count():
    old = asked("2026-09-01 07:00", 3, since_on=date(2026, 8, 1))
    assert due(silence(), old) == ["nag 2026-10-31 07:00"]


def test_what_was_over_when_she_was_given_the_prisoner_is_asked_at_her_next_hour():
    silent = silence("2026-03-01", began_at=utc("2026-10-20 12:00"))
    assert due(silent, now="2026-10-20 12:01", looked="2026-10-20 11:59") == ["nag 2026-10-21 06:00"]


def test_what_became_due_while_nothing_ran_goes_at_once_but_not_at_night():
    last = "2026-10-30 20:00"
    assert due(silence(), now="2026-10-31 13:00", looked=last) == ["nag 2026-10-31 13:00"]
    assert due(silence(), now="2026-11-01 01:00", looked=last) == ["nag 2026-11-01 06:00"]
    assert due(silence(), now="2026-10-31 07:15", looked=last) == ["nag 2026-10-31 07:00"]


def test_what_was_not_owed_when_planning_looked_last_comes_at_her_next_hour():
    # A pause without a known end is over, or a letter was removed.
    assert due(silence(), now="2026-11-05 14:00", looked="2026-11-05 13:59") == ["nag 2026-11-06 07:00"]


def test_nobody_is_asked_for_a_letter_that_cannot_be_sent():
    assert due(silence(can_be_written_to=False), now="2026-11-05 14:00") == []


def test_an_absence_moves_it_to_the_first_day_after():
    away = replace(VERA, away_from=date(2026, 10, 25), away_until=date(2026, 11, 9))
    assert due(silence(writer=away)) == ["nag 2026-11-10 07:00"]
    ends_before = replace(VERA, away_from=date(2026, 10, 25), away_until=date(2026, 10, 30))
    assert due(silence(writer=ends_before)) == ["nag 2026-10-31 07:00"]


def test_coordinators_are_told_once_a_week_after_the_first_mail_each_by_her_own_clock():
    first = asked("2026-10-31 07:00")
    now: dict[str, Any] = {"now": "2026-11-01 12:00", "to": (CORA,)}
    planned = due(silence(), first, **now)
    assert planned == ["nag 2026-11-14 07:00", "escalation 2026-11-06 23:30"]
    told = asked("2026-11-06 23:30", 0, kind=MailKind.ESCALATION, person_id=CORA.id)
    assert due(silence(), first, told, **now) == ["nag 2026-11-14 07:00"]


def test_they_are_told_too_if_the_writer_could_not_be_reached():
    failed = asked("2026-10-31 07:00", state=MailState.FAILED)
    assert due(silence(), failed, now="2026-11-01 12:00", to=(CORA,)) == ["escalation 2026-11-06 23:30"]


def test_whoever_becomes_a_coordinator_later_is_not_told_what_is_over():
    planned = plan_silence(
        silence(),
        [(CORA, utc("2026-11-20 12:00"))],
        [asked("2026-10-31 07:00")],
        utc("2026-11-20 12:30"),
        utc("2026-11-20 12:29"),
    )
    assert [mail.kind for mail in planned] == [MailKind.NAG]


def test_who_turned_it_off_is_not_asked_and_for_one_prisoner_only_about_that_one():
    silent = silence()
    for key in ((MailTopic.NO_LETTER, None), (MailTopic.NO_LETTER, silent.prisoner_id)):
        assert due(replace(silent, writer=replace(VERA, muted=frozenset({key})))) == []
    other = frozenset({(MailTopic.NO_LETTER, uuid4()), (MailTopic.BIRTHDAY, None)})
    assert due(replace(silent, writer=replace(VERA, muted=other))) != []


def test_a_silence_of_years_whose_mails_are_forgotten_does_not_begin_anew():
    years_ago = silence("2023-10-01", began_at=datetime(2023, 9, 1, tzinfo=LONG_BEFORE.tzinfo))
    assert due(years_ago) == []


def test_a_key_belongs_to_one_letter_one_number_and_one_reader():
    silent = silence()
    later = replace(silent, since_on=silent.since_on + timedelta(days=1))
    now = utc("2026-10-20 12:00")
    keys = [plan_silence(each, [], [], now, now)[0].dedupe_key for each in (silent, later)]
    assert len(set(keys)) == 2
