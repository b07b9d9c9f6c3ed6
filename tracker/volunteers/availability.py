"""Whom somebody can write to and when, taken from a form into her row."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from tracker.volunteers.actions import Availability, change_availability
from tracker.volunteers.forms import AvailabilityForm
from tracker.volunteers.models import Volunteer
from tracker.volunteers.rules import AwayForEver, ComesBackBeforeSheGoes
from tracker.web.forms import refuse


def is_available(form: AvailabilityForm, volunteer: Volunteer, languages: Sequence[str]) -> bool:
    """Change what was typed about it; False, with the reason at the field, if it cannot be so."""
    typed = Availability(tuple(languages), form.capacity.data or 0, form.away_from.data, form.away_until.data)
    try:
        change_availability(volunteer, typed)
    except AwayForEver:
        refuse(form.away_until, _("Say which day is the last one away. Who does not come back hands over instead."))
    except ComesBackBeforeSheGoes:
        refuse(form.away_until, _("This is before the first day away."))
    else:
        return True
    return False
