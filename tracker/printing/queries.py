"""Reads for printing: everything about some people that goes onto paper, and the prints of somebody."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session

from tracker.facilities.models import Facility
from tracker.printing.models import PrintJob
from tracker.prisoners.addressed import OF_PERSON, OF_PLACE
from tracker.prisoners.models import Detail, DetailKind, Placement, Prisoner
from tracker.volunteers.models import Volunteer


@dataclass(frozen=True)
class Printed:
    """Some people as they are printed, in the order asked for; those who are not there any more are left out."""

    rows: Sequence[Row[*tuple[Any, ...]]]
    """With the columns of an envelope (``addressed.envelope_of``), and what stands on a sheet. What is sealed comes
    sealed."""
    interests: dict[UUID, list[str]]


def people_to_print(session: Session, prisoner_ids: Collection[UUID], *, with_interests: bool) -> Printed:
    """Two statements, or one without the interests."""
    statement = (
        select(
            Prisoner.id,
            *OF_PERSON,
            Prisoner.languages,
            Prisoner.write_about_sealed,
            Prisoner.never_write_sealed,
            *OF_PLACE,
            Facility.id.label("facility_id"),
            Facility.letter_languages,
            Facility.most_pages,
            Facility.most_photos,
            Facility.refused_things,
        )
        .outerjoin(Placement, and_(Placement.prisoner_id == Prisoner.id, Placement.is_current))
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .where(Prisoner.id.in_(prisoner_ids), Prisoner.archived_at.is_(None))
    )
    found = {row.id: row for row in session.execute(statement)}
    interests: dict[UUID, list[str]] = {}
    if with_interests:
        details = select(Detail.prisoner_id, Detail.text).where(
            Detail.prisoner_id.in_(prisoner_ids), Detail.kind == DetailKind.INTEREST
        )
        for prisoner_id, text in session.execute(details.order_by(Detail.position, Detail.id)):
            interests.setdefault(prisoner_id, []).append(text)
    return Printed([found[each] for each in prisoner_ids if each in found], interests)


@dataclass(frozen=True)
class Asked:
    """What is to be printed, and how whoever asked for it reads and counts days."""

    kind: str
    facts: dict[str, Any]
    locale: str
    zone: str


def asked(session: Session, print_id: UUID) -> Asked | None:
    """What somebody asked for; None: it is gone."""
    row = session.execute(
        select(PrintJob.kind, PrintJob.facts, Volunteer.locale, Volunteer.zone)
        .join(Volunteer, Volunteer.id == PrintJob.asked_by_id)
        .where(PrintJob.id == print_id)
    ).one_or_none()
    return Asked(row.kind, row.facts, row.locale, row.zone) if row else None


def sealed_file(session: Session, print_id: UUID) -> bytes | None:
    """The finished file as it is kept."""
    return session.scalar(select(PrintJob.file_sealed).where(PrintJob.id == print_id))


def print_of(session: Session, print_id: UUID, asked_by_id: UUID, newer_than: datetime) -> Row[Any] | None:
    """A print that somebody asked for after a moment, without its file: id, kind, facts, state, of, reason, asked_at,
    lease_until, has_file."""
    return session.execute(
        select(
            PrintJob.id,
            PrintJob.kind,
            PrintJob.facts,
            PrintJob.state,
            PrintJob.of,
            PrintJob.reason,
            PrintJob.asked_at,
            PrintJob.lease_until,
            PrintJob.file_sealed.is_not(None).label("has_file"),
        ).where(PrintJob.id == print_id, PrintJob.asked_by_id == asked_by_id, PrintJob.asked_at > newer_than)
    ).one_or_none()


def names_of(session: Session, prisoner_ids: Collection[UUID]) -> dict[UUID, str]:
    """Names by id, in one statement."""
    found = session.execute(select(Prisoner.id, Prisoner.name).where(Prisoner.id.in_(prisoner_ids)))
    return {row.id: row.name for row in found}
