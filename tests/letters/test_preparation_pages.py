"""The pages of letters in preparation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_assignment, make_prepared, make_prisoner, make_volunteer, sign_in
from tests.support.client import FormClient, forms
from tracker import clock
from tracker.assignments.models import Assignment
from tracker.letters.models import Letter, PreparedLetter
from tracker.letters.rules import Channel, LetterKind
from tracker.prisoners.models import Prisoner
from tracker.volunteers.models import Volunteer


def today() -> date:
    return clock.today("Europe/Berlin")


def ago(days: int) -> date:
    return today() - timedelta(days=days)


@pytest.fixture
def waiting(session: Session, dunya: Prisoner, vera: Volunteer) -> PreparedLetter:
    return make_prepared(session, dunya, vera, ago(9), language="ru", note="О саде")


def page_of(waiting: PreparedLetter, page: str = "") -> str:
    return f"/preparation/{waiting.id}{page}"


def again(session: Session, waiting: PreparedLetter) -> PreparedLetter:
    session.rollback()
    session.refresh(waiting)
    return waiting


def test_an_empty_list_says_what_to_do(as_vera: FormClient, dunya: Prisoner) -> None:
    assert "Nothing is in preparation." in as_vera.get("/preparation").text
    page = as_vera.get(f"/prisoners/{dunya.id}/preparation").text
    assert "Plan a letter" in page
    assert "Nothing is in preparation." in page


def test_a_letter_is_planned_from_the_prisoners_page(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    assert f"/prisoners/{dunya.id}/preparation" in as_vera.get(f"/prisoners/{dunya.id}").text
    typed = {"kind": "e_letter", "language": "Ukrainian", "note": "К дню рождения", "planned_on": ago(1)}
    answer = as_vera.post_form(f"/prisoners/{dunya.id}/preparation/new", typed)
    made = session.scalars(select(PreparedLetter)).one()
    assert answer.location == page_of(made)
    assert (made.kind, made.channel, made.language, made.note) == (
        LetterKind.E_LETTER,
        Channel.E_LETTER,
        "uk",
        "К дню рождения",
    )
    assert (made.volunteer_id, made.planned_on) == (vera.id, ago(1))
    shown = as_vera.get(page_of(made)).text
    for words in ("Ukrainian", "К дню рождения", "Planned"):
        assert words in shown


def test_a_plan_for_a_day_to_come_is_refused_with_what_was_typed(as_vera: FormClient, dunya: Prisoner) -> None:
    typed = {"planned_on": today() + timedelta(days=1), "note": "Не потеряйся"}
    refused = as_vera.post_form(f"/prisoners/{dunya.id}/preparation/new", typed)
    assert refused.status_code == 422
    assert "This day has not come yet." in refused.text
    assert "Не потеряйся" in refused.text


def test_the_same_form_plans_one_letter(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    address = f"/prisoners/{dunya.id}/preparation/new"
    (form,) = [form for form in forms(as_vera.get(address).text) if "form_id" in form.names]
    for _ in range(2):
        assert as_vera.post(address, data=dict(form.fields)).status_code == 302
    assert len(session.scalars(select(PreparedLetter)).all()) == 1


def test_step_by_step_with_an_undo(
    as_vera: FormClient, session: Session, waiting: PreparedLetter, vera: Volunteer
) -> None:
    as_vera.post_form(page_of(waiting, "/step"), {"step": "written"}, page=page_of(waiting))
    assert again(session, waiting).written_on == today()
    typed = {"step": "translated", "translated_by": vera.id}
    shown = as_vera.post_form(page_of(waiting, "/step"), typed, page=page_of(waiting), follow_redirects=True).text
    assert (again(session, waiting).translated_on, waiting.translated_by_id) == (today(), vera.id)
    (undo,) = [form for form in forms(shown) if form.action.endswith("/back")][:1]
    as_vera.post(undo.action, data=dict(undo.fields))
    assert (again(session, waiting).translated_on, waiting.written_on) == (None, today())


@pytest.mark.parametrize(
    "typed, says",
    [
        ({"step": "handed", "on": -1}, "This day has not come yet."),
        ({"step": "handed", "on": 10}, "An earlier step was made on a later day."),
        ({"step": "", "on": 0}, "Choose what was done."),
        ({"step": "planned", "on": 0}, "error"),
        ({"step": "sent", "on": 0}, "error"),
        ({"step": "handed", "on": None}, "Say on which day."),
    ],
)
def test_a_step_that_cannot_be_is_refused(
    as_vera: FormClient, session: Session, waiting: PreparedLetter, typed: dict[str, Any], says: str
) -> None:
    on = typed["on"]
    data = {**typed, "on": "" if on is None else ago(on)}
    refused = as_vera.post_form(page_of(waiting, "/step"), data, page=page_of(waiting))
    assert refused.status_code == 422
    assert says in refused.text
    assert again(session, waiting).handed_on is None


def test_a_step_made_twice_says_so(as_vera: FormClient, session: Session, waiting: PreparedLetter) -> None:
    (form,) = [form for form in forms(as_vera.get(page_of(waiting)).text) if form.action.endswith("/step")]
    data = {**dict(form.fields), "step": "written"}
    assert as_vera.post(form.action, data=data).status_code == 302
    twice = as_vera.post(form.action, data=data)
    assert twice.status_code == 422
    assert "as far as that already" in twice.text


def test_sent_it_opens_the_form_and_becomes_a_letter(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, waiting: PreparedLetter
) -> None:
    waiting.translated_on, waiting.translated_by_id, waiting.handed_on = ago(5), vera.id, ago(4)
    address = f"/prisoners/{dunya.id}/letters/new?prepared={waiting.id}&back=page"
    assert address.replace("&", "&amp;") in as_vera.get(page_of(waiting)).text
    early = as_vera.post_form(address, {"dated_on": ago(6)})
    assert early.status_code == 422
    assert "An earlier step was made on a later day." in early.text
    assert session.scalar(select(Letter.id)) is None
    assert as_vera.post_form(address).location == f"/prisoners/{dunya.id}"
    letter = session.scalars(select(Letter)).one()
    assert (letter.channel, letter.language, letter.note) == (Channel.RELAY, "ru", "О саде")
    assert (letter.is_translated, letter.translated_by_id) == (True, vera.id)
    assert again(session, waiting).letter_id == letter.id
    assert as_vera.get(page_of(waiting)).status_code == 404
    assert "О саде" not in as_vera.get("/preparation").text
    as_vera.post_form(f"/letters/{letter.id}/remove", page=f"/letters/{letter.id}")
    assert as_vera.get(page_of(waiting)).status_code == 200, "what was not sent after all waits again"


def test_it_is_not_sent_twice(as_vera: FormClient, session: Session, dunya: Prisoner, waiting: PreparedLetter) -> None:
    address = f"/prisoners/{dunya.id}/letters/new?prepared={waiting.id}"
    (form,) = [form for form in forms(as_vera.get(address).text) if "prepared" in form.names]
    assert as_vera.post_form(address).status_code == 302
    other = as_vera.post(address, data=dict(form.fields))
    assert other.status_code == 422
    assert "This letter was sent already" in other.text
    assert len(session.scalars(select(Letter)).all()) == 1


def test_a_coordinator_sends_it_for_its_writer_only(
    as_cora: FormClient,
    session: Session,
    dunya: Prisoner,
    olga: Volunteer,
    assignment: Assignment,
    waiting: PreparedLetter,
    vera: Volunteer,
) -> None:
    make_assignment(session, dunya, olga)
    address = f"/prisoners/{dunya.id}/letters/new?prepared={waiting.id}"
    refused = as_cora.post_form(address, {"volunteer": olga.id})
    assert refused.status_code == 422
    assert "It was prepared by somebody else" in refused.text
    assert as_cora.post_form(address).status_code == 302
    assert session.scalars(select(Letter)).one().volunteer_id == vera.id


def test_an_id_that_is_none_opens_the_plain_form(as_vera: FormClient, dunya: Prisoner) -> None:
    assert as_vera.get(f"/prisoners/{dunya.id}/letters/new?prepared=nonsense").status_code == 200


def test_a_letter_for_one_is_not_sent_to_another(
    as_vera: FormClient, session: Session, vera: Volunteer, waiting: PreparedLetter
) -> None:
    other = make_prisoner(session, "Светлана Чудо-Юдо")
    make_assignment(session, other, vera)
    as_vera.post_form(f"/prisoners/{other.id}/letters/new?prepared={waiting.id}")
    assert again(session, waiting).letter_id is None


def test_dropped_with_an_undo(as_vera: FormClient, session: Session, waiting: PreparedLetter) -> None:
    shown = as_vera.post_form(page_of(waiting, "/drop"), page=page_of(waiting), follow_redirects=True).text
    assert again(session, waiting).dropped_at is not None
    assert as_vera.get(page_of(waiting)).status_code == 404
    (undo,) = [form for form in forms(shown) if form.action.endswith("/take-up")]
    assert as_vera.post(undo.action, data=dict(undo.fields)).location == page_of(waiting)
    assert as_vera.get(page_of(waiting)).status_code == 200


def test_it_is_corrected(as_vera: FormClient, session: Session, waiting: PreparedLetter) -> None:
    as_vera.post_form(page_of(waiting, "/edit"), {"kind": "card", "language": "", "channel": "hand"})
    same = again(session, waiting)
    assert (same.kind, same.language, same.channel, same.note) == (LetterKind.CARD, None, Channel.HAND, "О саде")
    refused = as_vera.post_form(page_of(waiting, "/edit"), {"language": "нет такого"})
    assert refused.status_code == 422
    assert "нет такого" in refused.text


def test_others_see_nothing_of_it_and_least_of_all_its_translator(
    as_olga: FormClient,
    as_sam: FormClient,
    as_cora: FormClient,
    new_visitor: Callable[[], FormClient],
    session: Session,
    dunya: Prisoner,
    waiting: PreparedLetter,
) -> None:
    translator = make_volunteer(session, "polyglot")
    waiting.translated_on, waiting.translated_by_id = ago(3), translator.id
    as_translator = sign_in(new_visitor(), session, translator)
    for browser in (as_olga, as_sam, as_translator):
        assert browser.get(page_of(waiting)).status_code == 404
        assert browser.get(page_of(waiting, "/edit")).status_code == 404
        assert "Ogurtsova" not in browser.get("/preparation").text
    assert as_translator.get(f"/prisoners/{dunya.id}").status_code == 404
    assert "polyglot" in as_cora.get(page_of(waiting)).text
    for page in ("/preparation", f"/prisoners/{dunya.id}/preparation"):
        assert "vera" in as_cora.get(page).text


def test_the_list_is_paged_filtered_and_takes_few_statements(
    as_vera: FormClient,
    as_cora: FormClient,
    session: Session,
    dunya: Prisoner,
    vera: Volunteer,
    waiting: PreparedLetter,
    count_statements: Callable[[], Any],
) -> None:
    def count(browser: FormClient) -> int:
        browser.get("/preparation")
        with count_statements() as asked:
            browser.get("/preparation")
        return len(asked)

    first = [count(browser) for browser in (as_vera, as_cora)]
    assert max(first) <= 5
    for number in range(60):
        other = make_prisoner(session, f"Ярополк Долгоруко-Переяславский-Залесский {number}")
        make_prepared(session, other, vera, ago(5), written_on=ago(4))
        make_prepared(session, dunya, vera, ago(5), written_on=ago(4))
    assert [count(browser) for browser in (as_vera, as_cora)] == first
    page = as_cora.get("/preparation").text
    assert "1 to 50 of 121" in page
    assert len(page.encode()) <= 25_000
    assert page.index("Dunya Ogurtsova") < page.index("Ярополк"), "the oldest waits first"
    assert "1 to 50 of 120" in as_cora.get("/preparation?stage=written").text
    assert "Nothing is just as far as that." in as_cora.get("/preparation?stage=handed").text
    assert "1 to 50 of 61" in as_vera.get("/preparation").text, "only of those to whom she writes"
