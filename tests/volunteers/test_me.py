"""Everybody's own settings, and what the tracker holds about her."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_letter
from tests.support.client import FormClient
from tracker.prisoners.models import Prisoner
from tracker.volunteers.models import AddressState, Volunteer

SETTINGS = {
    "languages": "Русский, English",
    "capacity": "2",
    "away_until": "2028-02-29",
    "zone": "Asia/Vladivostok",
    "remind_at": "06:00",
    "locale": "en",
}


def stored(session: Session) -> Volunteer:
    session.rollback()
    return session.scalars(select(Volunteer).where(Volunteer.handle == "vera")).one()


def test_settings_are_changed_and_shown(as_vera: FormClient, session: Session) -> None:
    answer = as_vera.post_form("/me/settings", SETTINGS)
    assert answer.location == "/me"
    now = stored(session)
    assert (now.languages, now.capacity, now.away_until) == (["ru", "en"], 2, date(2028, 2, 29))
    assert (now.zone, now.remind_at) == ("Asia/Vladivostok", time(6, 0))
    page = as_vera.get("/me").text
    for words in ("Russian, English", "Vladivostok", "06:00", "Tue 29 Feb 2028"):
        assert words in page


def test_saving_without_a_change_changes_nothing(as_vera: FormClient, session: Session, vera: Volunteer) -> None:
    vera.zone, vera.remind_at, vera.languages = "UTC", time(7, 0), ["ru", "be"]
    as_vera.post_form("/me/settings")
    now = stored(session)
    assert (now.zone, now.remind_at, now.languages, now.capacity) == ("UTC", time(7, 0), ["ru", "be"], 3)


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"languages": "Эльфийский"}, "We do not know the language “Эльфийский”."),
        ({"capacity": "many"}, "Type a number, such as 3."),
        ({"capacity": "100"}, "Type a number from 0 to 99."),
        ({"zone": "Middle/Earth"}, "Not a valid choice"),
        ({"zone": ""}, "Choose your time zone."),
        ({"remind_at": "25:00"}, "Not a valid choice"),
        ({"locale": "xx"}, "Not a valid choice"),
        ({"away_until": "29.02.2027"}, "This is not a day."),
    ],
)
def test_refused_settings_keep_what_was_typed(
    as_vera: FormClient, session: Session, typed: dict[str, str], sentence: str
) -> None:
    answer = as_vera.post_form("/me/settings", {**SETTINGS, **typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert '<option selected value="Asia/Vladivostok">' in answer.text or "zone" in typed
    assert stored(session).zone == "Europe/Berlin"


def test_everybody_sees_what_is_held_about_her(
    as_vera: FormClient, session: Session, vera: Volunteer, dunya: Prisoner
) -> None:
    vera.note, vera.email = "Пишет медленно.", "vera@example.org"
    make_letter(session, dunya, vera, date(2028, 1, 1))
    page = as_vera.get("/me").text
    for words in (
        "vera@example.org",
        "one person now,",
        "and one assignment in all.",
        "One letter that you logged",
        "Coordinators have noted something about you",
        "one browser",
    ):
        assert words in page
    assert "Пишет" not in page


def test_a_refused_address_is_told_where_it_can_be_corrected(as_vera: FormClient, vera: Volunteer) -> None:
    vera.address_state = AddressState.REFUSED
    assert "refuses our mails" in as_vera.get("/me").text
