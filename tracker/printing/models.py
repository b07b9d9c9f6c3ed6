"""The table of what is printed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.printing.rules import PrintKind as PrintKind
from tracker.printing.rules import PrintReason as PrintReason
from tracker.printing.rules import PrintState as PrintState


class PrintJob(Base):
    """Something to print, made in the background. The finished file is sealed, and destroyed after a day."""

    __tablename__ = "print_job"

    kind: Mapped[PrintKind]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Ids and choices, and of whom nothing could be printed; never a name."""
    state: Mapped[PrintState] = mapped_column(default=PrintState.WAITING)
    of: Mapped[int] = mapped_column(default=0)
    """How many people it is about; 0: that turns out when it is made."""
    reason: Mapped[PrintReason | None]
    """Why it failed."""
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("volunteer.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    lease_until: Mapped[datetime | None]
    """Until then whoever makes it can be expected to be at it; later it may be started again."""
    finished_at: Mapped[datetime | None]
    file_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"sealed": True})
