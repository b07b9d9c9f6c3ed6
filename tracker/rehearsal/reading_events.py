"""Reading the events of a story: what is known of a date, and the ladder that goes with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tracker.dates.rules import DayKind, DayStatus, Leap
from tracker.partial_date import NotADate, PartialDate
from tracker.rehearsal.fields import Fields, known_names
from tracker.rehearsal.rules import DateFacts, Event, Exactness, Nag, NamedRule, Reader, Sitting
from tracker.reminders.ladders import MOST_DAYS, MOST_HOURS
from tracker.reminders.rules import Rule

FOR_PEOPLE = ("title", "note", "notes", "comment", "description", "name", "why", "by")
"""Fields that nothing follows from."""


@dataclass
class Cast:
    """Who and what there is in a story, as far as it has been read."""

    readers: dict[str, Reader]
    events: dict[str, Event] = field(default_factory=dict)
    nags: dict[str, Nag] = field(default_factory=dict)


def read_event(inner: Fields, cast: Cast) -> Event:
    """An event; it is in the cast from then on."""
    inner.ignore(*FOR_PEOPLE)
    kind = inner.one_of("kind", DayKind, needed=True)
    audience = inner.names("audience", "recipients")
    known_names(inner, "audience", audience, cast.readers, "recipient")
    facts = DateFacts(**date_facts(inner))
    event = Event(
        id=inner.text("id", needed=True),
        kind=kind or DayKind.HEARING,
        rules=tuple(rule for each in inner.items("rules") if (rule := _rule(each)) is not None),
        audience=audience,
        facts=facts,
    )
    inner.done()
    if event.id in cast.events:
        inner.fault("id", "there is another event of this name.")
    if kind is not None:
        _check_date(inner, kind, facts)
    cast.events[event.id] = event
    return event


def _rule(fields: Fields) -> NamedRule | None:
    fields.ignore("note", "title")
    days = fields.whole("days", 0, MOST_DAYS)
    hours = fields.whole("hours", 0, MOST_HOURS)
    each_sitting = fields.flag("per_session")
    name = fields.text("id")
    if not fields.has("days", "hours"):
        fields.fault("days", "is missing; a rule has days or hours.")
    elif days is not None and hours is not None:
        fields.fault("hours", "cannot be given together with days.")
    fields.done()
    if (days is None) == (hours is None):
        return None
    rule = Rule(days=days, hours=hours, each_sitting=each_sitting)
    return NamedRule(name or rule.id, rule)


def date_facts(fields: Fields) -> dict[str, Any]:
    """The fields of DateFacts that are named, be it to clear them."""
    found = fields.those_there(_OF_A_DATE)
    if "on" not in found and fields.has("month", "year", "day"):
        found["on"] = _from_parts(fields)
    fields.ignore("year", "month", "day")
    if fields.has("derive"):
        found |= _derived(fields.inner("derive"))
    return found


def _status(fields: Fields, name: str) -> DayStatus:
    return fields.one_of(name, DayStatus, needed=True) or DayStatus.SCHEDULED


def _sittings(fields: Fields, name: str) -> tuple[Sitting, ...]:
    return tuple(each for item in fields.items(name) if (each := _sitting(item)) is not None)


_OF_A_DATE: dict[str, tuple[tuple[str, ...], Callable[[Fields, str], Any]]] = {
    "on": (("date",), Fields.partial),
    "at": (("time",), Fields.clock),
    "zone": (("tz", "zone"), lambda fields, name: fields.zone(name, "UTC")),
    "exactness": (("precision",), lambda fields, name: fields.one_of(name, Exactness)),
    "latest": (("date_latest",), Fields.day),
    "sittings": (("sessions",), _sittings),
    "place": (("place", "court"), Fields.text),
    "status": (("status",), _status),
    "leap": (("feb29",), lambda fields, name: fields.one_of(name, Leap)),
}
"""The fields of DateFacts: how they are called in a file, and how they are read."""


def _from_parts(fields: Fields) -> PartialDate | None:
    year, month, day = fields.whole("year", 1, 9999), fields.whole("month", 1, 12), fields.whole("day", 1, 31)
    try:
        return PartialDate(year, month, day)
    except NotADate as error:
        fields.fault("day" if day else "month", f"this is no date: {error}.")
        return None


def _sitting(fields: Fields) -> Sitting | None:
    fields.ignore(*FOR_PEOPLE, "id", "tz", "zone")
    on, at = fields.day("date"), fields.clock("time")
    if not fields.has("date"):
        fields.fault("date", "is missing.")
    fields.done()
    return None if on is None else Sitting(on, at)


def _derived(fields: Fields) -> dict[str, Any]:
    since = fields.day("from")
    if not fields.has("from"):
        fields.fault("from", "is missing; the date is counted from a day.")
    months = fields.whole("add_months", 1, 120)
    is_first = bool(fields.raw("first_of_next_month")) or fields.raw("rule") == "first_of_next_month"
    fields.done()
    if (months is None) != is_first:
        fields.fault("add_months", "either this or first_of_next_month says how the date is computed.")
    return {"counted_from": since, "add_months": months, "first_of_next_month": is_first}


def _check_date(fields: Fields, kind: DayKind, facts: DateFacts) -> None:
    """Whether an event has as much of a date as its kind needs."""
    known = facts.known
    has_any = known is not None or facts.sittings or facts.counted_from
    if not has_any and facts.status is DayStatus.SCHEDULED:
        fields.fault("date", "is missing.")
    if known is not None and known.year is None and not kind.returns_yearly:
        fields.fault("year", f"is missing; a {kind} does not return every year.")
    if facts.sittings and kind is not DayKind.HEARING:
        fields.fault("sessions", "only a hearing has several.")
    if facts.latest is not None and kind is not DayKind.HEARING:
        fields.fault("date_latest", "only a hearing can lie in a window.")
    if facts.latest is not None and known is not None and known.exact is not None and facts.latest <= known.exact:
        fields.fault("date_latest", "does not lie after date.")
    if facts.counted_from and kind is not DayKind.PARCEL_WINDOW:
        fields.fault("derive", "only a parcel_window is computed.")
