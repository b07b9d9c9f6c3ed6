"""What holds of needs and promises."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tracker.needs.rules import (
    AskedInTheFuture,
    DoneBeforeAsked,
    DoneInTheFuture,
    NeedState,
    NothingSaid,
    NotOpenAnyMore,
    PromisedBySomebodyElse,
    PromisedForThePast,
    PromisedTooFarAhead,
    check_asked,
    check_done,
    check_promise,
    state_of,
)

TODAY = date(2028, 2, 29)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
VERA, OLGA = uuid4(), uuid4()


def state(**facts: Any) -> NeedState:
    return state_of(
        **{"done_on": None, "withdrawn_at": None, "promised_by_id": None, "promised_until": None, "today": TODAY}
        | facts
    )


def test_a_need_is_open_promised_overdue_done_or_withdrawn() -> None:
    assert state() is NeedState.OPEN
    assert state(promised_by_id=VERA, promised_until=TODAY) is NeedState.PROMISED
    assert state(promised_by_id=VERA, promised_until=YESTERDAY) is NeedState.OVERDUE
    assert state(promised_by_id=VERA) is NeedState.PROMISED
    assert state(promised_by_id=VERA, promised_until=YESTERDAY, done_on=TODAY) is NeedState.DONE
    assert state(withdrawn_at=datetime(2028, 2, 1, tzinfo=UTC)) is NeedState.WITHDRAWN


def promise(**facts: Any) -> None:
    until = facts.pop("until", TOMORROW)
    check_promise(
        until, TODAY, **{"is_open": True, "former_by": None, "actor_id": VERA, "is_coordinator": False} | facts
    )


def test_a_promise_is_for_today_or_a_day_to_come_that_somebody_may_live_to_see() -> None:
    promise(until=TODAY)
    promise(until=None)
    with pytest.raises(PromisedForThePast):
        promise(until=YESTERDAY)
    with pytest.raises(PromisedTooFarAhead):
        promise(until=date(2199, 1, 1))
    with pytest.raises(NotOpenAnyMore):
        promise(is_open=False)


def test_only_a_coordinator_changes_the_promise_of_another() -> None:
    promise(former_by=VERA)
    promise(former_by=OLGA, is_coordinator=True)
    with pytest.raises(PromisedBySomebodyElse):
        promise(former_by=OLGA)


def test_nothing_is_asked_for_tomorrow_and_a_parcel_needs_words() -> None:
    check_asked(TODAY, TODAY, goes_in_a_parcel=True, words="soap")
    check_asked(None, TODAY, goes_in_a_parcel=False, words=None)
    with pytest.raises(AskedInTheFuture):
        check_asked(TOMORROW, TODAY, goes_in_a_parcel=False, words=None)
    with pytest.raises(NothingSaid):
        check_asked(TODAY, TODAY, goes_in_a_parcel=True, words=None)


def test_it_is_done_after_it_was_asked_for_and_not_tomorrow() -> None:
    check_done(TODAY, TODAY, asked_on=TODAY, is_withdrawn=False)
    with pytest.raises(DoneInTheFuture):
        check_done(TOMORROW, TODAY, asked_on=None, is_withdrawn=False)
    with pytest.raises(DoneBeforeAsked):
        check_done(YESTERDAY, TODAY, asked_on=TODAY, is_withdrawn=False)
    with pytest.raises(NotOpenAnyMore):
        check_done(TODAY, TODAY, asked_on=None, is_withdrawn=True)
