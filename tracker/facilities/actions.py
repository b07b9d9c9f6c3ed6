"""Changes of facilities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.dates.hearing_list_queries import ended_before
from tracker.dates.models import Hearing, HearingStatus
from tracker.db import add_once
from tracker.facilities.models import Facility
from tracker.facilities.rules import (
    OF_SOURCES,
    FacilityKind,
    HearingsStillToCome,
    StillSomebodyThere,
    VerifiedFrom,
    WasMerged,
    WhoMayWrite,
    check_facility,
    check_verification,
    finding_form,
)
from tracker.prisoners.models import Placement
from tracker.prisoners.rules import Regime
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
    located_at: str | None = None
    located_at_latin: str | None = None
    needs_birth_year: bool | None = None
    needs_number: bool | None = None
    number_label: str | None = None
    letter_languages: str | None = None
    most_pages: int | None = None
    most_photos: int | None = None
    who_may_write: WhoMayWrite | None = None
    refused_things: str | None = None
    regime: Regime | None = None
    mail_note: str | None = None
    verified_on: date | None = None
    verified_from: VerifiedFrom | None = None
    verified_note: str | None = None


def add_facility(
    session: Session, facility_id: UUID, facts: FacilityFacts, *, actor_id: UUID, now: datetime, today: date
) -> bool:
    """Enter a place under an id made by its form; False: the form was sent before.

    Raises CourtWithoutZone or VerifiedInTheFuture.
    """
    check_facility(facts.kind, facts.zone, facts.verified_on, today)
    facility = Facility(
        id=facility_id,
        name_folded=_folded(facts),
        created_at=now,
        verified_by_id=actor_id if facts.verified_on else None,
        **vars(facts),
    )
    return add_once(session, facility, "id")


def change_facility(session: Session, facility: Facility, facts: FacilityFacts, *, actor_id: UUID, today: date) -> None:
    """Give a place other facts. Hearings keep the zone that they were entered with. Raises CourtWithoutZone,
    VerifiedInTheFuture or WasMerged."""
    # Whoever merges two entries at this moment is waited for.
    session.refresh(facility, with_for_update=True)
    if facility.merged_into_id is not None:
        raise WasMerged
    check_facility(facts.kind, facts.zone, facts.verified_on, today)
    if facility.verified_on != facts.verified_on:
        facility.verified_by_id = actor_id if facts.verified_on else None
    if any(getattr(facility, name) != getattr(facts, name) for name in OF_SOURCES):
        uncite(session, facility.id)
    if facility.zone != facts.zone:
        facility.zone_from_source = None
    for name, value in vars(facts).items():
        setattr(facility, name, value)
    facility.name_folded = " ".join((_folded(facts), *_merged_names(session, facility.id)))


def verify_address(
    facility: Facility, verified_from: VerifiedFrom | None, note: str | None, *, actor_id: UUID, today: date
) -> None:
    """Somebody made sure today that the address holds. Raises VerifiedFromNothing."""
    check_verification(verified_from, note, today, today)
    facility.verified_on, facility.verified_by_id = today, actor_id
    facility.verified_from, facility.verified_note = verified_from, note


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
            Hearing.outcome.is_(None),
            ~ended_before(today),
        )
    )
    if to_come:
        raise HearingsStillToCome(to_come)
    facility.archived_at = facility.archived_at or now


def restore_facility(facility: Facility) -> None:
    """Offer a place again. Raises WasMerged."""
    if facility.merged_into_id is not None:
        raise WasMerged
    facility.archived_at = None


def _merged_names(session: Session, facility_id: UUID) -> list[str]:
    """The names by which entries were found that were merged into this one."""
    merged = select(Facility.name_folded).where(Facility.merged_into_id == facility_id)
    return list(session.scalars(merged.order_by(Facility.name_folded)))


def _folded(facts: FacilityFacts) -> str:
    return finding_form(facts.name, facts.name_local, facts.city)
