"""Invitations: inviting, the mail, accepting once, withdrawing, sending again."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.accounts.conftest import NOON
from tests.factories import make_volunteer, sign_in
from tests.support.client import FormClient
from tests.support.statements import counting
from tracker.accounts.actions import NewAccount
from tracker.accounts.invitation_actions import accept_invitation, invite, withdraw_invitation
from tracker.accounts.models import Invitation
from tracker.accounts.rules import HandleTaken, InvitationOver
from tracker.db import make_sessions
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind, MailState
from tracker.volunteers.models import Volunteer

GUEST = {
    "handle": "Дуб",
    "passphrase": "липа чайник утро среда",
    "languages": "Russian, German",
    "zone": "Asia/Vladivostok",
}


def send(client: FormClient, email: str = "guest@example.org", **more: Any) -> TestResponse:
    return client.post_form("/volunteers/invitations/new", {"email": email, **more})


def queued(session: Session) -> Outbox:
    session.rollback()
    return session.scalars(select(Outbox).where(Outbox.state == MailState.QUEUED)).one()


def link_in(mail: Outbox) -> str:
    path: str = json.loads(mail.payload or "{}")["path"]
    return path


@pytest.fixture
def link(as_cora: FormClient, session: Session) -> str:
    """The link in the mail of an invitation that Cora has sent."""
    assert send(as_cora).status_code == 302
    return link_in(queued(session))


def test_an_invitation_goes_out_by_mail(as_cora: FormClient, session: Session) -> None:
    answer = send(as_cora)
    assert answer.location == "/volunteers/invitations"
    mail = queued(session)
    assert (mail.kind, mail.to_address, mail.recipient_id) == (MailKind.INVITATION, "guest@example.org", None)
    assert re.fullmatch(r"/welcome/[\w-]{43}", link_in(mail))


def test_neither_address_nor_link_stands_in_the_database_in_clear(link: str, session: Session) -> None:
    token = link.removeprefix("/welcome/").encode()
    for table in (Invitation.__table__, Outbox.__table__):
        for row in session.execute(select(table)).all():
            for value in row:
                raw = value if isinstance(value, bytes) else str(value).encode()
                assert b"guest@" not in raw
                assert token not in raw


def test_the_guest_chooses_a_handle_and_lands_on_her_first_page(
    link: str, client: FormClient, session: Session
) -> None:
    page = client.get(link)
    assert page.status_code == 200
    assert "cora" not in page.text, "nothing about the collective is told before"
    answer = client.post_form(link, GUEST)
    assert (answer.status_code, answer.location) == (302, "/")
    assert client.get("/").status_code == 200
    guest = session.scalars(select(Volunteer).where(Volunteer.handle == "Дуб")).one()
    assert guest.email == "guest@example.org"
    assert (guest.languages, guest.zone) == (["ru", "de"], "Asia/Vladivostok")
    assert not guest.is_coordinator
    assert not guest.is_admin


def test_the_address_is_forgotten_with_the_invitation_once_it_is_accepted(
    link: str, client: FormClient, session: Session
) -> None:
    client.post_form(link, GUEST)
    invitation = session.scalars(select(Invitation)).one()
    assert invitation.email is None
    assert invitation.accepted_at is not None


def test_an_invitation_works_once(link: str, client: FormClient, new_visitor: Any) -> None:
    client.post_form(link, GUEST)
    second = new_visitor().get(link)
    assert second.status_code == 404
    assert "no longer works" in second.text


def test_a_form_opened_before_somebody_else_was_quicker_makes_no_second_account(
    link: str, client: FormClient, new_visitor: Any, session: Session
) -> None:
    slow = new_visitor()
    csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', slow.get(link).text)
    assert csrf
    client.post_form(link, GUEST)
    answer = slow.post(link, data={**GUEST, "handle": "Second", "csrf_token": csrf[1]})
    assert answer.status_code == 404
    assert session.scalar(select(func.count()).select_from(Volunteer).where(Volunteer.handle == "Second")) == 0


@pytest.mark.slow
def test_twenty_at_the_same_moment_make_one_account(engine: Engine, session: Session, cora: Volunteer) -> None:
    invite(
        session,
        cora,
        form_id=uuid4(),
        email="guest@example.org",
        as_coordinator=False,
        as_admin=False,
        lasts=timedelta(hours=72),
        now=NOON,
    )
    session.flush()
    token = link_in(session.scalars(select(Outbox)).one()).removeprefix("/welcome/")
    session.commit()
    outcomes = _at_once(
        20,
        lambda number: _accept(engine, token, NewAccount(f"guest {number}", "no hash")),
    )
    assert sorted(outcomes) == ["accepted"] + ["over"] * 19
    session.rollback()
    guests = select(func.count()).select_from(Volunteer).where(Volunteer.handle.startswith("guest"))
    assert session.scalar(guests) == 1


def _accept(engine: Engine, token: str, new: NewAccount) -> str:
    with make_sessions(engine)() as own:
        try:
            accept_invitation(own, token, new, NOON)
            own.commit()
            return "accepted"
        except InvitationOver:
            return "over"
        except HandleTaken:
            return "taken"


def _at_once(count: int, do: Callable[[int], str]) -> list[str]:
    outcomes: list[str] = []
    ready = threading.Barrier(count)

    def run(number: int) -> None:
        ready.wait()
        outcomes.append(do(number))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_two_who_choose_one_handle_at_the_same_moment_do_not_both_get_it(
    engine: Engine, session: Session, cora: Volunteer
) -> None:
    for name in ("a", "b", "c", "d"):
        invite(
            session,
            cora,
            form_id=uuid4(),
            email=f"{name}@example.org",
            as_coordinator=False,
            as_admin=False,
            lasts=timedelta(hours=72),
            now=NOON,
        )
    session.flush()
    tokens = [link_in(mail).removeprefix("/welcome/") for mail in session.scalars(select(Outbox))]
    session.commit()
    outcomes = _at_once(4, lambda number: _accept(engine, tokens[number], NewAccount("Eiche", "no hash")))
    assert sorted(outcomes) == ["accepted", "taken", "taken", "taken"]


def test_an_invitation_expires(
    as_cora: FormClient, client: FormClient, session: Session, noon: time_machine.Traveller, cora: Volunteer
) -> None:
    sign_in(as_cora, session, cora)
    send(as_cora)
    link = link_in(queued(session))
    noon.shift(timedelta(hours=71, minutes=59))
    assert client.get(link).status_code == 200
    noon.shift(timedelta(minutes=1))
    assert client.get(link).status_code == 404


def test_a_withdrawn_invitation_no_longer_works_and_its_mail_stays_here(
    link: str, as_cora: FormClient, client: FormClient, session: Session
) -> None:
    id_ = session.scalars(select(Invitation.id)).one()
    as_cora.post_form(f"/volunteers/invitations/{id_}/withdraw", page="/volunteers/invitations")
    assert client.get(link).status_code == 404
    session.rollback()
    mail = session.scalars(select(Outbox)).one()
    assert (mail.state, mail.payload_sealed) == (MailState.SUPERSEDED, None)
    assert session.scalars(select(Invitation)).one().email is None


def test_sent_again_the_new_link_works_and_the_old_one_does_not(
    link: str, as_cora: FormClient, client: FormClient, session: Session
) -> None:
    id_ = session.scalars(select(Invitation.id)).one()
    as_cora.post_form(f"/volunteers/invitations/{id_}/again", page="/volunteers/invitations")
    anew = link_in(queued(session))
    assert anew != link
    assert client.get(link).status_code == 404
    assert client.post_form(anew, GUEST).status_code == 302


def test_an_accepted_invitation_is_neither_withdrawn_nor_sent_again(
    link: str, as_cora: FormClient, client: FormClient, session: Session
) -> None:
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', as_cora.get("/volunteers/invitations").text)
    assert csrf
    client.post_form(link, GUEST)
    id_ = session.scalars(select(Invitation.id)).one()
    for what in ("again", "withdraw"):
        answer = as_cora.post(
            f"/volunteers/invitations/{id_}/{what}", data={"csrf_token": csrf[1]}, follow_redirects=True
        )
        assert "over" in answer.text
    assert session.scalars(select(Invitation)).one().withdrawn_at is None


def test_a_double_tap_invites_once(as_cora: FormClient, session: Session) -> None:
    form_id = str(uuid4())
    for _ in range(2):
        assert send(as_cora, form_id=form_id).status_code == 302
    assert session.scalar(select(func.count()).select_from(Invitation)) == 1
    assert session.scalar(select(func.count()).select_from(Outbox)) == 1


def test_only_the_inviter_sees_the_address(link: str, as_cora: FormClient, new_visitor: Any, session: Session) -> None:
    assert "guest@example.org" in as_cora.get("/volunteers/invitations").text
    other = sign_in(new_visitor(), session, make_volunteer(session, "cleo", is_coordinator=True, is_admin=True))
    page = other.get("/volunteers/invitations").text
    assert "guest@example.org" not in page
    assert "Send again" not in page
    assert "Withdraw" in page


def test_nobody_sends_the_invitation_of_somebody_else_again(link: str, as_ada: FormClient, session: Session) -> None:
    id_ = session.scalars(select(Invitation.id)).one()
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', as_ada.get("/volunteers/invitations").text)
    assert csrf
    answer = as_ada.post(f"/volunteers/invitations/{id_}/again", data={"csrf_token": csrf[1]})
    assert answer.status_code == 404


def test_a_coordinator_makes_no_admin(as_cora: FormClient, session: Session) -> None:
    assert "as_admin" not in as_cora.get("/volunteers/invitations/new").text
    answer = send(as_cora, as_admin="y")
    assert answer.status_code == 422
    assert "only a role that you have yourself" in answer.text
    assert session.scalar(select(func.count()).select_from(Invitation)) == 0


def test_an_admin_invites_an_admin(as_ada: FormClient, client: FormClient, session: Session) -> None:
    send(as_ada, as_admin="y")
    client.post_form(link_in(queued(session)), GUEST)
    assert session.scalars(select(Volunteer).where(Volunteer.handle == "Дуб")).one().is_admin


def test_volunteers_do_not_invite(as_vera: FormClient) -> None:
    assert as_vera.get("/volunteers/invitations").status_code == 404
    assert as_vera.get("/volunteers/invitations/new").status_code == 404


def test_closing_the_account_of_an_inviter_withdraws_what_she_sent(
    link: str, as_ada: FormClient, client: FormClient, cora: Volunteer
) -> None:
    as_ada.post_form(f"/volunteers/{cora.id}/close")
    assert client.get(link).status_code == 404


@pytest.mark.parametrize(
    "email, sentence",
    [
        ("", "Type an e-mail address."),
        ("guest", "This is not an e-mail address."),
        ("guest@example", "This is not an e-mail address."),
        ("дуб@example.org", "must be in Latin letters"),
        ("guest@example.org\r\nBcc: all@example.org", "This is not an e-mail address."),
        ("a@example.org, b@example.org", "This is not an e-mail address."),
        ("gu\0est@example.org", "There is a character in it that cannot be kept."),
        ("g" * 200 + "@example.org", "At most 200 characters, please."),
    ],
)
def test_what_is_no_address_is_refused_in_words(
    as_cora: FormClient, session: Session, email: str, sentence: str
) -> None:
    answer = send(as_cora, email)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.scalar(select(func.count()).select_from(Outbox)) == 0


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"handle": ""}, "Choose a handle."),
        ({"handle": "CORA"}, "Somebody here has this handle already."),
        ({"handle": "x" * 61}, "At most 60 characters, please."),
        ({"handle": "Du\u202eb"}, "There is a character in it that cannot be kept."),
        ({"passphrase": "short"}, "At least 15 characters"),
        ({"passphrase": "w" * 201}, "At most 200 characters"),
        ({"passphrase": "aaaaaaaaaaaaaaaaaa"}, "Somebody would guess this one."),
        ({"languages": "Russian, Entish"}, "We do not know the language “Entish”."),
        ({"zone": "Middle/Earth"}, "Not a valid choice"),
        ({"zone": ""}, "Choose your time zone."),
    ],
)
def test_a_refused_welcome_keeps_what_was_typed_and_the_invitation(
    link: str, client: FormClient, typed: dict[str, str], sentence: str
) -> None:
    answer = client.post_form(link, {**GUEST, **typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    if "languages" not in typed:
        assert "Russian, German" in answer.text
    assert client.post_form(link, GUEST).status_code == 302


@pytest.mark.parametrize("token", ["x", "x" * 43, "%00", "%ff", "a" * 3000])
def test_a_made_up_link_is_no_invitation(client: FormClient, token: str) -> None:
    assert client.get(f"/welcome/{token}").status_code == 404


def test_the_list_asks_the_database_as_often_for_one_as_for_fifty(
    as_cora: FormClient, session: Session, cora: Volunteer, app: Flask
) -> None:
    counts = []
    for number in (1, 50):
        for _ in range(number):
            invite(
                session,
                cora,
                form_id=uuid4(),
                email="guest@example.org",
                as_coordinator=False,
                as_admin=False,
                lasts=timedelta(hours=72),
                now=NOON,
            )
        session.commit()
        with counting(app.extensions["tracker"].engine) as asked:
            assert as_cora.get("/volunteers/invitations").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 5


def test_a_withdrawn_invitation_leaves_no_address_anywhere(session: Session) -> None:
    cora = make_volunteer(session, handle="cora-of-invitations", is_coordinator=True)
    invitation = invite(
        session,
        cora,
        form_id=uuid4(),
        email="gone@example.org",
        as_coordinator=False,
        as_admin=False,
        lasts=timedelta(days=1),
        now=NOON,
    )
    assert invitation is not None
    session.flush()
    withdraw_invitation(session, invitation, NOON)
    session.flush()
    mail = session.scalars(select(Outbox).where(Outbox.subject_id == invitation.id)).one()
    session.refresh(mail)
    assert (mail.to_address, mail.payload, invitation.email) == (None, None, None)
