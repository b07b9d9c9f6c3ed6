"""What the values about threads and transit times are called on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.transit.rules import Leg
from tracker.transit.silence import ThreadState
from tracker.web.words import register

STATE_WORDS = {
    ThreadState.FIRST: _l("first letter to be written"),
    ThreadState.OURS: _l("our turn"),
    ThreadState.THEIRS: _l("their turn"),
    ThreadState.SILENT: _l("silent"),
}

LEG_WORDS = {
    Leg.SENT: _l("letters sent"),
    Leg.THERE: _l("there"),
    Leg.BACK: _l("back"),
    Leg.ROUND: _l("until a reply is here"),
    Leg.LOST: _l("did not arrive"),
}

register(STATE_WORDS)
register(LEG_WORDS)
