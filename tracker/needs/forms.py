"""What may be typed about needs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.needs.rules import LONGEST_WORDS
from tracker.prisoners.words import NEED_WORDS
from tracker.web.forms import Form, FormIdField, choice, day, paragraph


class NeedForm(Form):
    kind = choice(
        _l("What sort of thing"), [("", _l("choose")), *NEED_WORDS.items()], required=_l("Choose what sort it is.")
    )
    text = paragraph(
        _l("What exactly"),
        most=LONGEST_WORDS,
        rows=3,
        hint=_l("For a parcel one thing a line, like “2 × wool socks, size 44”."),
    )
    asked_on = day(_l("The day it was asked for"), hint=_l("Leave it empty if it is not known."))


class NewNeedForm(NeedForm):
    form_id = FormIdField()


class PromiseForm(Form):
    by = choice(_l("Who promises it"), required=_l("Choose who promises it."))
    until = day(_l("By which day"), hint=_l("Leave it empty if no day was named; then nothing is ever overdue."))


class DoneForm(Form):
    done_on = day(_l("The day it was done"), required=_l("Say on which day it was done."))
    parcel = choice(_l("In which parcel"))
