"""The keys that seal values, themselves sealed by the key file."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base


class SealingKey(Base):
    """A data key. It is useless without the key file, which is kept outside the database and its backups.

    The key file wraps only these few rows, so that changing the file means rewriting these and nothing else, and
    changing a data key can go on while people work.
    """

    __tablename__ = "sealing_key"

    number: Mapped[int] = mapped_column(unique=True)
    """The number written into every value that this key seals, from 1."""
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    """The key, encrypted by the key file and bound to its number."""
    active: Mapped[bool]
    """New values are sealed with the active key."""
    created_at: Mapped[datetime]
