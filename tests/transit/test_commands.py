"""Counting the post anew from a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_letter
from tracker import migrate
from tracker.assignments.models import Assignment
from tracker.db import make_engine
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


def test_a_database_of_an_older_version_is_counted_when_it_is_brought_to_this_one(
    empty_database_url: str, key_file: Path, tmp_path: Path
) -> None:
    engine = make_engine(empty_database_url)
    migrate.upgrade(engine, "0001")
    engine.dispose()
    environment = os.environ | {
        "TRACKER_DATABASE_URL": empty_database_url,
        "TRACKER_SECRET_KEY": "only for this test, and long enough for it",
        "TRACKER_KEY_FILE": str(key_file),
        "TRACKER_SMTP_URL": f"folder://{tmp_path}",
        "TRACKER_MAIL_FROM": "post@example.org",
        "TRACKER_PUBLIC_URL": "http://localhost",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "init"]
    said = [subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout for _ in "12"]
    assert "Different counts: 0." in said[0]
    assert "counts" not in said[1], "nothing was missing"
