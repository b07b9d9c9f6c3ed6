"""How somebody is placed on a day, as far as rules about parcels depend on it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tracker.facilities.rules import FacilityKind
from tracker.partial_date import PartialDate
from tracker.prisoners.placements import placement_on
from tracker.prisoners.rules import Conditions, PlacementKind, Regime, Sex
from tracker.quotas.choosing import Situation
from tracker.quotas.rules import INSTITUTIONS, REMAND, Age, Cell
from tracker.quotas.windows import add_months

OF_AGE_YEARS = 18

_CELLS = {
    PlacementKind.PUNISHMENT_CELL: Cell.PUNISHMENT_CELL,
    PlacementKind.LOCKED_CELL: Cell.LOCKED_CELL,
    PlacementKind.TRANSFER: Cell.TRANSFER,
}

_OUTSIDE = frozenset(
    {PlacementKind.HOUSE_ARREST, PlacementKind.NIGHT_CURFEW, PlacementKind.ABROAD, PlacementKind.AT_LIBERTY}
)

FREEZING = frozenset({PlacementKind.TRANSFER, PlacementKind.PUNISHMENT_CELL})
"""Where nothing can be sent for a while: claims wait, and lapse later by as long as it lasts."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A placement, as far as rules depend on it."""

    id: UUID
    kind: PlacementKind
    is_current: bool = False
    since: PartialDate | None = None
    until: PartialDate | None = None
    facility_id: UUID | None = None
    facility_kind: FacilityKind | None = None
    country: str | None = None
    regime: Regime | None = None
    """Of the placement, or else of the facility."""
    conditions: Conditions | None = None

    @property
    def institution(self) -> PlacementKind | None:
        """The sort of institution: told by the placement, or for a cell by the facility in which it is."""
        if self.kind in INSTITUTIONS:
            return self.kind
        if self.kind in (PlacementKind.PUNISHMENT_CELL, PlacementKind.LOCKED_CELL) and self.facility_kind:
            return next((each for each in INSTITUTIONS if str(each) == str(self.facility_kind)), None)
        return None


@dataclass(frozen=True, slots=True)
class Person:
    """A prisoner, as far as rules depend on it."""

    sex: Sex | None = None
    birth: PartialDate | None = None
    oldest_age_told: int | None = None
    """The highest age that a source ever printed; whoever was of age then is so now."""


def stay_on(stays: Sequence[Stay], day: date, today: date) -> Stay | None:
    """Where somebody is on a day, from all stays in order: from today on, where the person is now; before, the only
    stay that the dates allow."""
    if day >= today:
        return next((stay for stay in stays if stay.is_current), None)
    possible = placement_on(day, stays).possible
    return possible[0] if len(possible) == 1 else None


def situation_on(day: date, today: date, stays: Sequence[Stay], person: Person) -> Situation:
    """Everything that decides about parcels on a day. ``today`` is that of whoever asks."""
    stay = stay_on(stays, day, today)
    if stay is None:
        return Situation(day, sex=person.sex, age=age_on(day, person))
    return Situation(
        day,
        country=stay.country or _country_before(stays, stay),
        institution=stay.institution,
        regime=stay.regime,
        conditions=stay.conditions,
        sex=person.sex,
        age=age_on(day, person),
        cell=_CELLS.get(stay.kind, Cell.ORDINARY),
        facility_id=stay.facility_id,
        is_inside=stay.kind not in _OUTSIDE,
        stay_began=_first_day(stay),
        counted_since=counted_since(stays, stay),
    )


def age_on(day: date, person: Person) -> Age | None:
    """Minor or of age on a day; None: not known."""
    if person.birth is not None and person.birth.year is not None:
        if add_months(person.birth.latest(), 12 * OF_AGE_YEARS) <= day:
            return Age.ADULT
        if add_months(person.birth.earliest(), 12 * OF_AGE_YEARS) > day:
            return Age.MINOR
    if person.oldest_age_told is not None and person.oldest_age_told >= OF_AGE_YEARS:
        return Age.ADULT
    return None


def counted_since(stays: Sequence[Stay], stay: Stay) -> date | None:
    """The first day since which parcels count together with those of ``stay``: what came on remand does not count in
    a colony, nor the other way round. Cells, hospitals and transfers interrupt nothing. None: not known, or always."""
    at = next((index for index, each in enumerate(stays) if each.id == stay.id), None)
    if at is None:
        return None
    on_remand = _is_remand(stay)
    first = stay
    for each in reversed(stays[:at]):
        side = _is_remand(each)
        if on_remand is not None and side is not None and side is not on_remand:
            return _first_day(first)
        if side is not None:
            first, on_remand = each, side if on_remand is None else on_remand
    return None


def _is_remand(stay: Stay) -> bool | None:
    if stay.institution is None or stay.institution in (PlacementKind.HOSPITAL, PlacementKind.PSYCHIATRIC_HOSPITAL):
        return None
    return stay.institution in REMAND


def _country_before(stays: Sequence[Stay], stay: Stay) -> str | None:
    """Nobody leaves the country on a transfer or in a cell."""
    if stay.kind not in _CELLS:
        return None
    before = stays[: next((index for index, each in enumerate(stays) if each.id == stay.id), 0)]
    return next((each.country for each in reversed(before) if each.country), None)


def _first_day(stay: Stay) -> date | None:
    return stay.since.earliest() if stay.since is not None and stay.since.year is not None else None
