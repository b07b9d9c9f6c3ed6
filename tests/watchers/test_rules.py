"""What holds of court watchers, as plain values."""

from __future__ import annotations

import pytest

from tracker.volunteers.rules import Disclosure
from tracker.watchers.rules import (
    MOST_MAILS_PER_ADDRESS,
    MOST_MAILS_PER_LINK,
    MOST_MAILS_PER_WATCH,
    AskedTooOften,
    MailsToday,
    Subject,
    address_key,
    hash_of,
    may_ask,
    up_to,
    within,
)


def _today(of_watch: int = 0, of_address: int = 0, of_link: int = 0, is_one_waiting: bool = False) -> MailsToday:
    return MailsToday(of_watch, of_address, of_link, is_one_waiting)


def test_an_address_is_asked_a_few_times_a_day() -> None:
    assert may_ask(_today(of_watch=MOST_MAILS_PER_WATCH - 1))
    assert not may_ask(_today(of_watch=MOST_MAILS_PER_WATCH))
    assert may_ask(_today(of_address=MOST_MAILS_PER_ADDRESS - 1))
    assert not may_ask(_today(of_address=MOST_MAILS_PER_ADDRESS))


def test_a_mail_that_has_not_gone_out_yet_is_enough() -> None:
    assert not may_ask(_today(of_watch=1, is_one_waiting=True))


def test_a_link_does_not_become_a_way_to_write_to_strangers() -> None:
    assert may_ask(_today(of_link=MOST_MAILS_PER_LINK - 1))
    with pytest.raises(AskedTooOften):
        may_ask(_today(of_link=MOST_MAILS_PER_LINK))


def test_the_limit_of_a_link_is_told_whatever_the_address() -> None:
    with pytest.raises(AskedTooOften):
        may_ask(_today(of_watch=MOST_MAILS_PER_WATCH, of_link=MOST_MAILS_PER_LINK, is_one_waiting=True))


def test_the_same_address_has_the_same_key_however_it_is_typed() -> None:
    assert address_key("Olga@Example.org", b"secret") == address_key("olga@example.ORG", b"secret")
    assert address_key("olga@example.org", b"secret") != address_key("olga@example.org", b"another")
    assert "olga" not in address_key("olga@example.org", b"secret")


def test_a_secret_that_is_no_text_has_a_hash_too() -> None:
    assert len(hash_of("\ud800 я")) == 64


def test_mails_say_no_more_than_the_collective_allows() -> None:
    assert up_to(Disclosure.MINIMAL) == [Disclosure.MINIMAL]
    assert up_to(Disclosure.FULL) == list(Disclosure)
    assert within(Disclosure.FULL, Disclosure.DISCREET) is Disclosure.DISCREET
    assert within(Disclosure.MINIMAL, Disclosure.FULL) is Disclosure.MINIMAL


def test_hearings_of_a_case_or_of_a_prisoner_are_followed() -> None:
    with pytest.raises(ValueError, match="case or of a prisoner"):
        Subject()
