"""The tables of court watchers."""

from __future__ import annotations

from datetime import datetime, time
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.sealing.column import Sealed, sealed_column
from tracker.volunteers.models import AddressState
from tracker.volunteers.rules import Disclosure


class Watcher(Base):
    """Somebody without an account who is told of hearings. Of her nothing is kept but a sealed address."""

    __tablename__ = "watcher"

    email_sealed: Mapped[bytes | None] = sealed_column()
    email = Sealed()
    address_key: Mapped[str] = mapped_column(unique=True)
    """A keyed hash of the address, so that the same one is found again without being readable."""
    address_state: Mapped[AddressState] = mapped_column(default=AddressState.FINE)
    bounces: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None]
    """Until then nothing but the question is sent to her."""
    locale: Mapped[str] = mapped_column(default="en")
    zone: Mapped[str]
    remind_at: Mapped[time] = mapped_column(default=time(8, 0))
    former_habits: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """Zones and hours of the last days, oldest first, so that no mail falls between two clocks."""
    disclosure: Mapped[Disclosure | None]
    """How much her mails say; None: as the collective has it."""
    link_number: Mapped[int] = mapped_column(default=0)
    """Goes up when she asks for a new address of her page; older ones no longer open it."""
    created_at: Mapped[datetime]


class Watch(Base):
    """A watcher follows the hearings of a case or of a prisoner."""

    __tablename__ = "watch"
    __table_args__ = (
        CheckConstraint("(case_id IS NULL) <> (prisoner_id IS NULL)", name="one_thing"),
        Index(
            "uq_watch_watcher_id_case_id",
            "watcher_id",
            "case_id",
            unique=True,
            sqlite_where=text("case_id IS NOT NULL"),
            postgresql_where=text("case_id IS NOT NULL"),
        ),
        Index(
            "uq_watch_watcher_id_prisoner_id",
            "watcher_id",
            "prisoner_id",
            unique=True,
            sqlite_where=text("prisoner_id IS NOT NULL"),
            postgresql_where=text("prisoner_id IS NOT NULL"),
        ),
        Index(
            "ix_watch_unconfirmed",
            "created_at",
            sqlite_where=text("confirmed_at IS NULL"),
            postgresql_where=text("confirmed_at IS NULL"),
        ),
    )

    watcher_id: Mapped[UUID] = mapped_column(ForeignKey("watcher.id", ondelete="CASCADE"))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("legal_case.id", ondelete="CASCADE"), index=True)
    prisoner_id: Mapped[UUID | None] = mapped_column(ForeignKey("prisoner.id", ondelete="CASCADE"), index=True)
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("watch_link.id"), index=True)
    """The address through which she came."""
    confirmed_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    """When it was asked for; as long as nobody has confirmed it, the last time."""


class WatchLink(Base):
    """An address that a coordinator hands out, under which one can ask to be told of hearings."""

    __tablename__ = "watch_link"
    __table_args__ = (CheckConstraint("(case_id IS NULL) <> (prisoner_id IS NULL)", name="one_thing"),)

    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("legal_case.id", ondelete="CASCADE"), index=True)
    prisoner_id: Mapped[UUID | None] = mapped_column(ForeignKey("prisoner.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of the secret in the address."""
    words: Mapped[str | None]
    """What a visitor reads there, in place of a name; None: «hearings of one case»."""
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class AddressReveal(Base):
    """A coordinator looked at the address of a watcher, and said why. Only ever added to."""

    __tablename__ = "address_reveal"

    watcher_id: Mapped[UUID | None] = mapped_column(ForeignKey("watcher.id", ondelete="SET NULL"), index=True)
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    why_sealed: Mapped[bytes | None] = sealed_column()
    why = Sealed()
