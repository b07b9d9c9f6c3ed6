"""What is asked back when a parcel is logged."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.factories import make_parcel
from tests.support.statements import counting
from tracker.parcels.rules import ParcelCategory, ParcelKind, SentBy
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.rules import PlacementKind
from tracker.quotas.advice import advice_for_parcel
from tracker.quotas.mail_rules import rules_in_use
from tracker.quotas.models import ParcelClaim
from tracker.quotas.rules import Block, QuotaQuestion
from tracker.volunteers.models import Volunteer

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


def advice(session: Session, prisoner: Prisoner, volunteer: Volunteer, **facts: Any) -> list[Any]:
    usual: dict[str, Any] = {"kind": ParcelKind.PARCEL, "on": TODAY, "today": TODAY, "now": NOW}
    told = {**usual, **facts}
    return list(advice_for_parcel(session, rules_in_use(), prisoner.id, volunteer_id=volunteer.id, **told))


def claim(session: Session, prisoner: Prisoner, volunteer: Volunteer, planned_on: date = TODAY, **facts: Any) -> None:
    facts = {"lapses_at": NOW + timedelta(days=7), "claimed_at": NOW, "kind": ParcelKind.PARCEL} | facts
    row = ParcelClaim(prisoner_id=prisoner.id, claimed_by_id=volunteer.id, planned_on=planned_on, answered=[], **facts)
    session.add(row)
    session.flush()


def arrived(session: Session, prisoner: Prisoner, volunteer: Volunteer, *days: str, **facts: Any) -> None:
    for day in map(date.fromisoformat, days):
        make_parcel(session, prisoner, volunteer, day - timedelta(9), arrived_on=day, things=(), **facts)


def test_nothing_is_asked_while_slots_are_left(session: Session, yermolai: Prisoner, masha: Volunteer) -> None:
    arrived(session, yermolai, masha, "2025-12-30", "2026-03-01", "2026-08-01")
    assert advice(session, yermolai, masha) == []


def test_everyones_parcels_count_and_a_returned_or_removed_one_gives_its_slot_back(
    session: Session, yermolai: Prisoner, masha: Volunteer
) -> None:
    arrived(session, yermolai, masha, "2026-01-05", "2026-02-05", "2026-03-05", "2026-04-05", sent_by=SentBy.FAMILY)
    arrived(session, yermolai, masha, "2026-05-05", sent_by=SentBy.OTHERS)
    make_parcel(session, yermolai, masha, date(2026, 6, 1), returned_on=date(2026, 7, 1))
    make_parcel(session, yermolai, masha, date(2026, 6, 2), removed_at=NOW)
    assert advice(session, yermolai, masha) == []
    under_way = make_parcel(session, yermolai, masha, date(2026, 9, 1))
    (asked,) = advice(session, yermolai, masha)
    assert (asked.question, asked.next_on) == (QuotaQuestion.OVER_QUOTA, date(2027, 1, 1))
    assert advice(session, yermolai, masha, but=under_way.id) == [], "the parcel that is being corrected"
    assert advice(session, yermolai, masha, category=ParcelCategory.MEDICAL) == []


def test_the_senders_own_claim_does_not_stand_in_her_way_but_anothers_does(
    session: Session, yermolai: Prisoner, masha: Volunteer, vasya: Volunteer
) -> None:
    arrived(session, yermolai, masha, "2026-01-05", "2026-02-05", "2026-03-05", "2026-04-05", "2026-05-05")
    claim(session, yermolai, vasya)
    assert advice(session, yermolai, vasya) == []
    (asked,) = advice(session, yermolai, masha)
    assert (asked.question, asked.taken_by) == (QuotaQuestion.OVER_QUOTA, ("vasya",))
    later = NOW + timedelta(days=8)
    assert advice(session, yermolai, masha, now=later) == [], "it lapsed, though nothing ran"


def test_too_soon_and_too_heavy_are_asked_back(session: Session, yermolai: Prisoner, masha: Volunteer) -> None:
    arrived(session, yermolai, masha, "2026-10-30")
    heavy, soon = advice(session, yermolai, masha, grams=20_001)
    assert (heavy.question, heavy.grams) == (QuotaQuestion.PIECE_TOO_HEAVY, 20_000)
    assert (soon.question, soon.next_on) == (QuotaQuestion.TOO_SOON, date(2026, 12, 30))
    by_hand = advice(session, yermolai, masha, kind=ParcelKind.DELIVERY, grams=20_001)
    assert [each.question for each in by_hand] == [QuotaQuestion.PIECE_TOO_HEAVY, QuotaQuestion.TOO_SOON]
    packet = advice(session, yermolai, masha, kind=ParcelKind.PACKET, grams=5_001)
    assert [(each.question, each.grams) for each in packet] == [(QuotaQuestion.PIECE_TOO_HEAVY, 5_000)]


def test_a_punishment_cell_is_asked_back_and_a_transfer_is_left_to_the_page(
    session: Session, yermolai: Prisoner, masha: Volunteer, stay: Placement
) -> None:
    stay.kind = PlacementKind.PUNISHMENT_CELL
    session.flush()
    (asked,) = advice(session, yermolai, masha)
    assert (asked.question, asked.block) == (QuotaQuestion.BLOCKED_NOW, Block.PUNISHMENT_CELL)
    stay.kind, stay.facility_id = PlacementKind.TRANSFER, None
    session.flush()
    assert advice(session, yermolai, masha) == []


def test_a_parcel_logged_late_is_held_against_the_place_of_that_day(
    session: Session, yermolai: Prisoner, masha: Volunteer, stay: Placement
) -> None:
    stay.until, stay.is_current = PartialDate.parse("2026-11-01"), False
    session.add(
        Placement(
            prisoner_id=yermolai.id,
            position=1,
            kind=PlacementKind.PUNISHMENT_CELL,
            facility_id=stay.facility_id,
            since=PartialDate.parse("2026-11-01"),
            is_current=True,
        )
    )
    session.flush()
    assert advice(session, yermolai, masha, on=date(2026, 10, 5)) == []
    assert [each.question for each in advice(session, yermolai, masha)] == [QuotaQuestion.BLOCKED_NOW]


def test_two_statements_answer_for_twenty_years_of_parcels_as_for_none(
    session: Session, engine: Engine, yermolai: Prisoner, masha: Volunteer
) -> None:
    for year in range(2006, 2026):
        arrived(session, yermolai, masha, *(f"{year}-{month:02}-01" for month in (2, 4, 6, 8, 10, 12)))
    session.commit()
    with counting(engine) as asked:
        assert advice(session, yermolai, masha) == []
    assert len(asked) == 2, str(asked)


def test_nobody_is_asked_about_nobody(session: Session, masha: Volunteer) -> None:
    facts: dict[str, Any] = {
        "kind": ParcelKind.PARCEL,
        "on": TODAY,
        "today": TODAY,
        "now": NOW,
        "volunteer_id": masha.id,
    }
    assert advice_for_parcel(session, rules_in_use(), uuid4(), **facts) == ()
