"""The prisoners of the generated collective."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from bench.names import Name, invented
from tracker.cases.models import CaseRole, MeasureKind
from tracker.partial_date import PartialDate
from tracker.prisoners.models import (
    Conditions,
    DetailKind,
    NameKind,
    PlacementKind,
    Regime,
    Sex,
    SupportState,
    Whereabouts,
)
from tracker.prisoners.names import name_keys, sorting_form

if TYPE_CHECKING:
    from bench.collective import Collective

PRISONERS = 2_000
MOST_DAYS_INSIDE = 1_065
LONG_YEARS = 20
"""So long those are inside whose parcels fill a ledger: one in a hundred."""
_LONG_EVERY = 100

_INTERESTS = ("chess problems", "the history of bridges", "birds of the steppe", "gardens", "old maps", "mountains")


def add_prisoners(to: Collective) -> None:
    """Prisoners with their names, placements, cases and measures."""
    for n, name in enumerate(invented(PRISONERS, to.rng)):
        is_long = n % _LONG_EVERY == 1
        inside_since = to.today - timedelta(days=365 * LONG_YEARS) if is_long else to.ago(MOST_DAYS_INSIDE, 200)
        in_custody = n % 3 != 0
        prisoner_id = to.new_id()
        to.prisoners.append(prisoner_id)
        if is_long:
            to.inside_long.append((prisoner_id, inside_since))
        to.add(
            "prisoner",
            id=prisoner_id,
            name=name.shown,
            name_folded=sorting_form(name.shown),
            name_local=name.local,
            sex=Sex.WOMAN if name.is_woman else Sex.MAN,
            birth=_birth(to.rng, n),
            whereabouts=Whereabouts.IN_CUSTODY if in_custody else Whereabouts.SERVING,
            release_on=None if in_custody else PartialDate(to.today.year + 1 + n % 9, 1 + n % 12),
            support=SupportState.GIVEN,
            languages="Russian",
            write_about_sealed=to.sealed(
                "prisoner", "write_about_sealed", prisoner_id, "Birds, trees, chess problems and long walks."
            ),
            created_at=to.moment(inside_since),
            position=n,
        )
        _names(to, prisoner_id, name)
        _interests(to, prisoner_id, n)
        _placements(to, prisoner_id, inside_since)
        _case_of(to, n, prisoner_id, inside_since, in_custody=in_custody)


def _birth(rng: Random, n: int) -> PartialDate | None:
    on = date(1960, 1, 1) + timedelta(days=rng.randrange(16_000))
    known = (on.year, on.month, on.day)
    return (PartialDate(*known), PartialDate(*known), PartialDate(*known[:2]), PartialDate(on.year), None)[n % 5]


def _names(to: Collective, prisoner_id: UUID, name: Name) -> None:
    forms = ((name.shown, NameKind.SHOWN), (name.local, NameKind.LOCAL), (name.spelling, NameKind.SPELLING))
    for position, (text, kind) in enumerate(forms):
        to.add("prisoner_name", prisoner_id=prisoner_id, text=text, kind=kind, position=position)
    for key in sorted(set().union(*(name_keys(text) for text, _ in forms))):
        to.add("name_key", prisoner_id=prisoner_id, key=key)


def _interests(to: Collective, prisoner_id: UUID, n: int) -> None:
    for position in range(n % 4):
        text = _INTERESTS[(n + position) % len(_INTERESTS)]
        to.add("detail", prisoner_id=prisoner_id, kind=DetailKind.INTEREST, text=text, position=position)


def _placements(to: Collective, prisoner_id: UUID, since: date) -> None:
    moved = since + timedelta(days=to.rng.randint(20, 150))
    first, second = to.rng.sample(to.facilities, 2)
    for position, (facility, begun, over) in enumerate(((first, since, moved), (second, moved, None))):
        to.add(
            "placement",
            prisoner_id=prisoner_id,
            position=position,
            kind=PlacementKind.SIZO if position == 0 else PlacementKind.COLONY,
            facility_id=facility,
            since=PartialDate.of(begun),
            until=PartialDate.of(over) if over else None,
            is_current=over is None,
            regime=Regime.GENERAL if over is None else None,
            conditions=Conditions.ORDINARY if over is None else None,
            envelope_line=f"отряд {1 + to.rng.randrange(12)}" if over is None else None,
        )


def _case_of(to: Collective, n: int, prisoner_id: UUID, since: date, *, in_custody: bool) -> None:
    case_id = to.cases[n % len(to.cases)]
    to.in_case[case_id].append(prisoner_id)
    to.add(
        "case_person",
        case_id=case_id,
        prisoner_id=prisoner_id,
        role=CaseRole.DEFENDANT,
        detained_on=PartialDate.of(since),
        position=n,
    )
    if in_custody:
        to.add(
            "measure",
            prisoner_id=prisoner_id,
            case_id=case_id,
            kind=MeasureKind.CUSTODY,
            since=PartialDate.of(since),
            zone="Europe/Moscow",
            until=PartialDate.of(to.today + timedelta(days=n % 180)),
            changed_at=to.moment(since),
        )
