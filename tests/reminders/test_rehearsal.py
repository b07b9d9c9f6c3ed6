"""Whole stories: people do things, time passes, and exactly these mails go out."""

from __future__ import annotations

import pytest

from tests.reminders.rehearsal import Rehearsal, expected, in_order, read_cases
from tests.reminders.stage import a_stage
from tracker.reminders.ladders import Ladders

CASES = read_cases()


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_exactly_the_mails_of_the_story_go_out(case, app, engine):
    stage = a_stage(app, engine, "2020-01-01T00:00Z", Ladders({}, own={}))
    sent = Rehearsal(stage, case).play()
    assert expected(case), "a story without a mail proves nothing"
    assert in_order(sent) == in_order(expected(case))
