"""Marking what became of a letter, and taking it back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_letter
from tracker.letters import actions, fate, fates, queries
from tracker.letters.actions import AnsweredLetter, Entered, LetterDetails, LetterFacts, ReplyFacts
from tracker.letters.fate import Fate
from tracker.letters.models import Letter
from tracker.letters.rules import (
    AnswersWhatNeverArrived,
    Channel,
    DatedInTheFuture,
    Direction,
    LetterKind,
    ReplyFormState,
    ReturnedBeforePosted,
    ReturnReason,
)
from tracker.prisoners.models import Prisoner
from tracker.volunteers.models import Volunteer

TODAY, NOW = date(2026, 11, 24), datetime(2026, 11, 24, 12, tzinfo=UTC)
POSTED, LATER = date(2026, 10, 1), date(2026, 10, 20)
WHEN: dict[str, Any] = {"on": LATER, "today": TODAY, "now": NOW}


@pytest.fixture
def letter(session: Session, dunya: Prisoner, vera: Volunteer) -> Letter:
    return make_letter(session, dunya, vera, POSTED)


def became(session: Session, letter: Letter) -> Fate:
    return fate.fate(queries.known_of(letter, queries.first_reply_to(session, letter.id)))


def reply_to(session: Session, letter: Letter, came_on: date, **facts: Any) -> Letter:
    """Logs a reply, told what the page would have told."""
    answers = AnsweredLetter(
        letter.id,
        letter.dated_on,
        letter.volunteer_id,
        channel=letter.channel,
        delivered_on=letter.delivered_on,
        never_arrived=letter.returned_on is not None or letter.stopped_on is not None,
        is_given_up=letter.given_up_on is not None,
    )
    entered = Entered(letter.prisoner_id, letter.volunteer_id, letter.volunteer_id, uuid4(), TODAY, NOW)
    kind = facts.pop("kind", LetterKind.LETTER)
    made = actions.log_reply(session, ReplyFacts(kind, came_on, answers=answers, **facts), entered)
    return session.get_one(Letter, made)


def test_delivered_and_taken_back(session: Session, letter: Letter) -> None:
    fates.mark_delivered(session, letter, **WHEN)
    assert (letter.delivered_on, became(session, letter)) == (LATER, Fate.DELIVERED)
    fates.unmark_delivered(session, letter, now=NOW)
    assert (letter.delivered_on, became(session, letter)) == (None, Fate.SENT)


def test_stopped_and_taken_back(session: Session, letter: Letter) -> None:
    fates.mark_stopped(session, letter, **WHEN)
    assert (letter.stopped_on, became(session, letter)) == (LATER, Fate.STOPPED)
    fates.unmark_stopped(session, letter, now=NOW)
    assert became(session, letter) is Fate.SENT


def test_given_up_until_something_is_heard(session: Session, letter: Letter) -> None:
    fates.give_up(session, letter, **WHEN)
    assert became(session, letter) is Fate.UNKNOWN
    actions.expect_again(session, letter, now=NOW)
    assert became(session, letter) is Fate.SENT
    fates.give_up(session, letter, **WHEN)
    fates.mark_delivered(session, letter, **WHEN)
    assert (letter.given_up_on, became(session, letter)) == (None, Fate.DELIVERED)


def test_a_reply_ends_that_a_letter_was_given_up(session: Session, letter: Letter) -> None:
    fates.give_up(session, letter, **WHEN)
    answer = reply_to(session, letter, TODAY)
    assert (letter.given_up_on, became(session, letter)) == (None, Fate.ANSWERED)
    actions.remove_letter(session, answer, now=NOW)
    fates.give_up(session, letter, **WHEN)
    assert actions.restore_letter(session, answer, now=NOW)
    assert (letter.given_up_on, became(session, letter)) == (None, Fate.ANSWERED)


def test_a_letter_is_not_both_delivered_and_stopped(session: Session, letter: Letter) -> None:
    fates.mark_delivered(session, letter, **WHEN)
    with pytest.raises(fate.DeliveredAlready):
        fates.mark_stopped(session, letter, **WHEN)
    with pytest.raises(fate.DeliveredAlready):
        fates.mark_returned(session, letter, reason=ReturnReason.QUOTA, **WHEN)


@pytest.mark.parametrize("reason", [ReturnReason.QUOTA, ReturnReason.STORAGE_OVER, ReturnReason.ROUTE_SUSPENDED])
def test_a_letter_comes_back_for_every_reason_there_is(session: Session, letter: Letter, reason: ReturnReason) -> None:
    fates.mark_returned(session, letter, reason=reason, **WHEN)
    assert (letter.return_reason, became(session, letter)) == (reason, Fate.RETURNED)


def test_a_letter_does_not_come_back_before_it_was_sent(session: Session, letter: Letter) -> None:
    early = {**WHEN, "on": date(2026, 9, 30)}
    with pytest.raises(ReturnedBeforePosted):
        fates.mark_returned(session, letter, reason=ReturnReason.MOVED, **early)
    with pytest.raises(fate.BeforeItWasPosted):
        fates.mark_delivered(session, letter, **early)


def test_a_reply_has_no_fate(session: Session, dunya: Prisoner, vera: Volunteer) -> None:
    reply = make_letter(session, dunya, vera, POSTED, direction=Direction.REPLY)
    for mark in (fates.mark_delivered, fates.mark_stopped, fates.give_up):
        with pytest.raises(fate.RepliesHaveArrived):
            mark(session, reply, **WHEN)
    with pytest.raises(fate.RepliesHaveArrived):
        fates.mark_reply_form(session, reply, ReplyFormState.BLANK, **WHEN)


@pytest.mark.parametrize("mark", [fates.mark_stopped, fates.mark_returned])
def test_what_never_arrived_is_not_answered(session: Session, letter: Letter, mark: Any) -> None:
    mark(session, letter, **WHEN, **({"reason": ReturnReason.MOVED} if mark is fates.mark_returned else {}))
    with pytest.raises(AnswersWhatNeverArrived):
        reply_to(session, letter, TODAY)


def test_what_was_answered_neither_came_back_nor_was_stopped(session: Session, letter: Letter) -> None:
    reply_to(session, letter, TODAY)
    with pytest.raises(fate.AnsweredAlready):
        fates.mark_stopped(session, letter, **WHEN)
    with pytest.raises(fate.AnsweredAlready):
        fates.mark_returned(session, letter, reason=ReturnReason.CENSOR, **WHEN)


def test_a_restored_reply_does_not_answer_what_came_back_meanwhile(session: Session, letter: Letter) -> None:
    answer = reply_to(session, letter, TODAY)
    actions.remove_letter(session, answer, now=NOW)
    fates.mark_returned(session, letter, reason=ReturnReason.MOVED, **WHEN)
    assert not actions.restore_letter(session, answer, now=NOW)
    assert (answer.removed_at, answer.answers_id) == (None, None)


def test_a_reply_written_before_the_letter_was_there_is_refused(session: Session, letter: Letter) -> None:
    fates.mark_delivered(session, letter, **WHEN)
    with pytest.raises(fate.DeliveredAfterItsReply):
        reply_to(session, letter, TODAY, written_on=date(2026, 10, 19))
    reply_to(session, letter, TODAY, written_on=LATER)


def test_the_form_for_the_reply_lives_by_itself(session: Session, letter: Letter) -> None:
    with pytest.raises(fate.NoReplyForm):
        fates.mark_reply_form(session, letter, ReplyFormState.BLANK, **WHEN)
    letter.reply_form, letter.reply_form_on = ReplyFormState.BOUGHT, POSTED
    fates.mark_reply_form(session, letter, ReplyFormState.BLANK, **WHEN)
    assert (letter.reply_form, letter.reply_form_on) == (ReplyFormState.BLANK, LATER)
    assert became(session, letter) is Fate.SENT, "a blank form makes it likely, not certain"
    fates.unmark_reply_form(session, letter, now=NOW)
    assert (letter.reply_form, letter.reply_form_on) == (ReplyFormState.BOUGHT, POSTED)


def test_a_letter_without_a_form_stays_without(session: Session, letter: Letter) -> None:
    fates.unmark_reply_form(session, letter, now=NOW)
    assert letter.reply_form is None


def correct(session: Session, letter: Letter, dated_on: date = POSTED, **details: Any) -> None:
    facts = LetterFacts(LetterKind.LETTER, dated_on, details=LetterDetails(**details))
    actions.correct_letter(session, letter, facts, today=TODAY, now=NOW)


def test_a_corrected_day_takes_the_bought_form_along(session: Session, letter: Letter) -> None:
    correct(session, letter, with_reply_form=True)
    correct(session, letter, date(2026, 10, 5), with_reply_form=True)
    assert (letter.reply_form, letter.reply_form_on) == (ReplyFormState.BOUGHT, date(2026, 10, 5))
    correct(session, letter, date(2026, 10, 5))
    assert (letter.reply_form, letter.reply_form_on) == (None, None)


def test_a_form_of_which_something_is_known_does_not_vanish(session: Session, letter: Letter) -> None:
    correct(session, letter, with_reply_form=True)
    fates.mark_reply_form(session, letter, ReplyFormState.EXPIRED, **WHEN)
    with pytest.raises(fate.ReplyFormHasAFate):
        correct(session, letter)
    correct(session, letter, with_reply_form=True, pages=3)
    assert (letter.reply_form, letter.pages) == (ReplyFormState.EXPIRED, 3)


def test_a_letter_is_not_moved_behind_what_became_of_it(session: Session, letter: Letter) -> None:
    fates.mark_delivered(session, letter, **WHEN)
    with pytest.raises(fate.BeforeItWasPosted):
        correct(session, letter, date(2026, 10, 21))
    with pytest.raises(DatedInTheFuture):
        correct(session, letter, date(2026, 11, 25))
    correct(session, letter, LATER)


def test_the_way_follows_the_kind_unless_somebody_says_otherwise(session: Session, letter: Letter) -> None:
    channels = []
    for service in (None, "Буревестник-почта"):
        correct(session, letter, service=service)
        channels.append(letter.channel)
    assert channels == [Channel.POST, Channel.E_LETTER]
    correct(session, letter, channel=Channel.HAND)
    assert (letter.channel, letter.service) == (Channel.HAND, None)


def test_a_reply_form_comes_back_as_its_letter_went(session: Session, letter: Letter) -> None:
    letter.channel = Channel.E_LETTER
    assert reply_to(session, letter, TODAY, kind=LetterKind.REPLY_FORM).channel is Channel.E_LETTER
    assert reply_to(session, letter, TODAY).channel is Channel.POST
