"""Everything that is known about one person, in a constant number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    String,
    and_,
    cast,
    exists,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from tracker.cases.models import (
    Case,
    CasePerson,
    CaseRole,
    Charge,
    ConcernedBy,
    Measure,
    MeasureTerm,
    Proceeding,
    Sentence,
    SentenceMerge,
    TestifiedAgainst,
)
from tracker.cases.queries import WholeSentence, whole_sentences
from tracker.db import PartialDateType
from tracker.prisoners.models import (
    Detail,
    DetailKind,
    NameKind,
    Need,
    NeedKind,
    Prisoner,
    PrisonerAge,
    PrisonerName,
    Recognition,
)
from tracker.prisoners.queries import placements_of
from tracker.sources.models import Dispute
from tracker.sources.queries import Citations, Disputed, citations_of, claim_ids, disputes_where

AnyRow = Row[*tuple[Any, ...]]
Rows = Sequence[AnyRow]

_ACCUSED = (CaseRole.MAIN_DEFENDANT, CaseRole.DEFENDANT)


@dataclass
class WholeMeasure:
    """A measure with its terms in order."""

    row: AnyRow
    terms: list[AnyRow] = field(default_factory=list)


@dataclass
class InCase:
    """What somebody is in a case. For volunteers nothing is told of agreements and testimony."""

    row: AnyRow
    has_agreement: bool
    against: list[str] = field(default_factory=list)
    charges: list[AnyRow] = field(default_factory=list)
    proceedings: list[AnyRow] = field(default_factory=list)
    sentences: list[WholeSentence] = field(default_factory=list)


@dataclass(frozen=True)
class Record:
    """Everything known about a person, as far as the reader may see it."""

    names: Sequence[tuple[NameKind, AnyRow]]
    ages: Rows
    details: Sequence[tuple[DetailKind, AnyRow]]
    recognitions: Rows
    needs: Sequence[tuple[NeedKind, AnyRow]]
    placements: Rows
    measures: Sequence[WholeMeasure]
    cases: Sequence[InCase]
    disputes: Sequence[Disputed]
    citations: Citations


def record_of(session: Session, prisoner_id: UUID, *, for_coordinator: bool) -> Record:
    """Everything known about a person, in nine statements. What only coordinators may see is read for nobody else:
    agreements with the investigation, who testified against whom, disputes about these and about the whole case."""
    small = _small_facts(session, prisoner_id)
    placements = placements_of(session, prisoner_id)
    measures = _measures(session, prisoner_id)
    cases = _cases(session, prisoner_id, for_coordinator=for_coordinator)
    disputes = disputes_where(session, _disputed(prisoner_id, for_coordinator=for_coordinator))
    shown = _shown_ids(small, placements, measures, cases)
    citations = citations_of(session, [prisoner_id, *shown, *claim_ids(disputes), *_places(cases, for_coordinator)])
    if not for_coordinator:
        linked = {dispute for each in shown for dispute in citations.disputes_of(each)}
        disputes = [dispute for dispute in disputes if dispute.id in linked]
    return Record(
        names=[(NameKind(row.kind), row) for row in small if row.what == "name"],
        ages=[row for row in small if row.what == "age"],
        details=[(DetailKind(row.kind), row) for row in small if row.what == "detail"],
        recognitions=[row for row in small if row.what == "recognition"],
        needs=[(NeedKind(row.kind), row) for row in small if row.what == "need"],
        placements=placements,
        measures=measures,
        cases=cases,
        disputes=disputes,
        citations=citations,
    )


def _shown_ids(small: Rows, placements: Rows, measures: Sequence[WholeMeasure], cases: Sequence[InCase]) -> list[UUID]:
    """The rows of all facts that anybody who sees the person may see."""
    ids = [row.id for row in (*small, *placements)]
    for measure in measures:
        ids += [measure.row.id, *(term.term_id for term in measure.terms)]
    for case in cases:
        ids += [row.id for row in (*case.charges, *case.proceedings)]
        ids += [sentence.id for sentence in case.sentences]
    return ids


def _places(cases: Sequence[InCase], for_coordinator: bool) -> list[UUID]:
    """A dispute about somebody's part in a case may be one about an agreement."""
    return [each for case in cases for each in (case.row.id, case.row.case_id)] if for_coordinator else []


def _small_facts(session: Session, prisoner_id: UUID) -> Rows:
    """Names, ages, details, recognitions and needs: what, id, kind, text, years, on, position."""
    no_text, no_number, no_day = cast(null(), String), cast(null(), Integer), cast(null(), PartialDateType())

    def part(what: str, model: Any, kind: Any, text: Any, years: Any, on: Any) -> Select[*tuple[Any, ...]]:
        columns = (literal(what).label("what"), model.id, kind.label("kind"), text.label("text"))
        more = (years.label("years"), on.label("on"), model.position)
        return select(*columns, *more).where(model.prisoner_id == prisoner_id)

    every = union_all(
        part("name", PrisonerName, cast(PrisonerName.kind, String), PrisonerName.text, no_number, no_day),
        part("age", PrisonerAge, no_text, PrisonerAge.at, PrisonerAge.years, PrisonerAge.on),
        part("detail", Detail, cast(Detail.kind, String), Detail.text, no_number, no_day),
        part("recognition", Recognition, no_text, Recognition.by, no_number, Recognition.on),
        part("need", Need, cast(Need.kind, String), Need.text, no_number, no_day).where(
            Need.done_on.is_(None), Need.withdrawn_at.is_(None)
        ),
    ).subquery()
    return session.execute(select(every).order_by(every.c.what, every.c.kind, every.c.position, every.c.id)).all()


def _measures(session: Session, prisoner_id: UUID) -> list[WholeMeasure]:
    rows = session.execute(
        select(
            *Measure.__table__.c,
            MeasureTerm.id.label("term_id"),
            MeasureTerm.ordered_on,
            MeasureTerm.until.label("term_until"),
            MeasureTerm.length_printed,
            MeasureTerm.court,
        )
        .outerjoin(MeasureTerm, MeasureTerm.measure_id == Measure.id)
        .where(Measure.prisoner_id == prisoner_id)
        .order_by(Measure.position, Measure.id, MeasureTerm.position)
    )
    measures: dict[UUID, WholeMeasure] = {}
    for row in rows:
        measure = measures.setdefault(row.id, WholeMeasure(row))
        if row.term_id is not None:
            measure.terms.append(row)
    return list(measures.values())


def _cases(session: Session, prisoner_id: UUID, *, for_coordinator: bool) -> list[InCase]:
    other = aliased(Prisoner)
    rows = session.execute(
        select(
            *CasePerson.__table__.c, Case.title, Case.kind, Case.country, Case.closed_at, other.name.label("against")
        )
        .join(Case, Case.id == CasePerson.case_id)
        .outerjoin(TestifiedAgainst, and_(TestifiedAgainst.case_person_id == CasePerson.id, literal(for_coordinator)))
        .outerjoin(other, other.id == TestifiedAgainst.prisoner_id)
        .where(CasePerson.prisoner_id == prisoner_id)
        .order_by(Case.position, Case.created_at, Case.id, TestifiedAgainst.position)
    )
    cases: dict[UUID, InCase] = {}
    for row in rows:
        case = cases.setdefault(row.case_id, InCase(row, for_coordinator and row.has_agreement))
        if row.against is not None:
            case.against.append(row.against)
    for charge in session.execute(_concerning(Charge, prisoner_id, accused=True)):
        cases[charge.case_id].charges.append(charge)
    for proceeding in session.execute(_concerning(Proceeding, prisoner_id, accused=False)):
        cases[proceeding.case_id].proceedings.append(proceeding)
    for sentence in whole_sentences(session.execute(_sentences(prisoner_id)).all()):
        # Without a place in the case itself, by a fault of whoever entered it, there is nowhere to show it.
        if sentence.row.case_id in cases:
            cases[sentence.row.case_id].sentences.append(sentence)
    return list(cases.values())


def _concerning(model: Any, prisoner_id: UUID, *, accused: bool) -> Select[*tuple[Any, ...]]:
    """The charges or proceedings of somebody's cases that name the person, or nobody: then they concern everybody in
    the case, and a charge everybody who is accused in it."""
    named = exists().where(ConcernedBy.subject_id == model.id, ConcernedBy.prisoner_id == prisoner_id)
    names_nobody = ~exists().where(ConcernedBy.subject_id == model.id)
    everybody = and_(names_nobody, CasePerson.role.in_(_ACCUSED)) if accused else names_nobody
    return (
        select(*model.__table__.c)
        .join(CasePerson, CasePerson.case_id == model.case_id)
        .where(CasePerson.prisoner_id == prisoner_id, or_(named, everybody))
        .order_by(model.position, model.id)
    )


def _sentences(prisoner_id: UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(*Sentence.__table__.c, SentenceMerge.merged_id)
        .outerjoin(SentenceMerge, SentenceMerge.sentence_id == Sentence.id)
        .where(Sentence.prisoner_id == prisoner_id)
        .order_by(Sentence.position, Sentence.id, SentenceMerge.position)
    )


def _disputed(prisoner_id: UUID, *, for_coordinator: bool) -> ColumnElement[bool]:
    about_person = Dispute.prisoner_id == prisoner_id
    if not for_coordinator:
        return about_person
    cases = select(CasePerson.case_id).where(CasePerson.prisoner_id == prisoner_id)
    return or_(about_person, Dispute.case_id.in_(cases))
