"""What may be typed about a chance to send a parcel."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l

from tracker.dates.window_actions import MOST_MONTHS
from tracker.web.forms import Form, FormIdField, choice, day, whole_number


class Comes(StrEnum):
    """How a chance comes back."""

    MONTHS = "months"
    FIRST = "first"


class WindowForm(Form):
    comes = choice(
        _l("When is a parcel possible again?"),
        [
            (Comes.MONTHS, _l("every so many months, counted from a day")),
            (Comes.FIRST, _l("on the first of each month")),
        ],
        required=_l("Choose one."),
    )
    every_months = whole_number(_l("Every how many months"), least=1, most=MOST_MONTHS)
    counted_from = day(
        _l("Counted from"),
        required=_l("Type the day from which it is counted."),
        hint=_l("The day of the last parcel, or of the first chance. Every one is counted from this day."),
    )
    form_id = FormIdField()
