"""Who may close whose account, and who must stay admin."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.volunteers.rules import (
    AboveYou,
    AwayForEver,
    ComesBackBeforeSheGoes,
    LastAdmin,
    NotYourself,
    check_absence,
    check_may_close,
    check_roles,
    is_away,
)


@pytest.mark.parametrize("actor_is_admin", [False, True])
def test_a_coordinator_or_an_admin_closes_the_account_of_a_volunteer(actor_is_admin: bool) -> None:
    check_may_close(is_oneself=False, actor_is_admin=actor_is_admin, is_admin=False, other_admins=1)


@pytest.mark.parametrize(
    "oneself, actor_is_admin, is_admin, others, refusal",
    [
        (True, True, True, 5, NotYourself),
        (True, False, False, 1, NotYourself),
        (False, False, True, 5, AboveYou),
        (False, True, True, 0, LastAdmin),
    ],
)
def test_some_accounts_stay_open(
    oneself: bool, actor_is_admin: bool, is_admin: bool, others: int, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        check_may_close(is_oneself=oneself, actor_is_admin=actor_is_admin, is_admin=is_admin, other_admins=others)


def test_an_account_is_opened_again_even_if_no_admin_is_left() -> None:
    check_may_close(is_oneself=False, actor_is_admin=True, is_admin=True, other_admins=0, opening=True)


def test_a_coordinator_does_not_open_the_account_of_an_admin() -> None:
    with pytest.raises(AboveYou):
        check_may_close(is_oneself=False, actor_is_admin=False, is_admin=True, other_admins=3, opening=True)


@pytest.mark.parametrize("was, stays, others", [(True, True, 0), (True, False, 1), (False, False, 0), (False, True, 0)])
def test_roles_change_while_an_admin_remains(was: bool, stays: bool, others: int) -> None:
    check_roles(was_admin=was, stays_admin=stays, other_admins=others)


def test_the_last_admin_stays_one() -> None:
    with pytest.raises(LastAdmin):
        check_roles(was_admin=True, stays_admin=False, other_admins=0)


@pytest.mark.parametrize(
    "away_until, expected",
    [(None, False), (date(2028, 2, 28), False), (date(2028, 2, 29), True), (date(2028, 3, 1), True)],
)
def test_the_last_day_away_is_one_of_them(away_until: date | None, expected: bool) -> None:
    assert is_away(None, away_until, date(2028, 2, 29)) is expected


@pytest.mark.parametrize(
    "away_from, expected", [(date(2028, 2, 28), True), (date(2028, 2, 29), True), (date(2028, 3, 1), False)]
)
def test_the_first_day_away_is_one_of_them(away_from: date, expected: bool) -> None:
    assert is_away(away_from, date(2028, 3, 9), date(2028, 2, 29)) is expected


def test_an_absence_has_a_last_day_that_does_not_lie_before_the_first() -> None:
    check_absence(None, None)
    check_absence(date(2028, 2, 29), date(2028, 2, 29))
    with pytest.raises(AwayForEver):
        check_absence(date(2028, 2, 29), None)
    with pytest.raises(ComesBackBeforeSheGoes):
        check_absence(date(2028, 2, 29), date(2028, 2, 28))
