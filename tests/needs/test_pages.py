"""What prisoners ask for, through the pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_letter, make_need, make_parcel, make_prisoner
from tests.support.client import FormClient, forms
from tracker import clock
from tracker.letters.rules import Direction
from tracker.prisoners.models import Need, NeedKind, Prisoner
from tracker.volunteers.models import Volunteer


def today() -> date:
    return clock.today("Europe/Berlin")


def ago(days: int) -> date:
    return today() - timedelta(days=days)


def needs(session: Session) -> list[Need]:
    session.rollback()
    return list(session.scalars(select(Need).order_by(Need.position)))


def page_of(prisoner: Prisoner) -> str:
    return f"/prisoners/{prisoner.id}/needs"


@pytest.fixture
def socks(session: Session, dunya: Prisoner, vera: Volunteer) -> Need:
    return make_need(session, dunya, "2 × носки шерстяные, 44", entered_by_id=vera.id, asked_on=ago(9))


def test_what_a_reply_asks_for_is_noted_with_the_day_of_the_reply(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    reply = make_letter(session, dunya, vera, ago(6), direction=Direction.REPLY)
    new = f"{page_of(dunya)}/new?letter_id={reply.id}"
    assert as_vera.post_form(new, {"kind": "medicine", "text": "Аскорбинка, 2"}).location == page_of(dunya)
    (need,) = needs(session)
    assert (need.kind, need.text, need.asked_on) == (NeedKind.MEDICINE, "Аскорбинка, 2", ago(6))
    assert (need.letter_id, need.entered_by_id) == (reply.id, vera.id)
    shown = as_vera.get(page_of(dunya)).text
    assert "Аскорбинка, 2" in shown
    assert "in a reply" in shown
    of_reply = as_vera.get(f"/letters/{reply.id}").text
    assert "What it asks for" in of_reply
    assert "Аскорбинка, 2" in of_reply


def test_the_reply_of_another_prisoner_or_writer_is_not_noted(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer
) -> None:
    other = make_prisoner(session, "Фома Опоздалый")
    for letter_id in (
        make_letter(session, other, vera, ago(6), direction=Direction.REPLY).id,
        make_letter(session, dunya, olga, ago(6), direction=Direction.REPLY).id,
        make_letter(session, dunya, vera, ago(6)).id,
        uuid4(),
        "nonsense",
    ):
        as_vera.post_form(f"{page_of(dunya)}/new?letter_id={letter_id}", {"kind": "letter"})
    assert [each.letter_id for each in needs(session)] == [None] * 5


def test_the_same_form_sent_twice_is_one_need(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    page = f"{page_of(dunya)}/new"
    (form,) = [form for form in forms(as_vera.get(page).text) if "text" in form.names]
    for _ in range(2):
        answer = as_vera.post(page, data={**dict(form.fields), "kind": "parcel", "text": "Чай"})
        assert answer.status_code == 302
    assert len(needs(session)) == 1


@pytest.mark.parametrize(
    "typed",
    [
        {"kind": ""},
        {"kind": "gold"},
        {"kind": "parcel", "text": ""},
        {"kind": "parcel", "text": "x" * 501},
        {"kind": "parcel", "text": "a\x00b"},
        {"kind": "letter", "asked_on": "31.02.2026"},
        {"kind": "letter", "asked_on": "2198-01-01"},
    ],
)
def test_what_cannot_be_asked_for_comes_back_with_a_sentence(
    as_vera: FormClient, session: Session, dunya: Prisoner, typed: dict[str, str]
) -> None:
    answer = as_vera.post_form(f"{page_of(dunya)}/new", typed)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert needs(session) == []


def test_she_promises_it_until_a_day_and_takes_it_back(as_vera: FormClient, session: Session, socks: Need) -> None:
    page = f"/needs/{socks.id}/promise"
    assert "has gone by" in as_vera.post_form(page, {"until": ago(1)}).text
    answer = as_vera.post_form(page, {"until": ago(-7)}, follow_redirects=True)
    assert "promised by vera until" in answer.text
    assert needs(session)[0].promised_until == ago(-7)
    as_vera.post_form(f"/needs/{socks.id}/promise/back", page=page)
    assert needs(session)[0].promised_by_id is None


def test_a_coordinator_enters_the_promise_of_a_writer(
    as_cora: FormClient, as_vera: FormClient, session: Session, socks: Need, vera: Volunteer, olga: Volunteer
) -> None:
    page = f"/needs/{socks.id}/promise"
    assert as_cora.post_form(page, {"by": vera.id}).status_code == 302
    assert needs(session)[0].promised_by_id == vera.id
    assert as_cora.post_form(page, {"by": olga.id}).status_code == 422, "she has no part here"


def test_what_another_writer_promised_stays_hers(
    as_vera: FormClient, as_olga: FormClient, session: Session, socks: Need, vera: Volunteer
) -> None:
    as_vera.post_form(f"/needs/{socks.id}/promise", {"until": ago(-7)})
    assert "Somebody else has promised this." in as_olga.post_form(f"/needs/{socks.id}/promise").text
    list_page = f"/prisoners/{socks.prisoner_id}/needs"
    token = next(value for form in forms(as_olga.get(list_page).text) for name, value in form.fields if "csrf" in name)
    as_olga.post(f"/needs/{socks.id}/promise/back", data={"csrf_token": token})
    assert "Somebody else has promised this." in as_olga.get(list_page).text
    assert needs(session)[0].promised_by_id == vera.id


def test_it_is_done_in_a_parcel_and_open_again(
    as_vera: FormClient, session: Session, socks: Need, dunya: Prisoner, vera: Volunteer
) -> None:
    parcel = make_parcel(session, dunya, vera, ago(3))
    page = f"/needs/{socks.id}/done"
    assert as_vera.post_form(page, {"done_on": ago(-1)}).status_code == 422
    assert as_vera.post_form(page, {"done_on": ago(10)}).status_code == 422
    assert as_vera.post_form(page, {"done_on": ago(3), "parcel": uuid4()}).status_code == 422
    answer = as_vera.post_form(page, {"done_on": ago(3), "parcel": parcel.id}, follow_redirects=True)
    assert f"/parcels/{parcel.id}" in answer.text
    (need,) = needs(session)
    assert (need.done_on, need.done_by_id, need.parcel_id) == (ago(3), vera.id, parcel.id)
    as_vera.post_form(f"/needs/{socks.id}/reopen", page=page_of(dunya))
    (need,) = needs(session)
    assert (need.done_on, need.done_by_id, need.parcel_id) == (None, None, None)


def test_the_parcel_of_another_writer_is_not_offered(
    as_vera: FormClient, session: Session, socks: Need, dunya: Prisoner, olga: Volunteer
) -> None:
    parcel = make_parcel(session, dunya, olga, ago(3))
    assert str(parcel.id) not in as_vera.get(f"/needs/{socks.id}/done").text


def test_it_is_not_needed_any_more_and_then_it_is(
    as_vera: FormClient, session: Session, socks: Need, dunya: Prisoner
) -> None:
    as_vera.post_form(f"/needs/{socks.id}/withdraw", page=f"/needs/{socks.id}/done")
    assert needs(session)[0].withdrawn_at is not None
    assert as_vera.post_form(f"/needs/{socks.id}/done", {"done_on": ago(1)}).status_code == 422
    as_vera.post_form(f"/needs/{socks.id}/restore", page=page_of(dunya))
    assert needs(session)[0].withdrawn_at is None


def test_it_is_corrected_but_what_came_with_a_bundle_is_not(
    as_vera: FormClient, session: Session, socks: Need, dunya: Prisoner
) -> None:
    assert as_vera.post_form(f"/needs/{socks.id}/edit", {"text": "Носки, 45"}).status_code == 302
    assert needs(session)[0].text == "Носки, 45"
    imported = make_need(session, dunya, "warm things", created_at=None)
    assert as_vera.get(f"/needs/{imported.id}/edit").status_code == 404
    shown = as_vera.get(page_of(dunya)).text
    assert "as the source says" in shown
    assert as_vera.post_form(f"/needs/{imported.id}/done").status_code == 302


def test_an_empty_list_says_what_to_do(as_vera: FormClient, dunya: Prisoner) -> None:
    assert "Nothing is open. When a reply asks for something" in as_vera.get(page_of(dunya)).text


def test_a_stranger_sees_and_changes_nothing(as_sam: FormClient, socks: Need) -> None:
    for page in (f"/prisoners/{socks.prisoner_id}/needs", f"/needs/{socks.id}/done", "/needs"):
        assert as_sam.get(page).status_code == 404


def test_coordinators_see_what_is_open_over_everybody_the_overdue_first(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    foma = make_prisoner(session, "Фома Опоздалый")
    make_need(session, dunya, "Чай", asked_on=ago(50))
    make_need(session, foma, "Мыло", promised_by_id=vera.id, promised_until=ago(1))
    make_need(session, foma, "Письма", kind=NeedKind.LETTER)
    make_need(session, foma, "Сделано", done_on=ago(1))
    make_need(session, make_prisoner(session, "Ушла", archived_at=clock.now()), "В архиве")
    shown = as_cora.get("/needs").text
    assert shown.index("Мыло") < shown.index("Чай") < shown.index("Письма")
    assert "overdue" in shown
    assert "Сделано" not in shown
    assert "В архиве" not in shown
    only_letters = as_cora.get("/needs?kind=letter").text
    assert "Письма" in only_letters
    assert "Чай" not in only_letters
    overdue = as_cora.get("/needs?show=overdue").text
    assert "Мыло" in overdue
    assert "Чай" not in overdue
    assert "Nothing fits." in as_cora.get("/needs?kind=event").text
    assert as_cora.get("/needs?kind=%00&page=x").status_code == 200


def test_the_lists_take_the_same_few_statements_however_long_they_are(
    as_vera: FormClient, as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, count_statements: Any
) -> None:
    def count(browser: FormClient, page: str, most: int) -> None:
        browser.get("/sign-in")
        with count_statements() as asked:
            answer = browser.get(page)
        assert answer.status_code == 200
        assert len(asked) <= most, str(asked)
        assert len(answer.data) < 25_000, len(answer.data)

    for amount in (1, 50):
        for index in range(amount):
            make_need(session, dunya, f"Тетрадь {index}", promised_by_id=vera.id, promised_until=ago(index - 20))
        count(as_vera, page_of(dunya), 4)
        count(as_cora, page_of(dunya), 5)
        count(as_cora, "/needs", 5)
    assert len(as_cora.get("/needs").data) < 25_000
