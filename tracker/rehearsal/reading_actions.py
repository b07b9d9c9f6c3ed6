"""Reading what people do in a story: events, nags and actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from tracker.dates.rules import resolve
from tracker.rehearsal.fields import Fields, known_names, read_day, read_instant, shown
from tracker.rehearsal.reading_events import FOR_PEOPLE, Cast, date_facts, read_event
from tracker.rehearsal.rules import Action, Nag, Part, Verb
from tracker.reminders.ladders import MOST_DAYS
from tracker.reminders.rules import QUIET_FROM, QUIET_UNTIL, MailTopic
from tracker.volunteers.rules import MailMode


def read_nag(fields: Fields, cast: Cast) -> Nag:
    """A nag; it is in the cast from then on."""
    fields.ignore(*FOR_PEOPLE)
    topic = fields.one_of("kind", MailTopic, needed=True)
    if topic is not None and not topic.is_nag:
        fields.fault("kind", f"{topic} is none of them: {MailTopic.NO_LETTER}, {MailTopic.REPLY_UNANSWERED}.")
    writer_field = fields.first("writer", "recipient", "to")
    writer = fields.text(writer_field, needed=True)
    known_names(fields, writer_field, [writer] if writer else [], cast.readers, "recipient")
    nag = Nag(
        id=fields.text("id", needed=True),
        topic=topic or MailTopic.NO_LETTER,
        writer=writer,
        threshold_days=fields.whole(fields.first("threshold_days", "days"), 1, MOST_DAYS, 30) or 30,
        assigned_on=fields.day("assigned_on"),
        **_escalation(fields, cast),
    )
    fields.done()
    if nag.id in cast.nags:
        fields.fault("id", "there is another nag of this name.")
    cast.nags[nag.id] = nag
    return nag


def _escalation(fields: Fields, cast: Cast) -> dict[str, Any]:
    name = fields.first("coordinator", "escalate_to", "escalation_to", "escalation")
    days: int | None = fields.whole(fields.first("escalate_after_days", "escalation_days"), 0, MOST_DAYS)
    if isinstance(fields.raw(name), dict):
        inner = fields.inner(name)
        to = inner.text(inner.first("to", "coordinator", "recipient"), needed=True)
        days = inner.whole(inner.first("days", "after_days"), 0, MOST_DAYS, days)
        inner.done()
    else:
        to = fields.text(name)
    if to:
        known_names(fields, name, [to], cast.readers, "recipient")
        reader = cast.readers.get(to)
        if reader is not None and Part.COORDINATOR not in reader.parts:
            fields.fault(name, f"{shown(to)} is no coordinator.")
    return {"coordinator": to or None, "escalation_days": 7 if days is None else days}


def read_action(fields: Fields, cast: Cast) -> Action | None:
    """An action; None if something is wrong with it. What it creates is in the cast from then on."""
    fields.ignore("note", "notes", "comment", "why", "by", "title")
    before = len(fields.faults)
    at = fields.instant("at", needed=True)
    do = fields.one_of("do", Verb, needed=True)
    if do is None:
        return None
    facts = _READ[do](fields, cast)
    fields.done()
    if at is None or len(fields.faults) > before:
        return None
    return Action(at=at, do=do, where=fields.path, **facts)


def _create_event(fields: Fields, cast: Cast) -> dict[str, Any]:
    return {"event": read_event(fields.inner("event"), cast)}


def _update_event(fields: Fields, cast: Cast) -> dict[str, Any]:
    events = _events(fields, cast)
    if not events:
        fields.fault("event", "is missing.")
    inner = fields.inner("set")
    inner.ignore(*FOR_PEOPLE)
    changes = date_facts(inner)
    inner.done()
    return {"events": events, "changes": changes}


def _events(fields: Fields, cast: Cast) -> tuple[str, ...]:
    name = fields.first("events", "event")
    events = fields.names("events", "event")
    known_names(fields, name, events, cast.events, "event")
    return events


def _nags(fields: Fields, cast: Cast) -> tuple[str, ...]:
    name = fields.first("nags", "nag")
    nags = fields.names("nags", "nag")
    known_names(fields, name, nags, cast.nags, "nag")
    return nags


def _needed_nags(fields: Fields, cast: Cast) -> dict[str, Any]:
    nags = _nags(fields, cast)
    if not nags:
        fields.fault("nag", "is missing.")
    return {"nags": nags}


def _reader(fields: Fields, cast: Cast) -> str:
    name = fields.first("recipient", "reader", "who")
    reader = fields.text(name, needed=True)
    known_names(fields, name, [reader] if reader else [], cast.readers, "recipient")
    return reader


def _follow(fields: Fields, cast: Cast) -> dict[str, Any]:
    fields.ignore("role", "roles")
    facts = {"reader": _reader(fields, cast), "events": _events(fields, cast), "nags": _nags(fields, cast)}
    if not facts["events"] and not facts["nags"]:
        fields.fault("events", "is missing; or nags.")
    return facts


def _unsubscribe(fields: Fields, cast: Cast) -> dict[str, Any]:
    name = fields.first("kinds", "kind")
    topics = fields.names("kinds", "kind")
    known_names(fields, name, topics, MailTopic, "kind of mail")
    if not topics:
        fields.fault("kind", "is missing.")
    return {
        "reader": _reader(fields, cast),
        "topics": tuple(MailTopic(topic) for topic in topics if topic in set(MailTopic)),
    }


def _set_pref(fields: Fields, cast: Cast) -> dict[str, Any]:
    reader = _reader(fields, cast)
    inner = fields.inner("set") if fields.has("set") else fields
    changes = inner.those_there(_HABITS)
    if "quiet" in changes:
        changes["quiet_from"], changes["quiet_until"] = changes.pop("quiet")
    if inner is not fields:
        inner.done()
    if not changes:
        fields.fault("set", "changes nothing.")
    return {"reader": reader, "changes": changes}


_HABITS: dict[str, tuple[tuple[str, ...], Callable[[Fields, str], Any]]] = {
    "zone": (("tz", "zone"), lambda fields, name: fields.zone(name, "UTC")),
    "send_time": (("send_time",), lambda fields, name: fields.clock(name, time(8))),
    "digest_time": (("digest_time",), Fields.clock),
    "mode": (("mode",), lambda fields, name: fields.one_of(name, MailMode, needed=True)),
    "digest_takes_all": (("digest_takes_all",), Fields.flag),
    "quiet": (("quiet_hours",), lambda fields, name: fields.clocks(name, (QUIET_FROM, QUIET_UNTIL))),
}
"""The fields of Reader that can be changed: how they are called in a file, and how they are read."""


def _log(fields: Fields, cast: Cast) -> dict[str, Any]:
    return {**_needed_nags(fields, cast), "on": fields.day("date")}


def _start_nag(fields: Fields, cast: Cast) -> dict[str, Any]:
    if isinstance(fields.raw("nag"), dict):
        nag = read_nag(fields.inner("nag"), cast)
        return {"nag": nag, "nags": (nag.id,)}
    return _needed_nags(fields, cast)


def _pause(fields: Fields, cast: Cast) -> dict[str, Any]:
    facts = _needed_nags(fields, cast)
    zones = [cast.readers[cast.nags[nag].writer].zone for nag in facts["nags"] if nag in cast.nags]
    zone = zones[0] if zones else "UTC"
    since, until = _edge(fields, "from", zone), _edge(fields, "to", zone)
    if since is not None and until is not None and until <= since:
        fields.fault("to", "does not lie after 'from'.")
    return {**facts, "since": since, "until": until}


def _edge(fields: Fields, name: str, zone: str) -> datetime | None:
    """An instant, or the beginning of a day by the writer's clock."""
    value = fields.raw(name)
    day = read_day(value)
    moment = resolve(day, time(0), zone) if day else read_instant(value)
    if moment is None:
        fields.fault(name, f"{shown(value)} is neither a day nor an instant." if value else "is missing.")
    return moment


_READ: dict[Verb, Any] = {
    Verb.CREATE_EVENT: _create_event,
    Verb.UPDATE_EVENT: _update_event,
    Verb.ASSIGN: _follow,
    Verb.UNASSIGN: _follow,
    Verb.UNSUBSCRIBE: _unsubscribe,
    Verb.SET_PREF: _set_pref,
    Verb.LOG_LETTER: _log,
    Verb.LOG_REPLY: _log,
    Verb.START_NAG: _start_nag,
    Verb.PAUSE: _pause,
}
