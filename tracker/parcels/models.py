"""The table of parcels."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.letters.models import ReturnReason
from tracker.parcels.rules import ItemCategory as ItemCategory
from tracker.parcels.rules import ParcelCategory as ParcelCategory
from tracker.parcels.rules import ParcelKind as ParcelKind
from tracker.parcels.rules import SentBy as SentBy
from tracker.sealing.column import Sealed, sealed_column


class Parcel(Base):
    """A thing with weight and contents. A removed parcel counts nowhere."""

    __tablename__ = "parcel"
    __table_args__ = (
        Index("ix_parcel_prisoner_id_posted_on", "prisoner_id", "posted_on"),
        Index("ix_parcel_posted_on", "posted_on"),
    )

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id"))
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"), index=True)
    posted_on: Mapped[date]
    kind: Mapped[ParcelKind] = mapped_column(default=ParcelKind.PARCEL)
    category: Mapped[ParcelCategory] = mapped_column(default=ParcelCategory.ORDINARY)
    sent_by: Mapped[SentBy] = mapped_column(default=SentBy.OURS)
    placement_id: Mapped[UUID | None] = mapped_column(ForeignKey("placement.id"))
    """Where the prisoner was thought to be when it was posted."""
    grams: Mapped[int | None]
    """The whole weight; None: not weighed."""
    postage_minor: Mapped[int | None]
    """In hundredths of ``currency``."""
    goods_minor: Mapped[int | None]
    """What the receipts for its contents add up to."""
    currency: Mapped[str | None]
    """ISO 4217 code."""
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


class ParcelItem(Base):
    """One line of a parcel's contents."""

    __tablename__ = "parcel_item"
    __table_args__ = (
        Index(
            "ix_parcel_item_refused",
            "parcel_id",
            sqlite_where=text("is_refused"),
            postgresql_where=text("is_refused"),
        ),
    )

    parcel_id: Mapped[UUID] = mapped_column(ForeignKey("parcel.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    what: Mapped[str]
    how_many: Mapped[int] = mapped_column(default=1)
    grams: Mapped[int | None]
    """Of all of them together; None: not weighed."""
    category: Mapped[ItemCategory | None]
    is_refused: Mapped[bool] = mapped_column(default=False)
    """The facility did not let it in."""
    refused_because: Mapped[str | None]
