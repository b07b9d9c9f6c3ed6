"""Counting the post anew from a terminal."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_letter
from tracker.assignments.models import Assignment
from tracker.prisoners.models import Placement, Prisoner
from tracker.transit.models import TransitCount
from tracker.volunteers.models import Volunteer


def test_recount_finds_what_somebody_entered_by_hand(
    app: Flask, session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    stay = session.scalars(select(Placement)).one()
    make_letter(session, dunya, vera, date(2028, 2, 29), placement_id=stay.id)
    session.commit()
    session.close()
    said = app.test_cli_runner().invoke(args=["post", "recount"])
    assert said.exit_code == 0, said.output
    assert said.output == "Different counts: 1.\n"
    assert session.get_one(Assignment, assignment.id).waiting_since == date(2028, 2, 29)
    assert session.scalars(select(TransitCount)).one().cases == 1
