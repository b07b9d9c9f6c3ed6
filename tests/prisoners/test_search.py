"""Finding prisoners by a part of their name, in either script."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from tracker.prisoners.models import NameKey, NameKind, Prisoner, PrisonerName
from tracker.prisoners.name_index import index_names
from tracker.prisoners.names import sorting_form
from tracker.prisoners.search import found_by_name, named

PEOPLE = {
    "Dmitriy Ozerov": ["Дмитрий Озеров"],
    "Dmitry Lugovoy": ["Dima Lugovoy"],
    "Alyona Zaytseva": [],
    "Александр Жемчужный": [],
    "Zzyzx Zz": [],
    "Ирина-Анна Щедрая": [],
}


@pytest.fixture
def people(session: Session) -> Session:
    for name, others in PEOPLE.items():
        prisoner = Prisoner(name=name, name_folded=sorting_form(name), created_at=datetime(2025, 1, 1, tzinfo=UTC))
        session.add(prisoner)
        session.flush()
        session.add_all(
            PrisonerName(prisoner_id=prisoner.id, text=other, kind=NameKind.SPELLING, position=place)
            for place, other in enumerate(others, 1)
        )
    index_names(session, session.scalars(select(Prisoner.id)).all())
    return session


def names_found(session: Session, typed: str) -> set[str]:
    return set(session.scalars(select(Prisoner.name).where(Prisoner.id.in_(found_by_name(session, typed)))))


@pytest.mark.parametrize(
    "typed, found",
    [
        ("дмитр", {"Dmitriy Ozerov", "Dmitry Lugovoy"}),
        ("Dmitrii oz", {"Dmitriy Ozerov"}),
        ("озеров дмитрий", {"Dmitriy Ozerov"}),
        ("dima", {"Dmitry Lugovoy"}),
        ("Алёна", {"Alyona Zaytseva"}),
        ("zaits", {"Alyona Zaytseva"}),
        ("Alexander Zhem", {"Александр Жемчужный"}),
        ("анна", {"Ирина-Анна Щедрая"}),
        ("Schedr", {"Ирина-Анна Щедрая"}),
        ("z", {"Alyona Zaytseva", "Zzyzx Zz", "Александр Жемчужный"}),
        ("zz", {"Alyona Zaytseva", "Zzyzx Zz", "Александр Жемчужный"}),
        ("дмитрий зайцева", set()),
        ("%", set()),
        ("_", set()),
        ("", set()),
        ("Бронислава", set()),
    ],
)
def test_a_part_of_a_name_finds_the_person(people: Session, typed: str, found: set[str]):
    assert names_found(people, typed) == found


@pytest.mark.parametrize("typed", ["Ozerow Dmitrri", "Озероф", "Ozrov", "Dmitry Ozirov"])
def test_a_typing_error_still_finds_the_person(people: Session, typed: str):
    assert names_found(people, typed) == {"Dmitriy Ozerov"}


def test_a_changed_name_is_found_and_the_old_one_is_not(people: Session):
    prisoner = people.scalars(select(Prisoner).where(Prisoner.name == "Alyona Zaytseva")).one()
    prisoner.name, prisoner.name_local = "Alyona Medvedeva", "Медведева Алёна Игоревна"
    index_names(people, [prisoner.id])

    assert found_by_name(people, "медведева игоревна") == [prisoner.id]
    assert found_by_name(people, "Зайцева") == []


def test_indexing_twice_changes_nothing(people: Session):
    before = people.scalar(select(func.count()).select_from(NameKey))
    index_names(people, people.scalars(select(Prisoner.id)).all())

    assert people.scalar(select(func.count()).select_from(NameKey)) == before


def test_a_search_takes_at_most_three_statements_however_much_is_typed(people: Session):
    people.flush()
    said: list[str] = []
    event.listen(people.connection(), "before_cursor_execute", lambda *told: said.append(told[2]))
    found_by_name(people, "Аааа Бббб Вввв Гггг Дддд Ееее Жжжж Зззз Ииии Кккк")

    assert len(said) <= 3


def test_the_found_are_bounded(people: Session):
    assert len(found_by_name(people, "z", limit=1)) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_index_answers_for_the_beginning_of_a_word(people: Session):
    query = named("дмит")
    assert query is not None
    plan = people.execute(_explained(query)).all()

    assert any("ix_name_key_key_prisoner_id" in str(step) and "key>?" in str(step) for step in plan), plan


def _explained(query):
    return text("EXPLAIN QUERY PLAN " + str(query.compile(compile_kwargs={"literal_binds": True})))
