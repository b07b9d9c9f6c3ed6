"""What may be typed about a volunteer, by herself or by coordinators."""

from __future__ import annotations

from datetime import time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField
from wtforms.validators import NumberRange

from tracker.volunteers.rules import MOST_CAPACITY
from tracker.web.forms import Form, choice, day, line, paragraph, zone


class _CapacityField(IntegerField):
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = int(valuelist[0].strip()) if valuelist else None
        except ValueError:
            self.data = None
            raise ValueError(_("Type a number, such as 3.")) from None


def _capacity(label: Any, hint: Any) -> IntegerField:
    limits = NumberRange(0, MOST_CAPACITY, _l("Type a number from %(min)s to %(max)s."))
    return _CapacityField(label, [limits], description=hint, render_kw={"min": 0, "max": MOST_CAPACITY})


class AvailabilityForm(Form):
    languages = line(_l("Languages"), most=200, hint=_l("For example: English, Russian."))
    capacity = _capacity(_l("How many prisoners at a time"), _l("0: none for now."))
    away_from = day(_l("Away from"), hint=_l("The first day away. Empty: from now."))
    away_until = day(
        _l("Away until"), hint=_l("The last day away. Empty: not away. Nothing is asked of whoever is away.")
    )


class SettingsForm(AvailabilityForm):
    zone = zone(
        _l("Your time zone"), required=_l("Choose your time zone."), hint=_l("Days and mails go by your clock.")
    )
    remind_at = choice(
        _l("When reminders should arrive"),
        [(f"{hour:02d}:00", f"{hour:02d}:00") for hour in range(24)],
        required=_l("Choose an hour."),
    )
    locale = choice(_l("Language of the tracker"), required=_l("Choose a language."))

    def remind_time(self) -> time:
        """The chosen hour."""
        return time.fromisoformat(self.remind_at.data or "08:00")


class VolunteerForm(AvailabilityForm):
    note = paragraph(_l("Note for coordinators"), hint=_l("Kept encrypted. Write nothing that could hurt her."))


class RolesForm(Form):
    coordinator = BooleanField(_l("Coordinator: assigns, and sees all prisoners"))
    admin = BooleanField(_l("Admin: invites and gives roles, and sees no prisoners by that alone"))
