"""Logging parcels, correcting and removing them. What became of them is in fates.py."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from tracker.db import add_once
from tracker.letters.actions import Entered
from tracker.letters.rules import AlreadyLogged, entry_form_id
from tracker.needs.actions import pack, repack, unpack
from tracker.parcels import queries, rules
from tracker.parcels.contents import MOST_ITEMS, Item, understood, weighed
from tracker.parcels.models import Parcel, ParcelItem
from tracker.parcels.rules import ItemCategory, ParcelCategory, ParcelKind, SentBy
from tracker.prisoners.models import NeedKind
from tracker.quotas.actions import fulfil, unfulfil


@dataclass(frozen=True)
class ParcelFacts:
    """What is told about a parcel. Amounts are in hundredths of ``currency``."""

    posted_on: date
    items: tuple[tuple[UUID | None, Item], ...] = ()
    """In order, each with the row that it corrects, if there is one."""
    kind: ParcelKind = ParcelKind.PARCEL
    category: ParcelCategory = ParcelCategory.ORDINARY
    sent_by: SentBy = SentBy.OURS
    grams: int | None = None
    """None: not weighed as a whole; then the lines are added up if all of them are weighed."""
    tracking: str | None = None
    postage_minor: int | None = None
    goods_minor: int | None = None
    currency: str | None = None
    note: str | None = None
    placement_id: UUID | None = None
    """Where the prisoner was thought to be on that day."""

    @property
    def weight(self) -> int | None:
        """What it weighs, as far as it is known."""
        return self.grams or weighed(item.grams for _row, item in self.items)


def log_parcel(session: Session, facts: ParcelFacts, entered: Entered, needs: Collection[UUID] = ()) -> UUID:
    """Keep a parcel to a prisoner. The ``needs`` that go in it become lines of it and are done; a slot that was claimed
    for it is no longer only claimed.

    Raises DatedInTheFuture, NothingInIt, or AlreadyLogged when the form was sent before.
    """
    rules.check_parcel(facts.posted_on, entered.today)
    rules.check_contents(len(facts.items) + len(needs), facts.sent_by)
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
    packed = pack(session, entered.prisoner_id, needs, parcel.id, on=facts.posted_on, by_id=entered.volunteer_id)
    wished = [item for kind, text, _position in packed for item in _wished(kind, text or "")]
    _add_items(session, parcel.id, [*wished, *(item for _row, item in facts.items)])
    _fulfil(session, parcel)
    return parcel.id


def _fulfil(session: Session, parcel: Parcel) -> None:
    fulfil(
        session,
        prisoner_id=parcel.prisoner_id,
        volunteer_id=parcel.volunteer_id,
        parcel_id=parcel.id,
        kind=parcel.kind,
        sent_by=parcel.sent_by,
    )


def _wished(kind: NeedKind, text: str) -> list[Item]:
    """What a need becomes in a parcel: each of its lines is one."""
    category = ItemCategory.MEDICINE if kind is NeedKind.MEDICINE else None
    return [replace(understood(line), category=category) for line in text.splitlines() if line.strip()]


def _add_items(session: Session, parcel_id: UUID, items: Sequence[Item], first: int = 0) -> None:
    rows = [
        {"id": uuid4(), "parcel_id": parcel_id, "position": first + position, "is_refused": False, **vars(item)}
        for position, item in enumerate(items[:MOST_ITEMS])
    ]
    if rows:
        # Otherwise there would be a statement for each combination of what is known.
        session.execute(insert(ParcelItem).execution_options(render_nulls=True), rows)


def correct_parcel(session: Session, parcel: Parcel, facts: ParcelFacts, *, today: date, now: datetime) -> None:
    """Change what is told about a parcel. What was refused of it stays refused.

    Raises DatedInTheFuture, ArrivedBeforePosted, ReturnedBeforePosted or NothingInIt.
    """
    # What was kept once is not refused again when somebody only adds a note.
    if facts.posted_on != parcel.posted_on:
        rules.check_parcel(facts.posted_on, today, arrived_on=parcel.arrived_on, returned_on=parcel.returned_on)
    rules.check_contents(len(facts.items), facts.sent_by)
    _tell(parcel, facts)
    parcel.changed_at = now
    _rewrite_items(session, parcel.id, facts.items)


def _rewrite_items(session: Session, parcel_id: UUID, items: Sequence[tuple[UUID | None, Item]]) -> None:
    here = set(session.scalars(select(ParcelItem.id).where(ParcelItem.parcel_id == parcel_id)))
    kept: set[UUID] = set()
    changed, new = [], []
    for position, (row_id, item) in enumerate(items):
        # Only rows of this parcel, and each once: the ids come from the form.
        if row_id in here and row_id not in kept:
            kept.add(row_id)
            changed.append({"id": row_id, "position": position, **vars(item)})
        else:
            new.append((position, item))
    session.execute(delete(ParcelItem).where(ParcelItem.parcel_id == parcel_id, ParcelItem.id.not_in(kept)))
    if changed:
        session.execute(update(ParcelItem), changed)
    for position, item in new:
        _add_items(session, parcel_id, [item], position)


def _tell(parcel: Parcel, facts: ParcelFacts) -> None:
    parcel.posted_on, parcel.kind, parcel.category = facts.posted_on, facts.kind, facts.category
    parcel.sent_by, parcel.placement_id = facts.sent_by, facts.placement_id
    parcel.grams, parcel.tracking, parcel.note = facts.weight, facts.tracking, facts.note
    parcel.postage_minor, parcel.goods_minor = facts.postage_minor, facts.goods_minor
    costs = facts.postage_minor is not None or facts.goods_minor is not None
    parcel.currency = facts.currency if costs else None


def remove_parcel(session: Session, parcel: Parcel, *, now: datetime) -> None:
    """A parcel counts nowhere any more, what it fulfilled is asked for again, and the slot that was claimed for it is
    claimed again; its row stays, so that this can be undone."""
    parcel.removed_at = parcel.removed_at or now
    unpack(session, parcel.id)
    unfulfil(session, parcel.id)


def restore_parcel(session: Session, parcel: Parcel) -> None:
    """A removed parcel counts again, and makes a claim true again."""
    if parcel.removed_at is None:
        return
    parcel.removed_at = None
    _fulfil(session, parcel)
    if parcel.returned_on is None:
        repack(session, parcel.id, on=parcel.posted_on)
