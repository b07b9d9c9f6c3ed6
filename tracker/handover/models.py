"""The table of hand-overs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.sealing.column import Sealed, sealed_column


class Handover(Base):
    """What one writer tells the next about a correspondence. Never the text of letters."""

    __tablename__ = "handover"

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
    written_by_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    created_at: Mapped[datetime]
