"""What may be typed about a hearing."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectMultipleField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from tracker.dates.words import KIND_WORDS
from tracker.web.forms import Form, FormIdField, choice, day, line, paragraph, zone


class ClockField(Field):
    """A time by the 24-hour clock; empty means that it is not known."""

    widget = TextInput()
    data: time | None

    def __init__(self, label: Any, **extra: Any) -> None:
        super().__init__(label, [Optional()], render_kw={"inputmode": "numeric", "placeholder": "10:00"}, **extra)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%H:%M}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if not text:
            return
        match = re.fullmatch(r"([01]?\d|2[0-3])[:.h ]?([0-5]\d)", text, re.ASCII)
        if match is None:
            raise ValueError(_("This is no time of day. Write it like 10:00, or leave it empty if it is not known."))
        self.data = time(int(match[1]), int(match[2]))


class HearingForm(Form):
    on = day(_l("Day"), required=_l("Type the day; if there is none, the hearing is postponed without a date."))
    at = ClockField(_l("Time"), description=_l("By the court's clock. Leave it empty if it is not known."))
    court = choice(_l("Court"), hint=_l("The time zone comes from the court."))
    new_court = line(_l("Or a court that is not in the list"))
    new_court_zone = zone(_l("Its time zone"))
    kind = choice(_l("What kind of hearing"), list(KIND_WORDS.items()), required=_l("Choose one."))
    expected = paragraph(
        _l("What is expected"),
        rows=3,
        most=2000,
        hint=_l("What may happen, and what is asked of those who come. Seen by everybody assigned, on this site only."),
    )
    past_is_meant = BooleanField(_l("Yes, this day is meant, although it is over"))


class NewHearingForm(HearingForm):
    form_id = FormIdField()
    case = choice(_l("Case"))
    prisoners = SelectMultipleField(
        _l("Whom it concerns"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


class ChangeHearingForm(HearingForm):
    why = line(_l("Why it was changed"), most=500, hint=_l("For the history; kept encrypted."))


class WhyForm(Form):
    why = line(_l("Why"), most=500, hint=_l("For the history; kept encrypted."))
