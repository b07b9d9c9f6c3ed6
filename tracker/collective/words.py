"""What is chosen in the settings of the collective, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.collective.rules import KeptScans
from tracker.web.words import register

KEPT_SCANS_WORDS = {
    KeptScans.UNTIL_THEIR_DAY: _l("keep them until their day, shown to nobody"),
    KeptScans.DESTROYED_NOW: _l("destroy them now, for good, those held for release too"),
}

register(KEPT_SCANS_WORDS)
