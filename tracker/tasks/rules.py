"""What kinds of tasks there are, and which of them follow from a move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from tracker.partial_date import PartialDate
from tracker.prisoners.rules import PlacementKind


class TaskKind(StrEnum):
    """What is to be done."""

    ASK_LAWYER = "ask_lawyer"
    ASK_RELATIVE = "ask_relative"
    PROBE_BY_E_LETTER = "probe_by_e_letter"
    """An e-letter to the likely place: it comes back at once if the person is not there."""
    WRITE_AGAIN = "write_again"
    """To the new address: the prisoner could keep nobody's."""
    SAY_FAREWELL = "say_farewell"
    """Of a writer who stops: a last letter instead of silence."""
    INTRODUCE_YOURSELF = "introduce_yourself"
    """Of the writer who follows her."""


LOOKING = (TaskKind.ASK_LAWYER, TaskKind.ASK_RELATIVE, TaskKind.PROBE_BY_E_LETTER)
"""How somebody is looked for who is on transfer. Nobody forwards post, and the former place only says "not listed"."""

EXPECTED_DAYS = 60
"""So long a letter is taken to be under way where nothing is known or assumed about a place."""


class Stay(Protocol):
    """What counts of a placement for tasks."""

    @property
    def id(self) -> UUID: ...
    @property
    def kind(self) -> PlacementKind: ...
    @property
    def facility_id(self) -> UUID | None: ...
    @property
    def since(self) -> PartialDate | None: ...


class AfterMove(StrEnum):
    """What a move means for those who write."""

    LOOK = "look"
    """Nobody knows where the person is: somebody has to find out."""
    STILL_LOOK = "still_look"
    """There is still no address; whoever looks goes on."""
    WRITE_AGAIN = "write_again"
    """There is a new address, and the prisoner could keep nobody's: every writer writes first."""
    SAME_ADDRESS = "same_address"
    """Only something inside the place is different."""
    NOTHING = "nothing"
    """There is no prison to write to."""


_OUTSIDE = frozenset(
    {PlacementKind.AT_LIBERTY, PlacementKind.HOUSE_ARREST, PlacementKind.NIGHT_CURFEW, PlacementKind.ABROAD}
)
_INSIDE_A_PLACE = frozenset({PlacementKind.PUNISHMENT_CELL, PlacementKind.LOCKED_CELL})


def after_move(stays: Sequence[Stay]) -> AfterMove:
    """What follows from the newest of all stays, which are given in the order of time; at least one."""
    *before, present = stays
    if present.kind is PlacementKind.TRANSFER:
        return AfterMove.LOOK
    if present.kind in _OUTSIDE:
        return AfterMove.NOTHING
    if present.facility_id is None:
        return AfterMove.SAME_ADDRESS if present.kind in _INSIDE_A_PLACE else AfterMove.STILL_LOOK
    # A cell of which nobody said in which facility it is lies in that of the stay before it.
    known = [stay for stay in before if stay.facility_id is not None or stay.kind not in _INSIDE_A_PLACE]
    if not known or known[-1].facility_id == present.facility_id:
        return AfterMove.SAME_ADDRESS
    return AfterMove.WRITE_AGAIN


def settled_from(since: PartialDate | None, today: date) -> date:
    """The first day on which a letter surely went to a new address: the person was there for certain, or it was known
    here. ``today`` is the day on which the move is entered."""
    if since is None or since.year is None:
        return today
    return min(since.latest(), today)


@dataclass(frozen=True)
class Left:
    """Which facility somebody left last, and the first day on which a letter there could miss the person."""

    facility_id: UUID
    on: date


def left(stays: Sequence[Stay], today: date) -> Left | None:
    """The address before the present one, from all stays in order; None: there was no other one before. A day that is
    not known counts as today."""
    present = stays[-1].facility_id if stays else None
    for former, following in zip(reversed(stays[:-1]), reversed(stays[1:]), strict=True):
        if former.facility_id is not None and former.facility_id != present:
            since = following.since
            known = since is not None and since.year is not None
            return Left(former.facility_id, since.earliest() if since is not None and known else today)
        if former.kind in _OUTSIDE:
            return None
    return None


def is_at_risk(
    on: date, placement_id: UUID | None, stays: Sequence[Stay], today: date, expected_days: int = EXPECTED_DAYS
) -> bool:
    """Whether what was posted on a day, to one of the stays or nobody knows which, may have missed the person, of whom
    these are all stays in order. What became of it is not known; ``expected_days`` it is usually under way to the place
    that the person left."""
    gone = left(stays, today)
    if gone is None or on < gone.on - timedelta(days=expected_days):
        return False
    present = stays[-1]
    if present.facility_id is None:
        return True
    if any(stay.id == placement_id for stay in stays if stay.facility_id == present.facility_id):
        return False
    return present.since is None or present.since.year is None or on < present.since.latest()
