"""Of the test vectors of the research on practice and rules, those about transfers and access (7.4, 12 and 14)."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_assignment, make_facility, make_letter, make_parcel, make_prisoner, make_volunteer
from tests.support.client import FormClient, forms
from tracker import clock
from tracker.assignments.models import Assignment
from tracker.clock import today
from tracker.parcels.rules import ParcelKind
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.rules import PlacementKind
from tracker.quotas.models import ParcelClaim
from tracker.tasks.models import Task, TaskKind
from tracker.volunteers.models import Volunteer

TODAY = today("Europe/Berlin")


def open_tasks(session: Session) -> list[tuple[TaskKind, str | None]]:
    session.rollback()
    return sorted(
        (kind, handle)
        for kind, handle in session.execute(
            select(Task.kind, Volunteer.handle)
            .outerjoin(Volunteer, Volunteer.id == Task.volunteer_id)
            .where(Task.closed_at.is_(None))
        )
    )


def test_vector_12_a_transfer_of_somebody_with_five_writers_gives_five_tasks_to_write_first_again(
    as_cora: FormClient, session: Session, dunya: Prisoner
) -> None:
    writers = [make_volunteer(session, f"writer {number}") for number in range(1, 6)]
    for writer in writers:
        make_assignment(session, dunya, writer)
    stopped = make_volunteer(session, "stopped")
    make_assignment(session, dunya, stopped, until=date(2025, 1, 1))
    make_letter(session, dunya, writers[0], TODAY - timedelta(days=9))
    make_parcel(session, dunya, writers[1], TODAY - timedelta(days=4))
    session.add(
        ParcelClaim(
            prisoner_id=dunya.id,
            claimed_by_id=writers[2].id,
            kind=ParcelKind.PARCEL,
            planned_on=TODAY + timedelta(days=2),
            claimed_at=clock.now(),
            lapses_at=clock.now() + timedelta(days=5),
            answered=[],
        )
    )
    colony = make_facility(session, name="IK-77", name_local="ФКУ ИК-77", address="Лесная, 7\nг. Зареченск")

    page = as_cora.get(f"/prisoners/{dunya.id}/transfer").text
    assert [words for words in ("What will happen", "writer 1", "writer 2") if words not in page] == []
    as_cora.post_form(f"/prisoners/{dunya.id}/transfer", {"since": TODAY.isoformat()})
    assert open_tasks(session) == [
        (TaskKind.ASK_LAWYER, None),
        (TaskKind.ASK_RELATIVE, None),
        (TaskKind.PROBE_BY_E_LETTER, None),
    ]
    overview = as_cora.get(f"/prisoners/{dunya.id}/transfer").text
    assert overview.count("at risk</span>") == 2
    assert "meant for" in overview.split("Held back until then")[1], "the claimed parcel waits"
    assert "waits: nothing can be sent now" in as_cora.get(f"/prisoners/{dunya.id}/ledger").text
    assert "Дубовая" not in as_cora.get(f"/prisoners/{dunya.id}").text, "nothing to copy onto an envelope or a parcel"

    as_cora.post_form(
        f"/prisoners/{dunya.id}/move", {"kind": "colony", "facility": str(colony.id), "since": TODAY.isoformat()}
    )
    assert open_tasks(session) == [(TaskKind.WRITE_AGAIN, f"writer {number}") for number in range(1, 6)]


def test_vector_12_whoever_has_to_write_again_finds_the_new_address(
    as_vera: FormClient, as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    make_letter(session, dunya, vera, TODAY - timedelta(days=9))
    colony = make_facility(session, name="IK-77", name_local="ФКУ ИК-77", address="Лесная, 7\nг. Зареченск")
    as_cora.post_form(f"/prisoners/{dunya.id}/transfer", {"since": (TODAY - timedelta(days=5)).isoformat()})
    page = as_vera.get(f"/prisoners/{dunya.id}").text
    assert "On transfer, and nobody knows where yet. Please do not send paper letters or parcels now." in page
    assert "Since" in page
    assert '<a href="/tasks/#at-risk">What is under way</a>' in page
    assert "Of your mail, at risk" in as_vera.get("/tasks/").text

    as_cora.post_form(f"/prisoners/{dunya.id}/move", {"kind": "colony", "facility": str(colony.id)})
    assert "Write first again" in as_vera.get("/").text
    page = as_vera.get("/tasks/").text
    assert "put your return address inside" in page
    assert "Огурцова Дуня Тихоновна, 1988 г. р.\nФКУ ИК-77\nЛесная, 7" in page
    assert "Of your mail, at risk" in page


def test_vector_14_a_writer_without_assignment_who_asks_for_the_page_of_another_prisoner_by_id_gets_nothing(
    as_vera: FormClient, as_cora: FormClient, session: Session, assignment: Assignment
) -> None:
    other = make_prisoner(session, "Светлана Чужая")
    facility = make_facility(session, name="IK-77")
    session.add(Placement(prisoner_id=other.id, position=0, kind=PlacementKind.COLONY, is_current=True))
    make_assignment(session, other, make_volunteer(session, "olga"))
    as_cora.post_form(f"/prisoners/{other.id}/move", {"kind": "colony", "facility": str(facility.id)})
    (task,) = session.scalars(select(Task)).all()
    for page in ("", "/record", "/where?on=2023-05-01", "/letters/new", "/parcels/new", "/move", "/transfer"):
        answer = as_vera.get(f"/prisoners/{other.id}{page}")
        assert answer.status_code == 404, page
        assert "Светлана" not in answer.text
    hers = as_vera.get(f"/prisoners/{assignment.prisoner_id}")
    assert hers.status_code == 200
    token = dict(forms(hers.text)[0].fields)["csrf_token"]
    for deed in ("done", "drop", "reopen"):
        assert as_vera.post(f"/tasks/{task.id}/{deed}", data={"csrf_token": token}).status_code == 404
    assert session.scalars(select(Task)).one().closed_at is None
