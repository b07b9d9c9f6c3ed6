"""What the kinds and states of hearings are called on pages and in mails."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.dates.models import HearingKind, HearingStatus
from tracker.web.words import register

KIND_WORDS = {
    HearingKind.REMAND: _l("remand hearing"),
    HearingKind.CUSTODY_EXTENSION: _l("hearing on extending custody"),
    HearingKind.PRELIMINARY: _l("preliminary hearing"),
    HearingKind.TRIAL: _l("trial hearing"),
    HearingKind.VERDICT: _l("verdict"),
    HearingKind.APPEAL: _l("appeal"),
    HearingKind.CASSATION: _l("cassation"),
    HearingKind.PAROLE: _l("parole hearing"),
    HearingKind.OTHER: _l("hearing"),
}

STATUS_WORDS = {
    HearingStatus.SCHEDULED: _l("set"),
    HearingStatus.SINE_DIE: _l("postponed without a date"),
    HearingStatus.CANCELLED: _l("cancelled"),
    HearingStatus.CLOSED: _l("closed"),
}

register(KIND_WORDS)
register(STATUS_WORDS)
