"""What goes out in a gathered mail shares its fate: sent with it, given up with it, tried again with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind, MailState


def items_of(session: Session, digest_id: UUID) -> list[Outbox]:
    """The mails that go out in a gathered one, in their order."""
    statement = (
        select(Outbox)
        .where(Outbox.digest_id == digest_id, Outbox.state == MailState.GATHERED)
        .order_by(Outbox.priority, Outbox.due_at, Outbox.expires_at, Outbox.id)
    )
    return list(session.scalars(statement))


def items_of_any_state(session: Session, digest_id: UUID) -> list[Outbox]:
    """The mails that go or went out in a gathered one."""
    return list(session.scalars(select(Outbox).where(Outbox.digest_id == digest_id)))


def share_fate(session: Session, digest: Outbox, **values: Any) -> None:
    """Write down for all that goes out in a gathered mail what became of it. Nothing for any other mail."""
    if digest.kind is MailKind.DIGEST:
        _set(session, digest.id, MailState.GATHERED, **values)


def gather_again(session: Session, digest_id: UUID) -> None:
    """A gathered mail that was given up is tried again, with all that was to go out in it."""
    _set(session, digest_id, MailState.FAILED, state=MailState.GATHERED)


def note_handled(session: Session, digest_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Somebody told the reader by other means what a gathered mail says."""
    for state in (MailState.FAILED, MailState.MISSED):
        _set(session, digest_id, state, handled_by_id=actor_id, handled_at=now)


def in_which(session: Session, mail_id: UUID) -> UUID:
    """The gathered mail in which a mail goes out, or the mail itself."""
    return session.scalar(select(Outbox.digest_id).where(Outbox.id == mail_id)) or mail_id


def _set(session: Session, digest_id: UUID, while_: MailState, **values: Any) -> None:
    session.execute(
        update(Outbox)
        .where(Outbox.digest_id == digest_id, Outbox.state == while_)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
