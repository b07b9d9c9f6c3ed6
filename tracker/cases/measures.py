"""Changes of measures of restraint. Reminders of their end follow ``until``, ``revision`` and ``changed_at``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.cases.models import Measure, MeasureKind, MeasureTerm
from tracker.cases.rules import check_end, check_extension, check_measure
from tracker.db import add_once
from tracker.partial_date import PartialDate
from tracker.sources.actions import uncite


@dataclass(frozen=True)
class MeasureFacts:
    """What is known of a measure; ``zone`` is where its end is counted."""

    kind: MeasureKind
    since: PartialDate | None = None
    place: str | None = None
    zone: str | None = None
    case_id: UUID | None = None
    note: str | None = None


@dataclass(frozen=True)
class TermFacts:
    """A term of a measure: who ordered it when, and until when."""

    until: PartialDate | None
    ordered_on: PartialDate | None = None
    court: str | None = None


def impose_measure(
    session: Session,
    measure_id: UUID,
    prisoner_id: UUID,
    facts: MeasureFacts,
    term: TermFacts,
    *,
    now: datetime,
    today: date,
) -> bool:
    """Enter a measure with its first term; False: the form was sent before. Raises DatedInTheFuture or
    EndsBeforeBegin."""
    check_measure(facts.since, term.until, today)
    position = session.scalar(select(func.max(Measure.position)).where(Measure.prisoner_id == prisoner_id))
    measure = Measure(
        id=measure_id,
        prisoner_id=prisoner_id,
        until=term.until,
        changed_at=now,
        position=0 if position is None else position + 1,
        **vars(facts),
    )
    if not add_once(session, measure, "id"):
        return False
    session.add(MeasureTerm(measure_id=measure_id, position=0, **vars(term)))
    return True


def extend_measure(
    session: Session, measure: Measure, term_id: UUID, term: TermFacts, *, now: datetime, today: date
) -> bool:
    """The measure lasts longer: a term of its own, and what was told of its former end is no longer true.

    False: the form was sent before. Raises MeasureIsOver, DatedInTheFuture, EndsBeforeBegin or ExtendsNothing.
    """
    assert term.until is not None, "an extension has an end"
    if session.scalar(select(MeasureTerm.id).where(MeasureTerm.id == term_id)) is not None:
        return False
    check_extension(
        present_until=measure.until,
        ended_on=measure.ended_on,
        ordered_on=term.ordered_on,
        until=term.until,
        today=today,
    )
    position = session.scalar(select(func.max(MeasureTerm.position)).where(MeasureTerm.measure_id == measure.id))
    row = MeasureTerm(id=term_id, measure_id=measure.id, position=0 if position is None else position + 1, **vars(term))
    if not add_once(session, row, "id"):
        return False
    measure.until = term.until
    _changed(measure, now)
    return True


def take_back_extension(session: Session, measure: Measure, term_id: UUID, *, now: datetime) -> bool:
    """The measure was not extended after all: its end is again that of the term before. False: there is no such term,
    or a later one stands on it, or the end was corrected since."""
    terms = session.scalars(
        select(MeasureTerm).where(MeasureTerm.measure_id == measure.id).order_by(MeasureTerm.position)
    ).all()
    if len(terms) < 2 or terms[-1].id != term_id or terms[-1].until != measure.until:
        return False
    uncite(session, term_id)
    session.delete(terms[-1])
    measure.until = terms[-2].until
    _changed(measure, now)
    return True


def correct_measure(
    session: Session,
    measure: Measure,
    facts: MeasureFacts,
    until: PartialDate | None,
    *,
    now: datetime,
    today: date,
) -> None:
    """Correct a measure and the end of its newest term. Raises DatedInTheFuture or EndsBeforeBegin."""
    check_measure(facts.since, until, today)
    before = (measure.until, measure.zone, measure.kind)
    if measure.since != facts.since:
        measure.since_printed = None
    for name, value in vars(facts).items():
        setattr(measure, name, value)
    uncite(session, measure.id)
    if until != measure.until:
        newest = session.scalar(
            select(MeasureTerm)
            .where(MeasureTerm.measure_id == measure.id)
            .order_by(MeasureTerm.position.desc())
            .limit(1)
        )
        if newest is None:
            session.add(MeasureTerm(measure_id=measure.id, position=0, until=until))
        else:
            newest.until = until
            uncite(session, newest.id)
        measure.until = until
    if before != (measure.until, measure.zone, measure.kind):
        _changed(measure, now)


def end_measure(measure: Measure, *, ended_on: PartialDate, reason: str | None, now: datetime, today: date) -> None:
    """The measure is over. Raises MeasureIsOver, DatedInTheFuture or EndsBeforeBegin."""
    check_end(since=measure.since, already_ended_on=measure.ended_on, ended_on=ended_on, today=today)
    measure.ended_on, measure.end_reason = ended_on, reason
    _changed(measure, now)


def resume_measure(measure: Measure, *, now: datetime) -> None:
    """It is not over after all; does nothing if it never was."""
    if measure.ended_on is not None:
        measure.ended_on = measure.end_reason = None
        _changed(measure, now)


def _changed(measure: Measure, now: datetime) -> None:
    measure.revision += 1
    measure.changed_at = now
