"""The list of prisoners: who sees whom, finding, narrowing, ordering, its size."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_assignment, make_facility, make_placement, make_prisoner
from tests.support.client import FormClient
from tracker import clock
from tracker.assignments.models import Assignment
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner, Whereabouts
from tracker.prisoners.name_index import index_names
from tracker.prisoners.rules import PlacementKind
from tracker.volunteers.models import Volunteer


@pytest.fixture
def yegor(session: Session) -> Prisoner:
    """In a colony that is known in words only; Vera does not write to him."""
    made = make_prisoner(
        session,
        "Yegor Listopad",
        name_local="Листопад Егор Кириллович",
        whereabouts=Whereabouts.SERVING,
        birth=PartialDate.parse("--12-31"),
        last_letter_on=date(2026, 1, 2),
    )
    make_placement(session, made, kind=PlacementKind.COLONY, place="Посёлок Пермь-36")
    return made


@pytest.fixture(autouse=True)
def _indexed(session: Session, dunya: Prisoner, yegor: Prisoner) -> None:
    index_names(session, [dunya.id, yegor.id])
    # An open session would keep the application from starting.
    session.commit()


def shown(browser: FormClient, query: str = "") -> list[str]:
    """The names on the page, in their order."""
    text = browser.get(f"/prisoners/{query}").text
    assert "<h1" in text
    return sorted((name for name in ("Dunya", "Yegor") if f">{name}" in text), key=lambda name: text.index(f">{name}"))


def test_coordinators_see_everybody_and_volunteers_their_own(as_cora: FormClient, as_vera: FormClient) -> None:
    assert shown(as_cora) == ["Dunya", "Yegor"]
    assert shown(as_vera) == ["Dunya"]


def test_a_stranger_sees_nobody_and_is_told_what_will_happen(as_sam: FormClient) -> None:
    assert "Nobody is assigned to you yet" in as_sam.get("/prisoners/").text
    assert shown(as_sam, "?q=Yegor") == []


def test_whoever_is_not_signed_in_is_sent_to_sign_in(client: FormClient) -> None:
    assert client.get("/prisoners/").headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize(
    "query, names",
    [
        ("?q=листо", ["Yegor"]),
        ("?q=Ogur", ["Dunya"]),
        ("?q=Listpad", ["Yegor"]),
        ("?q=nobody", []),
        ("?place=lukomor", ["Dunya"]),
        ("?place=Пермь", ["Yegor"]),
        ("?place=%25", []),
        ("?whereabouts=serving", ["Yegor"]),
        ("?whereabouts=nonsense", ["Dunya", "Yegor"]),
        ("?show=no_writer", ["Yegor"]),
        ("?show=archived", []),
        ("?sort=silence", ["Dunya", "Yegor"]),
        ("?page=99", ["Dunya", "Yegor"]),
        ("?q=%00&place=%00", ["Dunya", "Yegor"]),
        ("?q=%FF%FE", []),
        ("?q=...", []),
    ],
)
def test_it_is_narrowed_and_nothing_typed_breaks_it(
    as_cora: FormClient, assignment: Assignment, query: str, names: list[str]
) -> None:
    assert shown(as_cora, query) == names


def test_the_next_birthday_comes_first_and_unknown_ones_last(
    as_cora: FormClient, session: Session, yegor: Prisoner, dunya: Prisoner, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_prisoner(session, "Zinaida Without", birth=PartialDate.parse("1990"))
    make_prisoner(session, "Arseny Autumn", birth=PartialDate.parse("1990-23"))
    for today, first in ((date(2026, 12, 15), ["Yegor", "Dunya"]), (date(2026, 1, 15), ["Dunya", "Yegor"])):
        monkeypatch.setattr(clock, "today", lambda zone, day=today: day)
        assert shown(as_cora, "?sort=birthday") == first
        text = as_cora.get("/prisoners/?sort=birthday").text
        assert text.index("Dunya") < text.index("Zinaida Without")
        assert text.index("Dunya") < text.index("Arseny Autumn")


def test_similar_names_are_said_to_be_only_similar(as_cora: FormClient) -> None:
    assert "spelled much like it" in as_cora.get("/prisoners/?q=Listpad").text
    assert "spelled much like it" not in as_cora.get("/prisoners/?q=Listopad").text


def test_the_archive_is_a_list_of_its_own(as_cora: FormClient, yegor: Prisoner) -> None:
    as_cora.post_form(f"/prisoners/{yegor.id}/archive")
    assert shown(as_cora) == ["Dunya"]
    assert shown(as_cora, "?show=archived") == ["Yegor"]
    as_cora.post_form(f"/prisoners/{yegor.id}/restore", page=f"/prisoners/{yegor.id}/archive")
    assert shown(as_cora) == ["Dunya", "Yegor"]


def test_an_empty_collective_is_told_where_to_begin(
    as_cora: FormClient, session: Session, dunya: Prisoner, yegor: Prisoner
) -> None:
    for each in (dunya, yegor):
        each.archived_at = clock.now()
    assert "Enter the first prisoner" in as_cora.get("/prisoners/").text
    assert "Show all" in as_cora.get("/prisoners/?q=Yegor").text


def test_fifty_rows_weigh_little_and_take_as_few_statements_as_one(
    as_cora: FormClient, as_vera: FormClient, session: Session, vera: Volunteer, count_statements: Any
) -> None:
    def count(browser: FormClient, query: str = "") -> int:
        browser.get("/prisoners/")
        with count_statements() as asked:
            assert browser.get(f"/prisoners/{query}").status_code == 200
        assert len(asked) <= 5, str(asked)
        return len(asked)

    few = count(as_cora), count(as_vera), count(as_cora, "?q=yego&place=perm&sort=birthday")
    facility = make_facility(session, name="Correctional Colony No. 12 of Khabarovsk Territory")
    for number in range(60):
        made = make_prisoner(
            session,
            f"Konstantin Aleksandrovich Preobrazhensky-{number}",
            name_local=f"Преображенский-{number} Константин Александрович",
            last_letter_on=date(2026, 2, 3),
        )
        make_placement(session, made, facility)
        make_assignment(session, made, vera)
    many = count(as_cora), count(as_vera), count(as_cora, "?q=yego&place=perm&sort=birthday")
    assert few == many
    assert len(as_cora.get("/prisoners/").data) <= 25_000
    assert len(as_vera.get("/prisoners/?page=2").data) <= 25_000
