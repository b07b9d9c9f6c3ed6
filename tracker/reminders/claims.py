"""Taking a mail out of the outbox so that nobody else does, and writing down what became of it.

A claim is one guarded statement, committed before anything is sent. Settling is fenced by the lease: a sender that
lost its lease changes nothing.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, and_, case, or_, select, update
from sqlalchemy.orm import Session

from tracker.reminders.backoff import Aftermath, FailureKind
from tracker.reminders.items import share_fate
from tracker.reminders.models import Attempt, Outbox
from tracker.reminders.rules import MailState, Planned, Reason
from tracker.reminders.troubles import address_refused

LEASE = timedelta(seconds=180)
"""Longer than the mail server may take over one mail (see mail.py); after a kill a mail comes this much later."""


def claim(session: Session, now: datetime, lease: timedelta = LEASE) -> Outbox | None:
    """The most urgent mail that is due, now ours until the lease is over; None if there is none."""
    ready = (
        select(Outbox.id)
        .where(
            or_(
                and_(Outbox.state == MailState.QUEUED, Outbox.next_at <= now),
                and_(Outbox.state == MailState.SENDING, Outbox.lease_until < now),
            )
        )
        # After a standstill by nearness of the day (D5).
        .order_by(Outbox.priority, Outbox.expires_at, Outbox.next_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    died = Outbox.state == MailState.SENDING
    statement = (
        update(Outbox)
        .where(Outbox.id == ready)
        .values(
            state=MailState.SENDING,
            lease_token=uuid4(),
            lease_until=now + lease,
            tries=Outbox.tries + 1,
            # Whoever had it before died over it, perhaps because of it, perhaps after handing it over.
            attempts=case((died, Outbox.attempts + 1), else_=Outbox.attempts),
            last_class=case((died, FailureKind.UNCLEAR), else_=Outbox.last_class),
        )
        .returning(Outbox)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return session.scalars(statement).one_or_none()


def begin_attempt(session: Session, mail: Outbox, now: datetime) -> Attempt:
    """Write down that a try begins; without an outcome it is the trace of a sender that died."""
    attempt = Attempt(outbox_id=mail.id, n=mail.tries, started_at=now)
    session.add(attempt)
    mail.tried_at = now
    return attempt


def put_back(session: Session, mail: Outbox, next_at: datetime) -> None:
    """Not now: give the claim up until ``next_at``."""
    _settle(session, mail, state=MailState.QUEUED, next_at=next_at)


_FORGOTTEN: dict[str, Any] = {"payload_sealed": None, "to_address_sealed": None}
"""What only a mail on its way has to know: the link that works once, the address of somebody without an account."""


def put_away(session: Session, mail: Outbox, state: MailState, reason: Reason) -> None:
    """It does not go out, and this is why."""
    # A mail that was given up can be tried again; of any other, only that it was is kept.
    forgotten = {} if state is MailState.FAILED else _FORGOTTEN
    if _settle(session, mail, state=state, reason=reason, **forgotten):
        share_fate(session, mail, state=state, reason=reason)


def accepted(session: Session, mail: Outbox, attempt_id: UUID, now: datetime) -> bool:
    """The mail server has it. False: the lease was lost meanwhile, and nothing was written but the attempt."""
    _end_attempt(session, attempt_id, "accepted", None, now)
    # What only this mail knew, such as a link that works once, has served its purpose.
    values = {"state": MailState.SENT, "accepted_at": now, "last_class": None, "last_code": None}
    is_ours = _settle(session, mail, **values, **_FORGOTTEN)
    if is_ours:
        share_fate(session, mail, **values, tried_at=mail.tried_at)
    return is_ours


def failed(
    session: Session,
    mail: Outbox,
    attempt_id: UUID,
    kind: FailureKind,
    code: int | None,
    after: Aftermath,
    now: datetime,
) -> bool:
    """The mail server does not have it, or perhaps. False: the lease was lost meanwhile."""
    _end_attempt(session, attempt_id, kind, code, now)
    values: dict[str, Any] = {
        "state": after.state,
        "next_at": after.next_at,
        "attempts": mail.attempts + (1 if after.counts else 0),
        "last_code": code,
    }
    # A mail that may have arrived stays one that may have arrived, whatever becomes of later tries.
    if mail.last_class != FailureKind.UNCLEAR:
        values["last_class"] = kind
    if after.reason is not None:
        values["reason"] = after.reason
    if after.reason is Reason.ADDRESS_REFUSED:
        address_refused(session, mail, now)
    is_ours = _settle(session, mail, **values)
    if is_ours:
        shared: dict[str, Any] = {
            name: values[name] for name in ("last_class", "last_code", "reason") if name in values
        }
        if after.state is MailState.FAILED:
            shared["state"] = MailState.FAILED
        share_fate(session, mail, tried_at=mail.tried_at, **shared)
    return is_ours


def _settle(session: Session, mail: Outbox, **values: Any) -> bool:
    result = session.execute(
        update(Outbox)
        .where(
            Outbox.id == mail.id,
            Outbox.lease_token == mail.lease_token,
            Outbox.state == MailState.SENDING,
        )
        .values(lease_token=None, lease_until=None, **values)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", result).rowcount == 1


def _end_attempt(session: Session, attempt_id: UUID, outcome: str, code: int | None, now: datetime) -> None:
    session.execute(
        update(Attempt).where(Attempt.id == attempt_id).values(ended_at=now, outcome=str(outcome), code=code)
    )


def as_planned_now(mail: Outbox, planned: Planned) -> None:
    """What the mail says when it goes out, which may be more than what was planned first."""
    mail.kind, mail.reason, mail.change = planned.kind, planned.reason, planned.change
    mail.covers = list(planned.covers)
    mail.told_state = asdict(planned.day_state) if planned.day_state else None
    mail.expires_at, mail.cutoff_at = planned.expires_at, planned.cutoff_at
