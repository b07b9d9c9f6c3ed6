"""What the kinds and states of hearings are called on pages and in mails."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.dates.hearing_list_queries import Show
from tracker.dates.models import Answer, DeadlineKind, HearingKind, HearingOutcome, HearingStatus
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

OUTCOME_WORDS = {
    HearingOutcome.HELD: _l("held"),
    HearingOutcome.POSTPONED: _l("postponed"),
    HearingOutcome.VERDICT: _l("verdict"),
    HearingOutcome.CUSTODY_EXTENDED: _l("custody extended"),
    HearingOutcome.RELEASED: _l("released"),
    HearingOutcome.NOT_HELD: _l("not held"),
    HearingOutcome.UNKNOWN: _l("could not be found out"),
}

ANSWER_WORDS = {
    Answer.YES: _l("will be there"),
    Answer.NO: _l("cannot come"),
}

DEADLINE_WORDS = {
    DeadlineKind.APPEAL: _l("appeal"),
    DeadlineKind.CASSATION: _l("cassation appeal"),
    DeadlineKind.COMPLAINT: _l("complaint"),
    DeadlineKind.OTHER: _l("something else to be handed in"),
}

SHOW_WORDS = {
    Show.COMING: _l("To come"),
    Show.NOBODY_THERE: _l("Nobody there yet"),
    Show.NO_OUTCOME: _l("Without an outcome"),
    Show.PAST: _l("Over or called off"),
}

register(KIND_WORDS)
register(OUTCOME_WORDS)
register(ANSWER_WORDS)
register(DEADLINE_WORDS)
register(SHOW_WORDS)
register(STATUS_WORDS)
