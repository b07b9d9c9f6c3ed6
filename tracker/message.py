"""What an e-mail is, and how it is laid out for the way: text and HTML, or both encrypted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any


@dataclass(frozen=True)
class Email:
    """One message to one person."""

    to: str
    subject: str
    text: str
    message_id: str
    """With angle brackets; the same on every try, so that a duplicate can be recognised as one."""
    headers: Mapping[str, str] = field(default_factory=dict)
    html: str | None = None
    """The same as ``text``, complete."""
    encrypted: bytes | None = None
    """In place of text and HTML: both, encrypted by OpenPGP, in ASCII armour (RFC 3156)."""
    envelope_sender: str | None = None
    """Where bounces go; None: to the sender."""


class NotSent(Exception):
    """The message was not handed over. Says what kind of failure it was, never whom it was for."""

    def __init__(self, kind: str, code: int | None = None) -> None:
        super().__init__(kind)
        self.kind = kind
        """transport, temporary, permanent, content or unclear (see reminders/rules.py)."""
        self.code = code


class _OnOneLine(UnstructuredHeader):
    """A header that is not folded, for some signatures broke over one that was. Of plain ASCII, and short enough."""

    def fold(self, *, policy: Any) -> str:
        """The header as one line."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


_HEADERS = HeaderRegistry()
for _name in ("list-unsubscribe", "list-unsubscribe-post", "message-id", "references", "in-reply-to"):
    _HEADERS.map_to_type(_name, _OnOneLine)  # type: ignore[arg-type]  # it is joined with BaseHeader there
_POLICY = SMTP.clone(header_factory=_HEADERS)


def compose(email: Email, sender: str, now: datetime) -> EmailMessage:
    """The message as it goes over the wire: text and HTML, or both encrypted, and no trace of this machine."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    try:
        message["To"] = Address(addr_spec=in_ascii(email.to))
    except (ValueError, IndexError, HeaderParseError):
        raise NotSent("permanent") from None
    message["Subject"] = _in_one_line(email.subject)
    message["Date"] = now
    message["Message-ID"] = email.message_id
    # RFC 3834 section 5: keeps out-of-office replies away.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    for name, value in email.headers.items():
        message[name] = _in_one_line(value)
    if email.encrypted is not None:
        _enclose(message, email.encrypted)
    else:
        _fill(message, email)
    return message


def content_to_encrypt(email: Email) -> bytes:
    """What an encrypted mail has inside: both its forms, and its own subject, which does not stand outside."""
    inner = EmailMessage(policy=_POLICY)
    inner["Subject"] = _in_one_line(email.subject)
    _fill(inner, email)
    inner.set_param("protected-headers", "v1", header="Content-Type")
    return inner.as_bytes()


def _fill(message: EmailMessage, email: Email) -> None:
    message.set_content(email.text, cte="quoted-printable")
    if email.html is not None:
        message.add_alternative(email.html, subtype="html", cte="quoted-printable")


def _enclose(message: EmailMessage, encrypted: bytes) -> None:
    """PGP/MIME (RFC 3156, 4): a part that says the version, and one with everything."""
    version, content = EmailMessage(policy=_POLICY), EmailMessage(policy=_POLICY)
    version["Content-Type"] = "application/pgp-encrypted"
    version.set_payload("Version: 1\r\n")
    content["Content-Type"] = 'application/octet-stream; name="encrypted.asc"'
    content.set_payload(encrypted.decode("ascii"))
    message["Content-Type"] = 'multipart/encrypted; protocol="application/pgp-encrypted"'
    message.set_payload([version, content])


def _in_one_line(value: str) -> str:
    return re.sub(r"[\r\n\x00]+", " ", value)


def in_ascii(address: str) -> str:
    """The address with its domain in IDNA; a local part beyond ASCII is refused, for few servers take one."""
    local, _, domain = address.rpartition("@")
    local.encode("ascii")
    return f"{local}@{domain.encode('idna').decode()}"
