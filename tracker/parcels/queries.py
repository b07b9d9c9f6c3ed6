"""Reads of parcels."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from tracker.parcels.models import Parcel


def parcel_of_form(session: Session, form_id: UUID) -> Row[*tuple[Any, ...]]:
    """What came of a form that was sent before: id, removed_at."""
    return session.execute(select(Parcel.id, Parcel.removed_at).where(Parcel.form_id == form_id)).one()
