"""What may be typed about a term to be kept."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from tracker.dates.forms import ClockField
from tracker.dates.words import DEADLINE_WORDS
from tracker.web.forms import Form, FormIdField, choice, day, paragraph, zone


class DeadlineForm(Form):
    kind = choice(_l("What has to be handed in"), list(DEADLINE_WORDS.items()), required=_l("Choose one."))
    on = day(
        _l("Last day"),
        required=_l("Type the last day on which it can be handed in."),
        hint=_l("As the court or a lawyer said it. Nothing is worked out here."),
    )
    at = ClockField(_l("Last hour"), description=_l("Only if it lies before the office closes."))
    zone = zone(_l("Time zone"), required=_l("Choose the time zone in which the day is counted."))
    case = choice(_l("Case"))
    note = paragraph(
        _l("What, where and by whom"), rows=3, most=2000, hint=_l("Kept encrypted; seen by coordinators only.")
    )
    past_is_meant = BooleanField(_l("Yes, this day is meant, although it is over"))


class NewDeadlineForm(DeadlineForm):
    form_id = FormIdField()


class HandInForm(Form):
    on = day(_l("Handed in on"), required=_l("Type the day on which it was handed in."))
