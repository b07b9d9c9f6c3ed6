"""The list of prisoners: whom somebody sees and looks for, page by page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, String, and_, case, cast, false, func, or_, select, true
from sqlalchemy.orm import Session

from tracker.access import Actor, sees_prisoner
from tracker.assignments.models import Assignment, Part
from tracker.assignments.queries import waits_for_writer
from tracker.facilities.models import Facility
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.names import sorting_form
from tracker.prisoners.rules import Whereabouts
from tracker.prisoners.search import found_by_name, named
from tracker.volunteers.models import Volunteer


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


_HANDLES = (
    select(Volunteer.handle)
    .join(Assignment, Assignment.volunteer_id == Volunteer.id)
    .where(Assignment.prisoner_id == Prisoner.id, Assignment.part == Part.WRITER, Assignment.until.is_(None))
    .order_by(Volunteer.handle_folded)
    .correlate(Prisoner)
    .subquery()
)

_LISTED = (
    select(
        Prisoner.id,
        Prisoner.name,
        Prisoner.name_local,
        # As it is stored: only one order shows it, and reading a date in every row takes its time.
        cast(Prisoner.birth, String).label("birth"),
        Prisoner.whereabouts,
        Prisoner.support,
        Prisoner.no_mail,
        Prisoner.no_mail_since,
        Prisoner.no_mail_until,
        Prisoner.last_letter_on,
        Placement.kind,
        Placement.place,
        Facility.name.label("facility"),
        select(func.aggregate_strings(_HANDLES.c.handle, ", ")).scalar_subquery().label("writers"),
    )
    .outerjoin(Placement, and_(Placement.prisoner_id == Prisoner.id, Placement.is_current))
    .outerjoin(Facility, Facility.id == Placement.facility_id)
)
"""Everything that the list shows of a prisoner, in the order in which its page takes a row apart. Made once: putting
the statement together takes longer than asking it."""


def how_many(
    session: Session, actor: Actor, wanted: Wanted, *, today: date, ids: Collection[UUID] | None = None
) -> int:
    """How many prisoners ``actor`` sees and looks for; ``ids`` instead of the name, if given."""
    return session.scalar(select(func.count()).select_from(_matching(actor, wanted, today, ids).subquery())) or 0


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
    order = [*_order(wanted.order, today), Prisoner.name_folded, Prisoner.id]
    chosen = _matching(actor, wanted, today, ids).order_by(*order).limit(limit).offset(offset).subquery()
    return session.execute(_LISTED.join(chosen, chosen.c.id == Prisoner.id).order_by(*order)).all()


def _matching(actor: Actor, wanted: Wanted, today: date, ids: Collection[UUID] | None) -> Select[UUID]:
    return select(Prisoner.id).where(
        sees_prisoner(actor, Prisoner.id), _named(wanted, ids), *_conditions(wanted, today)
    )


def _named(wanted: Wanted, ids: Collection[UUID] | None) -> ColumnElement[bool]:
    if ids is not None:
        return Prisoner.id.in_(ids)
    if not wanted.name:
        return true()
    by_name = named(wanted.name)
    # What was typed could not be part of any name.
    return false() if by_name is None else Prisoner.id.in_(by_name)


def _conditions(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
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
                    # A PostgreSQL in the C locale folds no letters but a to z.
                    Placement.place.like(f"%{_escaped(wanted.place)}%", escape="\\"),
                ),
            )
        )
        conditions.append(Prisoner.id.in_(there))
    if wanted.whereabouts is not None:
        conditions.append(Prisoner.whereabouts == wanted.whereabouts)
    if wanted.without_writer:
        conditions.append(waits_for_writer(today))
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
