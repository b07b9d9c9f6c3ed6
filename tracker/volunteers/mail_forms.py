"""What somebody may choose about the mails that reach her."""

from __future__ import annotations

from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types are of an older version
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.dates.forms import ClockField
from tracker.reminders.rules import MailTopic
from tracker.volunteers.mail_actions import MailWishes
from tracker.volunteers.rules import Disclosure, MailMode
from tracker.volunteers.words import DISCLOSURE_WORDS, MAIL_MODE_WORDS
from tracker.web.forms import Form


class _HourField(ClockField):
    """A time of day that has to be said."""

    def __init__(self, label: Any, missing: Any, **extra: Any) -> None:
        super().__init__(label, **extra)
        self.validators = [InputRequired(missing)]


class TopicsField(SelectMultipleField):
    """Several boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def chosen(self) -> frozenset[MailTopic]:
        """The topics that are ticked."""
        return frozenset(MailTopic(each) for each in self.data or ())


class MailsForm(Form):
    quiet_from = _HourField(
        _l("Quiet from"),
        _l("Say from when, such as 22:00."),
        description=_l("By your clock. Mails that can wait do so until it is over."),
    )
    quiet_until = _HourField(
        _l("Quiet until"),
        _l("Say until when, such as 07:00."),
        description=_l("The same as from: no quiet hours."),
    )
    mail_mode = RadioField(
        _l("What can wait comes"),
        [InputRequired(_l("Choose one of them."))],
        choices=[SelectChoice(str(value), words) for value, words in MAIL_MODE_WORDS.items()],
    )
    digest_at = ClockField(
        _l("When the mail of the day should arrive"), description=_l("Empty: at the hour of your reminders.")
    )
    digest_takes_all = BooleanField(
        _l("Gather hearings and ends of terms too"), description=_l("Never later than they are of use.")
    )
    disclosure = RadioField(
        _l("How much mails say"),
        [InputRequired(_l("Choose how much they say."))],
        choices=[SelectChoice(str(value), words) for value, words in DISCLOSURE_WORDS.items()],
    )
    wanted = TopicsField(
        _l("Mails about"),
        description=_l("Who turns off hearings is not told either when one of them is moved or cancelled."),
    )

    def wishes(self) -> MailWishes:
        """What was typed, from a form that was found valid."""
        assert isinstance(self.quiet_from.data, time)
        assert isinstance(self.quiet_until.data, time)
        return MailWishes(
            quiet_from=self.quiet_from.data,
            quiet_until=self.quiet_until.data,
            mode=MailMode(self.mail_mode.data),
            digest_at=self.digest_at.data,
            digest_takes_all=bool(self.digest_takes_all.data),
            disclosure=Disclosure(self.disclosure.data),
        )


class OnePersonForm(Form):
    wanted = TopicsField(
        _l("Mails about"),
        description=_l("Who turns off hearings is not told either when one of them is moved or cancelled."),
    )
