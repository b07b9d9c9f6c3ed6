"""Tasks that follow from moves and letters, and are closed by them."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import make_assignment, make_facility, make_volunteer
from tracker.assignments.actions import end_assignment
from tracker.assignments.models import Assignment, EndReason, Part
from tracker.db import make_sessions
from tracker.facilities.models import Facility
from tracker.letters import actions as letters
from tracker.letters.models import Letter
from tracker.letters.rules import LetterKind
from tracker.partial_date import PartialDate
from tracker.prisoners import moves
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.moves import PlacementFacts
from tracker.prisoners.rules import Conditions, MovedMeanwhile, PlacementKind
from tracker.tasks import actions
from tracker.tasks.models import Task, TaskKind
from tracker.tasks.rules import LOOKING
from tracker.volunteers.models import Volunteer

TODAY = date(2026, 12, 15)
NOW = datetime(2026, 12, 15, 9, tzinfo=UTC)
K = PlacementKind


@pytest.fixture
def colony(session: Session) -> Facility:
    return make_facility(session, name="IK-77", name_local="ФКУ ИК-77")


def move(
    session: Session, who: Prisoner, kind: PlacementKind, facility: Facility | None = None, since: str = ""
) -> UUID:
    placement_id = uuid4()
    facts = PlacementFacts(kind, facility.id if facility else None, since=PartialDate.parse(since) if since else None)
    assert moves.move_prisoner(session, who.id, placement_id, facts, today=TODAY, now=NOW)
    session.flush()
    return placement_id


def tasks(session: Session, *, closed: bool = False) -> list[TaskKind]:
    session.expire_all()
    wanted = Task.closed_at.is_not(None) if closed else Task.closed_at.is_(None)
    return sorted(session.scalars(select(Task.kind).where(wanted)))


def take_back(session: Session, who: Prisoner, placement_id: UUID) -> None:
    moves.take_back_move(session, who, session.get_one(Placement, placement_id), now=NOW + timedelta(hours=1))
    session.flush()


# Moves


def test_on_transfer_somebody_is_looked_for_in_three_ways(session: Session, dunya: Prisoner) -> None:
    move(session, dunya, K.TRANSFER)
    assert tasks(session) == sorted(LOOKING)
    assert session.scalars(select(Task.volunteer_id).distinct()).all() == [None]


def test_an_address_that_is_found_ends_the_search_and_every_writer_writes_again(
    session: Session, dunya: Prisoner, assignment: Assignment, olga: Volunteer, colony: Facility
) -> None:
    make_assignment(session, dunya, olga, part=Part.COURT)
    make_assignment(session, dunya, make_volunteer(session, "left", disabled_at=NOW))
    move(session, dunya, K.TRANSFER)
    move(session, dunya, K.COLONY, colony, "2026-12-10")
    (task,) = session.scalars(select(Task).where(Task.closed_at.is_(None)))
    assert (task.kind, task.volunteer_id, task.assignment_id) == (
        TaskKind.WRITE_AGAIN,
        assignment.volunteer_id,
        assignment.id,
    )
    assert task.settled_from == date(2026, 12, 10)
    assert tasks(session, closed=True) == sorted(LOOKING)
    assert not any(session.scalars(select(Task.is_done)))


def test_who_moves_without_a_transfer_between_is_written_to_again_too(
    session: Session, dunya: Prisoner, assignment: Assignment, colony: Facility
) -> None:
    move(session, dunya, K.COLONY, colony)
    assert tasks(session) == [TaskKind.WRITE_AGAIN]


def test_other_conditions_or_a_cell_in_the_same_place_ask_for_nothing(
    session: Session, dunya: Prisoner, assignment: Assignment, colony: Facility
) -> None:
    move(session, dunya, K.COLONY, colony)
    facts = PlacementFacts(K.COLONY, colony.id, conditions=Conditions.STRICT)
    moves.move_prisoner(session, dunya.id, uuid4(), facts, today=TODAY, now=NOW)
    move(session, dunya, K.PUNISHMENT_CELL, colony)
    move(session, dunya, K.COLONY, colony)
    assert tasks(session) == [TaskKind.WRITE_AGAIN], "the one that nobody has done yet"
    assert len(session.scalars(select(Placement)).all()) == 5


def test_whoever_is_released_is_neither_looked_for_nor_written_to_in_prison(
    session: Session, dunya: Prisoner, assignment: Assignment, colony: Facility
) -> None:
    move(session, dunya, K.COLONY, colony)
    move(session, dunya, K.TRANSFER)
    assert tasks(session) == sorted(LOOKING)
    move(session, dunya, K.AT_LIBERTY)
    assert tasks(session) == []


def test_a_second_move_replaces_what_the_first_asked_for(
    session: Session, dunya: Prisoner, assignment: Assignment, colony: Facility
) -> None:
    move(session, dunya, K.COLONY, colony)
    newest = move(session, dunya, K.COLONY, make_facility(session, name="IK-4"))
    (task,) = session.scalars(select(Task).where(Task.closed_at.is_(None)))
    assert task.placement_id == newest


def test_the_same_stays_give_the_same_tasks_however_often_they_are_followed(
    session: Session, dunya: Prisoner, assignment: Assignment, colony: Facility
) -> None:
    move(session, dunya, K.COLONY, colony)
    stays = session.scalars(select(Placement).order_by(Placement.position)).all()
    for _ in range(3):
        actions.follow_move(session, stays, today=TODAY, now=NOW)
    assert session.scalar(select(func.count(Task.id))) == 1


def test_a_move_that_is_taken_back_takes_its_tasks_with_it(
    session: Session, dunya: Prisoner, assignment: Assignment, colony: Facility
) -> None:
    take_back(session, dunya, move(session, dunya, K.COLONY, colony))
    assert tasks(session) == []
    take_back(session, dunya, move(session, dunya, K.TRANSFER))
    assert tasks(session) == []


def test_an_address_that_turns_out_wrong_lets_the_search_go_on(
    session: Session, dunya: Prisoner, assignment: Assignment, colony: Facility
) -> None:
    move(session, dunya, K.TRANSFER)
    lawyer = session.scalars(select(Task).where(Task.kind == TaskKind.ASK_LAWYER)).one()
    actions.close_task(session, lawyer.id, is_done=True, actor_id=assignment.volunteer_id, now=NOW)
    take_back(session, dunya, move(session, dunya, K.COLONY, colony))
    assert tasks(session) == [TaskKind.ASK_RELATIVE, TaskKind.PROBE_BY_E_LETTER], "the lawyer was asked"


def test_a_stay_that_is_corrected_to_another_place_asks_for_letters_there(
    session: Session, dunya: Prisoner, assignment: Assignment, colony: Facility
) -> None:
    placement = session.get_one(Placement, move(session, dunya, K.TRANSFER))
    for facts, wanted in (
        (PlacementFacts(K.COLONY, colony.id), [TaskKind.WRITE_AGAIN]),
        (PlacementFacts(K.TRANSFER), sorted(LOOKING)),
        (PlacementFacts(K.COLONY, make_facility(session, name="IK-4").id), [TaskKind.WRITE_AGAIN]),
    ):
        moves.correct_placement(session, dunya, placement, facts, None, today=TODAY, now=NOW)
        session.flush()
        assert tasks(session) == wanted


def test_a_stay_whose_beginning_is_corrected_takes_letters_from_then_on(
    session: Session, dunya: Prisoner, assignment: Assignment, colony: Facility
) -> None:
    placement = session.get_one(Placement, move(session, dunya, K.COLONY, colony, "2026-12-10"))
    facts = PlacementFacts(K.COLONY, colony.id, since=PartialDate.parse("2026-11"))
    moves.correct_placement(session, dunya, placement, facts, None, today=TODAY, now=NOW)
    session.expire_all()
    assert session.scalars(select(Task.settled_from)).one() == date(2026, 11, 30)


def test_whoever_looked_at_another_place_than_the_present_one_moves_nobody(
    session: Session, dunya: Prisoner, colony: Facility
) -> None:
    seen = session.scalars(select(Placement.id)).one()
    move(session, dunya, K.TRANSFER)
    with pytest.raises(MovedMeanwhile):
        moves.move_prisoner(
            session, dunya.id, uuid4(), PlacementFacts(K.COLONY, colony.id), today=TODAY, now=NOW, seen=seen
        )


def test_two_coordinators_at_once_leave_one_present_place(engine: Engine, session: Session, dunya: Prisoner) -> None:
    places = [make_facility(session, name=f"IK-{number}").id for number in range(4)]
    seen = session.scalars(select(Placement.id)).one()
    session.commit()
    sessions, ready = make_sessions(engine), threading.Barrier(4)
    came: list[str] = []

    def coordinator(place: UUID) -> None:
        with sessions() as hers:
            ready.wait(10)
            try:
                facts = PlacementFacts(K.COLONY, place)
                moves.move_prisoner(hers, dunya.id, uuid4(), facts, today=TODAY, now=NOW, seen=seen)
                hers.commit()
                came.append("moved")
            except MovedMeanwhile:
                came.append("late")

    threads = [threading.Thread(target=coordinator, args=(place,)) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(came) == ["late", "late", "late", "moved"]
    assert session.scalar(select(func.count(Placement.id)).where(Placement.is_current)) == 1


# Letters


@pytest.fixture
def found(session: Session, dunya: Prisoner, assignment: Assignment, colony: Facility) -> UUID:
    """Dunya is in the colony since 10 December, and Vera has to write again."""
    return move(session, dunya, K.COLONY, colony, "2026-12-10")


def log(session: Session, who: Prisoner, by: UUID, day: date, placement_id: UUID | None = None) -> Letter:
    facts = letters.LetterFacts(LetterKind.LETTER, day, placement_id=placement_id)
    entered = letters.Entered(who.id, by, by, uuid4(), TODAY, NOW + timedelta(hours=1))
    letter = session.get_one(Letter, letters.log_letter(session, facts, entered))
    session.flush()
    return letter


@pytest.mark.parametrize("day, is_open", [(date(2026, 12, 9), True), (date(2026, 12, 10), False), (TODAY, False)])
def test_a_letter_to_the_new_address_settles_it(
    session: Session, dunya: Prisoner, vera: Volunteer, found: UUID, day: date, is_open: bool
) -> None:
    log(session, dunya, vera.id, day)
    task = session.scalars(select(Task)).one()
    session.refresh(task)
    assert (task.closed_at is None) is is_open
    assert task.is_done is not is_open


def test_a_letter_settles_it_wherever_its_day_lies_if_it_went_to_that_stay(
    session: Session, dunya: Prisoner, vera: Volunteer, found: UUID
) -> None:
    log(session, dunya, vera.id, date(2026, 12, 9), found)
    assert tasks(session) == []


def test_a_letter_of_another_writer_settles_nothing(
    session: Session, dunya: Prisoner, olga: Volunteer, found: UUID
) -> None:
    log(session, dunya, olga.id, TODAY)
    assert tasks(session) == [TaskKind.WRITE_AGAIN]


def test_a_letter_that_is_removed_opens_it_again_unless_another_one_went_there(
    session: Session, dunya: Prisoner, vera: Volunteer, found: UUID
) -> None:
    first, second = (log(session, dunya, vera.id, TODAY) for _ in range(2))
    letters.remove_letter(session, first, now=NOW)
    assert tasks(session) == []
    letters.remove_letter(session, second, now=NOW)
    assert tasks(session) == [TaskKind.WRITE_AGAIN]
    letters.restore_letter(session, second, now=NOW)
    assert tasks(session) == []


def test_a_letter_that_is_moved_before_the_move_opens_it_again(
    session: Session, dunya: Prisoner, vera: Volunteer, found: UUID
) -> None:
    letter = log(session, dunya, vera.id, TODAY)
    earlier = letters.LetterFacts(LetterKind.LETTER, date(2026, 11, 1))
    letters.correct_letter(session, letter, earlier, today=TODAY, now=NOW)
    assert tasks(session) == [TaskKind.WRITE_AGAIN]


def test_what_was_logged_before_she_was_asked_settles_nothing(
    session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment, colony: Facility
) -> None:
    log(session, dunya, vera.id, TODAY).logged_at = NOW - timedelta(days=1)
    move(session, dunya, K.COLONY, colony, "2026-12-10")
    log(session, dunya, vera.id, date(2026, 12, 1))
    assert tasks(session) == [TaskKind.WRITE_AGAIN]


# The end of an assignment


def test_who_no_longer_writes_has_nothing_to_do_there_but_to_say_farewell(
    session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer, assignment: Assignment, found: UUID
) -> None:
    farewell = actions.NewTask(
        dunya.id, TaskKind.SAY_FAREWELL, "farewell", volunteer_id=vera.id, assignment_id=assignment.id
    )
    actions.add_tasks(session, [farewell], NOW)
    end_assignment(
        session,
        assignment,
        reason=EndReason.VOLUNTEER_STOPPED,
        note=None,
        last_day=TODAY,
        actor_id=olga.id,
        today=TODAY,
        now=NOW,
    )
    assert tasks(session) == [TaskKind.SAY_FAREWELL]


def test_a_task_is_closed_once_and_can_be_opened_again(
    session: Session, dunya: Prisoner, vera: Volunteer, found: UUID
) -> None:
    (task_id,) = session.scalars(select(Task.id))
    assert actions.close_task(session, task_id, is_done=True, actor_id=vera.id, now=NOW)
    assert not actions.close_task(session, task_id, is_done=False, actor_id=vera.id, now=NOW)
    task = session.get_one(Task, task_id, populate_existing=True)
    assert (task.is_done, task.closed_by_id, task.closed_at) == (True, vera.id, NOW)
    actions.reopen_task(session, task_id)
    task = session.get_one(Task, task_id, populate_existing=True)
    assert (task.is_done, task.closed_by_id, task.closed_at) == (False, None, None)
