"""What holds of cases and measures of restraint."""

from __future__ import annotations

from datetime import date

from tracker.partial_date import PartialDate
from tracker.prisoners.rules import DatedInTheFuture, EndsBeforeBegin, definitely_before, is_in_the_future


class AlreadyInCase(Exception):
    """Nobody is in one case twice."""


class DetainedInTheFuture(DatedInTheFuture):
    """Nobody was detained on a day that has not come yet."""


class CaseGivenTwice(Exception):
    """Either a case that is here already or a new one."""


class ChargeWithoutCase(Exception):
    """A charge belongs to a case."""


class EmptyCharge(Exception):
    """A charge has an article, or at least words for what somebody is accused of."""


class NotInThisCase(Exception):
    """A charge of this case cannot concern somebody who is not in it."""


class ExtendsNothing(Exception):
    """An extension ends later than the term that it extends."""


class MeasureIsOver(Exception):
    """A measure that is over is neither extended nor ended again."""


def check_charge(
    articles: str | None, wording: str | None, brought_on: PartialDate | None, state_on: PartialDate | None, today: date
) -> None:
    """Raises EmptyCharge, DatedInTheFuture or EndsBeforeBegin."""
    if not articles and not wording:
        raise EmptyCharge
    if is_in_the_future(brought_on, today):
        raise DatedInTheFuture
    if definitely_before(state_on, brought_on):
        raise EndsBeforeBegin


def check_measure(since: PartialDate | None, until: PartialDate | None, today: date) -> None:
    """A measure has begun, and does not end before. Raises DatedInTheFuture or EndsBeforeBegin."""
    if is_in_the_future(since, today):
        raise DatedInTheFuture
    if definitely_before(until, since):
        raise EndsBeforeBegin


def check_extension(
    *,
    present_until: PartialDate | None,
    ended_on: PartialDate | None,
    ordered_on: PartialDate | None,
    until: PartialDate,
    today: date,
) -> None:
    """Raises MeasureIsOver, DatedInTheFuture (for the order), EndsBeforeBegin or ExtendsNothing."""
    if ended_on is not None:
        raise MeasureIsOver
    if is_in_the_future(ordered_on, today):
        raise DatedInTheFuture
    if definitely_before(until, ordered_on):
        raise EndsBeforeBegin
    if until == present_until or definitely_before(until, present_until):
        raise ExtendsNothing


def check_end(
    *, since: PartialDate | None, already_ended_on: PartialDate | None, ended_on: PartialDate, today: date
) -> None:
    """Raises MeasureIsOver, DatedInTheFuture or EndsBeforeBegin."""
    if already_ended_on is not None:
        raise MeasureIsOver
    if is_in_the_future(ended_on, today):
        raise DatedInTheFuture
    if definitely_before(ended_on, since):
        raise EndsBeforeBegin
