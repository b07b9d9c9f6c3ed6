"""Reads of cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, literal, null, select, type_coerce, union_all
from sqlalchemy.orm import Session

from tracker.cases.models import (
    Case,
    CaseKind,
    CasePerson,
    Charge,
    ConcernedBy,
    Organisation,
    Proceeding,
    Sentence,
    SentenceMerge,
    TestifiedAgainst,
    UnnamedPeople,
)
from tracker.db import PartialDateType
from tracker.prisoners.models import Prisoner
from tracker.prisoners.names import sorting_form
from tracker.prisoners.search import found_by_name

Rows = Sequence[Row[*tuple[Any, ...]]]

MOST_WORDS = 6
"""Words of a search that count."""


def case_list(words: str, kind: CaseKind | None, *, closed: bool) -> Select[*tuple[Any, ...]]:
    """The cases whose titles hold every word, one row each, with the number of people in them."""
    people = select(func.count()).where(CasePerson.case_id == Case.id).correlate(Case).scalar_subquery().label("people")
    conditions: list[ColumnElement[bool]] = [Case.closed_at.is_not(None) if closed else Case.closed_at.is_(None)]
    for word in sorting_form(words).split()[:MOST_WORDS]:
        escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        conditions.append(Case.title_folded.like(f"%{escaped}%", escape="\\"))
    if kind is not None:
        conditions.append(Case.kind == kind)
    return (
        select(Case.id, Case.title, Case.kind, Case.country, people)
        .where(*conditions)
        .order_by(Case.title_folded, Case.id)
    )


def cases_to_choose(session: Session) -> Rows:
    """The cases that are not over: id, title."""
    return session.execute(
        select(Case.id, Case.title).where(Case.closed_at.is_(None)).order_by(Case.title_folded, Case.id)
    ).all()


def people_in_case(session: Session, case_id: UUID) -> Rows:
    """Everybody in a case, in order: id and name of the prisoner, and what is known of the part in it."""
    return session.execute(
        select(
            CasePerson.id.label("place_id"),
            CasePerson.role,
            CasePerson.detained_on,
            CasePerson.detained_printed,
            CasePerson.detained_at,
            CasePerson.has_agreement,
            CasePerson.agreement_on,
            Prisoner.id,
            Prisoner.name,
            Prisoner.name_local,
        )
        .join(Prisoner, Prisoner.id == CasePerson.prisoner_id)
        .where(CasePerson.case_id == case_id)
        .order_by(CasePerson.position, Prisoner.name_folded, Prisoner.id)
    ).all()


def names_in_case(session: Session, case_id: UUID) -> Rows:
    """Everybody in a case: id and name only."""
    return session.execute(
        select(Prisoner.id, Prisoner.name)
        .join(CasePerson, CasePerson.prisoner_id == Prisoner.id)
        .where(CasePerson.case_id == case_id)
        .order_by(CasePerson.position, Prisoner.name_folded, Prisoner.id)
    ).all()


def charges_of(session: Session, case_id: UUID) -> Rows:
    """The charges of a case, in order."""
    return session.execute(
        select(*Charge.__table__.c).where(Charge.case_id == case_id).order_by(Charge.position, Charge.id)
    ).all()


def proceedings_of(session: Session, case_id: UUID) -> Rows:
    """What happened in a case, in order."""
    return session.execute(
        select(*Proceeding.__table__.c)
        .where(Proceeding.case_id == case_id)
        .order_by(Proceeding.position, Proceeding.id)
    ).all()


def sentences_of(session: Session, case_id: UUID) -> Rows:
    """The sentences of a case, person by person, one row for each sentence merged into it or one without any."""
    return session.execute(
        select(*Sentence.__table__.c, SentenceMerge.merged_id)
        .outerjoin(SentenceMerge, SentenceMerge.sentence_id == Sentence.id)
        .where(Sentence.case_id == case_id)
        .order_by(Sentence.position, Sentence.id, SentenceMerge.position)
    ).all()


@dataclass(frozen=True)
class WholeSentence:
    """A sentence in the chain it belongs to."""

    row: Row[*tuple[Any, ...]]
    """Its own facts, by the names of its columns."""
    merged_ids: tuple[UUID, ...]
    """The sentences of which it is the aggregate."""
    is_replaced: bool
    """A later one here changes it, or is the aggregate of it and others."""

    @property
    def id(self) -> UUID:
        """The id of its row."""
        own: UUID = self.row.id
        return own


def whole_sentences(rows: Rows) -> list[WholeSentence]:
    """Sentences from their rows, in the same order, each once."""
    merged: dict[UUID, list[UUID]] = {}
    first: dict[UUID, Row[*tuple[Any, ...]]] = {}
    for row in rows:
        first.setdefault(row.id, row)
        if row.merged_id is not None:
            merged.setdefault(row.id, []).append(row.merged_id)
    replaced = {row.replaces_id for row in first.values()} | {each for some in merged.values() for each in some}
    return [WholeSentence(row, tuple(merged.get(row.id, ())), row.id in replaced) for row in first.values()]


def concerned_by(session: Session, subject_ids: Iterable[UUID]) -> Mapping[UUID, list[UUID]]:
    """Whom charges and proceedings concern; without an entry, everybody in the case."""
    found: dict[UUID, list[UUID]] = {}
    rows = session.execute(
        select(ConcernedBy.subject_id, ConcernedBy.prisoner_id)
        .where(ConcernedBy.subject_id.in_(set(subject_ids)))
        .order_by(ConcernedBy.position)
    )
    for row in rows:
        found.setdefault(row.subject_id, []).append(row.prisoner_id)
    return found


def others_in_case(session: Session, case_id: UUID) -> Rows:
    """Organisations, and people without a name, in one statement: id, what, text, names, how_many, founded, ended,
    note."""
    none = null()
    organisations = select(
        Organisation.id,
        literal("organisation").label("what"),
        Organisation.name.label("text"),
        Organisation.other_names.label("names"),
        type_coerce(none, UnnamedPeople.count.type).label("how_many"),
        Organisation.founded,
        Organisation.ended,
        Organisation.note,
        Organisation.position,
    ).where(Organisation.case_id == case_id)
    unnamed = select(
        UnnamedPeople.id,
        literal("unnamed"),
        UnnamedPeople.text,
        type_coerce(none, Organisation.other_names.type),
        UnnamedPeople.count,
        type_coerce(none, PartialDateType()),
        type_coerce(none, PartialDateType()),
        none,
        UnnamedPeople.position,
    ).where(UnnamedPeople.case_id == case_id)
    both = union_all(organisations, unnamed).subquery()
    return session.execute(select(both).order_by(both.c.what, both.c.position, both.c.id)).all()


def witnesses_against(session: Session, case_id: UUID) -> Mapping[UUID, list[UUID]]:
    """For coordinators: who in a case testified against whom, by the id of the place in the case."""
    found: dict[UUID, list[UUID]] = {}
    rows = session.execute(
        select(TestifiedAgainst.case_person_id, TestifiedAgainst.prisoner_id)
        .join(CasePerson, CasePerson.id == TestifiedAgainst.case_person_id)
        .where(CasePerson.case_id == case_id)
    )
    for row in rows:
        found.setdefault(row.case_person_id, []).append(row.prisoner_id)
    return found


def people_to_add(session: Session, case_id: UUID, name: str, *, limit: int = 20) -> Rows:
    """Prisoners by this name, or one spelled much like it, who are not in a case yet: id, name, name_local."""
    found = found_by_name(session, name) if name else []
    if not found:
        return []
    inside = select(CasePerson.prisoner_id).where(CasePerson.case_id == case_id)
    return session.execute(
        select(Prisoner.id, Prisoner.name, Prisoner.name_local)
        .where(Prisoner.id.in_(found), Prisoner.id.not_in(inside))
        .order_by(Prisoner.name_folded, Prisoner.id)
        .limit(limit)
    ).all()
