"""What becomes of letters, and what cannot."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tracker.letters import fate as rules
from tracker.letters.fate import Fate, Known, fate
from tracker.letters.rules import (
    Channel,
    DatedInTheFuture,
    EntryRefused,
    LetterKind,
    ReplyFormState,
    ReturnedBeforePosted,
    usual_channel,
)

POSTED, LATER, TODAY = date(2024, 2, 29), date(2024, 3, 14), date(2026, 11, 24)
TOMORROW, BEFORE = date(2026, 11, 25), date(2024, 2, 28)


def known(**facts: Any) -> Known:
    return Known(POSTED, **facts)


def test_most_letters_are_sent_and_that_is_all() -> None:
    assert fate(known()) is Fate.SENT


@pytest.mark.parametrize(
    "facts, became",
    [
        ({"delivered_on": LATER}, Fate.DELIVERED),
        ({"stopped_on": LATER}, Fate.STOPPED),
        ({"returned_on": LATER}, Fate.RETURNED),
        ({"given_up_on": LATER}, Fate.UNKNOWN),
        ({"answered_on": LATER}, Fate.ANSWERED),
        ({"delivered_on": LATER, "answered_on": LATER}, Fate.ANSWERED),
        ({"delivered_on": LATER, "given_up_on": LATER}, Fate.DELIVERED),
        ({"answered_on": LATER, "given_up_on": LATER}, Fate.ANSWERED),
        ({"reply_form": ReplyFormState.BLANK}, Fate.SENT),
    ],
)
def test_a_letters_fate_follows_from_what_is_known(facts: dict[str, Any], became: Fate) -> None:
    assert fate(known(**facts)) is became


CHECKS = (rules.check_delivered, rules.check_stopped, rules.check_returned, rules.check_given_up)


@pytest.mark.parametrize("check", CHECKS)
def test_anything_can_become_of_a_letter_from_the_day_it_was_posted_until_today(check: Any) -> None:
    for day in (POSTED, LATER, TODAY):
        check(known(), day, TODAY)
    with pytest.raises(DatedInTheFuture):
        check(known(), TOMORROW, TODAY)


def test_nothing_becomes_of_a_letter_before_it_was_posted() -> None:
    for check in (rules.check_delivered, rules.check_stopped, rules.check_given_up):
        with pytest.raises(rules.BeforeItWasPosted):
            check(known(), BEFORE, TODAY)
    with pytest.raises(ReturnedBeforePosted):
        rules.check_returned(known(), BEFORE, TODAY)


@pytest.mark.parametrize(
    "check, facts, refusal",
    [
        (rules.check_delivered, {"stopped_on": LATER}, rules.StoppedAlready),
        (rules.check_delivered, {"returned_on": LATER}, rules.CameBackAlready),
        (rules.check_stopped, {"delivered_on": LATER}, rules.DeliveredAlready),
        (rules.check_stopped, {"returned_on": LATER}, rules.CameBackAlready),
        (rules.check_stopped, {"answered_on": LATER}, rules.AnsweredAlready),
        (rules.check_stopped, {"reply_form": ReplyFormState.ANSWERED}, rules.AnsweredAlready),
        (rules.check_returned, {"delivered_on": LATER}, rules.DeliveredAlready),
        (rules.check_returned, {"stopped_on": LATER}, rules.StoppedAlready),
        (rules.check_returned, {"answered_on": LATER}, rules.AnsweredAlready),
        (rules.check_returned, {"reply_form": ReplyFormState.ANSWERED}, rules.AnsweredAlready),
        (rules.check_given_up, {"delivered_on": LATER}, rules.SomethingIsKnown),
        (rules.check_given_up, {"answered_on": LATER}, rules.SomethingIsKnown),
    ],
)
def test_of_two_things_that_exclude_each_other_only_one_is_kept(
    check: Any, facts: dict[str, Any], refusal: type[EntryRefused]
) -> None:
    with pytest.raises(refusal):
        check(known(**facts), LATER, TODAY)


def test_what_was_given_up_can_still_turn_out() -> None:
    for check in CHECKS:
        check(known(given_up_on=LATER), LATER, TODAY)


def test_a_letter_was_there_before_it_was_answered() -> None:
    rules.check_delivered(known(answered_on=LATER), LATER, TODAY)
    with pytest.raises(rules.DeliveredAfterItsReply):
        rules.check_delivered(known(answered_on=LATER), date(2024, 3, 15), TODAY)


def test_a_form_for_the_reply_has_a_life_of_its_own() -> None:
    bought = known(reply_form=ReplyFormState.BOUGHT, reply_form_on=POSTED)
    for state in ReplyFormState:
        rules.check_reply_form(bought, state, LATER, TODAY)
    with pytest.raises(rules.NoReplyForm):
        rules.check_reply_form(known(), ReplyFormState.BLANK, LATER, TODAY)
    with pytest.raises(rules.BeforeItWasPosted):
        rules.check_reply_form(bought, ReplyFormState.BLANK, BEFORE, TODAY)
    with pytest.raises(DatedInTheFuture):
        rules.check_reply_form(bought, ReplyFormState.EXPIRED, TOMORROW, TODAY)
    stopped = known(reply_form=ReplyFormState.BOUGHT, stopped_on=LATER)
    rules.check_reply_form(stopped, ReplyFormState.BLANK, LATER, TODAY)
    with pytest.raises(rules.StoppedAlready):
        rules.check_reply_form(stopped, ReplyFormState.ANSWERED, LATER, TODAY)
    with pytest.raises(rules.CameBackAlready):
        rules.check_reply_form(
            known(reply_form=ReplyFormState.BOUGHT, returned_on=LATER), ReplyFormState.BLANK, LATER, TODAY
        )


def test_a_corrected_day_stays_before_all_that_became_of_the_letter() -> None:
    rules.check_still_possible(known(delivered_on=POSTED))
    for name in ("delivered_on", "stopped_on", "given_up_on", "reply_form_on"):
        with pytest.raises(rules.BeforeItWasPosted):
            rules.check_still_possible(known(**{name: BEFORE}))


def test_the_way_follows_the_kind_and_what_is_known() -> None:
    assert usual_channel(LetterKind.LETTER) is usual_channel(LetterKind.CARD) is Channel.POST
    assert usual_channel(LetterKind.E_LETTER) is Channel.E_LETTER
    assert usual_channel(LetterKind.TELEGRAM) is Channel.TELEGRAM
    assert usual_channel(LetterKind.LETTER, service="ФСИН-Письмо") is Channel.E_LETTER
    assert usual_channel(LetterKind.REPLY_FORM) is Channel.POST
    assert usual_channel(LetterKind.REPLY_FORM, answers=Channel.E_LETTER) is Channel.E_LETTER
    assert usual_channel(LetterKind.LETTER, answers=Channel.E_LETTER) is Channel.POST
