"""Entering what somebody asks for, promising it, doing it, and taking each of these back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, update
from sqlalchemy.orm import Session

from tracker.access import Actor
from tracker.db import add_once
from tracker.needs import queries, rules
from tracker.prisoners.models import Need, NeedKind


@dataclass(frozen=True)
class NeedFacts:
    """What somebody asks for."""

    kind: NeedKind
    text: str | None
    asked_on: date | None
    letter_id: UUID | None = None
    """The reply in which it stands."""


def ask(
    session: Session, need_id: UUID, prisoner_id: UUID, facts: NeedFacts, *, actor_id: UUID, today: date, now: datetime
) -> bool:
    """Enter a need; False: the form was sent before. Raises AskedInTheFuture or NothingSaid."""
    _check(facts, today)
    need = Need(
        id=need_id,
        prisoner_id=prisoner_id,
        position=queries.next_position(session, prisoner_id),
        entered_by_id=actor_id,
        created_at=now,
        **vars(facts),
    )
    return add_once(session, need, "id")


def correct(need: Need, facts: NeedFacts, *, today: date) -> None:
    """Change what was asked for; raises AskedInTheFuture or NothingSaid."""
    _check(facts, today)
    need.kind, need.text, need.asked_on, need.letter_id = facts.kind, facts.text, facts.asked_on, facts.letter_id


def _check(facts: NeedFacts, today: date) -> None:
    in_parcel = facts.kind in queries.PACKABLE
    rules.check_asked(facts.asked_on, today, goes_in_a_parcel=in_parcel, words=facts.text)


def promise(session: Session, need: Need, by_id: UUID, until: date | None, *, actor: Actor, today: date) -> None:
    """Somebody will do it. Raises NotOpenAnyMore, PromisedBySomebodyElse, PromisedForThePast or
    PromisedTooFarAhead."""
    _hold(session, need)
    rules.check_promise(
        until,
        today,
        is_open=need.done_on is None and need.withdrawn_at is None,
        former_by=need.promised_by_id,
        actor_id=actor.id,
        is_coordinator=actor.is_coordinator,
    )
    need.promised_by_id, need.promised_until = by_id, until


def take_back_promise(session: Session, need: Need, *, actor: Actor) -> None:
    """Nobody promises it any more. Raises PromisedBySomebodyElse."""
    _hold(session, need)
    rules.check_promise_is_theirs(need.promised_by_id, actor.id, is_coordinator=actor.is_coordinator)
    need.promised_by_id = need.promised_until = None


def mark_done(session: Session, need: Need, *, on: date, parcel_id: UUID | None, actor_id: UUID, today: date) -> None:
    """It is done; with a parcel, in that one. Raises NotOpenAnyMore, DoneInTheFuture or DoneBeforeAsked."""
    _hold(session, need)
    rules.check_done(on, today, asked_on=need.asked_on, is_withdrawn=need.withdrawn_at is not None)
    need.done_on, need.parcel_id = on, parcel_id
    need.done_by_id = need.done_by_id or actor_id


def reopen(need: Need) -> None:
    """It is not done after all. Who promised it, still does."""
    need.done_on = need.done_by_id = need.parcel_id = None


def withdraw(session: Session, need: Need, *, now: datetime) -> None:
    """Nobody needs it any more. Raises NotOpenAnyMore for what is done."""
    _hold(session, need)
    if need.done_on is not None:
        raise rules.NotOpenAnyMore
    need.withdrawn_at = need.withdrawn_at or now


def restore(need: Need) -> None:
    """It is needed after all."""
    need.withdrawn_at = None


def _hold(session: Session, need: Need) -> None:
    """One change of a need after the other: of two who promise it at once, the second is told."""
    session.refresh(need, with_for_update=True)


def pack(
    session: Session, prisoner_id: UUID, need_ids: Collection[UUID], parcel_id: UUID, *, on: date, by_id: UUID
) -> list[Row[*tuple[Any, ...]]]:
    """Needs of that prisoner go into a parcel, and are done with it; in one statement. Those among ``need_ids`` that
    are not open, or somebody else's, are left alone. Gives kind and text of the others, in order."""
    if not need_ids:
        return []
    packed = session.execute(
        update(Need)
        .where(
            Need.id.in_(need_ids),
            Need.prisoner_id == prisoner_id,
            Need.done_on.is_(None),
            Need.withdrawn_at.is_(None),
            Need.kind.in_(queries.PACKABLE),
        )
        .values(done_on=on, done_by_id=by_id, parcel_id=parcel_id)
        .returning(Need.kind, Need.text, Need.position)
        .execution_options(synchronize_session=False)
    ).all()
    return sorted(packed, key=lambda row: (row.position, row.text or ""))


def unpack(session: Session, parcel_id: UUID) -> None:
    """A parcel counts no more, or came back: what went in it is open again. The parcel stays noted, for ``repack``."""
    session.execute(
        update(Need)
        .where(Need.parcel_id == parcel_id, Need.done_on.is_not(None))
        .values(done_on=None)
        .execution_options(synchronize_session=False)
    )


def repack(session: Session, parcel_id: UUID, *, on: date) -> None:
    """The parcel counts after all: what went in it is done again, unless it was withdrawn since."""
    session.execute(
        update(Need)
        .where(Need.parcel_id == parcel_id, Need.done_on.is_(None), Need.withdrawn_at.is_(None))
        .values(done_on=on)
        .execution_options(synchronize_session=False)
    )
