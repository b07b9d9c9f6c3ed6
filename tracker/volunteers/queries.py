"""Reads of volunteers for pages. Contacts are never among the columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, func, or_, select
from sqlalchemy.orm import Session

from tracker.accounts.models import SignInSession
from tracker.assignments.models import Assignment, Part
from tracker.letters.models import Letter
from tracker.prisoners.models import Prisoner
from tracker.reminders.models import Outbox
from tracker.volunteers.models import AddressState, Volunteer
from tracker.volunteers.rules import Order, Show


def is_away_on(day: date, who: Any = Volunteer) -> ColumnElement[bool]:
    """The condition under which somebody is away on a day (``rules.is_away``); never NULL. ``who``: Volunteer, or an
    alias of it."""
    return and_(
        who.away_until.is_not(None),
        func.coalesce(who.away_until, day) >= day,
        func.coalesce(who.away_from, day) <= day,
    )


def loads() -> Subquery:
    """For each volunteer with any assignment: ``load``, how many prisoners she writes to now, and ``last_letter_on``,
    the day of her newest letter to anybody she ever had. Walks through assignments, not through the letters."""
    writing = and_(Assignment.until.is_(None), Assignment.part == Part.WRITER)
    return (
        select(
            Assignment.volunteer_id,
            func.count(Assignment.id).filter(writing).label("load"),
            func.max(Assignment.last_letter_on).label("last_letter_on"),
        )
        .group_by(Assignment.volunteer_id)
        .subquery()
    )


def volunteers(show: Show, order: Order, handle_part: str, *, today: date) -> Select[*tuple[Any, ...]]:
    """Volunteers for a list. ``handle_part``: only those whose folded handle contains it."""
    of = loads()
    load = func.coalesce(of.c.load, 0)
    statement = (
        select(
            Volunteer.id,
            Volunteer.handle,
            Volunteer.languages,
            Volunteer.capacity,
            load.label("load"),
            of.c.last_letter_on,
            Volunteer.away_from,
            Volunteer.away_until,
            Volunteer.disabled_at,
            Volunteer.address_state,
            Volunteer.pgp_state,
            Volunteer.email_sealed.is_(None).label("has_no_address"),
            Volunteer.is_coordinator,
            Volunteer.is_admin,
        )
        .outerjoin(of, of.c.volunteer_id == Volunteer.id)
        .where(_shown(show, load, today))
    )
    if handle_part:
        statement = statement.where(Volunteer.handle_folded.contains(handle_part, autoescape=True))
    orders: dict[Order, tuple[Any, ...]] = {
        Order.HANDLE: (),
        Order.FREE: ((Volunteer.capacity - load).desc(),),
        Order.LOAD: (load.desc(),),
        Order.SILENCE: (of.c.last_letter_on.asc().nulls_first(),),
    }
    return statement.order_by(*orders[order], Volunteer.handle_folded)


def _shown(show: Show, load: Any, today: date) -> ColumnElement[bool]:
    if show is Show.CLOSED:
        return Volunteer.disabled_at.is_not(None)
    is_open = Volunteer.disabled_at.is_(None)
    if show is Show.AWAY:
        return and_(is_open, is_away_on(today))
    if show is Show.FREE:
        return and_(is_open, load < Volunteer.capacity, ~is_away_on(today))
    if show is Show.UNREACHABLE:
        return and_(is_open, or_(Volunteer.address_state == AddressState.REFUSED, Volunteer.email_sealed.is_(None)))
    return is_open


def load_of(session: Session, volunteer_id: UUID) -> int:
    """How many prisoners somebody writes to now."""
    count: int | None = session.scalar(
        select(func.count())
        .select_from(Assignment)
        .where(
            Assignment.volunteer_id == volunteer_id,
            Assignment.until.is_(None),
            Assignment.part == Part.WRITER,
        )
    )
    return count or 0


def people_of(volunteer_id: UUID) -> Select[*tuple[Any, ...]]:
    """Whom somebody has a part for, or had, with the running ones first. For coordinators."""
    return (
        select(
            Assignment.id,
            Assignment.prisoner_id,
            Prisoner.name,
            Assignment.part,
            Assignment.since,
            Assignment.until,
            Assignment.end_reason,
            Assignment.last_letter_on,
        )
        .join(Prisoner, Prisoner.id == Assignment.prisoner_id)
        .where(Assignment.volunteer_id == volunteer_id)
        .order_by(Assignment.until.desc().nulls_first(), Prisoner.name_folded, Assignment.id)
    )


def other_open_admins(session: Session, volunteer_id: UUID) -> int:
    """How many others can act as admin. Whoever asks in order to take the role from somebody is alone with that until
    the end of the transaction, so that two cannot take it from each other."""
    found: Sequence[UUID] = session.scalars(
        select(Volunteer.id)
        .where(Volunteer.is_admin, Volunteer.disabled_at.is_(None))
        .order_by(Volunteer.id)
        .with_for_update()
    ).all()
    return sum(1 for each in found if each != volunteer_id)


def held_of(session: Session, volunteer_id: UUID) -> Row[*tuple[Any, ...]]:
    """How much the tracker holds about somebody, as counts: running and all assignments, letters, mails, sessions;
    and the handle of who invited her."""

    def count(table: Any, *where: ColumnElement[bool]) -> Any:
        return select(func.count()).select_from(table).where(*where).scalar_subquery()

    of_her = Assignment.volunteer_id == volunteer_id
    inviter = select(Volunteer.invited_by_id).where(Volunteer.id == volunteer_id).scalar_subquery()
    return session.execute(
        select(
            count(Assignment, of_her, Assignment.until.is_(None)).label("running"),
            count(Assignment, of_her).label("assignments"),
            count(Letter, Letter.volunteer_id == volunteer_id, Letter.removed_at.is_(None)).label("letters"),
            count(Outbox, Outbox.recipient_id == volunteer_id).label("mails"),
            count(SignInSession, SignInSession.volunteer_id == volunteer_id).label("sessions"),
            select(Volunteer.handle).where(Volunteer.id == inviter).scalar_subquery().label("invited_by"),
        )
    ).one()
