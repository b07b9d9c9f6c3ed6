"""The table of letters."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.letters.rules import Channel as Channel
from tracker.letters.rules import Direction as Direction
from tracker.letters.rules import LetterKind as LetterKind
from tracker.letters.rules import ReplyFormState as ReplyFormState
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
        # What came back is little beside what was posted, and asked after by place.
        Index(
            "ix_letter_came_back",
            "placement_id",
            sqlite_where=text("returned_on IS NOT NULL"),
            postgresql_where=text("returned_on IS NOT NULL"),
        ),
    )

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id"))
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    """Whose correspondence it is: who wrote the letter, or to whom the reply came."""
    direction: Mapped[Direction]
    kind: Mapped[LetterKind]
    channel: Mapped[Channel] = mapped_column(default=Channel.POST)
    service: Mapped[str | None]
    """Which service carried an e-letter, as the facility's page names it."""
    number: Mapped[int | None]
    """The number that its writer gave it, so that the prisoner sees whether one is missing."""
    pages: Mapped[int | None]
    language: Mapped[str | None]
    """ISO 639 code."""
    is_translated: Mapped[bool] = mapped_column(default=False)
    """Somebody translated it."""
    translated_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    """Who; None: nobody here, or it is not told."""
    cost_minor: Mapped[int | None]
    """In hundredths of ``currency``."""
    currency: Mapped[str | None]
    """ISO 4217 code."""
    dated_on: Mapped[date]
    """The day it was posted, or the day the reply arrived."""
    written_on: Mapped[date | None]
    """The day written on a reply, if it can be read."""
    answers_id: Mapped[UUID | None] = mapped_column(ForeignKey("letter.id"), index=True)
    """The letter that a reply answers."""
    delivered_on: Mapped[date | None]
    """Somebody or something said that it is there."""
    stopped_on: Mapped[date | None]
    """The day from which we know that the censor keeps it."""
    given_up_on: Mapped[date | None]
    """The day on which its writer gave up finding out what became of it."""
    returned_on: Mapped[date | None]
    return_reason: Mapped[ReturnReason | None]
    tracking: Mapped[str | None]
    """A tracking number of the post, or the order number of an e-letter."""
    reply_form: Mapped[ReplyFormState | None]
    """Of a letter with a prepaid form for the reply."""
    reply_form_on: Mapped[date | None]
    """The day since which it stands like that; of a bought one, the day of the letter."""
    arrived_opened: Mapped[bool] = mapped_column(default=False)
    """Of a reply: how it arrived."""
    arrived_blackened: Mapped[bool] = mapped_column(default=False)
    arrived_incomplete: Mapped[bool] = mapped_column(default=False)
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


class PreparedLetter(Base):
    """A letter that is not in the post yet: planned, written, translated, handed to a relay. Once sent, it is a letter.

    How far it is follows from its days: the furthest one that is known.
    """

    __tablename__ = "prepared_letter"
    __table_args__ = (
        Index("ix_prepared_letter_prisoner_id_letter_id", "prisoner_id", "letter_id"),
        Index("ix_prepared_letter_volunteer_id_letter_id", "volunteer_id", "letter_id"),
    )

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id"))
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    kind: Mapped[LetterKind]
    channel: Mapped[Channel] = mapped_column(default=Channel.POST)
    language: Mapped[str | None]
    planned_on: Mapped[date]
    written_on: Mapped[date | None]
    translated_on: Mapped[date | None]
    translated_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    handed_on: Mapped[date | None]
    """The day on which a relay took it; who and by which route is never kept."""
    note_sealed: Mapped[bytes | None] = sealed_column()
    note = Sealed()
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("letter.id"), index=True)
    """What it became when it was sent. If that letter was removed, this one is in preparation again."""
    is_waiting: Mapped[bool] = mapped_column(default=True, index=True)
    """Neither sent nor dropped. Kept beside the two, so that finding what is in preparation needs no walk through all
    that ever was."""
    dropped_at: Mapped[datetime | None]
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"))
    created_at: Mapped[datetime]
    form_id: Mapped[UUID] = mapped_column(unique=True)
