"""How far a hand-over is."""

from __future__ import annotations

import pytest

from tracker.handover.rules import Step, steps_left


@pytest.mark.parametrize(
    "said_farewell, has_follower, has_ended, left",
    [
        (False, False, False, (Step.FAREWELL, Step.FOLLOWER, Step.END)),
        (True, False, False, (Step.FOLLOWER, Step.END)),
        (True, True, False, (Step.END,)),
        (False, True, False, (Step.FAREWELL, Step.END)),
        (False, False, True, (Step.FOLLOWER,)),
        (True, True, True, ()),
    ],
)
def test_what_is_left_is_said_in_the_best_order(
    said_farewell: bool, has_follower: bool, has_ended: bool, left: tuple[Step, ...]
) -> None:
    assert (
        steps_left(is_closed=False, said_farewell=said_farewell, has_follower=has_follower, has_ended=has_ended) == left
    )


def test_nothing_is_left_of_what_is_finished() -> None:
    assert steps_left(is_closed=True, said_farewell=False, has_follower=False, has_ended=True) == ()
