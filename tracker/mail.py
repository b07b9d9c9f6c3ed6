"""Who can send an e-mail: a protocol with a few implementations. What one is says message.py."""

from __future__ import annotations

import re
import select
import smtplib
import socket
import ssl
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from tracker.message import Email as Email
from tracker.message import NotSent as NotSent
from tracker.message import compose as compose
from tracker.message import in_ascii

CONNECT_SECONDS = 20
COMMAND_SECONDS = 30
BEFORE_DATA_SECONDS = 30
"""When it has taken longer than this to get to DATA, the mail waits for its next turn."""
AFTER_DATA_SECONDS = 120
"""RFC 5321 4.5.3.2 recommends ten minutes after the final dot; a stable Message-ID lets us give up sooner."""

_PROVIDER_TROUBLE = frozenset({421, 530, 534, 535, 538})
"""Closing down, or it wants another sign-in: no mail is to blame."""


class Mailer(Protocol):
    """Hands messages over. Returning means that the other side has accepted the message."""

    def send(self, email: Email, now: datetime) -> None:
        """Send one message, dated ``now``; raises NotSent."""

    def close(self) -> None:
        """Nothing more to send for now: let go of the connection, if one is kept."""


class SmtpMailer:
    """Sends by SMTP: ``smtp://`` (plain, for loopback), ``smtp+starttls://`` or ``smtps://``, verified.

    The connection is kept until ``close``, so that many mails need one only.
    """

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._scheme = parts.scheme
        self._host = parts.hostname or "localhost"
        self._port = parts.port or {"smtp": 25, "smtp+starttls": 587, "smtps": 465}[parts.scheme]
        self._login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        self._sender = sender
        self._envelope_sender = sender.rpartition("<")[2].rstrip(">")
        # smtplib would put this machine's own name into its greeting.
        self._greeting = sender.rpartition("@")[2].rstrip(">")
        self._server: smtplib.SMTP | None = None

    def send(self, email: Email, now: datetime) -> None:
        started = time.monotonic()
        content = _dot_stuffed(compose(email, self._sender, now).as_bytes())
        is_new = self._server is None
        server = self._server or self._connect()
        try:
            sender = email.envelope_sender or self._envelope_sender
            answer = self._begin(server, sender, is_new)
            if answer is None:
                self._drop()
                server = self._connect()
                answer = self._begin(server, sender, is_new=True)
            assert answer is not None
            _expect(answer, temporary="temporary", permanent="transport")
            self._hand_over(server, in_ascii(email.to), content, started)
        except NotSent:
            self._drop()
            raise
        self._server = server

    def close(self) -> None:
        if self._server is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._server.quit()
        self._drop()

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None

    def _connect(self) -> smtplib.SMTP:
        server: smtplib.SMTP | None = None
        try:
            if self._scheme == "smtps":
                context = ssl.create_default_context()
                server = smtplib.SMTP_SSL(
                    self._host, self._port, self._greeting, timeout=CONNECT_SECONDS, context=context
                )
            else:
                server = smtplib.SMTP(self._host, self._port, self._greeting, timeout=CONNECT_SECONDS)
            self._server = server
            if self._scheme == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
            if self._login:
                server.login(*self._login)
            server.ehlo_or_helo_if_needed()
            if server.sock is not None:
                server.sock.settimeout(COMMAND_SECONDS)
                # The final dot goes out on its own; without this it waits for the other side's delayed ACK, 40 ms.
                server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            # ValueError: an answer that is no SMTP at all.
            self._drop()
            raise NotSent("transport", getattr(error, "smtp_code", None)) from None
        return server

    def _begin(self, server: smtplib.SMTP, sender: str, is_new: bool) -> tuple[int, bytes] | None:
        """MAIL FROM; None if a kept connection turns out to have been closed by the other side meanwhile."""
        try:
            if not is_new:
                server.rset()
            answer = server.mail(sender)
        except (OSError, smtplib.SMTPException, ValueError):
            if is_new:
                raise NotSent("temporary") from None
            return None
        return None if answer[0] == 421 and not is_new else answer

    def _hand_over(self, server: smtplib.SMTP, to: str, content: bytes, started: float) -> None:
        """RCPT and DATA one by one, because each answer means something else."""
        try:
            _expect(server.rcpt(to), temporary="temporary", permanent="permanent")
            if time.monotonic() - started > BEFORE_DATA_SECONDS:
                # The lease on this mail would not outlast a slow answer.
                raise NotSent("temporary")
            _expect(server.docmd("DATA"), temporary="temporary", permanent="content", wanted=3)
            server.send(content)
            if server.sock is not None and select.select([server.sock], [], [], 0)[0]:
                # It has hung up, or complains, before it has seen the end.
                raise NotSent("temporary")
        except (OSError, smtplib.SMTPException, ValueError):
            # Without the final dot no server accepts it.
            raise NotSent("temporary") from None
        try:
            if server.sock is not None:
                server.sock.settimeout(AFTER_DATA_SECONDS)
            server.send(b".\r\n")
            answer = server.getreply()
            if server.sock is not None:
                server.sock.settimeout(COMMAND_SECONDS)
        except (OSError, smtplib.SMTPException, ValueError):
            # The connection broke around the final dot: it may or may not have been accepted (RFC 1047).
            raise NotSent("unclear") from None
        # Some servers look at the address only now (RFC 3463: 5.1.x).
        bad_address = re.match(rb"5\.1\.", answer[1]) is not None
        _expect(answer, temporary="temporary", permanent="permanent" if bad_address else "content")


def _expect(answer: tuple[int, bytes], *, temporary: str, permanent: str, wanted: int = 2) -> None:
    code = answer[0]
    if code in _PROVIDER_TROUBLE or code < 0:
        raise NotSent("transport", code)
    if code // 100 == 4 or code == 552:
        raise NotSent(temporary, code)
    if code // 100 != wanted:
        raise NotSent(permanent, code)


def _dot_stuffed(content: bytes) -> bytes:
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    return re.sub(rb"(?m)^\.", b"..", lines).rstrip(b"\r\n") + b"\r\n"


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

    def close(self) -> None:
        """Nothing is kept open."""


class MemoryMailer:
    """Keeps messages in a list; for tests."""

    def __init__(self) -> None:
        self.sent: list[Email] = []

    def send(self, email: Email, now: datetime) -> None:
        compose(email, "Tracker <tracker@example.org>", now)
        self.sent.append(email)

    def close(self) -> None:
        """Nothing is kept open."""


def mailer_for(url: str, sender: str) -> Mailer:
    """The mailer that a setting names: ``smtp…://…``, ``folder:///path`` or ``memory:``."""
    if url.startswith("folder://"):
        return FolderMailer(Path(url.removeprefix("folder://")), sender)
    if url == "memory:":
        return MemoryMailer()
    return SmtpMailer(url, sender)
