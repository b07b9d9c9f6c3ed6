"""What is chosen in the settings of the collective, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.collective.rules import KeptScans
from tracker.volunteers.rules import Disclosure
from tracker.web.words import register

KEPT_SCANS_WORDS = {
    KeptScans.UNTIL_THEIR_DAY: _l("keep them until their day, shown to nobody"),
    KeptScans.DESTROYED_NOW: _l("destroy them now, for good, those held for release too"),
}

MOST_DISCLOSURE_WORDS = {
    Disclosure.FULL: _l("everything, if its reader chose so"),
    Disclosure.DISCREET: _l("what kind of day and when; no name, no charge, no court"),
    Disclosure.MINIMAL: _l("that there is something to look at here, and nothing else"),
}

register(KEPT_SCANS_WORDS)
