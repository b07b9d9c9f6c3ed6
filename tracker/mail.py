"""E-mail: what one is (a value), and who can send it (a protocol with a few implementations)."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

CONNECT_SECONDS = 20
AFTER_DATA_SECONDS = 120
"""RFC 5321 4.5.3.2 recommends ten minutes after the final dot; a stable Message-ID lets us give up sooner."""


@dataclass(frozen=True)
class Email:
    """One message to one person."""

    to: str
    subject: str
    text: str
    message_id: str
    """With angle brackets; the same on every try, so that a duplicate can be recognised as one."""
    headers: Mapping[str, str] = field(default_factory=dict)


class NotSent(Exception):
    """The message was not handed over. Says what kind of failure it was, never whom it was for."""

    def __init__(self, kind: str, code: int | None = None) -> None:
        super().__init__(kind)
        self.kind = kind
        """transport, temporary, permanent, content or unclear (see reminders/rules.py)."""
        self.code = code


class Mailer(Protocol):
    """Hands messages over. Returning means that the other side has accepted the message."""

    def send(self, email: Email, now: datetime) -> None:
        """Send one message, dated ``now``; raises NotSent."""


def compose(email: Email, sender: str, now: datetime) -> EmailMessage:
    """The message as it goes over the wire: plain text, no trace of this machine."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = Address(addr_spec=email.to)
    message["Subject"] = re.sub(r"[\r\n\x00]+", " ", email.subject)
    message["Date"] = now
    message["Message-ID"] = email.message_id
    # RFC 3834 section 5: keeps out-of-office replies away.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    for name, value in email.headers.items():
        message[name] = value
    message.set_content(email.text, cte="quoted-printable")
    return message


class SmtpMailer:
    """Sends by SMTP: ``smtp://`` (plain, for loopback), ``smtp+starttls://`` or ``smtps://``, verified."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._scheme = parts.scheme
        self._host = parts.hostname or "localhost"
        self._port = parts.port or {"smtp": 25, "smtp+starttls": 587, "smtps": 465}[parts.scheme]
        self._login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        self._sender = sender
        # smtplib would put this machine's own name into its greeting.
        self._greeting = sender.rpartition("@")[2].rstrip(">")

    def send(self, email: Email, now: datetime) -> None:
        message = compose(email, self._sender, now)
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent("transport", getattr(error, "smtp_code", None)) from None
        try:
            self._hand_over(server, email.to, message.as_bytes())
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        if self._scheme == "smtps":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, self._greeting, timeout=CONNECT_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, self._greeting, timeout=CONNECT_SECONDS)
        try:
            if self._scheme == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
            if self._login:
                server.login(*self._login)
        except BaseException:
            server.close()
            raise
        return server

    def _hand_over(self, server: smtplib.SMTP, to: str, content: bytes) -> None:
        """MAIL, RCPT and DATA one by one, because each answer means something else."""
        try:
            server.ehlo_or_helo_if_needed()
            _expect(server.mail(self._sender.rpartition("<")[2].rstrip(">")), "temporary", "transport")
            _expect(server.rcpt(to), "temporary", "permanent")
            _expect(server.docmd("DATA"), "temporary", "content", wanted=3)
        except (OSError, smtplib.SMTPException):
            raise NotSent("temporary") from None
        try:
            if server.sock is not None:
                server.sock.settimeout(AFTER_DATA_SECONDS)
            server.send(_dot_stuffed(content))
            answer = server.getreply()
        except (OSError, smtplib.SMTPException):
            # The connection broke around the final dot: it may or may not have been accepted (RFC 1047).
            raise NotSent("unclear") from None
        _expect(answer, "temporary", "content")
        try:
            server.docmd("QUIT")
        except (OSError, smtplib.SMTPException):
            pass


def _expect(answer: tuple[int, bytes], on_4xx: str, on_5xx: str, *, wanted: int = 2) -> None:
    code = answer[0]
    if code == 421:
        raise NotSent("transport", code)
    if code // 100 == 4 or code == 552:
        raise NotSent(on_4xx, code)
    if code // 100 != wanted:
        raise NotSent(on_5xx, code)


def _dot_stuffed(content: bytes) -> bytes:
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    return re.sub(rb"(?m)^\.", b"..", lines).rstrip(b"\r\n") + b"\r\n.\r\n"


class FolderMailer:
    """Keeps every message as a file: the local outbox of the demo, which can be read in the browser."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    def send(self, email: Email, now: datetime) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"{now:%Y%m%dT%H%M%S}-{re.sub(r'[^A-Za-z0-9-]', '', email.message_id)[:60]}.eml"
        try:
            (self._folder / name).write_bytes(compose(email, self._sender, now).as_bytes())
        except OSError:
            raise NotSent("transport") from None


class MemoryMailer:
    """Keeps messages in a list; for tests."""

    def __init__(self) -> None:
        self.sent: list[Email] = []

    def send(self, email: Email, now: datetime) -> None:
        compose(email, "Tracker <tracker@example.org>", now)
        self.sent.append(email)


def mailer_for(url: str, sender: str) -> Mailer:
    """The mailer that a setting names: ``smtp…://…``, ``folder:///path`` or ``memory:``."""
    if url.startswith("folder://"):
        return FolderMailer(Path(url.removeprefix("folder://")), sender)
    if url == "memory:":
        return MemoryMailer()
    return SmtpMailer(url, sender)
