"""Everybody's own address and passphrase."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.accounts.conftest import PASSPHRASE
from tests.factories import sign_in
from tests.support.client import FormClient
from tracker.volunteers.models import AddressState, Volunteer

NEW = "Kessel Linde Mittwoch Regen"


def stored(session: Session) -> Volunteer:
    session.rollback()
    return session.scalars(select(Volunteer).where(Volunteer.handle == "Vera")).one()


def test_the_address_is_changed_with_the_passphrase(as_vera: FormClient, session: Session, vera: Volunteer) -> None:
    vera.address_state = AddressState.REFUSED
    answer = as_vera.post_form("/me/email", {"email": " new@example.org ", "passphrase": PASSPHRASE})
    assert answer.location == "/me"
    assert (stored(session).email, stored(session).address_state) == ("new@example.org", AddressState.FINE)


def test_the_address_can_be_taken_away(as_vera: FormClient, session: Session) -> None:
    as_vera.post_form("/me/email", {"email": "", "passphrase": PASSPHRASE})
    assert stored(session).email_sealed is None
    assert "no mail reaches you" in as_vera.get("/me").text


@pytest.mark.parametrize(
    "email, passphrase, sentence",
    [
        ("new@example.org", "not my passphrase", "This is not your passphrase."),
        ("new@example.org", "", "Type your passphrase."),
        ("nonsense", PASSPHRASE, "This is not an e-mail address."),
    ],
)
def test_a_refused_address_changes_nothing_and_is_kept_in_the_form(
    as_vera: FormClient, session: Session, email: str, passphrase: str, sentence: str
) -> None:
    answer = as_vera.post_form("/me/email", {"email": email, "passphrase": passphrase})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{email}"' in answer.text
    assert stored(session).email == "vera@example.org"


def test_a_new_passphrase_works_and_the_old_one_does_not(as_vera: FormClient, new_visitor: Any) -> None:
    assert as_vera.post_form("/me/passphrase", {"present": PASSPHRASE, "new": NEW}).location == "/me"
    other = new_visitor()
    assert other.post_form("/sign-in", {"handle": "Vera", "passphrase": PASSPHRASE}).status_code == 422
    assert other.post_form("/sign-in", {"handle": "Vera", "passphrase": NEW}).status_code == 302


def test_a_new_passphrase_ends_every_other_session(
    as_vera: FormClient, new_visitor: Any, session: Session, vera: Volunteer
) -> None:
    phone = sign_in(new_visitor(), session, vera)
    as_vera.post_form("/me/passphrase", {"present": PASSPHRASE, "new": NEW})
    assert as_vera.get("/me").status_code == 200
    assert phone.get("/me").status_code == 302


@pytest.mark.parametrize(
    "present, new, sentence",
    [
        ("wrong words altogether", NEW, "This is not your passphrase."),
        (PASSPHRASE, "short", "At least 15 characters"),
        (PASSPHRASE, "vera vera vera vera", "Somebody would guess this one."),
        (PASSPHRASE, "", "Type your passphrase."),
    ],
)
def test_a_refused_passphrase_changes_nothing(
    as_vera: FormClient, session: Session, present: str, new: str, sentence: str
) -> None:
    before = stored(session).passphrase_hash
    answer = as_vera.post_form("/me/passphrase", {"present": present, "new": new})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert stored(session).passphrase_hash == before


def test_whoever_found_an_open_browser_cannot_guess_without_end(
    as_vera: FormClient, noon: time_machine.Traveller, session: Session, vera: Volunteer
) -> None:
    sign_in(as_vera, session, vera)
    for _ in range(4):
        as_vera.post_form("/me/email", {"email": "thief@example.org", "passphrase": "just guessing here"})
    answer = as_vera.post_form("/me/email", {"email": "thief@example.org", "passphrase": PASSPHRASE})
    assert "Wait 1 seconds" in answer.text
    assert stored(session).email == "vera@example.org"
