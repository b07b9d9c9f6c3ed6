"""Reading which mails a story expects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tracker.rehearsal.fields import Fields, known_names, read_instant, shown
from tracker.rehearsal.reading_events import Cast
from tracker.reminders.rules import Change, MailKind, MailTopic

NOT_COUNTED = frozenset(
    {
        MailKind.INVITATION,
        MailKind.ASSIGNED,
        MailKind.WATCH_CONFIRM,
        MailKind.ADDRESS_TROUBLE,
    }
)
"""Mails of accounts and assignments, of which a story does not speak."""


def read_expected(fields: Fields, cast: Cast) -> tuple[Mapping[str, Any], ...] | None:
    """What a story says of each mail, as far as it does; None if it does not say what must follow."""
    if not fields.has("expect"):
        fields.ignore("expect")
        return None
    inner = fields.inner("expect")
    inner.ignore("note", "notes", "comment")
    mails = tuple(_mail(each, cast) for each in inner.items("mails"))
    inner.done()
    return mails


def _mail(fields: Fields, cast: Cast) -> Mapping[str, Any]:
    fields.ignore("zone", "event_start_recipient_local", "note", "notes", "why", "comment", "subject")
    mail: dict[str, Any] = {
        "to": fields.text("to", needed=True),
        "type": fields.one_of("type", MailKind, needed=True),
        "at_utc": fields.instant("at_utc", needed=True),
        **fields.those_there(_OF_A_MAIL),
    }
    if mail["type"] in NOT_COUNTED:
        fields.fault("type", f"{mail['type']} is not counted.")
    for name, known, what in (
        ("to", cast.readers, "recipient"),
        ("event", cast.events, "event"),
        ("nag", cast.nags, "nag"),
    ):
        if mail.get(name):
            known_names(fields, name, [mail[name]], known, what)
    local = fields.raw("at_local")
    if local is not None and mail["at_utc"] is not None and read_instant(local) != mail["at_utc"]:
        fields.fault("at_local", f"{shown(local)} is not the instant of at_utc.")
    _check_items(fields, mail.get("items", ()), cast)
    fields.done()
    return mail


def _needed(fields: Fields, name: str) -> str:
    return fields.text(name, needed=True)


def _number(fields: Fields, name: str) -> int | None:
    return fields.whole(name, -100_000, 100_000)


def _names(fields: Fields, name: str) -> list[str]:
    return sorted(fields.names(name))


_OF_A_MAIL: dict[str, tuple[tuple[str, ...], Callable[[Fields, str], Any]]] = {
    "event": (("event",), _needed),
    "nag": (("nag",), _needed),
    "rule": (("rule",), _needed),
    "change": (("change",), lambda fields, name: fields.one_of(name, Change, needed=True)),
    "days_to_go": (("days_to_go",), _number),
    "days_since": (("days_since",), _number),
    "ordinal": (("ordinal",), _number),
    "also_covers": (("also_covers",), _names),
    "items": (("items",), _names),
    "event_date": (("event_date",), lambda fields, name: fields.text(name) or None),
    "event_start_utc": (("event_start_utc",), Fields.instant),
}
"""What can be said of a mail besides to whom it goes, what it is, and when."""


def _check_items(fields: Fields, items: tuple[str, ...], cast: Cast) -> None:
    """An item is ``RULE:EVENT``, or ``KIND:NAG``."""
    for item in items:
        what, _, of = item.partition(":")
        if of not in cast.events and not (of in cast.nags and (what in set(MailTopic) or not what)):
            fields.fault("items", f"{shown(item)} is neither RULE:EVENT nor KIND:NAG.")
