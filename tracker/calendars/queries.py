"""What a calendar is made from: whose it is, and the days that its owner may see at the moment of asking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from tracker.calendars.models import CalendarFeed
from tracker.collective.models import Collective
from tracker.volunteers.models import Volunteer


def open_feed(session: Session, secret_hash: str) -> Row[*tuple[Any, ...]] | None:
    """The calendar behind a secret, with what matters of its owner, unless it was taken back or she has no account any
    more."""
    return session.execute(
        select(
            CalendarFeed.id,
            CalendarFeed.secret_hash,
            CalendarFeed.name,
            CalendarFeed.disclosure,
            CalendarFeed.with_alarms,
            CalendarFeed.last_used_on,
            CalendarFeed.content_hash,
            CalendarFeed.content_at,
            CalendarFeed.volunteer_id,
            Volunteer.is_coordinator,
            Volunteer.is_admin,
            Volunteer.zone,
            Volunteer.locale,
            select(Collective.most_disclosure).limit(1).scalar_subquery().label("most_disclosure"),
        )
        .join(Volunteer, Volunteer.id == CalendarFeed.volunteer_id)
        .where(
            CalendarFeed.secret_hash == secret_hash,
            CalendarFeed.revoked_at.is_(None),
            Volunteer.disabled_at.is_(None),
        )
    ).one_or_none()


def feeds_of(session: Session, volunteer_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """Somebody's calendars, the oldest first, without those that she took back."""
    return session.execute(
        select(
            CalendarFeed.id,
            CalendarFeed.name,
            CalendarFeed.disclosure,
            CalendarFeed.with_alarms,
            CalendarFeed.created_at,
            CalendarFeed.last_used_on,
        )
        .where(CalendarFeed.volunteer_id == volunteer_id, CalendarFeed.revoked_at.is_(None))
        .order_by(CalendarFeed.created_at, CalendarFeed.id)
    ).all()


def number_of_feeds(session: Session, volunteer_id: UUID) -> int:
    """How many calendars somebody has."""
    statement = select(func.count()).select_from(CalendarFeed)
    where = (CalendarFeed.volunteer_id == volunteer_id, CalendarFeed.revoked_at.is_(None))
    return session.scalar(statement.where(*where)) or 0


def feed_of(session: Session, volunteer_id: UUID, feed_id: UUID) -> CalendarFeed | None:
    """One of somebody's calendars, unless she took it back."""
    return session.scalar(
        select(CalendarFeed).where(
            CalendarFeed.id == feed_id, CalendarFeed.volunteer_id == volunteer_id, CalendarFeed.revoked_at.is_(None)
        )
    )


def most_disclosure(session: Session) -> Any:
    """The most that any calendar may say, or None if the collective has not decided."""
    return session.scalar(select(Collective.most_disclosure).limit(1))
