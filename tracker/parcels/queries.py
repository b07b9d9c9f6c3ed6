"""Reads of parcels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from tracker.parcels.models import Parcel, ParcelItem


def parcel_of_form(session: Session, form_id: UUID) -> Row[*tuple[Any, ...]]:
    """What came of a form that was sent before: id, removed_at."""
    return session.execute(select(Parcel.id, Parcel.removed_at).where(Parcel.form_id == form_id)).one()


def items(session: Session, parcel_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """What is in a parcel, in order: id, what, how_many, grams, category, is_refused, refused_because."""
    item = ParcelItem
    return session.execute(
        select(item.id, item.what, item.how_many, item.grams, item.category, item.is_refused, item.refused_because)
        .where(item.parcel_id == parcel_id)
        .order_by(item.position)
    ).all()
