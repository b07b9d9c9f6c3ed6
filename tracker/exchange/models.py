"""What was imported, so that a second import of the same text changes nothing."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base


class Imported(Base):
    """A piece of a source and the row that came of it."""

    __tablename__ = "imported"
    __table_args__ = (UniqueConstraint("source_id", "path"),)

    source_id: Mapped[UUID] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    path: Mapped[str]
    """What it is in the source: ``people/roman-paklin``, ``people/roman-paklin/placements/2``. The number is given
    once, in the order in which pieces were first imported; the place is in ``position``."""
    subject_id: Mapped[UUID] = mapped_column(index=True)
    digest: Mapped[str]
    """SHA-256 of the piece as it was imported: the same digest means that there is nothing to do."""
    position: Mapped[int | None]
    """Its place among its like in the bundle, from 0. None: the newest bundle no longer has it; the row was left."""
