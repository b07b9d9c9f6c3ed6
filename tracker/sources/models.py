"""Sources, citations and disputes: for every fact, who says so, and who says otherwise."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base


class Source(Base):
    """A text that facts were taken from: a book, a list, a page."""

    __tablename__ = "source"

    key: Mapped[str] = mapped_column(unique=True)
    """The name of the source in bundles, such as ``unheard-voices-2025``."""
    title: Mapped[str]
    publisher: Mapped[str]
    year: Mapped[int]
    language: Mapped[str]
    """ISO 639 code."""
    line_count: Mapped[int]
    note: Mapped[str | None]


class Dispute(Base):
    """Claims that cannot all be true, or that leave it open what is meant. They stand side by side until somebody
    accepts one and says why; nothing is resolved silently (R39)."""

    __tablename__ = "dispute"
    __table_args__ = (UniqueConstraint("source_id", "key"),)

    source_id: Mapped[UUID | None] = mapped_column(ForeignKey("source.id"))
    key: Mapped[str]
    prisoner_id: Mapped[UUID | None] = mapped_column(ForeignKey("prisoner.id"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("legal_case.id"), index=True)
    about_source: Mapped[bool] = mapped_column(default=False)
    """The source contradicts itself as a whole, not about one person or case."""
    question: Mapped[str]
    accepted_claim_id: Mapped[UUID | None]
    """The claim that somebody holds for true; no foreign key, since claims point back here."""
    accepted_by: Mapped[str | None]
    accepted_on: Mapped[date | None]
    accepted_because: Mapped[str | None]
    position: Mapped[int] = mapped_column(default=0)


class Claim(Base):
    """One of the answers to a disputed question."""

    __tablename__ = "claim"

    dispute_id: Mapped[UUID] = mapped_column(ForeignKey("dispute.id", ondelete="CASCADE"), index=True)
    value: Mapped[str]
    position: Mapped[int]


class Citation(Base):
    """The lines of a source that state a fact.

    ``subject_id`` is the id of the row that holds the fact, in whatever table (ids are unique across all tables), and
    ``about`` names the attribute when the row holds several facts; it is empty when the citation is for the whole row.
    """

    __tablename__ = "citation"
    __table_args__ = (UniqueConstraint("subject_id", "about", "source_id"),)

    subject_id: Mapped[UUID]
    about: Mapped[str] = mapped_column(default="")
    source_id: Mapped[UUID] = mapped_column(ForeignKey("source.id"), index=True)
    lines: Mapped[str]
    """Line numbers in order, with commas: ``207,219``."""
    dispute_id: Mapped[UUID | None] = mapped_column(ForeignKey("dispute.id"), index=True)
    """The fact is one side of this dispute."""
