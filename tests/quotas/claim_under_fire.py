"""One of several processes that claim slots for the same prisoners as fast as they can.

    python -m tests.quotas.claim_under_fire TRIES VOLUNTEER_ID

The database stands in ``DATABASE_URL``. Starts with a line on its standard input, and prints how many slots it got, how
many it was refused with the name of somebody who was first, and how many in another way.
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
from tracker.quotas.claiming import NoSlotLeft, NotAnswered
from tracker.quotas.mail_rules import rules_in_use

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


def main(tries: int, volunteer_id: UUID) -> None:
    engine = make_engine(os.environ["DATABASE_URL"])
    sessions = make_sessions(engine)
    with sessions() as session:
        prisoners = list(session.scalars(select(Prisoner.id).order_by(Prisoner.name)))
    engine.dispose()
    rules_in_use()
    print("ready", flush=True)
    sys.stdin.readline()
    came_out: Counter[str] = Counter()
    for number in range(tries):
        new = NewClaim(uuid4(), ParcelKind.PARCEL, NOW.date(), volunteer_id=volunteer_id, answered={"too_soon"})
        with sessions() as session:
            try:
                claim_slot(
                    session,
                    rules_in_use(),
                    prisoners[number % len(prisoners)],
                    new,
                    claim_days=7,
                    today=NOW.date(),
                    now=NOW,
                )
                session.commit()
                came_out["won"] += 1
            except NoSlotLeft as refused:
                came_out["told by whom" if refused.taken_by and refused.next_on else "told nothing"] += 1
            except NotAnswered:
                came_out["asked back"] += 1
    print(came_out["won"], came_out["told by whom"], sum(came_out.values()), flush=True)
    engine.dispose()


if __name__ == "__main__":
    main(int(sys.argv[1]), UUID(sys.argv[2]))
