"""Sessions, invitations and the memory of failed sign-ins. No addresses of machines and no browsers are kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.sealing.column import Sealed, sealed_column


class SignInSession(Base):
    """A browser that is signed in. The token is in its cookie; here is only the token's hash."""

    __tablename__ = "sign_in_session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    """Rounded down to ten minutes, so that the table is no diary of anyone's evenings."""
    ends_at: Mapped[datetime]
    """The absolute end, however busy the session is."""


class Invitation(Base):
    """An invitation by e-mail: a link that works once, until it expires or is withdrawn."""

    __tablename__ = "invitation"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """The token itself is in the mail only."""
    email_sealed: Mapped[bytes | None] = sealed_column()
    email = Sealed()
    """Forgotten once the invitation is accepted or withdrawn."""
    is_coordinator: Mapped[bool] = mapped_column(default=False)
    is_admin: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str] = mapped_column(default="en")
    invited_by_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    volunteer_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    """Who came of it."""


class FailedSignIns(Base):
    """How often in a row a sign-in under one handle failed. The next try has to wait a growing while; nobody is ever
    locked out, for that would be a weapon against a coordinator on the eve of a hearing."""

    __tablename__ = "failed_sign_ins"

    handle_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """A keyed hash, whether the handle exists or not."""
    failures: Mapped[int]
    last_at: Mapped[datetime]
