"""Reads for logging what was posted and what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from tracker.access import Actor, sees_prisoner
from tracker.assignments.models import Assignment
from tracker.evenings.models import Tally
from tracker.facilities.models import Facility
from tracker.facilities.queries import e_letter_services
from tracker.letters.fate import Known
from tracker.letters.models import Letter
from tracker.letters.rules import Direction, Situation, Stay
from tracker.prisoners.models import Placement, Prisoner, SupportState
from tracker.volunteers.models import Volunteer

OFFERED_LETTERS = 20
"""So many of the newest letters are offered when somebody says which one a reply answers."""


@dataclass(frozen=True)
class LetsIn:
    """What a place takes of letters, as far as somebody entered it."""

    languages: str | None = None
    """In words."""
    most_pages: int | None = None
    most_photos: int | None = None
    services: tuple[str, ...] = ()
    """The names of the e-letter services that reach it."""

    @property
    def is_known(self) -> bool:
        """Whether somebody entered anything of it."""
        return self != LetsIn()


@dataclass(frozen=True)
class Recipient:
    """A prisoner, as far as somebody has to know who logs an entry."""

    id: UUID
    name: str
    situation: Situation
    own_since: date | None = None
    """The first day of the reader's first assignment; None: she never had one."""
    lets_in: LetsIn = LetsIn()
    """Of the present place."""


def recipient(session: Session, actor: Actor, prisoner_id: UUID) -> Recipient | None:
    """A prisoner whom ``actor`` sees, with all placements, in one statement."""
    own = select(func.min(Assignment.since)).where(
        Assignment.prisoner_id == prisoner_id, Assignment.volunteer_id == actor.id
    )
    statement = (
        select(
            Prisoner.name,
            Prisoner.whereabouts,
            Prisoner.support,
            Prisoner.no_mail,
            Prisoner.no_mail_since,
            Prisoner.no_mail_until,
            Placement.id,
            Placement.kind,
            Placement.is_current,
            Placement.since,
            Placement.until,
            own.scalar_subquery().label("own_since"),
            Facility.letter_languages,
            Facility.most_pages,
            Facility.most_photos,
            e_letter_services(Facility.id).label("e_letter_services"),
        )
        .outerjoin(Placement, Placement.prisoner_id == Prisoner.id)
        .outerjoin(Facility, and_(Facility.id == Placement.facility_id, Placement.is_current))
        .where(Prisoner.id == prisoner_id, sees_prisoner(actor, Prisoner.id))
        .order_by(Placement.position)
    )
    rows = session.execute(statement).all()
    if not rows:
        return None
    stays = [Stay(row.id, row.kind, row.is_current, row.since, row.until) for row in rows if row.id is not None]
    first = rows[0]
    situation = Situation(
        stays,
        first.whereabouts,
        no_mail=first.no_mail,
        no_mail_since=first.no_mail_since,
        no_mail_until=first.no_mail_until,
        support_withheld=first.support is SupportState.WITHHELD,
    )
    lets_in = next((_lets_in(row) for row in rows if row.is_current), LetsIn())
    return Recipient(prisoner_id, first.name, situation, first.own_since, lets_in)


def _lets_in(row: Any) -> LetsIn:
    services = tuple(name for name in (row.e_letter_services or "").split(", ") if name)
    return LetsIn(row.letter_languages, row.most_pages, row.most_photos, services)


@dataclass(frozen=True)
class Writer:
    """Somebody who has, or had, a part for a prisoner."""

    id: UUID
    handle: str
    zone: str
    since: date | None
    """The first day of the first assignment; None: never had one."""
    is_running: bool


def writers(session: Session, prisoner_id: UUID, only: UUID | None = None) -> list[Writer]:
    """Everybody who ever had a part for a prisoner, those who still have one first; or ``only`` one of them."""
    statement = (
        select(
            Volunteer.id,
            Volunteer.handle,
            Volunteer.zone,
            func.min(Assignment.since).label("since"),
            (func.count() > func.count(Assignment.until)).label("is_running"),
        )
        .join(Assignment, Assignment.volunteer_id == Volunteer.id)
        .where(Assignment.prisoner_id == prisoner_id)
        .group_by(Volunteer.id, Volunteer.handle, Volunteer.handle_folded, Volunteer.zone)
        .order_by((func.count() > func.count(Assignment.until)).desc(), Volunteer.handle_folded)
    )
    if only is not None:
        statement = statement.where(Volunteer.id == only)
    return [Writer(row.id, row.handle, row.zone, row.since, bool(row.is_running)) for row in session.execute(statement)]


def newest_letters(
    session: Session, prisoner_id: UUID, volunteer_id: UUID | None = None
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The newest letters to a prisoner, all or those of one writer: id, kind, dated_on, volunteer_id, channel,
    delivered_on, given_up_on, removed_at, never_arrived, handle. None of them is removed."""
    statement = (
        _offered()
        .where(Letter.prisoner_id == prisoner_id, Letter.direction == Direction.OUT, Letter.removed_at.is_(None))
        .order_by(Letter.dated_on.desc(), Letter.logged_at.desc(), Letter.id)
        .limit(OFFERED_LETTERS)
    )
    if volunteer_id is not None:
        statement = statement.where(Letter.volunteer_id == volunteer_id)
    return session.execute(statement).all()


def answered_letter(session: Session, letter_id: UUID) -> Row[*tuple[Any, ...]]:
    """The same facts of one letter, even if it is old or removed."""
    return session.execute(_offered().where(Letter.id == letter_id)).one()


def _offered() -> Select[*tuple[Any, ...]]:
    return select(
        Letter.id,
        Letter.kind,
        Letter.dated_on,
        Letter.volunteer_id,
        Letter.channel,
        Letter.delivered_on,
        Letter.given_up_on,
        Letter.removed_at,
        or_(Letter.returned_on.is_not(None), Letter.stopped_on.is_not(None)).label("never_arrived"),
        Volunteer.handle,
    ).join(Volunteer, Volunteer.id == Letter.volunteer_id)


def known_of(letter: Letter, answered_on: date | None) -> Known:
    """What is known of a letter since it was posted; ``answered_on`` as ``first_reply_to`` says."""
    return Known(
        posted_on=letter.dated_on,
        delivered_on=letter.delivered_on,
        returned_on=letter.returned_on,
        stopped_on=letter.stopped_on,
        given_up_on=letter.given_up_on,
        answered_on=answered_on,
        reply_form=letter.reply_form,
        reply_form_on=letter.reply_form_on,
    )


def first_reply_to(session: Session, letter_id: UUID) -> date | None:
    """The earliest day on which a reply to a letter was there: written, or if that is not known, come."""
    return session.scalar(
        select(func.min(func.coalesce(Letter.written_on, Letter.dated_on))).where(
            Letter.answers_id == letter_id, Letter.removed_at.is_(None)
        )
    )


def newest_day(prisoner_id: Any, direction: Direction, volunteer_id: Any = None) -> ScalarSelect[date]:
    """The day of the newest letter to a prisoner or of the newest reply, of all writers or of one; for use in other
    statements.

    A letter that came back was posted all the same, and counts: this day says when somebody last wrote. That letters
    do not arrive is said by the address that went stale. One probe of an index from its end, no walk through the
    archive.
    """
    statement = select(Letter.dated_on).where(
        Letter.prisoner_id == prisoner_id, Letter.direction == direction, Letter.removed_at.is_(None)
    )
    if volunteer_id is not None:
        statement = statement.where(Letter.volunteer_id == volunteer_id)
    return statement.order_by(Letter.dated_on.desc()).limit(1).scalar_subquery()


def newest_post_day(prisoner_id: Any) -> ColumnElement[date]:
    """The same for letters to a prisoner, those among them that were only counted after an evening."""
    letter = newest_day(prisoner_id, Direction.OUT)
    tally = (
        select(Tally.on)
        .where(Tally.prisoner_id == prisoner_id, Tally.undone_at.is_(None))
        .order_by(Tally.on.desc())
        .limit(1)
        .scalar_subquery()
    )
    return case((letter.is_(None), tally), (tally.is_(None), letter), (letter < tally, tally), else_=letter)


def entry_of_form(session: Session, form_id: UUID) -> Row[*tuple[Any, ...]]:
    """What came of a form that was sent before: id, removed_at."""
    return session.execute(select(Letter.id, Letter.removed_at).where(Letter.form_id == form_id)).one()
