"""The table of calendar feeds."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.volunteers.rules import Disclosure


class CalendarFeed(Base):
    """A secret address under which a volunteer's calendar program reads her days. She may have several."""

    __tablename__ = "calendar_feed"

    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"), index=True)
    name: Mapped[str]
    """What she calls it, such as the program that reads it."""
    secret_hash: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of the secret in the address."""
    disclosure: Mapped[Disclosure] = mapped_column(default=Disclosure.DISCREET)
    with_alarms: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    last_used_on: Mapped[date | None]
    """The last day, by the clock of its owner, on which a program has read it; nothing finer is kept."""
    content_hash: Mapped[str | None]
    """SHA-256 of what was read last. None: never read."""
    content_at: Mapped[datetime | None]
    """Since when it has that content: entries that vanish leave no other trace, and programs ask what changed since."""
    revoked_at: Mapped[datetime | None]
