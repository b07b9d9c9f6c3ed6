"""Mail does not reach somebody: the address is marked, and coordinators are told once, whoever found it out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from tracker.reminders.actions import queue_mail
from tracker.reminders.backoff import FailureKind
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind, MailState
from tracker.volunteers.models import AddressState, Volunteer
from tracker.watchers.models import Watcher

SERIES_UNTIL_TOLD = 3
"""So many mails in a row that could not be delivered for now, and coordinators hear of it."""
TROUBLE_LIVES = timedelta(days=7)


def address_refused(session: Session, mail: Outbox, now: datetime) -> None:
    """Its provider says that there is no such address as the reader of ``mail`` has. Nothing more is sent to it."""
    if mail.to_address_sealed is not None or _reader(mail) is None:
        # Another address, for this one mail only, or somebody without account.
        return
    table, reader_id = _who(mail)
    marked = session.execute(
        update(table)
        .where(table.id == reader_id, table.address_state != AddressState.REFUSED)
        .values(address_state=AddressState.REFUSED)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", marked).rowcount == 1:
        _tell(session, mail, now, for_now=False)


def not_reached_for_now(session: Session, mail: Outbox, now: datetime) -> None:
    """A mail was given up, though its address may be right. The third one in a row is told to coordinators."""
    if mail.to_address_sealed is not None or _reader(mail) is None:
        return
    table, reader_id = _who(mail)
    in_a_row = table.bounces + 1 if _one_before_failed(session, mail) else 1
    bounces = session.scalar(
        update(table)
        .where(table.id == reader_id)
        .values(bounces=in_a_row)
        .returning(table.bounces)
        .execution_options(synchronize_session=False)
    )
    if bounces == SERIES_UNTIL_TOLD:
        _tell(session, mail, now, for_now=True)


def _one_before_failed(session: Session, mail: Outbox) -> bool:
    """Whether the last mail before this one that was tried could not be delivered for now either."""
    of_reader = Outbox.recipient_id if mail.recipient_id is not None else Outbox.watcher_id
    before = session.execute(
        select(Outbox.state, Outbox.last_class)
        .where(
            of_reader == _reader(mail),
            Outbox.id != mail.id,
            Outbox.tried_at.is_not(None),
            Outbox.tried_at <= (mail.tried_at or mail.due_at),
            Outbox.digest_id.is_(None),
        )
        .order_by(Outbox.tried_at.desc(), Outbox.id)
        .limit(1)
    ).one_or_none()
    return (
        before is not None
        and before.state in (MailState.FAILED, MailState.MISSED)
        and before.last_class == FailureKind.TEMPORARY
    )


def _reader(mail: Outbox) -> UUID | None:
    return mail.recipient_id or mail.watcher_id


def _who(mail: Outbox) -> tuple[Any, UUID | None]:
    return (Volunteer, mail.recipient_id) if mail.recipient_id is not None else (Watcher, mail.watcher_id)


def _tell(session: Session, mail: Outbox, now: datetime, *, for_now: bool) -> None:
    """One mail to each coordinator but the reader herself; whom it is about says only one that may say all."""
    handle = session.scalar(select(Volunteer.handle).where(Volunteer.id == mail.recipient_id))
    coordinators = select(Volunteer.id).where(
        Volunteer.is_coordinator, Volunteer.disabled_at.is_(None), Volunteer.id != _reader(mail)
    )
    for coordinator_id in session.scalars(coordinators.order_by(Volunteer.id)).all():
        queue_mail(
            session,
            MailKind.ADDRESS_TROUBLE,
            now=now,
            expires_at=now + TROUBLE_LIVES,
            recipient_id=coordinator_id,
            payload={"for_now": for_now, "who": handle},
            key=f"{mail.id}|{coordinator_id}|{for_now}",
        )
