"""Turning a kind of mail off from the mail itself, as mail programs and people do."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_volunteer, make_watcher
from tests.support.client import FormClient, forms
from tracker.reminders.links import BadLink, Links
from tracker.reminders.models import Muted
from tracker.reminders.rules import MailTopic


@pytest.fixture
def links(app: Flask) -> Links:
    return Links(app.extensions["tracker"].settings.secret_key.encode())


@pytest.fixture
def program(app: Flask, client: FormClient) -> FormClient:
    """A mail program: no cookies, no token."""
    made: FormClient = app.test_client(use_cookies=False)  # type: ignore[assignment]
    made.before_each = client.before_each
    return made


def muted(session: Session) -> list[tuple[object, ...]]:
    session.commit()
    return [tuple(row) for row in session.execute(select(Muted.volunteer_id, Muted.watcher_id, Muted.topic))]


def test_one_click_turns_a_kind_off_at_once_without_cookie_token_or_redirect(session, program, links):
    vera = make_volunteer(session)
    session.commit()
    address = f"/u/{links.unsubscribe(vera.id, MailTopic.BIRTHDAY)}"
    answer = program.post(address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "You get no more mails of this kind" in answer.get_data(as_text=True)
    assert muted(session) == [(vera.id, None, MailTopic.BIRTHDAY)]
    assert program.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert len(muted(session)) == 1


def test_looking_changes_nothing(session, program, links):
    vera = make_volunteer(session)
    session.commit()
    address = f"/u/{links.unsubscribe(vera.id, MailTopic.HEARING)}"
    page = program.get(address)
    assert page.status_code == program.head(address).status_code == 200
    assert "moved or is cancelled" in page.get_data(as_text=True)
    assert "vera" not in page.get_data(as_text=True)
    assert muted(session) == []


def test_it_can_be_undone_on_the_spot(session, program, links):
    vera = make_volunteer(session)
    session.commit()
    address = f"/u/{links.unsubscribe(vera.id, MailTopic.HEARING)}"
    page = program.post(address).get_data(as_text=True)
    [back] = [form for form in forms(page) if ("again", "yes") in form.fields]
    assert "Turn these mails off" in program.post(address, data=dict(back.fields)).get_data(as_text=True)
    assert muted(session) == []


def test_a_court_watcher_turns_hearings_off_in_the_same_way(session, program, links):
    watcher = make_watcher(session)
    session.commit()
    assert program.post(f"/u/{links.unsubscribe(watcher.id, MailTopic.HEARING)}").status_code == 200
    assert muted(session) == [(None, watcher.id, MailTopic.HEARING)]


def test_an_address_that_was_tampered_with_or_whose_reader_is_gone_is_a_missing_page(session, program, links):
    vera = make_volunteer(session)
    session.commit()
    token = links.unsubscribe(vera.id, MailTopic.BIRTHDAY)
    tampered = ("A" if token[0] != "A" else "B") + token[1:]
    nobody = links.unsubscribe(Muted(topic=MailTopic.BIRTHDAY).id, MailTopic.BIRTHDAY)
    for wrong in (tampered, token[:-4], "x", "\u0442\u043e\u043a\u0435\u043d", nobody, links.watcher(vera.id, 0)):
        assert program.get(f"/u/{wrong}").status_code == 404
        assert program.post(f"/u/{wrong}").status_code == 404
    assert muted(session) == []


def test_the_address_does_not_tell_of_what_kind_the_mail_was(links, session):
    vera = make_volunteer(session)
    tokens = [links.unsubscribe(vera.id, topic) for topic in MailTopic]
    assert len({len(token) for token in tokens}) == 1
    assert len({token[:20] for token in tokens}) == len(tokens)
    assert [links.read_unsubscribe(token) for token in tokens] == [(vera.id, topic) for topic in MailTopic]
    with pytest.raises(BadLink):
        Links(b"another secret").read_unsubscribe(tokens[0])
