"""Passphrases, waits, sessions that end, invitations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tracker.accounts.rules import (
    InvitationState,
    PassphraseTooCommon,
    PassphraseTooLong,
    PassphraseTooShort,
    RoleAboveOwn,
    check_may_invite,
    check_passphrase,
    folded_handle,
    invitation_state,
    is_over,
    rounded_down,
    seconds_to_wait,
    wait_after,
)

NOON = datetime(2028, 2, 29, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "passphrase",
    ["Linde Kessel Morgen", "липа чайник утро вторник", "aB3$aB3$aB3$aB4", "x" + "y z w v " * 24, "the quick brown"],
)
def test_length_makes_a_passphrase_good_in_any_script(passphrase: str) -> None:
    check_passphrase(passphrase, "vera")


@pytest.mark.parametrize(
    "passphrase, refusal",
    [
        ("", PassphraseTooShort),
        ("fourteen chars", PassphraseTooShort),
        ("w" * 201, PassphraseTooLong),
        ("correct horse battery staple", PassphraseTooCommon),
        ("CorrectHorseBatteryStaple", PassphraseTooCommon),
        ("пароль пароль пароль", PassphraseTooCommon),
        ("aaaaaaaaaaaaaaaa", PassphraseTooCommon),
        ("abcabcabcabcabc", PassphraseTooCommon),
        ("Дуняша2000 дуняша2000", PassphraseTooCommon),
    ],
)
def test_short_endless_and_guessable_passphrases_are_refused(passphrase: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check_passphrase(passphrase, "дуняша2000")


@pytest.mark.parametrize(
    "failures, seconds",
    [(0, 0), (1, 0), (3, 0), (4, 1), (5, 2), (6, 4), (7, 8), (8, 15), (9, 15), (10_000, 15)],
)
def test_waits_grow_and_stop_growing_at_a_quarter_of_a_minute(failures: int, seconds: int) -> None:
    assert wait_after(failures) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "failures, passed, seconds",
    [
        (3, timedelta(0), 0),
        (4, timedelta(0), 1),
        (7, timedelta(seconds=3), 5),
        (7, timedelta(seconds=8), 0),
        (500, timedelta(seconds=5), 10),
        (500, timedelta(seconds=15), 0),
        (500, timedelta(hours=13), 0),
    ],
)
def test_the_next_try_waits_for_what_is_left(failures: int, passed: timedelta, seconds: int) -> None:
    assert seconds_to_wait(failures, NOON, NOON + passed) == seconds


def test_when_somebody_was_seen_is_known_to_ten_minutes() -> None:
    assert rounded_down(datetime(2028, 2, 29, 12, 19, 59, 999, tzinfo=UTC)) == NOON + timedelta(minutes=10)


@pytest.mark.parametrize(
    "seen, ends, over",
    [
        (timedelta(0), timedelta(hours=1), False),
        (timedelta(minutes=30), timedelta(hours=1), False),
        (timedelta(minutes=39, seconds=59), timedelta(hours=1), False),
        (timedelta(minutes=40), timedelta(hours=1), True),
        (timedelta(0), timedelta(0), True),
        (timedelta(0), timedelta(seconds=-1), True),
    ],
)
def test_a_session_ends_by_idleness_or_at_its_end(seen: timedelta, ends: timedelta, over: bool) -> None:
    idle = timedelta(minutes=30)
    assert is_over(last_seen_at=NOON - seen, ends_at=NOON + ends, idle=idle, now=NOON) is over


@pytest.mark.parametrize(
    "handle, folded", [(" Vera  Fox ", "vera fox"), ("ДУНЯ", "дуня"), ("Ｖｅｒａ", "vera"), ("Straße", "strasse")]
)
def test_one_handle_is_one_whatever_its_case_and_width(handle: str, folded: str) -> None:
    assert folded_handle(handle) == folded


@pytest.mark.parametrize(
    "inviter, gives, allowed",
    [
        ("", "", True),
        ("c", "c", True),
        ("c", "a", False),
        ("a", "a", True),
        ("a", "c", True),
        ("a", "ca", True),
        ("c", "ca", False),
        ("", "c", False),
        ("", "a", False),
    ],
)
def test_a_role_is_given_by_those_who_have_it_or_are_admins(inviter: str, gives: str, allowed: bool) -> None:
    def check() -> None:
        check_may_invite(
            inviter_is_coordinator="c" in inviter,
            inviter_is_admin="a" in inviter,
            as_coordinator="c" in gives,
            as_admin="a" in gives,
        )

    if allowed:
        check()
    else:
        with pytest.raises(RoleAboveOwn):
            check()


@pytest.mark.parametrize(
    "accepted, withdrawn, expires, state",
    [
        (None, None, NOON + timedelta(seconds=1), InvitationState.PENDING),
        (None, None, NOON, InvitationState.EXPIRED),
        (NOON, None, NOON, InvitationState.ACCEPTED),
        (None, NOON, NOON + timedelta(days=1), InvitationState.WITHDRAWN),
    ],
)
def test_an_invitation_waits_until_something_becomes_of_it(
    accepted: datetime | None, withdrawn: datetime | None, expires: datetime, state: InvitationState
) -> None:
    found = invitation_state(accepted_at=accepted, withdrawn_at=withdrawn, expires_at=expires, now=NOON)
    assert found is state


@pytest.mark.parametrize("twin", ["vera\u200d", "ve\u00adra", "\u200evera", "vera\u3164", " VERA ", "ｖｅｒａ"])
def test_no_two_handles_look_alike_by_what_cannot_be_seen(twin: str) -> None:
    assert folded_handle(twin) == folded_handle("vera")


@pytest.mark.parametrize("nothing", ["\u200d\u200d", "\u00ad", "\u3164", " "])
def test_a_handle_of_nothing_visible_is_nothing(nothing: str) -> None:
    assert folded_handle(nothing) == ""
