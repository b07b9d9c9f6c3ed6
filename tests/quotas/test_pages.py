"""The ledger, claiming, what a facility does differently, and lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_assignment, make_parcel, make_prisoner, make_volunteer
from tests.quotas.conftest import some_claim, token_for
from tests.support.client import FormClient
from tracker import clock
from tracker.facilities.models import Facility
from tracker.parcels.rules import ParcelKind, SentBy
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.rules import Conditions, PlacementKind
from tracker.quotas.models import FacilityRule, ParcelClaim
from tracker.quotas.rules import Counts, Limit, Unit
from tracker.volunteers.models import Volunteer

TODAY = clock.today("Asia/Vladivostok")


def text_of(client: FormClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def arrived(session: Session, prisoner: Prisoner, volunteer: Volunteer, number: int, **facts: Any) -> None:
    """So many parcels that count in the present year."""
    day = TODAY.replace(month=1, day=1)
    for _number in range(number):
        make_parcel(session, prisoner, volunteer, day, arrived_on=day, things=(), **facts)


def test_the_ledger_says_what_is_left_by_which_rule_and_how_sure_it_is(
    session: Session, as_masha: FormClient, yermolai: Prisoner, masha: Volunteer, vasya: Volunteer
) -> None:
    arrived(session, yermolai, vasya, 2, grams=19_500)
    arrived(session, yermolai, masha, 1, sent_by=SentBy.FAMILY)
    page = text_of(as_masha, f"/prisoners/{yermolai.id}/ledger")
    assert "3 of 6 left" in page
    assert "articles 90 and 121" in page
    assert "read in several sources" in page
    assert "19.5 kg" in page
    assert "at most 20 kg" in page
    assert "the family" in page
    assert "vasya" in page, "who sends too is known by handle"


def test_an_empty_ledger_says_what_to_do(as_masha: FormClient, yermolai: Prisoner) -> None:
    page = text_of(as_masha, f"/prisoners/{yermolai.id}/ledger")
    assert "6 of 6 left" in page
    assert "Claim a slot before you go to the post office" in page


def test_what_is_not_known_is_asked_and_never_allowed(
    session: Session, as_masha: FormClient, as_cora: FormClient, yermolai: Prisoner, stay: Placement
) -> None:
    yermolai.sex, stay.conditions = None, None
    page = text_of(as_masha, f"/prisoners/{yermolai.id}/ledger")
    assert "What is allowed is not known. Ask before anything is sent." in page
    assert "Woman or man?" in page
    assert "ordinary, eased or strict?" in page
    assert " left</strong>" not in page
    assert "Change what is known" not in page
    assert "Change what is known" in text_of(as_cora, f"/prisoners/{yermolai.id}/ledger")


def test_more_used_than_is_allowed_now_is_flagged(
    session: Session, as_masha: FormClient, yermolai: Prisoner, masha: Volunteer, stay: Placement
) -> None:
    arrived(session, yermolai, masha, 4)
    stay.conditions = Conditions.STRICT
    page = text_of(as_masha, f"/prisoners/{yermolai.id}/ledger")
    assert "0 of 3 left" in page
    assert "more used than is allowed now" in page


def test_a_stranger_sees_no_ledger(as_sam: FormClient, yermolai: Prisoner) -> None:
    for page in ("ledger", "claim"):
        assert as_sam.get(f"/prisoners/{yermolai.id}/{page}").status_code == 404


def claim_form(as_somebody: FormClient, prisoner: Prisoner, **typed: Any) -> Any:
    typed = {"kind": "parcel", "planned_on": TODAY.isoformat()} | typed
    return as_somebody.post_form(f"/prisoners/{prisoner.id}/claim", typed)


def test_claiming_a_slot_shows_it_to_everybody_and_giving_it_back_can_be_undone(
    session: Session, as_masha: FormClient, as_vasya: FormClient, yermolai: Prisoner, masha: Volunteer
) -> None:
    answer = claim_form(as_masha, yermolai, grams="1500")
    assert answer.status_code == 302
    claim = session.scalars(select(ParcelClaim)).one()
    assert (claim.claimed_by_id, claim.kind, claim.grams, claim.answered) == (masha.id, ParcelKind.PARCEL, 1500, [])
    assert (claim.lapses_at.date() - TODAY).days == 8
    page = text_of(as_vasya, f"/prisoners/{yermolai.id}/ledger")
    assert "маша" in page
    assert "5 of 6 left" in page
    assert "Give it back" not in page, "only she can give it back"
    token = token_for(as_vasya, f"/prisoners/{yermolai.id}/claim")
    assert as_vasya.post(f"/claims/{claim.id}/release", data={"csrf_token": token}).status_code == 404

    token = token_for(as_masha, f"/prisoners/{yermolai.id}/ledger")
    as_masha.post(f"/claims/{claim.id}/release", data={"csrf_token": token})
    session.refresh(claim)
    assert claim.released_at is not None
    as_masha.post(f"/claims/{claim.id}/restore", data={"csrf_token": token})
    session.refresh(claim)
    assert claim.released_at is None


def test_the_second_of_two_is_told_by_whom_and_when_the_next_one_can_go(
    session: Session, as_masha: FormClient, as_vasya: FormClient, yermolai: Prisoner, masha: Volunteer
) -> None:
    arrived(session, yermolai, masha, 5)
    assert claim_form(as_masha, yermolai).status_code == 302
    answer = claim_form(as_vasya, yermolai)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "All slots are used or taken. Claimed by маша. The next one can go from" in page
    assert f"1 Jan {TODAY.year + 1}" in page
    assert len(session.scalars(select(ParcelClaim)).all()) == 1


def test_a_slot_that_somebody_took_meanwhile_is_not_given_back_twice(
    session: Session, as_masha: FormClient, as_vasya: FormClient, yermolai: Prisoner, masha: Volunteer
) -> None:
    arrived(session, yermolai, masha, 5)
    claim_form(as_masha, yermolai)
    mine = session.scalars(select(ParcelClaim)).one()
    token = token_for(as_masha, f"/prisoners/{yermolai.id}/ledger")
    as_masha.post(f"/claims/{mine.id}/release", data={"csrf_token": token})
    assert claim_form(as_vasya, yermolai).status_code == 302
    answer = as_masha.post(f"/claims/{mine.id}/restore", data={"csrf_token": token}, follow_redirects=True)
    assert "The slot could not be taken again." in answer.get_data(as_text=True)
    session.refresh(mine)
    assert mine.released_at is not None


def test_an_unknown_rule_needs_a_tick_that_stays_visible(
    session: Session, as_masha: FormClient, yermolai: Prisoner, colony: Facility
) -> None:
    colony.country = "KZ"
    answer = claim_form(as_masha, yermolai, grams="1500")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "I asked: it is allowed." in page
    assert 'value="1500"' in page, "what was typed is still there"
    assert claim_form(as_masha, yermolai, sure="unknown_rule").status_code == 302
    assert session.scalars(select(ParcelClaim)).one().answered == ["unknown_rule"]
    assert "claimed in spite of a doubt" in text_of(as_masha, f"/prisoners/{yermolai.id}/ledger")


def test_days_that_cannot_be_are_refused_at_the_field(as_masha: FormClient, yermolai: Prisoner) -> None:
    for day, sentence in (
        (TODAY - timedelta(days=1), "This day is over."),
        (TODAY + timedelta(days=121), "At most 120 days ahead"),
    ):
        answer = claim_form(as_masha, yermolai, planned_on=day.isoformat())
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)


def test_nothing_is_claimed_in_a_punishment_cell_on_transfer_at_home_or_in_the_archive(
    session: Session, as_masha: FormClient, yermolai: Prisoner, stay: Placement
) -> None:
    for kind, sentence in (
        (PlacementKind.PUNISHMENT_CELL, "In a punishment cell: no parcels until it ends."),
        (PlacementKind.TRANSFER, "On transfer: nothing can be sent until the new address is known."),
        (PlacementKind.AT_LIBERTY, "Not in prison: no quota is kept."),
    ):
        stay.kind = kind
        session.commit()
        answer = claim_form(as_masha, yermolai)
        assert answer.status_code == 422
        page = answer.get_data(as_text=True)
        assert page.count(sentence) == 3, "for both pools, and at the field"
        page = text_of(as_masha, f"/prisoners/{yermolai.id}/ledger")
        assert sentence in page
        assert "/claim" not in page, "there is nothing to claim"
    stay.kind, yermolai.archived_at = PlacementKind.COLONY, clock.now()
    assert "In the archive" in claim_form(as_masha, yermolai).get_data(as_text=True)
    assert session.scalars(select(ParcelClaim)).all() == []


def test_claims_wait_while_somebody_is_on_transfer(
    session: Session, as_masha: FormClient, as_cora: FormClient, yermolai: Prisoner, masha: Volunteer, stay: Placement
) -> None:
    some_claim(
        session, yermolai, masha, lapses_at=clock.now() - timedelta(days=2), claimed_at=clock.now() - timedelta(9)
    )
    assert "lapsed</span>" in text_of(as_cora, "/claims")
    assert "Nobody. Claim a slot" in text_of(as_masha, f"/prisoners/{yermolai.id}/ledger")
    stay.kind, stay.facility_id = PlacementKind.TRANSFER, None
    stay.since = PartialDate.of(TODAY - timedelta(days=5))
    assert "waits: nothing can be sent now" in text_of(as_masha, f"/prisoners/{yermolai.id}/ledger")
    assert "waits</span>" in text_of(as_cora, "/claims")


def test_the_list_of_claims_is_for_coordinators_and_says_what_to_do_when_empty(
    as_masha: FormClient, as_cora: FormClient
) -> None:
    assert as_masha.get("/claims").status_code == 404
    assert "No slot is claimed now." in text_of(as_cora, "/claims")


RULE = {
    "pool": "parcels",
    "unit": "pieces",
    "limit": "up_to",
    "most": "2",
    "window": "calendar_year",
    "source": "told at the window",
    "confidence": "single_source",
}


def test_what_a_facility_does_differently_holds_for_everybody_there_until_it_is_removed(
    session: Session, as_cora: FormClient, as_masha: FormClient, yermolai: Prisoner, colony: Facility
) -> None:
    url = f"/facilities/{colony.id}/rules"
    assert "Nothing is entered yet" in text_of(as_cora, url)
    assert as_cora.post_form(url, RULE).status_code == 302
    rule = session.scalars(select(FacilityRule)).one()
    assert (rule.limit, rule.most, rule.unit) == (Limit.UP_TO, 2, Unit.PIECES)
    page = text_of(as_masha, f"/prisoners/{yermolai.id}/ledger")
    assert "2 of 2 left" in page
    assert "Rule of this facility:" in page
    assert "6 of 6 left" in page, "packets are as before"
    token = token_for(as_cora, url)
    as_cora.post(f"/facility-rules/{rule.id}/remove", data={"csrf_token": token})
    assert "2 of 2 left" not in text_of(as_masha, f"/prisoners/{yermolai.id}/ledger")
    as_cora.post(f"/facility-rules/{rule.id}/restore", data={"csrf_token": token})
    assert "2 of 2 left" in text_of(as_masha, f"/prisoners/{yermolai.id}/ledger")
    assert as_masha.get(url).status_code == 404


def test_a_rule_of_a_facility_needs_a_source_a_number_and_something_that_differs(
    session: Session, as_cora: FormClient, colony: Facility
) -> None:
    url = f"/facilities/{colony.id}/rules"
    for typed, sentence in (
        ({**RULE, "source": ""}, "Say where this comes from"),
        ({**RULE, "most": ""}, "A limit needs a number"),
        ({**RULE, "window": ""}, "A limit needs a number"),
        ({**RULE, "limit": "", "window": ""}, "Say at least one thing that differs"),
        ({**RULE, "verified_on": (TODAY + timedelta(days=2)).isoformat()}, "This day has not come yet."),
    ):
        answer = as_cora.post_form(url, typed)
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
    assert session.scalars(select(FacilityRule)).all() == []


def test_kilograms_are_typed_and_grams_kept(session: Session, as_cora: FormClient, colony: Facility) -> None:
    typed = {**RULE, "unit": "grams", "most": "30", "window": "month", "counts": "hand"}
    assert as_cora.post_form(f"/facilities/{colony.id}/rules", typed).status_code == 302
    rule = session.scalars(select(FacilityRule)).one()
    assert (rule.most, rule.counts) == (30_000, Counts.HAND)
    assert "at most 30 kg in a month" in text_of(as_cora, f"/facilities/{colony.id}/rules")


def test_pages_ask_the_database_as_often_for_twenty_years_as_for_nothing(
    session: Session,
    as_masha: FormClient,
    as_cora: FormClient,
    count_statements: Any,
    yermolai: Prisoner,
    masha: Volunteer,
    colony: Facility,
) -> None:
    def statements(client: FormClient, url: str) -> int:
        with count_statements() as asked:
            text_of(client, url)
        return len(asked)

    pages = [
        (as_masha, f"/prisoners/{yermolai.id}/ledger", 6),
        (as_masha, f"/prisoners/{yermolai.id}/claim", 6),
        (as_cora, "/claims", 5),
        (as_cora, f"/facilities/{colony.id}/rules", 5),
        (as_cora, f"/prisoners/{yermolai.id}/family-links", 5),
    ]
    some_claim(session, yermolai, masha)
    before = [statements(client, url) for client, url, _most in pages]
    for year in range(20):
        for month in range(1, 13):
            day = TODAY.replace(year=TODAY.year - year, month=month, day=1)
            if day <= TODAY:
                make_parcel(session, yermolai, masha, day, arrived_on=day, things=())
    for number in range(60):
        other = make_prisoner(session, f"Узник {number}")
        make_assignment(session, other, masha)
        some_claim(session, other, make_volunteer(session, f"волонтёр {number}"))
    session.commit()
    after = [statements(client, url) for client, url, _most in pages]
    assert after == before
    assert all(count <= most for count, (_client, _url, most) in zip(after, pages, strict=True)), after
    assert len(text_of(as_cora, "/claims").encode()) <= 32_000
