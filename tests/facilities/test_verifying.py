"""Addresses that somebody has to make sure of, and the ways by which letters get there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_facility, make_letter, make_placement, make_prisoner
from tests.support.client import FormClient
from tracker import clock
from tracker.assignments.models import Assignment
from tracker.facilities.models import Facility, FacilityChannel, FacilityKind, VerifiedFrom
from tracker.letters.rules import Channel, ReturnReason
from tracker.prisoners.models import Placement, Prisoner
from tracker.volunteers.models import Volunteer

TO_VERIFY = "/facilities/?show=to-verify"


def today() -> Any:
    return clock.today("Europe/Berlin")


def names(text: str, *of: str) -> list[str]:
    return sorted((name for name in of if f">{name}</a>" in text), key=lambda name: text.index(f">{name}</a>"))


def test_i_made_sure_today_says_who_and_from_what(as_cora: FormClient, session: Session, cora: Volunteer) -> None:
    facility = make_facility(session)
    page = f"/facilities/{facility.id}"
    assert "Nobody has verified the address yet. Please make sure of it." in as_cora.get(page).text
    answer = as_cora.post_form(f"{page}/verify", {"verified_from": "other"}, page=page)
    assert answer.status_code == 422
    assert "Say in a few words from what you know it." in answer.text
    as_cora.post_form(f"{page}/verify", {"verified_from": "other", "verified_note": "Сестра была там"}, page=page)
    session.expire_all()
    assert (facility.verified_on, facility.verified_by_id) == (today(), cora.id)
    text = as_cora.get(page).text
    assert "cora (something else: Сестра была там)." in text
    assert "Please make sure" not in text


def test_the_list_has_the_never_verified_first_then_the_oldest_and_no_court(
    as_cora: FormClient, session: Session
) -> None:
    for name, days in (("Old", 400), ("Older", 900), ("Fresh", 10)):
        make_facility(session, name=name, verified_on=today() - timedelta(days=days))
    make_facility(session, name="Never")
    make_facility(session, name="Court", kind=FacilityKind.COURT)
    make_facility(session, name="Gone", archived_at=clock.now())
    text = as_cora.get(TO_VERIFY).text
    assert names(text, "Old", "Older", "Fresh", "Never", "Court", "Gone") == ["Never", "Older", "Old"]
    assert names(as_cora.get(f"{TO_VERIFY}&q=older").text, "Old", "Older", "Never") == ["Older"]
    session.query(Facility).update({"verified_on": today()})
    assert "Every address was verified of late" in as_cora.get(TO_VERIFY).text


@pytest.mark.parametrize(
    "reason, still_there, stale",
    [
        (ReturnReason.WRONG_ADDRESS, True, True),
        (ReturnReason.WRONG_ADDRESS, False, True),
        (ReturnReason.MOVED, True, True),
        (ReturnReason.MOVED, False, False),
        (ReturnReason.REFUSED, True, False),
    ],
)
def test_a_letter_that_came_back_makes_an_address_stale(
    as_cora: FormClient,
    as_vera: FormClient,
    session: Session,
    dunya: Prisoner,
    vera: Volunteer,
    reason: ReturnReason,
    still_there: bool,
    stale: bool,
) -> None:
    facility, stay = session.scalars(select(Facility)).one(), session.scalars(select(Placement)).one()
    facility.verified_on = today() - timedelta(days=9)
    if not still_there:
        stay.is_current = False
        make_placement(session, dunya, make_facility(session, name="IK-4", verified_on=today()), position=1)
    posted = today() - timedelta(days=30)
    returned = {"returned_on": today(), "return_reason": reason, "placement_id": stay.id}
    make_letter(session, dunya, vera, posted, **returned)
    assert (">SIZO-9</a>" in as_cora.get(TO_VERIFY).text) is stale
    assert ("A letter came back from here on" in as_cora.get(f"/facilities/{facility.id}").text) is stale
    shown = "A letter came back from this address on" in as_vera.get(f"/prisoners/{dunya.id}").text
    assert shown is (stale and still_there)


def test_a_stale_address_says_so_on_the_page_of_a_prisoner(
    as_vera: FormClient, as_cora: FormClient, session: Session, dunya: Prisoner
) -> None:
    facility = session.scalars(select(Facility)).one()
    facility.verified_on = today() - timedelta(days=181)
    page = f"/prisoners/{dunya.id}"
    assert "the address may have changed since" in as_vera.get(page).text
    assert f'<a href="/facilities/{facility.id}">Make sure</a>' in as_cora.get(page).text
    facility.verified_on = today() - timedelta(days=180)
    assert "the address may have changed since" not in as_vera.get(page).text


def test_ways_are_entered_ordered_removed_and_brought_back(
    as_cora: FormClient, as_vera: FormClient, session: Session, dunya: Prisoner
) -> None:
    facility = session.scalars(select(Facility)).one()
    page = f"/facilities/{facility.id}"
    new = f"{page}/ways/new"
    as_cora.post_form(new, {"channel": "post", "works": "yes"})
    as_cora.post_form(
        new,
        {
            "channel": "e_letter",
            "service": "ФСИН-Лукоморье",
            "works": "yes",
            "note": "55 рублей",
            "verified_from": "site",
        },
    )
    refused = as_cora.post_form(new, {"channel": "", "verified_on": "2199-01-01", "note": "hold it"})
    assert refused.status_code == 422
    assert "Choose a way." in refused.text
    assert "hold it" in refused.text
    late = as_cora.post_form(new, {"channel": "post", "verified_on": "2199-01-01"})
    assert late.status_code == 422
    assert "This day has not come yet." in late.text
    post, service = session.scalars(select(FacilityChannel).order_by(FacilityChannel.position)).all()
    assert (service.channel, service.works, service.verified_from) == (Channel.E_LETTER, True, VerifiedFrom.SITE)
    assert "E-letters are accepted here: ФСИН-Лукоморье." in as_vera.get(f"/prisoners/{dunya.id}").text
    text = as_cora.get(page).text
    assert text.index(">By post</a>") < text.index(">By an e-letter service: ФСИН-Лукоморье</a>")
    as_cora.post_form(f"/facilities/ways/{service.id}/up", page=page)
    text = as_cora.get(page).text
    assert text.index(">By an e-letter service: ФСИН-Лукоморье</a>") < text.index(">By post</a>")
    edit = f"/facilities/ways/{service.id}/edit"
    as_cora.post_form(f"/facilities/ways/{service.id}/remove", page=edit)
    assert "E-letters are accepted here" not in as_vera.get(f"/prisoners/{dunya.id}").text
    as_cora.post_form(f"/facilities/ways/{service.id}/restore", page=page)
    as_cora.post_form(edit, {"works": "no"})
    session.expire_all()
    assert (service.removed_at, service.works, service.note) == (None, False, "55 рублей")
    assert "does not work" in as_cora.get(page).text
    assert "E-letters are accepted here" not in as_vera.get(f"/prisoners/{dunya.id}").text
    assert post.removed_at is None


def test_what_a_place_lets_in_stands_beside_the_envelope(
    as_vera: FormClient, session: Session, dunya: Prisoner
) -> None:
    facility = session.scalars(select(Facility)).one()
    facility.letter_languages, facility.most_pages, facility.most_photos = "Russian or Chuvash", 4, 0
    facility.refused_things = "Glitter\nНаклейки"
    text = as_vera.get(f"/prisoners/{dunya.id}").text
    for words in ("Russian or Chuvash", "<dd>4</dd>", "<dd>none</dd>", "Glitter\nНаклейки"):
        assert words in text


def test_sixty_places_to_verify_take_as_few_statements_as_one(
    as_cora: FormClient, session: Session, count_statements: Any
) -> None:
    def count() -> int:
        as_cora.get("/facilities/")
        with count_statements() as asked:
            as_cora.get(TO_VERIFY)
        assert len(asked) <= 5, str(asked)
        return len(asked)

    make_facility(session)
    few = count()
    for number in range(60):
        made = make_facility(session, name=f"Correctional Colony No. {number} of Khabarovsk Territory")
        make_placement(session, make_prisoner(session, f"Kirill {number}"), made)
    assert count() == few
    assert len(as_cora.get(TO_VERIFY).data) <= 25_000


def test_ways_and_verifying_are_for_coordinators(as_vera: FormClient, session: Session, assignment: Assignment) -> None:
    facility = session.scalars(select(Facility)).one()
    assert as_vera.get(f"/facilities/{facility.id}/ways/new").status_code == 404
    assert as_vera.get(TO_VERIFY).status_code == 404
