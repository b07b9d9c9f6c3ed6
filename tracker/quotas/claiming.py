"""When a slot can be claimed, and why not. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from tracker.parcels.rules import ParcelKind, SentBy
from tracker.quotas.advising import Advice, advice_about
from tracker.quotas.ledger import Ledger
from tracker.quotas.rules import Block, QuotaQuestion, Unit

FURTHEST = timedelta(days=120)
"""So long before the day a slot can be claimed."""


class ClaimRefused(Exception):
    """A slot cannot be claimed like this; the subclass says why."""


class DayIsOver(ClaimRefused):
    """A slot is claimed before the parcel is sent; this day is over."""


class TooFarAhead(ClaimRefused):
    """Nobody knows so long before whether there will be a slot."""


class AfterTheWindow(ClaimRefused):
    """The day lies after the time for which slots are counted now; claim it when the next one has begun."""

    def __init__(self, until: date) -> None:
        super().__init__()
        self.until = until


class ClaimedBefore(ClaimRefused):
    """The same form took a slot before, and that claim is over."""


class NothingNow(ClaimRefused):
    """Nothing can be sent now, so there is no slot to claim."""

    def __init__(self, block: Block) -> None:
        super().__init__()
        self.block = block


class NoSlotLeft(ClaimRefused):
    """All slots are used or taken."""

    def __init__(self, taken_by: tuple[str, ...], by_family: bool, next_on: date | None) -> None:
        super().__init__()
        self.taken_by, self.by_family, self.next_on = taken_by, by_family, next_on
        """Handles of those whose claims are open."""


class NotAnswered(ClaimRefused):
    """Something has to be made sure of first; ``advice`` says what."""

    def __init__(self, advice: tuple[Advice, ...]) -> None:
        super().__init__()
        self.advice = advice


class ClaimIsOver(Exception):
    """This claim was released, has become a parcel, or has lapsed."""


def check_day(planned_on: date, today: date) -> None:
    """Raises DayIsOver or TooFarAhead. ``today`` is that of whoever claims."""
    if planned_on < today:
        raise DayIsOver
    if planned_on > today + FURTHEST:
        raise TooFarAhead


def check_claim(now_: Ledger, then: Ledger, *, kind: ParcelKind, grams: int | None, is_archived: bool) -> None:
    """Whether there is a slot. ``now_`` is the ledger of today, ``then`` that of the planned day.

    Raises NothingNow, AfterTheWindow or NoSlotLeft. What is only doubtful is asked back instead: ``claim_questions``.
    """
    if is_archived:
        raise NothingNow(Block.IN_ARCHIVE)
    pool = then.pool(kind)
    if pool.block is not None:
        raise NothingNow(pool.block)
    window = now_.pool(kind).line(Unit.PIECES)
    if window is not None and window.remaining is not None and window.span.last is not None:
        if then.situation.day > window.span.last:
            raise AfterTheWindow(window.span.last)
    for advice in advice_about(then, kind=kind, grams=grams):
        if advice.question is QuotaQuestion.OVER_QUOTA:
            raise NoSlotLeft(advice.taken_by, advice.family_has_claimed, advice.next_on)


def claim_questions(
    then: Ledger, *, kind: ParcelKind, grams: int | None, by_family: bool = False
) -> tuple[Advice, ...]:
    """What is asked back before a slot is claimed; each has to be ticked, and stays visible."""
    found = advice_about(then, kind=kind, grams=grams, sent_by=SentBy.FAMILY if by_family else SentBy.OURS)
    asked = [advice for advice in found if advice.question is not QuotaQuestion.OVER_QUOTA]
    if then.letters.mail_forbidden:
        asked.append(Advice(QuotaQuestion.MAIL_FORBIDDEN))
    return tuple(asked)
