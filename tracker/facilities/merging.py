"""Two entries of one place become one: everything that points at the second points at the first from then on.

The second stays as a row that says into which one it was merged: what an imported source calls by its key, and what
somebody has bookmarked, is still found. There is no way back, since nothing tells afterwards whose was what.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from tracker.dates.models import Hearing, HearingChange
from tracker.facilities.models import Facility, FacilityChannel
from tracker.facilities.rules import (
    OF_SOURCES,
    ChangedMeanwhile,
    FacilityKind,
    NotTheSameSort,
    TheSameEntry,
    WasMerged,
    finding_form,
)
from tracker.prisoners.models import Placement
from tracker.quotas.models import FacilityRule
from tracker.sources.actions import uncite
from tracker.sources.models import Citation
from tracker.transit.counting import hold_letters, settle
from tracker.transit.models import TransitCount, TransitTime
from tracker.transit.rules import Case

CHOSEN = (
    "name",
    "name_local",
    "kind",
    "regime",
    "city",
    "region",
    "country",
    "zone",
    "address",
    "address_latin",
    "located_at",
    "located_at_latin",
    "needs_birth_year",
    "needs_number",
    "number_label",
    "who_may_write",
    "letter_languages",
    "most_pages",
    "most_photos",
    "refused_things",
    "mail_note",
)
"""Facts of which one of two is kept."""

_VERIFICATION = ("verified_on", "verified_by_id", "verified_from", "verified_note")

REPOINTED: tuple[Any, ...] = (
    Placement.facility_id,
    Hearing.court_id,
    HearingChange.court_id,
    FacilityRule.facility_id,
    FacilityChannel.facility_id,
    Facility.merged_into_id,
)
"""Columns that name a facility, and name the kept one afterwards."""

ADDED_UP: tuple[Any, ...] = (TransitCount.facility_id, TransitTime.facility_id)
"""Columns of counts per facility, which are added up."""


@dataclass(frozen=True)
class Difference:
    """A fact that both entries know, and not alike."""

    name: str
    kept: Any
    other: Any


@dataclass(frozen=True)
class Comparison:
    """How two entries differ."""

    differences: tuple[Difference, ...]
    filled: tuple[tuple[str, Any], ...]
    """What only the entry that goes knows, and is taken over: name and value."""

    @property
    def seal(self) -> str:
        """Changes when either entry does: what was chosen on a page holds only for what stood on it."""
        return hashlib.sha256(repr((self.differences, self.filled)).encode()).hexdigest()


def compare(kept: Facility, other: Facility) -> Comparison:
    """How two entries differ. Raises TheSameEntry, NotTheSameSort or WasMerged."""
    if kept.id == other.id:
        raise TheSameEntry
    if kept.merged_into_id is not None or other.merged_into_id is not None:
        raise WasMerged
    if (kept.kind is FacilityKind.COURT) is not (other.kind is FacilityKind.COURT):
        raise NotTheSameSort
    values = [(name, getattr(kept, name), getattr(other, name)) for name in CHOSEN]
    return Comparison(
        tuple(
            Difference(name, ours, theirs)
            for name, ours, theirs in values
            if ours is not None and theirs is not None and ours != theirs
        ),
        tuple((name, theirs) for name, ours, theirs in values if ours is None and theirs is not None),
    )


def merge(
    session: Session, kept: Facility, other: Facility, take: Collection[str], seal: str, *, now: datetime
) -> None:
    """Make one of two entries; ``take`` names the facts of which the other one's value holds. It cannot be undone.

    ``seal`` is that of the comparison by which was chosen. Raises ChangedMeanwhile and the refusals of ``compare``.
    """
    # A letter that is logged meanwhile would be counted at the entry that goes.
    hold_letters(session)
    # In one order, so that two mergers the other way round do not wait for each other; and nobody who moves somebody
    # to either of them at this moment is missed.
    for facility in sorted((kept, other), key=lambda each: each.id):
        session.refresh(facility, with_for_update=True)
    compared = compare(kept, other)
    if compared.seal != seal:
        raise ChangedMeanwhile
    changes = dict(compared.filled)
    changes |= {each.name: each.other for each in compared.differences if each.name in take}
    if changes.keys() & set(OF_SOURCES):
        uncite(session, kept.id)
    _keep_verification(kept, other, address_taken=bool(changes.keys() & {"address", "address_latin"}))
    for name, value in changes.items():
        setattr(kept, name, value)
    if "zone" in changes:
        kept.zone_from_source = other.zone_from_source
    # Whoever types the name of the entry that goes finds the one that stays.
    names = finding_form(kept.name, kept.name_local, kept.city)
    kept.name_folded = " ".join(dict.fromkeys((names, kept.name_folded, other.name_folded)))
    session.flush()
    _give_channels_places(session, kept.id, other.id)
    for column in REPOINTED:
        _run(session, update(column.class_).where(column == other.id).values({column.key: kept.id}))
    _add_up_transit(session, kept.id, other.id)
    _copy_citations(session, kept.id, other.id)
    other.merged_into_id = kept.id
    other.archived_at = other.archived_at or now
    session.flush()


def _keep_verification(kept: Facility, other: Facility, *, address_taken: bool) -> None:
    """Of the entry whose address is kept; of two with the same address, the newer one."""
    same = (kept.address, kept.address_latin) == (other.address, other.address_latin)
    newer = other.verified_on is not None and (kept.verified_on is None or other.verified_on > kept.verified_on)
    if address_taken or (same and newer):
        for name in _VERIFICATION:
            setattr(kept, name, getattr(other, name))


def _give_channels_places(session: Session, kept_id: UUID, other_id: UUID) -> None:
    """The ways of the entry that goes stand after those of the one that stays."""
    ways = session.execute(
        select(FacilityChannel.id)
        .where(FacilityChannel.facility_id.in_([kept_id, other_id]))
        .order_by(FacilityChannel.facility_id != kept_id, FacilityChannel.position, FacilityChannel.id)
    ).scalars()
    for position, way in enumerate(ways.all()):
        _run(session, update(FacilityChannel).where(FacilityChannel.id == way).values(position=position))


def _add_up_transit(session: Session, kept_id: UUID, other_id: UUID) -> None:
    rows = session.execute(
        select(TransitCount.channel, TransitCount.leg, TransitCount.days, TransitCount.cases).where(
            TransitCount.facility_id == other_id
        )
    ).all()
    settle(session, {Case(kept_id, row.channel, row.leg, row.days): row.cases for row in rows})
    for table in (TransitTime, TransitCount):
        session.execute(delete(table).where(table.facility_id == other_id))


def _copy_citations(session: Session, kept_id: UUID, other_id: UUID) -> None:
    """The lines of sources that state the entry that goes are kept for both: its own row is still what they are of."""
    columns = (Citation.about, Citation.source_id, Citation.lines, Citation.dispute_id)
    of_kept = select(Citation.about, Citation.source_id).where(Citation.subject_id == kept_id)
    there = {tuple(row) for row in session.execute(of_kept)}
    of_other = session.execute(select(*columns).where(Citation.subject_id == other_id)).mappings().all()
    new = [row for row in of_other if (row["about"], row["source_id"]) not in there]
    if new:
        session.execute(insert(Citation), [{**row, "id": uuid4(), "subject_id": kept_id} for row in new])


def _run(session: Session, statement: Any) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})
