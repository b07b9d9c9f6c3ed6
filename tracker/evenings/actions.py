"""Evenings and their people, and the letters counted after them: entered at one go, undone at one go."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, func, or_, select, update
from sqlalchemy.orm import Session

from tracker.db import add_once
from tracker.evenings import queries, rules
from tracker.evenings.models import Evening, EveningPerson, Tally, TallyBatch
from tracker.letters.changes import count_newest_letters
from tracker.prisoners.models import Prisoner


def plan_evening(
    session: Session,
    evening_id: UUID,
    *,
    title: str,
    on: date,
    most_letters: int | None,
    choice: rules.Choice,
    people: Sequence[UUID],
    actor_id: UUID,
    now: datetime,
) -> bool:
    """Enter an evening with its people in order; False: the form was sent before."""
    evening = Evening(
        id=evening_id,
        title=title,
        on=on,
        most_letters=most_letters,
        choice=choice.kept(),
        created_by_id=actor_id,
        created_at=now,
    )
    if not add_once(session, evening, "id"):
        return False
    _seat(session, evening_id, people)
    return True


def change_evening(session: Session, evening: Evening, *, title: str, on: date, most_letters: int | None) -> None:
    """Raises AlreadyTallied for another day after letters were counted on it. What was undone moves along."""
    _lock(session, evening.id)
    if on != evening.on:
        if queries.is_tallied(session, evening.id):
            raise rules.AlreadyTallied
        undone = select(TallyBatch.id).where(TallyBatch.evening_id == evening.id)
        _run(session, update(Tally).where(Tally.batch_id.in_(undone)).values(on=on))
    evening.title, evening.on, evening.most_letters = title, on, most_letters


def choose_anew(session: Session, evening: Evening, choice: rules.Choice, people: Sequence[UUID]) -> None:
    """Other people in the place of those who were chosen. Raises AlreadyTallied."""
    _lock(session, evening.id)
    if queries.is_tallied(session, evening.id):
        raise rules.AlreadyTallied
    evening.choice, evening.numbered_at = choice.kept(), None
    session.execute(delete(EveningPerson).where(EveningPerson.evening_id == evening.id))
    _seat(session, evening.id, people)


def _seat(session: Session, evening_id: UUID, people: Sequence[UUID]) -> None:
    session.add_all(
        EveningPerson(evening_id=evening_id, prisoner_id=each, position=place, number=place)
        for place, each in enumerate(people, start=1)
    )
    session.flush()


def add_person(session: Session, evening: Evening, prisoner_id: UUID, *, today: date) -> bool:
    """One more, at the end; False: is there already. Raises CannotBeWrittenTo or TooManyPeople."""
    _lock(session, evening.id)
    seated = queries.people_of(session, evening.id)
    if any(row.prisoner_id == prisoner_id for row in seated):
        return False
    if len(seated) >= rules.MOST_PEOPLE:
        raise rules.TooManyPeople
    if not queries.is_open(session, prisoner_id, today):
        raise rules.CannotBeWrittenTo
    last = select(func.max(EveningPerson.position), func.max(EveningPerson.number))
    position, number = session.execute(last.where(EveningPerson.evening_id == evening.id)).one()
    session.add(
        EveningPerson(
            evening_id=evening.id, prisoner_id=prisoner_id, position=(position or 0) + 1, number=(number or 0) + 1
        )
    )
    return True


def arrange(session: Session, evening: Evening, *, places: Mapping[UUID, int | None], gone: Collection[UUID]) -> None:
    """Take people out, and put others in new places. Numbers follow the order until sheets with numbers are printed."""
    _lock(session, evening.id)
    rows = list(
        session.scalars(
            select(EveningPerson)
            .where(EveningPerson.evening_id == evening.id)
            .order_by(EveningPerson.position, EveningPerson.number)
        )
    )
    for row in rows:
        if row.prisoner_id in gone:
            session.delete(row)
    kept = {row.prisoner_id: row for row in rows}
    order = rules.arranged((row.prisoner_id, places.get(row.prisoner_id)) for row in rows)
    for place, person in enumerate((each for each in order if each not in gone), start=1):
        kept[person].position = place
        if evening.numbered_at is None:
            kept[person].number = place
    session.flush()


def keep_numbers(evening: Evening, *, now: datetime) -> None:
    """Sheets with numbers are printed: from now on they stay as they are."""
    evening.numbered_at = evening.numbered_at or now


def delete_evening(session: Session, evening: Evening) -> None:
    """Raises AlreadyTallied. What was entered and undone goes with it."""
    _lock(session, evening.id)
    if queries.is_tallied(session, evening.id):
        raise rules.AlreadyTallied
    undone = select(TallyBatch.id).where(TallyBatch.evening_id == evening.id)
    session.execute(delete(Tally).where(Tally.batch_id.in_(undone)))
    session.execute(delete(TallyBatch).where(TallyBatch.evening_id == evening.id))
    session.execute(delete(EveningPerson).where(EveningPerson.evening_id == evening.id))
    session.execute(delete(Evening).where(Evening.id == evening.id))


def enter_tally(
    session: Session,
    batch_id: UUID,
    evening: Evening,
    letters: Mapping[UUID, int],
    *,
    actor_id: UUID,
    today: date,
    now: datetime,
) -> bool:
    """So many letters went to each of these people; all of it or nothing. False: the form was sent before.

    Raises TalliedTooEarly or NothingToEnter.
    """
    _lock(session, evening.id)
    session.refresh(evening, ["on"])
    rules.check_tally(evening.on, today, letters)
    batch = TallyBatch(id=batch_id, evening_id=evening.id, entered_by_id=actor_id, entered_at=now)
    if not add_once(session, batch, "id"):
        return False
    session.add_all(
        Tally(batch_id=batch_id, prisoner_id=each, on=evening.on, letters=count) for each, count in letters.items()
    )
    session.flush()
    _wait_for_turn(session, letters)
    kept = Prisoner.last_letter_on
    newest = case((or_(kept.is_(None), kept < evening.on), evening.on), else_=kept)
    _run(session, update(Prisoner).where(Prisoner.id.in_(list(letters))).values(last_letter_on=newest))
    return True


def undo_tally(session: Session, batch: TallyBatch, *, now: datetime) -> None:
    """None of it counts any more; undone twice is undone."""
    if batch.undone_at is None:
        _set_undone(session, batch, now)


def redo_tally(session: Session, batch: TallyBatch, *, today: date) -> None:
    """It counts after all. Raises TalliedTooEarly if the evening was put off meanwhile."""
    if session.get_one(Evening, batch.evening_id).on > today:
        raise rules.TalliedTooEarly
    if batch.undone_at is not None:
        _set_undone(session, batch, None)


def _set_undone(session: Session, batch: TallyBatch, undone_at: datetime | None) -> None:
    _lock(session, batch.evening_id)
    people = list(session.scalars(select(Tally.prisoner_id).where(Tally.batch_id == batch.id)))
    _wait_for_turn(session, people)
    batch.undone_at = undone_at
    session.flush()
    _run(session, update(Tally).where(Tally.batch_id == batch.id).values(undone_at=undone_at))
    count_newest_letters(session, people)


def _wait_for_turn(session: Session, people: Collection[UUID]) -> None:
    """Until nobody else changes the post of these people; always in the same order, so that two never wait for each
    other. On SQLite whoever may write is alone anyway."""
    session.execute(
        select(Prisoner.id).where(Prisoner.id.in_(list(people))).order_by(Prisoner.id).with_for_update(key_share=True)
    )


def _lock(session: Session, evening_id: UUID) -> None:
    session.execute(select(Evening.id).where(Evening.id == evening_id).with_for_update(key_share=True))


def _run(session: Session, statement: Any) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})
