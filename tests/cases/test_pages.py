"""The pages of cases, charges and measures."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import (
    make_case,
    make_case_person,
    make_charge,
    make_citation,
    make_dispute,
    make_measure,
    make_prisoner,
    make_source,
)
from tests.support.client import FormClient, forms
from tracker.cases import models
from tracker.cases.models import (
    Case,
    CasePerson,
    Charge,
    ConcernedBy,
    Measure,
    MeasureTerm,
    Organisation,
    UnnamedPeople,
)
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner
from tracker.prisoners.name_index import index_names


def on(text: str) -> PartialDate:
    return PartialDate.parse(text)


def rows(session: Session, table: Any) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def case(session: Session, dunya: Prisoner) -> Case:
    """Dunya is in it."""
    made = make_case(session)
    make_case_person(session, made, dunya, detained_on=on("2024-02-29"))
    return made


def test_a_case_is_entered_once_however_often_the_form_is_sent(as_cora: FormClient, session: Session) -> None:
    (form,) = [each for each in forms(as_cora.get("/cases/new").text) if "form_id" in each.names]
    body = dict(form.filled({"title": "Дело о фонарях", "kind": "criminal"}))
    assert [as_cora.post("/cases/new", data=body).status_code for _ in range(2)] == [302, 302]
    assert rows(session, Case) == 1


def test_a_case_without_a_title_is_refused(as_cora: FormClient, session: Session) -> None:
    answer = as_cora.post_form("/cases/new", {"title": "", "summary": "Фонари"})
    assert (answer.status_code, "Фонари" in answer.text) == (422, True)
    assert "Give the case a title." in answer.text


def test_a_case_is_changed_closed_and_opened(as_cora: FormClient, session: Session, case: Case) -> None:
    page = f"/cases/{case.id}"
    as_cora.post_form(f"{page}/edit", {"title": "Case of the Lanterns", "kind": "administrative"})
    assert as_cora.post_form(f"{page}/edit", {"kind": ""}).status_code == 422
    as_cora.post_form(f"{page}/close")
    assert "Lanterns" not in as_cora.get("/cases/?q=lanterns").text.partition("<main")[2].replace("lanterns", "")
    assert "Case of the Lanterns" in as_cora.get("/cases/?show=closed&kind=administrative").text
    as_cora.post_form(f"{page}/reopen", page=page)
    assert "Case of the Lanterns" in as_cora.get("/cases/?q=of lanterns").text


def test_everything_in_a_case_stands_on_its_page(
    as_cora: FormClient, session: Session, case: Case, dunya: Prisoner
) -> None:
    yegor = make_prisoner(session, "Yegor Listopad")
    his = make_case_person(session, case, yegor, has_agreement=True)
    session.add(models.TestifiedAgainst(case_person_id=his.id, prisoner_id=dunya.id))
    charge = make_charge(session, case, wording="lanterns", faces_up_to="15 years")
    session.add(ConcernedBy(subject_id=charge.id, prisoner_id=yegor.id))
    session.add(UnnamedPeople(case_id=case.id, count=7, text="arrested in Moscow"))
    session.add(Organisation(case_id=case.id, name="Lamplighters", other_names=["Фонарщики"], founded=on("2019")))
    session.add(models.Sentence(case_id=case.id, prisoner_id=yegor.id, kind=models.SentenceKind.SUSPENDED, months=30))
    make_dispute(session, "Leaflets or lanterns?", "Leaflets.", "Lanterns.", case_id=case.id)
    make_citation(session, make_source(session), case.id, "168,170")
    text = as_cora.get(f"/cases/{case.id}").text
    for fact in (
        "L168, L170",
        "Leaflets or lanterns?",
        "agreement with the investigation",
        "testified against Dunya Ogurtsova",
        "Thu 29 Feb 2024",
        "faces 15 years, which is a threat and no sentence",
        "Concerns: Yegor Listopad",
        "7: arrested in Moscow",
        "Lamplighters (Фонарщики)",
        "Suspended sentence, 2 years 6 months",
    ):
        assert fact in text, fact


def test_somebody_is_found_and_put_into_a_case_once(
    as_cora: FormClient, session: Session, case: Case, dunya: Prisoner
) -> None:
    yegor = make_prisoner(session, "Yegor Listopad", name_local="Листопад Егор")
    index_names(session, [yegor.id, dunya.id])
    page = f"/cases/{case.id}/people/new"
    assert "Nobody of this name" in as_cora.get(f"{page}?q=Дуня").text
    found = f"{page}?q=листопад"
    body = {"prisoner": yegor.id, "role": "witness", "detained_on": "2199"}
    assert "This day has not come yet." in as_cora.post_form(found, body).text
    (form,) = [each for each in forms(as_cora.get(found).text) if "prisoner" in each.names]
    fields = dict(form.filled({**body, "detained_on": "2024"}))
    assert as_cora.post(found, data=fields).status_code == 302
    again = as_cora.post(found, data=fields)
    assert again.status_code == 422
    assert "This person is in the case already." in again.text
    assert rows(session, CasePerson) == 2


def test_nobody_who_was_not_found_is_put_into_a_case(as_cora: FormClient, session: Session, case: Case) -> None:
    page = f"/cases/{case.id}/people/new?q=nobody"
    token = dict(forms(as_cora.get("/cases/new").text)[-1].fields)["csrf_token"]
    for wrong in (str(uuid4()), "' OR 1=1", ""):
        answer = as_cora.post(page, data={"csrf_token": token, "prisoner": wrong, "role": "witness"})
        assert answer.status_code in (404, 422)
    assert rows(session, CasePerson) == 1


def test_a_part_in_a_case_is_corrected(as_cora: FormClient, session: Session, case: Case, dunya: Prisoner) -> None:
    page = f"/cases/{case.id}/people/{dunya.id}"
    assert as_cora.post_form(page, {"detained_on": "2199"}).status_code == 422
    as_cora.post_form(page, {"role": "searched", "detained_on": "2024-03"})
    session.expire_all()
    place = session.scalars(select(CasePerson)).one()
    assert (str(place.role), str(place.detained_on)) == ("searched", "2024-03")
    assert as_cora.get(f"/cases/{case.id}/people/{uuid4()}").status_code == 404


def test_a_charge_is_entered_and_changed(as_cora: FormClient, session: Session, case: Case, dunya: Prisoner) -> None:
    answer = as_cora.post_form(f"/cases/{case.id}/charges/new", {"articles": "205.4", "concerned": [dunya.id]})
    assert answer.status_code == 302
    charge = session.scalars(select(Charge)).one()
    assert rows(session, ConcernedBy) == 1
    page = f"/charges/{charge.id}/edit"
    assert "checked" in as_cora.get(page).text
    as_cora.post_form(page, {"state": "dropped", "state_on": "2025", "concerned": None})
    session.expire_all()
    assert str(session.scalars(select(Charge.state)).one()) == "dropped"
    assert rows(session, ConcernedBy) == 0


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"articles": ""}, "Type an article, or say below in words what the charge is."),
        ({"articles": "a\x00b"}, "There is a character in it"),
        ({"brought_on": "2199"}, "This day has not come yet."),
        ({"brought_on": "2024", "state_on": "2023"}, "This is before the charge was brought."),
        ({"concerned": [str(uuid4())]}, "not"),
    ],
)
def test_an_impossible_charge_is_refused_at_the_field(
    as_cora: FormClient, session: Session, case: Case, typed: dict[str, Any], sentence: str
) -> None:
    body = {"articles": "205.4", "faces_up_to": "до 15 лет", **typed}
    answer = as_cora.post_form(f"/cases/{case.id}/charges/new", body)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "до 15 лет" in answer.text
    assert 'class="error"' in answer.text
    assert rows(session, Charge) == 0


# Measures


def test_custody_is_imposed_extended_and_over(as_cora: FormClient, session: Session, dunya: Prisoner) -> None:
    new = f"/prisoners/{dunya.id}/measures/new"
    (form,) = [each for each in forms(as_cora.get(new).text) if "zone" in each.names]
    assert ("zone", "Asia/Vladivostok") in form.fields, "the zone of the place where she is"
    as_cora.post_form(new, {"since": "2024-05-16", "until": "2024-07-15", "court": "Lukomorsk District Court"})
    custody = session.scalars(select(Measure)).one()
    page = f"/measures/{custody.id}"
    (form,) = [each for each in forms(as_cora.get(f"{page}/extend").text) if "until" in each.names]
    body = dict(form.filled({"until": "2024-08-15", "ordered_on": "2024-07-11"}))
    assert [as_cora.post(f"{page}/extend", data=body).status_code for _ in range(2)] == [302, 302]
    session.expire_all()
    assert (str(custody.until), custody.revision, rows(session, MeasureTerm)) == ("2024-08-15", 1, 2)
    as_cora.post_form(f"{page}/end", {"ended_on": "2024-08-15", "reason": "released"})
    session.expire_all()
    assert str(custody.ended_on) == "2024-08-15"
    assert "It is not over" in as_cora.get(f"/prisoners/{dunya.id}/record").text
    as_cora.post_form(f"{page}/resume", page=f"/prisoners/{dunya.id}/record")
    session.expire_all()
    assert custody.ended_on is None


@pytest.mark.parametrize(
    "action, typed, sentence",
    [
        ("extend", {"until": ""}, "Type the new last day"),
        ("extend", {"until": "2024-07-15"}, "An extension ends later than the present term."),
        ("extend", {"until": "2024-08-15", "ordered_on": "2199"}, "This day has not come yet."),
        ("extend", {"until": "2024-08-15", "ordered_on": "2024-09"}, "It cannot end before it was ordered."),
        ("extend", {"until": "a\x00b"}, "Write the day, the month or the year"),
        ("end", {"ended_on": ""}, "Type the day"),
        ("end", {"ended_on": "2199"}, "This day has not come yet."),
        ("end", {"ended_on": "2024-05-15"}, "It cannot end before it begins."),
        ("edit", {"since": "2199"}, "This day has not come yet."),
        ("edit", {"until": "2023"}, "It cannot end before it begins."),
        ("edit", {"case": str(uuid4())}, "Not a valid choice"),
    ],
)
def test_an_impossible_change_of_a_measure_is_refused_at_the_field(
    as_cora: FormClient, session: Session, dunya: Prisoner, action: str, typed: dict[str, str], sentence: str
) -> None:
    custody = make_measure(session, dunya, since=on("2024-05-16"), until=on("2024-07-15"))
    answer = as_cora.post_form(f"/measures/{custody.id}/{action}", typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    session.expire_all()
    assert (str(custody.until), custody.revision) == ("2024-07-15", 0)


def test_what_is_over_is_neither_extended_nor_ended(as_cora: FormClient, session: Session, dunya: Prisoner) -> None:
    custody = make_measure(session, dunya, until=on("2024-07-15"), ended_on=on("2024-07-01"))
    assert "This measure is over" in as_cora.post_form(f"/measures/{custody.id}/extend", {"until": "2025"}).text
    assert "entered already" in as_cora.post_form(f"/measures/{custody.id}/end", {"ended_on": "2025"}).text


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"since": "2199"}, "This day has not come yet."),
        ({"since": "2024-05", "until": "2024-04"}, "It cannot end before it begins."),
        ({"zone": "Mars/Olympus"}, "Not a valid choice"),
        ({"note": "я" * 1001}, "At most 1000 characters"),
    ],
)
def test_an_impossible_measure_is_refused_at_the_field(
    as_cora: FormClient, session: Session, dunya: Prisoner, typed: dict[str, str], sentence: str
) -> None:
    answer = as_cora.post_form(f"/prisoners/{dunya.id}/measures/new", {"place": "Дом", **typed})
    assert (answer.status_code, "Дом" in answer.text) == (422, True)
    assert sentence in answer.text
    assert rows(session, Measure) == 0


def test_a_measure_is_corrected(as_cora: FormClient, session: Session, case: Case, dunya: Prisoner) -> None:
    custody = make_measure(session, dunya, since=on("2024-05-16"), until=on("2024-07-15"))
    as_cora.post_form(f"/measures/{custody.id}/edit", {"until": "2024-07-16", "case": case.id, "kind": "house_arrest"})
    session.expire_all()
    assert (str(custody.kind), str(custody.until), custody.case_id, custody.revision) == (
        "house_arrest",
        "2024-07-16",
        case.id,
        1,
    )


# Who may, and how much is asked


def test_cases_and_measures_are_for_coordinators(
    as_cora: FormClient, as_vera: FormClient, new_visitor: Any, session: Session, case: Case, dunya: Prisoner
) -> None:
    custody, charge = make_measure(session, dunya), make_charge(session, case)
    pages = ["/cases/", "/cases/new", f"/charges/{charge.id}/edit"]
    pages += [f"/cases/{case.id}{page}" for page in ("", "/edit", "/close", "/people/new", "/charges/new")]
    pages += [f"/cases/{case.id}/people/{dunya.id}"]
    pages += [f"/measures/{custody.id}/{page}" for page in ("edit", "extend", "end")]
    for page in pages:
        assert as_cora.get(page).status_code == 200, page
        assert as_vera.get(page).status_code == 404, page
        assert new_visitor().get(page).status_code == 302, page
    for page in (f"/cases/{uuid4()}", f"/charges/{uuid4()}/edit", f"/measures/{uuid4()}/end"):
        assert as_cora.get(page).status_code == 404


def test_many_cases_and_much_in_one_take_as_few_statements(
    as_cora: FormClient, session: Session, case: Case, count_statements: Any
) -> None:
    def count(page: str, most: int) -> int:
        as_cora.get("/cases/")
        with count_statements() as asked:
            assert as_cora.get(page).status_code == 200
        assert len(asked) <= most, str(asked)
        return len(asked)

    few = count("/cases/", 5), count(f"/cases/{case.id}", 12)
    for number in range(60):
        make_case(session, f"Case of the leaflets in the square of the {number}th of December")
        make_case_person(session, case, make_prisoner(session, f"Prisoner {number}"))
        make_charge(session, case)
    assert (count("/cases/", 5), count(f"/cases/{case.id}", 12)) == few
    assert len(as_cora.get("/cases/").data) <= 25_000
