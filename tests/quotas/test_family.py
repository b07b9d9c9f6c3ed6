"""A family without account: a private link, slots, and nothing about anybody."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_parcel
from tests.quotas.conftest import some_claim, token_for
from tests.support.client import FormClient, forms
from tracker import clock
from tracker.facilities.models import Facility
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.rules import PlacementKind
from tracker.quotas.family_routes import initials
from tracker.quotas.models import FamilyLink, ParcelClaim
from tracker.volunteers.models import Volunteer

LINK = re.compile(r"<code>(http://[^<]*)(/family/[\w-]{43})</code>")
TODAY = clock.today("UTC")


@pytest.fixture
def address(as_cora: FormClient, yermolai: Prisoner, stay: Placement) -> str:
    """The path of a link that Cora has made."""
    answer = as_cora.post_form(f"/prisoners/{yermolai.id}/family-links", {"label": "его сестра"})
    found = LINK.search(answer.get_data(as_text=True))
    assert found is not None
    return found[2]


@pytest.fixture
def sister(new_visitor: Any) -> FormClient:
    """At a browser that never saw the tracker."""
    browser = new_visitor()
    assert isinstance(browser, FormClient)
    return browser


def test_a_link_is_shown_once_and_kept_as_a_hash(
    session: Session, as_cora: FormClient, yermolai: Prisoner, address: str
) -> None:
    link = session.scalars(select(FamilyLink)).one()
    token = address.rpartition("/")[2]
    assert token not in link.token_hash
    assert link.label == "его сестра"
    assert b"\xd1" not in (link.label_sealed or b"")[:4]
    page = as_cora.get(f"/prisoners/{yermolai.id}/family-links").get_data(as_text=True)
    assert token not in page
    assert "его сестра" in page


def test_the_family_sees_slots_and_the_rule_and_nobody(
    session: Session, sister: FormClient, yermolai: Prisoner, masha: Volunteer, address: str
) -> None:
    make_parcel(session, yermolai, masha, TODAY.replace(month=1, day=1), arrived_on=TODAY.replace(month=1, day=2))
    some_claim(session, yermolai, masha)
    answer = sister.get(address)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "What can be sent to Y. D. Z." in page
    assert "4 of 6 left" in page
    assert "articles 90 and 121" in page
    assert "read in several sources" in page
    for secret in ("Yermolai", "Dobronravov", "Ермолай", "маша", "vasya", "cora", "IK-99", "ИК-99", "Socks", "сестра"):
        assert secret not in page
    assert str(yermolai.id) not in page
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "http" not in re.sub(r"<!doctype.*?<main", "", page, flags=re.S), "nothing leads elsewhere"


def test_what_coordinators_wrote_about_the_place_is_not_shown_to_the_family(
    sister: FormClient, as_cora: FormClient, colony: Facility, address: str
) -> None:
    rule = {"pool": "parcels", "unit": "pieces", "spacing_days": "0", "confidence": "single_source"}
    rule |= {"source": "told by Кузьма at the window", "note": "ask for Zina"}
    assert as_cora.post_form(f"/facilities/{colony.id}/rules", rule).status_code == 302
    page = sister.get(address).get_data(as_text=True)
    assert "A rule of this place." in page
    assert "Кузьма" not in page
    assert "Zina" not in page


def test_the_family_claims_a_slot_and_gives_it_back(
    session: Session, sister: FormClient, as_masha: FormClient, yermolai: Prisoner, address: str
) -> None:
    answer = sister.post_form(address, {"kind": "delivery", "planned_on": TODAY.isoformat()})
    assert answer.status_code == 302
    claim = session.scalars(select(ParcelClaim)).one()
    assert claim.claimed_by_id is None
    page = as_masha.get(f"/prisoners/{yermolai.id}/ledger").get_data(as_text=True)
    assert "the family" in page
    assert "5 of 6 left" in page
    release = f"{address}/claims/{claim.id}/release"
    page = sister.get(address).get_data(as_text=True)
    assert release in page
    token = token_for(sister, address)
    assert sister.post(release, data={"csrf_token": token}).status_code == 302
    session.refresh(claim)
    assert claim.released_at is not None


def test_a_form_whose_slot_was_given_back_takes_none_unless_it_is_sent_anew(
    session: Session, sister: FormClient, address: str
) -> None:
    open_page = forms(sister.get(address).get_data(as_text=True))[-1]
    typed = dict(open_page.filled({"planned_on": TODAY.isoformat()}))
    assert sister.post(address, data=typed).status_code == 302
    claim = session.scalars(select(ParcelClaim)).one()
    sister.post_form(f"{address}/claims/{claim.id}/release", page=address)
    answer = sister.post(address, data=typed)
    assert answer.status_code == 422
    assert "that claim is over. Send it again to claim anew." in answer.get_data(as_text=True)
    again = forms(answer.get_data(as_text=True))[-1]
    assert sister.post(address, data=dict(again.fields)).status_code == 302
    session.rollback()
    assert len(session.scalars(select(ParcelClaim).where(ParcelClaim.released_at.is_(None))).all()) == 1


def test_the_family_is_told_no_handle_when_no_slot_is_left(
    session: Session, sister: FormClient, yermolai: Prisoner, masha: Volunteer, address: str
) -> None:
    for _number in range(6):
        some_claim(session, yermolai, masha)
    answer = sister.post_form(address, {"planned_on": TODAY.isoformat()})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "All slots are used or taken." in page
    assert "маша" not in page


def test_the_family_is_asked_back_what_is_not_known(
    session: Session, sister: FormClient, yermolai: Prisoner, address: str
) -> None:
    yermolai.sex = None
    typed = {"planned_on": TODAY.isoformat(), "grams": "900"}
    answer = sister.post_form(address, typed)
    assert answer.status_code == 422
    assert "I asked: it is allowed." in answer.get_data(as_text=True)
    assert sister.post_form(address, {**typed, "sure": "unknown_rule"}).status_code == 302


def test_whose_claim_it_is_not_cannot_give_it_back(
    session: Session, sister: FormClient, yermolai: Prisoner, masha: Volunteer, address: str
) -> None:
    claim = some_claim(session, yermolai, masha)
    token = token_for(sister, address)
    assert sister.post(f"{address}/claims/{claim.id}/release", data={"csrf_token": token}).status_code == 404
    session.refresh(claim)
    assert claim.released_at is None


def test_unknown_revoked_and_expired_links_look_the_same_as_a_missing_page(
    session: Session, sister: FormClient, as_cora: FormClient, address: str
) -> None:
    def missing(url: str) -> str:
        answer = sister.get(url)
        assert answer.status_code == 404
        return answer.get_data(as_text=True)

    nothing = missing("/there-is-no-such-page")
    link = session.scalars(select(FamilyLink)).one()
    assert missing(address[:-1] + "_") == nothing
    link.expires_at = clock.now() - timedelta(seconds=1)
    assert missing(address) == nothing
    link.expires_at = clock.now() + timedelta(days=1)
    assert sister.get(address).status_code == 200
    token = token_for(as_cora, f"/prisoners/{link.prisoner_id}/family-links")
    as_cora.post(f"/family-links/{link.id}/revoke", data={"csrf_token": token})
    assert missing(address) == nothing
    as_cora.post(f"/family-links/{link.id}/restore", data={"csrf_token": token})
    assert sister.get(address).status_code == 200


def test_only_coordinators_make_links(as_masha: FormClient, yermolai: Prisoner) -> None:
    assert as_masha.get(f"/prisoners/{yermolai.id}/family-links").status_code == 404


def test_a_link_says_for_whom_it_is(session: Session, as_cora: FormClient, yermolai: Prisoner) -> None:
    url = f"/prisoners/{yermolai.id}/family-links"
    assert "Nobody has a link yet" in as_cora.get(url).get_data(as_text=True)
    answer = as_cora.post_form(url, {"label": " "})
    assert answer.status_code == 422
    assert "Say for whom it is" in answer.get_data(as_text=True)
    assert session.scalars(select(FamilyLink)).all() == []


def test_the_page_asks_little_and_says_when_nothing_can_be_sent(
    session: Session, sister: FormClient, count_statements: Any, stay: Placement, address: str
) -> None:
    with count_statements() as asked:
        sister.get(address)
    assert len(asked) <= 4, str(asked)
    stay.kind = PlacementKind.TRANSFER
    assert "On transfer: nothing can be sent" in sister.get(address).get_data(as_text=True)


def test_initials() -> None:
    assert initials("Yermolai Dobronravov-Zavidovsky") == "Y. D. Z."
    assert initials("Ли") == "Л."


def test_no_token_reaches_a_log(sister: FormClient, address: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        sister.get(address)
        sister.get(address[:-1] + "_")
        sister.post(address, data={})
    assert address.rpartition("/")[2][:20] not in caplog.text
