"""Reads of hearings for pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.access import Actor, scope
from tracker.cases.models import Case, CasePerson
from tracker.dates.hearing_days import When
from tracker.dates.models import Hearing, HearingPrisoner, Sitting
from tracker.dates.rules import FurtherDay
from tracker.facilities.models import Facility, FacilityKind
from tracker.prisoners.models import Prisoner


def sittings_of(session: Session, hearing_ids: Iterable[UUID]) -> dict[UUID, tuple[FurtherDay, ...]]:
    """The further days of hearings, in order."""
    found: dict[UUID, list[FurtherDay]] = defaultdict(list)
    statement = select(Sitting.hearing_id, Sitting.on, Sitting.at).where(Sitting.hearing_id.in_(hearing_ids))
    for row in session.execute(statement.order_by(Sitting.on, Sitting.at.asc().nulls_first())):
        found[row.hearing_id].append(FurtherDay(row.on, row.at))
    return {hearing_id: tuple(days) for hearing_id, days in found.items()}


def when_of(session: Session, hearing: Hearing) -> When:
    """All that is known of when a hearing is."""
    sittings = sittings_of(session, [hearing.id]).get(hearing.id, ())
    return When(hearing.on, hearing.at, hearing.roughly, hearing.latest_on, sittings)


def names_by_hearing(
    session: Session, actor: Actor, hearing_ids: Sequence[UUID]
) -> dict[UUID, list[Row[*tuple[Any, ...]]]]:
    """Whom hearings concern, as far as ``actor`` sees them: rows of (hearing_id, id, name)."""
    statement = (
        select(HearingPrisoner.hearing_id, Prisoner.id, Prisoner.name)
        .join(Prisoner, Prisoner.id == HearingPrisoner.prisoner_id)
        .where(HearingPrisoner.hearing_id.in_(hearing_ids))
        .order_by(Prisoner.name_folded)
    )
    names: dict[UUID, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in session.execute(scope(statement, actor, Prisoner.id)):
        names[row.hearing_id].append(row)
    return dict(names)


def hearing_of_form(session: Session, form_id: UUID) -> UUID | None:
    """The hearing that a form was already sent for."""
    return session.scalar(select(Hearing.id).where(Hearing.form_id == form_id))


def courts(session: Session, also: UUID | None = None) -> Sequence[Row[*tuple[Any, ...]]]:
    """Every court that can be chosen, and ``also`` one that is chosen already, archived or not."""
    return session.execute(
        select(Facility.id, Facility.name, Facility.city)
        .where(or_(and_(Facility.kind == FacilityKind.COURT, Facility.archived_at.is_(None)), Facility.id == also))
        .order_by(Facility.name_folded, Facility.id)
    ).all()


def people_of_same_cases(session: Session, prisoner_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """The prisoner, and everybody in a case together with that one."""
    other = aliased(CasePerson)
    together = (
        select(other.prisoner_id)
        .join(CasePerson, CasePerson.case_id == other.case_id)
        .where(CasePerson.prisoner_id == prisoner_id)
    )
    return session.execute(
        select(Prisoner.id, Prisoner.name)
        .where(or_(Prisoner.id == prisoner_id, Prisoner.id.in_(together)))
        .order_by(Prisoner.id != prisoner_id, Prisoner.name_folded)
    ).all()


def people_for(session: Session, hearing_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """Whom a hearing may concern: those whom it does, first, and everybody in a case together with one of them. Rows of
    id, name, concerned."""
    concerned = select(HearingPrisoner.prisoner_id).where(HearingPrisoner.hearing_id == hearing_id)
    other = aliased(CasePerson)
    together = (
        select(other.prisoner_id)
        .join(CasePerson, CasePerson.case_id == other.case_id)
        .where(CasePerson.prisoner_id.in_(concerned))
    )
    is_concerned = Prisoner.id.in_(concerned)
    return session.execute(
        select(Prisoner.id, Prisoner.name, is_concerned.label("concerned"))
        .where(or_(is_concerned, Prisoner.id.in_(together)))
        .order_by(~is_concerned, Prisoner.name_folded, Prisoner.id)
    ).all()


def cases_of(session: Session, prisoner_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """The cases that a prisoner is in."""
    return session.execute(
        select(Case.id, Case.title)
        .join(CasePerson, CasePerson.case_id == Case.id)
        .where(CasePerson.prisoner_id == prisoner_id)
        .order_by(Case.position, Case.title_folded)
    ).all()
