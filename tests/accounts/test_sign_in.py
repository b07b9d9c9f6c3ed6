"""Signing in: who gets in, what failures cost, where one lands."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.accounts.conftest import PASSPHRASE
from tests.support.client import FormClient
from tracker.accounts.models import FailedSignIns, SignInSession
from tracker.volunteers.models import Volunteer

WRONG = "gar nicht meine Worte"


def sign_in(
    client: FormClient, handle: str = "Vera", passphrase: str = PASSPHRASE, url: str = "/sign-in"
) -> TestResponse:
    return client.post_form(url, {"handle": handle, "passphrase": passphrase})


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def cookie_token(client: FormClient) -> Any:
    with client.session_transaction() as cookie:
        return cookie.get("token")


@pytest.mark.parametrize("handle", ["Vera", "vera", "  VERA "])
def test_a_handle_and_its_passphrase_open_the_first_page(client: FormClient, vera: Volunteer, handle: str) -> None:
    answer = sign_in(client, handle)
    assert (answer.status_code, answer.location) == (302, "/")
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "handle, passphrase",
    [("Vera", WRONG), ("nobody", PASSPHRASE), ("Vera", PASSPHRASE.upper()), ("Вера", PASSPHRASE)],
)
def test_whatever_does_not_fit_gets_the_same_answer(
    client: FormClient, vera: Volunteer, handle: str, passphrase: str
) -> None:
    answer = sign_in(client, handle, passphrase)
    assert answer.status_code == 422
    assert "Handle and passphrase do not fit together." in answer.text
    assert passphrase not in answer.text
    assert cookie_token(client) is None


def test_a_closed_account_looks_like_a_wrong_passphrase(
    client: FormClient, session: Session, vera: Volunteer, noon: time_machine.Traveller
) -> None:
    vera.disabled_at = vera.created_at
    answer = sign_in(client)
    assert answer.status_code == 422
    assert "do not fit together" in answer.text


def test_an_account_without_a_passphrase_cannot_be_entered(
    client: FormClient, session: Session, vera: Volunteer
) -> None:
    vera.passphrase_hash = None
    assert sign_in(client).status_code == 422


@pytest.mark.parametrize(
    "handle, passphrase, sentence",
    [
        ("", PASSPHRASE, "Type your handle."),
        ("Vera", "", "Type your passphrase."),
        ("V" * 61, PASSPHRASE, "At most 60 characters, please."),
        ("Vera", "w" * 201, "At most 200 characters, please."),
        ("Ve\0ra", PASSPHRASE, "There is a character in it that cannot be kept."),
    ],
)
def test_what_cannot_be_right_is_said_at_the_field(
    client: FormClient, handle: str, passphrase: str, sentence: str
) -> None:
    answer = sign_in(client, handle, passphrase)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_broken_utf_8_is_refused_in_words(client: FormClient) -> None:
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "x"
    client.get("/sign-in")
    answer = client.post(
        "/sign-in", data=b"handle=%ff%fe&passphrase=%ff", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in (400, 422)


def test_waits_grow_with_failures_and_never_lock_out(
    client: FormClient, vera: Volunteer, noon: time_machine.Traveller
) -> None:
    for _ in range(4):
        assert sign_in(client, passphrase=WRONG).status_code == 422
    answer = sign_in(client)
    assert answer.status_code == 429
    assert "Wait 1 seconds" in answer.text
    noon.shift(1)
    for wait in (2, 4, 8, 15, 15, 15):
        assert sign_in(client, passphrase=WRONG).status_code == 422
        assert f"Wait {wait} seconds" in sign_in(client).text
        noon.shift(wait)
    assert sign_in(client).status_code == 302


def test_waiting_tries_do_not_make_the_wait_longer(
    client: FormClient, vera: Volunteer, noon: time_machine.Traveller
) -> None:
    for _ in range(6):
        sign_in(client, passphrase=WRONG)
        noon.shift(5)
    sign_in(client, passphrase=WRONG)
    for _ in range(5):
        assert sign_in(client).status_code == 429
    noon.shift(8)
    assert sign_in(client).status_code == 302


def test_failures_are_forgotten_after_success(
    client: FormClient, session: Session, vera: Volunteer, noon: time_machine.Traveller
) -> None:
    sign_in(client, passphrase=WRONG)
    sign_in(client)
    assert session.scalar(select(func.count()).select_from(FailedSignIns)) == 0


def test_failures_are_forgotten_after_twelve_hours(
    client: FormClient, session: Session, vera: Volunteer, noon: time_machine.Traveller
) -> None:
    for _ in range(3):
        sign_in(client, passphrase=WRONG)
    noon.shift(timedelta(hours=13))
    sign_in(client, passphrase=WRONG)
    assert session.scalars(select(FailedSignIns.failures)).all() == [1]


def test_handles_that_do_not_exist_are_slowed_down_the_same(client: FormClient, noon: time_machine.Traveller) -> None:
    for _ in range(4):
        sign_in(client, "nobody", WRONG)
    assert sign_in(client, "nobody", WRONG).status_code == 429


def test_a_known_device_is_not_slowed_down_by_the_failures_of_strangers(
    client: FormClient, new_visitor: Any, vera: Volunteer, noon: time_machine.Traveller
) -> None:
    sign_in(client)
    client.post_form("/sign-out", page="/me")
    stranger = new_visitor()
    for _ in range(9):
        sign_in(stranger, passphrase=WRONG)
        noon.shift(timedelta(minutes=2))
    sign_in(stranger, passphrase=WRONG)
    assert sign_in(stranger).status_code == 429
    assert sign_in(client).status_code == 302


def test_a_device_that_is_known_for_one_handle_is_a_stranger_to_others(
    client: FormClient, vera: Volunteer, noon: time_machine.Traveller
) -> None:
    sign_in(client)
    client.post_form("/sign-out", page="/me")
    for _ in range(4):
        sign_in(client, "nobody", WRONG)
    assert sign_in(client, "nobody", WRONG).status_code == 429


def test_what_is_kept_of_failures_does_not_tell_the_handle(
    client: FormClient, session: Session, vera: Volunteer
) -> None:
    sign_in(client, passphrase=WRONG)
    kept = session.scalars(select(FailedSignIns)).one()
    assert b"vera" not in kept.handle_hash.lower()
    assert len(kept.handle_hash) == 32


def test_the_token_changes_when_somebody_signs_in(client: FormClient, session: Session, vera: Volunteer) -> None:
    with client.session_transaction() as cookie:
        cookie["token"] = "planted by somebody else"
        cookie["csrf_token"] = "planted too"
    sign_in(client)
    first = cookie_token(client)
    assert first not in (None, "planted by somebody else")
    with client.session_transaction() as cookie:
        assert cookie.get("csrf_token") != "planted too"


def test_signing_in_anew_ends_the_former_session_of_that_browser(
    client: FormClient, session: Session, vera: Volunteer
) -> None:
    page = client.get("/sign-in").text
    form = {"handle": "Vera", "passphrase": PASSPHRASE, "csrf_token": csrf_of(page)}
    client.post("/sign-in", data=form)
    former = cookie_token(client)
    # A second window of the same browser still shows the form.
    csrf = csrf_of(client.get("/me").text)
    client.post("/sign-in", data={**form, "csrf_token": csrf})
    assert cookie_token(client) != former
    assert session.scalar(select(func.count()).select_from(SignInSession)) == 1


@pytest.mark.parametrize("wanted", ["/me", "/hearings/?show=past", "/me?q=%D0%B4"])
def test_the_wanted_page_comes_after_signing_in(client: FormClient, vera: Volunteer, wanted: str) -> None:
    shown = client.get(wanted)
    assert shown.status_code == 302
    assert shown.location.startswith("/sign-in?next=")
    assert sign_in(client, url=shown.location).location == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "\\/evil.example",
        "/%09/evil.example",
        "/%0d%0aLocation:%20https://evil.example",
        "%09//evil.example",
        "%20//evil.example",
        "http:evil.example",
        "https:/evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "evil.example",
        "@evil.example",
        "//evil.example\\@ours.example",
        "/%00/evil.example",
        "//%E2%80%8Bevil.example",
        "",
    ],
)
def test_no_address_of_somebody_else_comes_after_signing_in(client: FormClient, vera: Volunteer, wanted: str) -> None:
    answer = sign_in(client, url=f"/sign-in?next={wanted}")
    assert (answer.status_code, answer.location) == (302, "/")


def test_whoever_is_signed_in_need_not_do_it_again(as_vera: FormClient) -> None:
    assert as_vera.get("/sign-in").location == "/"


def test_a_sign_in_without_the_token_of_its_form_is_refused(client: FormClient, vera: Volunteer) -> None:
    answer = client.post("/sign-in", data={"handle": "Vera", "passphrase": PASSPHRASE})
    assert answer.status_code == 400
    assert cookie_token(client) is None


def test_no_passphrase_is_given_back_in_a_page(client: FormClient, vera: Volunteer) -> None:
    assert WRONG not in sign_in(client, passphrase=WRONG).text
