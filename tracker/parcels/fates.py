"""What became of a parcel: it arrived, with or without everything that was in it; it came back; it is on its way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.letters.rules import ReturnReason
from tracker.needs.actions import repack, unpack
from tracker.parcels import rules
from tracker.parcels.models import Parcel, ParcelItem


def mark_arrived(
    session: Session,
    parcel: Parcel,
    *,
    on: date,
    refused: Mapping[UUID, str | None],
    today: date,
    now: datetime,
) -> None:
    """A parcel arrived; of its lines exactly the ``refused`` were not let in, each with the reason if one was told.
    Raises DatedInTheFuture, ArrivedBeforePosted or ArrivedAndReturned."""
    _as_it_is_now(session, parcel)
    rules.check_parcel(parcel.posted_on, today, arrived_on=on, returned_on=parcel.returned_on)
    parcel.arrived_on, parcel.changed_at = on, now
    lines = session.scalars(select(ParcelItem.id).where(ParcelItem.parcel_id == parcel.id)).all()
    marks = [{"id": each, "is_refused": each in refused, "refused_because": refused.get(each)} for each in lines]
    if marks:
        session.execute(update(ParcelItem), marks)


def mark_returned(
    session: Session, parcel: Parcel, *, on: date, reason: ReturnReason, today: date, now: datetime
) -> None:
    """A parcel came back, and what it was to fulfil is asked for again. Raises DatedInTheFuture, ReturnedBeforePosted
    or ArrivedAndReturned."""
    _as_it_is_now(session, parcel)
    rules.check_parcel(parcel.posted_on, today, arrived_on=parcel.arrived_on, returned_on=on)
    parcel.returned_on, parcel.return_reason, parcel.changed_at = on, reason, now
    unpack(session, parcel.id)


def mark_on_its_way(session: Session, parcel: Parcel, *, now: datetime) -> None:
    """It has neither arrived nor come back after all."""
    had_returned = parcel.returned_on is not None
    parcel.arrived_on, parcel.returned_on, parcel.return_reason, parcel.changed_at = None, None, None, now
    session.execute(
        update(ParcelItem)
        .where(ParcelItem.parcel_id == parcel.id, ParcelItem.is_refused)
        .values(is_refused=False, refused_because=None)
    )
    if had_returned:
        repack(session, parcel.id, on=parcel.posted_on)


def _as_it_is_now(session: Session, parcel: Parcel) -> None:
    # Of two who say at the same moment what became of it, the second is told what the first has said.
    session.refresh(parcel, with_for_update=True)
