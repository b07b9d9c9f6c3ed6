"""The table of hand-overs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.assignments.models import EndReason
from tracker.db import Base
from tracker.sealing.column import Sealed, sealed_column


class Handover(Base):
    """What one writer tells the next about a correspondence, and how far it has changed hands. Never the text of
    letters."""

    __tablename__ = "handover"
    __table_args__ = (
        Index(
            "ix_handover_open",
            "begun_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id"), index=True)
    from_assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignment.id"), unique=True)
    to_assignment_id: Mapped[UUID | None] = mapped_column(ForeignKey("assignment.id"), index=True)
    """None: nobody follows yet."""
    interests_sealed: Mapped[bytes | None] = sealed_column()
    interests = Sealed()
    promises_sealed: Mapped[bytes | None] = sealed_column()
    promises = Sealed()
    questions_sealed: Mapped[bytes | None] = sealed_column()
    questions = Sealed()
    """What the prisoner asked and nobody answered yet."""
    signed_sealed: Mapped[bytes | None] = sealed_column()
    signed = Sealed()
    """The name with which the letters were signed."""
    rhythm_days: Mapped[int | None]
    """A letter was written once in so many days."""
    written_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    """Who wrote these notes last; None: nobody has written any yet."""
    written_at: Mapped[datetime | None]
    reason: Mapped[EndReason | None]
    """Why the writer stops; None while she only keeps notes for the day when she will."""
    begun_at: Mapped[datetime | None]
    """Since then somebody is looked for who goes on."""
    closed_at: Mapped[datetime | None]
    """Somebody goes on and the former writer's part is over, or nobody has to go on."""
    created_at: Mapped[datetime]
