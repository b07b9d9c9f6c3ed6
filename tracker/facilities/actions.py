"""Changes of facilities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tracker.dates.models import Hearing, HearingStatus
from tracker.db import add_once
from tracker.facilities.models import Facility
from tracker.facilities.rules import (
    FacilityKind,
    HearingsStillToCome,
    StillSomebodyThere,
    check_facility,
    finding_form,
)
from tracker.prisoners.models import Placement
from tracker.sources.actions import uncite


@dataclass(frozen=True)
class FacilityFacts:
    """What is known of a place. Addresses have one line each as on the envelope."""

    name: str
    kind: FacilityKind
    name_local: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None
    zone: str | None = None
    address: str | None = None
    address_latin: str | None = None
    accepts_e_letters: bool | None = None
    mail_note: str | None = None
    verified_on: date | None = None


_OF_SOURCES = ("name", "kind", "city", "region", "country", "zone")
"""What a source can state of a facility; its address it never does."""


def add_facility(session: Session, facility_id: UUID, facts: FacilityFacts, *, now: datetime, today: date) -> bool:
    """Enter a place under an id made by its form; False: the form was sent before.

    Raises CourtWithoutZone or VerifiedInTheFuture.
    """
    check_facility(facts.kind, facts.zone, facts.verified_on, today)
    facility = Facility(id=facility_id, name_folded=_folded(facts), created_at=now, **vars(facts))
    return add_once(session, facility, "id")


def change_facility(session: Session, facility: Facility, facts: FacilityFacts, *, today: date) -> None:
    """Give a place other facts. Hearings keep the zone that they were entered with. Raises CourtWithoutZone or
    VerifiedInTheFuture."""
    check_facility(facts.kind, facts.zone, facts.verified_on, today)
    if any(getattr(facility, name) != getattr(facts, name) for name in _OF_SOURCES):
        uncite(session, facility.id)
    if facility.zone != facts.zone:
        facility.zone_from_source = None
    for name, value in vars(facts).items():
        setattr(facility, name, value)
    facility.name_folded = _folded(facts)


def archive_facility(session: Session, facility: Facility, *, now: datetime, today: date) -> None:
    """No longer offer a place; who was there stays on record. ``today`` is that of whoever does it.

    Raises StillSomebodyThere or HearingsStillToCome.
    """
    held = session.scalar(select(func.count()).where(Placement.facility_id == facility.id, Placement.is_current))
    if held:
        raise StillSomebodyThere(held)
    to_come = session.scalar(
        select(func.count()).where(
            Hearing.court_id == facility.id,
            Hearing.status.in_([HearingStatus.SCHEDULED, HearingStatus.SINE_DIE]),
            or_(Hearing.on.is_(None), Hearing.on >= today),
        )
    )
    if to_come:
        raise HearingsStillToCome(to_come)
    facility.archived_at = facility.archived_at or now


def restore_facility(facility: Facility) -> None:
    """Offer a place again."""
    facility.archived_at = None


def _folded(facts: FacilityFacts) -> str:
    return finding_form(facts.name, facts.name_local, facts.city)
