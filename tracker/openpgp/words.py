"""What states of keys are called on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.volunteers.rules import KeyState
from tracker.web.words import register

KEY_WORDS = {
    KeyState.USABLE: _l("mail is encrypted"),
    KeyState.EXPIRED: _l("key has expired"),
    KeyState.REVOKED: _l("key is revoked"),
    KeyState.UNUSABLE: _l("key cannot be used"),
}

register(KEY_WORDS)
