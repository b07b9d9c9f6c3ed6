"""The places of the demo, and the ways by which letters reach them."""

from __future__ import annotations

from tracker.demo.loading import Facts, Loading
from tracker.facilities.models import Facility, FacilityChannel, FacilityKind
from tracker.facilities.rules import VerifiedFrom
from tracker.letters.models import Channel
from tracker.prisoners.rules import Regime

AS_WRITTEN = (
    *("name", "name_local", "city", "country", "zone", "address", "address_latin", "letter_languages", "most_pages"),
    *("most_photos", "refused_things", "mail_note", "needs_number", "number_label"),
)


def facility(loading: Loading, facts: Facts) -> None:
    """A place or a court, as it is written."""
    made = loading.add(
        Facility(
            **{name: facts.get(name) for name in AS_WRITTEN},
            kind=FacilityKind(facts["kind"]),
            regime=Regime(facts["regime"]) if "regime" in facts else None,
            name_folded=facts["name"].casefold(),
            verified_on=loading.day(facts.get("verified")),
            verified_from=_from(facts),
            created_at=loading.now,
        )
    )
    loading.made[facts["key"]] = made
    for position, way in enumerate(facts.get("ways", ())):
        loading.add(
            FacilityChannel(
                facility_id=made.id,
                channel=Channel(way["channel"]),
                service=way.get("service"),
                works=way.get("works"),
                note=way.get("note"),
                verified_on=loading.day(way.get("verified")),
                verified_from=_from(way),
                position=position,
            )
        )


def _from(facts: Facts) -> VerifiedFrom | None:
    return VerifiedFrom(facts["from"]) if "from" in facts else None
