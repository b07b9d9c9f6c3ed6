"""The parcels and evenings of the generated collective."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tracker.letters.rules import ReturnReason
from tracker.parcels.rules import ParcelKind, SentBy

if TYPE_CHECKING:
    from bench.collective import Collective

PARCELS, PARCELS_A_YEAR = 5_000, 12
EVENINGS, PEOPLE_OF_EVENING = 20, 60
_THINGS = (("tea", 250), ("socks", 300), ("a notebook", 400))
_KINDS = tuple(ParcelKind)


def add_parcels(to: Collective) -> None:
    """Some of every assignment; and month after month those of people who are inside for twenty years."""
    for n in range(PARCELS):
        prisoner, writer, since, last = to.assignments[n % len(to.assignments)]
        on = since + timedelta(days=to.rng.randint(0, (last - since).days))
        _parcel(to, prisoner, writer, on, n, arrived_on=on + timedelta(days=14) if n % 2 else None)
    for prisoner, inside_since in to.inside_long:
        writer = to.rng.choice(to.writers)
        days = (to.today - inside_since).days
        for n in range(days * PARCELS_A_YEAR // 365):
            on = inside_since + timedelta(days=n * 365 // PARCELS_A_YEAR)
            _long_parcel(to, prisoner, writer, on, n)


def _long_parcel(to: Collective, prisoner: UUID, writer: UUID, on: date, n: int) -> None:
    came = on + timedelta(days=12)
    facts: dict[str, Any] = {"kind": _KINDS[n % len(_KINDS)], "sent_by": SentBy.FAMILY if n % 5 == 0 else SentBy.OURS}
    if n % 20 == 7:
        facts |= {"returned_on": min(came, to.today), "return_reason": ReturnReason.QUOTA}
    elif came <= to.today:
        facts["arrived_on"] = came
    _parcel(to, prisoner, writer, on, n, **facts)


def _parcel(to: Collective, prisoner: UUID, writer: UUID, on: date, n: int, **facts: Any) -> None:
    row_id = to.add(
        "parcel",
        prisoner_id=prisoner,
        volunteer_id=writer,
        posted_on=on,
        grams=1200 + n % 900,
        logged_by_id=writer,
        logged_at=to.moment(on),
        form_id=to.new_id(),
        **facts,
    )
    for position, (what, grams) in enumerate(_THINGS):
        to.add(
            "parcel_item",
            parcel_id=row_id,
            position=position,
            what=what,
            how_many=1 + position,
            grams=grams,
            is_refused=False,
        )


def add_evenings(to: Collective) -> None:
    """One today, for which people are still to be chosen; and old ones that were counted, so long ago that nobody is
    less forgotten for them."""
    _evening(to, to.today)
    for n in range(EVENINGS):
        on = to.today - timedelta(days=200 + 30 * n)
        batch_id = to.add(
            "tally_batch", evening_id=_evening(to, on), entered_by_id=to.coordinators[n % 8], entered_at=to.moment(on)
        )
        for prisoner in to.rng.sample(to.prisoners, PEOPLE_OF_EVENING):
            to.add("tally", batch_id=batch_id, prisoner_id=prisoner, on=on, letters=to.rng.randint(1, 9))


def _evening(to: Collective, on: date) -> UUID:
    return to.add(
        "evening",
        on=on,
        title="Letters on a Thursday",
        choice={"people": 50, "days": 90},
        created_by_id=to.coordinators[0],
        created_at=to.moment(on),
    )
