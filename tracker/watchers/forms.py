"""What may be typed about court watchers: by visitors, by themselves, by coordinators."""

from __future__ import annotations

from datetime import time

from babel import Locale
from flask_babel import lazy_gettext as _l

from tracker.accounts.forms import email_address
from tracker.languages import OF_PAGES
from tracker.volunteers.rules import Disclosure
from tracker.watchers.actions import Choices
from tracker.watchers.rules import up_to
from tracker.watchers.words import SAYS_WORDS
from tracker.web.forms import Form, FormIdField, choice, line, offer, paragraph, zone


class ChoicesForm(Form):
    zone = zone(
        _l("Your time zone"),
        required=_l("Choose your time zone."),
        hint=_l("Mails arrive by your clock, and say the time by it too."),
    )
    says = choice(
        _l("How much a mail says"),
        required=_l("Choose how much a mail says."),
        hint=_l("Mails pass through the hands of providers, and light up on screens."),
    )
    locale = choice(_l("Language of the mails"), required=_l("Choose a language."))

    def offer_choices(self, most: Disclosure) -> None:
        """What can be chosen where the collective lets mails say at most ``most``."""
        offer(self.says, [(each, SAYS_WORDS[each]) for each in up_to(most)])
        offer(self.locale, [(code, Locale(code).display_name) for code in OF_PAGES])

    def choices(self, remind_at: time = time(8, 0)) -> Choices:
        """What was chosen."""
        return Choices(
            zone=self.zone.data or "UTC",
            locale=self.locale.data or "en",
            disclosure=Disclosure(self.says.data or Disclosure.DISCREET),
            remind_at=remind_at,
        )


class AskForm(ChoicesForm):
    email = email_address(
        _l("E-mail address"),
        required=_l("Type your e-mail address."),
        hint=_l("Kept encrypted. Whoever looks at it has to say why, which is noted. Deleted at once when you leave."),
    )


class SettingsForm(ChoicesForm):
    remind_at = choice(
        _l("When mails should arrive"),
        [(f"{hour:02d}:00", f"{hour:02d}:00") for hour in range(24)],
        required=_l("Choose an hour."),
    )

    def all_choices(self) -> Choices:
        """What was chosen, with the hour."""
        return self.choices(time.fromisoformat(self.remind_at.data or "08:00"))


class WatchLinkForm(Form):
    form_id = FormIdField()
    words = line(
        _l("What a visitor reads there"),
        most=120,
        hint=_l(
            "Such as: the hearings at the court of Lukomorsk. Whoever has the address reads it, so better no name."
        ),
    )


class RevealForm(Form):
    why = paragraph(
        _l("Why"),
        required=_l("Say why you have to see the address."),
        most=500,
        rows=2,
        hint=_l("It is kept with your handle and the day; every coordinator can read it."),
    )
