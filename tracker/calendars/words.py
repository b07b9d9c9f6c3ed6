"""What days are called in calendars, where programs of others may read along."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.dates.rules import DayKind
from tracker.volunteers.rules import Disclosure

DISCREET_WORDS = {
    DayKind.HEARING: _l("Appointment"),
    DayKind.RELEASE: _l("Appointment"),
    DayKind.DETENTION_UNTIL: _l("Deadline"),
    DayKind.APPEAL_DEADLINE: _l("Deadline"),
    DayKind.BIRTHDAY: _l("Birthday"),
    DayKind.ARREST_ANNIVERSARY: _l("Anniversary"),
    DayKind.INTL_DAY: _l("Day"),
    DayKind.PARCEL_WINDOW: _l("Parcel"),
}
"""Words that could stand in anybody's calendar."""

FULL_WORDS = {
    DayKind.HEARING: _l("Hearing"),
    DayKind.RELEASE: _l("Release"),
    DayKind.DETENTION_UNTIL: _l("Custody runs out"),
    DayKind.APPEAL_DEADLINE: _l("Last day to hand in"),
    DayKind.BIRTHDAY: _l("Birthday"),
    DayKind.ARREST_ANNIVERSARY: _l("Anniversary of the arrest"),
    DayKind.INTL_DAY: _l("International day"),
    DayKind.PARCEL_WINDOW: _l("Parcel possible"),
}

FEED_DISCLOSURE_WORDS = {
    Disclosure.DISCREET: _l("discreet: when, and a word like “Appointment”; no name, no court"),
    Disclosure.FULL: _l("full: who, in which court, what is expected"),
}
