"""Two people at the same instant."""

from __future__ import annotations

import threading

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.factories import make_need
from tracker import clock
from tracker.access import Actor
from tracker.db import make_sessions
from tracker.needs.actions import promise
from tracker.needs.rules import PromisedBySomebodyElse
from tracker.prisoners.models import Need, Prisoner
from tracker.volunteers.models import Volunteer


def test_of_two_who_promise_the_same_at_once_the_second_is_told(
    engine: Engine, session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer
) -> None:
    need_id, vera_id, olga_id = make_need(session, dunya, "Шерстяные носки").id, vera.id, olga.id
    session.commit()
    sessions, today, told = make_sessions(engine), clock.today("Asia/Vladivostok"), []

    def promise_too() -> None:
        with sessions() as hers:
            try:
                promise(hers, hers.get_one(Need, need_id), olga_id, None, actor=Actor(olga_id), today=today)
            except PromisedBySomebodyElse:
                told.append(olga_id)

    second = threading.Thread(target=promise_too)
    with sessions() as first:
        promise(first, first.get_one(Need, need_id), vera_id, None, actor=Actor(vera_id), today=today)
        first.flush()
        second.start()
        second.join(0.5)
        first.commit()
    second.join(20)
    assert told == [olga_id]
    session.expire_all()
    assert session.get_one(Need, need_id).promised_by_id == vera_id
