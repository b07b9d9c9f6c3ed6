"""Reads of parcels: what is in one, what a place refuses, the list, what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from tracker.collective.models import Collective
from tracker.facilities.models import Facility
from tracker.parcels.models import Parcel, ParcelItem
from tracker.parcels.rules import Fate, SentBy
from tracker.prisoners.models import Need, Placement, Prisoner
from tracker.volunteers.models import Volunteer

NEWEST_REFUSALS = 60
"""So many of the things last refused at a place are looked at."""


def parcel_of_form(session: Session, form_id: UUID) -> Row[*tuple[Any, ...]]:
    """What came of a form that was sent before: id, removed_at."""
    return session.execute(select(Parcel.id, Parcel.removed_at).where(Parcel.form_id == form_id)).one()


def items(session: Session, parcel_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """What is in a parcel, in order: id, what, how_many, grams, category, is_refused, refused_because."""
    item = ParcelItem
    return session.execute(
        select(item.id, item.what, item.how_many, item.grams, item.category, item.is_refused, item.refused_because)
        .where(item.parcel_id == parcel_id)
        .order_by(item.position, item.id)
    ).all()


@dataclass(frozen=True)
class Packing:
    """What somebody has to know who packs a parcel."""

    currency: str | None
    facility: str | None = None
    refused_things: tuple[str, ...] = ()
    """As the facility's entry says."""
    refused_before: tuple[tuple[str, str], ...] = ()
    """What did not get in there, with the reason if one is known; the newest first."""


def packing(session: Session, prisoner_id: UUID) -> Packing:
    """What is known about parcels to the place where a prisoner is now, in at most two statements."""
    currency = select(Collective.currency).limit(1).scalar_subquery()
    place = session.execute(
        select(currency.label("currency"), Facility.id, Facility.name, Facility.refused_things)
        .select_from(Prisoner)
        .outerjoin(Placement, (Placement.prisoner_id == Prisoner.id) & Placement.is_current)
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .where(Prisoner.id == prisoner_id)
    ).one()
    if place.id is None:
        return Packing(place.currency)
    things = tuple(line.strip() for line in (place.refused_things or "").splitlines() if line.strip())
    return Packing(place.currency, place.name, things, _refused_before(session, place.id))


def _refused_before(session: Session, facility_id: UUID) -> tuple[tuple[str, str], ...]:
    """Of all parcels to a place, whoever they were for: neither a name nor a day is told."""
    rows = session.execute(
        select(ParcelItem.what, ParcelItem.refused_because)
        .join(Parcel, Parcel.id == ParcelItem.parcel_id)
        .join(Placement, Placement.id == Parcel.placement_id)
        .where(ParcelItem.is_refused, Placement.facility_id == facility_id, Parcel.removed_at.is_(None))
        .order_by(Parcel.posted_on.desc(), ParcelItem.id)
        .limit(NEWEST_REFUSALS)
    )
    found: dict[str, tuple[str, str]] = {}
    for what, because in rows:
        found.setdefault(what.casefold(), (what, because or ""))
    return tuple(found.values())


def whole_parcel(session: Session, parcel_id: UUID) -> Row[*tuple[Any, ...]]:
    """Beside the parcel itself: the prisoner's name, the sender's handle, and the place to which it went."""
    return session.execute(
        select(Prisoner.name, Volunteer.handle, Facility.name.label("facility"))
        .select_from(Parcel)
        .join(Prisoner, Prisoner.id == Parcel.prisoner_id)
        .join(Volunteer, Volunteer.id == Parcel.volunteer_id)
        .outerjoin(Placement, Placement.id == Parcel.placement_id)
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .where(Parcel.id == parcel_id)
    ).one()


def fulfilled_needs(session: Session, parcel_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """What was on the wish list and went into a parcel: kind, text."""
    return session.execute(
        select(Need.kind, Need.text)
        .where(Need.parcel_id == parcel_id, Need.done_on.is_not(None))
        .order_by(Need.position, Need.id)
    ).all()


@dataclass(frozen=True)
class Wanted:
    """Which parcels are looked for."""

    fate: Fate | None = None
    sent_by: SentBy | None = None
    year: int | None = None

    @property
    def is_narrowed(self) -> bool:
        return self != Wanted()


def parcel_list(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """The newest first: id, posted_on, kind, sent_by, grams, arrived_on, returned_on, prisoner_id, name, handle,
    refused (how many lines were not let in). Removed ones count nowhere."""
    refused = (
        select(func.count())
        .select_from(ParcelItem)
        .where(ParcelItem.parcel_id == Parcel.id, ParcelItem.is_refused)
        .scalar_subquery()
    )
    statement = (
        select(
            Parcel.id,
            Parcel.posted_on,
            Parcel.kind,
            Parcel.sent_by,
            Parcel.grams,
            Parcel.arrived_on,
            Parcel.returned_on,
            Parcel.prisoner_id,
            Prisoner.name,
            Volunteer.handle,
            refused.label("refused"),
        )
        .join(Prisoner, Prisoner.id == Parcel.prisoner_id)
        .join(Volunteer, Volunteer.id == Parcel.volunteer_id)
        .where(Parcel.removed_at.is_(None))
        .order_by(Parcel.posted_on.desc(), Parcel.logged_at.desc(), Parcel.id)
    )
    if wanted.sent_by is not None:
        statement = statement.where(Parcel.sent_by == wanted.sent_by)
    if wanted.year is not None:
        statement = statement.where(Parcel.posted_on.between(date(wanted.year, 1, 1), date(wanted.year, 12, 31)))
    if wanted.fate is Fate.ARRIVED:
        return statement.where(Parcel.arrived_on.is_not(None))
    if wanted.fate is Fate.RETURNED:
        return statement.where(Parcel.returned_on.is_not(None))
    if wanted.fate is Fate.UNDER_WAY:
        return statement.where(Parcel.arrived_on.is_(None), Parcel.returned_on.is_(None))
    return statement


def costs_of(session: Session, year: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """What the parcels of a year cost us, by currency: currency, postage, goods, parcels."""
    return session.execute(
        select(
            Parcel.currency,
            func.coalesce(func.sum(Parcel.postage_minor), 0).label("postage"),
            func.coalesce(func.sum(Parcel.goods_minor), 0).label("goods"),
            func.count().label("parcels"),
        )
        .where(
            Parcel.removed_at.is_(None),
            Parcel.sent_by == SentBy.OURS,
            Parcel.posted_on.between(date(year, 1, 1), date(year, 12, 31)),
            Parcel.postage_minor.is_not(None) | Parcel.goods_minor.is_not(None),
        )
        .group_by(Parcel.currency)
        .order_by(Parcel.currency)
    ).all()
