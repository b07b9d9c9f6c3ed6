"""Changes of the ways by which letters reach a facility."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.db import add_once
from tracker.facilities.models import FacilityChannel
from tracker.facilities.queries import entry_that_holds
from tracker.facilities.rules import VerifiedFrom, VerifiedInTheFuture
from tracker.letters.rules import Channel


@dataclass(frozen=True)
class ChannelFacts:
    """What is known of a way."""

    channel: Channel
    service: str | None = None
    works: bool | None = None
    note: str | None = None
    verified_on: date | None = None
    verified_from: VerifiedFrom | None = None


def add_channel(session: Session, channel_id: UUID, facility_id: UUID, facts: ChannelFacts, *, today: date) -> bool:
    """Enter a way, after those that are there; False: the form was sent before. Raises
    VerifiedInTheFuture."""
    _check(facts, today)
    facility_id = entry_that_holds(session, facility_id)
    last = session.scalar(select(func.max(FacilityChannel.position)).where(FacilityChannel.facility_id == facility_id))
    position = 0 if last is None else last + 1
    row = FacilityChannel(id=channel_id, facility_id=facility_id, position=position, **vars(facts))
    return add_once(session, row, "id")


def change_channel(channel: FacilityChannel, facts: ChannelFacts, *, today: date) -> None:
    """Give a way other facts. Raises VerifiedInTheFuture."""
    _check(facts, today)
    for name, value in vars(facts).items():
        setattr(channel, name, value)


def move_up(session: Session, channel: FacilityChannel) -> None:
    """Show a way before the one that stands before it; the first one stays the first."""
    ways = list(
        session.scalars(
            select(FacilityChannel)
            .where(FacilityChannel.facility_id == channel.facility_id, FacilityChannel.removed_at.is_(None))
            .order_by(FacilityChannel.position, FacilityChannel.id)
            .with_for_update()
        )
    )
    index = next((number for number, way in enumerate(ways) if way.id == channel.id), 0)
    if index:
        ways[index - 1], ways[index] = ways[index], ways[index - 1]
    for position, way in enumerate(ways):
        way.position = position


def remove_channel(channel: FacilityChannel, *, now: datetime) -> None:
    """No longer show a way; it can be brought back."""
    channel.removed_at = channel.removed_at or now


def restore_channel(channel: FacilityChannel) -> None:
    """Show a way again."""
    channel.removed_at = None


def _check(facts: ChannelFacts, today: date) -> None:
    if facts.verified_on is not None and facts.verified_on > today:
        raise VerifiedInTheFuture
