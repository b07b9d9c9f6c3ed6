"""What the kinds and states of hearings are called on pages and in mails."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.dates.models import HearingKind, HearingStatus
from tracker.dates.rules import DayKind
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

DAY_WORDS = {
    DayKind.HEARING: _l("hearing"),
    DayKind.RELEASE: _l("release expected"),
    DayKind.DETENTION_UNTIL: _l("end of the term in custody"),
    DayKind.APPEAL_DEADLINE: _l("end of the time to appeal"),
    DayKind.BIRTHDAY: _l("birthday"),
    DayKind.ARREST_ANNIVERSARY: _l("anniversary of the arrest"),
    DayKind.INTL_DAY: _l("international day"),
    DayKind.PARCEL_WINDOW: _l("a parcel can be sent"),
}

register(KIND_WORDS)
register(STATUS_WORDS)
register(DAY_WORDS)
