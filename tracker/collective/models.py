"""The table of the collective."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.sealing.column import Sealed, sealed_column
from tracker.volunteers.rules import Disclosure

THE_ONE = UUID("00000000-0000-4000-8000-000000000001")
"""The id of the one row, so that there cannot be two."""


class Collective(Base):
    """What the collective has decided for itself. One row at most; without it, the defaults hold."""

    __tablename__ = "collective"

    scans_allowed: Mapped[bool] = mapped_column(default=False)
    """Whether scans of replies may be kept."""
    scans_kept_days: Mapped[int | None]
    """After so many days a scan is destroyed, unless it is held for release. None: 180."""
    stale_after_days: Mapped[int | None]
    """After so many days an address has to be verified anew. None: 180."""
    claim_days: Mapped[int | None]
    """So many days a claimed parcel slot is kept. None: 7."""
    currency: Mapped[str | None]
    """ISO 4217 code in which costs are typed in."""
    most_disclosure: Mapped[Disclosure | None]
    """The most that any mail or calendar may say; None: full, if its reader chose so."""
    mails_kept_days: Mapped[int | None]
    """So many days after its time a mail of the outbox is counted and destroyed. None: 90."""
    reply_to_sealed: Mapped[bytes | None] = sealed_column()
    reply_to = Sealed()
    """Where answers to mails of the tracker go; None: nowhere."""
    ping_url_sealed: Mapped[bytes | None] = sealed_column()
    ping_url = Sealed()
    """An address of an outside monitor that is asked for while all is well; None: none."""
