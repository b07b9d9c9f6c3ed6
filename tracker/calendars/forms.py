"""What may be typed about a calendar."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types are of an older version
from wtforms.validators import InputRequired

from tracker.calendars.actions import Wishes
from tracker.calendars.words import FEED_DISCLOSURE_WORDS
from tracker.volunteers.rules import Disclosure
from tracker.web.forms import Form, FormIdField, line


class FeedForm(Form):
    name = line(
        _l("Name"),
        required=_l("Give it a name, such as the program that will read it."),
        most=60,
        hint=_l("Your calendar program shows it. For example: Post, on my phone."),
    )
    disclosure = RadioField(
        _l("How much it says"),
        [InputRequired(_l("Choose how much it says."))],
        choices=[SelectChoice(str(value), words) for value, words in FEED_DISCLOSURE_WORDS.items()],
        default=str(Disclosure.DISCREET),
    )
    with_alarms = BooleanField(
        _l("With alarms, a day and two hours before"),
        description=_l("Only for what has a time. Google and Outlook ignore them; Apple asks whether to keep them."),
    )
    form_id = FormIdField()

    def wishes(self) -> Wishes:
        """What was typed, from a form that was found valid."""
        return Wishes(self.name.data or "", Disclosure(self.disclosure.data), bool(self.with_alarms.data))
