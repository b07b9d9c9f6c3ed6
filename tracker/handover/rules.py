"""When a correspondence is handed over, and how far it is. Pure."""

from __future__ import annotations

from enum import StrEnum

LONGEST_NOTE = 2000
MOST_RHYTHM_DAYS = 365


class Step(StrEnum):
    """What a hand-over waits for."""

    FAREWELL = "farewell"
    """The former writer says farewell."""
    FOLLOWER = "follower"
    """Somebody is found who goes on."""
    END = "end"
    """Somebody goes on, the farewell is in the post: the former writer's part can end."""


class OnlyWritersHandOver(Exception):
    """Only a correspondence is handed over; parcels, the court and the family are given to somebody anew."""


class AlreadyOver(Exception):
    """This hand-over is finished."""


class NotTheirs(Exception):
    """The one who should go on does not write to this prisoner."""


def steps_left(*, is_closed: bool, said_farewell: bool, has_follower: bool, has_ended: bool) -> tuple[Step, ...]:
    """What is still to be done, in the order in which it is best done. Whoever has no access any more says no
    farewell."""
    if is_closed:
        return ()
    left = []
    if not said_farewell and not has_ended:
        left.append(Step.FAREWELL)
    if not has_follower:
        left.append(Step.FOLLOWER)
    if not has_ended:
        left.append(Step.END)
    return tuple(left)
