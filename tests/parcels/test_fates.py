"""What became of a parcel, when two say it at once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.factories import make_parcel
from tracker.db import make_sessions
from tracker.letters.rules import ReturnReason
from tracker.parcels.fates import mark_arrived, mark_returned
from tracker.parcels.models import Parcel
from tracker.parcels.rules import ArrivedAndReturned
from tracker.prisoners.models import Prisoner
from tracker.volunteers.models import Volunteer

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
TODAY = NOW.date()


def test_whoever_has_an_old_page_open_cannot_make_a_parcel_arrive_and_come_back(
    engine: Engine, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    parcel_id = make_parcel(session, dunya, vera, date(2026, 11, 1)).id
    session.commit()
    with make_sessions(engine)() as hers, make_sessions(engine)() as his:
        seen_by_him = his.get_one(Parcel, parcel_id)
        his.commit()
        mark_arrived(hers, hers.get_one(Parcel, parcel_id), on=TODAY, refused={}, today=TODAY, now=NOW)
        hers.commit()
        with pytest.raises(ArrivedAndReturned):
            mark_returned(his, seen_by_him, on=TODAY, reason=ReturnReason.REFUSED, today=TODAY, now=NOW)
