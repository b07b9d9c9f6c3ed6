"""Whom an evening could be for: those to whom one can write, with how many letters each of them had."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Text,
    and_,
    cast,
    exists,
    func,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from tracker.evenings.models import Tally
from tracker.evenings.rules import Choice, fewest_first, summed
from tracker.facilities.models import Facility
from tracker.languages import codes_in
from tracker.letters.models import Letter
from tracker.letters.rules import Direction
from tracker.prisoners.addressees import can_be_written_to
from tracker.prisoners.models import Detail, DetailKind, Placement, Prisoner
from tracker.prisoners.rules import Sex


def chosen_people(session: Session, choice: Choice, seed: UUID, *, today: date, locale: str) -> list[UUID]:
    """The people for an evening, those with the fewest letters first, among equals by lot. One statement, which gives a
    short row for everybody who fits and for everybody who had letters, and reads no letter."""
    first = today - timedelta(days=choice.days) if choice.days is not None else None
    fits = select(Prisoner.id, Prisoner.languages, cast(null(), Integer).label("letters")).where(
        can_be_written_to(today), *_conditions(choice)
    )
    people, counts = [], []
    # Joined in the database, SQLite would look through all counts for every person.
    for row in session.execute(union_all(fits, _posted_since(first), _tallied_since(first))):
        if row.letters is not None:
            counts.append((row.id, row.letters))
        elif choice.language is None or _reads(row.languages, choice.language, locale):
            people.append(row.id)
    letters = summed(counts)
    return fewest_first({person: letters.get(person, 0) for person in people}, seed)[: choice.people]


def _posted_since(first: date | None) -> Select[*tuple[Any, ...]]:
    """How many letters were posted to each prisoner from a day on, or ever."""
    # The index by prisoner and day finds the few of a window. For all of them SQLite would jump about in the table as
    # the index orders it, which takes three times as long as to read it from end to end; an expression prevents that.
    whose = Letter.prisoner_id if first is not None else func.coalesce(Letter.prisoner_id, Letter.prisoner_id)
    statement = (
        select(whose.label("id"), cast(null(), Text).label("languages"), func.count().label("letters"))
        .where(Letter.direction == Direction.OUT, Letter.removed_at.is_(None))
        .group_by(whose)
    )
    return statement if first is None else statement.where(Letter.dated_on >= first)


def _tallied_since(first: date | None) -> Select[*tuple[Any, ...]]:
    statement = (
        select(Tally.prisoner_id, cast(null(), Text), func.sum(Tally.letters))
        .where(Tally.undone_at.is_(None))
        .group_by(Tally.prisoner_id)
    )
    return statement if first is None else statement.where(Tally.on >= first)


def _conditions(choice: Choice) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if choice.minors:
        conditions.append(Prisoner.minor_at_arrest.is_(True))
    if choice.women:
        conditions.append(Prisoner.sex == Sex.WOMAN)
    if choice.month is not None:
        conditions.append(_born_in(choice.month))
    if themes := [word for each in (choice.theme or "").split(",") if (word := each.strip())]:
        conditions.append(_is_about(themes))
    if choice.facility_id:
        conditions.append(_is_held(Placement.facility_id == UUID(choice.facility_id)))
    if choice.region:
        conditions.append(
            _is_held(or_(_contains(Facility.region, choice.region), _contains(Facility.city, choice.region)))
        )
    return conditions


def _born_in(month: int) -> ColumnElement[bool]:
    born = type_coerce(Prisoner.birth, String)
    return or_(and_(born.not_like("-%"), born.like(f"____-{month:02d}%")), born.like(f"--{month:02d}%"))


def _is_about(themes: Sequence[str]) -> ColumnElement[bool]:
    return exists().where(
        Detail.prisoner_id == Prisoner.id,
        Detail.kind.in_((DetailKind.INTEREST, DetailKind.WORK)),
        or_(*(_contains(Detail.text, theme) for theme in themes)),
    )


def _is_held(where: ColumnElement[bool]) -> ColumnElement[bool]:
    return Prisoner.id.in_(
        select(Placement.prisoner_id)
        .join(Facility, Facility.id == Placement.facility_id)
        .where(Placement.is_current, where)
    )


def _contains(column: Any, word: str) -> ColumnElement[bool]:
    """In any case. A PostgreSQL in the C locale folds only the letters a to z, so the usual ways to write are tried."""
    ways = {word, word.lower(), word.capitalize()}
    return or_(
        func.lower(column).contains(word.lower(), autoescape=True),
        *(column.contains(way, autoescape=True) for way in sorted(ways)),
    )


def _reads(languages: str | None, wanted: str, locale: str) -> bool:
    """Whether a language is among those noted in words; what is not known is not assumed."""
    if not languages:
        return False
    return bool(codes_in(wanted, locale) & codes_in(languages, locale)) or wanted.casefold() in languages.casefold()


def facilities_to_choose(session: Session) -> Sequence[tuple[UUID, str]]:
    """Facilities where somebody is held now: id and name."""
    held = select(Placement.facility_id).where(Placement.is_current, Placement.facility_id.is_not(None))
    rows = session.execute(
        select(Facility.id, Facility.name, Facility.city)
        .where(Facility.id.in_(held), Facility.archived_at.is_(None))
        .order_by(Facility.name_folded)
        .limit(500)
    )
    return [(row.id, f"{row.name}, {row.city}" if row.city else row.name) for row in rows]
