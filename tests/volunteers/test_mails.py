"""What somebody chooses about the mails that reach her."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.client import FormClient
from tracker import clock
from tracker.collective.models import THE_ONE, Collective
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner
from tracker.reminders.models import Muted
from tracker.reminders.rules import MailTopic
from tracker.volunteers.models import Volunteer
from tracker.volunteers.rules import Disclosure, MailMode

PAGE = "/me/mails"
TYPED = {
    "quiet_from": "21:30",
    "quiet_until": "6:00",
    "mail_mode": "digest",
    "digest_at": "18:00",
    "digest_takes_all": "y",
    "disclosure": "full",
}


def _vera(session: Session) -> Volunteer:
    session.rollback()
    return session.scalars(select(Volunteer).where(Volunteer.handle == "vera")).one()


def _off(session: Session) -> set[tuple[MailTopic, Any]]:
    session.rollback()
    return {(topic, prisoner_id) for topic, prisoner_id in session.execute(select(Muted.topic, Muted.prisoner_id))}


def _wanted(page: str) -> list[str]:
    boxes = re.findall(r'<input [^>]*name="wanted"[^>]*>', page)
    return [found[1] for box in boxes if " checked " in box and (found := re.search(r'value="(\w+)"', box))]


def test_wishes_are_kept(as_vera: FormClient, session: Session) -> None:
    assert as_vera.post_form(PAGE, TYPED).location == PAGE
    vera = _vera(session)
    assert (vera.quiet_from, vera.quiet_until) == (time(21, 30), time(6))
    assert (vera.mail_mode, vera.digest_at, vera.digest_takes_all) == (MailMode.DIGEST, time(18), True)
    assert vera.disclosure is Disclosure.FULL
    assert _off(session) == set()


def test_saving_without_a_change_changes_nothing(as_vera: FormClient, session: Session) -> None:
    as_vera.post_form(PAGE)
    vera = _vera(session)
    assert (vera.quiet_from, vera.quiet_until, vera.mail_mode) == (time(22), time(7), MailMode.EACH)
    assert (vera.digest_at, vera.digest_takes_all, vera.disclosure) == (None, False, None)
    assert _off(session) == set()


@pytest.mark.parametrize("typed, sentence", [
    ({"quiet_from": "25:00"}, "This is no time of day."),
    ({"quiet_from": ""}, "Say from when"),
    ({"quiet_until": "утро"}, "This is no time of day."),
    ({"digest_at": "24:30"}, "This is no time of day."),
    ({"mail_mode": "never"}, "Not a valid choice"),
    ({"disclosure": "everything"}, "Not a valid choice"),
    ({"wanted": ["weather"]}, "not a valid choice"),
])  # fmt: skip
def test_what_cannot_be_is_refused_in_words_and_the_rest_is_kept(
    as_vera: FormClient, session: Session, typed: dict[str, Any], sentence: str
) -> None:
    answer = as_vera.post_form(PAGE, {**TYPED, **typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="21:30"' in answer.text or "quiet_from" in typed
    assert _vera(session).quiet_from == time(22)


def test_half_past_two_is_an_hour_like_any_other_of_quiet(as_vera: FormClient, session: Session) -> None:
    """It is skipped once a year; the quiet hours of that night are shorter by an hour."""
    as_vera.post_form(PAGE, {**TYPED, "quiet_from": "02:30"})
    assert _vera(session).quiet_from == time(2, 30)


def test_a_kind_is_turned_off_and_on_again(as_vera: FormClient, session: Session) -> None:
    page = as_vera.get(PAGE).text
    assert "Who turns off hearings is not told either when one of them is moved or cancelled." in page
    shown = _wanted(page)
    assert "hearing" in shown
    assert "intl_day" not in shown, "only coordinators are told of those"
    as_vera.post_form(PAGE, {"wanted": [topic for topic in shown if topic != "birthday"]})
    assert _off(session) == {(MailTopic.BIRTHDAY, None)}
    assert "birthday" not in _wanted(as_vera.get(PAGE).text)
    as_vera.post_form(PAGE, {"wanted": shown})
    assert _off(session) == set()


def test_a_kind_is_turned_off_about_one_person(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    page = f"{PAGE}/about/{dunya.id}"
    shown = _wanted(as_vera.get(page).text)
    as_vera.post_form(page, {"wanted": [topic for topic in shown if topic not in ("no_letter", "parcel_window")]})
    assert _off(session) == {(MailTopic.NO_LETTER, dunya.id), (MailTopic.PARCEL_WINDOW, dunya.id)}
    assert "2 kinds off" in as_vera.get(PAGE).text
    as_vera.post_form(PAGE, TYPED)
    assert len(_off(session)) == 2, "what holds for all leaves it alone"


def test_only_about_her_own_people(as_vera: FormClient, as_cora: FormClient, dunya: Prisoner) -> None:
    assert as_cora.get(f"{PAGE}/about/{dunya.id}").status_code == 404
    assert "Once you support somebody" in as_cora.get(PAGE).text
    assert dunya.name in as_vera.get(PAGE).text


def test_no_more_is_offered_than_the_collective_allows(as_vera: FormClient, session: Session, vera: Volunteer) -> None:
    vera.disclosure = Disclosure.FULL
    session.add(Collective(id=THE_ONE, most_disclosure=Disclosure.DISCREET))
    page = as_vera.get(PAGE).text
    assert 'value="full"' not in page
    assert "no mail says more" in page
    assert as_vera.post_form(PAGE, {"disclosure": "full"}).status_code == 422


def test_what_will_reach_her_is_shown_by_her_clock(
    as_vera: FormClient, session: Session, vera: Volunteer, dunya: Prisoner
) -> None:
    assert "Nothing in these days." in as_vera.get(f"{PAGE}/coming").text
    vera.zone = "Asia/Vladivostok"
    dunya.birth = PartialDate.of((clock.now() + timedelta(days=35)).date().replace(year=1988))
    page = as_vera.get(f"{PAGE}/coming").text
    assert "birthday" in page
    assert "08:00" in page
    assert dunya.name in page


@pytest.mark.parametrize("page, most", [(PAGE, 5), (f"{PAGE}/coming", 22)])
def test_the_pages_make_few_statements(as_vera: FormClient, count_statements: Any, page: str, most: int) -> None:
    as_vera.get(page)
    with count_statements() as asked:
        as_vera.get(page)
    assert len(asked) <= most, str(asked)


def test_coordinators_see_in_a_line_what_she_chose(as_cora: FormClient, vera: Volunteer) -> None:
    vera.mail_mode, vera.quiet_until = MailMode.DIGEST, time(9, 30)
    page = as_cora.get(f"/volunteers/{vera.id}").text
    assert "gathered once a day, at 08:00 in Berlin; quiet from 22:00 until 09:30" in page
