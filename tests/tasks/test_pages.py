"""The pages of tasks, as each role sees them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import make_assignment, make_facility, make_letter, make_placement, make_prisoner
from tests.support.client import FormClient
from tracker.assignments.models import Assignment
from tracker.clock import today
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.rules import PlacementKind
from tracker.tasks.models import Task, TaskKind
from tracker.volunteers.models import Volunteer

TODAY = today("Europe/Berlin")
LONG_NAME = "Константин-Александр Долгорукий-Переяславский-Залесский"


def make_task(session: Session, who: Prisoner, whose: Volunteer | None = None, **facts: Any) -> UUID:
    facts = {"kind": TaskKind.WRITE_AGAIN, "created_at": datetime(2026, 2, 28, 22, tzinfo=UTC)} | facts
    task = Task(prisoner_id=who.id, volunteer_id=whose.id if whose else None, key=str(uuid4()), **facts)
    session.add(task)
    session.flush()
    return task.id


def state(session: Session, task_id: UUID) -> tuple[bool, bool]:
    session.rollback()
    task = session.get_one(Task, task_id, populate_existing=True)
    return task.closed_at is not None, task.is_done


def press(client: FormClient, page: str, task_id: UUID, deed: str) -> TestResponse:
    """Press the button for one task on a page, wherever it leads back to."""
    shown = client.get(page).text
    (address,) = re.findall(rf'action="(/tasks/{task_id}/{deed}[^"]*)"', shown)
    (back,) = re.findall(r'name="back" value="([^"]*)"', shown)
    return client.post(address, data={"csrf_token": token_in(shown), "back": back})


def token_in(page: str) -> str:
    return re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]


def test_a_writer_sees_her_own_tasks_with_the_address_and_nobody_elses(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer
) -> None:
    make_task(session, dunya, vera)
    make_task(session, dunya, olga, kind=TaskKind.INTRODUCE_YOURSELF)
    make_task(session, dunya, kind=TaskKind.ASK_LAWYER)
    make_task(session, make_prisoner(session, "Somebody else"), vera)
    page = as_vera.get("/tasks/").text
    assert page.count("<h2>") == 1
    assert "Огурцова Дуня Тихоновна, 1988 г. р.\nФКУ СИЗО-9\nул. Дубовая, 1" in page
    assert "Since Sat 28 Feb 2026" in page
    for words in ("Somebody else", "olga", "Introduce yourself", "Ask the lawyer"):
        assert words not in page


def test_done_is_done_and_can_be_undone(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    task_id = make_task(session, dunya, vera)
    answer = press(as_vera, "/tasks/", task_id, "done")
    assert answer.location == "/tasks/"
    assert state(session, task_id) == (True, True)
    page = as_vera.get("/tasks/").text
    assert "Nothing to do." in page
    assert "Dunya" not in page, "no name in what a message leaves behind"
    task = make_task(session, dunya, vera)
    press(as_vera, "/tasks/", task, "drop")
    as_vera.post(f"/tasks/{task}/reopen", data={"csrf_token": token_in(page)})
    assert state(session, task) == (False, False)


def test_from_the_first_page_one_gets_back_there(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    task_id = make_task(session, dunya, vera)
    assert press(as_vera, "/", task_id, "drop").location == "/"
    assert state(session, task_id) == (True, False)


def test_a_task_that_somebody_closed_meanwhile_stays_as_it_is(
    as_cora: FormClient, as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    task_id = make_task(session, dunya, vera)
    address, page = f"/tasks/{task_id}/drop", "/tasks/all"
    token = token_in(as_cora.get(page).text)
    press(as_vera, "/tasks/", task_id, "done")
    answer = as_cora.post(address, data={"csrf_token": token}, follow_redirects=True)
    assert "It was closed already." in answer.text
    assert state(session, task_id) == (True, True)


def test_nobody_closes_the_task_of_another(
    as_vera: FormClient, as_sam: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer
) -> None:
    hers = make_task(session, dunya, olga)
    anybodys = make_task(session, dunya, kind=TaskKind.ASK_LAWYER)
    own = make_task(session, dunya, vera)
    for client, ids in ((as_vera, (hers, anybodys)), (as_sam, (own,))):
        token = token_in(client.get("/").text)
        for task_id in ids:
            for deed in ("done", "drop", "reopen"):
                assert client.post(f"/tasks/{task_id}/{deed}", data={"csrf_token": token}).status_code == 404
            assert state(session, task_id) == (False, False)
    assert as_vera.get("/tasks/all").status_code == 404


def test_whose_assignment_has_ended_sees_and_closes_nothing_there(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    task_id = make_task(session, dunya, vera)
    token = token_in(as_vera.get("/tasks/").text)
    assignment.until = TODAY
    assert "Dunya" not in as_vera.get("/tasks/").text
    assert "Dunya" not in as_vera.get("/").text
    assert as_vera.post(f"/tasks/{task_id}/done", data={"csrf_token": token}).status_code == 404


def test_a_coordinator_sees_all_by_kind_and_by_name_in_either_script(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    long = make_prisoner(session, LONG_NAME)
    as_cora.post_form(f"/prisoners/{long.id}/edit", {"name": LONG_NAME})
    as_cora.post_form(f"/prisoners/{dunya.id}/edit")
    make_task(session, dunya, vera)
    make_task(session, long, kind=TaskKind.ASK_LAWYER)
    for query, shown in (
        ("", ["Dunya", LONG_NAME]),
        ("?kind=write_again", ["Dunya"]),
        ("?kind=nonsense", ["Dunya", LONG_NAME]),
        ("?q=dolgoruk", [LONG_NAME]),
        ("?q=Огурцова", ["Dunya"]),
        ("?q=%25%25", []),
        ("?q=Nobody", []),
        ("?show=closed", []),
        ("?page=99", ["Dunya", LONG_NAME]),
    ):
        page = as_cora.get(f"/tasks/all{query}").text
        assert [name for name in ("Dunya", LONG_NAME) if f"{name}" in page.partition('class="rows"')[2]] == shown, query
    assert "any coordinator’s" in page
    assert "Leave a field empty to see more." in as_cora.get("/tasks/all?q=Nobody").text


def test_closed_tasks_stay_on_record(as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer) -> None:
    task_id = make_task(session, dunya, vera)
    assert press(as_cora, "/tasks/all", task_id, "done").location == "/tasks/all"
    assert "Nothing is open." in as_cora.get("/tasks/all").text
    assert "done, " in as_cora.get("/tasks/all?show=closed").text


def test_a_coordinator_has_those_of_all_coordinators_on_her_first_page(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    assert "Nothing is open for coordinators." in as_cora.get("/").text
    make_task(session, dunya, vera)
    make_task(session, dunya, kind=TaskKind.ASK_RELATIVE)
    page = as_cora.get("/").text
    assert "Ask a relative" in page
    assert "Write first again" not in page


def test_to_whom_nobody_may_write_no_address_is_shown(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    dunya.no_mail = True
    make_task(session, dunya, vera)
    page = as_vera.get("/tasks/").text
    assert "A court has forbidden mail. Do not write now." in page
    assert "Дубовая" not in page


@pytest.mark.parametrize("path", ["/tasks/", "/tasks/all", "/"])
def test_each_page_asks_the_same_for_one_and_for_fifty_and_is_light(
    as_vera: FormClient, as_cora: FormClient, session: Session, vera: Volunteer, path: str, count_statements: Any
) -> None:
    facility = make_facility(session)
    client = as_cora if path == "/tasks/all" else as_vera
    counts = []
    for count in (1, 60):
        for number in range(count):
            who = make_prisoner(
                session, f"Вымышленная Персона {count} {number}", name_local="Персона Вымышленная Иоановна"
            )
            make_placement(session, who, facility, since=PartialDate.parse("2026-01"))
            make_assignment(session, who, vera)
            make_task(session, who, vera)
            make_letter(session, who, vera, TODAY - timedelta(days=number))
        session.commit()
        with count_statements() as asked:
            page = client.get(path)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 5, str(asked)
    if path != "/":
        assert len(page.data) <= 25_000


def test_mail_of_hers_that_may_have_missed_somebody_is_told_to_her_alone(
    as_vera: FormClient, as_olga: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    make_letter(session, dunya, vera, TODAY - timedelta(days=20))
    assert "at risk" not in as_vera.get("/tasks/").text
    for each in session.scalars(select(Placement)):
        each.is_current = False
    session.flush()
    gone = PartialDate.of(TODAY - timedelta(days=5))
    make_placement(session, dunya, None, kind=PlacementKind.TRANSFER, position=1, since=gone)
    assert "Of your mail, at risk" in as_vera.get("/tasks/").text
    assert "at risk" not in as_olga.get("/tasks/").text
