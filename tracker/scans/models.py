"""The table of scans."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base


class Scan(Base):
    """One page of a reply as a picture. The picture itself is a sealed file, named by this id."""

    __tablename__ = "scan"
    __table_args__ = (Index("ix_scan_letter_id_position", "letter_id", "position"),)

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letter.id"))
    position: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    uploaded_by_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    uploaded_at: Mapped[datetime]
    form_id: Mapped[UUID]
    """Made when the form was opened: the same form sent twice keeps its pages once. A PDF brings several pages."""
    delete_on: Mapped[date | None] = mapped_column(index=True)
    """The day on which it is destroyed, by the collective's clock; None: held for release."""
