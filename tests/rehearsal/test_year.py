"""A year with hearings in four zones, edits, cancellations, hand-overs, and outages of up to three days."""

from __future__ import annotations

import pytest

from tests.rehearsal.year import Year
from tracker.db import make_sessions
from tracker.rehearsal.scratch import scratch

DATES = 100
"""For each of twenty seeds: two thousand in all."""
FEW = 12


@pytest.fixture(scope="module")
def tables():
    with scratch() as made:
        yield made


@pytest.mark.parametrize("seed", range(20))
def test_every_hearing_is_told_in_time_and_none_that_is_off(seed, quiet_app, tables):
    with quiet_app.app_context():
        year = Year(tables.fresh(), seed, DATES)
        year.play()
    assert year.broken_promises() == []
    assert year.stage.sent


@pytest.mark.parametrize("seed", [100, 101])
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_so_it_is_on_a_database_server(seed, quiet_app, engine, keyring):
    with quiet_app.app_context():
        year = Year(make_sessions(engine), seed, FEW)
        year.play()
    assert year.broken_promises() == []


def test_a_promise_that_is_broken_is_noticed(quiet_app, tables):
    with quiet_app.app_context():
        year = Year(tables.fresh(), 1, FEW)
        year.play()
    year.stage.sent.append(year.stage.sent[0])
    assert any("twice" in broken for broken in year.broken_promises())
    year.stage.sent.clear()
    assert any("was not told of" in broken for broken in year.broken_promises())
