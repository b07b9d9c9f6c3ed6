"""The table of tasks."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.tasks.rules import TaskKind as TaskKind


class Task(Base):
    """Something to do, for one volunteer or for any coordinator. Done or dropped, it stays on record."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_prisoner_id_closed_at", "prisoner_id", "closed_at"),
        Index("ix_task_volunteer_id_closed_at", "volunteer_id", "closed_at"),
    )

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id"))
    volunteer_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    """Whose task it is; None: any coordinator's."""
    kind: Mapped[TaskKind]
    placement_id: Mapped[UUID | None] = mapped_column(ForeignKey("placement.id"), index=True)
    """The stay from which it follows."""
    assignment_id: Mapped[UUID | None] = mapped_column(ForeignKey("assignment.id"), index=True)
    """The assignment from which it follows."""
    key: Mapped[str] = mapped_column(unique=True)
    """The same cause makes the same task only once."""
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    is_done: Mapped[bool] = mapped_column(default=False)
    """Of a closed one: done; or else dropped, because it was no longer needed."""
