"""Reads of what silence means in a correspondence, for whichever page has threads on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from tracker.assignments.models import Assignment
from tracker.letters.models import Letter
from tracker.letters.rules import Direction
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.rules import mail_is_forbidden
from tracker.transit.config import Priors
from tracker.transit.models import TransitTime
from tracker.transit.rules import Leg, Times, expected
from tracker.transit.silence import Thread, Verdict, verdict
from tracker.transit.silence_sql import reply_time_of

OF_THREAD = (
    Assignment.last_letter_on,
    Assignment.last_reply_on,
    Assignment.waiting_since,
    Assignment.waiting_by,
    Placement.kind.label("placement"),
    Placement.since.label("placed_since"),
    Prisoner.no_mail,
    Prisoner.no_mail_since,
    Prisoner.no_mail_until,
    TransitTime.cases,
    TransitTime.low_days,
    TransitTime.median_days,
    TransitTime.high_days,
)
"""What a thread itself tells, its ``TransitTime`` joined by ``reply_time_of``."""

OF_LETTER = (
    Letter.channel,
    Letter.returned_on,
    Letter.stopped_on,
    Letter.given_up_on,
    Letter.reply_form,
)
"""What its newest letter tells."""


def with_newest(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Threads with what became of their newest letters."""
    return statement.outerjoin(Letter, Letter.id == newest_letter().scalar_subquery()).add_columns(*OF_LETTER)


def with_silence(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A statement of assignments, each with its ``Prisoner`` and the present ``Placement``, with what ``verdict_of``
    reads of them: last_letter_on, last_reply_on, placement (its kind) and others."""
    return with_newest(statement.outerjoin(TransitTime, reply_time_of(Assignment)).add_columns(*OF_THREAD))


def newest_letter() -> Select[UUID]:
    """The newest letter of a thread: one probe of an index, by the day that is kept."""
    return (
        select(Letter.id)
        .where(
            Letter.prisoner_id == Assignment.prisoner_id,
            Letter.dated_on == Assignment.last_letter_on,
            Letter.volunteer_id == Assignment.volunteer_id,
            Letter.direction == Direction.OUT,
            Letter.removed_at.is_(None),
        )
        .order_by(Letter.logged_at.desc(), Letter.id)
        .limit(1)
        .correlate(Assignment)
    )


def verdict_of(row: Any, newest: Any, today: date, priors: Priors) -> Verdict:
    """What silence means in a thread. ``row`` has the columns of OF_THREAD; ``newest`` those of OF_LETTER, which is the
    same row after ``with_silence``; None: there is no letter."""
    return verdict(_thread(row, newest, today), _times(row, priors), today)


def _times(row: Any, priors: Priors) -> Times | None:
    seen = Times(row.low_days, row.median_days, row.high_days, row.cases) if row.cases else None
    assumed = priors.channels[row.waiting_by].of(Leg.ROUND) if row.waiting_by else None
    return expected(assumed, seen, priors.weight) if assumed is not None else None


def _thread(row: Any, newest: Any, today: date) -> Thread:
    known = Thread(
        last_letter_on=row.last_letter_on,
        last_reply_on=row.last_reply_on,
        waiting_since=row.waiting_since,
        waiting_by=row.waiting_by,
        placement=row.placement,
        placed_since=row.placed_since,
        mail_forbidden=mail_is_forbidden(row.no_mail, row.no_mail_since, row.no_mail_until, today),
    )
    if newest is None or newest.channel is None:
        return known
    return replace(
        known,
        channel=newest.channel,
        returned=newest.returned_on is not None,
        stopped=newest.stopped_on is not None,
        given_up=newest.given_up_on is not None,
        reply_form=newest.reply_form,
    )
