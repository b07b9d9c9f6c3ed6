"""The outbox, the tries to deliver from it, and the sign of life of those who do."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.dates.rules import DayKind
from tracker.db import Base
from tracker.reminders.rules import Change, Channel, MailKind, MailState, MailTopic, Reason, Role
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
            "recipient_id IS NOT NULL OR watcher_id IS NOT NULL OR to_address_sealed IS NOT NULL"
            " OR state NOT IN ('queued', 'sending')",
            name="has_reader",
        ),
        Index("ix_outbox_state_next_at", "state", "next_at"),
        Index("ix_outbox_state_due_at", "state", "due_at"),
        Index("ix_outbox_subject_id_day_kind", "subject_id", "day_kind"),
        Index("ix_outbox_prisoner_id_accepted_at", "prisoner_id", "accepted_at"),
        Index("ix_outbox_recipient_id_due_at", "recipient_id", "due_at"),
        Index("ix_outbox_watcher_id_due_at", "watcher_id", "due_at"),
        Index("ix_outbox_digest_id", "digest_id"),
        Index("ix_outbox_expires_at", "expires_at"),
    )

    recipient_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    watcher_id: Mapped[UUID | None] = mapped_column(ForeignKey("watcher.id", ondelete="SET NULL"))
    """For a court watcher, who has no account."""
    digest_id: Mapped[UUID | None] = mapped_column(ForeignKey("outbox.id", ondelete="SET NULL"))
    """The gathered mail in which this one goes out; it shares its fate."""
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
    tried_at: Mapped[datetime | None] = mapped_column(index=True)
    accepted_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    handled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    """Who told the reader by other means."""
    handled_at: Mapped[datetime | None] = mapped_column(index=True)


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


class Muted(Base):
    """A kind of mail that a reader does not want, for everybody or for one prisoner."""

    __tablename__ = "muted"
    __table_args__ = (
        UniqueConstraint("volunteer_id", "topic", "prisoner_id"),
        Index("ix_muted_watcher_id", "watcher_id"),
        CheckConstraint("(volunteer_id IS NULL) <> (watcher_id IS NULL)", name="one_person"),
    )

    volunteer_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    watcher_id: Mapped[UUID | None] = mapped_column(ForeignKey("watcher.id", ondelete="CASCADE"))
    topic: Mapped[MailTopic]
    prisoner_id: Mapped[UUID | None] = mapped_column(ForeignKey("prisoner.id", ondelete="CASCADE"), index=True)
    """None: for everybody."""
    since: Mapped[datetime]


class OwnLadder(Base):
    """A ladder in place of that of the file: of the collective (neither prisoner nor volunteer), for one prisoner, or
    for one volunteer. The narrower one wins: a volunteer's own, a prisoner's, the collective's, the file."""

    __tablename__ = "own_ladder"
    __table_args__ = (
        Index("ix_own_ladder_prisoner_id", "prisoner_id"),
        Index("ix_own_ladder_volunteer_id", "volunteer_id"),
        CheckConstraint("prisoner_id IS NULL OR volunteer_id IS NULL", name="for_one"),
    )

    topic: Mapped[MailTopic]
    role: Mapped[Role | None]
    """None for a volunteer's own, which holds in whatever role she is told."""
    prisoner_id: Mapped[UUID | None] = mapped_column(ForeignKey("prisoner.id", ondelete="CASCADE"))
    volunteer_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    rungs: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """As in the file: numbers of days, or ``{hours: n}``; empty: nothing is sent."""
    changed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    changed_at: Mapped[datetime]


class Snooze(Base):
    """A mail that can wait was put off by its reader: it comes, or comes again, at another moment."""

    __tablename__ = "snooze"

    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"), index=True)
    mail_key: Mapped[str] = mapped_column(unique=True)
    """The dedupe key of the mail."""
    until_at: Mapped[datetime]
    made_at: Mapped[datetime]


class Recheck(Base):
    """What the nightly look at everything found: whether the outbox holds what the plan says is owed."""

    __tablename__ = "recheck"

    at: Mapped[datetime] = mapped_column(index=True)
    days: Mapped[int]
    owed: Mapped[int]
    missing: Mapped[int]
    """Owed by now and neither sent nor in the outbox; they were put there."""
    stray: Mapped[int]
    """Waiting in the outbox, and owed to nobody."""
    errors: Mapped[int]


class MailTally(Base):
    """How many mails of a month had which fate, of those that are no longer kept."""

    __tablename__ = "mail_tally"
    __table_args__ = (UniqueConstraint("month", "kind", "state"),)

    month: Mapped[date]
    """Its first day."""
    kind: Mapped[MailKind]
    state: Mapped[MailState]
    number: Mapped[int] = mapped_column(default=0)
