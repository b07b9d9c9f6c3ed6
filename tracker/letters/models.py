"""The table of letters."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.letters.rules import Direction as Direction
from tracker.letters.rules import LetterKind as LetterKind
from tracker.letters.rules import ReturnReason as ReturnReason
from tracker.sealing.column import Sealed, sealed_column


class Letter(Base):
    """One thing in the post with words in it, out or in. Its own date counts everywhere, not the day it was typed in.

    A removed letter keeps its row until the undo is no longer offered; it counts nowhere.
    """

    __tablename__ = "letter"
    __table_args__ = (
        Index("ix_letter_prisoner_id_dated_on", "prisoner_id", "dated_on"),
        Index("ix_letter_volunteer_id_dated_on", "volunteer_id", "dated_on"),
    )

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id"))
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    """Whose correspondence it is: who wrote the letter, or to whom the reply came."""
    direction: Mapped[Direction]
    kind: Mapped[LetterKind]
    dated_on: Mapped[date]
    """The day it was posted, or the day the reply arrived."""
    written_on: Mapped[date | None]
    """The day written on a reply, if it can be read."""
    answers_id: Mapped[UUID | None] = mapped_column(ForeignKey("letter.id"), index=True)
    """The letter that a reply answers."""
    returned_on: Mapped[date | None]
    return_reason: Mapped[ReturnReason | None]
    tracking: Mapped[str | None]
    note_sealed: Mapped[bytes | None] = sealed_column()
    note = Sealed()
    placement_id: Mapped[UUID | None] = mapped_column(ForeignKey("placement.id"))
    """Where the prisoner was thought to be when it was posted."""
    logged_by_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    logged_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    form_id: Mapped[UUID] = mapped_column(unique=True)
    """Made when the form was opened: the same form sent twice logs one letter."""
