"""The table of volunteers."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.sealing.column import Sealed, sealed_column
from tracker.volunteers.rules import Disclosure, KeyState, MailMode


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
    former_habits: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """Zones and hours of the last days, oldest first, so that no mail falls between two clocks."""
    quiet_from: Mapped[time] = mapped_column(default=time(22, 0))
    """Between this hour and the next by her clock only what cannot wait arrives."""
    quiet_until: Mapped[time] = mapped_column(default=time(7, 0))
    mail_mode: Mapped[MailMode] = mapped_column(default=MailMode.EACH)
    digest_at: Mapped[time | None]
    """The hour by her clock of the gathered mail; None: that of reminders."""
    digest_takes_all: Mapped[bool] = mapped_column(default=False)
    """Hearings and ends of terms are gathered too, though never later than makes sense."""
    disclosure: Mapped[Disclosure | None]
    """How much her mails say; None: as the collective has it."""
    pgp_key_sealed: Mapped[bytes | None] = sealed_column()
    pgp_key = Sealed()
    """Her OpenPGP certificate, in ASCII armour; mail to her is encrypted to it."""
    pgp_fingerprint_sealed: Mapped[bytes | None] = sealed_column()
    pgp_fingerprint = Sealed()
    """Sealed like the key: whoever looks it up at a key server may find whose it is."""
    pgp_expires_at: Mapped[datetime | None]
    pgp_state: Mapped[KeyState | None]
    """As it was found at the last mail; None: she gave no key."""
    bounces: Mapped[int] = mapped_column(default=0)
    """How many mails in a row could not be delivered for now; after three, coordinators are told."""
    created_at: Mapped[datetime]
    invited_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
