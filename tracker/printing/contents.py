"""What goes onto paper: from rows of the database to the facts of a template.

Paper is left lying about. It carries the address and what helps somebody to write, and nothing else: no note, no
caveat, no volunteer, no name of a collective, no id.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.dates.rules import in_year
from tracker.printing.label_sheets import LabelSheet
from tracker.printing.queries import Printed
from tracker.printing.rules import Script
from tracker.printing.typesetting import printable
from tracker.prisoners.addressed import envelope_of
from tracker.prisoners.envelope import Envelope
from tracker.sealing.column import open_sealed
from tracker.transit.queries import Birthday, Learned, SendBy, send_by_days
from tracker.web.filters import day, month
from tracker.web.language import locale
from tracker.web.words import words

BIRTHDAY_AHEAD = timedelta(days=120)
"""So long before a birthday a sheet mentions it: time enough for the slowest post."""
_LOCAL_LANGUAGES = {"GE": "ka", "AM": "hy", "UA": "uk", "BY": "be"}


@dataclass(frozen=True)
class Made:
    """The facts for a template, whom each thing in it is about, and who is not in it."""

    facts: dict[str, Any]
    ids: Sequence[UUID]
    """By the ``index`` of a thing."""
    left_out: dict[UUID, str]
    """With the reason: the name of a ``Blocked``, or ``no_address``."""
    other_script: Sequence[UUID] = ()
    """Whose address is known in the other script only, and was printed in that."""


def labels(printed: Printed, sheet: LabelSheet, *, first: int, copies: int, script: Script, today: date) -> Made:
    """Labels on sheets, so many for each person, from the ``first`` free label of the first sheet on (from 1)."""
    made = _addresses(printed, script, today)
    things = [each for each in made.facts["things"] for _copy in range(copies)]
    facts = {**_frame(_("Labels")), "sheet": dataclasses.asdict(sheet), "skip": first - 1, "labels": things}
    return dataclasses.replace(made, facts=facts)


def envelopes(printed: Printed, size: tuple[float, float], *, script: Script, today: date) -> Made:
    """One envelope a page."""
    made = _addresses(printed, script, today)
    facts = {**_frame(_("Envelopes")), "size": size, "envelopes": made.facts["things"]}
    return dataclasses.replace(made, facts=facts)


def _addresses(printed: Printed, script: Script, today: date) -> Made:
    things: list[dict[str, Any]] = []
    ids: list[UUID] = []
    left_out, other_script = {}, []
    for row in printed.rows:
        envelope = envelope_of(row, today)
        wanted, other = (envelope.local, envelope.latin) if script is Script.LOCAL else (envelope.latin, envelope.local)
        if not (wanted or other):
            left_out[row.id] = _why_not(envelope)
            continue
        if not wanted:
            other_script.append(row.id)
        things.append({"index": len(ids), "lines": _lines(wanted or other)})
        ids.append(row.id)
    return Made({"things": things}, ids, left_out, other_script)


def _why_not(envelope: Envelope) -> str:
    return str(envelope.blocked or "no_address")


def sheets(
    printed: Printed,
    *,
    numbers: Mapping[UUID, int],
    boxes: int,
    learned: Mapping[UUID, Learned],
    today: date,
) -> Made:
    """A sheet for each person, with a number where there is one, and so many boxes to tick off letters."""
    people: list[dict[str, Any]] = []
    ids: list[UUID] = []
    left_out = {}
    for row in printed.rows:
        envelope = envelope_of(row, today)
        if envelope.blocked is not None:
            left_out[row.id] = _why_not(envelope)
            continue
        ids.append(row.id)
        people.append(
            {
                "number": numbers.get(row.id),
                "boxes": boxes,
                "name": printable(row.name),
                "name_local": _text(row.name_local),
                "lang": _LOCAL_LANGUAGES.get(row.country or "RU", "ru"),
                "local": _lines(envelope.local),
                "latin": _lines(envelope.latin),
                "on_envelope": [str(words(each)) for each in (*envelope.missing, *envelope.doubts)],
                "interests": [printable(each) for each in printed.interests.get(row.id, ())],
                "about": _text(open_sealed(row.write_about_sealed, "prisoner", "write_about_sealed", row.id)),
                "never": _text(open_sealed(row.never_write_sealed, "prisoner", "never_write_sealed", row.id)),
                "more": _more(row, learned.get(row.facility_id), today),
            }
        )
    return Made({**_frame(_("Sheets")), "words": _sheet_words(), "people": people}, ids, left_out)


def _sheet_words() -> dict[str, str]:
    return {
        "boxes": _("One tick for each letter:"),
        "local": _("In the local script"),
        "latin": _("In Latin letters"),
        "on_envelope": _("Mind on the envelope"),
        "never": _("Never write about"),
        "about": _("Write about"),
        "interests": _("Interests"),
    }


def _more(row: Any, learned: Learned | None, today: date) -> list[tuple[str, list[str]]]:
    """Whatever else a writer has to know, as pairs of a heading and lines."""
    languages = [_text(row.languages)]
    if row.letter_languages:
        languages.append(_("The prison takes letters in: %(languages)s", languages=printable(row.letter_languages)))
    limits = []
    if row.most_pages:
        limits.append(ngettext("At most %(num)d page.", "At most %(num)d pages.", row.most_pages))
    if row.most_photos is not None:
        limits.append(
            ngettext("At most %(num)d photo.", "At most %(num)d photos.", row.most_photos)
            if row.most_photos
            else _("No photos.")
        )
    refused = [printable(each) for each in (row.refused_things or "").splitlines() if each.strip()]
    sections = [
        (_("Languages"), [each for each in languages if each]),
        (_("Limits"), limits),
        (_("Not let in"), refused),
        (_("Birthday"), _birthday(row, learned, today)),
    ]
    return [section for section in sections if section[1]]


def _birthday(row: Any, learned: Learned | None, today: date) -> list[str]:
    born = row.birth
    if born is None or not born.month or not born.day:
        return []
    on = in_year(born.month, born.day, today.year)
    if on < today:
        on = in_year(born.month, born.day, today.year + 1)
    if on > today + BIRTHDAY_AHEAD:
        return []
    by_post = send_by_days(on, learned, e_letters=False) if learned else ()
    return [day(on), *_send_by(by_post, today)]


def _send_by(days: SendBy, today: date) -> list[str]:
    """The last days for something to go; what is over is said to be."""
    return [
        _("%(channel)s until %(day)s", channel=words(channel), day=day(last))
        if last >= today
        else _("%(channel)s: too late", channel=words(channel))
        for channel, last in days
    ]


def birthdays(found: Sequence[Birthday], printed: Printed, first: date, today: date) -> Made:
    """The birthdays of a month, ``first`` its first day, with addresses and by when a card has to go."""
    rows = {row.id: row for row in printed.rows}
    people = []
    for each in found:
        row = rows.get(each.prisoner_id)
        envelope = envelope_of(row, today) if row is not None else None
        people.append(
            {
                "day": _("day not known") if each.is_month_only else day(each.on),
                "age": None if each.age is None else ngettext("%(num)d year old", "%(num)d years old", each.age),
                "name": printable(each.name),
                "name_local": _text(each.name_local),
                "lines": _address_or_why_not(envelope),
                "send_by": _send_by(each.send_by, today),
            }
        )
    facts = {
        **_frame(_("Birthdays")),
        "month": month(first),
        "lead": _("Every card says: you are not forgotten. Send it early, the post is slow."),
        "words": {"day": _("Day"), "name": _("Name"), "address": _("Address"), "send_by": _("Send")},
        "people": people,
    }
    return Made(facts, [each.prisoner_id for each in found], {})


def _address_or_why_not(envelope: Envelope | None) -> list[str]:
    if envelope is None:
        return []
    if envelope.blocked is not None:
        return [str(words(envelope.blocked))]
    return _lines(envelope.local or envelope.latin) or [_("No address is known yet.")]


def _frame(title: str) -> dict[str, Any]:
    return {"title": title, "lang": locale().language if locale() else "en"}  # type: ignore[union-attr]


def _lines(lines: Iterable[str]) -> list[str]:
    # «1988 г. р.» belongs together.
    return [printable(line).replace(" г. р.", "\u00a0г.\u00a0р.") for line in lines]


def _text(text: str | None) -> str | None:
    return printable(text) if text else None
