"""How much mails to court watchers say, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.volunteers.rules import Disclosure

SAYS_WORDS = {
    Disclosure.MINIMAL: _l("Only that there is news"),
    Disclosure.DISCREET: _l("When it is; no name, no court"),
    Disclosure.FULL: _l("Everything, with name and court"),
}
