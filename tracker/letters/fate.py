"""What became of a letter, from what is known; and what cannot have become of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.letters.rules import (
    DatedInTheFuture,
    EntryRefused,
    ReplyFormState,
    ReturnedBeforePosted,
)


class Fate(StrEnum):
    """What became of a letter. Most are sent and nothing more is ever heard, which is as it should be."""

    SENT = "sent"
    DELIVERED = "delivered"
    ANSWERED = "answered"
    RETURNED = "returned"
    STOPPED = "stopped"
    UNKNOWN = "unknown"
    """Its writer gave up finding out."""


class BeforeItWasPosted(EntryRefused):
    """Nothing can have become of a letter before it was posted."""


class CameBackAlready(EntryRefused):
    """It came back, so it is neither there nor with the censor."""


class DeliveredAlready(EntryRefused):
    """It was delivered, so it neither came back nor was stopped."""


class StoppedAlready(EntryRefused):
    """The censor keeps it, so it was neither delivered nor sent back."""


class AnsweredAlready(EntryRefused):
    """It was answered, so it arrived."""


class DeliveredAfterItsReply(EntryRefused):
    """It cannot have been delivered after it was answered."""


class SomethingIsKnown(EntryRefused):
    """What became of it is known, so nobody has to give up finding out."""


class RepliesHaveArrived(EntryRefused):
    """A reply is here; only of what we sent can be told what became of it."""


class NoReplyForm(EntryRefused):
    """No prepaid form for the reply went with this letter."""


class ReplyFormHasAFate(EntryRefused):
    """What became of the form for the reply is known, so there was one."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a letter since it was posted. None: nothing."""

    posted_on: date
    delivered_on: date | None = None
    returned_on: date | None = None
    stopped_on: date | None = None
    given_up_on: date | None = None
    answered_on: date | None = None
    """The earliest day on which a reply to it was there: written, or if that is not known, come."""
    reply_form: ReplyFormState | None = None
    reply_form_on: date | None = None


def fate(known: Known) -> Fate:
    """What became of a letter. Where two things were told, the one that leaves less doubt."""
    if known.answered_on is not None:
        return Fate.ANSWERED
    if known.returned_on is not None:
        return Fate.RETURNED
    if known.stopped_on is not None:
        return Fate.STOPPED
    if known.delivered_on is not None:
        return Fate.DELIVERED
    return Fate.UNKNOWN if known.given_up_on is not None else Fate.SENT


def check_delivered(known: Known, on: date, today: date) -> None:
    """Raises DatedInTheFuture, BeforeItWasPosted, CameBackAlready, StoppedAlready or DeliveredAfterItsReply."""
    _check_day(known, on, today)
    if known.returned_on is not None:
        raise CameBackAlready
    if known.stopped_on is not None:
        raise StoppedAlready
    if known.answered_on is not None and known.answered_on < on:
        raise DeliveredAfterItsReply


def check_stopped(known: Known, on: date, today: date) -> None:
    """Raises DatedInTheFuture, BeforeItWasPosted, CameBackAlready, DeliveredAlready or AnsweredAlready."""
    _check_day(known, on, today)
    if known.returned_on is not None:
        raise CameBackAlready
    if known.delivered_on is not None:
        raise DeliveredAlready
    if known.answered_on is not None or known.reply_form is ReplyFormState.ANSWERED:
        raise AnsweredAlready


def check_returned(known: Known, on: date, today: date) -> None:
    """Raises DatedInTheFuture, ReturnedBeforePosted, DeliveredAlready, StoppedAlready or AnsweredAlready."""
    if on > today:
        raise DatedInTheFuture
    if on < known.posted_on:
        raise ReturnedBeforePosted
    if known.delivered_on is not None:
        raise DeliveredAlready
    if known.stopped_on is not None:
        raise StoppedAlready
    if known.answered_on is not None or known.reply_form is ReplyFormState.ANSWERED:
        raise AnsweredAlready


def check_given_up(known: Known, on: date, today: date) -> None:
    """Raises DatedInTheFuture, BeforeItWasPosted or SomethingIsKnown."""
    _check_day(known, on, today)
    if fate(known) not in (Fate.SENT, Fate.UNKNOWN):
        raise SomethingIsKnown


def check_reply_form(known: Known, state: ReplyFormState, on: date, today: date) -> None:
    """Raises NoReplyForm, DatedInTheFuture, BeforeItWasPosted, CameBackAlready or StoppedAlready."""
    if known.reply_form is None:
        raise NoReplyForm
    _check_day(known, on, today)
    if known.returned_on is not None:
        raise CameBackAlready
    if state is ReplyFormState.ANSWERED and known.stopped_on is not None:
        raise StoppedAlready


def check_still_possible(known: Known) -> None:
    """Whether what is known can have become of a letter that was posted on ``known.posted_on``, after that day was
    corrected. Raises BeforeItWasPosted."""
    days = (known.delivered_on, known.stopped_on, known.given_up_on, known.reply_form_on)
    if any(day is not None and day < known.posted_on for day in days):
        raise BeforeItWasPosted


def _check_day(known: Known, on: date, today: date) -> None:
    if on > today:
        raise DatedInTheFuture
    if on < known.posted_on:
        raise BeforeItWasPosted
