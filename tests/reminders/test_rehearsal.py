"""Whole stories: people do things, time passes, and exactly these mails go out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tracker.db import make_sessions
from tracker.rehearsal.playing import play
from tracker.rehearsal.reading import read_file
from tracker.rehearsal.results import perform
from tracker.rehearsal.rules import Story
from tracker.rehearsal.scratch import scratch

FILES = sorted(Path(__file__).parent.glob("scenarios*.yaml"))
CASES = {case.id: case for file in FILES for case in read_file(file)}
PUBLISHED = [case.id for case in read_file(FILES[0])]
RULES = (
    [f"P{number}" for number in range(1, 11)]
    + [f"C{number}" for number in range(1, 12)]
    + ["D1", "D2", "D3", "K1"]
    + [f"N{number}" for number in (1, 2, 3, 4, 5, 7)]
)


@pytest.fixture(scope="module")
def tables():
    with scratch() as made:
        yield made


@pytest.mark.parametrize("case_id", CASES)
def test_exactly_the_mails_of_the_story_go_out(case_id, quiet_app, tables):
    with quiet_app.app_context():
        result = perform(tables.fresh(), CASES[case_id])
    assert result.faults == ()
    assert result.differences == ()
    assert result.is_compared


@pytest.mark.parametrize("case_id", [*PUBLISHED, *(case_id for case_id in CASES if case_id[-2:] == "01")])
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_so_they_do_on_a_database_server(case_id, quiet_app, engine, keyring):
    with quiet_app.app_context():
        result = perform(make_sessions(engine), CASES[case_id])
    assert (result.faults, result.differences) == ((), ())


@pytest.mark.parametrize("case_id", ["C9-01", "D2-12", "N3-01", "DIG-01"])
def test_turns_at_moments_that_no_plan_names_send_nothing_else(case_id, quiet_app, tables):
    case = CASES[case_id]
    assert isinstance(case, Story)
    with quiet_app.app_context():
        seldom = play(tables.fresh(), case).mails
        often = play(tables.fresh(), case, idle=timedelta(hours=5)).mails
    assert often == seldom
    assert seldom


def test_every_rule_of_the_specification_has_a_story():
    told = {word for file in FILES for word in file.read_text(encoding="utf-8").replace("[", " ").split()}
    tags = {word.strip(",]") for word in told}
    assert [rule for rule in RULES if rule not in tags] == []
    assert len(CASES) - len(PUBLISHED) >= 60
