"""Court watchers as coordinators see them: addresses to hand out, numbers, and a look that leaves a trace."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories import make_assignment, make_volunteer, make_watch, make_watcher, sign_in
from tests.support.client import FormClient, forms
from tests.watchers.conftest import ADDRESS
from tests.whole.contents import fingerprint
from tracker import clock
from tracker.cases.models import Case
from tracker.prisoners.models import Prisoner
from tracker.volunteers.models import AddressState, Volunteer
from tracker.watchers.link_actions import reveal_address
from tracker.watchers.models import AddressReveal, Watch, Watcher, WatchLink
from tracker.watchers.rules import NobodyConfirmed

HANDED_OUT = re.compile(r"<code>http://[^<]*(/watch/[\w-]{43})</code>")


@pytest.fixture
def of_case(case: Case) -> str:
    return f"/cases/{case.id}/watchers"


def test_an_address_is_shown_once_and_kept_as_a_hash(
    session: Session, as_cora: FormClient, visitor: FormClient, case: Case, of_case: str
) -> None:
    assert "None yet." in as_cora.get(of_case).get_data(as_text=True)
    page = as_cora.post_form(of_case, {"words": "слушания в Лукоморье"}).get_data(as_text=True)
    found = HANDED_OUT.search(page)
    assert found
    secret = found[1].rpartition("/")[2]
    link = session.scalars(select(WatchLink)).one()
    assert (link.case_id, link.prisoner_id, link.words) == (case.id, None, "слушания в Лукоморье")
    assert secret not in link.token_hash
    assert secret not in as_cora.get(of_case).get_data(as_text=True)
    assert visitor.get(found[1]).status_code == 200


def test_the_same_form_sent_twice_makes_one_address(session: Session, as_cora: FormClient, yelisey: Prisoner) -> None:
    page = f"/prisoners/{yelisey.id}/watchers"
    form = max(forms(as_cora.get(page).get_data(as_text=True)), key=lambda each: len(each.names))
    assert as_cora.post(page, data=dict(form.filled({}))).status_code == 200
    assert as_cora.post(page, data=dict(form.filled({}))).status_code == 302
    assert len(session.scalars(select(WatchLink)).all()) == 1


def test_an_ended_address_opens_nothing_until_it_is_used_again(
    as_cora: FormClient, visitor: FormClient, link: WatchLink, olga: Watcher, her_page: str, of_case: str
) -> None:
    as_cora.post_form(f"/watch-links/{link.id}/end", page=of_case)
    assert visitor.get("/watch/secret-of-case").status_code == 404
    assert visitor.get(her_page).status_code == 200, "who has confirmed stays"
    as_cora.post_form(f"/watch-links/{link.id}/restore", page=of_case)
    assert visitor.get("/watch/secret-of-case").status_code == 200


def test_coordinators_see_numbers_and_no_addresses(
    session: Session, as_cora: FormClient, case: Case, link: WatchLink, olga: Watcher, of_case: str
) -> None:
    for address, facts in {"a@example.org": {"address_state": AddressState.REFUSED}, "b@example.org": {}}.items():
        make_watch(session, make_watcher(session, address, **facts), case_id=case.id, link_id=link.id)
    waits = make_watcher(session, "waits@example.org", confirmed_at=None)
    make_watch(session, waits, case_id=case.id, link_id=link.id)
    page = as_cora.get(of_case).get_data(as_text=True)
    assert "3 people are told of hearings." in page
    assert "1 has not confirmed yet." in page
    assert "1 cannot be reached" in page
    assert "confirmed: 3" in page
    assert "waiting: 1" in page
    assert "No. 3" in page
    assert "No. 4" not in page, "who only was typed is a number"
    assert "example.org" not in page


def test_of_the_prisoner_and_of_the_case_are_two_lists(
    as_cora: FormClient, yelisey: Prisoner, case: Case, olga: Watcher
) -> None:
    page = as_cora.get(f"/prisoners/{yelisey.id}/watchers").get_data(as_text=True)
    assert "Nobody is told of hearings yet." in page
    assert f"/prisoners/{yelisey.id}/watchers" in as_cora.get(f"/prisoners/{yelisey.id}").get_data(as_text=True)
    assert f"/cases/{case.id}/watchers" in as_cora.get(f"/cases/{case.id}").get_data(as_text=True)


def test_an_address_is_shown_for_a_reason_that_stays(
    session: Session, as_cora: FormClient, cora: Volunteer, olga: Watcher, engine: Engine
) -> None:
    watch_id = session.scalars(select(Watch.id)).one()
    look = f"/watches/{watch_id}/address"
    session.commit()
    before = fingerprint(engine)
    assert ADDRESS not in as_cora.get(look).get_data(as_text=True)
    refused = as_cora.post_form(look, {"why": "   "})
    assert refused.status_code == 422
    assert "Say why you have to see the address." in refused.get_data(as_text=True)
    assert ADDRESS not in refused.get_data(as_text=True)
    assert fingerprint(engine) == before
    shown = as_cora.post_form(look, {"why": "Предупредить об опасности"})
    assert shown.status_code == 200
    assert ADDRESS in shown.get_data(as_text=True)
    seen = session.scalars(select(AddressReveal)).one()
    assert (seen.watcher_id, seen.volunteer_id, seen.why) == (olga.id, cora.id, "Предупредить об опасности")
    assert "Предупредить".encode() not in (seen.why_sealed or b"")
    assert ADDRESS not in as_cora.get(look).get_data(as_text=True), "once"
    listed = as_cora.get("/watchers/looked-up").get_data(as_text=True)
    assert "Предупредить об опасности" in listed
    assert "cora" in listed
    assert ADDRESS not in listed


def test_without_its_row_there_is_no_look(session: Session, olga: Watcher) -> None:
    watch = session.scalars(select(Watch)).one()
    with pytest.raises(IntegrityError):
        reveal_address(session, watch, why="because", actor_id=uuid4(), now=clock.now())
    session.rollback()


def test_what_nobody_confirmed_is_not_looked_at(session: Session, case: Case) -> None:
    waits = make_watcher(session, "waits@example.org", confirmed_at=None)
    watch = make_watch(session, waits, case_id=case.id)
    with pytest.raises(NobodyConfirmed):
        reveal_address(session, watch, why="because", actor_id=uuid4(), now=clock.now())


def test_an_empty_list_says_that_nobody_has_looked(as_cora: FormClient) -> None:
    assert "Nobody has looked at an address yet." in as_cora.get("/watchers/looked-up").get_data(as_text=True)


def test_a_watcher_is_taken_off_the_list(
    session: Session, as_cora: FormClient, visitor: FormClient, olga: Watcher, her_page: str, of_case: str
) -> None:
    remove = f"/watches/{session.scalars(select(Watch.id)).one()}/remove"
    assert as_cora.post_form(remove).headers["Location"] == of_case
    assert session.scalars(select(Watcher)).all() == []
    assert visitor.get(her_page).status_code == 404


def test_volunteers_find_no_such_pages(
    new_visitor: Any, session: Session, yelisey: Prisoner, link: WatchLink, olga: Watcher, of_case: str
) -> None:
    vera = make_volunteer(session)
    make_assignment(session, yelisey, vera)
    as_vera = sign_in(new_visitor(), session, vera)
    watch_id = session.scalars(select(Watch.id)).one()
    for page in (of_case, f"/prisoners/{yelisey.id}/watchers", f"/watches/{watch_id}/address",
                 f"/watches/{watch_id}/remove", "/watchers/looked-up"):  # fmt: skip
        assert as_vera.get(page).status_code == 404
    assert "/watchers" not in as_vera.get(f"/prisoners/{yelisey.id}").get_data(as_text=True)


def test_the_page_costs_the_same_for_one_watcher_and_for_fifty(
    session: Session, as_cora: FormClient, case: Case, link: WatchLink, olga: Watcher, of_case: str,
    count_statements: Any,
) -> None:  # fmt: skip
    with count_statements() as few:
        as_cora.get(of_case)
    for number in range(120):
        facts = {"case_id": case.id, "link_id": link.id, "confirmed_at": clock.now()}
        make_watch(session, make_watcher(session, f"w{number}@example.org"), **facts)
    with count_statements() as many:
        page = as_cora.get(of_case)
    assert len(many) == len(few) <= 7, str(many)
    assert len(page.data) <= 25_000
    assert "1 to 50 of 121" in page.get_data(as_text=True)
    with count_statements() as asked:
        as_cora.get("/watchers/looked-up")
    assert len(asked) <= 5, str(asked)
