"""Letters from an evening on a prisoner's page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import uuid4

from sqlalchemy.orm import Session

from tests.factories import make_letter
from tests.support.client import FormClient
from tracker import clock
from tracker.assignments.models import Assignment
from tracker.evenings.actions import enter_tally, redo_tally, undo_tally
from tracker.evenings.models import Evening, TallyBatch
from tracker.letters import changes
from tracker.prisoners.models import Prisoner
from tracker.volunteers.models import Volunteer

DAY = date(2026, 1, 15)


def test_the_timeline_says_how_many_letters_came_from_an_evening(
    as_vera: FormClient, session: Session, dunya: Prisoner, evening_of: Callable[..., Evening], cora: Volunteer
) -> None:
    evening = evening_of(dunya)
    enter(session, evening, dunya, cora, 5)
    page = as_vera.get(f"/prisoners/{dunya.id}").get_data(as_text=True)
    assert "5 letters from an evening" in page
    assert evening.title not in page


def enter(session: Session, evening: Evening, person: Prisoner, by: Volunteer, count: int) -> TallyBatch:
    batch_id, now = uuid4(), clock.now()
    assert enter_tally(session, batch_id, evening, {person.id: count}, actor_id=by.id, today=DAY, now=now)
    session.commit()
    batch = session.get(TallyBatch, batch_id)
    assert batch
    return batch


def test_the_day_of_the_last_letter_moves_forward_with_a_tally_and_back_when_it_is_undone(
    session: Session,
    dunya: Prisoner,
    vera: Volunteer,
    cora: Volunteer,
    assignment: Assignment,
    evening_of: Callable[..., Evening],
) -> None:
    earlier = make_letter(session, dunya, vera, date(2026, 1, 2))
    changes.settle(session, earlier, None)
    batch = enter(session, evening_of(dunya), dunya, cora, 2)
    assert last_letter(session, dunya) == DAY
    # A letter that is corrected counts the days anew; the tally is not lost over it.
    before = changes.begin(session, earlier)
    earlier.dated_on = date(2026, 1, 3)
    changes.settle(session, earlier, before)
    session.commit()
    assert last_letter(session, dunya) == DAY
    undo_tally(session, batch, now=clock.now())
    session.commit()
    assert last_letter(session, dunya) == date(2026, 1, 3)
    session.refresh(assignment)
    assert assignment.last_letter_on == date(2026, 1, 3), "what was counted has no writer"
    redo_tally(session, batch, today=DAY)
    session.commit()
    assert last_letter(session, dunya) == DAY
    changes.count_everything(session)
    assert last_letter(session, dunya) == DAY


def test_a_tally_of_an_earlier_day_moves_nothing_back(
    session: Session, dunya: Prisoner, vera: Volunteer, cora: Volunteer, evening_of: Callable[..., Evening]
) -> None:
    changes.settle(session, make_letter(session, dunya, vera, date(2026, 1, 20)), None)
    batch = enter(session, evening_of(dunya), dunya, cora, 2)
    assert last_letter(session, dunya) == date(2026, 1, 20)
    undo_tally(session, batch, now=clock.now())
    assert last_letter(session, dunya) == date(2026, 1, 20)


def last_letter(session: Session, person: Prisoner) -> date | None:
    session.flush()
    session.refresh(person)
    return person.last_letter_on
