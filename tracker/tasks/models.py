"""The table of tasks."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.tasks.rules import TaskKind as TaskKind


class Task(Base):
    """Something to do, for one volunteer or for any coordinator. Done or dropped, it stays on record."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_prisoner_id_closed_at", "prisoner_id", "closed_at"),
        Index("ix_task_volunteer_id_closed_at", "volunteer_id", "closed_at"),
        Index(
            "ix_task_open",
            "created_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id"))
    volunteer_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    """Whose task it is; None: any coordinator's."""
    kind: Mapped[TaskKind]
    placement_id: Mapped[UUID | None] = mapped_column(ForeignKey("placement.id"), index=True)
    """The stay from which it follows."""
    assignment_id: Mapped[UUID | None] = mapped_column(ForeignKey("assignment.id"), index=True)
    """The assignment from which it follows."""
    settled_from: Mapped[date | None]
    """A letter that she posts on this day or later settles it; None: no letter by itself does."""
    key: Mapped[str] = mapped_column(unique=True)
    """The same cause makes the same task only once."""
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    is_done: Mapped[bool] = mapped_column(default=False)
    """Of a closed one: done; or else dropped, because it was no longer needed."""
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("letter.id"), index=True)
    """The letter that settled it."""
    superseded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("placement.id"), index=True)
    """The later stay that made it unneeded."""
