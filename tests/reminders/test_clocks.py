"""Clocks that are changed, by hand, by law or by season: nothing is missed, and nothing comes twice."""

from __future__ import annotations

import shutil
import time as clock_of_process
import zoneinfo
from collections import Counter
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.reminders.stage import BERLIN, a_stage, days, utc
from tracker.dates import rules as days_rules
from tracker.dates.rules import DayKind
from tracker.reminders.jobs import plan_due
from tracker.reminders.ladders import Ladders
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind, MailState, Role

LADDERS = Ladders({DayKind.HEARING: {Role.WRITERS: days(7, 2)}})


@pytest.fixture
def stage(app, engine):
    made = a_stage(app, engine, "2026-11-20T12:00Z", LADDERS)
    made.tick()
    made.vera = made.volunteer("Вера")
    made.prisoner_id = made.prisoner()
    made.assignment = made.assign(made.vera, made.prisoner_id)
    return made


def tick_through(stage, hours: int) -> None:
    """A turn each quarter of an hour."""
    for _ in range(hours * 4):
        stage.tick()
        stage.now += timedelta(minutes=15)


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=1), timedelta(days=-1)])
def test_a_clock_that_jumps_in_the_middle_of_a_morning_loses_and_doubles_nothing(stage, step):
    """The planner keeps its memory; what it had sent before the jump is not sent again after it."""
    early, late = stage.volunteer("Ранняя"), stage.volunteer("Поздняя", remind_at=utc("2026-01-01T10:00Z").time())
    for reader in (early, late):
        stage.assign(reader, stage.prisoner_id)
    hearing = stage.hearing(stage.prisoner_id, "2026-12-15", "10:00", "Asia/Vladivostok")
    stage.now = utc("2026-12-13T06:45Z")
    tick_through(stage, 1)
    assert stage.sent, "some were due before the jump"
    stage.now += step
    tick_through(stage, 3)
    if step < timedelta(0):
        stage.now -= step
        tick_through(stage, 3)
    reached = Counter((sent.mail.recipient_id, sent.mail.rule) for sent in stage.sent if sent.mail.rule == "d2")
    assert reached == {(reader, "d2"): 1 for reader in (stage.vera, early, late)}
    assert {sent.mail.subject_id for sent in stage.sent} == {hearing}
    assert not stage.rows(Outbox.state.in_([MailState.QUEUED, MailState.SENDING]))


@pytest.mark.parametrize("on, first, second", [
    ("2027-03-28", "2027-03-21T07:00Z", "2027-03-26T07:00Z"),
    ("2027-10-31", "2027-10-24T06:00Z", "2027-10-29T06:00Z"),
])  # fmt: skip
def test_a_hearing_at_half_past_two_on_the_nights_when_clocks_change(stage, on, first, second):
    """At 02:30 the clock of Berlin skips, or comes twice; whoever is to come is reminded at eight by it."""
    stage.hearing(stage.prisoner_id, on, "02:30")
    stage.play_until(utc("2027-11-05T12:00Z"))
    assert [f"{sent.at:%Y-%m-%dT%H:%MZ}" for sent in stage.sent] == [first, second]
    assert {sent.mail.kind for sent in stage.sent} == {MailKind.REMINDER}


@pytest.mark.parametrize("hearing_on, expected", [
    ("2027-03-30", ["2027-03-23T07:00Z", "2027-03-28T06:00Z"]),
    ("2027-11-02", ["2027-10-26T06:00Z", "2027-10-31T07:00Z"]),
])  # fmt: skip
def test_reminders_come_at_eight_by_the_wall_clock_on_both_sides_of_a_change(stage, hearing_on, expected):
    stage.hearing(stage.prisoner_id, hearing_on, "10:00")
    stage.play_until(utc("2027-11-05T12:00Z"))
    assert [f"{sent.at:%Y-%m-%dT%H:%MZ}" for sent in stage.sent] == expected


@pytest.fixture
def law(tmp_path):
    """Lets a zone follow the clock of another one: ``law("Europe/Berlin", "Asia/Vladivostok")``."""
    before, folder = zoneinfo.TZPATH, tmp_path / "zones"

    def change(zone: str, as_in: str) -> None:
        target = folder / zone
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(_file_of(as_in, before), target)
        zoneinfo.reset_tzpath([str(folder), *before])
        _forget_zones()

    yield change
    zoneinfo.reset_tzpath(before)
    _forget_zones()


def _file_of(zone: str, paths: tuple[str, ...]) -> Path:
    found = [Path(folder) / zone for folder in paths if (Path(folder) / zone).is_file()]
    return found[0] if found else Path(str(files("tzdata"))) / "zoneinfo" / zone


def _forget_zones() -> None:
    """As a process does that is started anew."""
    ZoneInfo.clear_cache()
    days_rules._zone.cache_clear()
    days_rules.resolve.cache_clear()


def test_when_the_law_moves_a_zone_what_is_not_out_yet_follows_and_what_is_out_does_not_come_again(stage, law):
    """Berlin goes over to the clock of Moscow, two hours ahead in winter; eight o'clock comes two hours earlier."""
    stage.hearing(stage.prisoner_id, "2026-12-15", "10:00")
    stage.play_until(utc("2026-12-09T12:00Z"))
    assert stage.when_sent() == [("reminder", "2026-12-08T07:00Z")]
    law(BERLIN, "Europe/Moscow")
    stage.restart()
    stage.play_until(utc("2026-12-20T12:00Z"))
    assert stage.when_sent() == [("reminder", "2026-12-08T07:00Z"), ("reminder", "2026-12-13T05:00Z")]


def test_a_mail_that_was_due_by_the_old_law_waits_for_its_hour_by_the_new_one(stage, law):
    """In the outbox since seven UTC, eight in Berlin; by the clock of the Azores, now its law, it is six."""
    stage.hearing(stage.prisoner_id, "2026-12-10", "10:00")
    stage.now = utc("2026-12-08T07:00Z")
    plan_due(stage.sessions, stage.clock, stage.desk)
    law(BERLIN, "Atlantic/Azores")
    stage.restart()
    stage.play_until(utc("2026-12-09T12:00Z"))
    assert stage.when_sent() == [("reminder", "2026-12-08T09:00Z")]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
def test_the_zone_of_the_process_makes_no_difference(stage, monkeypatch, zone):
    monkeypatch.setenv("TZ", zone)
    clock_of_process.tzset()
    try:
        stage.hearing(stage.prisoner_id, "2026-12-15", "10:00", "Asia/Vladivostok")
        stage.play_until(utc("2026-12-16T12:00Z"))
    finally:
        monkeypatch.undo()
        clock_of_process.tzset()
    assert stage.when_sent() == [("reminder", "2026-12-08T07:00Z"), ("reminder", "2026-12-13T07:00Z")]
