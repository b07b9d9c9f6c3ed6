"""The table of assignments."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.letters.rules import Channel
from tracker.sealing.column import Sealed, sealed_column


class Part(StrEnum):
    """What a volunteer does for a prisoner."""

    WRITER = "writer"
    PARCELS = "parcels"
    COURT = "court"
    FAMILY_CONTACT = "family_contact"


class EndReason(StrEnum):
    """Why an assignment ended."""

    VOLUNTEER_STOPPED = "volunteer_stopped"
    VOLUNTEER_OVERLOADED = "volunteer_overloaded"
    HANDED_OVER = "handed_over"
    STAND_IN_OVER = "stand_in_over"
    """She wrote while another was away, who is back."""
    PRISONER_ASKED = "prisoner_asked"
    PRISONER_RELEASED = "prisoner_released"
    PRISONER_DIED = "prisoner_died"
    SUPPORT_WITHHELD = "support_withheld"
    MISTAKE = "mistake"
    OTHER = "other"


class Assignment(Base):
    """A volunteer has a part for a prisoner, from a day until another.

    Rows are never deleted: who wrote to whom on any past day can be answered for ever.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        Index(
            "uq_assignment_running",
            "prisoner_id",
            "volunteer_id",
            "part",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        Index("ix_assignment_volunteer_id_until", "volunteer_id", "until"),
        Index("ix_assignment_prisoner_id_until", "prisoner_id", "until"),
        # All that the planner filters by when it looks every minute for writers who have fallen silent.
        Index(
            "ix_assignment_running_letters",
            "last_letter_on",
            "since",
            "last_reply_on",
            "rhythm_days",
            "part",
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id"))
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    part: Mapped[Part] = mapped_column(default=Part.WRITER)
    since: Mapped[date]
    until: Mapped[date | None]
    """The last day; None: still running."""
    end_reason: Mapped[EndReason | None]
    end_note_sealed: Mapped[bytes | None] = sealed_column()
    end_note = Sealed()
    assigned_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    created_at: Mapped[datetime] = mapped_column(index=True)
    pen_name_sealed: Mapped[bytes | None] = sealed_column()
    pen_name = Sealed()
    """The name with which she signs her letters to this prisoner."""
    rhythm_days: Mapped[int | None]
    """She means to write once in so many days."""
    stands_in_for_id: Mapped[UUID | None] = mapped_column(ForeignKey("assignment.id"), index=True)
    """While another writer is away."""
    last_letter_on: Mapped[date | None]
    """The day of her newest letter to this prisoner; kept up by letters/changes.py, as are the next three."""
    last_reply_on: Mapped[date | None]
    """The day of the newest reply to her."""
    waiting_since: Mapped[date | None]
    """The day of her first letter after that reply that can still be answered; None: she waits for nothing."""
    waiting_by: Mapped[Channel | None]
    """How that letter went."""
