"""When a term ends: the length of the sentence from the day it came into force, less what custody before counts for.

Always an approximation: what a court has counted stands in its decision. The rules are data (``credit_rules.py``).

    end = day in force + term − Σ days before × what one such day counts as

Days are counted from the actual detention until the day before the verdict came into force; not until the verdict of
the first instance. A day of two measures at once counts once, as the one that counts for more. Source: Criminal Code of
the Russian Federation, article 72(3) to (3.4).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction

from tracker.cases.credit_facts import (
    Credited,
    CreditRules,
    Doubt,
    Factor,
    Missing,
    Release,
    Spell,
    SpellKind,
    Term,
)
from tracker.partial_date import PartialDate
from tracker.quotas.rules import Confidence

MARGIN = timedelta(days=7)
"""Courts count the first and the last day differently, and days of police detention are not always known: with all
dates known, the end of one term that was printed lay six days from the one worked out."""

LONGEST_MONTHS = 12 * 40
LONGEST_CUSTODY = timedelta(days=15 * 366)
LATEST_YEAR = 2199


def release(
    rules: CreditRules,
    *,
    spells: Sequence[Spell],
    term: Term,
    in_force_on: PartialDate,
    regime: str,
    articles: Iterable[str],
) -> Release | Missing:
    """When a term ends, or what is missing for working it out. ``regime`` as in sentences (``general``, ``prison``, …),
    ``articles`` those of the conviction, normalised: ``213(2)``, ``30(1)+281(2)(a)``."""
    custody = rules.by_regime.get(regime)
    if custody is None:
        return Missing.REGIME
    excluded = _one_to_one(rules, articles)
    if isinstance(excluded, Missing):
        return excluded
    if excluded is not None and custody.counts_as > 1:
        custody = excluded
    missing = _what_is_missing(spells, term, in_force_on)
    if missing is not None:
        return missing
    factors = {SpellKind.CUSTODY: custody, **rules.by_measure}
    known = [spell for spell in spells if spell.kind in factors]
    ends = [
        (_end(known, factors, term, day, most=most), most)
        for day in (in_force_on.earliest(), in_force_on.latest())
        for most in (True, False)
    ]
    first, last = min(end for end, _most in ends), max(end for end, _most in ends)
    middle = in_force_on.earliest() + (in_force_on.latest() - in_force_on.earliest()) / 2
    return Release(
        about=first + (last - first) / 2,
        earliest=first - MARGIN,
        latest=last + MARGIN,
        term=term,
        in_force_on=in_force_on,
        credited=_credited(known, factors, middle),
        doubts=_doubts(known, factors, in_force_on, has_bonus=custody.counts_as > 1),
        notes=rules.notes,
    )


def _what_is_missing(spells: Sequence[Spell], term: Term, in_force_on: PartialDate) -> Missing | None:
    months = term.years * 12 + term.months
    if not 0 <= months <= LONGEST_MONTHS or months + term.days <= 0:
        return Missing.TERM
    if in_force_on.year is None or in_force_on.year + months // 12 >= LATEST_YEAR:
        return Missing.IN_FORCE_ON
    too_long_ago = in_force_on.earliest() - LONGEST_CUSTODY
    if not spells or any(spell.since.year is None or spell.since.earliest() < too_long_ago for spell in spells):
        return Missing.CUSTODY
    return None


_ARTICLE = re.compile(r"(\d+(?:\.\d+)?)(?:\(([^)]*)\))?")


def _one_to_one(rules: CreditRules, articles: Iterable[str]) -> Factor | Missing | None:
    """The factor 1 with its reason, if one of the articles has no bonus."""
    found = [match for text in articles for match in _ARTICLE.finditer(text)]
    if not found:
        return Missing.ARTICLES
    depends = {name.partition("(")[0] + "(" for name in rules.one_to_one if "(" in name}
    for article, part in (match.groups() for match in found):
        parts = [each.strip() for each in (part or "").split(",")]
        for name in (article, *(f"{article}({each})" for each in parts)):
            if name in rules.one_to_one:
                return Factor(Fraction(1), rules.one_to_one[name], name)
    if any(not match[2] and f"{match[1]}(" in depends for match in found):
        return Missing.ARTICLE_PART
    return None


def _end(
    spells: Sequence[Spell], factors: dict[SpellKind, Factor], term: Term, in_force_on: date, *, most: bool
) -> date:
    """The end of the term if as much as possible of the partly known days counts, or as little."""
    counted = _days(spells, factors, in_force_on, most=most)
    served = sum((factors[kind].counts_as * days for kind, days in _by_kind(spells, counted).items()), Fraction())
    return _after(in_force_on, term) - timedelta(days=int(served))


def _days(
    spells: Sequence[Spell], factors: dict[SpellKind, Factor], in_force_on: date, *, most: bool
) -> list[set[date]]:
    """The days of each spell that count as its own: each day once, as what counts for more."""
    taken: set[date] = set()
    found: list[set[date]] = [set() for _spell in spells]
    for index in sorted(range(len(spells)), key=lambda index: -factors[spells[index].kind].counts_as):
        spell = spells[index]
        first = spell.since.earliest() if most else spell.since.latest()
        last = in_force_on - timedelta(days=1)
        if spell.until is not None:
            last = min(last, spell.until.latest() if most else spell.until.earliest())
        days = {first + timedelta(days=number) for number in range((last - first).days + 1)}
        found[index] = days - taken
        taken |= days
    return found


def _by_kind(spells: Sequence[Spell], counted: Sequence[set[date]]) -> dict[SpellKind, int]:
    days: dict[SpellKind, int] = {}
    for spell, own in zip(spells, counted, strict=True):
        days[spell.kind] = days.get(spell.kind, 0) + len(own)
    return days


def _credited(spells: Sequence[Spell], factors: dict[SpellKind, Factor], in_force_on: date) -> tuple[Credited, ...]:
    most, least = (_days(spells, factors, in_force_on, most=each) for each in (True, False))
    return tuple(
        Credited(spell, (len(up) + len(down)) // 2, factors[spell.kind])
        for spell, up, down in zip(spells, most, least, strict=True)
    )


def _after(day: date, term: Term) -> date:
    months = day.year * 12 + day.month - 1 + term.years * 12 + term.months
    year, month = divmod(months, 12)
    # The 31st of a shorter month is its last day, and 29 February in a common year the 28th.
    end = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return end + timedelta(days=term.days)


def _doubts(
    spells: Sequence[Spell], factors: dict[SpellKind, Factor], in_force_on: PartialDate, *, has_bonus: bool
) -> tuple[Doubt, ...]:
    days = [in_force_on, *(spell.since for spell in spells), *(spell.until for spell in spells)]
    used = [factors[spell.kind] for spell in spells]
    found = {
        Doubt.DATES_ARE_PARTIAL: any(day is not None and day.exact is None for day in days),
        Doubt.CUSTODY_ASSUMED: any(spell.is_assumed for spell in spells),
        Doubt.RULE_UNVERIFIED: any(factor.basis.confidence is Confidence.UNVERIFIED for factor in used),
        Doubt.BONUS_CAN_BE_LOST: has_bonus,
    }
    return tuple(doubt for doubt, holds in found.items() if holds)
