"""Two coordinators at the same instant."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.db import make_sessions
from tracker.evenings.actions import enter_tally, undo_tally
from tracker.evenings.models import Evening, Tally, TallyBatch
from tracker.prisoners.models import Prisoner
from tracker.volunteers.models import Volunteer


def test_lists_entered_and_undone_at_once_neither_wait_for_each_other_nor_count_twice(
    session: Session,
    engine: Engine,
    inside: Callable[..., Prisoner],
    evening_of: Callable[..., Evening],
    cora: Volunteer,
) -> None:
    people = [inside(f"Ivan Snezhkov {number}") for number in range(12)]
    evening_ids = [evening_of(*people).id for _ in range(2)]
    ids, actor_id = [each.id for each in people], cora.id
    session.commit()
    sessions = make_sessions(engine)

    def enter(turn: int) -> None:
        batch_id = uuid4()
        order = ids if turn % 2 else ids[::-1]
        for _ in range(2):
            with sessions() as own:
                evening = own.get_one(Evening, evening_ids[turn % 2])
                letters: dict[UUID, int] = dict.fromkeys(order, 1)
                enter_tally(own, batch_id, evening, letters, actor_id=actor_id, today=evening.on, now=clock.now())
                own.commit()
        if turn % 4 < 2:
            with sessions() as own:
                undo_tally(own, own.get_one(TallyBatch, batch_id), now=clock.now())
                own.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(enter, range(8)))
    assert session.scalar(select(func.sum(Tally.letters)).where(Tally.undone_at.is_(None))) == 4 * 12
    assert session.scalar(select(func.sum(Tally.letters))) == 8 * 12
    session.expire_all()
    assert {each.last_letter_on for each in people} == {session.get_one(Evening, evening_ids[0]).on}
