"""Reads for the forms about prisoners."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from tracker.assignments.models import Assignment, Part
from tracker.facilities.models import Facility, FacilityKind
from tracker.prisoners.models import NameKind, Placement, Prisoner, PrisonerName
from tracker.prisoners.names import name_keys
from tracker.prisoners.rules import same_name
from tracker.prisoners.search import named
from tracker.volunteers.models import Volunteer

MOST_NAMESAKES = 10


def writers_of(session: Session, prisoner_ids: Collection[UUID]) -> Mapping[UUID, Sequence[str]]:
    """The handles of those who write to each prisoner now."""
    if not prisoner_ids:
        return {}
    rows = session.execute(
        select(Assignment.prisoner_id, Volunteer.handle)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .where(Assignment.prisoner_id.in_(prisoner_ids), Assignment.part == Part.WRITER, Assignment.until.is_(None))
        .order_by(Volunteer.handle_folded)
    )
    handles: dict[UUID, list[str]] = {}
    for row in rows:
        handles.setdefault(row.prisoner_id, []).append(row.handle)
    return handles


def people_named(session: Session, names: Iterable[str | None]) -> Sequence[Row[*tuple[Any, ...]]]:
    """People here, archived or not, who may be meant by one of these names: id, name, name_local, archived_at."""
    typed = [words for name in names if name and (words := _words(name))]
    candidates = [query for words in typed for query in _candidates(words)]
    if not candidates:
        return []
    rows = session.execute(
        select(Prisoner.id, Prisoner.name, Prisoner.name_local, Prisoner.archived_at, PrisonerName.text)
        .outerjoin(PrisonerName, PrisonerName.prisoner_id == Prisoner.id)
        .where(or_(*(Prisoner.id.in_(query) for query in candidates)))
        .order_by(Prisoner.name_folded, Prisoner.id)
    )
    meant: dict[UUID, Row[*tuple[Any, ...]]] = {}
    for row in rows:
        theirs = [_words(name) for name in (row.name, row.name_local, row.text) if name]
        if any(same_name(one, other) for one in typed for other in theirs):
            meant.setdefault(row.id, row)
    return list(meant.values())[:MOST_NAMESAKES]


def _words(name: str) -> list[frozenset[str]]:
    return [keys for word in name.split() if (keys := name_keys(word))]


def _candidates(words: list[frozenset[str]]) -> list[Select[UUID]]:
    """Two words in common are enough to look closer: the shorter name may be theirs."""
    return [query for word in words for key in sorted(word) if (query := named(key)) is not None]


def facilities_to_choose(session: Session, *, also: UUID | None = None) -> Sequence[Row[*tuple[Any, ...]]]:
    """The facilities in which somebody can be, and the one that somebody is in: id, name, city."""
    offered = and_(Facility.archived_at.is_(None), Facility.kind != FacilityKind.COURT)
    return session.execute(
        select(Facility.id, Facility.name, Facility.city)
        .where(or_(offered, Facility.id == also) if also else offered)
        .order_by(Facility.name_folded, Facility.id)
    ).all()


def people_with_ids(session: Session, ids: Collection[UUID]) -> Sequence[Row[*tuple[Any, ...]]]:
    """These people, archived or not: id, name, name_local, birth, archived_at."""
    return session.execute(
        select(Prisoner.id, Prisoner.name, Prisoner.name_local, Prisoner.birth, Prisoner.archived_at)
        .where(Prisoner.id.in_(ids))
        .order_by(Prisoner.name_folded, Prisoner.id)
    ).all()


def present_placement(session: Session, prisoner_id: UUID) -> Row[*tuple[Any, ...]] | None:
    """Where somebody is now: id, position, kind, place, since, regime, conditions, facility_id, facility."""
    return session.execute(
        select(
            Placement.id,
            Placement.position,
            Placement.kind,
            Placement.place,
            Placement.since,
            Placement.regime,
            Placement.conditions,
            Placement.facility_id,
            Facility.name.label("facility"),
        )
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .where(Placement.prisoner_id == prisoner_id, Placement.is_current)
    ).one_or_none()


def zone_of_prisoner(session: Session, prisoner_id: UUID) -> str | None:
    """The time zone of the facility where somebody is now, if both are known."""
    return session.scalar(
        select(Facility.zone)
        .join(Placement, Placement.facility_id == Facility.id)
        .where(Placement.prisoner_id == prisoner_id, Placement.is_current)
    )


def names_of_prisoner(session: Session, prisoner_id: UUID) -> list[str]:
    """The forms of somebody's name besides the one shown, in their order."""
    return list(
        session.scalars(
            select(PrisonerName.text)
            .where(PrisonerName.prisoner_id == prisoner_id, PrisonerName.kind != NameKind.SHOWN)
            .order_by(PrisonerName.position, PrisonerName.id)
        )
    )


def placements_of(session: Session, prisoner_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """Every place that somebody was in, in the order of time."""
    return session.execute(
        select(
            Placement.id,
            Placement.kind,
            Placement.place,
            Placement.since,
            Placement.since_printed,
            Placement.until,
            Placement.until_printed,
            Placement.is_current,
            Placement.stated_current,
            Placement.implied,
            Placement.regime,
            Placement.conditions,
            Placement.envelope_line,
            Placement.facility_id,
            Facility.name.label("facility"),
            Facility.city,
        )
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .where(Placement.prisoner_id == prisoner_id)
        .order_by(Placement.position, Placement.id)
    ).all()
