"""A volunteer's first page: her people, whose turn it is, and what comes next."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from tests.factories import (
    make_assignment,
    make_facility,
    make_letter,
    make_need,
    make_placement,
    make_prisoner,
    make_volunteer,
    sign_in,
)
from tests.support.client import FormClient
from tracker import clock
from tracker.assignments.models import Assignment, Part
from tracker.cases.models import Measure, MeasureKind
from tracker.dates.models import Hearing, HearingKind, HearingPrisoner
from tracker.facilities.models import FacilityKind
from tracker.home.volunteer_queries import cards
from tracker.letters.changes import count_everything
from tracker.letters.rules import Direction, ReplyFormState, Turn
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner
from tracker.prisoners.rules import PlacementKind
from tracker.transit.config import priors_in_use
from tracker.volunteers.models import Volunteer


def today() -> date:
    return clock.today("Europe/Berlin")


def ago(days: int) -> date:
    return today() - timedelta(days=days)


def words_of(html: str) -> str:
    """The text of a page as it is read."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<main")[2]).split())


def test_she_sees_her_own_people_only(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    other = make_prisoner(session, "Лукерья Заморская")
    former = make_prisoner(session, "Прохор Прежний")
    make_assignment(session, other, make_volunteer(session, "tomek"))
    make_assignment(session, former, make_volunteer(session, "gone"), until=ago(5))
    page = as_vera.get("/").text
    assert "Dunya Ogurtsova" in page
    assert "Огурцова Дуня Тихоновна" in page
    assert "SIZO-9, Lukomorsk" in page
    assert "Лукерья" not in page
    assert "Прохор" not in page


def test_an_assignment_that_ended_takes_the_card_away(
    as_vera: FormClient, session: Session, assignment: Assignment
) -> None:
    assignment.until = today()
    page = as_vera.get("/").text
    assert "Dunya" not in page
    assert "Nobody yet. Your coordinator will put you in touch" in page


def test_before_the_first_letter_it_is_her_turn(as_vera: FormClient) -> None:
    assert "Your turn: nothing is logged yet." in words_of(as_vera.get("/").text)


def test_the_days_of_the_last_letter_and_reply_stand_in_words(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    assignment.last_letter_on, assignment.last_reply_on = ago(12), ago(1)
    text = words_of(as_vera.get("/").text)
    assert "Your turn." in text
    assert "12 days ago" in text
    assert "yesterday" in text


def test_replies_to_others_are_not_replies_to_her(
    session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer, assignment: Assignment
) -> None:
    make_letter(session, dunya, vera, ago(12))
    make_letter(session, dunya, olga, ago(1), direction=Direction.REPLY)
    make_letter(session, dunya, vera, ago(2), direction=Direction.REPLY, removed_at=clock.now())
    count_everything(session)
    (card,) = cards(session, vera.id, today(), priors_in_use())
    assert (card.turn, card.last_letter_on, card.last_reply_on) == (Turn.THEIRS, ago(12), None)


def test_a_card_explains_the_silence(as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer) -> None:
    letter = make_letter(session, dunya, vera, ago(40))
    count_everything(session)
    session.expire_all()
    text = words_of(as_vera.get("/").text)
    assert "Replies from here take 21–90 days; this one is 40 days out. Wait until" in text
    letter.reply_form, letter.reply_form_on = ReplyFormState.BLANK, ago(1)
    count_everything(session)
    session.expire_all()
    assert "most likely stopped. Tell the lawyer." in words_of(as_vera.get("/").text)


def test_a_card_names_what_she_promised_by_a_day_that_has_gone_by(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer
) -> None:
    make_need(session, dunya, "Носки", promised_by_id=olga.id, promised_until=ago(1))
    make_need(session, dunya, "Мыло", promised_by_id=vera.id, promised_until=today())
    make_need(session, dunya, "Чай", promised_by_id=vera.id, promised_until=ago(1), done_on=ago(1))
    assert "You promised" not in as_vera.get("/").text
    make_need(session, dunya, "Тетради", promised_by_id=vera.id, promised_until=ago(1))
    page = as_vera.get("/").text
    assert "You promised 1 thing by a day that has gone by." in page
    assert f'href="/prisoners/{dunya.id}/needs"' in page


def test_two_parts_for_one_prisoner_are_one_card(
    session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    make_assignment(session, dunya, vera, part=Part.PARCELS)
    (card,) = cards(session, vera.id, today(), priors_in_use())
    assert set(card.parts) == {Part.WRITER, Part.PARCELS}
    assert not card.is_first_parcel


def test_who_only_sends_parcels_is_offered_that_first(new_visitor: Any, session: Session, dunya: Prisoner) -> None:
    paula = make_volunteer(session, "paula")
    make_assignment(session, dunya, paula, part=Part.PARCELS)
    page = sign_in(new_visitor(), session, paula).get("/").text
    assert f'<a class="button main" href="/prisoners/{dunya.id}/parcels/new">' in page


def test_whom_she_has_to_answer_comes_first_and_whom_nothing_reaches_last(session: Session, vera: Volunteer) -> None:
    def person(name: str, letter_days_ago: int | None, reply: bool = False, **facts: Any) -> None:
        prisoner = make_prisoner(session, name, **facts)
        last = ago(letter_days_ago) if letter_days_ago is not None else None
        make_assignment(session, prisoner, vera, last_letter_on=last, last_reply_on=today() if reply else None)

    person("Alla waits a little", 3)
    person("Boris waits long", 90)
    person("Vasilisa wrote back", 20, reply=True)
    person("Gleb is new", None)
    person("Darya has no mail", None, no_mail=True)
    assert [card.name.split()[0] for card in cards(session, vera.id, today(), priors_in_use())] == [
        "Gleb",
        "Vasilisa",
        "Boris",
        "Alla",
        "Darya",
    ]


def test_a_card_says_why_nothing_can_be_sent(as_vera: FormClient, session: Session, vera: Volunteer) -> None:
    away = make_prisoner(session, "Матвей Дорожный")
    make_placement(session, away, kind=PlacementKind.TRANSFER)
    make_assignment(session, away, vera)
    assert "On transfer, and nobody knows where yet." in as_vera.get("/").text


@pytest.fixture
def hearing(session: Session, dunya: Prisoner, vera: Volunteer) -> Hearing:
    """Dunya's, in a week, in Vladivostok."""
    court = make_facility(session, name="Lukomorsk district court", kind=FacilityKind.COURT)
    made = Hearing(
        court_id=court.id,
        kind=HearingKind.TRIAL,
        on=ago(-7),
        zone="Asia/Vladivostok",
        entered_by_id=vera.id,
        entered_at=clock.now(),
        changed_at=clock.now(),
        form_id=uuid4(),
    )
    session.add(made)
    session.flush()
    session.add(HearingPrisoner(hearing_id=made.id, prisoner_id=dunya.id))
    session.flush()
    return made


def test_the_next_day_that_matters_stands_on_the_card(as_vera: FormClient, hearing: Hearing) -> None:
    text = words_of(as_vera.get("/").text)
    assert "Trial hearing:" in text
    assert "time not known; in 7 days" in text


def test_a_birthday_stands_with_the_age(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    soon = ago(-1)
    dunya.birth = PartialDate(soon.year - 40, soon.month, soon.day)
    text = words_of(as_vera.get("/").text)
    assert "Birthday (40 years old):" in text
    assert "tomorrow" in text


def test_custody_that_runs_out_is_named(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    session.add(
        Measure(
            prisoner_id=dunya.id,
            kind=MeasureKind.CUSTODY,
            until=PartialDate.of(ago(-3)),
            zone="Asia/Vladivostok",
            changed_at=clock.now(),
        )
    )
    assert "Custody runs out:" in words_of(as_vera.get("/").text)


def test_a_coordinator_who_writes_sees_her_people_on_a_page_of_their_own(
    as_cora: FormClient, session: Session, dunya: Prisoner, cora: Volunteer
) -> None:
    make_assignment(session, dunya, cora)
    page = as_cora.get("/mine").text
    assert f"/prisoners/{dunya.id}/letters/new?back=mine" in page
    answer = as_cora.post_form(f"/prisoners/{dunya.id}/letters/new?back=mine")
    assert answer.location == "/mine"


def _people(session: Session, vera: Volunteer, number: int) -> None:
    place = make_facility(session, name="Исправительная колония № 17 УФСИН по Лукоморскому краю", city="Тридевятое")
    for index in range(number):
        prisoner = make_prisoner(session, f"Ярополк Долгоруко-Переяславский {index}", name_local=f"Ярополк {index}")
        make_placement(session, prisoner, place)
        make_assignment(session, prisoner, vera, last_letter_on=ago(index), last_reply_on=ago(index))


def test_the_first_page_takes_the_same_few_statements_for_one_and_for_fifty(
    as_vera: FormClient, session: Session, vera: Volunteer, count_statements: Any
) -> None:
    def count() -> int:
        as_vera.get("/sign-in")
        with count_statements() as asked:
            assert as_vera.get("/").status_code == 200
        assert len(asked) <= 8, str(asked)
        return len(asked)

    one = count()
    _people(session, vera, 49)
    assert one == count()


def test_a_page_of_many_people_stays_light_and_goes_on(as_vera: FormClient, session: Session, vera: Volunteer) -> None:
    _people(session, vera, 49)
    first = as_vera.get("/")
    assert len(first.data) <= 25_000
    assert first.text.count('class="sheet"') == 20
    last = as_vera.get("/?page=3").text
    assert last.count('class="sheet"') == 10
    assert as_vera.get("/?page=99").text.count('class="sheet"') == 10
