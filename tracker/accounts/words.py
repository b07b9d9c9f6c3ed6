"""What the states of invitations are called on pages, and what is said about a passphrase that will not do."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.accounts.rules import InvitationState, PassphraseTooCommon, PassphraseTooLong, PassphraseTooShort
from tracker.web.words import register

INVITATION_WORDS = {
    InvitationState.PENDING: _l("waiting"),
    InvitationState.ACCEPTED: _l("accepted"),
    InvitationState.WITHDRAWN: _l("withdrawn"),
    InvitationState.EXPIRED: _l("expired"),
}

PASSPHRASE_REFUSALS = (PassphraseTooShort, PassphraseTooLong, PassphraseTooCommon)

_SENTENCES = {
    PassphraseTooShort: _l("At least 15 characters, please: four or five words."),
    PassphraseTooLong: _l("At most 200 characters, please."),
    PassphraseTooCommon: _l("Somebody would guess this one. Choose another one."),
}


def passphrase_sentence(refusal: Exception) -> str:
    """What to say about one of ``PASSPHRASE_REFUSALS``."""
    return str(_SENTENCES[type(refusal)])


register(INVITATION_WORDS)
