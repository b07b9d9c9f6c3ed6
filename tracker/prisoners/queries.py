"""Reads for the list of prisoners and for the forms about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, String, and_, case, cast, false, func, null, or_, select, true
from sqlalchemy.orm import Session

from tracker.access import Actor, sees_prisoner
from tracker.assignments.models import Assignment, Part
from tracker.assignments.queries import waits_for_writer
from tracker.facilities.models import Facility, FacilityKind
from tracker.prisoners.models import NameKind, Placement, Prisoner, PrisonerName
from tracker.prisoners.names import name_keys, sorting_form
from tracker.prisoners.rules import Whereabouts, same_name
from tracker.prisoners.search import found_by_name, named
from tracker.volunteers.models import Volunteer

MOST_NAMESAKES = 10


class Order(StrEnum):
    """In what order prisoners are listed."""

    NAME = "name"
    SILENCE = "silence"
    """Those first who have had no letter for longest, or never."""
    BIRTHDAY = "birthday"
    """By the next birthday."""


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for in the list of prisoners."""

    name: str = ""
    place: str = ""
    """Part of the name of a facility, its city, or a place in words."""
    whereabouts: Whereabouts | None = None
    without_writer: bool = False
    archived: bool = False
    order: Order = Order.NAME

    @property
    def is_narrowed(self) -> bool:
        """Whether it leaves anybody out besides the archive."""
        return bool(self.name or self.place or self.whereabouts or self.without_writer)


def how_many(session: Session, actor: Actor, wanted: Wanted, ids: Collection[UUID] | None = None) -> int:
    """How many prisoners ``actor`` sees and looks for; ``ids`` instead of the name, if given."""
    return session.scalar(select(func.count()).select_from(_matching(actor, wanted, ids).subquery())) or 0


def prisoner_rows(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    *,
    today: date,
    ids: Collection[UUID] | None,
    limit: int,
    offset: int,
) -> Sequence[Row[*tuple[Any, ...]]]:
    """A part of the same prisoners in their order, one row each. Only for these is looked up where they are."""
    by_day = wanted.order is Order.BIRTHDAY
    chosen = (
        _matching(actor, wanted, ids)
        .order_by(*_order(wanted.order, today), Prisoner.name_folded, Prisoner.id)
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    return session.execute(
        select(
            Prisoner.id,
            Prisoner.name,
            Prisoner.name_local,
            Prisoner.birth if by_day else null().label("birth"),
            Prisoner.whereabouts,
            Prisoner.support,
            Prisoner.no_mail,
            Prisoner.no_mail_since,
            Prisoner.no_mail_until,
            Prisoner.last_letter_on,
            Placement.kind,
            Placement.place,
            Facility.name.label("facility"),
        )
        .join(chosen, chosen.c.id == Prisoner.id)
        .outerjoin(Placement, and_(Placement.prisoner_id == Prisoner.id, Placement.is_current))
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .order_by(*_order(wanted.order, today), Prisoner.name_folded, Prisoner.id)
    ).all()


def _matching(actor: Actor, wanted: Wanted, ids: Collection[UUID] | None) -> Select[UUID]:
    return select(Prisoner.id).where(sees_prisoner(actor, Prisoner.id), _named(wanted, ids), *_conditions(wanted))


def _named(wanted: Wanted, ids: Collection[UUID] | None) -> ColumnElement[bool]:
    if ids is not None:
        return Prisoner.id.in_(ids)
    if not wanted.name:
        return true()
    by_name = named(wanted.name)
    # What was typed could not be part of any name.
    return false() if by_name is None else Prisoner.id.in_(by_name)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        Prisoner.archived_at.is_not(None) if wanted.archived else Prisoner.archived_at.is_(None)
    ]
    if wanted.place:
        pattern = f"%{_escaped(sorting_form(wanted.place))}%"
        there = (
            select(Placement.prisoner_id)
            .outerjoin(Facility, Facility.id == Placement.facility_id)
            .where(
                Placement.is_current,
                or_(
                    Facility.name_folded.like(pattern, escape="\\"),
                    func.lower(Facility.city).like(pattern, escape="\\"),
                    func.lower(Placement.place).like(pattern, escape="\\"),
                    # SQLite's lower() knows no letters but a to z.
                    Placement.place.like(f"%{_escaped(wanted.place)}%", escape="\\"),
                ),
            )
        )
        conditions.append(Prisoner.id.in_(there))
    if wanted.whereabouts is not None:
        conditions.append(Prisoner.whereabouts == wanted.whereabouts)
    if wanted.without_writer:
        conditions.append(waits_for_writer())
    return conditions


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _order(order: Order, today: date) -> list[ColumnElement[Any]]:
    if order is Order.SILENCE:
        return [Prisoner.last_letter_on.asc().nulls_first()]
    if order is Order.BIRTHDAY:
        known = cast(Prisoner.birth, String)
        # What is stored begins with four digits of the year, or with the dash of an unknown one.
        day = case((known.like("--%"), func.substr(known, 3, 5)), else_=func.substr(known, 6, 5))
        return [
            case((or_(day.is_(None), day == "", day > "12-31"), 2), (day >= f"{today:%m-%d}", 0), else_=1),
            day,
        ]
    return []


def alike(session: Session, wanted: Wanted) -> list[UUID]:
    """Whom a mistyped name may mean."""
    return found_by_name(session, wanted.name) if wanted.name else []


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
    """Where somebody is now: kind, place, since, facility."""
    return session.execute(
        select(Placement.kind, Placement.place, Placement.since, Facility.name.label("facility"))
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
            Placement.envelope_line,
            Placement.facility_id,
            Facility.name.label("facility"),
            Facility.city,
        )
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .where(Placement.prisoner_id == prisoner_id)
        .order_by(Placement.position, Placement.id)
    ).all()
