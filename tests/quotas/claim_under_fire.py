"""Several processes that claim slots for the same prisoners as fast as they can.

    python -m tests.quotas.claim_under_fire TRIES VOLUNTEER_ID...

One process for each volunteer. The database stands in ``DATABASE_URL``. Each prints how many slots it got, how many
times it was refused with the name of somebody who was first, and how often it tried.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import select

import tracker.models  # noqa: F401  every table
from tracker.db import make_engine, make_sessions
from tracker.parcels.rules import ParcelKind
from tracker.prisoners.models import Prisoner
from tracker.quotas.actions import NewClaim, claim_slot
from tracker.quotas.claiming import NoSlotLeft
from tracker.quotas.mail_rules import rules_in_use

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


def claim_again_and_again(tries: int, volunteer_id: UUID) -> None:
    engine = make_engine(os.environ["DATABASE_URL"])
    sessions = make_sessions(engine)
    with sessions() as session:
        prisoners = list(session.scalars(select(Prisoner.id).order_by(Prisoner.name)))
    came_out: Counter[str] = Counter()
    for number in range(tries):
        new = NewClaim(uuid4(), ParcelKind.PARCEL, NOW.date(), volunteer_id=volunteer_id, answered={"too_soon"})
        prisoner_id = prisoners[number % len(prisoners)]
        with sessions() as session:
            try:
                claim_slot(session, rules_in_use(), prisoner_id, new, claim_days=7, today=NOW.date(), now=NOW)
                session.commit()
                came_out["won"] += 1
            except NoSlotLeft as refused:
                came_out["told by whom" if refused.taken_by and refused.next_on else "told nothing"] += 1
    engine.dispose()
    # One write, so that the lines of several processes do not mix.
    os.write(1, f"{came_out['won']} {came_out['told by whom']} {came_out.total()}\n".encode())


def main(tries: int, *volunteers: str) -> int:
    # Read once: what takes time about a start is not what is tested.
    rules_in_use()
    children = []
    for volunteer in volunteers:
        pid = os.fork()
        if pid == 0:
            claim_again_and_again(tries, UUID(volunteer))
            os._exit(0)
        children.append(pid)
    return sum(os.waitpid(pid, 0)[1] for pid in children)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), *sys.argv[2:]) != 0)
