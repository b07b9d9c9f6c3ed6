"""Eight processes claim slots for the same prisoners: never one too many, and nobody finds the database locked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import make_facility, make_placement, make_prisoner, make_volunteer
from tracker.facilities.models import FacilityKind
from tracker.partial_date import PartialDate
from tracker.prisoners.rules import Conditions, PlacementKind, Regime, Sex
from tracker.quotas.models import ParcelClaim

ROOT = Path(__file__).parent.parent.parent
PROCESSES, TRIES, PRISONERS, SLOTS = 8, 500, 50, 6


def arrange(session: Session) -> list[str]:
    colony = make_facility(session, name="IK-99", kind=FacilityKind.COLONY)
    for number in range(PRISONERS):
        prisoner = make_prisoner(session, f"Узник {number:02}", sex=Sex.MAN, birth=PartialDate.parse("1988-02-29"))
        make_placement(
            session,
            prisoner,
            colony,
            kind=PlacementKind.COLONY,
            regime=Regime.GENERAL,
            conditions=Conditions.ORDINARY,
            since=PartialDate.parse("2024-02-29"),
        )
    volunteers = [str(make_volunteer(session, f"волонтёр {number}").id) for number in range(PROCESSES)]
    session.commit()
    session.close()
    return volunteers


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_eight_times_five_hundred_claims_take_every_slot_once(session: Session, database_url: str) -> None:
    volunteers = arrange(session)
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.quotas.claim_under_fire", str(TRIES), volunteer],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": database_url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for volunteer in volunteers
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    outcomes = []
    for process in running:
        out, err = process.communicate(timeout=300)
        assert (process.returncode, err) == (0, "")
        outcomes.append([int(number) for number in out.split()])

    claimed = session.execute(select(ParcelClaim.prisoner_id, func.count()).group_by(ParcelClaim.prisoner_id)).all()
    assert sorted(count for _prisoner, count in claimed) == [SLOTS] * PRISONERS
    assert sum(won for won, *_ in outcomes) == SLOTS * PRISONERS
    assert sum(told for _won, told, _all in outcomes) == PROCESSES * TRIES - SLOTS * PRISONERS, "each is told by whom"
    assert all(done == TRIES for *_, done in outcomes)
