"""Changes to the outbox: putting mails in, and what coordinators do about those that did not arrive."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind, MailState, Reason

_PRIORITY_OF_ASKED_FOR = 2


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
