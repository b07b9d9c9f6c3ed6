"""What became of a hearing, and what follows from it: the next hearing, a term to be kept, the end of custody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.cases.measures import TermFacts, end_measure, extend_measure, resume_measure, take_back_extension
from tracker.cases.models import Measure
from tracker.dates.actions import HearingFacts, NotInThisState, OutcomeIsKnown, cancel_hearing, enter_hearing
from tracker.dates.deadline_actions import DeadlineFacts, call_off_deadline, enter_deadline
from tracker.dates.hearing_days import When, has_begun
from tracker.dates.hearing_queries import when_of
from tracker.dates.models import (
    Deadline,
    DeadlineKind,
    Hearing,
    HearingOutcome,
    HearingPrisoner,
    HearingStatus,
)
from tracker.facilities.models import Facility
from tracker.partial_date import PartialDate


class NotYetBegun(Exception):
    """The hearing has not taken place yet; until then it can be moved or called off."""


class NextBeforeThis(Exception):
    """The day to which it was postponed lies before the hearing itself."""


class NoMeasureChosen(Exception):
    """It has to be said which measure was extended or has ended."""


class TermBeforeVerdict(Exception):
    """The last day for an appeal lies before the verdict."""


@dataclass(frozen=True)
class OutcomeFacts:
    """What became of it. Of the rest only what belongs to the outcome is looked at."""

    outcome: HearingOutcome
    decided_on: date
    """The day on which it happened, by the court's calendar."""
    note: str | None = None
    next: When | None = None
    """Postponed: to when; None: nobody knows yet."""
    appeal_until: date | None = None
    """Verdict: the last day for an appeal, as the court or a lawyer said it; None: not known."""
    custody_until: PartialDate | None = None
    """Custody extended: until when."""
    measures: Sequence[Measure] = ()
    """Custody extended, or released: which measures that is about."""


def record_outcome(
    session: Session,
    hearing: Hearing,
    facts: OutcomeFacts,
    *,
    prisoner_ids: Iterable[UUID],
    by_id: UUID,
    now: datetime,
    today: date,
) -> None:
    """Say what became of a hearing; the hearing itself stays as it was. ``prisoner_ids`` are those whom it concerns and
    whom the actor sees: an appeal is noted for each of them.

    Raises NotInThisState (called off), OutcomeIsKnown, NotYetBegun, NextBeforeThis, TermBeforeVerdict,
    NoMeasureChosen; or, of measures, MeasureIsOver, ExtendsNothing, EndsBeforeBegin, DatedInTheFuture.
    """
    # Of two people who answer at the same instant the second finds that it is known.
    session.refresh(hearing, with_for_update=True)
    if hearing.status is not HearingStatus.SCHEDULED:
        raise NotInThisState
    if hearing.outcome is not None:
        raise OutcomeIsKnown
    if not has_begun(when_of(session, hearing), hearing.zone, now):
        raise NotYetBegun
    effects: list[str] = []
    if facts.outcome is HearingOutcome.POSTPONED:
        effects = [_next_hearing(session, hearing, facts, by_id, now)]
    elif facts.outcome is HearingOutcome.VERDICT and facts.appeal_until:
        effects = _appeals(session, hearing, facts, facts.appeal_until, prisoner_ids, by_id, now)
    elif facts.outcome is HearingOutcome.CUSTODY_EXTENDED:
        effects = _extended(session, hearing, facts, now, today)
    elif facts.outcome is HearingOutcome.RELEASED:
        effects = _ended(facts, now, today)
    hearing.outcome, hearing.outcome_note = facts.outcome, facts.note
    hearing.outcome_by_id, hearing.outcome_at = by_id, now
    hearing.outcome_effects = effects


def take_back_outcome(session: Session, hearing: Hearing, *, by_id: UUID, now: datetime) -> bool:
    """It was not so: nothing is known of the outcome any more, and what was entered along with it is undone, unless it
    was changed since. Whether all of it could be undone. Raises NotInThisState if nothing was known."""
    session.refresh(hearing, with_for_update=True)
    if hearing.outcome is None:
        raise NotInThisState
    undone = [_undo(session, effect, by_id, now) for effect in hearing.outcome_effects]
    hearing.outcome = hearing.outcome_note = hearing.outcome_by_id = hearing.outcome_at = None
    hearing.outcome_effects = []
    return all(undone)


def _next_hearing(session: Session, hearing: Hearing, facts: OutcomeFacts, by_id: UUID, now: datetime) -> str:
    concerned = session.scalars(select(HearingPrisoner.prisoner_id).where(HearingPrisoner.hearing_id == hearing.id))
    court = session.get_one(Facility, hearing.court_id)
    when = facts.next
    if when is not None and when.on is not None and when.on < (hearing.on or when.on):
        raise NextBeforeThis
    entered = enter_hearing(
        session,
        HearingFacts(
            court=court,
            # A hearing cannot be entered without any day; if none is known, this one goes again below.
            on=when.on if when else facts.decided_on,
            at=when.at if when else None,
            roughly=when.roughly if when else None,
            kind=hearing.kind,
            expected=hearing.expected,
            case_id=hearing.case_id,
        ),
        prisoner_ids=concerned.all(),
        entered_by_id=by_id,
        form_id=uuid4(),
        now=now,
    )
    entered.follows_id = hearing.id
    if when is None:
        entered.status, entered.on = HearingStatus.SINE_DIE, None
    return f"hearing:{entered.id}"


def _appeals(
    session: Session,
    hearing: Hearing,
    facts: OutcomeFacts,
    until: date,
    prisoner_ids: Iterable[UUID],
    by_id: UUID,
    now: datetime,
) -> list[str]:
    if until < facts.decided_on:
        raise TermBeforeVerdict
    term = DeadlineFacts(kind=DeadlineKind.APPEAL, on=until, at=None, zone=hearing.zone, case_id=hearing.case_id)
    effects = []
    for prisoner_id in sorted(prisoner_ids):
        entered = enter_deadline(session, term, prisoner_id, entered_by_id=by_id, form_id=uuid4(), now=now)
        effects.append(f"deadline:{entered}")
    return effects


def _extended(session: Session, hearing: Hearing, facts: OutcomeFacts, now: datetime, today: date) -> list[str]:
    if not facts.measures or facts.custody_until is None:
        raise NoMeasureChosen
    effects = []
    for measure in facts.measures:
        # A new id each time: the same outcome may be said, taken back and said again.
        term_id = uuid5(measure.id, f"{hearing.id} {now.isoformat()}")
        term = TermFacts(until=facts.custody_until, ordered_on=PartialDate.of(facts.decided_on))
        extend_measure(session, measure, term_id, term, now=now, today=today)
        effects.append(f"term:{measure.id}:{term_id}")
    return effects


def _ended(facts: OutcomeFacts, now: datetime, today: date) -> list[str]:
    if not facts.measures:
        raise NoMeasureChosen
    for measure in facts.measures:
        end_measure(measure, ended_on=PartialDate.of(facts.decided_on), reason=None, now=now, today=today)
    return [f"end:{measure.id}" for measure in facts.measures]


def _undo(session: Session, effect: str, by_id: UUID, now: datetime) -> bool:
    what, *ids = effect.split(":")
    first = UUID(ids[0])
    if what == "hearing":
        following = session.get(Hearing, first)
        is_untouched = (
            following is not None
            and following.revision == 0
            and following.outcome is None
            and following.status in (HearingStatus.SCHEDULED, HearingStatus.SINE_DIE)
        )
        if following is not None and is_untouched:
            cancel_hearing(session, following, why=None, changed_by_id=by_id, now=now)
        return is_untouched
    if what == "deadline":
        deadline = session.get(Deadline, first)
        if deadline is None or deadline.revision or deadline.status is not HearingStatus.SCHEDULED:
            return False
        call_off_deadline(deadline, now=now)
        return True
    measure = session.get(Measure, first)
    if measure is None:
        return False
    if what == "term":
        return take_back_extension(session, measure, UUID(ids[1]), now=now)
    resume_measure(measure, now=now)
    return True
