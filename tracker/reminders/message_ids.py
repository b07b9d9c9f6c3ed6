"""The ids by which mails are recognised, by mail servers and by those who read them."""

from __future__ import annotations

import hashlib
import hmac


def message_id(dedupe_key: str, secret: bytes) -> str:
    """The part of a Message-ID before our domain: always the same for the same mail, and no clue to what it is."""
    return hmac.new(secret, b"message-id|" + dedupe_key.encode(), hashlib.sha256).hexdigest()[:32]
