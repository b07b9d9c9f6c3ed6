"""Everybody's own calendars."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import sign_in
from tests.support.client import FormClient
from tracker import clock
from tracker.calendars.models import CalendarFeed
from tracker.calendars.rules import MOST_FEEDS
from tracker.collective.models import THE_ONE, Collective
from tracker.volunteers.models import Volunteer
from tracker.volunteers.rules import Disclosure

WISHES = {"name": "Почта, телефон", "disclosure": "discreet"}


def _feed(session: Session) -> CalendarFeed:
    session.rollback()
    return session.scalars(select(CalendarFeed)).one()


def _address_on(page: str) -> str:
    found = re.search(r"<code>https?://[^/<]+(/calendar/[\w-]{43}\.ics)</code>", page)
    assert found, page
    return found[1]


def test_without_a_calendar_the_page_says_what_to_do(as_vera: FormClient) -> None:
    page = as_vera.get("/me/calendars").text
    assert "You have no calendar yet." in page
    assert "Google, Apple or Microsoft will see whatever is in the calendar" in page
    assert 'href="/me/calendars"' in as_vera.get("/me").text


def test_its_address_is_shown_once_in_both_forms(as_vera: FormClient, new_visitor: Any) -> None:
    answer = as_vera.post_form("/me/calendars", WISHES)
    assert answer.status_code == 200
    address = _address_on(answer.text)
    assert re.search(rf'href="webcal://[^/"]+{re.escape(address)}"', answer.text)
    assert "Set-Cookie" not in answer.headers
    assert new_visitor().get(address).status_code == 200
    assert "/calendar/" not in as_vera.get("/me/calendars").text
    assert "last read on" in as_vera.get("/me/calendars").text


def test_a_line_break_in_its_name_stays_within_its_line(as_vera: FormClient, new_visitor: Any) -> None:
    answer = as_vera.post_form("/me/calendars", {**WISHES, "name": "Почта\nX-EVIL:1; a, b"})
    read = new_visitor().get(_address_on(answer.text))
    assert read.status_code == 200
    assert not any(line.startswith("X-EVIL") for line in read.text.splitlines())
    assert "NAME:Почта\\nX-EVIL:1\\; a\\, b" in read.text


def test_the_same_form_sent_twice_makes_one(as_vera: FormClient, session: Session) -> None:
    form_id = "5f0e5fbb-6ff2-4b4a-9a6b-1f8c1f6f7a10"
    as_vera.post_form("/me/calendars", {**WISHES, "form_id": form_id})
    answer = as_vera.post_form("/me/calendars", {**WISHES, "form_id": form_id})
    assert answer.status_code == 302
    assert "sent before" in as_vera.get("/me/calendars").text
    assert _feed(session).disclosure is Disclosure.DISCREET


@pytest.mark.parametrize("typed, sentence", [
    ({"name": "  "}, "Give it a name"),
    ({"name": "я" * 61}, "At most 60 characters"),
    ({"disclosure": "everything"}, "Not a valid choice"),
    ({"disclosure": "minimal"}, "Not a valid choice"),
])  # fmt: skip
def test_a_refused_form_keeps_what_was_typed(as_vera: FormClient, typed: dict[str, str], sentence: str) -> None:
    answer = as_vera.post_form("/me/calendars", {**WISHES, "with_alarms": "y", **typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert re.search(r'<input[^>]* checked [^>]*name="with_alarms"', answer.text)


def test_of_so_many_no_further_one_is_made(as_vera: FormClient, session: Session, vera: Volunteer) -> None:
    now = clock.now()
    session.add_all(
        CalendarFeed(volunteer_id=vera.id, name="x", secret_hash=str(number), created_at=now)
        for number in range(MOST_FEEDS)
    )
    answer = as_vera.post_form("/me/calendars", WISHES)
    assert answer.status_code == 422
    assert "Take one back first." in answer.text


def test_a_full_one_is_offered_only_if_the_collective_allows(as_vera: FormClient, session: Session) -> None:
    assert "full: who" in as_vera.get("/me/calendars").text
    session.add(Collective(id=THE_ONE, most_disclosure=Disclosure.DISCREET))
    page = as_vera.get("/me/calendars").text
    assert "full: who" not in page
    assert "no calendar says more" in page
    answer = as_vera.post_form("/me/calendars", {**WISHES, "disclosure": "full"})
    assert answer.status_code == 422
    assert "no calendar says so much" in answer.text or "Not a valid choice" in answer.text
    session.rollback()
    assert session.scalar(select(func.count()).select_from(CalendarFeed)) == 0


def test_it_is_changed_and_keeps_its_address(as_vera: FormClient, session: Session) -> None:
    as_vera.post_form("/me/calendars", WISHES)
    feed = _feed(session)
    before = feed.secret_hash
    answer = as_vera.post_form(f"/me/calendars/{feed.id}", {"name": "Дома", "disclosure": "full", "with_alarms": "y"})
    assert answer.location == "/me/calendars"
    feed = _feed(session)
    assert (feed.name, feed.disclosure, feed.with_alarms) == ("Дома", Disclosure.FULL, True)
    assert feed.secret_hash == before
    assert as_vera.post_form(f"/me/calendars/{feed.id}", {"name": ""}).status_code == 422


def test_another_address_ends_the_old_one(as_vera: FormClient, session: Session, new_visitor: Any) -> None:
    old = _address_on(as_vera.post_form("/me/calendars", WISHES).text)
    feed_id = _feed(session).id
    assert "The old address opens nothing any more" in as_vera.get(f"/me/calendars/{feed_id}/rotate").text
    new = _address_on(as_vera.post_form(f"/me/calendars/{feed_id}/rotate").text)
    program = new_visitor()
    assert (program.get(old).status_code, program.get(new).status_code) == (404, 200)


def test_one_that_was_taken_back_opens_nothing(as_vera: FormClient, session: Session, new_visitor: Any) -> None:
    address = _address_on(as_vera.post_form("/me/calendars", WISHES).text)
    feed_id = _feed(session).id
    assert "Your mails go on as before" in as_vera.get(f"/me/calendars/{feed_id}/revoke").text
    assert new_visitor().get(address).status_code == 200, "asking changes nothing"
    as_vera.post_form(f"/me/calendars/{feed_id}/revoke")
    assert new_visitor().get(address).status_code == 404
    assert "Почта, телефон" not in as_vera.get("/me/calendars").text
    assert as_vera.get(f"/me/calendars/{feed_id}").status_code == 404


def test_nobody_else_gets_at_it(as_vera: FormClient, session: Session, new_visitor: Any, cora: Volunteer) -> None:
    as_vera.post_form("/me/calendars", WISHES)
    feed_id = _feed(session).id
    as_cora = sign_in(new_visitor(), session, cora)
    for page in ("", "/rotate", "/revoke"):
        assert as_cora.get(f"/me/calendars/{feed_id}{page}").status_code == 404
    assert "Почта" not in as_cora.get("/me/calendars").text


def test_the_page_makes_three_statements(as_vera: FormClient, count_statements: Any) -> None:
    as_vera.post_form("/me/calendars", WISHES)
    with count_statements() as asked:
        as_vera.get("/me/calendars")
    assert len(asked) <= 3, str(asked)
