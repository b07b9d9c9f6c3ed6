"""Taking mails out of the outbox so that nobody else does, and writing down what became of them.

A claim locks what is due, passes over what others have locked, and is committed before anything is sent. Settling is
fenced by the lease: a sender that lost its lease changes nothing.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Table,
    Update,
    and_,
    bindparam,
    case,
    exists,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from tracker.reminders.backoff import Aftermath, FailureKind
from tracker.reminders.items import share_fate
from tracker.reminders.models import Attempt, Outbox
from tracker.reminders.rules import MailState, Planned, Reason
from tracker.reminders.troubles import address_refused

LEASE = timedelta(seconds=180)
"""Longer than the mail server may take over one mail (see mail.py); after a kill a mail comes this much later."""


def claim(session: Session, now: datetime, lease: timedelta = LEASE, most: int = 1) -> list[Outbox]:
    """The most urgent mails that are due, now ours until the lease is over; none if there are none.

    Of several, no two are to one reader about one thing: what becomes of the first may bear upon the second. What
    somebody died over is taken up alone, for he may have died because of it.
    """
    due = (
        select(Outbox.id, Outbox.state, Outbox.recipient_id, Outbox.watcher_id, Outbox.subject_id)
        .where(_is_due(now))
        # After a standstill by nearness of the day (D5).
        .order_by(Outbox.priority, Outbox.expires_at, Outbox.next_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    chosen: dict[Any, UUID] = {}
    has_died = False
    for row in session.execute(due):
        if row.state is MailState.SENDING:
            if not chosen:
                chosen, has_died = {None: row.id}, True
            break
        chosen.setdefault((row.recipient_id or row.watcher_id or row.id, row.subject_id), row.id)
    return _lease(session, list(chosen.values()), now + lease, has_died=has_died) if chosen else []


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Outbox.state == MailState.QUEUED, Outbox.next_at <= now),
        and_(Outbox.state == MailState.SENDING, Outbox.lease_until < now),
    )


def _lease(session: Session, ids: list[UUID], until: datetime, *, has_died: bool) -> list[Outbox]:
    values: dict[str, Any] = {
        "state": MailState.SENDING,
        "lease_token": uuid4(),
        "lease_until": until,
        "tries": Outbox.tries + 1,
    }
    if has_died:
        # Whoever had it before died over it if its try had begun, and perhaps after handing it over.
        begun = exists().where(Attempt.outbox_id == Outbox.id, Attempt.n == Outbox.tries)
        values["attempts"] = case((begun, Outbox.attempts + 1), else_=Outbox.attempts)
        values["last_class"] = case((begun, FailureKind.UNCLEAR), else_=Outbox.last_class)
    statement = (
        update(Outbox)
        .where(Outbox.id.in_(ids))
        .values(values)
        .returning(Outbox)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return sorted(session.scalars(statement), key=lambda mail: ids.index(mail.id))


def more_are_due(session: Session, now: datetime, number: int) -> bool:
    """Whether more mails than that are due."""
    return session.scalar(select(Outbox.id).where(_is_due(now)).offset(number).limit(1)) is not None


_OUTBOX, _ATTEMPT = cast(Table, Outbox.__table__), cast(Table, Attempt.__table__)
# Put together once: with thousands of mails, doing it for each of them takes longer than the database does.
_OURS = update(_OUTBOX).where(
    _OUTBOX.c.id == bindparam("mail"),
    _OUTBOX.c.lease_token == bindparam("token"),
    _OUTBOX.c.state == MailState.SENDING,
)
_TRIED = _OURS.values(tried_at=bindparam("now"))
_BEGUN = insert(_ATTEMPT)
_ENDED = (
    update(_ATTEMPT)
    .where(_ATTEMPT.c.id == bindparam("attempt"))
    .values(ended_at=bindparam("now"), outcome=bindparam("how"), code=bindparam("answer"))
)


def begin_attempt(session: Session, mail: Outbox, now: datetime) -> UUID | None:
    """Write down that a try begins; without an outcome it is the trace of a sender that died. Gives its id; None: the
    lease was lost meanwhile, and it must not begin."""
    if not _is_changed(session, _TRIED, mail, now=now):
        return None
    set_committed_value(mail, "tried_at", now)
    attempt_id = uuid4()
    session.execute(_BEGUN, {"id": attempt_id, "outbox_id": mail.id, "n": mail.tries, "started_at": now})
    return attempt_id


def put_back(session: Session, mail: Outbox, next_at: datetime) -> None:
    """Not now: give the claim up until ``next_at``."""
    _settle(session, mail, state=MailState.QUEUED, next_at=next_at)


_FORGOTTEN: dict[str, Any] = {"payload_sealed": None, "to_address_sealed": None}
"""What only a mail on its way has to know: the link that works once, the address of somebody without an account."""


_ARRIVED: dict[str, Any] = {"state": MailState.SENT, "last_class": None, "last_code": None}
_ACCEPTED = _OURS.values(lease_token=None, lease_until=None, accepted_at=bindparam("now"), **_ARRIVED, **_FORGOTTEN)


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
    is_ours = _is_changed(session, _ACCEPTED, mail, now=now)
    if is_ours:
        share_fate(session, mail, **_ARRIVED, accepted_at=now, tried_at=mail.tried_at)
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
    return _is_changed(session, _OURS.values(lease_token=None, lease_until=None, **values), mail)


def _is_changed(session: Session, statement: Update, mail: Outbox, **parameters: Any) -> bool:
    result = session.execute(statement, {"mail": mail.id, "token": mail.lease_token, **parameters})
    return cast("CursorResult[Any]", result).rowcount == 1


def _end_attempt(session: Session, attempt_id: UUID, outcome: str, code: int | None, now: datetime) -> None:
    session.execute(_ENDED, {"attempt": attempt_id, "now": now, "how": str(outcome), "answer": code})


def as_planned_now(mail: Outbox, planned: Planned) -> None:
    """What the mail says when it goes out, which may be more than what was planned first."""
    mail.kind, mail.reason, mail.change = planned.kind, planned.reason, planned.change
    mail.covers = list(planned.covers)
    mail.told_state = asdict(planned.day_state) if planned.day_state else None
    mail.expires_at, mail.cutoff_at = planned.expires_at, planned.cutoff_at
