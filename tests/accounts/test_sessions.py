"""Sessions: how long they last, and how they end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.accounts.conftest import NOON, PASSPHRASE
from tests.factories import make_volunteer, sign_in
from tests.support.client import FormClient
from tracker.accounts.actions import end_sessions_of, hash_of, start_session
from tracker.accounts.models import SignInSession
from tracker.accounts.passphrases import Passphrases
from tracker.volunteers.models import Volunteer


def is_signed_in(client: FormClient) -> bool:
    return client.get("/me").status_code == 200


def sign_in_by_form(client: FormClient, handle: str = "Vera") -> FormClient:
    assert client.post_form("/sign-in", {"handle": handle, "passphrase": PASSPHRASE}).status_code == 302
    return client


def sessions(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(SignInSession)) or 0


def test_nobody_in_the_database_can_be_signed_in_as(as_vera: FormClient, session: Session) -> None:
    with as_vera.session_transaction() as cookie:
        token = cookie["token"]
    assert session.scalars(select(SignInSession.token_hash)).one() == hash_of(token)
    assert token.encode() not in session.scalars(select(SignInSession.token_hash)).one()


def test_a_volunteer_is_signed_out_after_two_idle_hours(
    client: FormClient, vera: Volunteer, noon: time_machine.Traveller
) -> None:
    sign_in_by_form(client)
    noon.shift(timedelta(hours=1, minutes=59))
    assert is_signed_in(client)
    noon.shift(timedelta(hours=2, minutes=10))
    assert not is_signed_in(client)


def test_a_busy_session_ends_after_a_day(client: FormClient, vera: Volunteer, noon: time_machine.Traveller) -> None:
    sign_in_by_form(client)
    for _ in range(23):
        noon.shift(timedelta(hours=1))
        assert is_signed_in(client)
    noon.shift(timedelta(hours=1))
    assert not is_signed_in(client)


@pytest.mark.parametrize("role", ["is_coordinator", "is_admin"])
def test_sessions_of_coordinators_and_admins_are_shorter(
    client: FormClient, session: Session, noon: time_machine.Traveller, role: str
) -> None:
    make_volunteer(session, "Vera", passphrase_hash=Passphrases(8).hash(PASSPHRASE), **{role: True})
    sign_in_by_form(client)
    for _ in range(23):
        noon.shift(timedelta(minutes=30))
        assert is_signed_in(client)
    noon.shift(timedelta(minutes=30))
    assert not is_signed_in(client), "twelve hours are over"
    sign_in_by_form(client)
    noon.shift(timedelta(minutes=41))
    assert not is_signed_in(client), "idle for more than half an hour"


def test_a_session_notes_when_it_was_seen_only_every_ten_minutes(
    client: FormClient, session: Session, vera: Volunteer, noon: time_machine.Traveller
) -> None:
    sign_in_by_form(client)
    noon.shift(timedelta(minutes=9, seconds=59))
    client.get("/me")
    assert session.scalars(select(SignInSession.last_seen_at)).one() == NOON
    noon.shift(timedelta(minutes=7))
    client.get("/me")
    session.rollback()
    assert session.scalars(select(SignInSession.last_seen_at)).one() == NOON + timedelta(minutes=10)


def test_a_session_that_was_ended_is_not_brought_back_by_being_seen(
    app: Flask, client: FormClient, session: Session, vera: Volunteer, noon: time_machine.Traveller
) -> None:
    """The request found the session; before it wrote down that it was seen, the session was ended elsewhere."""
    reading: list[bool] = []
    vera_id = vera.id

    @app.after_request
    def _ended_meanwhile(response: Any) -> Any:
        if reading:
            with app.extensions["tracker"].sessions.begin() as other:
                end_sessions_of(other, vera_id)
        return response

    sign_in_by_form(client)
    noon.shift(timedelta(minutes=30))
    reading.append(True)
    assert is_signed_in(client)
    assert sessions(session) == 0
    assert not is_signed_in(client)


def test_signing_out_ends_the_session_and_leaves_nothing_in_the_browser(as_vera: FormClient, session: Session) -> None:
    answer = as_vera.post_form("/sign-out", page="/me")
    assert answer.location == "/sign-in"
    assert "cache" in answer.headers["Clear-Site-Data"]
    assert sessions(session) == 0
    with as_vera.session_transaction() as cookie:
        assert "token" not in cookie


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(as_vera: FormClient, new_visitor: Any) -> None:
    with as_vera.session_transaction() as cookie:
        token = cookie["token"]
    as_vera.post_form("/sign-out", page="/me")
    thief = new_visitor()
    with thief.session_transaction() as cookie:
        cookie["token"] = token
    assert not is_signed_in(thief)


def test_closing_an_account_ends_its_sessions_at_once(
    as_vera: FormClient, as_cora: FormClient, session: Session, vera: Volunteer
) -> None:
    assert is_signed_in(as_vera)
    as_cora.post_form(f"/volunteers/{vera.id}/close")
    assert not is_signed_in(as_vera)
    as_cora.post_form(f"/volunteers/{vera.id}/open", page=f"/volunteers/{vera.id}")
    assert not is_signed_in(as_vera), "she has to sign in anew"


def test_sessions_past_their_end_are_forgotten_when_somebody_signs_in(
    client: FormClient, session: Session, vera: Volunteer, noon: time_machine.Traveller
) -> None:
    start_session(session, vera.id, lasts=timedelta(hours=1), now=NOON - timedelta(days=3))
    session.commit()
    sign_in_by_form(client)
    assert sessions(session) == 1


def test_everybody_sees_where_she_is_signed_in_and_can_end_it(
    as_vera: FormClient, new_visitor: Any, session: Session, vera: Volunteer
) -> None:
    phone = sign_in(new_visitor(), session, vera)
    page = as_vera.get("/me/sessions").text
    assert page.count("Signed in ") == 2
    assert page.count(">here<") == 1
    other = page.split("/me/sessions/")[1].split("/end")[0]
    as_vera.post_form(f"/me/sessions/{other}/end", page="/me/sessions")
    assert is_signed_in(as_vera)
    assert not is_signed_in(phone)


def test_nobody_ends_a_session_of_somebody_else(
    as_vera: FormClient, as_cora: FormClient, session: Session, cora: Volunteer, vera: Volunteer
) -> None:
    coras = session.scalars(select(SignInSession.id).where(SignInSession.volunteer_id == cora.id)).one()
    sign_in(as_vera, session, vera)
    page = as_vera.get("/me/sessions").text
    csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
    as_vera.post(f"/me/sessions/{coras}/end", data={"csrf_token": csrf})
    assert is_signed_in(as_cora)


def test_all_other_sessions_end_at_once(
    as_vera: FormClient, new_visitor: Any, session: Session, vera: Volunteer
) -> None:
    others = [sign_in(new_visitor(), session, vera) for _ in range(2)]
    as_vera.post_form("/me/sessions/end-others", page="/me/sessions")
    assert is_signed_in(as_vera)
    assert not any(is_signed_in(other) for other in others)


def test_no_address_and_no_browser_is_kept(session: Session) -> None:
    assert {column.name for column in SignInSession.__table__.columns} == {
        "id",
        "token_hash",
        "volunteer_id",
        "created_at",
        "last_seen_at",
        "ends_at",
    }
