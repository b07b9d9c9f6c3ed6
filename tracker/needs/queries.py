"""Reads of needs: of one person, of everybody, and what could go into a parcel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, ScalarSelect, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from tracker.letters.models import Direction, Letter
from tracker.parcels.models import Parcel
from tracker.prisoners.models import Need, NeedKind, Prisoner
from tracker.volunteers.models import Volunteer

PACKABLE = (NeedKind.PARCEL, NeedKind.MEDICINE, NeedKind.OTHER)
"""The kinds of which one thing or another goes into a parcel."""

OFFERED_WISHES = 30
MOST_SHOWN = 200
OFFERED_PARCELS = 20

_IS_OPEN = and_(Need.done_on.is_(None), Need.withdrawn_at.is_(None))


def needs_of(session: Session, prisoner_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """Everything a prisoner asked for, what is open first, those with the nearest promise before the others: id, kind,
    text, asked_on, letter_on, promised_by_id, promised_by, promised_until, done_on, done_by, parcel_id, parcel_on,
    parcel_owner_id, withdrawn_at, is_imported."""
    promiser, doer = aliased(Volunteer), aliased(Volunteer)
    return session.execute(
        select(
            Need.id,
            Need.kind,
            Need.text,
            Need.asked_on,
            Letter.dated_on.label("letter_on"),
            Need.promised_by_id,
            promiser.handle.label("promised_by"),
            Need.promised_until,
            Need.done_on,
            doer.handle.label("done_by"),
            Parcel.id.label("parcel_id"),
            Parcel.posted_on.label("parcel_on"),
            Parcel.volunteer_id.label("parcel_owner_id"),
            Need.withdrawn_at,
            Need.entered_by_id.is_(None).label("is_imported"),
        )
        .outerjoin(promiser, promiser.id == Need.promised_by_id)
        .outerjoin(doer, doer.id == Need.done_by_id)
        .outerjoin(Letter, and_(Letter.id == Need.letter_id, Letter.removed_at.is_(None)))
        .outerjoin(Parcel, and_(Parcel.id == Need.parcel_id, Parcel.removed_at.is_(None)))
        .where(Need.prisoner_id == prisoner_id)
        .order_by(
            Need.done_on.desc().nulls_first(),
            Need.withdrawn_at.desc().nulls_first(),
            Need.promised_until.asc().nulls_last(),
            Need.asked_on.asc().nulls_last(),
            Need.position,
            Need.id,
        )
        .limit(MOST_SHOWN)
    ).all()


def asked_in(session: Session, letter_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """What a reply asks for, in order: kind, text, done_on, withdrawn_at, promised_by_id, promised_until."""
    return session.execute(
        select(Need.kind, Need.text, Need.done_on, Need.withdrawn_at, Need.promised_by_id, Need.promised_until)
        .where(Need.letter_id == letter_id)
        .order_by(Need.position, Need.id)
        .limit(MOST_SHOWN)
    ).all()


def open_needs(kind: NeedKind | None, *, overdue_before: date | None) -> Select[*tuple[Any, ...]]:
    """What is open over all prisoners who are not in the archive, promises that have come due first: id, kind, text,
    asked_on, promised_by, promised_by_id, promised_until, done_on, withdrawn_at, prisoner_id, name. With a day only
    what was promised until before that day."""
    statement = (
        select(
            Need.id,
            Need.kind,
            Need.text,
            Need.asked_on,
            Volunteer.handle.label("promised_by"),
            Need.promised_by_id,
            Need.promised_until,
            Need.done_on,
            Need.withdrawn_at,
            Need.prisoner_id,
            Prisoner.name,
        )
        .join(Prisoner, Prisoner.id == Need.prisoner_id)
        .outerjoin(Volunteer, Volunteer.id == Need.promised_by_id)
        .where(_IS_OPEN, Prisoner.archived_at.is_(None))
        .order_by(
            Need.promised_until.asc().nulls_last(), Need.asked_on.asc().nulls_last(), Prisoner.name_folded, Need.id
        )
    )
    if kind is not None:
        statement = statement.where(Need.kind == kind)
    if overdue_before is not None:
        statement = statement.where(Need.promised_by_id.is_not(None), Need.promised_until < overdue_before)
    return statement


def overdue_promises(prisoner_id: Any, volunteer_id: UUID, today: date) -> ScalarSelect[int]:
    """How much somebody has promised a prisoner by a day that has gone by; for use in other statements."""
    return (
        select(func.count())
        .select_from(Need)
        .where(
            Need.prisoner_id == prisoner_id,
            Need.promised_by_id == volunteer_id,
            Need.promised_until < today,
            _IS_OPEN,
        )
        .scalar_subquery()
    )


def wishes(session: Session, prisoner_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """What a prisoner asked for that could go into a parcel and is told in words: id, kind, text, promised_by_id,
    promised_by. What was asked for first comes first."""
    return session.execute(
        select(Need.id, Need.kind, Need.text, Need.promised_by_id, Volunteer.handle.label("promised_by"))
        .outerjoin(Volunteer, Volunteer.id == Need.promised_by_id)
        .where(Need.prisoner_id == prisoner_id, _IS_OPEN, Need.kind.in_(PACKABLE), Need.text.is_not(None))
        .order_by(Need.asked_on.asc().nulls_last(), Need.position, Need.id)
        .limit(OFFERED_WISHES)
    ).all()


def parcels_to_choose(session: Session, prisoner_id: UUID, owner_id: UUID | None) -> Sequence[Row[*tuple[Any, ...]]]:
    """The newest parcels to a prisoner in which something can have gone: id, posted_on, handle. With an owner only
    hers."""
    statement = (
        select(Parcel.id, Parcel.posted_on, Volunteer.handle)
        .join(Volunteer, Volunteer.id == Parcel.volunteer_id)
        .where(Parcel.prisoner_id == prisoner_id, Parcel.removed_at.is_(None))
        .order_by(Parcel.posted_on.desc(), Parcel.logged_at.desc(), Parcel.id)
        .limit(OFFERED_PARCELS)
    )
    return session.execute(statement if owner_id is None else statement.where(Parcel.volunteer_id == owner_id)).all()


def reply_of(session: Session, prisoner_id: UUID, letter_id: UUID, owner_id: UUID | None) -> date | None:
    """The day of a reply of that prisoner; with an owner, only if it came to her. None: there is no such reply."""
    statement = select(Letter.dated_on).where(
        Letter.id == letter_id,
        Letter.prisoner_id == prisoner_id,
        Letter.direction == Direction.REPLY,
        Letter.removed_at.is_(None),
    )
    return session.scalar(statement if owner_id is None else statement.where(Letter.volunteer_id == owner_id))


def next_position(session: Session, prisoner_id: UUID) -> int:
    """The place after everything that a prisoner asked for."""
    last = session.scalar(select(func.max(Need.position)).where(Need.prisoner_id == prisoner_id))
    return 0 if last is None else last + 1
