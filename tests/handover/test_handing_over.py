"""One writer stops, another goes on, and the prisoner gets a farewell instead of silence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.factories import make_assignment, make_coordinator, make_prisoner, make_volunteer, sign_in
from tests.support.client import FormClient
from tracker import clock
from tracker.assignments.models import Assignment, EndReason, Part
from tracker.handover import actions
from tracker.handover.actions import Notes
from tracker.handover.models import Handover
from tracker.handover.rules import NotTheirs, OnlyWritersHandOver
from tracker.prisoners.models import Detail, DetailKind, Need, NeedKind, Prisoner
from tracker.tasks.models import Task, TaskKind
from tracker.volunteers.models import Volunteer

WRITTEN = {
    "interests": "Ежи и пруды",
    "promises": "Прислать кроссворды",
    "questions": "Растёт ли ещё липа у дома?",
    "signed": "Вера Л.",
    "rhythm_days": "14",
}


def handover(session: Session) -> Handover:
    session.expire_all()
    return session.scalars(select(Handover)).one()


def tasks(session: Session, kind: TaskKind) -> list[tuple[Any, bool, bool]]:
    rows = session.scalars(select(Task).where(Task.kind == kind).order_by(Task.created_at, Task.id))
    return [(row.volunteer_id, row.closed_at is None, row.is_done) for row in rows]


def test_a_writer_writes_down_what_the_next_one_should_know(
    as_vera: FormClient, as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    assignment.pen_name, assignment.rhythm_days = "Вера Л.", 14
    session.add_all(
        [
            Detail(prisoner_id=dunya.id, kind=DetailKind.INTEREST, text="Пчёлы"),
            Need(
                prisoner_id=dunya.id,
                kind=NeedKind.PARCEL,
                text="Кроссворды",
                promised_by_id=vera.id,
                promised_until=date(2028, 2, 29),
            ),
            Need(
                prisoner_id=dunya.id,
                kind=NeedKind.PARCEL,
                text="Чай",
                promised_by_id=vera.id,
                done_on=date(2028, 2, 28),
            ),
        ]
    )
    page = f"/prisoners/{dunya.id}/handover"
    notes = f"/threads/{assignment.id}/handover/notes"
    assert notes in as_vera.get(page).text
    shown = as_vera.get(notes).text
    assert "copy no letter here" in shown
    for words in ("Пчёлы", "Кроссворды (2028-02-29)", 'value="Вера Л."', 'value="14"'):
        assert words in shown
    assert "Чай" not in shown, "what is done is no promise any more"
    assert as_vera.post_form(notes, {**WRITTEN, "rhythm_days": "0"}).status_code == 422
    as_vera.post_form(notes, WRITTEN)
    kept = handover(session)
    assert (kept.interests, kept.signed, kept.rhythm_days) == ("Ежи и пруды", "Вера Л.", 14)
    assert (kept.written_by_id, kept.begun_at) == (vera.id, None)
    assert "Растёт ли ещё липа" in as_vera.get(notes).text, "it can be changed later"
    assert "Ежи и пруды" in as_cora.get(page).text
    raw = session.execute(text("SELECT interests_sealed FROM handover")).scalar_one()
    assert "Ежи".encode() not in bytes(raw)


def test_the_whole_way_from_stopping_to_a_finished_hand_over(
    as_cora: FormClient,
    as_vera: FormClient,
    new_visitor: Any,
    session: Session,
    dunya: Prisoner,
    vera: Volunteer,
    assignment: Assignment,
) -> None:
    show = f"/threads/{assignment.id}/handover"
    assert as_cora.post_form(show, {"reason": ""}).status_code == 422
    as_cora.post_form(show, {"reason": "volunteer_overloaded"})
    as_cora.post_form(f"/threads/{assignment.id}/handover/notes", WRITTEN)
    assert tasks(session, TaskKind.SAY_FAREWELL) == [(vera.id, True, False)]
    assert as_vera.get(f"/prisoners/{dunya.id}").status_code == 200, "until her part is ended she sees everything"
    assert "Dunya Ogurtsova" in as_cora.get("/handovers/?show=without").text

    posted = as_vera.post_form(f"/prisoners/{dunya.id}/letters/new", {"dated_on": str(clock.today("Europe/Berlin"))})
    assert posted.status_code == 302
    assert tasks(session, TaskKind.SAY_FAREWELL) == [(vera.id, False, True)]
    assert "Her farewell is in the post." in as_cora.get(show).text

    next_one = make_volunteer(session, "любовь-александра")
    kept = handover(session)
    choose = f"/prisoners/{dunya.id}/assignments/new?handover={kept.id}"
    chosen = f"/prisoners/{dunya.id}/assignments/new?volunteer={next_one.id}&handover={kept.id}"
    assert chosen.replace("&", "&amp;").partition("?")[2] in as_cora.get(choose).text
    answer = as_cora.post_form(chosen, {})
    assert answer.headers["Location"] == show
    follower = session.scalars(select(Assignment).where(Assignment.volunteer_id == next_one.id)).one()
    kept = handover(session)
    assert (kept.to_assignment_id, kept.closed_at) == (follower.id, None)
    assert tasks(session, TaskKind.INTRODUCE_YOURSELF) == [(next_one.id, True, False)]
    assert "Everything else is done." in as_cora.get(show).text

    as_cora.post_form(f"/handovers/{kept.id}/end-part", page=show)
    session.expire_all()
    assert (assignment.end_reason, assignment.until) == (EndReason.VOLUNTEER_OVERLOADED, clock.today("Europe/Berlin"))
    assert handover(session).closed_at is not None
    assert "No correspondence is changing hands" in as_cora.get("/handovers/").text
    as_next = sign_in(new_visitor(), session, next_one)
    assert f'href="/prisoners/{dunya.id}/handover">What you should know' in as_next.get("/tasks/").text
    text_of_next = as_next.get(f"/prisoners/{dunya.id}/handover").text
    for words in WRITTEN.values():
        assert (words if words != "14" else "once in 14 days") in text_of_next
    assert as_vera.get(f"/prisoners/{dunya.id}/handover").status_code == 404, "never a former writer"


def test_notes_are_for_who_writes_and_not_for_who_sends_parcels_or_is_a_stranger(
    as_vera: FormClient,
    as_sam: FormClient,
    new_visitor: Any,
    session: Session,
    dunya: Prisoner,
    vera: Volunteer,
    assignment: Assignment,
) -> None:
    actions.write_notes(session, assignment, Notes(interests="Ежи"), actor_id=vera.id, now=clock.now())
    packer = make_volunteer(session, "packer")
    make_assignment(session, dunya, packer, part=Part.PARCELS)
    as_packer = sign_in(new_visitor(), session, packer)
    page = f"/prisoners/{dunya.id}/handover"
    assert "Ежи" in as_vera.get(page).text
    assert "Ежи" not in as_packer.get(page).text
    assert as_sam.get(page).status_code == 404
    for other in (as_packer, as_sam):
        assert other.get(f"/threads/{assignment.id}/handover/notes").status_code == 404
        assert other.get(f"/threads/{assignment.id}/handover").status_code == 404


def test_notes_are_not_for_who_writes_beside_her_unless_she_goes_on_or_stands_in(
    new_visitor: Any, session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer, assignment: Assignment
) -> None:
    actions.write_notes(session, assignment, Notes(signed="Вера Л."), actor_id=vera.id, now=clock.now())
    beside = make_assignment(session, dunya, olga)
    as_olga, page = sign_in(new_visitor(), session, olga), f"/prisoners/{dunya.id}/handover"
    assert "Вера Л." not in as_olga.get(page).text
    beside.stands_in_for_id = assignment.id
    assert "Вера Л." in as_olga.get(page).text
    beside.stands_in_for_id = None
    kept = handover(session)
    kept.to_assignment_id = beside.id
    session.commit()
    assert "Вера Л." in as_olga.get(page).text


def test_what_somebody_left_behind_whom_nobody_follows_is_for_those_who_still_write(
    new_visitor: Any, session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer, assignment: Assignment
) -> None:
    actions.write_notes(session, assignment, Notes(signed="Вера Л."), actor_id=vera.id, now=clock.now())
    make_assignment(session, dunya, olga)
    assignment.until = date(2028, 2, 29)
    assert "Вера Л." in sign_in(new_visitor(), session, olga).get(f"/prisoners/{dunya.id}/handover").text


def test_nobody_follows_on_herself(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    as_cora.post_form(f"/threads/{assignment.id}/handover", {"reason": "volunteer_stopped"})
    page = f"/prisoners/{dunya.id}/assignments/new?volunteer={vera.id}&handover={handover(session).id}"
    answer = as_cora.post_form(page, {"form_id": str(assignment.id)})
    assert answer.status_code == 422
    assert "She hands this correspondence over herself." in answer.text
    assert handover(session).to_assignment_id is None


def test_calling_off_drops_the_farewell_and_beginning_again_asks_for_it_again(
    as_cora: FormClient, session: Session, vera: Volunteer, assignment: Assignment
) -> None:
    show = f"/threads/{assignment.id}/handover"
    as_cora.post_form(show, {"reason": "volunteer_stopped"})
    as_cora.post_form(f"/handovers/{handover(session).id}/call-off", page=show)
    assert handover(session).begun_at is None
    assert tasks(session, TaskKind.SAY_FAREWELL) == [(vera.id, False, False)]
    as_cora.post_form(show, {"reason": "volunteer_stopped"})
    assert tasks(session, TaskKind.SAY_FAREWELL)[-1] == (vera.id, True, False)
    assert len(tasks(session, TaskKind.SAY_FAREWELL)) == 2


@pytest.mark.parametrize(
    "reason, leads_there", [("volunteer_stopped", True), ("handed_over", True), ("prisoner_released", False)]
)
def test_ending_because_she_stops_leads_to_the_hand_over(
    as_cora: FormClient, session: Session, assignment: Assignment, reason: str, leads_there: bool
) -> None:
    end = f"/assignments/{assignment.id}/end"
    assert f"/threads/{assignment.id}/handover" in as_cora.get(end).text
    answer = as_cora.post_form(end, {"reason": reason})
    assert answer.headers["Location"].endswith("/handover") is leads_there
    shown = as_cora.get("/handovers/?show=without").text
    assert ("Dunya Ogurtsova" in shown) is leads_there
    assert tasks(session, TaskKind.SAY_FAREWELL) == [], "who has no access any more is asked for nothing"
    if leads_there:
        kept = handover(session)
        page = f"/threads/{assignment.id}/handover"
        as_cora.post_form(f"/handovers/{kept.id}/close", page=page)
        assert "Dunya Ogurtsova" not in as_cora.get("/handovers/").text
        as_cora.post_form(f"/handovers/{kept.id}/reopen", page=page)
        assert "Dunya Ogurtsova" in as_cora.get("/handovers/").text


def test_the_end_of_parcels_or_court_is_no_hand_over(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    parcels = make_assignment(session, dunya, vera, part=Part.PARCELS)
    with pytest.raises(OnlyWritersHandOver):
        actions.begin(session, parcels, EndReason.HANDED_OVER, today=date(2028, 2, 29), now=clock.now())
    end = f"/assignments/{parcels.id}/end"
    assert "handover" not in as_cora.get(end).text
    assert as_cora.post_form(end, {"reason": "volunteer_stopped"}).headers["Location"] == f"/prisoners/{dunya.id}"


def test_nobody_follows_with_another_prisoner_or_another_part(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer, assignment: Assignment
) -> None:
    today, now = date(2028, 2, 29), clock.now()
    begun = actions.begin(session, assignment, EndReason.HANDED_OVER, today=today, now=now)
    stranger = make_prisoner(session, "Yelisey Чужой")
    for wrong in (
        make_assignment(session, stranger, olga),
        make_assignment(session, dunya, olga, part=Part.PARCELS),
        assignment,
    ):
        with pytest.raises(NotTheirs):
            actions.follow(session, begun, wrong, today=today, now=now)
    for query in (f"handover={begun.id}", "handover=nonsense"):
        page = f"/prisoners/{stranger.id}/assignments/new?volunteer={olga.id}&{query}"
        assert as_cora.get(page).status_code == 404


def test_beginning_twice_is_beginning_once(as_cora: FormClient, session: Session, assignment: Assignment) -> None:
    today, now = date(2028, 2, 29), clock.now()
    first = actions.begin(session, assignment, EndReason.HANDED_OVER, today=today, now=now)
    second = actions.begin(session, assignment, EndReason.VOLUNTEER_STOPPED, today=today, now=now)
    assert first.id == second.id
    assert len(tasks(session, TaskKind.SAY_FAREWELL)) == 1


def test_the_pages_take_as_few_statements_for_sixty_as_for_one(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, count_statements: Any
) -> None:
    def count(page: str) -> int:
        as_cora.get("/handovers/")
        with count_statements() as asked:
            as_cora.get(page)
        assert len(asked) <= 5, str(asked)
        return len(asked)

    today, now = date(2028, 2, 29), clock.now()
    begun = actions.begin(session, make_assignment(session, dunya, vera), EndReason.HANDED_OVER, today=today, now=now)
    pages = ("/handovers/", f"/prisoners/{dunya.id}/handover", f"/threads/{begun.from_assignment_id}/handover")
    few = [count(page) for page in pages]
    for number in range(60):
        writer = make_coordinator(session, f"длинное-имя-{number}")
        theirs = make_assignment(session, make_prisoner(session, f"Кирилл {number}"), writer)
        actions.begin(session, theirs, EndReason.VOLUNTEER_STOPPED, today=today, now=now)
        make_assignment(session, dunya, writer)
    assert [count(page) for page in pages] == few
    assert len(as_cora.get("/handovers/").data) <= 25_000
