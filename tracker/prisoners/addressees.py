"""To whom a letter can go: the condition that every list of addressees stands on."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, or_

from tracker.prisoners.envelope import BLOCKING_WHEREABOUTS
from tracker.prisoners.models import Placement, Prisoner, SupportState
from tracker.prisoners.rules import WITHOUT_FACILITY


def can_be_written_to(today: date) -> ColumnElement[bool]:
    """The condition under which a letter to a prison can be posted to a prisoner today.

    In a facility that is known; not on transfer, at home, at liberty, wanted or abroad; no court forbids mail today, in
    doubt it does; supported or not decided; not archived. For statements that select from ``Prisoner``.
    """
    has_address = exists().where(
        Placement.prisoner_id == Prisoner.id,
        Placement.is_current,
        Placement.facility_id.is_not(None),
        Placement.kind.not_in(WITHOUT_FACILITY),
    )
    return and_(
        Prisoner.archived_at.is_(None),
        Prisoner.support != SupportState.WITHHELD,
        Prisoner.whereabouts.not_in(BLOCKING_WHEREABOUTS),
        ~mail_is_forbidden_on(today),
        has_address,
    )


def mail_is_forbidden_on(day: date) -> ColumnElement[bool]:
    """The condition under which a ban on mail holds on a day; as ``rules.mail_is_forbidden`` decides it for one."""
    since, until = cast(Prisoner.no_mail_since, String), cast(Prisoner.no_mail_until, String)
    return and_(
        Prisoner.no_mail,
        or_(since.is_(None), ~_is_to_come(since, day)),
        or_(until.is_(None), ~_is_past(until, day)),
    )


def _is_to_come(text: Any, day: date) -> ColumnElement[bool]:
    """Whether every day that a partial date can mean is still to come; without a year that is not known.

    The text of a date sorts as its first day does, since what is left out only makes it shorter; seasons alone stand
    in the place of the month with numbers of their own.
    """
    first_months = {"21": "03", "22": "06", "23": "09", "24": "12"}
    month = case(first_months, value=func.substr(text, 6, 2), else_=func.substr(text, 6, 2))
    begins = case((func.length(text) == 7, func.substr(text, 1, 5).concat(month)), else_=text)
    return and_(text.not_like("--%"), begins > day.isoformat())


def _is_past(text: Any, day: date) -> ColumnElement[bool]:
    """Whether every day that a partial date can mean is over; without a year that is not known."""
    last_months = {"21": "05", "22": "08", "23": "11"}
    month = case(last_months, value=func.substr(text, 6, 2), else_=func.substr(text, 6, 2))
    ended = case(
        (func.length(text) == 4, text.concat("-12-31")),
        (func.length(text) == 7, func.substr(text, 1, 5).concat(month).concat("-31")),
        else_=text,
    )
    # Winter runs into February of the next year.
    last_winter = f"{day.year - (1 if day.month > 2 else 2):04d}-24"
    is_winter = and_(func.length(text) == 7, func.substr(text, 6, 2) == "24")
    return and_(text.not_like("--%"), case((is_winter, text <= last_winter), else_=ended < day.isoformat()))
