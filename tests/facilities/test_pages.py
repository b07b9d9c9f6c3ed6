"""Facilities: entered, found, shown ready to copy, changed, archived."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import make_citation, make_facility, make_source
from tests.support.client import FormClient, forms
from tracker.assignments.models import Assignment
from tracker.facilities.models import Facility, FacilityKind
from tracker.prisoners.models import Placement, Prisoner
from tracker.sources.models import Citation

NEW = "/facilities/new"

WHOLE = {
    "name": "SIZO-2 Vladivostok",
    "name_local": "ФКУ СИЗО-2",
    "kind": "sizo",
    "city": "Vladivostok",
    "country": "RU",
    "zone": "Asia/Vladivostok",
    "address": "690000, г. Владивосток,\r\nПортовая ул., 28-б",
    "address_latin": "Portovaya ul. 28-b\n690000 Vladivostok",
    "needs_number": "no",
    "most_photos": "0",
    "who_may_write": "relatives",
    "refused_things": "Glitter\r\nПоляроид",
    "regime": "strict",
    "verified_on": "29.02.2024",
    "verified_from": "phone",
}


def rows(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Facility)) or 0


def test_a_place_is_entered_and_shown_ready_to_copy(as_cora: FormClient, session: Session) -> None:
    answer = as_cora.post_form(NEW, WHOLE)
    assert answer.status_code == 302
    facility = session.scalars(select(Facility)).one()
    assert (facility.needs_number, str(facility.verified_on)) == (False, "2024-02-29")
    assert (facility.needs_birth_year, facility.most_pages, facility.most_photos) == (None, None, 0)
    text = as_cora.get(answer.headers["Location"]).text
    assert "ФКУ СИЗО-2\n690000, г. Владивосток,\nПортовая ул., 28-б</div>" in text
    assert "SIZO-2 Vladivostok\nPortovaya ul. 28-b\n690000 Vladivostok</div>" in text
    assert "Nobody we know of." in text
    for words in (
        "relatives only",
        "Glitter\nПоляроид",
        "strict regime",
        "need not stand on the envelope",
        "a phone call",
    ):
        assert words in text


def test_a_double_tap_enters_one_place(as_cora: FormClient, session: Session) -> None:
    (form,) = [each for each in forms(as_cora.get(NEW).text) if "form_id" in each.names]
    body = dict(form.filled(WHOLE))
    assert [as_cora.post(NEW, data=body).status_code for _ in range(2)] == [302, 302]
    assert rows(session) == 1


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"name": ""}, "Type the name of the place."),
        ({"kind": ""}, "Choose one."),
        ({"kind": "court", "zone": ""}, "A court needs a time zone"),
        ({"zone": "Mars/Olympus"}, "Not a valid choice"),
        ({"country": "Russia"}, "Not a valid choice"),
        ({"verified_on": "2199-01-01"}, "This day has not come yet."),
        ({"verified_on": "0000-01-01"}, "This is not a day."),
        ({"address": "я" * 601}, "At most 600 characters"),
        ({"most_pages": "0"}, "Type a number from 1 to 999."),
        ({"most_pages": "three"}, "Write a whole number, like 3."),
        ({"mail_note": "a\x00b"}, "There is a character in it that cannot be kept."),
    ],
)
def test_a_refused_form_says_why_and_keeps_what_was_typed(
    as_cora: FormClient, session: Session, typed: dict[str, str], sentence: str
) -> None:
    answer = as_cora.post_form(NEW, {**WHOLE, "region": "Приморский край", **typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Приморский край" in answer.text
    assert rows(session) == 0


@pytest.fixture
def places(session: Session) -> None:
    make_facility(session)
    make_facility(session, name="Lukomorsk District Court", name_local="Лукоморский суд", kind=FacilityKind.COURT)
    make_facility(session, name="IK-4", name_local="ФКУ ИК-4", kind=FacilityKind.COLONY, city="Perm", address=None)


@pytest.mark.parametrize(
    "query, names",
    [
        ("", ["IK-4", "Lukomorsk District Court", "SIZO-9"]),
        ("?q=court", ["Lukomorsk District Court"]),
        ("?q=perm ik", ["IK-4"]),
        ("?q=СИЗО", ["SIZO-9"]),
        ("?q=%25", []),
        ("?q=%00", ["IK-4", "Lukomorsk District Court", "SIZO-9"]),
        ("?kind=colony", ["IK-4"]),
        ("?kind=nonsense", ["IK-4", "Lukomorsk District Court", "SIZO-9"]),
        ("?show=archived", []),
    ],
)
def test_it_is_found_by_name_city_and_kind(as_cora: FormClient, places: None, query: str, names: list[str]) -> None:
    text = as_cora.get(f"/facilities/{query}").text
    assert [name for name in ("IK-4", "Lukomorsk District Court", "SIZO-9") if f">{name}</a>" in text] == names


def test_a_changed_place_keeps_what_was_not_touched(as_cora: FormClient, session: Session) -> None:
    facility = make_facility(session, needs_number=True, needs_birth_year=False)
    make_citation(session, make_source(session), facility.id, "207")
    page = f"/facilities/{facility.id}/edit"
    as_cora.post_form(page, {"mail_note": "Two pages at most"})
    session.expire_all()
    assert (facility.needs_number, facility.needs_birth_year) == (True, False)
    assert facility.mail_note == "Two pages at most"
    assert facility.address == "ул. Дубовая, 1\nг. Лукоморск\n690000"
    assert session.scalar(select(func.count()).select_from(Citation)) == 1
    assert as_cora.post_form(page, {"kind": "court", "zone": ""}).status_code == 422
    as_cora.post_form(page, {"city": "Perm"})
    assert session.scalar(select(func.count()).select_from(Citation)) == 0


def test_who_is_there_now_stands_on_the_page(as_cora: FormClient, session: Session, dunya: Prisoner) -> None:
    facility = session.scalars(select(Facility)).one()
    assert f'<a href="/prisoners/{dunya.id}">Dunya Ogurtsova</a>' in as_cora.get(f"/facilities/{facility.id}").text


def test_a_place_where_somebody_is_held_is_not_archived(as_cora: FormClient, session: Session, dunya: Prisoner) -> None:
    facility = session.scalars(select(Facility)).one()
    page = f"/facilities/{facility.id}"
    answer = as_cora.post_form(f"{page}/archive", follow_redirects=True)
    assert "1 person is held there." in answer.text
    session.scalars(select(Placement)).one().is_current = False
    as_cora.post_form(f"{page}/archive")
    assert "SIZO-9" not in as_cora.get("/facilities/").text
    assert "SIZO-9" in as_cora.get("/facilities/?show=archived").text
    as_cora.post_form(f"{page}/restore", page=page)
    session.expire_all()
    assert facility.archived_at is None


def test_facilities_are_for_coordinators(
    as_cora: FormClient, as_vera: FormClient, client: FormClient, new_visitor: Any, session: Session,
    dunya: Prisoner, assignment: Assignment,
) -> None:  # fmt: skip
    facility = session.scalars(select(Facility)).one()
    for page in ("", "new", f"{facility.id}", f"{facility.id}/edit", f"{facility.id}/archive"):
        assert as_cora.get(f"/facilities/{page}").status_code == 200
        assert as_vera.get(f"/facilities/{page}").status_code == 404
        assert new_visitor().get(f"/facilities/{page}").status_code == 302
    assert as_cora.get(f"/facilities/{uuid4()}").status_code == 404


def test_fifty_rows_weigh_little_and_take_as_few_statements_as_one(
    as_cora: FormClient, session: Session, count_statements: Any
) -> None:
    def count(page: str) -> int:
        as_cora.get("/facilities/")
        with count_statements() as asked:
            as_cora.get(page)
        assert len(asked) <= 5, str(asked)
        return len(asked)

    facility = make_facility(session)
    few = count("/facilities/?q=colony"), count(f"/facilities/{facility.id}")
    for number in range(60):
        make_facility(
            session,
            name=f"Correctional Colony No. {number} of Khabarovsk Territory",
            name_local=f"ФКУ ИК-{number} УФСИН России по Хабаровскому краю",
        )
    assert count("/facilities/?q=colony") == few[0] + 1, "an empty list has no rows to ask for"
    assert count(f"/facilities/{facility.id}") == few[1]
    assert len(as_cora.get("/facilities/").data) <= 25_000
