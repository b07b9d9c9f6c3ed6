"""What is under way to somebody who leaves a place, and may miss the person there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    cast,
    exists,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from tracker.access import Actor, sees_prisoner
from tracker.db import UtcDateTime
from tracker.letters.models import Letter, PreparedLetter
from tracker.letters.rules import Channel, Direction, LetterKind
from tracker.parcels.models import Parcel
from tracker.parcels.rules import ParcelKind
from tracker.prisoners.models import Placement, Prisoner
from tracker.quotas.lapsing import lapse_of
from tracker.quotas.list_queries import stays_of as quota_stays_of
from tracker.quotas.models import ParcelClaim
from tracker.quotas.queries import CLAIMS_LOOKED_BACK
from tracker.tasks.rules import EXPECTED_DAYS, Left, is_at_risk, left
from tracker.transit.config import Priors
from tracker.transit.queries import Learned, learned_at
from tracker.transit.rules import Leg
from tracker.volunteers.models import Volunteer

LONGEST_TRANSFER = timedelta(days=120)
"""So long after somebody left a place, mail that was under way there is still told of."""
LONGEST_UNDER_WAY = timedelta(days=120)
"""What took longer to a place than this is not waited for there."""


@dataclass(frozen=True)
class UnderWay:
    """A letter or parcel of which nobody knows whether it arrived."""

    kind: LetterKind | ParcelKind
    channel: Channel
    id: UUID
    prisoner_id: UUID
    prisoner: str
    on: date
    """The day it was posted."""
    handle: str
    placement_id: UUID | None


def stays_of(session: Session, prisoner_ids: Collection[UUID]) -> dict[UUID, list[Row[*tuple[Any, ...]]]]:
    """Every place that these people were in, in the order of time: id, kind, facility_id, since."""
    stays: dict[UUID, list[Row[*tuple[Any, ...]]]] = {}
    for row in session.execute(
        select(Placement.prisoner_id, Placement.id, Placement.kind, Placement.facility_id, Placement.since)
        .where(Placement.prisoner_id.in_(prisoner_ids))
        .order_by(Placement.prisoner_id, Placement.position, Placement.id)
    ):
        stays.setdefault(row.prisoner_id, []).append(row)
    return stays


def under_way(session: Session, where: ColumnElement[bool], since: date) -> list[UnderWay]:
    """Letters and parcels that were posted on a day or later and neither arrived, nor were answered, nor came back, as
    far as is known; the newest first. ``where`` is about ``Prisoner`` and ``Volunteer``, who posted it."""
    together = union_all(_letters(where, since), _parcels(where, since)).subquery()
    rows = session.execute(select(together).order_by(together.c.on.desc(), together.c.id))
    return [
        UnderWay(
            ParcelKind(row.kind) if row.is_parcel else LetterKind(row.kind),
            Channel(row.channel),
            row.id,
            row.prisoner_id,
            row.prisoner,
            row.on,
            row.handle,
            row.placement_id,
        )
        for row in rows
    ]


def _letters(where: ColumnElement[bool], since: date) -> Select[*tuple[Any, ...]]:
    reply = aliased(Letter)
    return (
        select(
            literal(False).label("is_parcel"),
            type_coerce(Letter.kind, String).label("kind"),
            type_coerce(Letter.channel, String).label("channel"),
            Letter.id.label("id"),
            Letter.prisoner_id.label("prisoner_id"),
            Prisoner.name.label("prisoner"),
            Letter.dated_on.label("on"),
            Volunteer.handle.label("handle"),
            Letter.placement_id.label("placement_id"),
        )
        .join(Prisoner, Prisoner.id == Letter.prisoner_id)
        .join(Volunteer, Volunteer.id == Letter.volunteer_id)
        .where(
            where,
            Letter.direction == Direction.OUT,
            # What a visitor hands over is there.
            Letter.channel != Channel.HAND,
            Letter.dated_on >= since,
            Letter.removed_at.is_(None),
            Letter.returned_on.is_(None),
            Letter.delivered_on.is_(None),
            Letter.stopped_on.is_(None),
            Letter.given_up_on.is_(None),
            ~exists().where(reply.answers_id == Letter.id, reply.removed_at.is_(None)),
        )
    )


def _parcels(where: ColumnElement[bool], since: date) -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal(True),
            type_coerce(Parcel.kind, String),
            literal(str(Channel.POST)),
            Parcel.id,
            Parcel.prisoner_id,
            Prisoner.name,
            Parcel.posted_on,
            Volunteer.handle,
            Parcel.placement_id,
        )
        .join(Prisoner, Prisoner.id == Parcel.prisoner_id)
        .join(Volunteer, Volunteer.id == Parcel.volunteer_id)
        .where(
            where,
            Parcel.posted_on >= since,
            Parcel.removed_at.is_(None),
            Parcel.arrived_on.is_(None),
            Parcel.returned_on.is_(None),
        )
    )


def at_risk_of_prisoner(session: Session, prisoner_id: UUID, today: date, priors: Priors) -> list[UnderWay]:
    """What may miss somebody who is on transfer; of somebody who is not, what would if the transfer began today. How
    long it is under way is what was learned of the place, or else assumed."""
    stays = stays_of(session, [prisoner_id]).get(prisoner_id, [])
    gone = left(stays, today)
    if gone is None or stays[-1].facility_id is not None:
        place = stays[-1].facility_id if stays else None
        gone = Left(place, today) if place else None
    posted = under_way(session, Prisoner.id == prisoner_id, (gone.on if gone else today) - LONGEST_UNDER_WAY)
    learned = learned_at(session, {gone.facility_id} if gone else set(), priors)
    return [each for each in posted if gone and each.on >= gone.on - _expected(each, gone, learned)]


def at_risk_of_writer(session: Session, actor: Actor, today: date, priors: Priors) -> list[UnderWay]:
    """What somebody posted to people who left the place meanwhile, of those whom she sees."""
    moved = exists().where(Placement.prisoner_id == Prisoner.id, Placement.is_current, Placement.position > 0)
    hers = and_(Volunteer.id == actor.id, sees_prisoner(actor, Prisoner.id), moved)
    posted = under_way(session, hers, today - LONGEST_TRANSFER - LONGEST_UNDER_WAY)
    stays = stays_of(session, {each.prisoner_id for each in posted})
    gone = {prisoner: gone for prisoner, theirs in stays.items() if (gone := left(theirs, today))}
    recently = [each for each in posted if each.prisoner_id in gone and _is_recent(gone[each.prisoner_id], today)]
    learned = learned_at(session, {gone[each.prisoner_id].facility_id for each in recently}, priors)
    return [
        each
        for each in recently
        if is_at_risk(
            each.on,
            each.placement_id,
            stays[each.prisoner_id],
            today,
            _expected(each, gone[each.prisoner_id], learned).days,
        )
    ]


def _is_recent(gone: Left, today: date) -> bool:
    return gone.on >= today - LONGEST_TRANSFER


def _expected(posted: UnderWay, gone: Left, learned: Mapping[UUID, Learned]) -> timedelta:
    times = learned[gone.facility_id].times(posted.channel, Leg.THERE)
    return min(timedelta(days=times.high if times else EXPECTED_DAYS), LONGEST_UNDER_WAY)


@dataclass(frozen=True)
class HeldBack:
    """A letter or parcel that is not in the post yet."""

    kind: LetterKind | ParcelKind
    on: date
    """The day for which it was meant."""
    handle: str | None
    """None: the family's."""


def held_back(session: Session, prisoner_id: UUID, now: datetime) -> list[HeldBack]:
    """What waits until there is an address, the soonest first: letters in preparation, and parcels for which somebody
    has claimed a slot."""
    letters = select(
        literal(False).label("is_parcel"),
        type_coerce(PreparedLetter.kind, String).label("kind"),
        PreparedLetter.planned_on.label("on"),
        PreparedLetter.volunteer_id.label("volunteer_id"),
        cast(null(), UtcDateTime).label("claimed_at"),
        cast(null(), UtcDateTime).label("lapses_at"),
    ).where(
        PreparedLetter.prisoner_id == prisoner_id,
        PreparedLetter.is_waiting,
    )
    claims = select(
        literal(True),
        type_coerce(ParcelClaim.kind, String),
        ParcelClaim.planned_on,
        ParcelClaim.claimed_by_id,
        ParcelClaim.claimed_at,
        ParcelClaim.lapses_at,
    ).where(
        ParcelClaim.prisoner_id == prisoner_id,
        ParcelClaim.released_at.is_(None),
        ParcelClaim.parcel_id.is_(None),
        ParcelClaim.lapses_at > now - CLAIMS_LOOKED_BACK,
    )
    together = union_all(letters, claims).subquery()
    rows = session.execute(
        select(together, Volunteer.handle)
        .outerjoin(Volunteer, Volunteer.id == together.c.volunteer_id)
        .order_by(together.c.on, Volunteer.handle)
    ).all()
    # A claim waits as long as the transfer lasts.
    stays = quota_stays_of(session, [prisoner_id]).get(prisoner_id, ()) if any(row.is_parcel for row in rows) else ()
    return [
        HeldBack(ParcelKind(row.kind) if row.is_parcel else LetterKind(row.kind), row.on, row.handle)
        for row in rows
        if not row.is_parcel or not lapse_of(row.claimed_at, row.lapses_at, stays, now).has_lapsed(now)
    ]
