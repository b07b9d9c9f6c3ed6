"""What the demo's prisoners ask for, and what was packed for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from tracker.letters.models import Letter
from tracker.parcels.contents import understood
from tracker.parcels.models import Parcel, ParcelItem
from tracker.prisoners.models import Need, NeedKind, Prisoner
from tracker.volunteers.models import Volunteer


def need(facts: dict[str, Any], asked_in: Letter, day: Callable[[int], date], now: datetime) -> Need:
    """Something that a reply asks for, promised by whom it came to if there is a day. ``day`` counts from today."""
    return Need(
        prisoner_id=asked_in.prisoner_id,
        kind=NeedKind.PARCEL,
        text=facts["text"],
        asked_on=asked_in.dated_on,
        letter_id=asked_in.id,
        promised_by_id=asked_in.volunteer_id if "until" in facts else None,
        promised_until=day(facts["until"]) if "until" in facts else None,
        entered_by_id=asked_in.volunteer_id,
        created_at=now,
    )


def parcel(
    facts: dict[str, Any], prisoner: Prisoner, volunteer: Volunteer, day: Callable[[int], date], now: datetime
) -> tuple[Parcel, list[ParcelItem]]:
    """A parcel that arrived, with its lines."""
    made = Parcel(
        prisoner_id=prisoner.id,
        volunteer_id=volunteer.id,
        posted_on=day(facts["days"]),
        grams=facts["grams"],
        tracking=facts["tracking"],
        arrived_on=day(facts["arrived"]),
        logged_by_id=volunteer.id,
        logged_at=now,
        form_id=uuid4(),
    )
    lines = [understood(line) for line in facts["contents"]]
    items = [ParcelItem(parcel_id=made.id, position=at, **vars(line)) for at, line in enumerate(lines)]
    return made, items
