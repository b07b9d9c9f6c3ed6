"""Letters in preparation: the actions, and which of them one sees."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_assignment, make_letter, make_prepared, make_prisoner, make_volunteer
from tracker.access import Actor
from tracker.assignments.models import Assignment
from tracker.letters import actions, prepared
from tracker.letters.actions import Entered
from tracker.letters.models import PreparedLetter
from tracker.letters.prepared import PreparedFacts
from tracker.letters.prepared_queries import in_preparation
from tracker.letters.preparing import (
    AlreadyThatFar,
    PreparedBySomebodyElse,
    SentAlready,
    Stage,
    StepsRunBackwards,
)
from tracker.letters.rules import Channel, DatedInTheFuture, LetterKind
from tracker.prisoners.models import Prisoner
from tracker.volunteers.models import Volunteer

TODAY, NOW = date(2026, 11, 24), datetime(2026, 11, 24, 12, tzinfo=UTC)
PLANNED = date(2026, 11, 1)


@pytest.fixture
def waiting(session: Session, dunya: Prisoner, vera: Volunteer) -> PreparedLetter:
    return make_prepared(session, dunya, vera, PLANNED)


def waiting_for(session: Session, actor: Actor, **limits: Any) -> list[tuple[UUID, str]]:
    rows = session.execute(in_preparation(actor, **limits)).all()
    return [(row.id, row.stage) for row in rows]


def test_a_plan_is_kept_with_a_sealed_note(session: Session, dunya: Prisoner, vera: Volunteer) -> None:
    facts = PreparedFacts(LetterKind.CARD, Channel.POST, language="uk", note="Спросить о саде")
    entered = Entered(dunya.id, vera.id, vera.id, uuid4(), TODAY, NOW)
    made = prepared.plan_letter(session, facts, date(2024, 2, 29), entered)
    assert made
    row = session.get_one(PreparedLetter, made)
    assert (row.kind, row.language, row.note, row.planned_on) == (
        LetterKind.CARD,
        "uk",
        "Спросить о саде",
        date(2024, 2, 29),
    )
    assert row.note_sealed
    assert "саде".encode() not in row.note_sealed
    assert prepared.plan_letter(session, facts, TODAY, entered) is None, "the same form counts once"
    with pytest.raises(DatedInTheFuture):
        prepared.plan_letter(session, facts, TODAY + timedelta(days=1), entered)


def test_it_goes_step_by_step_and_back(session: Session, waiting: PreparedLetter, olga: Volunteer) -> None:
    move: dict[str, Any] = {"on": TODAY, "today": TODAY}
    prepared.move_on(session, waiting, Stage.TRANSLATED, translated_by_id=olga.id, **move)
    assert (waiting.written_on, waiting.translated_on, waiting.translated_by_id) == (None, TODAY, olga.id)
    prepared.move_on(session, waiting, Stage.HANDED, **move)
    with pytest.raises(AlreadyThatFar):
        prepared.move_on(session, waiting, Stage.WRITTEN, **move)
    prepared.set_back(session, waiting)
    assert prepared.steps_of(waiting).stage is Stage.TRANSLATED
    prepared.set_back(session, waiting)
    assert waiting.translated_by_id is None
    prepared.set_back(session, waiting)
    assert prepared.steps_of(waiting).stage is Stage.PLANNED, "that it was planned stays"
    prepared.move_on(session, waiting, Stage.WRITTEN, **move)
    assert waiting.written_on == TODAY
    with pytest.raises(StepsRunBackwards):
        prepared.move_on(session, waiting, Stage.HANDED, on=PLANNED, today=TODAY)


def test_sent_it_is_in_preparation_no_more(
    session: Session, waiting: PreparedLetter, dunya: Prisoner, vera: Volunteer
) -> None:
    letter = make_letter(session, dunya, vera, TODAY)
    prepared.mark_sent(session, waiting, letter.id)
    cora = Actor(uuid4(), is_coordinator=True)
    assert waiting_for(session, cora) == []
    for change in (
        lambda: prepared.mark_sent(session, waiting, letter.id),
        lambda: prepared.set_back(session, waiting),
        lambda: prepared.drop_prepared(session, waiting, now=NOW),
        lambda: prepared.move_on(session, waiting, Stage.WRITTEN, on=TODAY, today=TODAY),
        lambda: prepared.correct_prepared(session, waiting, PreparedFacts(LetterKind.CARD, Channel.POST)),
    ):
        with pytest.raises(SentAlready):
            change()
    actions.remove_letter(session, letter, now=NOW)
    assert waiting_for(session, cora) == [(waiting.id, "planned")]
    actions.restore_letter(session, letter, now=NOW)
    assert waiting_for(session, cora) == []


def test_a_letter_is_sent_by_the_one_who_prepared_it_and_not_before(
    session: Session, waiting: PreparedLetter, dunya: Prisoner, vera: Volunteer, olga: Volunteer
) -> None:
    with pytest.raises(PreparedBySomebodyElse):
        prepared.mark_sent(session, waiting, make_letter(session, dunya, olga, TODAY).id)
    with pytest.raises(StepsRunBackwards):
        prepared.mark_sent(session, waiting, make_letter(session, dunya, vera, PLANNED - timedelta(days=1)).id)


def test_a_dropped_one_can_be_taken_up_again(session: Session, waiting: PreparedLetter, vera: Volunteer) -> None:
    cora = Actor(uuid4(), is_coordinator=True)
    prepared.drop_prepared(session, waiting, now=NOW)
    session.flush()
    assert waiting_for(session, cora) == []
    prepared.take_up_prepared(waiting)
    session.flush()
    assert waiting_for(session, cora) == [(waiting.id, "planned")]


def test_those_that_have_waited_longest_come_first(
    session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    new = make_prepared(session, dunya, vera, date(2026, 11, 20))
    old = make_prepared(session, dunya, vera, date(2026, 1, 1))
    moved = make_prepared(session, dunya, vera, date(2025, 1, 1), written_on=date(2026, 11, 10))
    handed = make_prepared(session, dunya, vera, date(2025, 1, 1), handed_on=date(2026, 11, 22))
    actor = Actor(vera.id)
    assert waiting_for(session, actor) == [
        (old.id, "planned"),
        (moved.id, "written"),
        (new.id, "planned"),
        (handed.id, "handed"),
    ]
    assert waiting_for(session, actor, stage=Stage.PLANNED) == [(old.id, "planned"), (new.id, "planned")]
    assert waiting_for(session, actor, stage=Stage.WRITTEN) == [(moved.id, "written")]
    assert waiting_for(session, actor, stage=Stage.TRANSLATED) == []
    assert waiting_for(session, actor, stage=Stage.HANDED) == [(handed.id, "handed")]


def test_one_sees_her_own_of_those_to_whom_she_writes_and_a_translator_sees_nothing(
    session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer, assignment: Assignment
) -> None:
    translator = make_volunteer(session, "translator")
    make_assignment(session, dunya, olga)
    other = make_prisoner(session, "Svetlana")
    hers = make_prepared(session, dunya, vera, PLANNED, translated_on=TODAY, translated_by_id=translator.id)
    olgas = make_prepared(session, dunya, olga, TODAY)
    former = make_prepared(session, other, vera, PLANNED)
    assert waiting_for(session, Actor(vera.id)) == [(hers.id, "translated")]
    assert waiting_for(session, Actor(olga.id)) == [(olgas.id, "planned")]
    assert waiting_for(session, Actor(translator.id)) == []
    cora = Actor(uuid4(), is_coordinator=True)
    assert {row[0] for row in waiting_for(session, cora)} == {hers.id, olgas.id, former.id}
    assert [row[0] for row in waiting_for(session, cora, prisoner_id=other.id)] == [former.id]
    assert [row[0] for row in waiting_for(session, cora, volunteer_id=olga.id)] == [olgas.id]
    assignment.until = TODAY
    session.flush()
    assert waiting_for(session, Actor(vera.id)) == []
