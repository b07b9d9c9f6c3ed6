"""Reads of hearings for pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.access import Actor, scope, sees_prisoner
from tracker.cases.models import Case, CasePerson
from tracker.dates.models import Hearing, HearingChange, HearingPrisoner, HearingStatus
from tracker.dates.rules import resolve
from tracker.facilities.models import Facility, FacilityKind
from tracker.prisoners.models import Prisoner


def hearings(actor: Actor, *, today: date, past: bool) -> Select[*tuple[Any, ...]]:
    """Hearings of prisoners whom ``actor`` sees: those to come, soonest first (without a date at the end), or those
    that are over or called off, newest first."""
    seen = select(HearingPrisoner.hearing_id).where(sees_prisoner(actor, HearingPrisoner.prisoner_id))
    to_come = and_(
        Hearing.status.in_([HearingStatus.SCHEDULED, HearingStatus.SINE_DIE]),
        or_(Hearing.on.is_(None), Hearing.on >= today),
    )
    columns = select(
        Hearing.id, Hearing.kind, Hearing.on, Hearing.at, Hearing.zone, Hearing.status, Facility.name.label("court")
    )
    statement = columns.join(Facility, Facility.id == Hearing.court_id).where(Hearing.id.in_(seen))
    if past:
        return statement.where(~to_come).order_by(Hearing.on.desc().nulls_last(), Hearing.id)
    return statement.where(to_come).order_by(Hearing.on.asc().nulls_last(), Hearing.at, Hearing.id)


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


def court_of(session: Session, hearing: Hearing) -> Row[*tuple[Any, ...]]:
    """The court of a hearing: name, local name, city, address."""
    return session.execute(
        select(Facility.id, Facility.name, Facility.name_local, Facility.city, Facility.address).where(
            Facility.id == hearing.court_id
        )
    ).one()


def case_title_of(session: Session, hearing: Hearing) -> str | None:
    """The title of the case that a hearing belongs to, if it is known."""
    return session.scalar(select(Case.title).where(Case.id == hearing.case_id)) if hearing.case_id else None


def changes_of(session: Session, hearing_id: UUID) -> Sequence[HearingChange]:
    """What a hearing was before each change, the newest change first."""
    return session.scalars(
        select(HearingChange).where(HearingChange.hearing_id == hearing_id).order_by(HearingChange.revision.desc())
    ).all()


def start_of(hearing: Hearing) -> datetime | None:
    """The instant at which a hearing begins, if day and time are known."""
    return resolve(hearing.on, hearing.at, hearing.zone) if hearing.on and hearing.at else None


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


def cases_of(session: Session, prisoner_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """The cases that a prisoner is in."""
    return session.execute(
        select(Case.id, Case.title)
        .join(CasePerson, CasePerson.case_id == Case.id)
        .where(CasePerson.prisoner_id == prisoner_id)
        .order_by(Case.position, Case.title_folded)
    ).all()
