"""Hearings and their history. Birthdays, anniversaries, custody and release live where they belong: with the prisoner
and the case; ``dates/queries.py`` gathers them."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.sealing.column import Sealed, sealed_column


class HearingKind(StrEnum):
    """What sort of hearing it is."""

    REMAND = "remand"
    CUSTODY_EXTENSION = "custody_extension"
    PRELIMINARY = "preliminary"
    TRIAL = "trial"
    VERDICT = "verdict"
    APPEAL = "appeal"
    CASSATION = "cassation"
    PAROLE = "parole"
    OTHER = "other"


class HearingStatus(StrEnum):
    """Whether it will take place."""

    SCHEDULED = "scheduled"
    SINE_DIE = "sine_die"
    """Postponed without a date."""
    CANCELLED = "cancelled"
    CLOSED = "closed"
    """The case is over; everything stops silently."""


class Hearing(Base):
    """A day in court. It keeps its local date, local time or none, and the zone of the court; the instant is derived,
    because laws change zones."""

    __tablename__ = "hearing"
    __table_args__ = (Index("ix_hearing_status_on", "status", "on"),)

    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("legal_case.id"), index=True)
    court_id: Mapped[UUID] = mapped_column(ForeignKey("facility.id"), index=True)
    kind: Mapped[HearingKind]
    on: Mapped[date | None]
    """The day by the court's calendar; None only while postponed without a date."""
    at: Mapped[time | None]
    """The time by the court's clock; None: not known."""
    zone: Mapped[str]
    """IANA time zone of the court when the hearing was entered."""
    expected: Mapped[str | None]
    """What is expected to happen, and of those who come."""
    status: Mapped[HearingStatus] = mapped_column(default=HearingStatus.SCHEDULED)
    revision: Mapped[int] = mapped_column(default=0)
    """Goes up with every change that people who were told have to hear of; SEQUENCE in calendars."""
    entered_by_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    entered_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    """Of the last change; reminders follow once it has settled."""
    form_id: Mapped[UUID] = mapped_column(unique=True)


class HearingPrisoner(Base):
    """A prisoner whom a hearing concerns."""

    __tablename__ = "hearing_prisoner"
    __table_args__ = (UniqueConstraint("hearing_id", "prisoner_id"),)

    hearing_id: Mapped[UUID] = mapped_column(ForeignKey("hearing.id", ondelete="CASCADE"))
    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id"), index=True)


class HearingChange(Base):
    """What a hearing was before a change: former dates are history, never overwritten."""

    __tablename__ = "hearing_change"

    hearing_id: Mapped[UUID] = mapped_column(ForeignKey("hearing.id", ondelete="CASCADE"), index=True)
    revision: Mapped[int]
    """The revision that these were the facts of."""
    on: Mapped[date | None]
    at: Mapped[time | None]
    zone: Mapped[str]
    court_id: Mapped[UUID] = mapped_column(ForeignKey("facility.id"))
    status: Mapped[HearingStatus]
    changed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    changed_at: Mapped[datetime]
    why_sealed: Mapped[bytes | None] = sealed_column()
    why = Sealed()
