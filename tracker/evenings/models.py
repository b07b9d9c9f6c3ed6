"""The tables of evenings and of what was counted after them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base


class Evening(Base):
    """People write together on one day, to prisoners who were chosen for it."""

    __tablename__ = "evening"

    on: Mapped[date] = mapped_column(index=True)
    title: Mapped[str]
    most_letters: Mapped[int | None]
    """So many letters to one person at most; None: as many as people like to write."""
    choice: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """By what its people were chosen; see ``evenings.rules.Choice``. Never a name."""
    numbered_at: Mapped[datetime | None]
    """Sheets with numbers were printed: from then on everybody keeps his number."""
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    created_at: Mapped[datetime]


class EveningPerson(Base):
    """A prisoner who was chosen for an evening."""

    __tablename__ = "evening_person"
    __table_args__ = (UniqueConstraint("evening_id", "prisoner_id"),)

    evening_id: Mapped[UUID] = mapped_column(ForeignKey("evening.id", ondelete="CASCADE"))
    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id"), index=True)
    position: Mapped[int]
    number: Mapped[int]
    """As it stands on the printed sheet, from 1; means something on this evening only."""


class TallyBatch(Base):
    """What was entered at one go after an evening, and can be undone at one go."""

    __tablename__ = "tally_batch"

    evening_id: Mapped[UUID] = mapped_column(ForeignKey("evening.id"), index=True)
    entered_by_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    entered_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class Tally(Base):
    """So many letters of an evening went to a prisoner. Who wrote them is not kept."""

    __tablename__ = "tally"
    __table_args__ = (
        UniqueConstraint("batch_id", "prisoner_id"),
        Index("ix_tally_prisoner_id_on", "prisoner_id", "on"),
    )

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("tally_batch.id"))
    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id"))
    on: Mapped[date]
    """The day of the evening when it was entered."""
    letters: Mapped[int]
    undone_at: Mapped[datetime | None]
    """As that of its batch."""
