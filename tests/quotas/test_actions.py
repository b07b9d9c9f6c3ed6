"""Claims that come true, and the same form sent twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import make_parcel
from tests.quotas.conftest import some_claim
from tracker.parcels.actions import remove_parcel, restore_parcel
from tracker.parcels.rules import ParcelKind, SentBy
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.rules import Conditions
from tracker.quotas.actions import NewClaim, claim_slot, fulfil, release_claim, restore_claim
from tracker.quotas.claiming import ClaimIsOver, NoSlotLeft, NotAnswered
from tracker.quotas.mail_rules import rules_in_use
from tracker.quotas.models import FamilyLink, ParcelClaim
from tracker.quotas.rules import QuotaQuestion
from tracker.volunteers.models import Volunteer

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
TODAY = NOW.date()


def claim(session: Session, prisoner: Prisoner, volunteer: Volunteer, **facts: Any) -> bool:
    usual: dict[str, Any] = {
        "id": uuid4(),
        "kind": ParcelKind.PARCEL,
        "planned_on": TODAY,
        "volunteer_id": volunteer.id,
    }
    return claim_slot(
        session, rules_in_use(), prisoner.id, NewClaim(**{**usual, **facts}), claim_days=7, today=TODAY, now=NOW
    )


def parcel_of(session: Session, claim: ParcelClaim) -> UUID | None:
    session.refresh(claim)
    return claim.parcel_id


def test_a_logged_parcel_makes_the_senders_oldest_claim_true(
    session: Session, yermolai: Prisoner, masha: Volunteer, vasya: Volunteer
) -> None:
    others = some_claim(session, yermolai, vasya)
    later = some_claim(session, yermolai, masha, planned_on=TODAY + timedelta(days=40))
    packet = some_claim(session, yermolai, masha, kind=ParcelKind.PACKET, planned_on=TODAY - timedelta(days=1))
    sooner = some_claim(session, yermolai, masha, planned_on=TODAY)
    parcel = make_parcel(session, yermolai, masha, TODAY)
    fulfil(session, prisoner_id=yermolai.id, volunteer_id=masha.id, parcel_id=parcel.id, kind=ParcelKind.DELIVERY)
    assert parcel_of(session, sooner) == parcel.id
    assert [parcel_of(session, each) for each in (others, later, packet)] == [None, None, None]
    with pytest.raises(ClaimIsOver):
        release_claim(sooner, now=NOW)


def test_a_parcel_that_was_removed_leaves_its_claim_open(
    session: Session, yermolai: Prisoner, masha: Volunteer
) -> None:
    claimed = some_claim(session, yermolai, masha)
    parcel = make_parcel(session, yermolai, masha, TODAY)
    fulfil(session, prisoner_id=yermolai.id, volunteer_id=masha.id, parcel_id=parcel.id, kind=ParcelKind.PARCEL)
    for _twice in range(2):
        remove_parcel(session, parcel, now=NOW)
        assert parcel_of(session, claimed) is None
    for _twice in range(2):
        restore_parcel(session, parcel)
        assert parcel_of(session, claimed) == parcel.id


def test_a_parcel_of_the_family_makes_the_familys_claim_true_and_a_strangers_none(
    session: Session, yermolai: Prisoner, masha: Volunteer
) -> None:
    link = FamilyLink(prisoner_id=yermolai.id, token_hash="x", created_by_id=masha.id, created_at=NOW, expires_at=NOW)
    session.add(link)
    session.flush()
    family = some_claim(session, yermolai, None, family_link_id=link.id)
    own = some_claim(session, yermolai, masha)
    facts: dict[str, Any] = {"prisoner_id": yermolai.id, "volunteer_id": masha.id, "kind": ParcelKind.PARCEL}
    parcel = make_parcel(session, yermolai, masha, TODAY)
    fulfil(session, parcel_id=parcel.id, sent_by=SentBy.OTHERS, **facts)
    assert [parcel_of(session, each) for each in (family, own)] == [None, None]
    fulfil(session, parcel_id=parcel.id, sent_by=SentBy.FAMILY, **facts)
    assert [parcel_of(session, each) for each in (family, own)] == [parcel.id, None]


def test_without_a_claim_nothing_comes_true(session: Session, yermolai: Prisoner, masha: Volunteer) -> None:
    parcel = make_parcel(session, yermolai, masha, TODAY)
    fulfil(session, prisoner_id=yermolai.id, volunteer_id=masha.id, parcel_id=parcel.id, kind=ParcelKind.PARCEL)
    assert session.scalar(select(func.count()).select_from(ParcelClaim)) == 0


def test_the_same_form_sent_twice_takes_one_slot(session: Session, yermolai: Prisoner, masha: Volunteer) -> None:
    same = uuid4()
    assert claim(session, yermolai, masha, id=same)
    assert not claim(session, yermolai, masha, id=same)
    assert session.scalar(select(func.count()).select_from(ParcelClaim)) == 1


def test_a_claim_says_what_was_ticked_and_nothing_that_was_not_asked(
    session: Session, yermolai: Prisoner, masha: Volunteer
) -> None:
    make_parcel(session, yermolai, masha, date(2026, 10, 30), arrived_on=date(2026, 11, 10))
    with pytest.raises(NotAnswered) as refused:
        claim(session, yermolai, masha, grams=21_000, answered={"too_soon"})
    assert {each.question for each in refused.value.advice} == {QuotaQuestion.TOO_SOON, QuotaQuestion.PIECE_TOO_HEAVY}
    assert claim(session, yermolai, masha, answered={"too_soon", "mail_forbidden"})
    assert session.scalars(select(ParcelClaim)).one().answered == ["too_soon"]


def test_a_claim_that_was_given_back_and_lapsed_since_cannot_be_taken_again(
    session: Session, yermolai: Prisoner, masha: Volunteer
) -> None:
    mine = some_claim(session, yermolai, masha, planned_on=TODAY, lapses_at=NOW + timedelta(days=8), claimed_at=NOW)
    release_claim(mine, now=NOW)
    release_claim(mine, now=NOW + timedelta(hours=1))
    assert mine.released_at == NOW
    session.flush()
    with pytest.raises(ClaimIsOver):
        restore_claim(session, rules_in_use(), mine, today=TODAY + timedelta(9), now=NOW + timedelta(days=9))
    restore_claim(session, rules_in_use(), mine, today=TODAY + timedelta(2), now=NOW + timedelta(days=2))
    assert mine.released_at is None
    restore_claim(session, rules_in_use(), mine, today=TODAY, now=NOW)
    session.flush()
    mine.parcel_id = make_parcel(session, yermolai, masha, TODAY).id
    session.flush()
    with pytest.raises(ClaimIsOver):
        restore_claim(session, rules_in_use(), mine, today=TODAY, now=NOW)


def test_claims_for_parcels_and_deliveries_share_one_count(
    session: Session, yermolai: Prisoner, masha: Volunteer, stay: Placement
) -> None:
    stay.conditions = Conditions.STRICT
    session.flush()
    for kind in (ParcelKind.PARCEL, ParcelKind.DELIVERY, ParcelKind.PARCEL):
        claim(session, yermolai, masha, kind=kind, answered={"too_soon"})
    with pytest.raises(NoSlotLeft):
        claim(session, yermolai, masha, kind=ParcelKind.DELIVERY, answered={"too_soon"})
    assert claim(session, yermolai, masha, kind=ParcelKind.PACKET)
