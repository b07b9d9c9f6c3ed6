"""What holds of needs and promises."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

LONGEST_WORDS = 500
FURTHEST_DAYS = 3 * 366
"""A promise for later than that is a slip of the finger."""


class NeedState(StrEnum):
    """How a need stands."""

    OPEN = "open"
    PROMISED = "promised"
    OVERDUE = "overdue"
    """Promised until a day that has gone by."""
    DONE = "done"
    WITHDRAWN = "withdrawn"


class NeedRefused(Exception):
    """It cannot be like that."""


class AskedInTheFuture(NeedRefused):
    """Nobody has asked for it yet on a day that has not come."""


class NothingSaid(NeedRefused):
    """Without words nobody knows what to put into the parcel."""


class PromisedForThePast(NeedRefused):
    """A promise is for today or a day to come."""


class PromisedTooFarAhead(NeedRefused):
    """A promise for so late a day is a slip of the finger."""


class PromisedBySomebodyElse(NeedRefused):
    """What one person promised, another one neither takes over nor takes back."""


class NotOpenAnyMore(NeedRefused):
    """It is done or withdrawn."""


class DoneInTheFuture(NeedRefused):
    """Nothing is done on a day that has not come yet."""


class DoneBeforeAsked(NeedRefused):
    """It cannot have been done before it was asked for."""


def state_of(
    *,
    done_on: date | None,
    withdrawn_at: datetime | None,
    promised_by_id: UUID | None,
    promised_until: date | None,
    today: date,
) -> NeedState:
    """How a need stands on a day. A promise without a day never is overdue."""
    if done_on is not None:
        return NeedState.DONE
    if withdrawn_at is not None:
        return NeedState.WITHDRAWN
    if promised_by_id is None:
        return NeedState.OPEN
    return NeedState.OVERDUE if promised_until is not None and promised_until < today else NeedState.PROMISED


def state_of_row(row: Any, today: date) -> NeedState:
    """The same of a row that has the columns of these names."""
    return state_of(
        done_on=row.done_on,
        withdrawn_at=row.withdrawn_at,
        promised_by_id=row.promised_by_id,
        promised_until=row.promised_until,
        today=today,
    )


def check_asked(asked_on: date | None, today: date, *, goes_in_a_parcel: bool, words: str | None) -> None:
    """Raises AskedInTheFuture or NothingSaid."""
    if asked_on is not None and asked_on > today:
        raise AskedInTheFuture
    if goes_in_a_parcel and not words:
        raise NothingSaid


def check_promise(
    until: date | None, today: date, *, is_open: bool, former_by: UUID | None, actor_id: UUID, is_coordinator: bool
) -> None:
    """``former_by`` is who has promised it so far. Raises NotOpenAnyMore, PromisedBySomebodyElse, PromisedForThePast or
    PromisedTooFarAhead."""
    if not is_open:
        raise NotOpenAnyMore
    check_promise_is_theirs(former_by, actor_id, is_coordinator=is_coordinator)
    if until is not None and until < today:
        raise PromisedForThePast
    if until is not None and (until - today).days > FURTHEST_DAYS:
        raise PromisedTooFarAhead


def check_promise_is_theirs(promised_by: UUID | None, actor_id: UUID, *, is_coordinator: bool) -> None:
    """A coordinator may change anybody's promise. Raises PromisedBySomebodyElse."""
    if promised_by is not None and promised_by != actor_id and not is_coordinator:
        raise PromisedBySomebodyElse


def check_done(done_on: date, today: date, *, asked_on: date | None, is_withdrawn: bool) -> None:
    """Raises NotOpenAnyMore, DoneInTheFuture or DoneBeforeAsked."""
    if is_withdrawn:
        raise NotOpenAnyMore
    if done_on > today:
        raise DoneInTheFuture
    if asked_on is not None and done_on < asked_on:
        raise DoneBeforeAsked
