"""Reminders from a terminal."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.reminders.stage import Stage
from tracker import clock
from tracker.db import make_sessions
from tracker.reminders.desk import ladders_in_use
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailState


@pytest.fixture
def stage(app, engine, keyring):
    made = Stage(app, make_sessions(engine), clock.now() - timedelta(hours=1), ladders_in_use())
    made.tick()
    made.vera = made.volunteer("Вера")
    made.prisoner_id = made.prisoner("Аркадий Мнимый")
    made.assign(made.vera, made.prisoner_id)
    on = (clock.now() + timedelta(days=10)).date()
    made.hearing(made.prisoner_id, on.isoformat(), "10:00", "Asia/Vladivostok")
    return made


def test_the_plan_names_readers_moments_and_reasons_but_no_prisoner(app, stage):
    told = app.test_cli_runner().invoke(args=["reminders", "plan"])
    assert told.exit_code == 0, told.output
    assert told.output.count("Вера") == 2
    assert "reminder hearing" in told.output
    assert "d7" in told.output
    assert "ladder" in told.output
    assert "2 mails in 30 days." in told.output
    assert "Мнимый" not in told.output


def test_a_plan_for_today_is_empty(app, stage):
    assert "0 mails in 0 days." in app.test_cli_runner().invoke(args=["reminders", "plan", "--days", "0"]).output


def test_one_turn_by_hand_sends_what_is_due(app, stage, mailer):
    start = clock.now() + timedelta(hours=20)
    stage.hearing(stage.prisoner_id, f"{start:%Y-%m-%d}", f"{start:%H:%M}", "UTC")
    with stage.sessions.begin() as session:
        from tracker.dates.models import Hearing

        for hearing in session.query(Hearing):
            hearing.changed_at -= timedelta(hours=30)
    done = app.test_cli_runner().invoke(args=["reminders", "run-once"])
    assert done.exit_code == 0, done.output
    sent = stage.rows(Outbox.state == MailState.SENT)
    assert f"{len(sent)} sent" in done.output
    assert len(mailer.sent) == len(sent)


def test_the_plan_from_any_moment_says_what_drops_out_and_why_and_writes_nothing(app, stage):
    start = (clock.now() + timedelta(days=9)).date()
    told = app.test_cli_runner().invoke(
        args=["reminders", "plan", "--from", f"{start}T12:00", "--to", f"{start + timedelta(days=1)}"]
    )
    assert told.exit_code == 0, told.output
    assert "Вера" in told.output
    assert "nearer_rule" in told.output, "the mail of seven days before would be merged into that of two"
    assert stage.rows() == []


def test_a_plan_that_ends_before_it_begins_is_refused_in_a_sentence(app, stage):
    told = app.test_cli_runner().invoke(args=["reminders", "plan", "--from", "2027-01-02", "--to", "2027-01-01"])
    assert told.exit_code == 2
    assert "--to must lie after --from" in told.output


def test_looking_at_everything_by_hand_says_what_it_found(app, stage):
    told = app.test_cli_runner().invoke(args=["reminders", "recheck"])
    assert told.exit_code == 0, told.output
    assert "0 were missing" in told.output
    assert "Мнимый" not in told.output
