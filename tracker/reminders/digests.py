"""The gathered mail of a day: putting it together in the outbox, and looking again at each part when it goes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import cast
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.reminders import claims
from tracker.reminders.actions import keep_gathered, keep_planned, message_id
from tracker.reminders.beats import insert_into
from tracker.reminders.gathering import Digest
from tracker.reminders.items import items_of
from tracker.reminders.models import Outbox
from tracker.reminders.nags import PlannedNag
from tracker.reminders.rules import MailKind, MailState, Planned, Reason
from tracker.reminders.verdicts import Drop, Hold, Part, Ready, Verdict

PRIORITY = 5


def keep_digest(session: Session, digest: Digest, secret: bytes, now: datetime) -> int:
    """Put a gathered mail into the outbox with what goes out in it. Says how many mails are new.

    What comes after the mail of its day is on its way goes out by itself. The row of that mail is locked meanwhile, so
    that no sender takes it up between the question and the answer.
    """
    mails = cast("Sequence[Planned | PlannedNag]", digest.mails)
    key = digest.dedupe_key
    row = {
        "id": uuid4(),
        "recipient_id": digest.person_id,
        "kind": MailKind.DIGEST,
        "subject_id": digest.person_id,
        "occurrence_key": str(digest.on),
        "rule": "digest",
        "due_at": digest.due_at,
        "next_at": digest.due_at,
        "expires_at": max(mail.expires_at for mail in mails),
        "priority": PRIORITY,
        "state": MailState.QUEUED,
        "reason": Reason.LADDER,
        "message_id": message_id(key, secret),
        "dedupe_key": key,
        "created_at": now,
    }
    session.execute(insert_into(session, Outbox).values(row).on_conflict_do_nothing(index_elements=["dedupe_key"]))
    kept = session.scalars(select(Outbox).where(Outbox.dedupe_key == key).with_for_update()).one()
    if kept.state in (MailState.SUPERSEDED, MailState.SUPPRESSED):
        # It had nothing to say, and now it has.
        kept.state, kept.reason = MailState.QUEUED, Reason.LADDER
        kept.due_at = kept.next_at = digest.due_at
    if kept.state is not MailState.QUEUED:
        return keep_planned(session, mails, secret, now)
    kept.expires_at = max(kept.expires_at, *(mail.expires_at for mail in mails))
    session.flush()
    return keep_gathered(session, mails, kept.id, secret, now)


LookAt = Callable[[Outbox], Verdict]
"""Looks again at one mail: what holds now of what it is about."""


def look_at_each(session: Session, digest: Outbox, look_at: LookAt) -> Verdict:
    """Look again at everything that a gathered mail is to say. What no longer holds is put away with its reason, what
    is to come later leaves it, and a mail of which nothing is left does not go out."""
    parts = []
    for item in items_of(session, digest.id):
        verdict = look_at(item)
        if isinstance(verdict, Drop):
            item.state, item.reason = verdict.state, verdict.reason
        elif isinstance(verdict, Hold):
            item.state, item.digest_id = MailState.QUEUED, None
            item.due_at = item.next_at = verdict.until
        else:
            if verdict.planned is not None:
                claims.as_planned_now(item, verdict.planned)
            parts.append(Part(item, verdict.planned, verdict.nag))
    session.flush()
    if not parts:
        return Drop(MailState.SUPPRESSED, Reason.NOTHING_LEFT)
    return Ready("", "en", "UTC", parts=tuple(parts))
