"""What holds of letters, whoever logs them."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from tracker.letters.rules import (
    DatedInTheFuture,
    Question,
    ReplyBeforeItsLetter,
    Situation,
    Stay,
    Turn,
    WrittenAfterItCame,
    check_letter,
    check_reply,
    entry_form_id,
    questions_about,
    questions_about_post,
    stay_on,
    turn,
)
from tracker.partial_date import PartialDate
from tracker.prisoners.rules import PlacementKind, Whereabouts

TODAY = date(2026, 11, 24)
LAST_WEEK = date(2026, 11, 17)


def stay(kind: PlacementKind = PlacementKind.SIZO, since: str | None = None, until: str | None = None, **facts) -> Stay:
    known = {name: PartialDate.parse(text) if text else None for name, text in (("since", since), ("until", until))}
    return Stay(uuid4(), kind, is_current=facts.get("is_current", False), **known)


def test_a_letter_posted_today_or_before_is_as_it_should_be() -> None:
    check_letter(TODAY, TODAY)
    check_letter(date(2024, 2, 29), TODAY)


def test_a_letter_dated_tomorrow_is_refused() -> None:
    with pytest.raises(DatedInTheFuture):
        check_letter(date(2026, 11, 25), TODAY)


def test_a_letter_cannot_be_moved_behind_the_reply_to_it() -> None:
    check_letter(LAST_WEEK, TODAY, answered_on=LAST_WEEK)
    with pytest.raises(ReplyBeforeItsLetter):
        check_letter(TODAY, TODAY, answered_on=LAST_WEEK)


def test_a_reply_comes_after_the_letter_that_it_answers() -> None:
    check_reply(TODAY, TODAY, written_on=LAST_WEEK, answers_on=LAST_WEEK)
    with pytest.raises(ReplyBeforeItsLetter):
        check_reply(LAST_WEEK, TODAY, written_on=None, answers_on=TODAY)


def test_a_reply_written_before_its_letter_was_posted_answers_another_one() -> None:
    with pytest.raises(ReplyBeforeItsLetter):
        check_reply(TODAY, TODAY, written_on=date(2026, 11, 16), answers_on=LAST_WEEK)


def test_a_reply_is_written_before_it_comes() -> None:
    with pytest.raises(WrittenAfterItCame):
        check_reply(LAST_WEEK, TODAY, written_on=TODAY, answers_on=None)


def test_a_reply_of_tomorrow_is_refused() -> None:
    with pytest.raises(DatedInTheFuture):
        check_reply(date(2026, 11, 25), TODAY, written_on=None, answers_on=None)


def test_one_form_is_another_for_another_person_or_prisoner() -> None:
    form, vera, olga, dunya = uuid4(), uuid4(), uuid4(), uuid4()
    assert entry_form_id(form, vera, dunya) == entry_form_id(form, vera, dunya)
    assert (
        len({entry_form_id(form, vera, dunya), entry_form_id(form, olga, dunya), entry_form_id(form, vera, olga)}) == 3
    )


def test_today_the_prisoner_is_where_the_prisoner_is_now() -> None:
    before, now = stay(since="2026-01"), stay(is_current=True)
    assert stay_on([before, now], TODAY, TODAY) is now


def test_a_writer_ahead_of_the_clock_still_writes_to_where_the_prisoner_is_now() -> None:
    now = stay(is_current=True)
    assert stay_on([now], TODAY, LAST_WEEK) is now


def test_a_letter_of_last_week_went_to_where_the_prisoner_was_then() -> None:
    before, now = stay(since="2026-01-10"), stay(since="2026-11-20", is_current=True)
    assert stay_on([before, now], LAST_WEEK, TODAY) is before


def test_where_a_letter_went_is_unknown_when_two_places_fit() -> None:
    before, now = stay(since="2026-01-10"), stay(since="2026-11", is_current=True)
    assert stay_on([before, now], LAST_WEEK, TODAY) is None


def test_nowhere_is_nowhere() -> None:
    assert stay_on([], LAST_WEEK, TODAY) is None
    assert stay_on([], TODAY, TODAY) is None


def test_a_day_of_the_last_year_is_asked_about_nothing() -> None:
    assert questions_about(date(2025, 11, 24), TODAY, since=None) == ()


def test_a_day_before_the_assignment_is_asked_back() -> None:
    assert questions_about(LAST_WEEK, TODAY, since=TODAY) == (Question.BEFORE_ASSIGNMENT,)


def test_a_day_of_more_than_a_year_ago_is_asked_back() -> None:
    assert questions_about(date(2024, 2, 29), TODAY, since=date(2020, 1, 1)) == (Question.OVER_A_YEAR_AGO,)


@pytest.mark.parametrize(
    "situation, question",
    [
        (Situation(no_mail=True), Question.MAIL_FORBIDDEN),
        (Situation([stay(PlacementKind.TRANSFER, is_current=True)]), Question.ON_TRANSFER),
        (Situation([stay(PlacementKind.AT_LIBERTY, is_current=True)]), Question.AT_LIBERTY),
        (Situation([stay(PlacementKind.HOUSE_ARREST, is_current=True)]), Question.AT_HOME),
        (Situation(whereabouts=Whereabouts.WANTED), Question.IN_HIDING),
        (Situation(support_withheld=True), Question.SUPPORT_WITHHELD),
    ],
)
def test_what_was_posted_against_the_odds_is_asked_back(situation: Situation, question: Question) -> None:
    assert questions_about_post(situation, TODAY, TODAY) == (question,)


def test_a_ban_on_mail_that_is_over_is_not_asked_about() -> None:
    over = Situation(no_mail=True, no_mail_until=PartialDate.parse("2026-10"))
    assert questions_about_post(over, TODAY, TODAY) == ()
    assert questions_about_post(over, date(2026, 10, 31), TODAY) == (Question.MAIL_FORBIDDEN,)


def test_who_is_free_now_was_in_prison_when_the_letter_was_posted() -> None:
    stays = [stay(since="2026-01-10"), stay(PlacementKind.AT_LIBERTY, since="2026-11-20", is_current=True)]
    free = Situation(stays, Whereabouts.AT_LIBERTY)
    assert questions_about_post(free, LAST_WEEK, TODAY) == ()
    assert questions_about_post(free, TODAY, TODAY) == (Question.AT_LIBERTY,)


def test_whose_turn_it_is() -> None:
    assert turn(None, None) is Turn.FIRST
    assert turn(TODAY, None) is Turn.THEIRS
    assert turn(TODAY, LAST_WEEK) is Turn.THEIRS
    assert turn(LAST_WEEK, TODAY) is Turn.OURS
    assert turn(None, TODAY) is Turn.OURS


def test_a_reply_on_the_day_of_a_letter_still_wants_an_answer() -> None:
    assert turn(TODAY, TODAY) is Turn.OURS
