"""Bounces: to whom they go, what they say, and what follows. RFC 3464 for their form, RFC 3463 for their codes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from tracker.reminders.backoff import FailureKind
from tracker.reminders.items import items_of_any_state
from tracker.reminders.models import Attempt, Outbox
from tracker.reminders.rules import MailState, Reason
from tracker.reminders.troubles import address_refused, not_reached_for_now

LARGEST_BOUNCE = 1024 * 1024
_PROOF_BYTES = 10
_TOKEN = re.compile(r"\+([a-z2-7]{42})@", re.IGNORECASE)
_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To")


class Verdict(StrEnum):
    """What a bounce says of a mail."""

    NO_SUCH_ADDRESS = "no_such_address"
    NOT_THIS_MAIL = "not_this_mail"
    """The provider refuses the text, or us."""
    NOT_FOR_NOW = "not_for_now"
    """The mailbox is full, or nobody took the mail for days."""
    NOTHING_YET = "nothing_yet"
    """It is still being tried, or was delivered."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """Which mail came back, and what its bounce says."""

    message_id: str
    verdict: Verdict
    code: int | None
    """The enhanced status without its dots: 511 for 5.1.1."""


class NotABounce(Exception):
    """This is no report about a mail of ours, or one that somebody made up."""


def bounce_address(address: str, message_id: str, secret: bytes) -> str:
    """Where bounces of one mail go: the address with a part that nobody else can make, and that tells nothing.

    ``message_id`` is that of the outbox, in hexadecimal. Letters of both cases mean the same, for servers change them.
    """
    local, _, domain = address.rpartition("@")
    identity = bytes.fromhex(message_id)
    token = base64.b32encode(identity + _proof(identity, secret)).decode().rstrip("=").lower()
    return f"{local}+{token}@{domain}"


def read_bounce(raw: bytes, secret: bytes, recipient: str | None = None) -> Bounce:
    """A bounce as the mail server hands it over; ``recipient`` is the address to which it came, if the server says so.
    Raises NotABounce."""
    try:
        message = cast(EmailMessage, message_from_bytes(raw[:LARGEST_BOUNCE], policy=policy.compat32))
    except RecursionError:
        # Thousands of parts within parts: anybody can send that, and must get no answer either.
        raise NotABounce from None
    told = [recipient] if recipient else []
    told += [str(value) for name in _HEADERS for value in message.get_all(name, [])]
    message_id = next((found for text in told if (found := _read_token(text, secret))), None)
    if message_id is None:
        raise NotABounce
    action, status = _report(message)
    return Bounce(message_id, _verdict(action, status), int(status.replace(".", "")[:6]) if status else None)


def _proof(identity: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, b"bounce|" + identity, hashlib.sha256).digest()[:_PROOF_BYTES]


def _read_token(text: str, secret: bytes) -> str | None:
    for token in _TOKEN.findall(text):
        try:
            told = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
        except (binascii.Error, ValueError):
            continue
        identity, proof = told[:-_PROOF_BYTES], told[-_PROOF_BYTES:]
        if hmac.compare_digest(proof, _proof(identity, secret)):
            return identity.hex()
    return None


def _report(message: Message[Any, Any]) -> tuple[str, str]:
    """The action and the status of the first recipient, in lower case. Raises NotABounce."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in [each for each in blocks if isinstance(each, Message)] if isinstance(blocks, list) else []:
            action = str(block.get("Action", "")).strip().lower()
            if action:
                status = re.match(r"[245]\.\d{1,3}\.\d{1,3}", str(block.get("Status", "")).strip())
                return action, status.group() if status else ""
    raise NotABounce


def _verdict(action: str, status: str) -> Verdict:
    if action != "failed":
        return Verdict.NOTHING_YET
    if not status.startswith("5") or status == "5.2.2":
        # 5.2.2: the mailbox is full, which passes.
        return Verdict.NOT_FOR_NOW
    about_address = status.startswith("5.1.") and status not in ("5.1.7", "5.1.8")
    # 5.1.7 and 5.1.8 are about the sender; 5.2.1: switched off; 5.0.0 and 5.4.4: nothing better is known of it.
    if about_address or status in ("5.2.0", "5.2.1", "5.0.0", "5.4.4"):
        return Verdict.NO_SUCH_ADDRESS
    return Verdict.NOT_THIS_MAIL


_REASONS = {
    Verdict.NO_SUCH_ADDRESS: (Reason.ADDRESS_REFUSED, FailureKind.PERMANENT),
    Verdict.NOT_THIS_MAIL: (Reason.CONTENT_REFUSED, FailureKind.CONTENT),
    Verdict.NOT_FOR_NOW: (Reason.BOUNCED, FailureKind.TEMPORARY),
}


def take_bounce(session: Session, bounce: Bounce, now: datetime) -> bool:
    """A mail that was taken for delivered came back: it counts as given up, and its reader as not told. False: nothing
    follows from it, or it has come before."""
    if bounce.verdict is Verdict.NOTHING_YET:
        return False
    reason, failure = _REASONS[bounce.verdict]
    mail = session.scalar(select(Outbox).where(Outbox.message_id == bounce.message_id))
    if mail is None:
        return False
    values: dict[str, Any] = {
        "state": MailState.FAILED,
        "reason": reason,
        "accepted_at": None,
        "last_class": failure,
        "last_code": bounce.code,
    }
    given_up = session.execute(
        update(Outbox)
        .where(Outbox.id == mail.id, Outbox.state == MailState.SENT)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", given_up).rowcount != 1:
        return False
    for item in items_of_any_state(session, mail.id):
        if item.state is MailState.SENT:
            item.state, item.reason, item.accepted_at = MailState.FAILED, reason, None
            item.last_class = failure
    attempt = Attempt(outbox_id=mail.id, n=mail.tries, started_at=now, ended_at=now, outcome="bounced")
    attempt.code = bounce.code
    session.add(attempt)
    if bounce.verdict is Verdict.NO_SUCH_ADDRESS:
        address_refused(session, mail, now)
    elif bounce.verdict is Verdict.NOT_FOR_NOW:
        not_reached_for_now(session, mail, now)
    return True
