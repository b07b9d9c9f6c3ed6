"""The tables of rules of facilities, of claims, and of links for families."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.parcels.rules import ParcelKind
from tracker.quotas.rules import Confidence as Confidence
from tracker.quotas.rules import Counts as Counts
from tracker.quotas.rules import Limit as Limit
from tracker.quotas.rules import Pool as Pool
from tracker.quotas.rules import Unit as Unit
from tracker.quotas.rules import Window as Window
from tracker.sealing.column import Sealed, sealed_column


class FacilityRule(Base):
    """How a facility counts parcels, where it differs from the rule of the country."""

    __tablename__ = "facility_rule"

    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facility.id", ondelete="CASCADE"), index=True)
    pool: Mapped[Pool]
    unit: Mapped[Unit]
    limit: Mapped[Limit | None]
    """None: as the country's rule says, like everything else that is None here."""
    most: Mapped[int | None]
    """Pieces or grams in one window, when there is a limit."""
    window: Mapped[Window | None]
    spacing_days: Mapped[int | None]
    """At least so many days between two; 0: no spacing is kept here."""
    counts: Mapped[Counts | None]
    note: Mapped[str | None]
    source: Mapped[str]
    verified_on: Mapped[date | None]
    confidence: Mapped[Confidence]
    entered_by_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class FamilyLink(Base):
    """A private address at which a relative without account sees a prisoner's ledger and claims slots."""

    __tablename__ = "family_link"

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    label_sealed: Mapped[bytes | None] = sealed_column()
    label = Sealed()
    """For whom it is."""
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ParcelClaim(Base):
    """Somebody means to send a parcel, and has taken the slot for it before going to the post office."""

    __tablename__ = "parcel_claim"
    __table_args__ = (Index("ix_parcel_claim_prisoner_id_planned_on", "prisoner_id", "planned_on"),)

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id"))
    kind: Mapped[ParcelKind]
    grams: Mapped[int | None]
    answered: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What was asked back when it was made, and ticked all the same (``rules.QuotaQuestion``)."""
    planned_on: Mapped[date]
    """The day on which it is to be sent."""
    claimed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"), index=True)
    family_link_id: Mapped[UUID | None] = mapped_column(ForeignKey("family_link.id"))
    """Of a claim by the family."""
    claimed_at: Mapped[datetime]
    lapses_at: Mapped[datetime] = mapped_column(index=True)
    released_at: Mapped[datetime | None]
    parcel_id: Mapped[UUID | None] = mapped_column(ForeignKey("parcel.id"))
    """What it became when it was sent."""
