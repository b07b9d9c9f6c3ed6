"""How far a letter in preparation is."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.letters.preparing import (
    AlreadyThatFar,
    Stage,
    Steps,
    StepsRunBackwards,
    channel_of_prepared,
    check_planned,
    check_sent,
    check_step,
)
from tracker.letters.rules import Channel, DatedInTheFuture

LEAP_DAY, LATER, TODAY = date(2024, 2, 29), date(2024, 3, 9), date(2026, 11, 24)


def test_it_is_as_far_as_its_furthest_step() -> None:
    assert Steps(LEAP_DAY).stage is Stage.PLANNED
    assert Steps(LEAP_DAY, written_on=LATER).stage is Stage.WRITTEN
    assert Steps(LEAP_DAY, translated_on=LATER).stage is Stage.TRANSLATED
    handed = Steps(LEAP_DAY, written_on=LEAP_DAY, handed_on=LATER)
    assert (handed.stage, handed.since, handed.last_day, handed.ahead) == (Stage.HANDED, LATER, LATER, ())


def test_steps_may_be_left_out_and_none_is_made_twice() -> None:
    steps = Steps(LEAP_DAY)
    for stage in (Stage.WRITTEN, Stage.TRANSLATED, Stage.HANDED):
        check_step(steps, stage, LEAP_DAY, TODAY)
    for stage in (Stage.PLANNED, Stage.WRITTEN):
        with pytest.raises(AlreadyThatFar):
            check_step(Steps(LEAP_DAY, written_on=LATER), stage, TODAY, TODAY)
    with pytest.raises(AlreadyThatFar):
        check_step(Steps(LEAP_DAY, handed_on=LATER), Stage.TRANSLATED, TODAY, TODAY)


def test_days_do_not_run_backwards_and_do_not_lie_ahead() -> None:
    written = Steps(LEAP_DAY, written_on=LATER)
    with pytest.raises(StepsRunBackwards):
        check_step(written, Stage.HANDED, LEAP_DAY, TODAY)
    with pytest.raises(DatedInTheFuture):
        check_step(written, Stage.HANDED, date(2026, 11, 25), TODAY)
    with pytest.raises(DatedInTheFuture):
        check_planned(date(2026, 11, 25), TODAY)
    check_planned(TODAY, TODAY)
    check_sent(written, LATER)
    with pytest.raises(StepsRunBackwards):
        check_sent(written, LEAP_DAY)


def test_what_a_relay_took_goes_by_the_relay() -> None:
    assert channel_of_prepared(Steps(LEAP_DAY, handed_on=LATER), Channel.POST) is Channel.RELAY
    assert channel_of_prepared(Steps(LEAP_DAY, written_on=LATER), Channel.HAND) is Channel.HAND
