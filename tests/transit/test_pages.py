"""The pages of threads, of the post of a facility, and of birthdays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import (
    make_assignment,
    make_facility,
    make_letter,
    make_placement,
    make_prisoner,
    make_volunteer,
    sign_in,
)
from tests.support.client import FormClient
from tracker.assignments.models import Assignment, Part
from tracker.facilities.models import Facility, FacilityChannel
from tracker.letters.changes import count_everything
from tracker.letters.rules import Channel, Direction, LetterKind, ReplyFormState
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Placement, Prisoner, SupportState
from tracker.prisoners.rules import PlacementKind, Sex, Whereabouts
from tracker.transit import queries
from tracker.transit.actions import recount
from tracker.transit.config import priors_in_use
from tracker.volunteers.models import Volunteer

NOW = datetime(2026, 2, 8, 12, tzinfo=UTC)
TODAY = date(2026, 2, 8)
LONG_NAME = "Евдокия-Апполинария Вымышленная-Долгополова-Переяславская"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """It is noon on Sunday, 8 February 2026: in Vladivostok it is evening."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def place(session: Session, dunya: Prisoner) -> Placement:
    """Where Dunya is."""
    return session.scalars(select(Placement).where(Placement.prisoner_id == dunya.id)).one()


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<main")[2]).split())


def learn(session: Session, prisoner: Prisoner, place: Placement, *days: int) -> None:
    """Replies to somebody at this place took so many days."""
    other = make_prisoner(session, "Somebody else")
    stay = make_placement(session, other, session.get(Facility, place.facility_id))
    writer = make_volunteer(session, f"writer of {prisoner.name}")
    for number, each in enumerate(days):
        sent = date(2024, 1, 1) + timedelta(days=number)
        letter = make_letter(session, other, writer, sent, placement_id=stay.id)
        make_letter(
            session, other, writer, sent + timedelta(days=each), direction=Direction.REPLY, answers_id=letter.id
        )


def settle(session: Session) -> None:
    session.flush()
    count_everything(session)
    recount(session)
    session.commit()
    session.expire_all()


# One thread


def test_the_page_says_until_when_to_wait(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, place: Placement, assignment: Assignment
) -> None:
    learn(session, dunya, place, *([31] * 60 + [44] * 400 + [58] * 60))
    make_letter(session, dunya, vera, date(2026, 1, 15), placement_id=place.id)
    settle(session)
    for address in (f"/prisoners/{dunya.id}", f"/threads/{assignment.id}"):
        text = words_of(as_vera.get(address).text)
        assert "their turn" in text
        assert "Too early for a reply: from here they take 31–58 days; this one is 24 days out." in text
        assert "Wait until Sat 14 Mar 2026." in text
    assert "These days are learned from 520 replies." in text


def test_with_little_logged_the_page_says_that_it_assumes(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, place: Placement, assignment: Assignment
) -> None:
    learn(session, dunya, place, 30)
    make_letter(session, dunya, vera, date(2026, 1, 1), placement_id=place.id)
    settle(session)
    text = words_of(as_vera.get(f"/threads/{assignment.id}").text)
    assert "mostly assumed; only 1 reply is logged yet" in text
    assert "assumed; too few logged yet" in words_of(as_vera.get(f"/prisoners/{dunya.id}").text)


def test_a_blank_reply_form_means_that_the_letter_was_stopped(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    make_letter(session, dunya, vera, date(2026, 1, 1), reply_form=ReplyFormState.BLANK)
    settle(session)
    text = words_of(as_vera.get(f"/threads/{assignment.id}").text)
    assert "The reply form came back blank: the letter itself was most likely stopped. Tell the lawyer." in text


def test_on_transfer_silence_means_nothing(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, place: Placement, assignment: Assignment
) -> None:
    make_letter(session, dunya, vera, date(2024, 1, 1))
    place.kind, place.facility_id = PlacementKind.TRANSFER, None
    settle(session)
    assert "On transfer, so silence means nothing." in words_of(as_vera.get(f"/threads/{assignment.id}").text)


def test_the_pen_name_and_the_rhythm_are_kept_and_shown(
    as_vera: FormClient, session: Session, dunya: Prisoner, assignment: Assignment
) -> None:
    address = f"/threads/{assignment.id}"
    answer = as_vera.post_form(address, {"pen_name": "Вера с моря", "rhythm_days": "30"})
    assert answer.status_code == 302
    session.expire_all()
    kept = session.get_one(Assignment, assignment.id)
    assert (kept.pen_name, kept.rhythm_days) == ("Вера с моря", 30)
    assert b"\xd0\x92" not in (kept.pen_name_sealed or b""), "sealed"
    text = words_of(as_vera.get(f"/prisoners/{dunya.id}").text)
    assert "Signed as “Вера с моря”." in text
    assert "You meant to write by Wed 31 Jan 2024. A card with a few lines is enough." in text


def test_whoever_logs_a_letter_sees_with_which_name_it_is_signed(
    as_vera: FormClient, as_cora: FormClient, session: Session, dunya: Prisoner, olga: Volunteer, assignment: Assignment
) -> None:
    assignment.pen_name = "Вера с моря"
    make_assignment(session, dunya, olga, pen_name="Ольга с гор")
    session.commit()
    address = f"/prisoners/{dunya.id}/letters/new"
    hers = as_vera.get(address).text
    assert "Signed as “Вера с моря”." in hers
    assert "Ольга с гор" not in hers
    assert "olga signs as “Ольга с гор”." in as_cora.get(address).text


@pytest.mark.parametrize("rhythm", ["0", "367", "often", "-3", "1e3", "９"])
def test_a_rhythm_that_is_none_is_refused_in_words(
    as_vera: FormClient, session: Session, assignment: Assignment, rhythm: str
) -> None:
    answer = as_vera.post_form(f"/threads/{assignment.id}", {"pen_name": "Вера", "rhythm_days": rhythm})
    assert answer.status_code == 422
    assert "Вера" in answer.text
    assert f'value="{rhythm}"' in answer.text
    session.expire_all()
    assert session.get_one(Assignment, assignment.id).rhythm_days is None


def test_whoever_is_away_is_not_asked_to_write(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    assignment.rhythm_days = 10
    vera.away_until = TODAY
    session.commit()
    assert "You meant to write" not in as_vera.get(f"/prisoners/{dunya.id}").text
    assert "nothing is asked of this writer" in as_vera.get(f"/threads/{assignment.id}").text


@pytest.mark.parametrize("facts", [{"until": date(2026, 1, 1)}, {"part": Part.PARCELS}])
def test_what_is_over_or_no_thread_is_not_hers(
    as_vera: FormClient, session: Session, assignment: Assignment, facts: dict[str, Any]
) -> None:
    for name, value in facts.items():
        setattr(assignment, name, value)
    session.commit()
    assert as_vera.get(f"/threads/{assignment.id}").status_code == 404


def test_a_coordinator_sees_a_thread_that_is_over(
    as_cora: FormClient, session: Session, assignment: Assignment
) -> None:
    assignment.until = date(2026, 1, 1)
    session.commit()
    assert "This correspondence ended on Thu 1 Jan 2026." in as_cora.get(f"/threads/{assignment.id}").text


def test_another_writers_thread_is_not_there(
    as_vera: FormClient, as_sam: FormClient, session: Session, dunya: Prisoner, olga: Volunteer, assignment: Assignment
) -> None:
    hers = make_assignment(session, dunya, olga, pen_name="Ольга с гор")
    session.commit()
    assert as_vera.get(f"/threads/{hers.id}").status_code == 404
    assert as_sam.get(f"/threads/{assignment.id}").status_code == 404
    assert as_vera.get(f"/threads/{UUID(int=1)}").status_code == 404
    assert "Ольга с гор" not in as_vera.get(f"/prisoners/{dunya.id}").text


# The list of threads


def test_she_finds_her_own_threads_and_no_others(
    as_vera: FormClient, session: Session, dunya: Prisoner, olga: Volunteer
) -> None:
    make_assignment(session, make_prisoner(session, LONG_NAME), olga)
    session.commit()
    text = as_vera.get("/threads").text
    assert dunya.name in text
    assert LONG_NAME not in text
    assert LONG_NAME not in as_vera.get("/threads?writer=olga").text


def test_without_a_thread_the_list_says_what_to_do(as_sam: FormClient, as_cora: FormClient) -> None:
    assert "Your coordinator will put you in touch" in as_sam.get("/threads").text
    assert "Assign a writer on a prisoner’s page." in as_cora.get("/threads").text


def test_a_coordinator_narrows_by_state_writer_and_name(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer, assignment: Assignment
) -> None:
    from tracker.prisoners.name_index import index_names

    long = make_prisoner(session, LONG_NAME)
    index_names(session, [long.id])
    make_assignment(session, long, olga)
    make_letter(session, dunya, vera, date(2024, 1, 1))
    settle(session)
    for query, found in {
        "": {dunya.name, LONG_NAME},
        "?state=silent": {dunya.name},
        "?state=first": {LONG_NAME},
        "?state=ours": set(),
        "?state=nonsense": {dunya.name, LONG_NAME},
        "?writer=OL": {LONG_NAME},
        "?writer=%25": set(),
        "?q=Долгополова": {LONG_NAME},
        "?q=dolgopolova&writer=vera": set(),
        "?page=9": {dunya.name, LONG_NAME},
    }.items():
        answer = as_cora.get(f"/threads{query}")
        assert answer.status_code == 200
        assert {name for name in (dunya.name, LONG_NAME) if name in answer.text} == found, query


def test_the_list_asks_the_same_however_long_it_is(
    as_cora: FormClient, session: Session, count_statements: Any
) -> None:
    counts = []
    place = make_facility(session)
    for many in (1, 60):
        for number in range(many):
            prisoner, writer = (
                make_prisoner(session, f"Вымышленная Персона {many} {number:02d}"),
                make_volunteer(session, f"writer {many} {number}"),
            )
            make_assignment(session, prisoner, writer, pen_name="Вера")
            stay = make_placement(session, prisoner, place)
            for day in range(1, 4):
                make_letter(session, prisoner, writer, date(2025, 1, day), placement_id=stay.id)
        settle(session)
        with count_statements() as asked:
            page = as_cora.get("/threads")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 5, str(asked)
    assert page.text.count("<tr>") == 51
    assert len(page.data) <= 25_000, len(page.data)


def test_a_thread_asks_the_same_however_long_it_is(
    as_vera: FormClient,
    session: Session,
    dunya: Prisoner,
    vera: Volunteer,
    assignment: Assignment,
    count_statements: Any,
) -> None:
    counts = []
    for many in (1, 60):
        for number in range(many):
            make_letter(session, dunya, vera, date(2025, 1, 1) + timedelta(days=number), number=number)
        settle(session)
        with count_statements() as asked:
            page = as_vera.get(f"/threads/{assignment.id}")
        counts.append(len(asked))
    assert counts[0] <= counts[1] <= 6, str(asked)
    assert page.text.count("<time") == 50


# The post of a facility in numbers


def test_the_numbers_behind_are_shown(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, place: Placement, count_statements: Any
) -> None:
    learn(session, dunya, place, 30, 40, 40, 50, 60, 70)
    for day in range(1, 4):
        make_letter(session, dunya, vera, date(2025, 1, day), placement_id=place.id, returned_on=TODAY)
    settle(session)
    with count_statements() as asked:
        text = words_of(as_cora.get(f"/facilities/{place.facility_id}/post").text)
    assert len(asked) <= 5, str(asked)
    assert "6 cases: 30–70 days, middle 40" in text
    assert "40 days: 2; 50 days: 1" in text
    assert "9 letters were sent this way." in text
    assert "3 are known not to have arrived" in text
    assert "That is 33 of 100." in text
    assert "unverified" in text


def test_where_nothing_is_logged_the_page_says_what_is_assumed(as_cora: FormClient, session: Session) -> None:
    place = make_facility(session)
    session.commit()
    text = words_of(as_cora.get(f"/facilities/{place.id}/post").text)
    assert "Nothing was logged this way yet." in text
    assert "assumed; too few logged yet" in text


# Birthdays


def born(session: Session, name: str, birth: str, place: Facility | None = None, **facts: Any) -> Prisoner:
    prisoner = make_prisoner(session, name, birth=PartialDate.parse(birth), **facts)
    if place is not None:
        make_placement(session, prisoner, place)
    return prisoner


def test_the_birthdays_of_a_month_with_the_days_for_a_card(
    as_cora: FormClient, session: Session, vera: Volunteer, count_statements: Any
) -> None:
    place = make_facility(session, name="ИК-7")
    session.add(FacilityChannel(facility_id=place.id, channel=Channel.E_LETTER, works=True))
    anna = born(session, "Anna", "1988-03-31", place)
    born(session, "Boris", "--03", place)
    born(session, "Clara", "--03-05", place)
    born(session, "Dora", "1990-03", place, no_mail=True)
    born(session, "Nobody", "--05-03")
    born(session, "Nobody of spring", "1990-21")
    born(session, "Nobody of the year", "1990")
    born(session, "Nobody free", "1990-03-03", whereabouts=Whereabouts.AT_LIBERTY)
    born(session, "Nobody supported", "1990-03-03", support=SupportState.WITHHELD)
    born(session, "Nobody archived", "1990-03-03", archived_at=NOW)
    make_letter(session, anna, vera, date(2026, 2, 1), kind=LetterKind.CARD)
    make_letter(session, anna, vera, date(2025, 2, 1), kind=LetterKind.CARD)
    session.commit()
    with count_statements() as asked:
        text = words_of(as_cora.get("/birthdays?month=3").text)
    assert len(asked) <= 5, str(asked)
    assert "Birthdays in March 2026" in text
    assert "Nobody" not in text
    order = [text.index(name) for name in ("Boris", "Dora", "Clara", "Anna")]
    assert order == sorted(order), "the day not known first, then by days"
    assert "turns 38" in text
    assert "sent Sun 1 Feb 2026" in text
    assert "A court has forbidden mail." in text
    assert "Send by Thu 26 Feb 2026 (by an e-letter service)" in text, "by post it is too late"
    assert "a card sent now comes late" not in text


def test_somebody_of_29_february_is_kept_on_the_28th_and_it_is_said(as_cora: FormClient, dunya: Prisoner) -> None:
    text = words_of(as_cora.get("/birthdays?month=2").text)
    assert "Sat 28 Feb 2026 turns 38 born on 29 February" in text
    assert "send by" not in text


def test_in_a_leap_year_it_is_the_day_itself(session: Session, dunya: Prisoner) -> None:
    found = queries.birthdays(session, month=2, year=2028, today=TODAY, priors=priors_in_use())
    assert [(each.on, each.age, each.is_leap_day) for each in found] == [(date(2028, 2, 29), 40, False)]


@pytest.mark.parametrize(
    "query, month", [("", "February 2026"), ("?month=1", "January 2027"), ("?month=13", "February")]
)
def test_a_month_is_the_next_one_of_its_name(as_cora: FormClient, query: str, month: str) -> None:
    assert f"Birthdays in {month}" in words_of(as_cora.get(f"/birthdays{query}").text)


def test_a_month_without_birthdays_says_so_and_names_other_days(as_cora: FormClient) -> None:
    text = words_of(as_cora.get("/birthdays?month=8").text)
    assert "Nobody to whom one can write is known to have a birthday in this month." in text
    assert "Week for anarchist prisoners unverified" in text


# What the prisoner's page says of cards


def test_a_birthday_ahead_names_the_last_days_for_a_card(new_visitor: Any, session: Session, vera: Volunteer) -> None:
    place = make_facility(session)
    yegor = born(session, "Yegor", "1990-04-20", place, sex=Sex.WOMAN)
    make_assignment(session, yegor, vera)
    browser = sign_in(new_visitor(), session, vera)
    text = words_of(browser.get(f"/prisoners/{yegor.id}").text)
    assert "Card: send by Sat 21 Mar 2026 (by post)" in text
    assert "International Women’s Day: Sun 8 Mar 2026" in text
    assert "World Press Freedom Day" in text


def test_whoever_can_get_no_mail_is_sent_no_card(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    dunya.no_mail = True
    session.commit()
    assert "Card:" not in words_of(as_vera.get(f"/prisoners/{dunya.id}").text)
