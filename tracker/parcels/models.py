"""The table of parcels."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.letters.models import ReturnReason
from tracker.sealing.column import Sealed, sealed_column


class Parcel(Base):
    """A thing with weight and contents. A removed parcel counts nowhere."""

    __tablename__ = "parcel"
    __table_args__ = (Index("ix_parcel_prisoner_id_posted_on", "prisoner_id", "posted_on"),)

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id"))
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"), index=True)
    posted_on: Mapped[date]
    contents: Mapped[str]
    """One thing a line."""
    grams: Mapped[int | None]
    """The whole weight; None: not weighed."""
    tracking: Mapped[str | None]
    arrived_on: Mapped[date | None]
    returned_on: Mapped[date | None]
    return_reason: Mapped[ReturnReason | None]
    note_sealed: Mapped[bytes | None] = sealed_column()
    note = Sealed()
    logged_by_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    logged_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    form_id: Mapped[UUID] = mapped_column(unique=True)
