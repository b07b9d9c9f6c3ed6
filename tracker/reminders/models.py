"""The outbox, the tries to deliver from it, and the sign of life of those who do."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.dates.rules import DayKind
from tracker.db import Base
from tracker.reminders.rules import Change, Channel, MailKind, MailState, Reason
from tracker.sealing.column import Sealed, sealed_column


class Outbox(Base):
    """An e-mail of the tracker and its fate. It names its reader, never an address, unless she has no account yet.

    A row is made when a mail is due, not before; what will be due later is worked out when asked for. Planning never
    deletes a row.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("(state = 'sending') = (lease_token IS NOT NULL)", name="leased_while_sending"),
        CheckConstraint(
            "recipient_id IS NOT NULL OR to_address_sealed IS NOT NULL OR state NOT IN ('queued', 'sending')",
            name="has_reader",
        ),
        Index("ix_outbox_state_next_at", "state", "next_at"),
        Index("ix_outbox_state_due_at", "state", "due_at"),
        Index("ix_outbox_subject_id_day_kind", "subject_id", "day_kind"),
        Index("ix_outbox_prisoner_id_accepted_at", "prisoner_id", "accepted_at"),
        Index("ix_outbox_recipient_id_due_at", "recipient_id", "due_at"),
    )

    recipient_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    to_address_sealed: Mapped[bytes | None] = sealed_column()
    to_address = Sealed()
    """For somebody without an account, such as an invited person; forgotten once the mail is out or called off."""
    payload_sealed: Mapped[bytes | None] = sealed_column()
    payload = Sealed()
    """Facts that only this mail knows, as JSON."""

    kind: Mapped[MailKind]
    day_kind: Mapped[DayKind | None]
    subject_id: Mapped[UUID | None]
    """The hearing, measure, prisoner, case person, invitation or assignment that it is about."""
    prisoner_id: Mapped[UUID | None] = mapped_column(ForeignKey("prisoner.id"))
    """On whose timeline it stands. None for a hearing of several people, which is found through the hearing."""
    occurrence_key: Mapped[str | None]
    """For yearly days the year; otherwise date, time and zone as entered."""
    rule: Mapped[str | None]
    """The rule of the ladder, such as ``d7``; for notices, what they correct."""
    change: Mapped[Change | None]
    covers: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Other rules that this mail stands for."""
    told_state: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The day as this mail tells it; who was told otherwise is told when it changes."""
    channel: Mapped[Channel] = mapped_column(default=Channel.EMAIL)

    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """Never sent after this."""
    cutoff_at: Mapped[datetime | None]
    """The last useful moment; quiet hours yield to it."""
    priority: Mapped[int] = mapped_column(default=5)
    """0 goes first."""

    state: Mapped[MailState] = mapped_column(default=MailState.QUEUED)
    reason: Mapped[Reason]
    tries: Mapped[int] = mapped_column(default=0)
    """How often a sender took it up."""
    attempts: Mapped[int] = mapped_column(default=0)
    """Failed tries that count; a mail server that cannot be reached uses up none."""
    next_at: Mapped[datetime]
    lease_token: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    message_id: Mapped[str] = mapped_column(unique=True)
    """The Message-ID without our domain; the same on every try, so that a duplicate can be recognised as one."""
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    """One mail per reader, day, occurrence, rule and channel."""
    last_class: Mapped[str | None]
    """How the last try failed: transport, temporary, permanent, content or unclear."""
    last_code: Mapped[int | None]
    tried_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    handled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    """Who told the reader by other means."""
    handled_at: Mapped[datetime | None]


class Attempt(Base):
    """One try to hand a mail over. Only ever added to; without an outcome, the sender died in the middle of it."""

    __tablename__ = "attempt"

    outbox_id: Mapped[UUID] = mapped_column(ForeignKey("outbox.id", ondelete="CASCADE"), index=True)
    n: Mapped[int]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    code: Mapped[int | None]


class Heartbeat(Base):
    """The last sign of life of a job, and what troubles it."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(unique=True)
    began_at: Mapped[datetime]
    """The first one ever. What was entered before is late, not missed."""
    at: Mapped[datetime]
    errors: Mapped[int] = mapped_column(default=0)
    """How many days or mails it could not deal with at its last turn."""
    failures: Mapped[int] = mapped_column(default=0)
    """How often in a row the mail server could not be reached."""
    trouble_since: Mapped[datetime | None]
    open_until: Mapped[datetime | None]
    """Until then no sender tries the mail server again."""
