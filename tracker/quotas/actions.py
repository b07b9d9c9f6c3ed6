"""Claiming slots, giving them back, and making them true with a parcel."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from tracker.db import add_once
from tracker.parcels.rules import ParcelKind, SentBy
from tracker.prisoners.models import Prisoner
from tracker.quotas import queries
from tracker.quotas.claiming import (
    ClaimedBefore,
    ClaimIsOver,
    NotAnswered,
    check_claim,
    check_day,
    claim_questions,
)
from tracker.quotas.lapsing import lapse_of
from tracker.quotas.ledger import Ledger
from tracker.quotas.mail_rules import MailRules
from tracker.quotas.models import ParcelClaim
from tracker.quotas.rules import POOL_OF
from tracker.quotas.supply_queries import Supplied, supplied


@dataclass(frozen=True)
class NewClaim:
    """What somebody wants to send, and who it is."""

    id: UUID
    """Of the claim; the same when the same person sends the same form twice."""
    kind: ParcelKind
    planned_on: date
    grams: int | None = None
    volunteer_id: UUID | None = None
    """None: the family."""
    family_link_id: UUID | None = None
    answered: Collection[str] = ()
    """What was asked back and ticked."""


def claim_slot(
    session: Session,
    rules: MailRules,
    prisoner_id: UUID,
    new: NewClaim,
    *,
    claim_days: int,
    today: date,
    now: datetime,
) -> bool:
    """Take a slot; whether it is new: the same form sent twice takes one. ``today`` is that of whoever claims.

    Of any number who do so at the same moment, as many get one as there are slots: each waits for the prisoner's row.
    Raises DayIsOver, TooFarAhead, ClaimedBefore, NothingNow, AfterTheWindow, NoSlotLeft, or NotAnswered.
    """
    check_day(new.planned_on, today)
    _wait_for_turn(session, prisoner_id)
    before = session.get(ParcelClaim, new.id, populate_existing=True)
    if before is not None:
        if before.released_at is not None or before.parcel_id is not None:
            raise ClaimedBefore
        return False
    answered = _check(session, rules, prisoner_id, new, today=today, now=now)
    claim = ParcelClaim(
        id=new.id,
        prisoner_id=prisoner_id,
        kind=new.kind,
        grams=new.grams,
        answered=answered,
        planned_on=new.planned_on,
        claimed_by_id=new.volunteer_id,
        family_link_id=new.family_link_id,
        claimed_at=now,
        lapses_at=end_of(new.planned_on, claim_days),
    )
    return add_once(session, claim, "id")


def end_of(planned_on: date, claim_days: int) -> datetime:
    """The moment after which a claim lapses: when that many days after the planned one are over everywhere."""
    return datetime.combine(planned_on + timedelta(days=claim_days + 1), time(12), UTC)


def _wait_for_turn(session: Session, prisoner_id: UUID) -> None:
    # On SQLite the whole transaction has its turn already (db.py).
    session.execute(select(Prisoner.id).where(Prisoner.id == prisoner_id).with_for_update())


def _check(
    session: Session, rules: MailRules, prisoner_id: UUID, new: NewClaim, *, today: date, now: datetime
) -> list[str]:
    """What was asked back, all of it ticked."""
    of = _supplied(session, prisoner_id)
    found = queries.counted(session, prisoner_id, today)
    then = _check_slot(of, found, rules, new.planned_on, new.kind, new.grams, today=today, now=now)
    asked = claim_questions(then, kind=new.kind, grams=new.grams, by_family=new.family_link_id is not None)
    if not {str(advice.question) for advice in asked} <= set(new.answered):
        raise NotAnswered(asked)
    return [str(advice.question) for advice in asked]


def _check_slot(
    of: Supplied,
    found: queries.Counted,
    rules: MailRules,
    day: date,
    kind: ParcelKind,
    grams: int | None,
    *,
    today: date,
    now: datetime,
) -> Ledger:
    """The ledger of the day on which something is to be sent, in which there is a slot for it."""
    at_present = queries.ledger_of(of, found, rules, on=today, today=today, now=now)
    then = at_present if day == today else queries.ledger_of(of, found, rules, on=day, today=today, now=now)
    check_claim(at_present, then, kind=kind, grams=grams, is_archived=of.is_archived)
    return then


def _supplied(session: Session, prisoner_id: UUID) -> Supplied:
    of = supplied(session, prisoner_id)
    assert of is not None, "a claim has a prisoner"
    return of


def release_claim(claim: ParcelClaim, *, now: datetime) -> None:
    """Give a slot back. Raises ClaimIsOver when it has become a parcel."""
    if claim.parcel_id is not None:
        raise ClaimIsOver
    claim.released_at = claim.released_at or now


def restore_claim(session: Session, rules: MailRules, claim: ParcelClaim, *, today: date, now: datetime) -> None:
    """Take a slot again that was given back, if there still is one.

    Raises ClaimIsOver, NothingNow, AfterTheWindow or NoSlotLeft.
    """
    _wait_for_turn(session, claim.prisoner_id)
    session.refresh(claim)
    if claim.parcel_id is not None:
        raise ClaimIsOver
    if claim.released_at is None:
        return
    of = _supplied(session, claim.prisoner_id)
    if lapse_of(claim.claimed_at, claim.lapses_at, of.stays, now).has_lapsed(now):
        raise ClaimIsOver
    found = queries.counted(session, claim.prisoner_id, today)
    _check_slot(of, found, rules, max(claim.planned_on, today), claim.kind, claim.grams, today=today, now=now)
    claim.released_at = None


def fulfil(
    session: Session,
    *,
    prisoner_id: UUID,
    volunteer_id: UUID,
    parcel_id: UUID,
    kind: ParcelKind,
    sent_by: SentBy = SentBy.OURS,
) -> None:
    """A parcel was logged: the sender's oldest claim of that pool has come true, if there is one; for a parcel of the
    family, the family's. One statement; a claim that has lapsed comes true too, for it was meant."""
    if sent_by is SentBy.OTHERS:
        return
    whose: ColumnElement[bool] = ParcelClaim.family_link_id.is_not(None)
    if sent_by is SentBy.OURS:
        whose = ParcelClaim.claimed_by_id == volunteer_id
    oldest = (
        select(ParcelClaim.id)
        .where(
            ParcelClaim.prisoner_id == prisoner_id,
            whose,
            ParcelClaim.kind.in_([each for each, pool in POOL_OF.items() if pool is POOL_OF[kind]]),
            ParcelClaim.released_at.is_(None),
            ParcelClaim.parcel_id.is_(None),
        )
        .order_by(ParcelClaim.planned_on, ParcelClaim.id)
        .limit(1)
        .scalar_subquery()
    )
    session.execute(
        update(ParcelClaim)
        .where(ParcelClaim.id == oldest)
        .values(parcel_id=parcel_id)
        .execution_options(synchronize_session=False)
    )


def unfulfil(session: Session, parcel_id: UUID) -> None:
    """A parcel counts nowhere any more: the claim that it made true is open again, until it lapses."""
    session.execute(
        update(ParcelClaim)
        .where(ParcelClaim.parcel_id == parcel_id)
        .values(parcel_id=None)
        .execution_options(synchronize_session=False)
    )
