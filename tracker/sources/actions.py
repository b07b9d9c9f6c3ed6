"""Changes of what sources are said to state."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from tracker.sources.models import Citation


def uncite(session: Session, subject_id: UUID, about: Collection[str] = ("",)) -> None:
    """A fact was changed by hand: the lines that stated the former one do not state this one."""
    if about:
        session.execute(delete(Citation).where(Citation.subject_id == subject_id, Citation.about.in_(about)))
