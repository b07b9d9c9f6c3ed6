"""What may be typed about a hand-over."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.assignments.models import EndReason
from tracker.assignments.words import END_WORDS
from tracker.handover.rules import LONGEST_NOTE, MOST_RHYTHM_DAYS
from tracker.web.forms import Form, choice, line, paragraph, whole_number

REASONS = (EndReason.VOLUNTEER_STOPPED, EndReason.VOLUNTEER_OVERLOADED, EndReason.HANDED_OVER)


class NotesForm(Form):
    interests = paragraph(
        _l("What one can write about"), most=LONGEST_NOTE, hint=_l("What interests this person, what makes them laugh.")
    )
    promises = paragraph(_l("What you promised"), most=LONGEST_NOTE, hint=_l("And have not done yet."))
    questions = paragraph(_l("Questions that are not answered yet"), most=LONGEST_NOTE)
    signed = line(_l("How your letters are signed"), hint=_l("The name that this person knows you by."))
    rhythm_days = whole_number(
        _l("A letter once in so many days"), least=1, most=MOST_RHYTHM_DAYS, hint=_l("As this person is used to it.")
    )


class BeginForm(Form):
    reason = choice(
        _l("Why somebody else should go on"),
        [("", _l("choose")), *((reason, END_WORDS[reason]) for reason in REASONS)],
        required=_l("Choose a reason."),
    )
