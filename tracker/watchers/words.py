"""How much mails to court watchers say, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.volunteers.rules import Disclosure

SAYS_WORDS = {
    Disclosure.MINIMAL: _l("Only that there is something to look at, on your own page"),
    Disclosure.DISCREET: _l("When the hearing is; no name, no court"),
    Disclosure.FULL: _l("Everything: name, court, what is expected"),
}
