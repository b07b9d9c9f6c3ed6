"""Entries as an iCalendar document (RFC 5545 and 7986), in the reader's language and as openly as she chose.

The same entries give the same bytes: nothing in it is of the moment of reading. It is no invitation, and names no
organizer and no attendee. Moments are in UTC, so that no program needs to know a zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from icalendar import Alarm, Calendar, Event, vText

from tracker.calendars.rules import GUESSED_LENGTH, Entry, Off
from tracker.calendars.words import DISCREET_WORDS, FULL_WORDS
from tracker.dates.rules import DayKind
from tracker.volunteers.rules import Disclosure
from tracker.web.filters import city, clock, long_day, offset, upfirst
from tracker.web.words import words

PRODUCT = "-//Post//Days//EN"
"""Says nothing of what it is about."""
REFRESH = timedelta(hours=1)
ALARMS = (timedelta(days=-1), timedelta(hours=-2))
NAMES_IN_A_LINE = 3


@dataclass(frozen=True)
class Style:
    """How a calendar speaks."""

    name: str
    """What it is called in the program that reads it; empty for a single entry, which joins another calendar."""
    disclosure: Disclosure
    with_alarms: bool
    domain: str
    """Ours, behind the @ of each UID."""
    site: str
    """The address of the tracker."""
    today: date


def document(entries: Iterable[Entry], style: Style) -> bytes:
    """The calendar with these entries, in UTF-8."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    if style.name:
        # As text, so that a line break in it stays within its line.
        calendar.add("name", vText(style.name))
        calendar.add("x-wr-calname", vText(style.name))
        # Hints that some programs follow.
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        calendar.add_component(_event(entry, style))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, style: Style) -> Event:
    event = Event()
    event.add("uid", entry.uid(style.domain))
    # Without METHOD it says when the entry was last revised, not when it was read (RFC 5545, 3.8.7.2).
    event.add("dtstamp", entry.known.day.changed_at.replace(microsecond=0))
    event.add("last-modified", entry.known.day.changed_at.replace(microsecond=0))
    event.add("sequence", entry.known.day.revision)
    event.add("summary", _summary(entry, style.disclosure))
    _add_time(event, entry)
    event.add("status", _status(entry))
    event.add("class", "PRIVATE")
    event.add("description", "\n".join(_description(entry, style)))
    if style.disclosure is Disclosure.FULL and entry.known.court:
        event.add("location", entry.known.court)
    if style.with_alarms and entry.starts_at and not entry.off and entry.on >= style.today:
        for before in ALARMS:
            event.add_component(_alarm(before, entry, style))
    return event


def _add_time(event: Event, entry: Entry) -> None:
    if entry.starts_at is None:
        event.add("dtstart", entry.on)
        # Its end is exclusive (RFC 5545, 3.6.1).
        event.add("dtend", (entry.until or entry.on) + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        return
    event.add("dtstart", entry.starts_at)
    if entry.known.day.kind is DayKind.HEARING:
        event.add("dtend", entry.starts_at + GUESSED_LENGTH)
    event.add("transp", "TRANSPARENT" if entry.off else "OPAQUE")


def _status(entry: Entry) -> str:
    if entry.off:
        return "CANCELLED"
    return "TENTATIVE" if entry.until else "CONFIRMED"


def _alarm(before: timedelta, entry: Entry, style: Style) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", before)
    alarm.add("description", _summary(entry, style.disclosure))
    return alarm


def _summary(entry: Entry, disclosure: Disclosure) -> str:
    title = _title(entry, disclosure)
    if entry.off is Off.CANCELLED:
        return str(_("Cancelled: %(title)s", title=title))
    if entry.off is Off.POSTPONED:
        return str(_("Postponed: %(title)s", title=title))
    if entry.off is Off.DONE:
        return str(_("Done: %(title)s", title=title))
    return title


def _title(entry: Entry, disclosure: Disclosure) -> str:
    kind = entry.known.day.kind
    if disclosure is Disclosure.MINIMAL:
        return str(_("Reminder"))
    if disclosure is Disclosure.DISCREET:
        return str(DISCREET_WORDS[kind])
    what = upfirst(words(entry.known.what)) if kind is DayKind.HEARING else str(FULL_WORDS[kind])
    return str(_("%(what)s: %(names)s", what=what, names=_names(entry.known.names)))


def _names(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:NAMES_IN_A_LINE])
    others = len(names) - NAMES_IN_A_LINE
    if others <= 0:
        return shown
    return str(ngettext("%(names)s and one more", "%(names)s and %(num)d more", others, names=shown))


def _description(entry: Entry, style: Style) -> Iterable[str]:
    """What has to be known at the place, line by line."""
    if style.disclosure is not Disclosure.MINIMAL:
        yield from _about_time(entry)
    if style.disclosure is Disclosure.FULL:
        yield from _in_full(entry)
    yield _("More, and what is known by now: %(site)s", site=style.site)


def _about_time(entry: Entry) -> Iterable[str]:
    zone = entry.known.day.zone
    if entry.off is Off.POSTPONED:
        yield _("It does not take place on this day, and the new one is not known yet.")
    elif entry.off is Off.CANCELLED:
        yield _("It does not take place.")
    if entry.starts_at is not None and entry.at is not None:
        yield _(
            "%(day)s, %(time)s by the clock there (%(city)s, %(offset)s).",
            day=long_day(entry.on),
            time=clock(entry.at),
            city=city(zone),
            offset=offset(entry.starts_at, zone),
        )
        if entry.known.day.kind is DayKind.HEARING:
            yield _("How long it takes is not known; one hour is a guess.")
    elif entry.until is not None:
        yield _("It will be on one of these days; which one is not known yet.")
    elif entry.known.day.kind is DayKind.HEARING:
        yield _("The time is not known.")


def _in_full(entry: Entry) -> Iterable[str]:
    known = entry.known
    if known.day.kind is DayKind.BIRTHDAY and entry.ordinal:
        yield ngettext("%(num)d year old.", "%(num)d years old.", entry.ordinal)
    elif known.day.kind is DayKind.ARREST_ANNIVERSARY and entry.ordinal:
        yield ngettext("%(num)d year.", "%(num)d years.", entry.ordinal)
    elif known.day.kind is DayKind.RELEASE:
        yield _("A release is a plan that can fail: check it with the family or the lawyer.")
    elif known.day.kind is DayKind.DETENTION_UNTIL:
        yield _("Watch for a hearing on extending custody: it usually comes shortly before, often without notice.")
    if len(known.names) > NAMES_IN_A_LINE:
        yield _("It concerns %(names)s.", names=", ".join(known.names))
    if known.expected:
        yield _("Expected: %(what)s", what=known.expected)
