"""Who may be given whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tracker.assignments.rules import (
    AlreadyEnded,
    BeginsInTheFuture,
    Candidate,
    Doubt,
    EndsBeforeItBegan,
    EndsInTheFuture,
    InTheArchive,
    MustNotMeet,
    SupportWithheld,
    VolunteerDisabled,
    check_end,
    check_may_assign,
    doubts,
    fit,
)

TODAY = date(2028, 2, 29)
VERA = Candidate(is_disabled=False, capacity=3, load=1, has_co_defendant=False, must_not_meet=False)
FULL = replace(VERA, load=3)
OVERFULL = replace(VERA, load=5)
WITH_CO_DEFENDANT = replace(VERA, has_co_defendant=True)


def test_nobody_is_assigned_to_somebody_in_the_archive() -> None:
    with pytest.raises(InTheArchive):
        check_may_assign(VERA, support_withheld=False, is_archived=True, since=TODAY, today=TODAY)


def test_somebody_with_room_can_be_given_somebody_today() -> None:
    check_may_assign(VERA, support_withheld=False, is_archived=False, since=TODAY, today=TODAY)


def test_an_assignment_may_have_begun_long_ago() -> None:
    check_may_assign(VERA, support_withheld=False, is_archived=False, since=date(2019, 5, 1), today=TODAY)


@pytest.mark.parametrize(
    "candidate, withheld, since, refusal",
    [
        (VERA, True, TODAY, SupportWithheld),
        (replace(VERA, is_disabled=True), False, TODAY, VolunteerDisabled),
        (replace(VERA, must_not_meet=True), False, TODAY, MustNotMeet),
        (VERA, False, date(2028, 3, 1), BeginsInTheFuture),
    ],
)
def test_some_assignments_are_refused(
    candidate: Candidate, withheld: bool, since: date, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        check_may_assign(candidate, support_withheld=withheld, is_archived=False, since=since, today=TODAY)


@pytest.mark.parametrize(
    "candidate, writes, forbidden, expected",
    [
        (VERA, True, False, ()),
        (FULL, True, False, (Doubt.VOLUNTEER_IS_FULL,)),
        (OVERFULL, True, False, (Doubt.VOLUNTEER_IS_FULL,)),
        (replace(VERA, capacity=0, load=0), True, False, (Doubt.VOLUNTEER_IS_FULL,)),
        (FULL, False, False, ()),
        (VERA, True, True, (Doubt.NO_MAIL,)),
        (VERA, False, True, ()),
        (WITH_CO_DEFENDANT, True, False, (Doubt.CO_DEFENDANT,)),
        (WITH_CO_DEFENDANT, False, True, (Doubt.CO_DEFENDANT,)),
        (
            replace(FULL, has_co_defendant=True),
            True,
            True,
            (Doubt.VOLUNTEER_IS_FULL, Doubt.NO_MAIL, Doubt.CO_DEFENDANT),
        ),
    ],
)
def test_what_speaks_against_it_is_said(
    candidate: Candidate, writes: bool, forbidden: bool, expected: tuple[Doubt, ...]
) -> None:
    assert doubts(candidate, writes=writes, mail_is_forbidden=forbidden) == expected


def test_capacity_that_was_lowered_leaves_no_negative_room() -> None:
    assert OVERFULL.free == 0


def test_who_has_room_and_the_language_comes_first() -> None:
    plain = {"has_part": False, "speaks": True, "is_away": False, "last_letter_on": date(2028, 1, 1)}
    in_order = [
        ("never wrote yet", fit(VERA, **{**plain, "last_letter_on": None})),  # type: ignore[arg-type]
        ("fits", fit(VERA, **plain)),  # type: ignore[arg-type]
        ("wrote lately", fit(VERA, **{**plain, "last_letter_on": date(2028, 2, 1)})),  # type: ignore[arg-type]
        ("less room", fit(replace(VERA, load=2), **plain)),  # type: ignore[arg-type]
        ("away", fit(VERA, **{**plain, "is_away": True})),  # type: ignore[arg-type]
        ("another language", fit(VERA, **{**plain, "speaks": False})),  # type: ignore[arg-type]
        ("full", fit(FULL, **plain)),  # type: ignore[arg-type]
        ("has a part", fit(VERA, **{**plain, "has_part": True})),  # type: ignore[arg-type]
    ]
    assert [name for name, _ in sorted(reversed(in_order), key=lambda pair: pair[1])] == [name for name, _ in in_order]


def test_an_assignment_can_end_on_the_day_it_began() -> None:
    check_end(since=TODAY, last_day=TODAY, today=TODAY, has_ended=False)


@pytest.mark.parametrize(
    "since, last_day, has_ended, refusal",
    [
        (date(2028, 1, 1), date(2028, 2, 1), True, AlreadyEnded),
        (date(2028, 1, 1), date(2028, 3, 1), False, EndsInTheFuture),
        (date(2028, 2, 1), date(2028, 1, 31), False, EndsBeforeItBegan),
    ],
)
def test_some_ends_are_refused(since: date, last_day: date, has_ended: bool, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check_end(since=since, last_day=last_day, today=TODAY, has_ended=has_ended)
