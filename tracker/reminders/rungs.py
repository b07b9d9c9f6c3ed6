"""The rungs of a ladder as people type and read them: ``7, 2, 0``, ``3h`` and ``2*``. Words through gettext."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from babel.lists import format_list
from flask_babel import get_locale
from flask_babel import gettext as _

from tracker.reminders.ladders import MOST_DAYS, MOST_HOURS, MOST_RUNGS
from tracker.reminders.rules import Rule

NOTHING = ("-", "–")
"""Typed where nothing shall be sent, and an empty field means something else."""
_RUNG = re.compile(r"(?P<number>\d{1,9})\s*(?P<hours>[hH])?\s*(?P<each>\*)?")


class BadRungs(Exception):
    """What was typed is no ladder; the sentence says why."""


def read_rungs(text: str | None) -> tuple[Rule, ...]:
    """The rules that somebody typed: days before, with an ``h`` hours before a known start, with a ``*`` for every day
    of a hearing that takes several. Nothing typed: nothing is sent. Raises BadRungs."""
    rules: dict[str, Rule] = {}
    for word in (part.strip() for part in re.split(r"[,;\n]", text or "")):
        if not word or word in NOTHING:
            continue
        found = _RUNG.fullmatch(word)
        if found is None:
            raise BadRungs(
                _("“%(word)s” is not a number of days or hours. Write it like 7, 2, 0 or 3h.", word=word[:40])
            )
        rule = _rule(int(found["number"]), bool(found["hours"]), bool(found["each"]))
        if rule.id not in rules or rule.each_sitting:
            rules[rule.id] = rule
    if len(rules) > MOST_RUNGS:
        raise BadRungs(_("That would be more than %(most)d mails about one day.", most=MOST_RUNGS))
    return tuple(rules.values())


def _rule(number: int, is_hours: bool, each_sitting: bool) -> Rule:
    if is_hours:
        if not 1 <= number <= MOST_HOURS:
            raise BadRungs(_("Hours go from 1 to %(most)d.", most=MOST_HOURS))
        return Rule(hours=number, each_sitting=each_sitting)
    if number > MOST_DAYS:
        raise BadRungs(_("%(number)d days are too many; at most %(most)d.", number=number, most=MOST_DAYS))
    return Rule(days=number, each_sitting=each_sitting)


def as_typed(rules: Sequence[Rule]) -> str:
    """The same rules as one would type them."""
    return ", ".join(
        f"{rule.hours if rule.days is None else rule.days}{'h' if rule.days is None else ''}"
        f"{'*' if rule.each_sitting else ''}"
        for rule in rules
    )


def as_kept(rules: Sequence[Rule]) -> list[Any]:
    """The same rules as the file and the database have them."""
    kept: list[Any] = []
    for rule in rules:
        rung: dict[str, Any] = {"hours": rule.hours} if rule.days is None else {"days": rule.days}
        if rule.each_sitting:
            rung["each_sitting"] = True
        kept.append(rule.days if rule.days is not None and not rule.each_sitting else rung)
    return kept


def in_words(rules: Sequence[Rule]) -> str:
    """«A mail goes out 7 and 2 days before, and on the day itself.»"""
    parts = [*_of_several([rule for rule in rules if not rule.each_sitting])]
    each = _of_several([rule for rule in rules if rule.each_sitting])
    if each:
        parts.append(_("for every day of a hearing %(when)s", when=_listed(each)))
    if not parts:
        return str(_("No mail goes out."))
    return str(_("A mail goes out %(when)s.", when=_listed(parts)))


def _of_several(rules: Sequence[Rule]) -> list[str]:
    days = sorted({rule.days for rule in rules if rule.days}, reverse=True)
    hours = sorted({rule.hours for rule in rules if rule.hours}, reverse=True)
    parts = []
    if days == [1]:
        parts.append(_("the day before"))
    elif days:
        parts.append(_("%(numbers)s days before", numbers=_listed([str(each) for each in days])))
    if any(rule.days == 0 for rule in rules):
        parts.append(_("on the day itself"))
    if hours == [1]:
        parts.append(_("an hour before it begins"))
    elif hours:
        parts.append(_("%(numbers)s hours before it begins", numbers=_listed([str(each) for each in hours])))
    return parts


def _listed(parts: Sequence[str]) -> str:
    words: str = format_list(list(parts), locale=get_locale() or "en")
    return words
