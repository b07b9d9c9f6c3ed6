"""What silence means: by the rules, and the same in the database over thousands of threads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import make_assignment, make_facility, make_placement, make_prisoner, make_volunteer
from tracker.letters.rules import Channel, ReplyFormState
from tracker.partial_date import PartialDate
from tracker.prisoners.rules import PlacementKind
from tracker.transit.config import priors_in_use
from tracker.transit.models import TransitTime
from tracker.transit.rules import Leg, Times
from tracker.transit.silence import Silence, Thread, ThreadState, state_of, verdict
from tracker.transit.thread_queries import WantedThreads, lines, threads

TODAY = date(2026, 2, 8)
TIMES = Times(31, 44, 58, 14)
WAITING = Thread(
    last_letter_on=date(2026, 1, 15),
    last_reply_on=date(2025, 11, 1),
    waiting_since=date(2026, 1, 15),
    waiting_by=Channel.POST,
    placement=PlacementKind.SIZO,
    channel=Channel.POST,
)


def test_wait_until_the_day_by_which_a_slow_reply_is_here() -> None:
    found = verdict(WAITING, TIMES, date(2026, 2, 20))
    assert found.silence is Silence.WAIT
    assert found.days_out == 36
    assert found.until == date(2026, 3, 14)


def test_before_the_fastest_reply_it_is_too_early() -> None:
    found = verdict(WAITING, TIMES, TODAY)
    assert (found.silence, found.days_out, found.until) == (Silence.TOO_EARLY, 24, date(2026, 3, 14))
    assert found.state is ThreadState.THEIRS


@pytest.mark.parametrize(
    "today, silence",
    [
        (date(2026, 2, 14), Silence.TOO_EARLY),
        (date(2026, 2, 15), Silence.WAIT),
        (date(2026, 3, 14), Silence.WAIT),
        (date(2026, 3, 15), Silence.LONGER),
    ],
)
def test_the_borders_are_those_of_the_place(today: date, silence: Silence) -> None:
    found = verdict(WAITING, TIMES, today)
    assert found.silence is silence
    assert (found.state is ThreadState.SILENT) is (silence is Silence.LONGER)


LONG_AFTER = date(2027, 1, 1)


@pytest.mark.parametrize(
    "facts, silence, state",
    [
        ({"mail_forbidden": True}, Silence.FORBIDDEN, ThreadState.THEIRS),
        ({"placement": PlacementKind.TRANSFER}, Silence.ON_TRANSFER, ThreadState.THEIRS),
        ({"placement": PlacementKind.PUNISHMENT_CELL}, Silence.IN_CELL, ThreadState.THEIRS),
        ({"placement": PlacementKind.LOCKED_CELL}, Silence.IN_CELL, ThreadState.THEIRS),
        ({"placed_since": PartialDate(2026, 3)}, Silence.MOVED, ThreadState.OURS),
        ({"placed_since": PartialDate(2026)}, Silence.LONGER, ThreadState.SILENT),
        ({"placed_since": PartialDate(None, 3)}, Silence.LONGER, ThreadState.SILENT),
        ({"placed_since": PartialDate(2026, season=22)}, Silence.LONGER, ThreadState.SILENT),
        ({"placement": None}, Silence.LONGER, ThreadState.SILENT),
        ({"waiting_since": None, "channel": Channel.ONE_WAY}, Silence.ONE_WAY, ThreadState.OURS),
        ({"waiting_since": None, "given_up": True}, Silence.GIVEN_UP, ThreadState.OURS),
        ({"waiting_since": None, "returned": True}, Silence.CAME_BACK, ThreadState.OURS),
        ({"waiting_since": None, "stopped": True}, Silence.LETTER_STOPPED, ThreadState.OURS),
        ({"waiting_since": None, "reply_form": ReplyFormState.BLANK}, Silence.FORM_BLANK, ThreadState.OURS),
        ({"waiting_since": None, "reply_form": ReplyFormState.STOPPED}, Silence.REPLY_STOPPED, ThreadState.OURS),
        ({"last_reply_on": date(2026, 1, 15), "waiting_since": None}, Silence.OUR_TURN, ThreadState.OURS),
        ({"last_letter_on": None, "last_reply_on": None, "waiting_since": None}, Silence.FIRST, ThreadState.FIRST),
    ],
)
def test_what_explains_silence_better_than_days(facts: dict[str, Any], silence: Silence, state: ThreadState) -> None:
    found = verdict(replace(WAITING, **facts), TIMES, LONG_AFTER)
    assert (found.silence, found.state) == (silence, state)


def test_where_nothing_comes_back_silence_means_nothing() -> None:
    assert verdict(WAITING, None, LONG_AFTER).silence is Silence.ONE_WAY
    assert state_of(WAITING, None, LONG_AFTER) is ThreadState.THEIRS


# The same in the database

partial_dates = st.sampled_from(
    [None, *(PartialDate.parse(text) for text in ("2026", "2026-01", "2026-02-29"[:7], "2026-21", "--02-29", "--01"))]
) | st.dates(date(2025, 11, 1), date(2026, 3, 1)).map(PartialDate.of)
days = st.none() | st.dates(date(2025, 9, 1), TODAY)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    last=days,
    reply=days,
    waits=st.booleans(),
    by=st.sampled_from([Channel.POST, Channel.E_LETTER, Channel.RELAY]),
    kind=st.sampled_from([None, *PlacementKind]),
    since=partial_dates,
    ban=st.none() | st.tuples(partial_dates, partial_dates),
    seen=st.none() | st.tuples(st.integers(0, 20), st.integers(20, 60), st.integers(60, 120), st.integers(0, 30)),
)
def test_the_database_decides_as_the_rules_do(
    session: Session,
    last: date | None,
    reply: date | None,
    waits: bool,
    by: Channel,
    kind: PlacementKind | None,
    since: PartialDate | None,
    ban: tuple[PartialDate | None, PartialDate | None] | None,
    seen: tuple[int, int, int, int] | None,
) -> None:
    is_season = any(each is not None and each.season for each in ban or ())
    with session.begin_nested() as nested:
        facts: dict[str, Any] = {"no_mail": ban is not None}
        if ban is not None and not is_season:
            facts |= {"no_mail_since": ban[0], "no_mail_until": ban[1]}
        prisoner = make_prisoner(session, "Ёлка Вымышленная", **facts)
        place = make_facility(session, name="ИК-7")
        if kind is not None:
            make_placement(session, prisoner, place, kind=kind, since=since)
        if seen is not None:
            low, median, high, cases = seen
            session.add(
                TransitTime(
                    facility_id=place.id,
                    channel=by,
                    leg=Leg.ROUND,
                    cases=cases,
                    low_days=low,
                    median_days=median,
                    high_days=high,
                )
            )
        waiting = last if waits and last and (reply is None or reply < last) else None
        make_assignment(
            session,
            prisoner,
            make_volunteer(session, "vera"),
            last_letter_on=last,
            last_reply_on=reply,
            waiting_since=waiting,
            waiting_by=by if waiting else None,
        )
        session.flush()
        priors = priors_in_use()
        rows = session.execute(threads(WantedThreads(), TODAY, priors)).all()
        told = lines(session, rows, TODAY, priors)[0].verdict.state
        found = [
            state for state in ThreadState if session.execute(threads(WantedThreads(state=state), TODAY, priors)).all()
        ]
        assert found == [told]
        nested.rollback()


def test_who_waits_longest_comes_first(session: Session) -> None:
    vera = make_volunteer(session, "vera")
    for number, since in enumerate((date(2026, 1, 3), None, date(2026, 1, 1), date(2026, 1, 2))):
        prisoner = make_prisoner(session, f"Prisoner {number}")
        make_assignment(
            session,
            prisoner,
            vera,
            last_letter_on=since or TODAY - timedelta(days=300),
            waiting_since=since,
            waiting_by=Channel.POST if since else None,
        )
    rows = session.execute(threads(WantedThreads(), TODAY, priors_in_use())).all()
    assert [row.name for row in rows] == ["Prisoner 2", "Prisoner 3", "Prisoner 0", "Prisoner 1"]
