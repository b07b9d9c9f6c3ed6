"""The table of volunteers."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.sealing.column import Sealed, sealed_column


class AddressState(StrEnum):
    """Whether mail reaches a volunteer."""

    FINE = "fine"
    REFUSED = "refused"
    """Her provider said that there is no such address; nothing is sent until it is corrected."""


class Volunteer(Base):
    """Somebody who writes; also the account that signs in.

    Inside the collective she is known by a handle only. Her e-mail address and whatever is noted about her are sealed.
    Roles add up: everybody is a volunteer, some are coordinators or admins as well.
    """

    __tablename__ = "volunteer"

    handle: Mapped[str]
    handle_folded: Mapped[str] = mapped_column(unique=True)
    """The handle without differences of case, so that «Vera» and «vera» cannot be two people."""
    email_sealed: Mapped[bytes | None] = sealed_column()
    email = Sealed()
    address_state: Mapped[AddressState] = mapped_column(default=AddressState.FINE)
    note_sealed: Mapped[bytes | None] = sealed_column()
    note = Sealed()
    """What coordinators noted about her."""

    is_coordinator: Mapped[bool] = mapped_column(default=False)
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)
    """Belongs to the demo; an installation that is not a demo refuses to start while one can sign in."""
    passphrase_hash: Mapped[str | None]
    """Argon2id; none: cannot sign in."""
    disabled_at: Mapped[datetime | None]

    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    """ISO 639 codes of the languages she writes in."""
    capacity: Mapped[int] = mapped_column(default=3)
    """How many prisoners she can write to at a time."""
    away_from: Mapped[date | None]
    """The first day of an absence; None: from now."""
    away_until: Mapped[date | None]

    locale: Mapped[str] = mapped_column(default="en")
    zone: Mapped[str] = mapped_column(default="Europe/Berlin")
    """IANA time zone; days are counted and mails arrive by her clock."""
    remind_at: Mapped[time] = mapped_column(default=time(8, 0))
    """The hour by her clock at which reminders should arrive."""
    created_at: Mapped[datetime]
    invited_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
