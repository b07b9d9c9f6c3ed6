"""What may be typed to assign somebody and to end an assignment."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.assignments.models import EndReason, Part
from tracker.assignments.words import END_WORDS, PART_WORDS
from tracker.letters.forms import QuestionsField
from tracker.web.forms import Form, FormIdField, choice, day, paragraph


class AssignForm(Form):
    form_id = FormIdField()
    part = choice(
        _l("What she does"),
        [(part, PART_WORDS[part]) for part in Part],
        required=_l("Choose what she does."),
    )
    since = day(_l("Since"), required=_l("Say since when."))
    sure = QuestionsField(_l("Before you assign her"))


class EndForm(Form):
    reason = choice(
        _l("Why it ends"),
        [
            ("", _l("choose")),
            *((reason, words) for reason, words in END_WORDS.items() if reason is not EndReason.STAND_IN_OVER),
        ],
        required=_l("Choose a reason."),
    )
    last_day = day(_l("The last day"), required=_l("Say which day was the last."))
    note = paragraph(_l("Note for coordinators"), hint=_l("Kept encrypted. May stay empty."), rows=3)


class DayForm(Form):
    day = day(_l("Day"), required=_l("Choose a day."))
