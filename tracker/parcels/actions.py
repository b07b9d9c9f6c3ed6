"""Logging parcels, correcting and removing them, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from tracker.db import add_once
from tracker.letters.actions import Entered
from tracker.letters.rules import AlreadyLogged, ReturnReason, entry_form_id
from tracker.parcels import queries, rules
from tracker.parcels.contents import Item
from tracker.parcels.models import Parcel, ParcelItem


@dataclass(frozen=True)
class ParcelFacts:
    """What is told about a parcel."""

    posted_on: date
    items: tuple[Item, ...]
    grams: int | None = None
    tracking: str | None = None
    note: str | None = None


def log_parcel(session: Session, facts: ParcelFacts, entered: Entered) -> UUID:
    """Keep a parcel to a prisoner. Raises DatedInTheFuture, or AlreadyLogged when the form was sent before."""
    rules.check_parcel(facts.posted_on, entered.today)
    parcel = Parcel(
        prisoner_id=entered.prisoner_id,
        volunteer_id=entered.volunteer_id,
        logged_by_id=entered.actor_id,
        logged_at=entered.now,
        form_id=entry_form_id(entered.form_id, entered.actor_id, entered.prisoner_id),
    )
    _tell(parcel, facts)
    if not add_once(session, parcel):
        first = queries.parcel_of_form(session, parcel.form_id)
        raise AlreadyLogged(first.id, removed=first.removed_at is not None)
    _pack(session, parcel.id, facts.items)
    return parcel.id


def _pack(session: Session, parcel_id: UUID, items: Sequence[Item]) -> None:
    session.execute(
        insert(ParcelItem),
        [
            {"id": uuid4(), "parcel_id": parcel_id, "position": position, "is_refused": False, **vars(item)}
            for position, item in enumerate(items)
        ],
    )


def correct_parcel(session: Session, parcel: Parcel, facts: ParcelFacts, *, today: date, now: datetime) -> None:
    """Change what is told about a parcel; raises DatedInTheFuture, ArrivedBeforePosted or ReturnedBeforePosted."""
    # What was kept once is not refused again when somebody only adds a note.
    if facts.posted_on != parcel.posted_on:
        rules.check_parcel(facts.posted_on, today, arrived_on=parcel.arrived_on, returned_on=parcel.returned_on)
    _tell(parcel, facts)
    parcel.changed_at = now
    session.execute(delete(ParcelItem).where(ParcelItem.parcel_id == parcel.id))
    _pack(session, parcel.id, facts.items)


def _tell(parcel: Parcel, facts: ParcelFacts) -> None:
    parcel.posted_on, parcel.grams = facts.posted_on, facts.grams
    parcel.tracking, parcel.note = facts.tracking, facts.note


def remove_parcel(parcel: Parcel, *, now: datetime) -> None:
    """A parcel counts nowhere any more; its row stays, so that this can be undone."""
    parcel.removed_at = parcel.removed_at or now


def restore_parcel(parcel: Parcel) -> None:
    """A removed parcel counts again."""
    parcel.removed_at = None


def mark_arrived(parcel: Parcel, *, on: date, today: date, now: datetime) -> None:
    """A parcel arrived; raises DatedInTheFuture, ArrivedBeforePosted or ArrivedAndReturned."""
    rules.check_parcel(parcel.posted_on, today, arrived_on=on, returned_on=parcel.returned_on)
    parcel.arrived_on, parcel.changed_at = on, now


def mark_returned(parcel: Parcel, *, on: date, reason: ReturnReason, today: date, now: datetime) -> None:
    """A parcel came back; raises DatedInTheFuture, ReturnedBeforePosted or ArrivedAndReturned."""
    rules.check_parcel(parcel.posted_on, today, arrived_on=parcel.arrived_on, returned_on=on)
    parcel.returned_on, parcel.return_reason, parcel.changed_at = on, reason, now


def mark_on_its_way(parcel: Parcel, *, now: datetime) -> None:
    """It has neither arrived nor come back after all."""
    parcel.arrived_on, parcel.returned_on, parcel.return_reason, parcel.changed_at = None, None, None, now
