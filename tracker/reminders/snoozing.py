"""Putting off a mail that can wait, and what becomes of it (N6).

A mail that waits is moved; one that is not in the outbox yet is not put there until then; one that was sent comes once
more, as a mail of its own, if what it says still holds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.reminders.beats import insert_into
from tracker.reminders.gathering import by_digest
from tracker.reminders.items import items_of_any_state
from tracker.reminders.message_ids import message_id
from tracker.reminders.models import Outbox, Snooze
from tracker.reminders.nags import LIVES
from tracker.reminders.rules import MailKind, MailState, Person, Reason, again_key, dedupe_key
from tracker.reminders.timing import days_later

CHOICES = (1, 3, 7)
"""For so many days a mail can be put off."""
_WAITS = (MailState.QUEUED, MailState.GATHERED)


class CannotWait(Exception):
    """This mail is about something that cannot be put off."""


class AfterItsDay(Exception):
    """By then the day that this mail is about is over."""


def can_wait(kind: MailKind, day_kind: Any) -> bool:
    """Whether a mail may be put off: one that asks for a letter, or is about a day that nobody can miss."""
    if kind in (MailKind.NAG, MailKind.DIGEST):
        return True
    return kind in (MailKind.REMINDER, MailKind.LATE_NOTICE) and day_kind is not None and day_kind.is_soft


def put_off(session: Session, mail: Outbox, days: int, reader: Person, now: datetime) -> datetime:
    """Put a mail off for some days, until the reader's preferred time; of a gathered mail everything in it that can
    wait. Says until when. Raises CannotWait or AfterItsDay."""
    until = days_later(now, by_digest(reader), days)
    mails = items_of_any_state(session, mail.id) if mail.kind is MailKind.DIGEST else [mail]
    mails = [each for each in mails if can_wait(each.kind, each.day_kind)]
    if not mails:
        raise CannotWait
    in_time = [each for each in mails if each.kind is MailKind.NAG or until < each.expires_at]
    if not in_time:
        raise AfterItsDay
    for each in in_time:
        put_off_until(session, each, each.dedupe_key, until, reader, now)
    return until


def until_for(due_at: datetime, days: int, reader: Person, now: datetime) -> datetime:
    """Until when a mail that has not come yet is put off: the preferred time so many days after its own."""
    return days_later(max(due_at, now), by_digest(reader), days)


def waiting_mail(session: Session, key: str) -> Outbox | None:
    """The mail of this dedupe key that waits in the outbox, ours until the commit; None: it is not there yet."""
    return session.scalar(select(Outbox).where(Outbox.dedupe_key == key, Outbox.state.in_(_WAITS)).with_for_update())


def put_off_until(
    session: Session, mail: Outbox | None, key: str, until: datetime, reader: Person, now: datetime
) -> None:
    """Remember that a mail (None: it is not in the outbox yet) is put off; if it waits, it waits until then."""
    values = {"recipient_id": reader.id, "until_at": until, "made_at": now}
    statement = insert_into(session, Snooze).values(id=uuid4(), mail_key=key, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["mail_key"], set_=values))
    if mail is not None and mail.state in _WAITS:
        mail.state, mail.reason, mail.digest_id = MailState.QUEUED, Reason.PUT_OFF, None
        mail.due_at = mail.next_at = until
        if mail.kind is MailKind.NAG:
            mail.expires_at = until + LIVES


def not_put_off(session: Session, snooze: Snooze, now: datetime) -> None:
    """Take it back: what waits is sent at its time or at once, what was sent does not come again."""
    session.delete(snooze)
    waiting = session.scalar(
        select(Outbox).where(Outbox.dedupe_key == snooze.mail_key, Outbox.state == MailState.QUEUED).with_for_update()
    )
    if waiting is not None and waiting.due_at == snooze.until_at:
        waiting.due_at = waiting.next_at = now


@dataclass(frozen=True, slots=True)
class PutOff:
    """A mail that was put off, until when, and whether it was sent before."""

    mail_key: str
    until_at: datetime
    sent_id: UUID | None
    """The mail that was sent; None: it was not sent yet."""


def put_off_now(session: Session) -> list[PutOff]:
    """Everything that is put off, in one statement."""
    statement = select(Snooze.mail_key, Snooze.until_at, Outbox.id).outerjoin(
        Outbox, (Outbox.dedupe_key == Snooze.mail_key) & (Outbox.state == MailState.SENT)
    )
    return [PutOff(row.mail_key, row.until_at, row.id) for row in session.execute(statement)]


def keep_again(session: Session, over: Collection[PutOff], secret: bytes, now: datetime) -> int:
    """Put the mails into the outbox that come once more, since the time for which they were put off is over. Says how
    many."""
    until_by_id = {each.sent_id: each.until_at for each in over if each.sent_id is not None}
    count = 0
    for mail in session.scalars(select(Outbox).where(Outbox.id.in_(until_by_id))):
        row = _again(mail, until_by_id[mail.id], secret, now)
        statement = insert_into(session, Outbox).values(row).on_conflict_do_nothing(index_elements=["dedupe_key"])
        session.execute(statement)
        count += 1
    session.execute(
        delete(Snooze)
        .where(Snooze.mail_key.in_([each.mail_key for each in over]), Snooze.until_at <= now)
        .execution_options(synchronize_session=False)
    )
    return count


def _again(mail: Outbox, until: datetime, secret: bytes, now: datetime) -> Mapping[str, Any]:
    assert mail.recipient_id is not None
    assert mail.subject_id is not None
    key = again_key(mail.occurrence_key or "", until.date())
    unique = dedupe_key(mail.recipient_id, mail.day_kind or mail.kind, mail.subject_id, key, mail.rule or "")
    return {
        "id": uuid4(),
        "recipient_id": mail.recipient_id,
        "kind": mail.kind,
        "day_kind": mail.day_kind,
        "subject_id": mail.subject_id,
        "prisoner_id": mail.prisoner_id,
        "occurrence_key": key,
        "rule": mail.rule,
        "covers": [],
        "told_state": mail.told_state,
        "due_at": until,
        "next_at": until,
        "expires_at": until + LIVES if mail.kind is MailKind.NAG else mail.expires_at,
        "priority": mail.priority,
        "state": MailState.QUEUED,
        "reason": Reason.PUT_OFF,
        "message_id": message_id(unique, secret),
        "dedupe_key": unique,
        "created_at": now,
    }
