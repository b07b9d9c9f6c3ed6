"""The page of one's own key."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import time_machine
from pysequoia import Tsk
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_coordinator, make_volunteer, sign_in
from tests.openpgp.conftest import NAME
from tracker import clock
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind
from tracker.volunteers.models import Volunteer
from tracker.volunteers.rules import KeyState


@pytest.fixture
def vera(session: Session) -> Volunteer:
    made = make_volunteer(session, email="vera@example.org")
    session.commit()
    return made


@pytest.fixture
def as_vera(client, session, vera):
    return sign_in(client, session, vera)


def text_of(answer) -> str:
    return answer.get_data(as_text=True)


def test_a_key_is_pasted_shown_tried_and_removed(session, as_vera, vera, public, private):
    answer = as_vera.post_form("/me/key/", {"key": public})
    assert answer.status_code == 302
    session.refresh(vera)
    assert vera.pgp_state is KeyState.USABLE
    assert public.encode() not in (vera.pgp_key_sealed or b"")
    page = text_of(as_vera.get("/me/key/"))
    assert private.extract_certificate().fingerprint.upper()[:4] in page
    assert "no end" in page
    as_vera.post_form("/me/key/test", page="/me/key/")
    assert session.scalars(select(Outbox.kind)).all() == [MailKind.KEY_TEST]
    as_vera.post_form("/me/key/remove", page="/me/key/")
    session.refresh(vera)
    assert {vera.pgp_key, vera.pgp_fingerprint, vera.pgp_expires_at, vera.pgp_state} == {None}


def test_nothing_readable_is_kept_by_which_a_key_server_would_say_whose_it_is(session, as_vera, private, public):
    as_vera.post_form("/me/key/", {"key": public})
    [row] = session.execute(select(Volunteer.__table__)).all()
    print_of_key = private.extract_certificate().fingerprint.upper()
    assert print_of_key not in str(tuple(row)).upper()


def test_a_private_key_is_not_sent_back_however_long_it_is(as_vera, private):
    answer = as_vera.post_form("/me/key/", {"key": str(private) + "x" * 100_000})
    assert answer.status_code == 422
    assert str(private).splitlines()[-3] not in text_of(answer)


def test_a_key_comes_as_a_file_too(session, as_vera, vera, private):
    sent = (io.BytesIO(bytes(private.extract_certificate())), "vera.pgp")
    assert as_vera.post_form("/me/key/", {"file": sent}).status_code == 302
    session.refresh(vera)
    assert vera.pgp_state is KeyState.USABLE


def test_a_private_key_is_refused_loudly_and_neither_kept_nor_sent_back(session, as_vera, vera, private):
    answer = as_vera.post_form("/me/key/", {"key": str(private)})
    page = text_of(answer)
    assert answer.status_code == 422
    assert "That was your private key" in page
    assert str(private).splitlines()[-3] not in page
    session.refresh(vera)
    assert vera.pgp_key_sealed is None


@pytest.mark.parametrize(
    "given, sentence",
    [("", "This is no OpenPGP key"), ("привет", "This is no OpenPGP key"), ("x" * 100_001, "larger than 100 kB")],
)
def test_what_is_no_key_is_refused_in_words(session, as_vera, vera, given, sentence):
    answer = as_vera.post_form("/me/key/", {"key": given})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert "backtrace" not in text_of(answer)


def test_an_expired_key_is_refused_at_once(as_vera):
    cert = str(Tsk.generate(NAME, validity_seconds=60).extract_certificate())
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        answer = as_vera.post_form("/me/key/", {"key": cert})
    assert "This key has expired" in text_of(answer)


def test_she_and_the_coordinators_see_that_nothing_can_be_encrypted_any_more(
    session, as_vera, vera, public, new_visitor
):
    as_vera.post_form("/me/key/", {"key": public})
    session.refresh(vera)
    vera.pgp_state = KeyState.EXPIRED
    session.commit()
    assert "Nothing can be encrypted to your OpenPGP key" in text_of(as_vera.get("/me"))
    as_cora = sign_in(new_visitor(), session, make_coordinator(session))
    assert "key has expired" in text_of(as_cora.get("/volunteers/"))
    assert "key has expired" in text_of(as_cora.get(f"/volunteers/{vera.id}"))


def test_a_test_without_a_key_is_refused(session, as_vera, public):
    as_vera.post_form("/me/key/", {"key": public})
    as_vera.post_form("/me/key/remove", page="/me/key/")
    page = as_vera.get("/me/key/")
    assert "Send me an encrypted test" not in text_of(page)


def test_the_page_takes_few_statements(as_vera, count_statements):
    with count_statements() as asked:
        as_vera.get("/me/key/")
    assert len(asked) <= 4, str(asked)
