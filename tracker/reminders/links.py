"""Signed addresses in mails. Whoever opens one sees a page; only its button does something (RFC 8058, 3.2).

What a link is for is part of its signature, so that one cannot be turned into another. None carries an address. The one
to unsubscribe stands in the header of every mail, also of those that say nothing: it is sealed, not only signed, and of
one length, so that it does not tell what the mail was about.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer

from tracker.reminders.rules import MailTopic
from tracker.watchers.rules import FORGOTTEN_AFTER

GOOD_FOR = timedelta(days=60)
"""So long can a mail be answered by its links; unsubscribing has no end."""


_TOPIC_LENGTH = max(len(topic) for topic in MailTopic)


class BadLink(Exception):
    """This address is incomplete, or its time is over."""


@dataclass(frozen=True)
class Links:
    """Makes and reads the signed part of addresses, with the secret of the installation."""

    secret: bytes

    def unsubscribe(self, reader_id: UUID, topic: MailTopic) -> str:
        """For the page on which a reader (volunteer or watcher) turns a kind of mail off."""
        nonce = secrets.token_bytes(12)
        told = reader_id.bytes + f"{topic:<{_TOPIC_LENGTH}}".encode()
        return urlsafe_b64encode(nonce + self._box().encrypt(nonce, told, b"unsubscribe")).decode().rstrip("=")

    def read_unsubscribe(self, token: str) -> tuple[UUID, MailTopic]:
        """Raises BadLink."""
        try:
            sealed = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
            told = self._box().decrypt(sealed[:12], sealed[12:], b"unsubscribe")
            return UUID(bytes=told[:16]), MailTopic(told[16:].decode().strip())
        except (InvalidTag, ValueError):
            raise BadLink from None

    def answer(self, mail_id: UUID, what: str) -> str:
        """For a page that answers one mail: ``what`` is what it does, such as ``snooze`` or ``written``."""
        return self._timed(what).dumps(mail_id.hex)

    def read_answer(self, token: str, what: str) -> UUID:
        """The mail that a link answers; raises BadLink."""
        try:
            return UUID(self._timed(what).loads(token, max_age=int(GOOD_FOR.total_seconds())))
        except (BadData, ValueError, TypeError, AttributeError):
            raise BadLink from None

    def watcher(self, watcher_id: UUID, number: int) -> str:
        """For the page of a court watcher; with a higher number, older addresses stop working."""
        return self._lasting("watcher").dumps([watcher_id.hex, number])

    def read_watcher(self, token: str) -> tuple[UUID, int]:
        """The watcher and the number of her link; raises BadLink."""
        try:
            watcher, number = self._lasting("watcher").loads(token)
            return UUID(watcher), int(number)
        except (BadData, ValueError, TypeError):
            raise BadLink from None

    def watch(self, watch_id: UUID, number: int) -> str:
        """For the page on which somebody confirms that she wants mails; it ends with the link number of the watcher."""
        return self._timed("watch").dumps([watch_id.hex, number])

    def read_watch(self, token: str) -> tuple[UUID, int]:
        """What is to be confirmed, and the number of the watcher's link; raises BadLink."""
        try:
            watch, number = self._timed("watch").loads(token, max_age=int(FORGOTTEN_AFTER.total_seconds()))
            return UUID(watch), int(number)
        except (BadData, ValueError, TypeError, AttributeError):
            raise BadLink from None

    def _box(self) -> AESGCM:
        return AESGCM(hashlib.sha256(b"mail link: unsubscribe|" + self.secret).digest())

    def _lasting(self, what: str) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt=f"mail link: {what}")

    def _timed(self, what: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret, salt=f"mail link: {what}")
