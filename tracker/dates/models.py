"""Hearings with their history, terms to be kept, and chances to send a parcel.

Birthdays, anniversaries, custody and release live where they belong: with the prisoner and the case;
``dates/queries.py`` gathers them.
"""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.partial_date import PartialDate
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


class HearingOutcome(StrEnum):
    """What became of a hearing that was to take place."""

    HELD = "held"
    """It took place; nothing else is known, or nothing was decided."""
    POSTPONED = "postponed"
    VERDICT = "verdict"
    CUSTODY_EXTENDED = "custody_extended"
    RELEASED = "released"
    """From custody, in the courtroom."""
    NOT_HELD = "not_held"
    """Nothing happened, and nobody knows when it will."""
    UNKNOWN = "unknown"
    """Nobody was there, and it could not be found out."""


class Hearing(Base):
    """A day in court. It keeps its local date, local time or none, and the zone of the court; the instant is derived,
    because laws change zones."""

    __tablename__ = "hearing"
    __table_args__ = (
        Index("ix_hearing_status_on", "status", "on"),
        Index("ix_hearing_changed_at", "changed_at"),
        Index(
            "ix_hearing_without_outcome",
            "on",
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
        CheckConstraint('"on" IS NULL OR roughly IS NULL', name="either_day_or_roughly"),
        CheckConstraint('latest_on IS NULL OR latest_on > "on"', name="window_goes_forward"),
    )

    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("legal_case.id"), index=True)
    court_id: Mapped[UUID] = mapped_column(ForeignKey("facility.id"), index=True)
    kind: Mapped[HearingKind]
    on: Mapped[date | None]
    """The day by the court's calendar, the first of a window or of several sittings; None while postponed without a
    date, or while only the month is known."""
    roughly: Mapped[PartialDate | None]
    """The month or the year, as long as no day is known."""
    latest_on: Mapped[date | None]
    """It will be on some day from ``on`` to this one, and nobody knows yet on which."""
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
    outcome: Mapped[HearingOutcome | None]
    """What became of it; asked for once it is over."""
    outcome_note_sealed: Mapped[bytes | None] = sealed_column()
    outcome_note = Sealed()
    outcome_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    outcome_at: Mapped[datetime | None]
    outcome_effects: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What was entered along with the outcome, so that it can be undone: ``hearing:<id>``, ``deadline:<id>``,
    ``term:<measure id>:<term id>``, ``end:<measure id>``."""
    follows_id: Mapped[UUID | None] = mapped_column(ForeignKey("hearing.id"), index=True)
    """The hearing at which this one was set."""
    form_id: Mapped[UUID] = mapped_column(unique=True)


class Sitting(Base):
    """A further day of a hearing that takes several; the first one is the hearing's own."""

    __tablename__ = "sitting"
    __table_args__ = (
        Index("uq_sitting_hearing_id_on_at", "hearing_id", "on", "at", unique=True),
        Index("ix_sitting_on", "on"),
    )

    hearing_id: Mapped[UUID] = mapped_column(ForeignKey("hearing.id", ondelete="CASCADE"))
    on: Mapped[date]
    at: Mapped[time | None]
    """By the court's clock; None: not known."""


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
    roughly: Mapped[PartialDate | None]
    latest_on: Mapped[date | None]
    sittings: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Its further days then, such as ``2026-12-16T10:00`` or ``2026-12-16``."""
    at: Mapped[time | None]
    zone: Mapped[str]
    court_id: Mapped[UUID] = mapped_column(ForeignKey("facility.id"))
    status: Mapped[HearingStatus]
    changed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    changed_at: Mapped[datetime]
    why_sealed: Mapped[bytes | None] = sealed_column()
    why = Sealed()


class Answer(StrEnum):
    """Whether somebody will be in the courtroom."""

    YES = "yes"
    NO = "no"


class Attendance(Base):
    """Somebody said whether she will be at a hearing. It holds for the day and time as they were then: after a move it
    has to be said anew."""

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("hearing_id", "volunteer_id"),
        UniqueConstraint("hearing_id", "watcher_id"),
        CheckConstraint("(volunteer_id IS NULL) <> (watcher_id IS NULL)", name="one_person"),
    )

    hearing_id: Mapped[UUID] = mapped_column(ForeignKey("hearing.id", ondelete="CASCADE"))
    volunteer_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"), index=True)
    watcher_id: Mapped[UUID | None] = mapped_column(ForeignKey("watcher.id", ondelete="CASCADE"), index=True)
    answer: Mapped[Answer]
    revision: Mapped[int]
    """The revision of the hearing that it was said about."""
    answered_at: Mapped[datetime]


class DeadlineKind(StrEnum):
    """What has to be handed in."""

    APPEAL = "appeal"
    CASSATION = "cassation"
    COMPLAINT = "complaint"
    OTHER = "other"


class Deadline(Base):
    """A day until which something has to be handed in, as a lawyer or the court has said; none is worked out."""

    __tablename__ = "deadline"
    __table_args__ = (Index("ix_deadline_status_on", "status", "on"),)

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("legal_case.id"), index=True)
    kind: Mapped[DeadlineKind]
    on: Mapped[date]
    """The last day, by the calendar of the zone."""
    at: Mapped[time | None]
    """The last moment, if there is one before the office closes."""
    zone: Mapped[str]
    note_sealed: Mapped[bytes | None] = sealed_column()
    note = Sealed()
    """What is to be handed in, where, and by whom."""
    status: Mapped[HearingStatus] = mapped_column(default=HearingStatus.SCHEDULED)
    """Cancelled: it does not have to be kept after all. Closed: it was handed in, or let go by."""
    handed_in_on: Mapped[date | None]
    revision: Mapped[int] = mapped_column(default=0)
    entered_by_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    entered_at: Mapped[datetime]
    changed_at: Mapped[datetime] = mapped_column(index=True)
    form_id: Mapped[UUID] = mapped_column(unique=True)


class ParcelWindow(Base):
    """A chance to send a parcel that comes back: every so many months after a day, or on the first of each month.

    Every one is counted from the original day, so that the 31st does not become the 28th for good.
    """

    __tablename__ = "parcel_window"

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id"), index=True)
    counted_from: Mapped[date]
    every_months: Mapped[int | None]
    """None: the first of every month after ``counted_from``."""
    entered_by_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    changed_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    """From then on nobody is reminded."""
    form_id: Mapped[UUID] = mapped_column(unique=True)
