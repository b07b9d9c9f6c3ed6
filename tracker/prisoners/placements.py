"""Where somebody was on a day, and whether a place fits among the others. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from tracker.partial_date import PartialDate
from tracker.prisoners.rules import (
    WITHOUT_FACILITY,
    EndsBeforeBegin,
    NoFacilityThere,
    PlaceGivenTwice,
    PlacementAfterNext,
    PlacementBeforeLast,
    PlacementKind,
    definitely_before,
)


class Stay(Protocol):
    """What counts of a placement: when it began and ended, as far as that is known."""

    @property
    def since(self) -> PartialDate | None: ...
    @property
    def until(self) -> PartialDate | None: ...


AnyStay = TypeVar("AnyStay", bound=Stay)


@dataclass(frozen=True)
class Placed(Generic[AnyStay]):
    """Where somebody was on a day: the stays that its dates allow, in order; none, when nothing is known."""

    possible: tuple[AnyStay, ...]
    certain: bool
    """There is one, and its dates say that the day lies within it."""


def placement_on(day: date, placements: Sequence[AnyStay]) -> Placed[AnyStay]:
    """Where somebody was on a day, from all placements in the order of time.

    The day of a move belongs to the new place. A stay whose end nobody noted lasts at most until the next one began,
    but whether it lasted so long is not certain; the last one lasts until today.
    """
    return placement_between(day, day, placements)


def placement_between(first: date, last: date, placements: Sequence[AnyStay]) -> Placed[AnyStay]:
    """Where somebody was from one day to another, both counted, on any of these days; certain: on all of them."""
    possible, certain = [], False
    for index, stay in enumerate(placements):
        following = placements[index + 1 :]
        began = _earliest(stay.since) or _known_bound(placements[:index])
        if (began is not None and last < began) or _is_over(stay, following, max(first, began or first)):
            continue
        possible.append(stay)
        certain = _surely_began(stay, first) and _surely_lasts(stay, following, last)
    return Placed(tuple(possible), certain and len(possible) == 1)


def check_placement(
    *,
    kind: PlacementKind,
    has_facility: bool,
    place: str | None,
    since: PartialDate | None,
    until: PartialDate | None = None,
    previous_since: PartialDate | None = None,
    next_since: PartialDate | None = None,
) -> None:
    """Raises PlaceGivenTwice, NoFacilityThere, EndsBeforeBegin, PlacementBeforeLast or PlacementAfterNext."""
    if has_facility and place:
        raise PlaceGivenTwice
    if has_facility and kind in WITHOUT_FACILITY:
        raise NoFacilityThere
    if definitely_before(until, since):
        raise EndsBeforeBegin
    if definitely_before(since, previous_since):
        raise PlacementBeforeLast
    if definitely_before(next_since, since):
        raise PlacementAfterNext


def _earliest(when: PartialDate | None) -> date | None:
    return when.earliest() if when is not None and when.year is not None else None


def _latest(when: PartialDate | None) -> date | None:
    return when.latest() if when is not None and when.year is not None else None


def _known_bound(before: Sequence[Stay]) -> date | None:
    """The day before which a stay without a known beginning cannot have begun: that of the newest one before it."""
    for stay in reversed(before):
        known = _earliest(stay.until) or _earliest(stay.since)
        if known is not None:
            return known
    return None


def _is_over(stay: Stay, following: Sequence[Stay], day: date) -> bool:
    end = _latest(stay.until)
    for later in following:
        began = _latest(later.since)
        if began is not None:
            # On the day of the move the person is in the new place.
            return day >= began or (end is not None and day > end)
    return end is not None and day > end


def _surely_began(stay: Stay, day: date) -> bool:
    began = _latest(stay.since)
    return began is not None and began <= day


def _surely_lasts(stay: Stay, following: Sequence[Stay], day: date) -> bool:
    end = _earliest(stay.until)
    if end is None:
        return not following
    return day <= end
