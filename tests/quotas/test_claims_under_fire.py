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
    done = subprocess.run(
        [sys.executable, "-m", "tests.quotas.claim_under_fire", str(TRIES), *volunteers],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, ""), "nobody finds the database locked"
    outcomes = [[int(number) for number in line.split()] for line in done.stdout.splitlines()]
    assert len(outcomes) == PROCESSES

    claimed = session.execute(select(ParcelClaim.prisoner_id, func.count()).group_by(ParcelClaim.prisoner_id)).all()
    assert sorted(count for _prisoner, count in claimed) == [SLOTS] * PRISONERS
    assert sum(won for won, *_ in outcomes) == SLOTS * PRISONERS
    assert sum(told for _won, told, _all in outcomes) == PROCESSES * TRIES - SLOTS * PRISONERS, "each is told by whom"
    assert all(tried == TRIES for *_, tried in outcomes)
