"""Reads for a prisoner's main page."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, String, Uuid, and_, bindparam, cast, literal, null, select, type_coerce, union_all
from sqlalchemy.orm import Session

from tracker.access import Actor, sees_prisoner
from tracker.assignments.models import Assignment, Part
from tracker.cases.models import Case, CasePerson
from tracker.facilities.models import Facility
from tracker.facilities.queries import came_back_on, e_letter_services, stale_after_days
from tracker.prisoners.addressed import OF_PERSON, OF_PLACE
from tracker.prisoners.models import Detail, DetailKind, NameKind, Placement, Prisoner, PrisonerName
from tracker.sealing.column import open_sealed
from tracker.volunteers.models import Volunteer

_PRISONER = (
    Prisoner.id,
    *OF_PERSON,
    Prisoner.sex,
    Prisoner.release_on,
    Prisoner.support,
    Prisoner.support_caveat,
    Prisoner.on_official_list,
    Prisoner.languages,
    Prisoner.write_about_sealed,
    Prisoner.never_write_sealed,
    Prisoner.note_sealed,
    Prisoner.last_letter_on,
    Prisoner.last_reply_on,
    Prisoner.archived_at,
)
_PLACE = (
    *OF_PLACE,
    Placement.place,
    Placement.since.label("placed_since"),
    Facility.id.label("facility_id"),
    Facility.city,
    Facility.mail_note,
    Facility.letter_languages,
    Facility.most_pages,
    Facility.most_photos,
    Facility.refused_things,
    Facility.verified_on,
    came_back_on(Facility.id).label("came_back_on"),
    stale_after_days().label("stale_after_days"),
    e_letter_services(Facility.id).label("e_letter_services"),
)


def person(session: Session, actor: Actor, prisoner_id: UUID) -> Row[*tuple[Any, ...]] | None:
    """A prisoner whom ``actor`` sees, and the place where that person is now."""
    statement = _person().where(sees_prisoner(actor, Prisoner.id))
    return session.execute(statement, {"prisoner_id": prisoner_id}).one_or_none()


@cache
def _person() -> Select[*tuple[Any, ...]]:
    """Made once: to put it together takes longer than to ask it."""
    return (
        select(*_PRISONER, *_PLACE)
        .outerjoin(Placement, and_(Placement.prisoner_id == Prisoner.id, Placement.is_current))
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .where(Prisoner.id == bindparam("prisoner_id", type_=Uuid))
    )


@dataclass(frozen=True)
class Sealed:
    """What only those may read who see the prisoner; the note only coordinators."""

    write_about: str | None
    never_write: str | None
    note: str | None


def sealed_of(person: Row[*tuple[Any, ...]], actor: Actor) -> Sealed:
    """The sealed texts of a prisoner, opened."""

    def opened(column: str) -> str | None:
        return open_sealed(getattr(person, column), "prisoner", column, person.id)

    return Sealed(
        write_about=opened("write_about_sealed"),
        never_write=opened("never_write_sealed"),
        note=opened("note_sealed") if actor.is_coordinator else None,
    )


class _About(StrEnum):
    NAME = "name"
    DETAIL = "detail"
    CASE = "case"
    HELPER = "helper"


@dataclass(frozen=True)
class Surroundings:
    """What belongs to a prisoner in several rows."""

    other_names: list[str] = field(default_factory=list)
    details: dict[DetailKind, list[str]] = field(default_factory=dict)
    cases: list[tuple[UUID, str]] = field(default_factory=list)
    helpers: list[tuple[UUID, str, list[Part]]] = field(default_factory=list)
    """Who has a part for the prisoner now: id, handle, parts."""

    def writes(self, volunteer_id: UUID) -> bool:
        """Whether somebody writes to the prisoner now."""
        return any(Part.WRITER in parts for helper_id, _handle, parts in self.helpers if helper_id == volunteer_id)


def surroundings(session: Session, prisoner_id: UUID) -> Surroundings:
    """Other names, details, cases and those who have a part, in one statement."""
    found = Surroundings()
    parts: dict[UUID, list[Part]] = {}
    for row in session.execute(_surroundings(), {"prisoner_id": prisoner_id}):
        if row.about == _About.NAME:
            found.other_names.append(row.text)
        elif row.about == _About.DETAIL:
            found.details.setdefault(DetailKind(row.kind), []).append(row.text)
        elif row.about == _About.CASE:
            found.cases.append((row.id, row.text))
        elif row.id in parts:
            parts[row.id].append(Part(row.kind))
        else:
            parts[row.id] = [Part(row.kind)]
            found.helpers.append((row.id, row.text, parts[row.id]))
    return found


@cache
def _surroundings() -> Select[Any]:
    """Made once: to put it together takes longer than to ask it."""
    prisoner_id: Any = bindparam("prisoner_id", type_=Uuid)
    nobody, nothing = cast(null(), Uuid), cast(null(), String)
    names = select(
        literal(str(_About.NAME)).label("about"),
        nobody.label("id"),
        nothing.label("kind"),
        PrisonerName.text.label("text"),
        PrisonerName.position.label("position"),
    ).where(
        PrisonerName.prisoner_id == prisoner_id,
        PrisonerName.kind.not_in((NameKind.SHOWN, NameKind.GIVEN, NameKind.FAMILY)),
    )
    details = select(
        literal(str(_About.DETAIL)), nobody, type_coerce(Detail.kind, String), Detail.text, Detail.position
    ).where(Detail.prisoner_id == prisoner_id)
    cases = (
        select(literal(str(_About.CASE)), Case.id, nothing, Case.title, CasePerson.position)
        .join(CasePerson, CasePerson.case_id == Case.id)
        .where(CasePerson.prisoner_id == prisoner_id)
    )
    helpers = (
        select(
            literal(str(_About.HELPER)),
            Volunteer.id,
            type_coerce(Assignment.part, String),
            Volunteer.handle,
            literal(0),
        )
        .join(Assignment, Assignment.volunteer_id == Volunteer.id)
        .where(Assignment.prisoner_id == prisoner_id, Assignment.until.is_(None))
    )
    together = union_all(names, details, cases, helpers).subquery()
    return select(together).order_by(together.c.about, together.c.position, together.c.text)
