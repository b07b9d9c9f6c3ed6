"""What the steps of a hand-over are called on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.handover.rules import Step
from tracker.web.words import register

STEP_WORDS = {
    Step.FAREWELL: _l("farewell"),
    Step.FOLLOWER: _l("somebody who goes on"),
    Step.END: _l("end of the former part"),
}

register(STEP_WORDS)
