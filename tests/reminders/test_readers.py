"""Who gets which mail, with the ladders that come with the tracker."""

from __future__ import annotations

import pytest

from tests.reminders.stage import a_stage, utc
from tracker.assignments.models import Part
from tracker.dates.actions import postpone_without_date
from tracker.dates.rules import DayKind
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner
from tracker.reminders.desk import ladders_in_use
from tracker.reminders.rules import MailKind
from tracker.volunteers.models import Volunteer


@pytest.fixture
def stage(app, engine):
    made = a_stage(app, engine, "2026-11-01T12:00Z", ladders_in_use())
    made.tick()
    made.prisoner_id = made.prisoner()
    made.vera = made.volunteer("Вера")
    made.cora = made.volunteer("Кора", coordinator=True)
    made.assign(made.vera, made.prisoner_id)
    return made


def mails_to(stage, reader) -> list[str]:
    return [f"{sent.at:%d %b %H:%M} {sent.mail.rule}" for sent in stage.sent if sent.mail.recipient_id == reader]


def test_writers_court_watchers_and_coordinators_have_their_own_ladders(stage):
    watcher = stage.volunteer("Наблюдательница с очень длинным именем", zone="Asia/Vladivostok")
    stage.assign(watcher, stage.prisoner_id, Part.COURT)
    stage.hearing(stage.prisoner_id, "2026-12-15", "15:00", "Asia/Vladivostok")
    stage.play_until(utc("2026-12-16T00:00Z"))
    assert mails_to(stage, stage.vera) == ["08 Dec 07:00 d7", "13 Dec 07:00 d2"]
    assert mails_to(stage, stage.cora) == ["08 Dec 07:00 d7"]
    assert mails_to(stage, watcher) == ["07 Dec 22:00 d7", "12 Dec 22:00 d2", "14 Dec 22:00 d0"]


def test_somebody_with_every_part_gets_every_mail_once(stage):
    stage.assign(stage.cora, stage.prisoner_id, Part.WRITER)
    stage.assign(stage.cora, stage.prisoner_id, Part.COURT)
    stage.hearing(stage.prisoner_id, "2026-12-15", "10:00")
    stage.play_until(utc("2026-12-16T00:00Z"))
    assert mails_to(stage, stage.cora) == ["08 Dec 07:00 d7", "13 Dec 07:00 d2", "15 Dec 07:00 d0"]


def test_of_a_hearing_of_two_people_somebody_who_writes_to_both_hears_once(stage):
    from tracker.dates.models import HearingPrisoner

    other = stage.prisoner("Другой Обвиняемый")
    stage.assign(stage.vera, other)
    hearing = stage.hearing(stage.prisoner_id, "2026-12-15", "10:00")
    stage.add(HearingPrisoner(hearing_id=hearing, prisoner_id=other))
    stage.play_until(utc("2026-12-16T00:00Z"))
    assert mails_to(stage, stage.vera) == ["08 Dec 07:00 d7", "13 Dec 07:00 d2"]
    assert {sent.mail.prisoner_id for sent in stage.sent} == {None}


def test_custody_birthday_arrest_and_release_remind_by_their_ladders(stage):
    stage.custody(stage.prisoner_id, "2026-12-20", "Europe/Moscow")
    stage.change(
        Prisoner,
        stage.prisoner_id,
        birth=PartialDate.parse("1988-12-24"),
        release_on=PartialDate.parse("2027-01-10"),
    )
    stage.play_until(utc("2027-01-12T00:00Z"))
    writers = [(str(sent.mail.day_kind), sent.mail.rule) for sent in stage.sent if sent.mail.recipient_id == stage.vera]
    assert writers == [
        ("birthday", "d21"),
        ("detention_until", "d7"),
        ("release", "d14"),
        ("release", "d1"),
    ]
    coordinators = [
        (str(sent.mail.day_kind), sent.mail.rule) for sent in stage.sent if sent.mail.recipient_id == stage.cora
    ]
    assert coordinators == [
        ("detention_until", "d14"),
        ("detention_until", "d10"),
        ("release", "d30"),
        ("detention_until", "d7"),
        ("detention_until", "d3"),
        ("release", "d14"),
        ("release", "d7"),
        ("release", "d1"),
    ]


def test_a_release_that_moves_is_told_to_whoever_was_told(stage):
    stage.change(Prisoner, stage.prisoner_id, release_on=PartialDate.parse("2026-11-20"))
    stage.play_until(utc("2026-11-10T12:00Z"))
    stage.change(Prisoner, stage.prisoner_id, release_on=PartialDate.parse("2029-05-01"), release_changed_at=stage.now)
    stage.play_until(utc("2026-11-11T12:00Z"))
    notices = [sent.mail for sent in stage.sent if sent.mail.kind is MailKind.CHANGE_NOTICE]
    assert {mail.recipient_id for mail in notices} == {stage.vera, stage.cora}
    assert {str(mail.change) for mail in notices} == {"postponed"}


def test_a_release_of_which_the_date_is_lost_is_told_too(stage):
    stage.change(Prisoner, stage.prisoner_id, release_on=PartialDate.parse("2026-11-20"))
    stage.play_until(utc("2026-11-10T12:00Z"))
    stage.change(Prisoner, stage.prisoner_id, release_on=None, release_changed_at=stage.now)
    stage.play_until(utc("2026-12-30T12:00Z"))
    notices = [sent.mail for sent in stage.sent if sent.mail.kind is MailKind.CHANGE_NOTICE]
    assert {str(mail.change) for mail in notices} == {"postponed_no_date"}
    assert len(notices) == 2


def test_postponed_without_a_date_the_coordinator_is_asked_after_two_weeks(stage):
    hearing = stage.hearing(stage.prisoner_id, "2026-12-15", "10:00")
    stage.with_hearing(postpone_without_date, hearing, why=None)
    stage.play_until(utc("2027-01-01T00:00Z"))
    assert [(sent.mail.kind, sent.mail.recipient_id, f"{sent.at:%d %b %H:%M}") for sent in stage.sent] == [
        (MailKind.DATE_NEEDED, stage.cora, "15 Nov 07:00")
    ]


def test_whoever_chose_another_hour_and_zone_gets_mails_by_them(stage):
    from datetime import time

    stage.change(Volunteer, stage.vera, zone="America/Sao_Paulo", remind_at=time(20, 30))
    stage.hearing(stage.prisoner_id, "2026-12-15", "10:00", "Asia/Vladivostok")
    stage.play_until(utc("2026-12-16T00:00Z"))
    # The hearing is on the 14th for her; at 20:30 two days before that it is 23:30 UTC.
    assert mails_to(stage, stage.vera) == ["07 Dec 23:30 d7", "12 Dec 23:30 d2"]


def test_a_zone_that_no_longer_exists_is_replaced_by_that_of_the_collective(stage):
    stage.change(Volunteer, stage.vera, zone="Nowhere/Nowhere")
    stage.hearing(stage.prisoner_id, "2026-12-15", "10:00")
    stage.play_until(utc("2026-12-16T00:00Z"))
    assert mails_to(stage, stage.vera)[0] == "08 Dec 07:00 d7"


def test_a_collective_that_brings_its_past_along_is_not_flooded(app, engine):
    """What was entered before planning first ran is late at most, and what is over is nobody's fault."""
    stage = a_stage(app, engine, "2026-11-01T12:00Z", ladders_in_use())
    stage.prisoner_id = stage.prisoner(birth=PartialDate.parse("1988-12-24"))
    vera = stage.volunteer("Вера")
    stage.assign(vera, stage.prisoner_id)
    stage.hearing(stage.prisoner_id, "2026-12-10", "10:00")
    stage.hearing(stage.prisoner_id, "2026-12-15", "10:00")
    stage.now = utc("2026-12-14T12:00Z")
    stage.tick()
    assert [str(sent.mail.kind) for sent in stage.sent] == ["late_notice"]
    stage.play_until(utc("2026-12-16T00:00Z"))
    assert {(sent.mail.day_kind, sent.mail.kind) for sent in stage.sent} == {
        (DayKind.HEARING, MailKind.LATE_NOTICE),
        (DayKind.BIRTHDAY, MailKind.LATE_NOTICE),
    }
    assert len(stage.rows()) == 2
