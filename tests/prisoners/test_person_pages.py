"""The forms about a person and about where somebody is."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import make_case, make_facility, make_placement, make_prisoner
from tests.support.client import FormClient, forms
from tracker.cases.models import Case, CasePerson, Charge
from tracker.facilities.models import Facility, FacilityKind
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Placement, Prisoner, PrisonerName, Whereabouts
from tracker.prisoners.name_index import index_names

NEW = "/prisoners/new"

WHOLE = {
    "name": "Fyodor Ozyorny",
    "name_local": "Озёрный Фёдор Кузьмич",
    "spellings": "Fedor Ozerny\n\n  Fedya   Ozerny \nFedor Ozerny",
    "birth": "29.02.1996",
    "languages": "Russian, English",
    "placement": "sizo",
    "placed_since": "2024-05",
    "new_case": "Case of the lanterns",
    "detained_on": "2024-04-30",
    "articles": "205.4",
    "wording": "lanterns",
    "never_write": "Nothing about the brother",
    "no_mail": "y",
    "no_mail_until": "2025",
    "note": "His sister calls",
}


def only(session: Session, table: Any) -> Any:
    session.expire_all()
    return session.scalars(select(table)).one()


def rows(session: Session, table: Any) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_everything_known_at_once_is_entered_on_one_page(as_cora: FormClient, session: Session) -> None:
    facility = make_facility(session)
    answer = as_cora.post_form(NEW, {**WHOLE, "facility": facility.id})
    fyodor = only(session, Prisoner)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/prisoners/{fyodor.id}")
    assert (fyodor.name_local, str(fyodor.birth), fyodor.no_mail) == ("Озёрный Фёдор Кузьмич", "1996-02-29", True)
    assert (fyodor.languages, fyodor.whereabouts) == ("Russian, English", Whereabouts.IN_CUSTODY)
    texts = session.scalars(select(PrisonerName.text).order_by(PrisonerName.position))
    assert list(texts) == ["Fedor Ozerny", "Fedya Ozerny"]
    assert only(session, Placement).facility_id == facility.id
    assert only(session, Case).title == "Case of the lanterns"
    assert str(only(session, CasePerson).detained_on) == "2024-04-30"
    assert only(session, Charge).wording == "lanterns"
    assert "Fyodor" not in as_cora.get("/prisoners/").text.partition("<title>")[2].partition("</title>")[0]


def test_a_name_is_enough(as_cora: FormClient, session: Session) -> None:
    assert as_cora.post_form(NEW, {"name": "Fyodor"}).status_code == 302
    assert only(session, Prisoner).whereabouts is Whereabouts.NOT_TOLD
    assert rows(session, Placement) == rows(session, Case) == 0


def test_a_double_tap_enters_one_person(as_cora: FormClient, session: Session) -> None:
    (form,) = [each for each in forms(as_cora.get(NEW).text) if "form_id" in each.names]
    body = dict(form.filled(WHOLE))
    answers = [as_cora.post(NEW, data=body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert (rows(session, Prisoner), rows(session, Case), rows(session, Charge)) == (1, 1, 1)


def test_a_form_sent_again_with_another_name_says_that_nothing_new_was_entered(
    as_cora: FormClient, session: Session
) -> None:
    (form,) = [each for each in forms(as_cora.get(NEW).text) if "form_id" in each.names]
    as_cora.post(NEW, data=dict(form.filled(WHOLE)))
    again = as_cora.post(NEW, data=dict(form.filled({"name": "Любава Берендеева"})), follow_redirects=True)
    assert "This form was sent before; nothing new was entered." in again.text
    assert only(session, Prisoner).name == "Fyodor Ozyorny"


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"name": ""}, "Type a name."),
        ({"name": "a\x00b"}, "There is a character in it that cannot be kept."),
        ({"name": "я" * 201}, "At most 200 characters"),
        ({"spellings": "\n".join(map(str, range(31)))}, "At most 30 spellings"),
        ({"spellings": "я" * 201}, "At most 200 characters in a line"),
        ({"birth": "0000-01-01"}, "Write the day, the month or the year"),
        ({"birth": "9999-12-31"}, "The year must be between"),
        ({"birth": "2199"}, "This day has not come yet."),
        ({"birth": "2023-02-29"}, "Write the day, the month or the year"),
        ({"languages": "Klingonese"}, "We do not know the language “Klingonese”."),
        ({"no_mail_since": "2024-05", "no_mail_until": "2024-04"}, "This is before the ban began."),
        ({"support": "nonsense"}, "Not a valid choice"),
        ({"facility": str(uuid4())}, "Not a valid choice"),
        ({"facility": "' OR 1=1"}, "Not a valid choice"),
        ({"place": "a village", "facility": "THE FACILITY"}, "Choose a facility or describe the place"),
        ({"placement": "transfer", "facility": "THE FACILITY"}, "Such a place is no facility."),
        ({"placed_since": "2199-01"}, "This day has not come yet."),
        ({"case": "THE CASE", "new_case": "Another"}, "Choose a case or give a new one a title"),
        ({"new_case": "", "articles": "205.4"}, "A charge belongs to a case."),
        ({"detained_on": "2199"}, "This day has not come yet."),
    ],
)
def test_a_refused_form_says_why_at_the_field_and_keeps_what_was_typed(
    as_cora: FormClient, session: Session, typed: dict[str, str], sentence: str
) -> None:
    ids = {"THE FACILITY": str(make_facility(session).id), "THE CASE": str(make_case(session).id)}
    body = {**WHOLE, **{name: ids.get(value, value) for name, value in typed.items()}}
    answer = as_cora.post_form(NEW, body)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Nothing about the brother" in answer.text
    assert rows(session, Prisoner) == 0
    assert rows(session, Case) == 1


def test_somebody_of_this_name_is_shown_and_may_be_overruled(as_cora: FormClient, session: Session) -> None:
    here = make_prisoner(session, "Fedor Ozerny", name_local="Озерный Федор")
    index_names(session, [here.id])
    answer = as_cora.post_form(NEW, {"name": "Фёдор Озёрный"})
    assert answer.status_code == 422
    assert f"/prisoners/{here.id}" in answer.text
    assert rows(session, Prisoner) == 1
    (form,) = [each for each in forms(answer.text) if "is_another" in each.names]
    assert as_cora.post(NEW, data=dict(form.filled({"is_another": "y"}))).status_code == 302
    assert rows(session, Prisoner) == 2


def test_courts_and_archived_places_are_not_offered(as_cora: FormClient, session: Session) -> None:
    make_facility(session, name="Lukomorsk District Court", kind=FacilityKind.COURT)
    archived = make_facility(session, name="SIZO-13")
    archived.archived_at = archived.created_at
    text = as_cora.get(NEW).text
    assert "District Court" not in text
    assert "SIZO-13" not in text


def test_a_person_is_changed_and_nothing_is_lost_by_looking(
    as_cora: FormClient, session: Session, dunya: Prisoner
) -> None:
    page = f"/prisoners/{dunya.id}/edit"
    dunya.write_about = "Chess & <cats>"
    as_cora.post_form(page, {"spellings": "Dunia Ogurtsova"})
    session.expire_all()
    assert (dunya.write_about, str(dunya.birth), dunya.name_local) == (
        "Chess & <cats>",
        "1988-02-29",
        "Огурцова Дуня Тихоновна",
    )
    assert only(session, PrisonerName).text == "Dunia Ogurtsova"
    assert as_cora.post_form(page, {"birth": "yesterday"}).status_code == 422
    assert as_cora.post_form(page, {"birth": ""}).status_code == 302
    session.expire_all()
    assert dunya.birth is None


@pytest.mark.parametrize("page", ["edit", "archive", "move", "measures/new"])
def test_only_coordinators_change_people(
    as_cora: FormClient, as_vera: FormClient, dunya: Prisoner, session: Session, page: str
) -> None:
    address = f"/prisoners/{dunya.id}/{page}"
    assert as_cora.get(address).status_code == 200
    assert as_vera.get(address).status_code == 404
    assert as_cora.get(f"/prisoners/{uuid4()}/{page}").status_code == 404
    assert as_vera.get(NEW).status_code == 404


def test_nobody_is_archived_whom_somebody_writes_to(
    as_cora: FormClient, as_vera: FormClient, session: Session, dunya: Prisoner
) -> None:
    answer = as_cora.post_form(f"/prisoners/{dunya.id}/archive", follow_redirects=True)
    assert "1 assignment is still running" in answer.text
    session.expire_all()
    assert dunya.archived_at is None


# Where somebody is


@pytest.fixture
def colony(session: Session) -> Facility:
    return make_facility(session, name="IK-4 Perm", kind=FacilityKind.COLONY, city="Perm")


def test_a_move_is_entered_and_taken_back(
    as_cora: FormClient, session: Session, dunya: Prisoner, colony: Facility
) -> None:
    move = f"/prisoners/{dunya.id}/move"
    answer = as_cora.post_form(move, {"kind": "colony", "facility": colony.id, "since": "14.03.2025"})
    assert answer.status_code == 302
    session.expire_all()
    now = session.scalars(select(Placement).where(Placement.is_current)).one()
    assert (now.facility_id, str(now.since), dunya.whereabouts) == (colony.id, "2025-03-14", Whereabouts.SERVING)
    page = f"/prisoners/placements/{now.id}/edit"
    as_cora.post_form(f"/prisoners/placements/{now.id}/take-back", page=page)
    assert rows(session, Placement) == 1


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"kind": ""}, "Choose one."),
        ({"kind": "colony", "since": "2199-01-01"}, "This day has not come yet."),
        ({"kind": "colony", "since": "2019"}, "This is before the stay before it began."),
        ({"kind": "transfer", "facility": "COLONY"}, "Such a place is no facility."),
        ({"kind": "colony", "facility": "COLONY", "place": "a village"}, "Choose a facility or describe the place"),
        ({"kind": "sizo", "facility": "SIZO"}, "The person is there already, held in the same way."),
        ({"kind": "colony", "place": "a\x00b"}, "There is a character in it"),
    ],
)
def test_an_impossible_move_is_refused_at_the_field(
    as_cora: FormClient, session: Session, dunya: Prisoner, colony: Facility, typed: dict[str, str], sentence: str
) -> None:
    present = session.scalars(select(Placement)).one()
    present.since = PartialDate.parse("2020-05-01")
    ids = {"COLONY": str(colony.id), "SIZO": str(present.facility_id)}
    body = {"envelope_line": "отряд 5", **{name: ids.get(value, value) for name, value in typed.items()}}
    answer = as_cora.post_form(f"/prisoners/{dunya.id}/move", body)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "отряд 5" in answer.text
    assert rows(session, Placement) == 1


def test_a_stay_is_corrected_and_a_former_one_has_an_end(
    as_cora: FormClient, session: Session, dunya: Prisoner, colony: Facility
) -> None:
    former = make_placement(session, dunya, colony, position=-1, is_current=False)
    page = f"/prisoners/placements/{former.id}/edit"
    answer = as_cora.post_form(page, {"kind": "colony", "since": "2023", "until": "2022"})
    assert "It cannot end before it begins." in answer.text
    as_cora.post_form(page, {"kind": "prison", "since": "2023", "until": "2024-02"})
    session.expire_all()
    assert (str(former.kind), str(former.since), str(former.until)) == ("prison", "2023", "2024-02")
    present = session.scalars(select(Placement).where(Placement.is_current)).one()
    assert 'name="until"' not in as_cora.get(f"/prisoners/placements/{present.id}/edit").text


def test_the_only_stay_cannot_be_taken_back(as_cora: FormClient, session: Session, dunya: Prisoner) -> None:
    present = session.scalars(select(Placement)).one()
    page = f"/prisoners/placements/{present.id}/edit"
    token = dict(forms(as_cora.get(page).text)[-1].fields)["csrf_token"]
    answer = as_cora.post(
        f"/prisoners/placements/{present.id}/take-back", data={"csrf_token": token}, follow_redirects=True
    )
    assert "Only the newest move can be taken back" in answer.text
    assert rows(session, Placement) == 1
