"""`flask reminders rehearse FILE`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rehearsal.test_reading import GOOD
from tracker.reminders.models import Outbox
from tracker.sealing import column

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def rehearse(quiet_app, tmp_path):
    def run(text, *options):
        file = tmp_path / "stories.yaml"
        file.write_text(text, encoding="utf-8")
        return quiet_app.test_cli_runner().invoke(args=["reminders", "rehearse", str(file), *options])

    return run


def test_as_expected(rehearse):
    told = rehearse(GOOD)
    assert told.exit_code == 0, told.output
    assert "one: without a title (as expected)" in told.output
    assert "Sun 13 Dec 2026 08:00 Europe/Berlin  anna  reminder  h1  d2  days_to_go 2" in told.output
    assert "1 cases: 1 as expected, 0 different, 0 with faults." in told.output


def test_a_difference_ends_with_one_and_says_what_differs(rehearse):
    told = rehearse(GOOD.replace("rule: d2, at_utc", "rule: d2, days_to_go: 3, at_utc"))
    assert told.exit_code == 1
    assert "NOT as expected" in told.output
    assert "days_to_go is 2 instead of 3" in told.output


def test_a_mail_too_early_is_different_however_little(rehearse):
    assert rehearse(GOOD.replace("12-13T07:00:00Z'}", "12-13T07:00:01Z'}")).exit_code == 1
    late = GOOD.replace("12-13T07:00:00Z'}", "12-13T06:59:01Z'}")
    assert rehearse(late).exit_code == 1
    assert rehearse(late.replace("  horizon", "  tolerance_seconds: 59\n  horizon")).exit_code == 0


def test_missing_and_unexpected_mails(rehearse):
    told = rehearse(GOOD.replace("type: reminder", "type: late_notice"))
    assert told.exit_code == 1
    assert "missing: Sun 13 Dec" in told.output
    assert "unexpected: Sun 13 Dec" in told.output


def test_json_is_one_object_a_line_and_nothing_else(rehearse):
    text = GOOD + GOOD.removeprefix("\ncases:\n").replace("id: one", "id: two").replace("days: 2}", "days: 3}")
    told = rehearse(text, "--json")
    assert told.exit_code == 1
    first, second = (json.loads(line) for line in told.stdout.splitlines())
    assert (first["id"], first["ok"], second["id"], second["ok"]) == ("one", True, "two", False)
    (mail,) = first["mails"]
    assert {name: mail[name] for name in ("to", "type", "event", "rule", "at_utc", "days_to_go")} == {
        "to": "anna",
        "type": "reminder",
        "event": "h1",
        "rule": "d2",
        "at_utc": "2026-12-13T07:00:00Z",
        "days_to_go": 2,
    }
    assert second["differences"]


def test_a_fault_ends_with_two_and_all_others_are_played(rehearse):
    text = GOOD.replace("id: one", "id: zero").replace("'10:00'", "'25:00'") + GOOD.removeprefix("\ncases:\n")
    told = rehearse(text)
    assert told.exit_code == 2
    assert "zero: without a title (cannot be played)" in told.output
    assert "fault: actions[0].event.time: '25:00' is no time of day" in told.output
    assert "one: without a title (as expected)" in told.output
    assert "Traceback" not in told.output


def test_what_is_no_scenario_file_ends_with_two(rehearse, tmp_path, quiet_app):
    told = rehearse("no: [", "--json")
    assert (told.exit_code, told.stdout) == (2, "")
    assert "is not YAML" in told.stderr
    missing = quiet_app.test_cli_runner().invoke(args=["reminders", "rehearse", str(tmp_path / "none.yaml")])
    assert missing.exit_code == 2
    assert "cannot be read" in missing.output


def test_a_story_that_expects_nothing_said_only_tells(rehearse):
    told = rehearse(GOOD[: GOOD.index("  expect")])
    assert told.exit_code == 0
    assert "(played)" in told.output


def test_the_installation_is_not_touched(app, session, mailer, tmp_path):
    file = tmp_path / "stories.yaml"
    file.write_text(GOOD, encoding="utf-8")
    keys = column.keyring()
    assert app.test_cli_runner().invoke(args=["reminders", "rehearse", str(file)]).exit_code == 0
    assert mailer.sent == []
    assert session.query(Outbox).count() == 0
    assert column.keyring() is keys


def test_it_needs_no_installation(tmp_path):
    file = tmp_path / "stories.yaml"
    file.write_text(GOOD, encoding="utf-8")
    bare = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "reminders", "rehearse", str(file), "--json"],
        cwd=ROOT,
        env=bare,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ok"]
