"""Reads for lists: claims, rules of a facility, links for families."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, select
from sqlalchemy.orm import Session

from tracker.facilities.models import Facility
from tracker.prisoners.models import Placement, Prisoner
from tracker.quotas.lapsing import Lapse, lapse_of
from tracker.quotas.models import FacilityRule, FamilyLink, ParcelClaim
from tracker.quotas.situation import Stay
from tracker.quotas.supply_queries import RULE_COLUMNS, STAY_COLUMNS, stay_of
from tracker.volunteers.models import Volunteer

LAPSED_ARE_SHOWN = timedelta(days=60)
"""So long after its day a claim that came to nothing stays in the list."""


def is_open_claim() -> ColumnElement[bool]:
    """The condition under which a claim is neither a parcel nor given back."""
    return and_(ParcelClaim.released_at.is_(None), ParcelClaim.parcel_id.is_(None))


def claims(now: datetime) -> Select[*tuple[Any, ...]]:
    """Claims that are neither a parcel nor given back, those that lapse first at the top: id, prisoner_id, name, kind,
    grams, planned_on, claimed_at, lapses_at, answered, handle (none: the family)."""
    return (
        select(
            ParcelClaim.id,
            ParcelClaim.prisoner_id,
            Prisoner.name,
            ParcelClaim.kind,
            ParcelClaim.grams,
            ParcelClaim.planned_on,
            ParcelClaim.claimed_at,
            ParcelClaim.lapses_at,
            ParcelClaim.answered,
            Volunteer.handle,
        )
        .join(Prisoner, Prisoner.id == ParcelClaim.prisoner_id)
        .outerjoin(Volunteer, Volunteer.id == ParcelClaim.claimed_by_id)
        .where(is_open_claim(), ParcelClaim.lapses_at > now - LAPSED_ARE_SHOWN)
        .order_by(ParcelClaim.lapses_at, ParcelClaim.id)
    )


def stays_of(session: Session, prisoner_ids: Collection[UUID]) -> Mapping[UUID, Sequence[Stay]]:
    """All stays of several prisoners, in order, in one statement."""
    found: dict[UUID, list[Stay]] = {}
    statement = (
        select(Placement.prisoner_id, *STAY_COLUMNS)
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .where(Placement.prisoner_id.in_(prisoner_ids))
        .order_by(Placement.prisoner_id, Placement.position)
    )
    for row in session.execute(statement):
        found.setdefault(row.prisoner_id, []).append(stay_of(row))
    return found


def lapse(claim: Any, stays: Mapping[UUID, Sequence[Stay]], now: datetime) -> Lapse:
    """When a claim of the list lapses."""
    return lapse_of(claim.claimed_at, claim.lapses_at, stays.get(claim.prisoner_id, ()), now)


def facility_rules(session: Session, facility_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rules of a facility that hold, in the order in which they were entered, with the handle of whoever entered
    each."""
    return session.execute(
        select(*RULE_COLUMNS, Volunteer.handle)
        .join(Volunteer, Volunteer.id == FacilityRule.entered_by_id)
        .where(FacilityRule.facility_id == facility_id, FacilityRule.removed_at.is_(None))
        .order_by(FacilityRule.pool, FacilityRule.created_at, FacilityRule.id)
    ).all()


def family_links(session: Session, prisoner_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """The links for the family of a prisoner, the newest first: id, label_sealed, created_at, expires_at, revoked_at,
    handle of whoever made it."""
    link = FamilyLink
    return session.execute(
        select(link.id, link.label_sealed, link.created_at, link.expires_at, link.revoked_at, Volunteer.handle)
        .join(Volunteer, Volunteer.id == link.created_by_id)
        .where(link.prisoner_id == prisoner_id)
        .order_by(link.created_at.desc(), link.id)
    ).all()
