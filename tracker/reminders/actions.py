"""Changes to the outbox: putting mails in, and what coordinators do about those that did not arrive."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from tracker.reminders.beats import insert_into
from tracker.reminders.items import gather_again, in_which, note_handled
from tracker.reminders.message_ids import message_id as message_id
from tracker.reminders.models import Outbox
from tracker.reminders.nags import PlannedNag
from tracker.reminders.rules import MailKind, MailState, Planned, Reason
from tracker.volunteers.models import AddressState, Volunteer

_PRIORITY_OF_ASKED_FOR = 2
_ROWS_AT_ONCE = 500
"""Put in by one statement; SQLite takes 32,766 values at most."""


def queue_mail(
    session: Session,
    kind: MailKind,
    *,
    now: datetime,
    expires_at: datetime,
    recipient_id: UUID | None = None,
    to_address: str | None = None,
    payload: Mapping[str, Any] | None = None,
    subject_id: UUID | None = None,
    prisoner_id: UUID | None = None,
    key: str | None = None,
) -> Outbox:
    """Put a mail into the outbox that follows from what somebody did, such as inviting or assigning.

    It goes to a volunteer (``recipient_id``) or, sealed, to an address without account. ``payload`` are the facts that
    its text needs; they are sealed and must be plain JSON. The text is written when it is sent. Two mails with the same
    ``key`` cannot exist: the second one is refused by the database.
    """
    mail = Outbox(
        kind=kind,
        recipient_id=recipient_id,
        subject_id=subject_id,
        prisoner_id=prisoner_id,
        due_at=now,
        next_at=now,
        expires_at=expires_at,
        priority=_PRIORITY_OF_ASKED_FOR,
        state=MailState.QUEUED,
        reason=Reason.ASKED_FOR,
        message_id=secrets.token_hex(16),
        dedupe_key=hashlib.sha256(f"{kind}|{key or secrets.token_hex(16)}".encode()).hexdigest(),
        created_at=now,
    )
    mail.to_address = to_address
    mail.payload = json.dumps(dict(payload)) if payload else None
    session.add(mail)
    return mail


def keep_planned(
    session: Session,
    planned: Sequence[Planned | PlannedNag],
    secret: bytes,
    now: datetime,
    watcher_ids: Collection[UUID] = frozenset(),
) -> int:
    """Put planned mails into the outbox; those that are in it already stay as they are. Says how many are new.
    ``watcher_ids`` says which of the readers have no account.

    A mail that was taken back because its day had changed comes to life again if the day is as it was.
    """
    rows = [row_of(mail, secret, now, mail.person_id in watcher_ids) for mail in planned]
    return _insert_or_revive(session, planned, rows)


def keep_gathered(
    session: Session, mails: Sequence[Planned | PlannedNag], digest_id: UUID, secret: bytes, now: datetime
) -> int:
    """The same for mails that go out in a gathered one."""
    gathered = {"state": MailState.GATHERED, "digest_id": digest_id}
    return _insert_or_revive(session, mails, [row_of(mail, secret, now) | gathered for mail in mails])


def _insert_or_revive(session: Session, planned: Sequence[Planned | PlannedNag], rows: Sequence[dict[str, Any]]) -> int:
    if not planned:
        return 0
    count = 0
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[start : start + _ROWS_AT_ONCE]
        inserted = set(
            session.scalars(
                insert_into(session, Outbox)
                .values(some)
                .on_conflict_do_nothing(index_elements=["dedupe_key"])
                .returning(Outbox.dedupe_key)
            )
        )
        count += len(inserted)
        for mail, row in zip(planned[start : start + _ROWS_AT_ONCE], some, strict=True):
            if mail.state is MailState.QUEUED and row["dedupe_key"] not in inserted:
                count += _revive(session, row)
    return count


def _revive(session: Session, row: Mapping[str, Any]) -> int:
    columns = ("state", "reason", "due_at", "next_at", "expires_at")
    revived = session.execute(
        update(Outbox)
        .where(
            Outbox.dedupe_key == row["dedupe_key"],
            Outbox.state.in_((MailState.SUPERSEDED, MailState.SUPPRESSED)),
        )
        .values(digest_id=row.get("digest_id"), **{name: row[name] for name in columns})
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", revived).rowcount


def row_of(mail: Planned | PlannedNag, secret: bytes, now: datetime, is_for_watcher: bool = False) -> dict[str, Any]:
    """The columns of a planned mail."""
    return {
        "id": uuid4(),
        "recipient_id": None if is_for_watcher else mail.person_id,
        "watcher_id": mail.person_id if is_for_watcher else None,
        "kind": mail.kind,
        "day_kind": mail.day_kind,
        "subject_id": mail.subject_id,
        "prisoner_id": mail.prisoner_ids[0] if len(mail.prisoner_ids) == 1 else None,
        "occurrence_key": mail.occurrence_key,
        "rule": mail.rule,
        "change": mail.change,
        "covers": list(mail.covers),
        "told_state": asdict(mail.day_state) if mail.day_state else None,
        "due_at": mail.due_at,
        "next_at": mail.due_at,
        "expires_at": mail.expires_at,
        "cutoff_at": mail.cutoff_at,
        "priority": mail.priority,
        "state": mail.state,
        "reason": mail.reason,
        "message_id": message_id(mail.dedupe_key, secret),
        "dedupe_key": mail.dedupe_key,
        "created_at": now,
    }


def retry(session: Session, mail_id: UUID, now: datetime) -> bool:
    """Try a mail again that was given up, for instance since the address has been corrected. False: it was not.

    What goes out in a gathered mail is tried again with all of it.
    """
    mail_id = in_which(session, mail_id)
    retried = session.execute(
        update(Outbox)
        .where(Outbox.id == mail_id, Outbox.state == MailState.FAILED)
        .values(state=MailState.QUEUED, reason=Reason.RETRIED, next_at=now, attempts=0)
        .returning(Outbox.recipient_id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if retried is not None and retried.recipient_id is not None:
        session.execute(
            update(Volunteer)
            .where(Volunteer.id == retried.recipient_id, Volunteer.address_state == AddressState.REFUSED)
            .values(address_state=AddressState.FINE)
        )
    if retried is not None:
        gather_again(session, mail_id)
    return retried is not None


def try_again_for(session: Session, volunteer_id: UUID, now: datetime) -> int:
    """Queue what could not be delivered to somebody and is still of use, for she has another address now. Says how
    many mails; what somebody told her by other means is left alone."""
    again = session.scalars(
        update(Outbox)
        .where(
            Outbox.recipient_id == volunteer_id,
            Outbox.state == MailState.FAILED,
            Outbox.reason.in_((Reason.ADDRESS_REFUSED, Reason.NO_ADDRESS, Reason.BOUNCED)),
            Outbox.digest_id.is_(None),
            Outbox.expires_at > now,
            Outbox.handled_at.is_(None),
        )
        .values(state=MailState.QUEUED, reason=Reason.RETRIED, next_at=now, attempts=0)
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    ).all()
    for mail_id in again:
        gather_again(session, mail_id)
    return len(again)


class TooLateToSend(Exception):
    """The time of this mail is over; tell her by other means."""


def send_elsewhere(session: Session, mail_id: UUID, address: str, now: datetime) -> bool:
    """Send a mail that was given up to another address of its reader, this one mail only. False: it was not given up,
    or went to somebody without account: its links open what is meant for her alone, such as the role of an admin.

    Raises TooLateToSend.
    """
    mail_id = in_which(session, mail_id)
    mail = session.scalar(
        select(Outbox)
        .where(Outbox.id == mail_id, Outbox.state == MailState.FAILED, Outbox.recipient_id.is_not(None))
        .with_for_update()
    )
    if mail is None:
        return False
    if mail.expires_at <= now:
        raise TooLateToSend
    mail.to_address = address
    mail.state, mail.reason = MailState.QUEUED, Reason.OTHER_ADDRESS
    mail.next_at, mail.attempts = now, 0
    gather_again(session, mail_id)
    return True


def note_told_by_phone(session: Session, mail_id: UUID, *, actor_id: UUID, now: datetime) -> bool:
    """Somebody told the reader by other means. False: the mail was neither given up nor missed, or it is noted."""
    noted = session.execute(
        update(Outbox)
        .where(
            Outbox.id == mail_id,
            Outbox.state.in_((MailState.FAILED, MailState.MISSED)),
            Outbox.handled_at.is_(None),
        )
        .values(handled_by_id=actor_id, handled_at=now)
        .execution_options(synchronize_session=False)
    )
    is_noted = cast("CursorResult[Any]", noted).rowcount == 1
    if is_noted:
        note_handled(session, mail_id, actor_id=actor_id, now=now)
    return is_noted
