"""Forgetting old mails: the outbox says who is reminded of whom, so it is kept no longer than it is needed.

A mail is needed until its day is well over: what was told decides who hears of a change. Of what is forgotten a count
stays, by month, kind and fate.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, String, and_, delete, exists, or_, select, type_coerce
from sqlalchemy.orm import Session, sessionmaker

from tracker.assignments.models import Assignment
from tracker.cases.models import Measure
from tracker.dates.models import Deadline, Hearing, HearingStatus
from tracker.dates.rules import DayKind
from tracker.prisoners.models import Prisoner
from tracker.reminders.beats import insert_into
from tracker.reminders.models import MailTally, Outbox
from tracker.reminders.rules import MailKind, MailState

NAGS_KEPT = timedelta(days=400)
"""While an assignment runs, how often its writer was asked has to be known, or it would begin anew."""
_AT_ONCE = 500


def forget_old_mails(sessions: sessionmaker[Session], now: datetime, kept_days: int) -> int:
    """Count and destroy the mails that have not been needed for ``kept_days``; how many there were.

    Some hundreds go in one transaction, so that nobody waits for it.
    """
    forgotten = 0
    while True:
        with sessions.begin() as session:
            some = _forget_some(session, now, kept_days)
        forgotten += some
        if some < _AT_ONCE:
            return forgotten


def _forget_some(session: Session, now: datetime, kept_days: int) -> int:
    statement = (
        select(Outbox.id, Outbox.kind, Outbox.state, Outbox.due_at)
        .where(_is_over(now - timedelta(days=kept_days)), ~_is_needed(now))
        .order_by(Outbox.expires_at)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    rows = session.execute(statement).all()
    if not rows:
        return 0
    counted = Counter((row.due_at.date().replace(day=1), row.kind, row.state) for row in rows)
    for (month, kind, state), number in sorted(counted.items()):
        _count(session, month, kind, state, number)
    session.execute(
        delete(Outbox).where(Outbox.id.in_([row.id for row in rows])).execution_options(synchronize_session=False)
    )
    return len(rows)


def _count(session: Session, month: date, kind: MailKind, state: MailState, number: int) -> None:
    statement = insert_into(session, MailTally).values(id=uuid4(), month=month, kind=kind, state=state, number=number)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["month", "kind", "state"], set_={"number": MailTally.number + number}
        )
    )


def _is_over(before: datetime) -> ColumnElement[bool]:
    waits = (MailState.QUEUED, MailState.SENDING, MailState.HELD, MailState.GATHERED)
    return and_(Outbox.expires_at < before, Outbox.due_at < before, Outbox.state.not_in(waits))


def _is_needed(now: datetime) -> ColumnElement[bool]:
    """Whether what it told can still matter: its day lies ahead, or a writer is still being asked."""
    today = now.date() - timedelta(days=1)
    hearing_ahead = exists().where(
        Hearing.id == Outbox.subject_id,
        or_(
            Hearing.status == HearingStatus.SINE_DIE,
            and_(
                Hearing.status != HearingStatus.CLOSED,
                or_(Hearing.on >= today, Hearing.latest_on >= today, _is_ahead(Hearing.roughly, today)),
            ),
        ),
    )
    custody_runs = exists().where(
        Measure.id == Outbox.subject_id, Measure.ended_on.is_(None), _is_ahead(Measure.until, today)
    )
    term_runs = exists().where(
        Deadline.id == Outbox.subject_id, Deadline.status == HearingStatus.SCHEDULED, Deadline.on >= today
    )
    release_ahead = exists().where(Prisoner.id == Outbox.subject_id, _is_ahead(Prisoner.release_on, today))
    still_asked = exists().where(Assignment.id == Outbox.subject_id, Assignment.until.is_(None))
    return or_(
        and_(Outbox.day_kind == DayKind.HEARING, hearing_ahead),
        and_(Outbox.day_kind == DayKind.DETENTION_UNTIL, custody_runs),
        and_(Outbox.day_kind == DayKind.APPEAL_DEADLINE, term_runs),
        and_(Outbox.day_kind == DayKind.RELEASE, release_ahead),
        and_(Outbox.kind.in_((MailKind.NAG, MailKind.ESCALATION)), Outbox.due_at >= now - NAGS_KEPT, still_asked),
    )


def _is_ahead(column: object, today: date) -> ColumnElement[bool]:
    # A partial date is text: a month or a year is ahead as long as it is not over.
    text = type_coerce(column, String)
    return or_(text >= f"{today:%Y-%m-%d}", text.startswith(f"{today:%Y-%m}"), text == f"{today:%Y}")
