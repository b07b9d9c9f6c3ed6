"""Volunteers, as coordinators and admins see them."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import make_assignment, make_prisoner, make_volunteer
from tests.support.client import FormClient
from tests.support.statements import counting
from tracker.access import Actor
from tracker.assignments.models import Assignment, EndReason, Part
from tracker.clock import today
from tracker.db import make_sessions
from tracker.prisoners.models import Prisoner
from tracker.volunteers.actions import change_roles, close_account
from tracker.volunteers.models import AddressState, Volunteer
from tracker.volunteers.rules import LastAdmin

TWENTY_ONE = "aa ab af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca".replace(" ", ",")
NOW = datetime(2028, 2, 29, 12, tzinfo=UTC)


def stored(session: Session, handle: str) -> Volunteer:
    session.rollback()
    return session.scalars(select(Volunteer).where(Volunteer.handle == handle)).one()


def rows(page: str) -> str:
    """What stands in the table, without the frame around it."""
    return page.partition("<tbody>")[2].partition("</tbody>")[0]


# The list


def test_the_list_says_what_is_needed_to_choose_somebody(
    as_cora: FormClient, session: Session, dunya: Prisoner
) -> None:
    away = today("Europe/Berlin") + timedelta(days=5)
    anna = make_volunteer(
        session,
        "Анна-Мария",
        languages=["ru", "de"],
        capacity=4,
        away_until=away,
        email="anna@example.org",
        address_state=AddressState.REFUSED,
    )
    make_assignment(session, dunya, anna, last_letter_on=date(2024, 2, 29))
    page = rows(as_cora.get("/volunteers/").text)
    for words in ("Анна-Мария", "Russian, German", "1 of 4", "Thu 29 Feb 2024", "away until", "address refused"):
        assert words in page
    assert "anna@example.org" not in page


def test_only_running_assignments_to_write_count_as_load(
    as_cora: FormClient, session: Session, dunya: Prisoner
) -> None:
    olga = make_volunteer(session, "olga", capacity=9)
    make_assignment(session, dunya, olga)
    make_assignment(session, dunya, olga, part=Part.PARCELS)
    make_assignment(session, make_prisoner(session, "Yegor"), olga, until=date(2024, 5, 1))
    assert "1 of 9" in as_cora.get("/volunteers/?q=olga").text


@pytest.mark.parametrize(
    "query, shown",
    [
        ("", {"cora", "free", "full", "away", "refused"}),
        ("?q=FRE", {"free"}),
        ("?q=%25", set()),
        ("?q=%00fre", {"free"}),
        ("?show=free", {"cora", "free", "refused"}),
        ("?show=away", {"away"}),
        ("?show=unreachable", {"refused", "cora"}),
        ("?show=closed", {"closed"}),
        ("?show=nonsense&sort=nonsense&page=99999999", {"cora", "free", "full", "away", "refused"}),
    ],
)
def test_the_list_is_narrowed(as_cora: FormClient, session: Session, query: str, shown: set[str]) -> None:
    mailed = {"email": "somebody@example.org"}
    make_volunteer(session, "free", **mailed)
    make_volunteer(session, "full", capacity=0, **mailed)
    make_volunteer(session, "away", away_until=date(2999, 1, 1), **mailed)
    make_volunteer(session, "refused", address_state=AddressState.REFUSED, **mailed)
    make_volunteer(session, "closed", disabled_at=NOW, **mailed)
    page = rows(as_cora.get(f"/volunteers/{query}").text)
    everybody = {"cora", "free", "full", "away", "refused", "closed"}
    assert {handle for handle in everybody if f'">{handle}</a>' in page} == shown


@pytest.mark.parametrize(
    "order, expected",
    [
        ("handle", ["anna", "boris", "cora"]),
        ("load", ["boris", "anna", "cora"]),
        ("free", ["anna", "cora", "boris"]),
        ("silence", ["cora", "boris", "anna"]),
    ],
)
def test_the_list_is_sorted(
    as_cora: FormClient, session: Session, dunya: Prisoner, order: str, expected: list[str]
) -> None:
    anna = make_volunteer(session, "anna", capacity=7)
    boris = make_volunteer(session, "boris", capacity=3)
    make_assignment(session, dunya, anna, last_letter_on=date(2028, 1, 2))
    make_assignment(session, dunya, boris, last_letter_on=date(2028, 1, 1))
    make_assignment(session, make_prisoner(session, "Yegor"), boris)
    page = rows(as_cora.get(f"/volunteers/?sort={order}").text)
    assert sorted(["anna", "boris", "cora"], key=lambda handle: page.index(f'">{handle}</a>')) == expected


def test_fifty_ask_the_database_as_often_as_one_and_the_page_is_light(
    as_cora: FormClient, session: Session, dunya: Prisoner, app: Flask
) -> None:
    counts = []
    for count in (1, 60):
        for number in range(count):
            each = make_volunteer(session, f"volunteer {count} {number:02d}", languages=["ru", "en"])
            make_assignment(session, dunya, each, last_letter_on=date(2028, 2, 29))
        session.commit()
        with counting(app.extensions["tracker"].engine) as asked:
            page = as_cora.get("/volunteers/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 5
    assert page.text.count("<tr>") == 51
    assert len(page.data) <= 25_000


def test_volunteers_see_no_volunteers(as_vera: FormClient, vera: Volunteer) -> None:
    for page in ("", f"{vera.id}", f"{vera.id}/edit", f"{vera.id}/close", f"{vera.id}/roles"):
        assert as_vera.get(f"/volunteers/{page}").status_code == 404


# One of them


def test_a_coordinator_sees_her_people_and_the_note(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    vera.note = "Пишет медленно, но верно."
    vera.email = "vera@example.org"
    make_assignment(session, dunya, vera, last_letter_on=date(2028, 2, 29))
    make_assignment(
        session,
        make_prisoner(session, "Yegor"),
        vera,
        until=date(2027, 1, 31),
        end_reason=EndReason.PRISONER_RELEASED,
    )
    page = as_cora.get(f"/volunteers/{vera.id}").text
    for words in ("Пишет медленно", "Dunya Ogurtsova", "Tue 29 Feb 2028", "Yegor", "the prisoner is free"):
        assert words in page
    assert "vera@example.org" not in page


def test_an_admin_sees_neither_people_nor_note(
    as_ada: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    vera.note = "Пишет медленно, но верно."
    make_assignment(session, dunya, vera)
    page = as_ada.get(f"/volunteers/{vera.id}").text
    assert "1 of 3" in page
    assert "Dunya" not in page
    assert "Пишет" not in page
    assert as_ada.get(f"/volunteers/{vera.id}/edit").status_code == 404


def test_the_page_of_one_asks_the_same_for_one_and_for_fifty(
    as_cora: FormClient, session: Session, vera: Volunteer, app: Flask
) -> None:
    counts = []
    for count in (1, 60):
        for number in range(count):
            make_assignment(session, make_prisoner(session, f"Yegor {count} {number}"), vera)
        session.commit()
        with counting(app.extensions["tracker"].engine) as asked:
            assert as_cora.get(f"/volunteers/{vera.id}").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 6


def test_a_coordinator_notes_what_somebody_can_do(as_cora: FormClient, session: Session, vera: Volunteer) -> None:
    as_cora.post_form(
        f"/volunteers/{vera.id}/edit",
        {"languages": "english, Russian", "capacity": "0", "away_until": "2028-02-29", "note": "Мама болеет."},
    )
    now = stored(session, "vera")
    assert (now.languages, now.capacity, now.away_until) == (["en", "ru"], 0, date(2028, 2, 29))
    assert now.note == "Мама болеет."
    assert "Мама" not in str(now.note_sealed)


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"capacity": ""}, "Type a number"),
        ({"capacity": "three"}, "Type a number"),
        ({"capacity": "-1"}, "Type a number from 0 to 99."),
        ({"capacity": "9" * 5000}, "Type a number"),
        ({"languages": "Entish"}, "We do not know the language “Entish”."),
        ({"languages": "e" * 201}, "At most 200 characters"),
        ({"languages": TWENTY_ONE}, "At most 20 languages"),
        ({"away_until": "0000-01-01"}, "This is not a day."),
        ({"away_until": "9999-12-31"}, "The year must be between"),
        ({"away_until": "soon"}, "This is not a day."),
        ({"note": "n\0"}, "There is a character in it that cannot be kept."),
        ({"note": "n" * 4001}, "At most 4000 characters"),
    ],
)
def test_what_cannot_be_is_refused_at_the_field(
    as_cora: FormClient, session: Session, vera: Volunteer, typed: dict[str, str], sentence: str
) -> None:
    answer = as_cora.post_form(f"/volunteers/{vera.id}/edit", {"note": "kept as typed", **typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    if "note" not in typed:
        assert "kept as typed" in answer.text
    assert stored(session, "vera").note is None


# Closing and roles


def test_closing_asks_first_and_says_who_counts_on_her(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    make_assignment(session, dunya, vera)
    assert "One prisoner counts on her" in as_cora.get(f"/volunteers/{vera.id}/close").text
    as_cora.post_form(f"/volunteers/{vera.id}/close")
    assert stored(session, "vera").disabled_at is not None
    assert session.scalars(select(Assignment)).one().until is None, "somebody has to decide about each"
    assert "one prisoner still counts on her" in as_cora.get(f"/volunteers/{vera.id}").text


def test_nobody_closes_her_own_account(as_cora: FormClient, session: Session, cora: Volunteer) -> None:
    answer = as_cora.post_form(f"/volunteers/{cora.id}/close")
    assert answer.status_code == 422
    assert "Nobody closes her own account" in answer.text
    assert stored(session, "cora").disabled_at is None


def test_a_coordinator_does_not_close_the_account_of_an_admin(
    as_cora: FormClient, session: Session, ada: Volunteer
) -> None:
    make_volunteer(session, "another admin", is_admin=True)
    answer = as_cora.post_form(f"/volunteers/{ada.id}/close")
    assert "closed and opened by admins only" in answer.text
    assert stored(session, "ada").disabled_at is None


def test_an_admin_gives_a_role_which_ends_the_sessions(
    as_ada: FormClient, as_vera: FormClient, session: Session, vera: Volunteer
) -> None:
    assert as_vera.get("/me").status_code == 200
    as_ada.post_form(f"/volunteers/{vera.id}/roles", {"coordinator": "y"})
    assert (stored(session, "vera").is_coordinator, stored(session, "vera").is_admin) == (True, False)
    assert as_vera.get("/me").status_code == 302


def test_a_coordinator_gives_no_roles(as_cora: FormClient, vera: Volunteer) -> None:
    assert as_cora.get(f"/volunteers/{vera.id}/roles").status_code == 404


def test_the_last_admin_keeps_the_role(as_ada: FormClient, session: Session, ada: Volunteer) -> None:
    make_volunteer(session, "closed admin", is_admin=True, disabled_at=NOW)
    answer = as_ada.post_form(f"/volunteers/{ada.id}/roles", {"admin": None})
    assert answer.status_code == 422
    assert "Somebody has to remain admin" in answer.text
    assert stored(session, "ada").is_admin


def test_two_admins_who_take_the_role_from_each_other_do_not_both_succeed(engine: Engine, session: Session) -> None:
    admins = [make_volunteer(session, handle, is_admin=True).id for handle in ("ada", "edna")]
    session.commit()
    ready, outcomes = threading.Barrier(2), []

    def take(number: int) -> None:
        ready.wait()
        with make_sessions(engine)() as own:
            try:
                other = own.get_one(Volunteer, admins[1 - number])
                if number:
                    change_roles(own, other, coordinator=False, admin=False, now=NOW)
                else:
                    close_account(own, Actor(admins[0], is_admin=True), other, NOW)
                own.commit()
                outcomes.append("done")
            except LastAdmin:
                outcomes.append("refused")

    threads = [threading.Thread(target=take, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    left = select(func.count()).select_from(Volunteer).where(Volunteer.is_admin, Volunteer.disabled_at.is_(None))
    assert session.scalar(left) == 1
