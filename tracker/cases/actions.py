"""Changes of cases, of who is in them, and of charges."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tracker.cases.models import Case, CaseKind, CasePerson, CaseRole, Charge, ChargeState, ConcernedBy, LawCode
from tracker.cases.rules import AlreadyInCase, DetainedInTheFuture, NotInThisCase, check_charge
from tracker.db import add_once
from tracker.partial_date import PartialDate
from tracker.prisoners.names import sorting_form
from tracker.prisoners.rules import is_in_the_future
from tracker.sources.actions import uncite


@dataclass(frozen=True)
class CaseFacts:
    """What is known of a case."""

    title: str
    kind: CaseKind = CaseKind.CRIMINAL
    country: str | None = None
    summary: str | None = None


@dataclass(frozen=True)
class ChargeFacts:
    """What is known of a charge; an article, or at least a wording."""

    articles: str | None = None
    wording: str | None = None
    code: LawCode | None = None
    brought_on: PartialDate | None = None
    state: ChargeState | None = None
    state_on: PartialDate | None = None
    faces_up_to: str | None = None


def open_case(session: Session, case_id: UUID, facts: CaseFacts, now: datetime) -> bool:
    """Enter a case under an id made by its form; False: the form was sent before, and nothing is changed."""
    return add_once(
        session, Case(id=case_id, title_folded=sorting_form(facts.title), created_at=now, **vars(facts)), "id"
    )


def change_case(session: Session, case: Case, facts: CaseFacts) -> None:
    """Give a case other facts."""
    if facts != CaseFacts(case.title, case.kind, case.country, case.summary):
        uncite(session, case.id)
    case.title, case.title_folded = facts.title, sorting_form(facts.title)
    case.kind, case.country, case.summary = facts.kind, facts.country, facts.summary


def close_case(case: Case, now: datetime) -> None:
    """The case is over. What happened in it stays."""
    case.closed_at = case.closed_at or now


def reopen_case(case: Case) -> None:
    """The case is not over after all."""
    case.closed_at = None


def put_in_case(
    session: Session,
    case_id: UUID,
    prisoner_id: UUID,
    *,
    role: CaseRole,
    detained_on: PartialDate | None,
    now: datetime,
    today: date,
) -> CasePerson:
    """Put a prisoner into a case; the anniversary of a detention is remembered from ``now`` on. Raises
    DetainedInTheFuture or AlreadyInCase."""
    if is_in_the_future(detained_on, today):
        raise DetainedInTheFuture
    person = CasePerson(
        case_id=case_id,
        prisoner_id=prisoner_id,
        role=role,
        detained_on=detained_on,
        detained_changed_at=now if detained_on else None,
        position=_next_position(session, CasePerson, case_id),
    )
    taken = session.scalar(
        select(CasePerson.id).where(CasePerson.case_id == case_id, CasePerson.prisoner_id == prisoner_id)
    )
    if taken is not None:
        raise AlreadyInCase
    session.add(person)
    return person


def change_person_in_case(
    session: Session,
    person: CasePerson,
    *,
    role: CaseRole,
    detained_on: PartialDate | None,
    now: datetime,
    today: date,
) -> None:
    """Correct somebody's role or first detention. Raises DetainedInTheFuture."""
    if is_in_the_future(detained_on, today):
        raise DetainedInTheFuture
    if (person.role, person.detained_on) == (role, detained_on):
        return
    uncite(session, person.id)
    if person.detained_on != detained_on:
        person.detained_printed = None
        person.detained_changed_at = now
    person.role, person.detained_on = role, detained_on


def add_charge(
    session: Session,
    charge_id: UUID,
    case_id: UUID,
    facts: ChargeFacts,
    *,
    concerned: Collection[UUID],
    today: date,
) -> bool:
    """Enter a charge against some people of a case; none named: against everybody in it. False: the form was sent
    before. Raises NotInThisCase, EmptyCharge, DatedInTheFuture or EndsBeforeBegin."""
    check_charge(facts.articles, facts.wording, facts.brought_on, facts.state_on, today)
    _check_in_case(session, case_id, concerned)
    charge = Charge(id=charge_id, case_id=case_id, position=_next_position(session, Charge, case_id), **vars(facts))
    if not add_once(session, charge, "id"):
        return False
    _concern(session, charge_id, concerned)
    return True


def change_charge(
    session: Session, charge: Charge, facts: ChargeFacts, *, concerned: Collection[UUID], today: date
) -> None:
    """Correct a charge, or say what became of it. Raises the same as ``add_charge``."""
    check_charge(facts.articles, facts.wording, facts.brought_on, facts.state_on, today)
    _check_in_case(session, charge.case_id, concerned)
    if charge.articles != facts.articles:
        charge.articles_printed = None
    if charge.brought_on != facts.brought_on:
        charge.brought_printed = None
    for name, value in vars(facts).items():
        setattr(charge, name, value)
    uncite(session, charge.id)
    session.execute(delete(ConcernedBy).where(ConcernedBy.subject_id == charge.id))
    _concern(session, charge.id, concerned)


def _check_in_case(session: Session, case_id: UUID, concerned: Collection[UUID]) -> None:
    if not concerned:
        return
    there = set(session.scalars(select(CasePerson.prisoner_id).where(CasePerson.case_id == case_id)))
    if not there.issuperset(concerned):
        raise NotInThisCase


def _concern(session: Session, subject_id: UUID, prisoner_ids: Collection[UUID]) -> None:
    session.add_all(
        ConcernedBy(subject_id=subject_id, prisoner_id=prisoner_id, position=position)
        for position, prisoner_id in enumerate(dict.fromkeys(prisoner_ids))
    )


def _next_position(session: Session, model: type[CasePerson] | type[Charge], case_id: UUID) -> int:
    newest = session.scalar(select(func.max(model.position)).where(model.case_id == case_id))
    return 0 if newest is None else newest + 1
