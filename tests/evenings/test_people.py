"""Planning an evening: whom it is for, in what order, and who is taken out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories import make_facility, make_letter, make_placement, make_prisoner
from tests.support.client import FormClient, forms
from tracker import clock
from tracker.evenings.actions import enter_tally
from tracker.evenings.choosing import chosen_people
from tracker.evenings.models import Evening, EveningPerson
from tracker.evenings.rules import Choice
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Detail, DetailKind, Placement, Prisoner, SupportState, Whereabouts
from tracker.prisoners.rules import PlacementKind, Sex
from tracker.volunteers.models import Volunteer

TODAY = date(2026, 11, 24)
SEED = UUID(int=7)


def chosen(session: Session, choice: Choice | None = None, **facts: Any) -> list[str]:
    """Names, in the order of the choice."""
    wanted = choice or Choice(**facts)
    ids = chosen_people(session, wanted, SEED, today=TODAY, locale="en")
    names = {each.id: each.name for each in session.scalars(select(Prisoner))}
    return [names[each] for each in ids]


def test_who_had_the_fewest_letters_comes_first_and_tallies_count(
    session: Session,
    inside: Callable[..., Prisoner],
    vera: Volunteer,
    cora: Volunteer,
    evening_of: Callable[..., Evening],
) -> None:
    none, two, five, long_ago = (inside(name) for name in ("None", "Two", "Five", "Long Ago"))
    for days in (1, 2):
        make_letter(session, two, vera, TODAY - timedelta(days=days))
    for days in range(1, 4):
        make_letter(session, long_ago, vera, TODAY - timedelta(days=200 + days))
    make_letter(session, none, vera, TODAY, removed_at=clock.now())
    evening = evening_of(five, on=TODAY - timedelta(days=30))
    enter_tally(session, uuid4(), evening, {five.id: 5}, actor_id=cora.id, today=TODAY, now=clock.now())
    recent = chosen(session)
    assert set(recent[:2]) == {"None", "Long Ago"}
    assert recent[2:] == ["Two", "Five"]
    assert chosen(session, days=None) == ["None", "Two", "Long Ago", "Five"]
    assert chosen(session, people=1) == recent[:1]


def test_only_those_who_can_be_written_to_are_chosen(session: Session, inside: Callable[..., Prisoner]) -> None:
    inside("Inside")
    inside("Withheld", support=SupportState.WITHHELD)
    inside("Forbidden", no_mail=True)
    inside("Free", whereabouts=Whereabouts.AT_LIBERTY)
    inside("Abroad", whereabouts=Whereabouts.ABROAD)
    inside("Archived", archived_at=clock.now())
    moved = inside("On Transfer")
    session.execute(update(Placement).where(Placement.prisoner_id == moved.id).values(kind=PlacementKind.TRANSFER))
    make_placement(session, make_prisoner(session, "Nobody Knows Where"))
    assert chosen(session) == ["Inside"]


def test_a_choice_can_be_narrowed(session: Session, inside: Callable[..., Prisoner]) -> None:
    inside("Nothing Known")
    inside("German Reader", languages="Russian, some German")
    inside("Woman", sex=Sex.WOMAN)
    inside("Minor", minor_at_arrest=True)
    inside("Leap", birth=PartialDate.parse("1996-02-29"))
    inside("Month", birth=PartialDate.parse("--02"))
    inside("March", birth=PartialDate.parse("1990-03"))
    writer = inside("Writer")
    session.add(Detail(prisoner_id=writer.id, kind=DetailKind.WORK, text="Журналист местной газеты"))
    elsewhere = make_prisoner(session, "Elsewhere")
    place = make_facility(session, name="IK-5", region="Карелия", city="Segezha")
    make_placement(session, elsewhere, place)
    session.flush()
    assert chosen(session, language="German") == ["German Reader"]
    assert chosen(session, language="немецкий") == []
    assert chosen(session, women=True) == ["Woman"]
    assert chosen(session, minors=True) == ["Minor"]
    assert set(chosen(session, month=2)) == {"Leap", "Month"}
    assert chosen(session, month=3) == ["March"]
    assert chosen(session, theme="море, журналист") == ["Writer"]
    assert chosen(session, theme="100%") == []
    assert len(chosen(session, theme=" , ")) == len(chosen(session)), "words that are none choose nobody out"
    assert chosen(session, facility_id=str(place.id)) == ["Elsewhere"]
    assert chosen(session, region="карелия") == ["Elsewhere"]
    assert chosen(session, region="segezha") == ["Elsewhere"]


NEW = {"title": "Письма в декабре", "on": "2026-12-10", "people": "2", "most_letters": "5"}


def test_an_evening_is_planned_and_shows_who_gets_letters(
    as_cora: FormClient, session: Session, inside: Callable[..., Prisoner]
) -> None:
    inside("Ivan Snezhkov", support=SupportState.GIVEN_WITH_CAVEAT, support_caveat="Ask before you promise.")
    inside("Osip Lunin")
    planned = as_cora.post_form("/evenings/new", NEW)
    page = as_cora.get(planned.location).get_data(as_text=True)
    for words in (
        "Письма в декабре",
        "Ivan Snezhkov",
        "Osip Lunin",
        "at most 5 letters each",
        "Ask before you promise.",
    ):
        assert words in page
    assert "Письма в декабре" not in re.findall("<title>.*</title>", page)[0]
    assert "2 people" in page
    listed = as_cora.get("/evenings/").get_data(as_text=True)
    assert "Письма в декабре" in listed


def test_the_same_form_sent_twice_is_one_evening(
    as_cora: FormClient, session: Session, inside: Callable[..., Prisoner]
) -> None:
    inside("Ivan Snezhkov")
    form_id = str(uuid4())
    first, second = (as_cora.post_form("/evenings/new", {**NEW, "form_id": form_id}) for _ in range(2))
    assert first.location == second.location
    session.rollback()
    assert len(session.scalars(select(Evening)).all()) == 1


def test_when_nobody_fits_it_says_what_to_do(as_cora: FormClient) -> None:
    planned = as_cora.post_form("/evenings/new", NEW, follow_redirects=True).get_data(as_text=True)
    assert "Nobody fits" in planned
    assert "Nobody is on the list yet." in planned


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"title": ""}, "Give it a name"),
        ({"on": "2026-02-30"}, "This is not a day."),
        ({"people": "201"}, "Type a number from 1 to 200."),
        ({"most_letters": "0"}, "Type a number from 1 to 30."),
        ({"month": "13"}, "Not a valid choice."),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_refused_plan_keeps_what_was_typed(as_cora: FormClient, typed: dict[str, str], sentence: str) -> None:
    refused = as_cora.post_form("/evenings/new", {**NEW, "theme": "море", **typed})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert sentence in page
    assert "море" in page


def order(session: Session, evening: Evening) -> list[tuple[str, int]]:
    """Names and numbers in order."""
    session.rollback()
    rows = session.execute(
        select(Prisoner.name, EveningPerson.number)
        .join(EveningPerson, EveningPerson.prisoner_id == Prisoner.id)
        .where(EveningPerson.evening_id == evening.id)
        .order_by(EveningPerson.position)
    )
    return [(row.name, row.number) for row in rows]


def test_people_are_taken_out_moved_and_added(
    as_cora: FormClient, session: Session, inside: Callable[..., Prisoner], evening_of: Callable[..., Evening]
) -> None:
    a, b, c = (inside(name) for name in ("Anna Lunina", "Boris Lunin", "Clara Lunina"))
    extra = inside("Dunya Snezhkova", "Снежкова Дуня")
    evening = evening_of(a, b, c)
    page = f"/evenings/{evening.id}"
    as_cora.post_form(f"{page}/people", {"p3": "1", "out": ["2"]}, page=page)
    assert order(session, evening) == [("Clara Lunina", 1), ("Anna Lunina", 2)]
    found = as_cora.get(f"{page}/add?q=снежк").get_data(as_text=True)
    assert "Dunya Snezhkova" in found
    as_cora.post_form(f"{page}/add", {"person": str(extra.id)}, page=f"{page}/add?q=снежк")
    assert order(session, evening)[-1] == ("Dunya Snezhkova", 3)
    again = as_cora.get(f"{page}/add?q=снежк").get_data(as_text=True)
    assert "on the list" in again


def test_numbers_stay_once_sheets_are_printed(
    as_cora: FormClient, session: Session, inside: Callable[..., Prisoner], evening_of: Callable[..., Evening]
) -> None:
    a, b, c = (inside(name) for name in ("Anna Lunina", "Boris Lunin", "Clara Lunina"))
    evening = evening_of(a, b, c, numbered_at=clock.now())
    page = f"/evenings/{evening.id}"
    as_cora.post_form(f"{page}/people", {"p3": "1", "out": ["2"]}, page=page)
    assert order(session, evening) == [("Clara Lunina", 3), ("Anna Lunina", 1)]


def test_a_list_that_somebody_else_has_changed_is_shown_again(
    as_cora: FormClient, session: Session, inside: Callable[..., Prisoner], evening_of: Callable[..., Evening]
) -> None:
    evening = evening_of(*(inside(name) for name in ("Anna Lunina", "Boris Lunin", "Clara Lunina")))
    page = f"/evenings/{evening.id}"
    (form,) = [each for each in forms(as_cora.get(page).get_data(as_text=True)) if "state" in each.names]
    for _ in range(2):
        as_cora.post(f"{page}/people", data={**dict(form.fields), "out": ["1"]})
    assert [name for name, _ in order(session, evening)] == ["Boris Lunin", "Clara Lunina"]
    assert "has changed in the meantime" in as_cora.get(page).get_data(as_text=True)


def test_who_cannot_be_written_to_is_not_added(
    as_cora: FormClient, session: Session, inside: Callable[..., Prisoner], evening_of: Callable[..., Evening]
) -> None:
    anna, evening = inside("Anna Lunina"), evening_of()
    page = f"/evenings/{evening.id}/add"
    form = as_cora.get(f"{page}?q=lunina").get_data(as_text=True)
    anna.no_mail = True
    assert "cannot be written to now" in as_cora.get(f"{page}?q=lunina").get_data(as_text=True)
    token = re.findall('name="csrf_token" value="([^"]+)"', form)[0]
    as_cora.post(page, data={"csrf_token": token, "person": str(anna.id)})
    assert order(session, evening) == []
    assert "No letter can go to this person now." in as_cora.get(page).get_data(as_text=True)


def test_the_same_lot_falls_when_nothing_has_changed(
    as_cora: FormClient, session: Session, inside: Callable[..., Prisoner]
) -> None:
    for number in range(8):
        inside(f"Ivan {number}")
    planned = as_cora.post_form("/evenings/new", {**NEW, "people": "4"})
    evening = session.scalars(select(Evening)).one()
    first = order(session, evening)
    as_cora.post_form(f"{planned.location}/choose", {"people": "4"})
    assert order(session, evening) == first


def test_an_evening_with_letters_is_neither_deleted_nor_chosen_anew_nor_moved(
    as_cora: FormClient, session: Session, inside: Callable[..., Prisoner], evening_of: Callable[..., Evening],
    cora: Volunteer,
) -> None:  # fmt: skip
    anna = inside("Anna Lunina")
    evening = evening_of(anna)
    page, deleted = f"/evenings/{evening.id}", as_cora.get(f"/evenings/{evening.id}/delete").get_data(as_text=True)
    token = re.findall('name="csrf_token" value="([^"]+)"', deleted)[0]
    enter_tally(session, uuid4(), evening, {anna.id: 3}, actor_id=cora.id, today=TODAY, now=clock.now())
    assert "so it stays" in as_cora.get(f"{page}/delete").get_data(as_text=True)
    as_cora.post(f"{page}/delete", data={"csrf_token": token})
    assert "Undo them first" in as_cora.get(page).get_data(as_text=True)
    assert as_cora.post_form(f"{page}/choose", {"people": "5"}).status_code == 422
    moved = as_cora.post_form(f"{page}/edit", {"on": "2026-01-16"})
    assert moved.status_code == 422
    assert "Undo them first" in moved.get_data(as_text=True)
    renamed = as_cora.post_form(f"{page}/edit", {"title": "New name"})
    assert renamed.status_code == 302


def test_an_evening_is_deleted_after_a_question(
    as_cora: FormClient, session: Session, inside: Callable[..., Prisoner], evening_of: Callable[..., Evening]
) -> None:
    evening = evening_of(inside("Anna Lunina"))
    as_cora.post_form(f"/evenings/{evening.id}/delete")
    session.rollback()
    assert session.scalars(select(Evening)).all() == []
    assert "No evening is planned yet." in as_cora.get("/evenings/").get_data(as_text=True)


def test_pages_ask_the_same_number_of_statements_for_one_and_for_fifty(
    as_cora: FormClient, inside: Callable[..., Prisoner], evening_of: Callable[..., Evening], count_statements: Any
) -> None:
    people = [inside(f"Ivan Snezhkov {number}") for number in range(50)]
    few, many = evening_of(people[0]), evening_of(*people)
    for path, most in (("", 6), ("/tally", 4), ("/print", 4), ("/choose", 4), ("/add?q=ivan", 6), ("/edit", 3)):
        counts = []
        for evening in (few, many):
            with count_statements() as asked:
                answer = as_cora.get(f"/evenings/{evening.id}{path}")
            assert answer.status_code == 200
            counts.append(len(asked))
        assert counts[0] == counts[1] <= most, (path, counts, str(asked))
    with count_statements() as asked:
        as_cora.get("/evenings/")
    assert len(asked) <= 5, str(asked)
    page = as_cora.get(f"/evenings/{many.id}").data
    assert len(page) <= 25_600, len(page)


def test_volunteers_find_no_evening(as_vera: FormClient, evening_of: Callable[..., Evening]) -> None:
    evening = evening_of()
    for path in ("/evenings/", "/evenings/new", f"/evenings/{evening.id}", f"/evenings/{evening.id}/tally"):
        assert as_vera.get(path).status_code == 404
    assert "Evenings" not in as_vera.get("/").get_data(as_text=True)
