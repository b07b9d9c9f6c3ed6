"""Logging letters through the pages, as a volunteer and as a coordinator."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import make_assignment, make_letter, make_placement, make_prisoner, make_volunteer, sign_in
from tests.support.client import FormClient, forms
from tracker import clock
from tracker.assignments.models import Assignment
from tracker.facilities.models import Facility, FacilityChannel
from tracker.letters.models import Letter
from tracker.letters.rules import Channel, Direction, LetterKind, ReturnReason
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Placement, Prisoner, SupportState
from tracker.prisoners.rules import PlacementKind
from tracker.volunteers.models import Volunteer

BERLIN, AHEAD, BEHIND = "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago"
"""In the last two it is never the same day."""


def today() -> date:
    return clock.today(BERLIN)


def new_letter(prisoner: Prisoner) -> str:
    return f"/prisoners/{prisoner.id}/letters/new"


def letters(session: Session) -> list[Letter]:
    session.rollback()
    return list(session.scalars(select(Letter).order_by(Letter.logged_at, Letter.id)))


def the_letter(session: Session) -> Letter:
    (letter,) = letters(session)
    return letter


def test_three_taps_log_a_letter_sent_today(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    first_page = as_vera.get("/").text
    assert f'href="{new_letter(dunya)}"' in first_page
    answer = as_vera.post_form(new_letter(dunya))
    assert answer.location == "/"
    letter = the_letter(session)
    assert (letter.kind, letter.dated_on, letter.direction) == (LetterKind.LETTER, today(), Direction.OUT)
    assert (letter.prisoner_id, letter.volunteer_id, letter.logged_by_id) == (dunya.id, vera.id, vera.id)
    after = as_vera.get("/").text
    assert "Logged." in after
    assert "today" in after


def test_the_undo_in_the_message_takes_the_letter_back(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    as_vera.post_form(new_letter(dunya))
    letter = the_letter(session)
    assert as_vera.post_form(f"/letters/{letter.id}/remove", page="/").location == "/"
    assert the_letter(session).removed_at is not None
    assert session.get_one(Prisoner, dunya.id).last_letter_on is None
    as_vera.post_form(f"/letters/{letter.id}/restore", page="/")
    assert the_letter(session).removed_at is None
    assert session.get_one(Prisoner, dunya.id).last_letter_on == today()


def test_a_card_of_last_week_with_a_note(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    typed = {
        "kind": "card",
        "dated_on": today() - timedelta(days=7),
        "tracking": "RB123456785DE",
        "note": "С видом на море",
    }
    as_vera.post_form(new_letter(dunya), typed)
    letter = the_letter(session)
    assert (letter.kind, letter.dated_on) == (LetterKind.CARD, today() - timedelta(days=7))
    assert (letter.tracking, letter.note) == ("RB123456785DE", "С видом на море")


def test_whoever_comes_from_the_prisoners_page_goes_back_there(as_vera: FormClient, dunya: Prisoner) -> None:
    answer = as_vera.post_form(f"{new_letter(dunya)}?back=page")
    assert answer.location == f"/prisoners/{dunya.id}"
    undo = [form.action for form in forms(as_vera.get(answer.location).text) if form.action.startswith("/letters/")]
    assert [address.partition("?")[2] for address in undo] == ["back=page"]


def test_an_address_of_somewhere_else_is_not_gone_back_to(as_vera: FormClient, dunya: Prisoner) -> None:
    assert as_vera.post_form(f"{new_letter(dunya)}?back=https://elsewhere.example/").location == "/"


def test_the_same_form_sent_twice_logs_one_letter(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    (form,) = [form for form in forms(as_vera.get(new_letter(dunya)).text) if "form_id" in form.names]
    answers = [as_vera.post(new_letter(dunya), data=dict(form.fields)) for _ in range(2)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(302, "/")] * 2
    assert "already logged" in as_vera.get("/").text
    letter = the_letter(session)
    as_vera.post_form(f"/letters/{letter.id}/remove", page=f"/letters/{letter.id}/edit")
    as_vera.post(new_letter(dunya), data=dict(form.fields))
    assert "removed it" in as_vera.get("/").text


def test_the_form_id_of_somebody_else_changes_and_tells_nothing(
    as_vera: FormClient, as_olga: FormClient, session: Session, dunya: Prisoner
) -> None:
    form_id = str(uuid4())
    as_vera.post_form(new_letter(dunya), {"form_id": form_id, "note": "Только для нас"})
    answer = as_olga.post_form(new_letter(dunya), {"form_id": form_id})
    assert answer.location == "/"
    assert "already" not in as_olga.get("/").text
    assert [letter.note for letter in letters(session)] == ["Только для нас", None]


def test_a_letter_of_tomorrow_is_refused_with_what_was_typed(
    as_vera: FormClient, session: Session, dunya: Prisoner
) -> None:
    typed = {"dated_on": today() + timedelta(days=1), "note": "Не потеряйся"}
    answer = as_vera.post_form(new_letter(dunya), typed)
    assert answer.status_code == 422
    assert "This day has not come yet." in answer.text
    assert "Не потеряйся" in answer.text
    assert str(typed["dated_on"]) in answer.text
    assert letters(session) == []


def test_today_is_what_it_is_by_the_writers_own_clock(
    new_visitor: Callable[[], FormClient], session: Session, dunya: Prisoner
) -> None:
    ahead = make_volunteer(session, "ahead", zone=AHEAD)
    behind = make_volunteer(session, "behind", zone=BEHIND)
    for volunteer in (ahead, behind):
        make_assignment(session, dunya, volunteer)
    day = clock.today(AHEAD)
    assert sign_in(new_visitor(), session, ahead).post_form(new_letter(dunya)).status_code == 302
    assert the_letter(session).dated_on == day
    visitor = sign_in(new_visitor(), session, behind)
    assert visitor.post_form(new_letter(dunya), {"dated_on": day}).status_code == 422
    assert visitor.post_form(new_letter(dunya)).status_code == 302


def test_a_coordinator_behind_logs_the_letter_of_a_writer_ahead(
    new_visitor: Callable[[], FormClient], session: Session, dunya: Prisoner
) -> None:
    writer = make_volunteer(session, "ahead", zone=AHEAD)
    make_assignment(session, dunya, writer)
    cleo = sign_in(new_visitor(), session, make_volunteer(session, "cleo", zone=BEHIND, is_coordinator=True))
    typed = {"dated_on": clock.today(AHEAD), "volunteer": writer.id}
    assert cleo.post_form(new_letter(dunya), typed).status_code == 302
    letter = the_letter(session)
    assert letter.volunteer_id == writer.id
    assert letter.logged_by_id != writer.id


@pytest.mark.parametrize("feature, typed", [("letters", {}), ("replies", {}), ("parcels", {"items-0-what": "Чай"})])
def test_a_coordinator_ahead_logs_for_a_writer_behind_on_the_day_that_is_offered(
    new_visitor: Callable[[], FormClient], session: Session, dunya: Prisoner, feature: str, typed: dict[str, str]
) -> None:
    make_assignment(session, dunya, make_volunteer(session, "behind", zone=BEHIND))
    cleo = sign_in(new_visitor(), session, make_volunteer(session, "cleo", zone=AHEAD, is_coordinator=True))
    assert cleo.post_form(f"/prisoners/{dunya.id}/{feature}/new", typed).status_code == 302


def test_a_coordinator_chooses_among_those_who_write_and_wrote(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment, cora: Volunteer
) -> None:
    gone = make_volunteer(session, "gone")
    make_assignment(session, dunya, gone, until=date(2025, 1, 1))
    stranger = make_volunteer(session, "stranger")
    page = as_cora.get(new_letter(dunya)).text
    (whose,) = re.findall(r'<select id="volunteer".*?</select>', page, re.DOTALL)
    assert re.findall(r'<option (?:selected )?value="([^"]*)"', whose) == [
        "",
        str(vera.id),
        str(gone.id),
        str(cora.id),
    ]
    answer = as_cora.post_form(new_letter(dunya), {"volunteer": stranger.id})
    assert answer.status_code == 422
    assert letters(session) == []


def test_a_letter_of_the_only_writer_needs_no_choice(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    as_cora.post_form(new_letter(dunya))
    assert the_letter(session).volunteer_id == vera.id
    session.refresh(assignment)
    assert assignment.last_letter_on == today()


def test_of_several_writers_a_coordinator_has_to_choose(
    as_cora: FormClient, session: Session, dunya: Prisoner, assignment: Assignment, olga: Volunteer
) -> None:
    make_assignment(session, dunya, olga)
    answer = as_cora.post_form(new_letter(dunya))
    assert answer.status_code == 422
    assert "Choose whose it is." in answer.text


def test_a_volunteer_cannot_log_for_somebody_else(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer
) -> None:
    as_vera.post_form(new_letter(dunya), {"volunteer": olga.id})
    assert the_letter(session).volunteer_id == vera.id


def test_a_stranger_finds_nothing(as_sam: FormClient, as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    as_vera.post_form(new_letter(dunya))
    letter = the_letter(session)
    for address in (new_letter(dunya), f"/prisoners/{dunya.id}", f"/letters/{letter.id}/edit"):
        assert as_sam.get(address).status_code == 404


def test_an_entry_of_another_writer_cannot_be_touched(
    as_vera: FormClient, as_olga: FormClient, session: Session, dunya: Prisoner
) -> None:
    as_vera.post_form(new_letter(dunya))
    letter = the_letter(session)
    for page in ("edit", "returned"):
        assert as_olga.get(f"/letters/{letter.id}/{page}").status_code == 404
    page = as_olga.get(new_letter(dunya)).text
    (token,) = {value for form in forms(page) for name, value in form.fields if name == "csrf_token"}
    for action in ("edit", "remove", "restore", "returned", "not-returned"):
        assert as_olga.post(f"/letters/{letter.id}/{action}", data={"csrf_token": token}).status_code == 404
    assert the_letter(session).removed_at is None


def test_a_coordinator_corrects_any_entry(
    as_vera: FormClient, as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    as_vera.post_form(new_letter(dunya))
    letter = the_letter(session)
    as_cora.post_form(f"/letters/{letter.id}/edit?back=page", {"kind": "telegram"})
    changed = the_letter(session)
    assert (changed.kind, changed.volunteer_id) == (LetterKind.TELEGRAM, vera.id)


def test_a_corrected_day_counts(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    as_vera.post_form(new_letter(dunya))
    letter = the_letter(session)
    day = today() - timedelta(days=3)
    as_vera.post_form(f"/letters/{letter.id}/edit", {"dated_on": day})
    assert session.get_one(Prisoner, dunya.id).last_letter_on == day


def test_correcting_nothing_loses_nothing(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    as_vera.post_form(new_letter(dunya), {"kind": "card", "tracking": "RB1", "note": "Ёлка"})
    letter = the_letter(session)
    assert as_vera.post_form(f"/letters/{letter.id}/edit").status_code == 302
    same = the_letter(session)
    assert (same.kind, same.tracking, same.note, same.dated_on) == (LetterKind.CARD, "RB1", "Ёлка", today())


def test_a_removed_entry_cannot_be_corrected_but_removed_twice(
    as_vera: FormClient, session: Session, dunya: Prisoner
) -> None:
    as_vera.post_form(new_letter(dunya))
    letter = the_letter(session)
    (form,) = [form for form in forms(as_vera.get("/").text) if form.action.endswith("/remove")]
    for _ in range(2):
        assert as_vera.post(form.action, data=dict(form.fields)).status_code == 302
    assert as_vera.get(f"/letters/{letter.id}/edit").status_code == 404


def test_a_returned_letter_says_why(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    as_vera.post_form(new_letter(dunya), {"dated_on": today() - timedelta(days=30)})
    letter = the_letter(session)
    address = f"/letters/{letter.id}/returned?back=page"
    assert as_vera.post_form(address).status_code == 422, "a reason is asked for"
    early = {"reason": "moved", "returned_on": today() - timedelta(days=31)}
    assert "It cannot have come back before it was posted." in as_vera.post_form(address, early).text
    assert as_vera.post_form(address, {"reason": "moved"}).location == f"/prisoners/{dunya.id}"
    assert the_letter(session).return_reason is ReturnReason.MOVED
    assert "the prisoner was moved" in as_vera.get(f"/prisoners/{dunya.id}").text
    as_vera.post_form(f"/letters/{letter.id}/not-returned", page=f"/letters/{letter.id}/edit")
    assert the_letter(session).returned_on is None


def test_a_second_mark_of_a_return_offers_no_undo_that_would_wipe_the_first(
    as_vera: FormClient, session: Session, dunya: Prisoner
) -> None:
    as_vera.post_form(new_letter(dunya), {"dated_on": today() - timedelta(days=30)})
    address = f"/letters/{the_letter(session).id}/returned"
    assert "not-returned" in as_vera.post_form(address, {"reason": "moved"}, follow_redirects=True).text
    again = as_vera.post_form(address, {"reason": "refused"}, follow_redirects=True).text
    assert "Corrected." in again
    assert "not-returned" not in again
    assert the_letter(session).return_reason is ReturnReason.REFUSED


def test_a_day_before_the_assignment_can_be_meant(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    typed = {"dated_on": "2023-12-31"}
    asked = as_vera.post_form(new_letter(dunya), typed)
    assert asked.status_code == 422
    assert "before the two were put in touch" in asked.text
    assert "more than a year ago" in asked.text
    assert letters(session) == []
    half = as_vera.post_form(new_letter(dunya), {**typed, "sure": ["before_assignment"]})
    assert half.status_code == 422
    meant = {**typed, "sure": ["before_assignment", "over_a_year_ago"]}
    assert as_vera.post_form(new_letter(dunya), meant).status_code == 302
    assert the_letter(session).dated_on == date(2023, 12, 31)


def test_a_letter_against_a_ban_on_mail_can_have_been_posted(
    as_vera: FormClient, session: Session, dunya: Prisoner
) -> None:
    dunya.no_mail = True
    shown = as_vera.get(new_letter(dunya)).text
    assert "A court forbade mail on that day." in shown
    assert as_vera.post_form(new_letter(dunya)).status_code == 422
    assert as_vera.post_form(new_letter(dunya), {"sure": ["mail_forbidden"]}).status_code == 302


def test_what_is_not_supported_is_asked_back(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    dunya.support = SupportState.WITHHELD
    assert "does not support this person" in as_vera.post_form(new_letter(dunya)).text


def test_a_confirmed_day_is_not_asked_about_again(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    meant = {"dated_on": "2023-12-31", "sure": ["before_assignment", "over_a_year_ago"]}
    as_vera.post_form(new_letter(dunya), meant)
    letter = the_letter(session)
    assert as_vera.post_form(f"/letters/{letter.id}/edit", {"note": "Нашлась квитанция"}).status_code == 302
    assert as_vera.post_form(f"/letters/{letter.id}/edit", {"dated_on": "2023-12-30"}).status_code == 422


def test_where_it_went_is_where_she_was_on_that_day(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    now = session.scalar(select(Placement).where(Placement.prisoner_id == dunya.id))
    assert now
    moved_on = today() - timedelta(days=10)
    now.position, now.since = 1, PartialDate.of(moved_on)
    before = make_placement(
        session, dunya, kind=PlacementKind.COLONY, is_current=False, position=0, since=PartialDate(2024, 1, 5)
    )
    as_vera.post_form(new_letter(dunya))
    as_vera.post_form(new_letter(dunya), {"dated_on": moved_on - timedelta(days=1)})
    assert [letter.placement_id for letter in letters(session)] == [now.id, before.id]


@pytest.mark.parametrize(
    "field, value",
    [
        ("dated_on", ""),
        ("dated_on", "yesterday"),
        ("dated_on", "0000-01-01"),
        ("dated_on", "9999-12-31"),
        ("dated_on", "2026-02-30"),
        ("kind", ""),
        ("kind", "pigeon"),
        ("tracking", "x" * 61),
        ("note", "x" * 4001),
        ("note", "a\x00b"),
        ("note", "\ufffd"),
    ],
)
def test_what_cannot_be_kept_comes_back_with_a_sentence(
    as_vera: FormClient, session: Session, dunya: Prisoner, field: str, value: str
) -> None:
    answer = as_vera.post_form(new_letter(dunya), {field: value})
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert letters(session) == []


@pytest.mark.parametrize("form_id", ["", "nonsense", "a\x00b", "ю" * 5000])
def test_a_damaged_form_id_counts_as_a_new_form(
    as_vera: FormClient, session: Session, dunya: Prisoner, form_id: str
) -> None:
    assert as_vera.post_form(new_letter(dunya), {"form_id": form_id}).status_code == 302
    assert len(letters(session)) == 1


def test_broken_utf_8_is_kept_as_something_printable(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    (form,) = [form for form in forms(as_vera.get(new_letter(dunya)).text) if "kind" in form.names]
    body = urlencode({**dict(form.fields), "note": b"\xff\xfe"})
    answer = as_vera.post(new_letter(dunya), data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 302
    assert the_letter(session).note == "%FF%FE"


def test_logging_takes_six_statements_and_one_commit_and_one_more_for_coordinators(
    as_vera: FormClient, as_cora: FormClient, dunya: Prisoner, session: Session, vera: Volunteer, count_statements: Any
) -> None:
    for browser, most in ((as_vera, 6), (as_cora, 7)):
        fields = [form for form in forms(browser.get(new_letter(dunya)).text) if "form_id" in form.names][0].fields
        with count_statements() as asked:
            assert browser.post(new_letter(dunya), data=dict(fields)).status_code == 302
        assert len(asked) <= most, str(asked)
        assert asked.commits == 1


def test_the_form_takes_the_same_few_statements_for_an_archive(
    as_vera: FormClient, dunya: Prisoner, session: Session, vera: Volunteer, count_statements: Any
) -> None:
    def count() -> int:
        as_vera.get("/")
        with count_statements() as asked:
            as_vera.get(new_letter(dunya))
        return len(asked)

    first = count()
    for days in range(50):
        make_letter(session, dunya, vera, today() - timedelta(days=days))
    assert first == count() == 4


def test_the_form_tells_what_the_place_takes_and_offers_its_services(
    as_vera: FormClient, session: Session, dunya: Prisoner
) -> None:
    assert "Pages at most" not in as_vera.get(new_letter(dunya)).text
    place = session.scalars(select(Facility)).one()
    place.letter_languages, place.most_pages, place.most_photos = "русский", 4, 0
    for service, works in (("ЛукоПочта", True), ("Голубиная", False)):
        session.add(FacilityChannel(facility_id=place.id, channel=Channel.E_LETTER, service=service, works=works))
    session.flush()
    for page in (new_letter(dunya), f"/prisoners/{dunya.id}/preparation/new"):
        shown = as_vera.get(page).text
        assert all(each in shown for each in ("русский", "<dd>4</dd>", "<dd>none</dd>", "<dd>ЛукоПочта</dd>"))
        assert "Голубиная" not in shown
    assert '<option value="ЛукоПочта">' in as_vera.get(new_letter(dunya)).text


def test_a_prisoner_without_any_placement_gets_letters_too(
    as_vera: FormClient, session: Session, vera: Volunteer
) -> None:
    nobody_knows_where = make_prisoner(session, "Ярополк Долгоруко-Переяславский-Залесский", name_local=None)
    make_assignment(session, nobody_knows_where, vera)
    assert as_vera.post_form(new_letter(nobody_knows_where)).status_code == 302
    assert the_letter(session).placement_id is None


def test_an_ended_assignment_closes_the_page(
    as_vera: FormClient, session: Session, dunya: Prisoner, assignment: Assignment
) -> None:
    assignment.until = today()
    assert as_vera.get(new_letter(dunya)).status_code == 404
    assert session.scalar(select(func.count(Letter.id))) == 0
