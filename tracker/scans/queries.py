"""Reads of scans: whose they are, their order, which are due."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from tracker.access import Actor, sees_correspondence
from tracker.collective.queries import scans_are_allowed
from tracker.letters.models import Letter
from tracker.letters.rules import Direction
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.rules import PlacementKind
from tracker.scans.models import Scan
from tracker.scans.rules import DAYS_WITH_REMOVED_REPLY
from tracker.volunteers.models import Volunteer

_FREE = (PlacementKind.AT_LIBERTY, PlacementKind.ABROAD)
"""Where one can be handed one's letters."""


@dataclass(frozen=True)
class ScannedReply:
    """A reply, as far as its pages are concerned."""

    id: UUID
    prisoner_id: UUID
    name: str
    volunteer_id: UUID
    dated_on: date
    is_free: bool
    """The prisoner is out: what was held for release can be handed over."""


def scanned_reply(session: Session, actor: Actor, letter_id: UUID) -> ScannedReply | None:
    """A reply whose pages ``actor`` may see; None while the collective keeps no scans, too."""
    row = session.execute(
        select(Letter.id, Letter.prisoner_id, Prisoner.name, Letter.volunteer_id, Letter.dated_on, Placement.kind)
        .join(Prisoner, Prisoner.id == Letter.prisoner_id)
        .outerjoin(Placement, and_(Placement.prisoner_id == Prisoner.id, Placement.is_current))
        .where(Letter.id == letter_id, *_can_be_seen(actor))
    ).one_or_none()
    return row and ScannedReply(row.id, row.prisoner_id, row.name, row.volunteer_id, row.dated_on, row.kind in _FREE)


def _can_be_seen(actor: Actor) -> tuple[Any, ...]:
    return (
        Letter.direction == Direction.REPLY,
        Letter.removed_at.is_(None),
        scans_are_allowed(),
        sees_correspondence(actor, Letter.prisoner_id),
    )


def scan(session: Session, actor: Actor, scan_id: UUID) -> Row[*tuple[Any, ...]] | None:
    """A page that ``actor`` may see, with the reply to which it belongs and whose reply that is."""
    return session.execute(
        select(Scan.id, Scan.letter_id, Letter.volunteer_id)
        .join(Letter, Letter.id == Scan.letter_id)
        .where(Scan.id == scan_id, *_can_be_seen(actor))
    ).one_or_none()


def pages_of(session: Session, letter_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """The pages of a reply in their order."""
    return session.execute(
        select(Scan.id, Scan.width, Scan.height, Scan.delete_on, Scan.uploaded_at)
        .where(Scan.letter_id == letter_id)
        .order_by(Scan.position, Scan.id)
    ).all()


def prisoner_with_scans(session: Session, actor: Actor, prisoner_id: UUID) -> Row[*tuple[Any, ...]] | None:
    """A prisoner of whose replies ``actor`` may see the pages: id, name, where now (``placement``)."""
    return session.execute(
        select(Prisoner.id, Prisoner.name, Placement.kind.label("placement"))
        .outerjoin(Placement, and_(Placement.prisoner_id == Prisoner.id, Placement.is_current))
        .where(Prisoner.id == prisoner_id, scans_are_allowed(), sees_correspondence(actor, Prisoner.id))
    ).one_or_none()


def is_free(placement: PlacementKind | None) -> bool:
    """Whether somebody who is there can be handed the letters that were held."""
    return placement in _FREE


def replies(prisoner_id: UUID, *, only_held: bool) -> Select[*tuple[Any, ...]]:
    """The replies of a prisoner, the newest first, with the number of their pages and of those that are held."""
    pages = (
        select(
            Scan.letter_id,
            func.count().label("pages"),
            (func.count() - func.count(Scan.delete_on)).label("held"),
            func.min(Scan.delete_on).label("first_goes_on"),
        )
        .join(Letter, Letter.id == Scan.letter_id)
        .where(Letter.prisoner_id == prisoner_id)
        .group_by(Scan.letter_id)
        .subquery()
    )
    statement = (
        select(
            Letter.id,
            Letter.dated_on,
            Letter.kind,
            Volunteer.handle,
            func.coalesce(pages.c.pages, 0).label("pages"),
            func.coalesce(pages.c.held, 0).label("held"),
            pages.c.first_goes_on,
        )
        .join(Volunteer, Volunteer.id == Letter.volunteer_id)
        .outerjoin(pages, pages.c.letter_id == Letter.id)
        .where(Letter.prisoner_id == prisoner_id, Letter.direction == Direction.REPLY, Letter.removed_at.is_(None))
        .order_by(Letter.dated_on.desc(), Letter.id)
    )
    return statement.where(pages.c.held > 0) if only_held else statement


@dataclass(frozen=True)
class Kept:
    """How many pages there are in the whole collective."""

    pages: int
    held: int
    """Of these, so many are held for release."""


def kept(session: Session) -> Kept:
    """How many pages there are."""
    pages, with_day = session.execute(select(func.count(), func.count(Scan.delete_on)).select_from(Scan)).one()
    return Kept(pages, pages - with_day)


def is_due(today: date) -> ColumnElement[bool]:
    """The condition that a page is to be destroyed: its day has come, or its reply was removed long ago."""
    removed_before = datetime.combine(today - timedelta(days=DAYS_WITH_REMOVED_REPLY), time(), UTC)
    of_removed = exists().where(Letter.id == Scan.letter_id, Letter.removed_at < removed_before)
    return or_(Scan.delete_on <= today, of_removed)


def due(session: Session, today: date) -> list[UUID]:
    """The pages that are to be destroyed, the longest overdue first."""
    return list(session.scalars(select(Scan.id).where(is_due(today)).order_by(Scan.delete_on, Scan.id)))


def known(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Which of these scans there are."""
    return set(session.scalars(select(Scan.id).where(Scan.id.in_(ids))))


def all_ids(session: Session) -> list[UUID]:
    """Every scan there is."""
    return list(session.scalars(select(Scan.id).order_by(Scan.id)))
