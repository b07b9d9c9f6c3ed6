"""Logging parcels through the pages, and what became of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_parcel
from tests.support.client import FormClient, forms
from tracker import clock
from tracker.letters.rules import ReturnReason
from tracker.parcels.models import Parcel, ParcelItem
from tracker.prisoners.models import Prisoner
from tracker.volunteers.models import Volunteer

TEA = {"items-0-what": "Носки шерстяные", "items-1-what": "Чай, 200 г"}


def today() -> date:
    return clock.today("Europe/Berlin")


def ago(days: int) -> date:
    return today() - timedelta(days=days)


def new_parcel(prisoner: Prisoner) -> str:
    return f"/prisoners/{prisoner.id}/parcels/new"


def parcels(session: Session) -> list[Parcel]:
    session.rollback()
    return list(session.scalars(select(Parcel).order_by(Parcel.logged_at)))


def things(session: Session) -> list[tuple[str, int, int | None]]:
    """What is in the parcels."""
    session.rollback()
    rows = session.execute(
        select(ParcelItem.what, ParcelItem.how_many, ParcelItem.grams).order_by(ParcelItem.position)
    ).all()
    return [(row.what, row.how_many, row.grams) for row in rows]


@pytest.fixture
def parcel(session: Session, dunya: Prisoner, vera: Volunteer) -> Parcel:
    """Vera's, of ten days ago."""
    return make_parcel(session, dunya, vera, ago(10))


def test_a_parcel_says_what_is_in_it_what_it_weighs_and_how_it_is_tracked(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    typed = {**TEA, "grams": "1450", "tracking": "80110012345678", "note": "К дню рождения"}
    assert as_vera.post_form(new_parcel(dunya), typed).location == "/"
    (parcel,) = parcels(session)
    assert things(session) == [("Носки шерстяные", 1, None), ("Чай", 1, 200)]
    assert (parcel.grams, parcel.tracking, parcel.posted_on) == (1450, "80110012345678", today())
    assert (parcel.volunteer_id, parcel.note) == (vera.id, "К дню рождения")
    page = as_vera.get(f"/prisoners/{dunya.id}").text
    assert "Носки шерстяные, Чай; 1450 g" in page


def test_a_parcel_need_not_be_weighed(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    as_vera.post_form(new_parcel(dunya), TEA)
    assert parcels(session)[0].grams is None


@pytest.mark.parametrize(
    "typed",
    [
        {"items-0-what": ""},
        {"items-0-what": "   \t  "},
        {"items-0-what": "x" * 501},
        {"items-0-what": "a\x00b"},
        {"items-3-grams": "200"},
        {**TEA, "items-0-how_many": "0"},
        {**TEA, "items-0-how_many": "2 pairs"},
        {**TEA, "items-1-grams": "1,5 kg"},
        {**TEA, "items-1-category": "weapons"},
        {**TEA, "kind": "balloon"},
        {**TEA, "sent_by": "nobody"},
        {**TEA, "category": ""},
        {**TEA, "postage": "1.234,50"},
        {**TEA, "goods": "-3"},
        {**TEA, "goods": "9" * 30},
        {**TEA, "currency": "ducats"},
        {**TEA, "grams": "0"},
        {**TEA, "grams": "-1"},
        {**TEA, "grams": "1,5 kg"},
        {**TEA, "grams": "١٢"},
        {**TEA, "grams": "100001"},
        {**TEA, "grams": "9" * 400},
        {**TEA, "posted_on": "9999-12-31"},
        {**TEA, "posted_on": "31.02.2026"},
    ],
)
def test_what_cannot_be_a_parcel_comes_back_with_a_sentence(
    as_vera: FormClient, session: Session, dunya: Prisoner, typed: dict[str, Any]
) -> None:
    answer = as_vera.post_form(new_parcel(dunya), typed)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert parcels(session) == []


def test_a_parcel_of_tomorrow_is_refused(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    answer = as_vera.post_form(new_parcel(dunya), {**TEA, "posted_on": ago(-1)})
    assert answer.status_code == 422
    assert "This day has not come yet." in answer.text
    assert "Носки шерстяные" in answer.text


def test_the_same_form_sent_twice_is_one_parcel(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    (form,) = [form for form in forms(as_vera.get(new_parcel(dunya)).text) if "items-0-what" in form.names]
    for _ in range(2):
        answer = as_vera.post(new_parcel(dunya), data={**dict(form.fields), **TEA})
        assert (answer.status_code, answer.location) == (302, "/")
    assert len(parcels(session)) == 1
    assert "already logged" in as_vera.get("/").text


def test_a_parcel_against_a_ban_is_asked_back(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    dunya.no_mail = True
    assert as_vera.post_form(new_parcel(dunya), TEA).status_code == 422
    assert as_vera.post_form(new_parcel(dunya), {**TEA, "sure": ["mail_forbidden"]}).status_code == 302


def test_a_parcel_is_corrected(as_vera: FormClient, session: Session, parcel: Parcel) -> None:
    page = f"/parcels/{parcel.id}/edit?back=page"
    answer = as_vera.post_form(
        page, {"items-0-what": "Чай", "items-1-what": "", "items-1-how_many": "", "grams": "300"}
    )
    assert answer.location == f"/prisoners/{parcel.prisoner_id}"
    (changed,) = parcels(session)
    assert (changed.grams, changed.posted_on) == (300, ago(10))
    assert things(session) == [("Чай", 1, None)]
    assert changed.changed_at is not None
    assert as_vera.post_form(page, {"posted_on": ago(-1)}).status_code == 422
    assert as_vera.post_form(page, {"posted_on": ago(500)}).status_code == 422
    assert as_vera.post_form(page, {"items-0-what": "", "items-0-how_many": ""}).status_code == 422


def test_a_removed_parcel_can_be_taken_back(as_vera: FormClient, session: Session, parcel: Parcel) -> None:
    page = f"/prisoners/{parcel.prisoner_id}"
    as_vera.post_form(f"/parcels/{parcel.id}/remove?back=page", page=f"/parcels/{parcel.id}/edit")
    without = as_vera.get(page).text
    assert "Socks" not in without
    assert as_vera.get(f"/parcels/{parcel.id}/edit").status_code == 404
    (undo,) = [form for form in forms(without) if form.action.startswith(f"/parcels/{parcel.id}/restore")]
    as_vera.post(undo.action, data=dict(undo.fields))
    assert "Socks" in as_vera.get(page).text


def test_a_parcel_arrives(as_vera: FormClient, session: Session, parcel: Parcel) -> None:
    page = f"/parcels/{parcel.id}/arrived"
    assert "It cannot have arrived before" in as_vera.post_form(page, {"arrived_on": ago(11)}).text
    assert as_vera.post_form(page, {"arrived_on": ""}).status_code == 422
    assert as_vera.post_form(page, {"arrived_on": ago(2)}).status_code == 302
    assert parcels(session)[0].arrived_on == ago(2)
    assert "arrived on" in as_vera.get(f"/prisoners/{parcel.prisoner_id}").text


def test_a_parcel_that_arrived_does_not_come_back(as_vera: FormClient, session: Session, parcel: Parcel) -> None:
    parcel.arrived_on = ago(2)
    page = f"/parcels/{parcel.id}/returned"
    assert "It has either arrived or come back." in as_vera.post_form(page, {"reason": "refused"}).text
    as_vera.post_form(f"/parcels/{parcel.id}/on-its-way", page=f"/parcels/{parcel.id}")
    assert as_vera.post_form(page, {"reason": "storage_over"}).status_code == 302
    (changed,) = parcels(session)
    assert (changed.arrived_on, changed.returned_on) == (None, today())
    assert changed.return_reason is ReturnReason.STORAGE_OVER


@pytest.mark.parametrize(
    "mark, typed, corrected",
    [
        ("arrived", {}, {"arrived_on": ago(1)}),
        ("returned", {"reason": "refused"}, {"reason": "storage_over"}),
    ],
)
def test_a_second_mark_offers_no_undo_that_would_wipe_the_first(
    as_vera: FormClient, parcel: Parcel, mark: str, typed: dict[str, Any], corrected: dict[str, Any]
) -> None:
    page = f"/parcels/{parcel.id}/{mark}"
    assert "on-its-way" in as_vera.post_form(page, typed, follow_redirects=True).text
    again = as_vera.post_form(page, corrected, follow_redirects=True).text
    assert "Corrected." in again
    assert "on-its-way" not in again


def test_a_parcel_of_another_writer_cannot_be_touched(as_olga: FormClient, session: Session, parcel: Parcel) -> None:
    for page in ("edit", "arrived", "returned"):
        assert as_olga.get(f"/parcels/{parcel.id}/{page}").status_code == 404
    shown = as_olga.get(f"/prisoners/{parcel.prisoner_id}").text
    assert "Parcel by vera" in shown
    assert "Socks" not in shown


def test_a_coordinator_logs_the_parcel_of_a_writer(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, parcel: Parcel
) -> None:
    assert as_cora.post_form(new_parcel(dunya), {**TEA, "volunteer": "nobody"}).status_code == 422
    assert as_cora.post_form(f"/parcels/{parcel.id}/edit", {"grams": "10"}).status_code == 302


def test_logging_a_parcel_takes_few_statements_and_one_commit(
    as_vera: FormClient, as_cora: FormClient, dunya: Prisoner, count_statements: Any
) -> None:
    for browser, most in ((as_vera, 7), (as_cora, 8)):
        (form,) = [form for form in forms(browser.get(new_parcel(dunya)).text) if "items-0-what" in form.names]
        with count_statements() as asked:
            assert browser.post(new_parcel(dunya), data={**dict(form.fields), **TEA}).status_code == 302
        assert len(asked) <= most, str(asked)
        assert asked.commits == 1
