"""Reads of evenings, their people, and what was counted after them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, ScalarSelect, Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from tracker.evenings.models import Evening, EveningPerson, Tally, TallyBatch
from tracker.evenings.rules import WINDOW_DAYS
from tracker.facilities.models import Facility
from tracker.letters.models import Letter
from tracker.letters.rules import Direction
from tracker.prisoners.addressees import can_be_written_to
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.search import found_by_name
from tracker.volunteers.models import Volunteer

MOST_FOUND = 20

# By another name: the condition about addressees looks at placements itself.
_here = aliased(Placement)


def evenings() -> Select[*tuple[Any, ...]]:
    """All evenings, the newest first: id, on, title, people, letters, tallied (how many people got any)."""
    people = select(func.count()).where(EveningPerson.evening_id == Evening.id).correlate(Evening).scalar_subquery()
    return select(
        Evening.id,
        Evening.on,
        Evening.title,
        people.label("people"),
        _of_tallies(func.coalesce(func.sum(Tally.letters), 0)).label("letters"),
        _of_tallies(func.count(Tally.prisoner_id.distinct())).label("tallied"),
    ).order_by(Evening.on.desc(), Evening.created_at.desc(), Evening.id)


def _of_tallies(what: Any) -> ScalarSelect[int]:
    return (
        select(what)
        .select_from(Tally)
        .join(TallyBatch, TallyBatch.id == Tally.batch_id)
        .where(TallyBatch.evening_id == Evening.id, Tally.undone_at.is_(None))
        .correlate(Evening)
        .scalar_subquery()
    )


def evening_people(session: Session, evening_id: UUID, today: date) -> Sequence[Row[*tuple[Any, ...]]]:
    """The people of an evening in their order: id, prisoner_id, number, position, name, name_local, facility, place,
    last_letter_on, letters (of the last 90 days), tallied (on this evening), is_open (can be written to today),
    support_caveat. One statement."""
    since = today - timedelta(days=WINDOW_DAYS)
    letters = (
        select(func.count())
        .where(
            Letter.prisoner_id == Prisoner.id,
            Letter.dated_on >= since,
            Letter.direction == Direction.OUT,
            Letter.removed_at.is_(None),
        )
        .correlate(Prisoner)
        .scalar_subquery()
    )
    earlier = (
        select(func.coalesce(func.sum(Tally.letters), 0))
        .where(Tally.prisoner_id == Prisoner.id, Tally.on >= since, Tally.undone_at.is_(None))
        .correlate(Prisoner)
        .scalar_subquery()
    )
    tallied = (
        select(func.sum(Tally.letters))
        .join(TallyBatch, TallyBatch.id == Tally.batch_id)
        .where(TallyBatch.evening_id == evening_id, Tally.prisoner_id == Prisoner.id, Tally.undone_at.is_(None))
        .correlate(Prisoner)
        .scalar_subquery()
    )
    return session.execute(
        select(
            EveningPerson.id,
            EveningPerson.prisoner_id,
            EveningPerson.number,
            Prisoner.name,
            Prisoner.name_local,
            Facility.name.label("facility"),
            _here.place,
            Prisoner.last_letter_on,
            (letters + earlier).label("letters"),
            tallied.label("tallied"),
            can_be_written_to(today).label("is_open"),
            Prisoner.support_caveat,
        )
        .join(Prisoner, Prisoner.id == EveningPerson.prisoner_id)
        .outerjoin(_here, and_(_here.prisoner_id == Prisoner.id, _here.is_current))
        .outerjoin(Facility, Facility.id == _here.facility_id)
        .where(EveningPerson.evening_id == evening_id)
        .order_by(EveningPerson.position, EveningPerson.number)
    ).all()


def people_of(session: Session, evening_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """The people of an evening in their order, as short as it can be: prisoner_id, number, name."""
    return session.execute(
        select(EveningPerson.prisoner_id, EveningPerson.number, Prisoner.name)
        .join(Prisoner, Prisoner.id == EveningPerson.prisoner_id)
        .where(EveningPerson.evening_id == evening_id)
        .order_by(EveningPerson.position, EveningPerson.number)
    ).all()


@dataclass(frozen=True)
class Batch:
    """What was entered at one go."""

    id: UUID
    by: str
    entered_at: Any
    undone_at: Any
    people: int
    letters: int


def batches(session: Session, evening_id: UUID) -> list[Batch]:
    """What was entered after an evening, the newest first."""
    rows = session.execute(
        select(
            TallyBatch.id,
            Volunteer.handle,
            TallyBatch.entered_at,
            TallyBatch.undone_at,
            func.count(Tally.id).label("people"),
            func.coalesce(func.sum(Tally.letters), 0).label("letters"),
        )
        .join(Volunteer, Volunteer.id == TallyBatch.entered_by_id)
        .outerjoin(Tally, Tally.batch_id == TallyBatch.id)
        .where(TallyBatch.evening_id == evening_id)
        .group_by(TallyBatch.id, Volunteer.handle, TallyBatch.entered_at, TallyBatch.undone_at)
        .order_by(TallyBatch.entered_at.desc(), TallyBatch.id)
    )
    return [Batch(*row) for row in rows]


def is_tallied(session: Session, evening_id: UUID) -> bool:
    """Whether letters are entered that were not undone."""
    counts = exists().where(TallyBatch.evening_id == evening_id, TallyBatch.undone_at.is_(None))
    return bool(session.scalar(select(counts)))


def found_to_add(session: Session, evening_id: UUID, name: str, today: date) -> Sequence[Row[*tuple[Any, ...]]]:
    """Whom one could add by name: id, name, name_local, facility, last_letter_on, is_open, is_there."""
    ids = found_by_name(session, name, limit=MOST_FOUND)
    there = exists().where(EveningPerson.evening_id == evening_id, EveningPerson.prisoner_id == Prisoner.id)
    return session.execute(
        select(
            Prisoner.id,
            Prisoner.name,
            Prisoner.name_local,
            Facility.name.label("facility"),
            Prisoner.last_letter_on,
            Prisoner.support_caveat,
            can_be_written_to(today).label("is_open"),
            there.label("is_there"),
        )
        .outerjoin(_here, and_(_here.prisoner_id == Prisoner.id, _here.is_current))
        .outerjoin(Facility, Facility.id == _here.facility_id)
        .where(Prisoner.id.in_(ids), Prisoner.archived_at.is_(None))
        .order_by(Prisoner.name_folded, Prisoner.id)
    ).all()


def is_open(session: Session, prisoner_id: UUID, today: date) -> bool:
    """Whether a letter can go to somebody today."""
    return bool(session.scalar(select(Prisoner.id).where(Prisoner.id == prisoner_id, can_be_written_to(today))))


def names_of(session: Session, prisoner_ids: Collection[UUID]) -> dict[UUID, str]:
    """Names by id; those who are archived are not among them."""
    found = session.execute(
        select(Prisoner.id, Prisoner.name).where(Prisoner.id.in_(prisoner_ids), Prisoner.archived_at.is_(None))
    )
    return {row.id: row.name for row in found}
