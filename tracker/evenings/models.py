"""The tables of evenings and of what is printed for them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base


class Evening(Base):
    """People write together on one day, to prisoners who were chosen for it."""

    __tablename__ = "evening"

    on: Mapped[date] = mapped_column(index=True)
    title: Mapped[str]
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    created_at: Mapped[datetime]


class EveningPerson(Base):
    """A prisoner who was chosen for an evening."""

    __tablename__ = "evening_person"
    __table_args__ = (UniqueConstraint("evening_id", "prisoner_id"),)

    evening_id: Mapped[UUID] = mapped_column(ForeignKey("evening.id", ondelete="CASCADE"))
    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id"), index=True)
    position: Mapped[int]


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
    """The day of the evening."""
    letters: Mapped[int]
    undone_at: Mapped[datetime | None]
    """As that of its batch."""


class PrintState(StrEnum):
    """How far a print is."""

    WAITING = "waiting"
    AT_WORK = "at_work"
    READY = "ready"
    FAILED = "failed"


class PrintJob(Base):
    """Something to print, made in the background. The finished file is sealed, and destroyed after a day."""

    __tablename__ = "print_job"

    kind: Mapped[str]
    """labels, envelopes, pack, birthdays; see ``evenings.rules``."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Ids and choices; never a name."""
    state: Mapped[PrintState] = mapped_column(default=PrintState.WAITING)
    done: Mapped[int] = mapped_column(default=0)
    of: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None]
    """Why it failed, as a code."""
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    file_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"sealed": True})
