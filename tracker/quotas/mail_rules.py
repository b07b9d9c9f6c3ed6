"""Reading the rules that a collective edits in ``config/mail_rules``: one file per country."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from tracker.facilities.rules import WhoMayWrite
from tracker.parcels.rules import ParcelCategory
from tracker.quotas.choosing import ties
from tracker.quotas.rules import (
    VALUES,
    Axis,
    Cell,
    Confidence,
    Counts,
    Limit,
    Pool,
    Rule,
    Source,
    Spacing,
    Unit,
    Window,
)

FOLDER = Path(__file__).resolve().parent.parent.parent / "config" / "mail_rules"

MOST_PIECES = 1000
MOST_GRAMS = 1_000_000
MOST_SPACING_MONTHS, MOST_SPACING_DAYS = 24, 730

_ABOUT = ("envelope", "letters", "parcels")
_ANY_RULE = {"rule", "pool", "source", "verified_on", "confidence", "note", "valid_from", "valid_to", "who"} | {
    str(axis) for axis in Axis
}
_OF_PARCELS = {"unit", "most", "window", "spacing_months", "spacing_days", "heaviest_grams", "counts", "exempt"}
_OF_LETTERS = {"allowed"}
_OF_FACT = {"about", "text", "source", "verified_on", "confidence", "note"}
_OF_FILE = {"country", "facts", "rules"}


class BadMailRules(Exception):
    """The rules cannot be used; ``faults`` says in which file and which rule, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Fact:
    """Something to know about the post of a country that nothing is computed from."""

    about: str
    """What it is about: envelope, letters or parcels."""
    text: str
    source: Source


@dataclass(frozen=True)
class MailRules:
    """The rules of all countries."""

    rules: tuple[Rule, ...] = ()
    facts: Mapping[str, tuple[Fact, ...]] = field(default_factory=dict)
    """By country."""

    @cached_property
    def by_country(self) -> Mapping[str, tuple[Rule, ...]]:
        """The same rules, so that those of other countries are not looked at each time."""
        countries = dict.fromkeys(rule.country for rule in self.rules)
        return {country: tuple(rule for rule in self.rules if rule.country == country) for country in countries}


@cache
def rules_in_use() -> MailRules:
    """The rules of this installation, read once a process; raises BadMailRules."""
    return read_mail_rules(FOLDER)


def read_mail_rules(folder: Path) -> MailRules:
    """The rules in all files of a folder; raises BadMailRules with every fault."""
    rules: list[Rule] = []
    facts: dict[str, tuple[Fact, ...]] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found = _read(path)
        except BadMailRules as error:
            faults += error.faults
        else:
            rules += found.rules
            facts.update(found.facts)
    if faults:
        raise BadMailRules(faults)
    return MailRules(tuple(rules), facts)


def _read(path: Path) -> MailRules:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadMailRules([f"{path.name} cannot be read: {error.strerror}."]) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadMailRules([f"{path.name} is not YAML: {error}"]) from None
    found = parse_mail_rules(content, path.name)
    if list(found.facts) != [path.stem.upper()]:
        raise BadMailRules(
            [f"{path.name}: a file is named for its country; for this one, {content['country'].lower()}.yaml."]
        )
    return found


def parse_mail_rules(content: Any, name: str) -> MailRules:
    """The rules in the parsed YAML of one country; raises BadMailRules with every fault, named by rule."""
    if not isinstance(content, dict) or not isinstance(content.get("rules"), list):
        raise BadMailRules([f"{name}: there is no list named 'rules'."])
    country = content.get("country")
    if not (isinstance(country, str) and len(country) == 2 and country.isascii() and country.isupper()):
        raise BadMailRules([f"{name}: 'country' must be two capital letters, such as RU (quote \"NO\")."])
    faults = [f"{name}: '{key}' means nothing here; {_list(_OF_FILE)} do." for key in sorted(set(content) - _OF_FILE)]
    rules = [_rule(each, country, f"{name}, rule {index + 1}", faults) for index, each in enumerate(content["rules"])]
    told = content.get("facts") or []
    if not isinstance(told, list):
        faults.append(f"{name}: 'facts' must be a list.")
        told = []
    facts = [_fact(each, f"{name}, fact {index + 1}", faults) for index, each in enumerate(told)]
    kept = [rule for rule in rules if rule is not None]
    names = [rule.name for rule in kept]
    faults += [f"{name}: two rules are named {each!r}." for each in sorted({n for n in names if names.count(n) > 1})]
    if not faults:
        faults = [_tie(name, one, other, case) for one, other, case in ties(kept)]
    if faults:
        raise BadMailRules(faults)
    return MailRules(tuple(kept), {country: tuple(fact for fact in facts if fact is not None)})


def _tie(name: str, one: Rule, other: Rule, case: Mapping[Axis, str]) -> str:
    met = ", ".join(f"{axis} {value}" for axis, value in case.items())
    return (
        f"{name}: {one.name!r} and {other.name!r} both hold for {met}, and neither is more specific. "
        f"Give one of them another condition."
    )


class _Reader:
    """Takes the fields of one rule, and notes what is wrong with them."""

    def __init__(self, content: Mapping[Any, Any], where: str, faults: list[str]) -> None:
        self.content, self.where, self.faults = content, where, faults

    def wrong(self, sentence: str) -> None:
        self.faults.append(f"{self.where}: {sentence}")

    def only(self, allowed: set[str]) -> None:
        for key in self.content:
            if key not in allowed:
                self.wrong(f"'{key}' means nothing here; {_list(allowed)} do.")

    def text(self, key: str, *, required: bool = True) -> str | None:
        value = self.content.get(key)
        if value is None and not required:
            return None
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.wrong(f"'{key}' must be words.")
        return None

    def choice(self, key: str, kind: type[StrEnum], default: Any = None) -> Any:
        value = self.content.get(key, default)
        if value is None or value in set(kind):
            return kind(value) if value is not None else None
        self.wrong(f"'{key}' must be one of {_list(kind)}, not {value!r}.")
        return default

    def number(self, key: str, most: int) -> int | None:
        value = self.content.get(key)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= most:
            return value
        self.wrong(f"'{key}' must be a whole number from 1 to {most}.")
        return None

    def day(self, key: str) -> date | None:
        value = self.content.get(key)
        if value is None or type(value) is date:
            return value
        self.wrong(f"'{key}' must be a day like 2026-11-30, without quotes.")
        return None

    def several(self, key: str, allowed: tuple[str, ...]) -> frozenset[str] | None:
        if key not in self.content:
            return None
        value = self.content[key]
        values = value if isinstance(value, list) else [value]
        bad = [each for each in values if each not in allowed]
        if bad or not values:
            self.wrong(f"'{key}' must be one or a list of {_list(allowed)}.")
        return frozenset(str(each) for each in values)

    def source(self) -> Source:
        if "confidence" not in self.content:
            self.wrong(f"'confidence' is missing: one of {_list(Confidence)}.")
        confidence = self.choice("confidence", Confidence, Confidence.UNVERIFIED)
        verified_on, note = self.day("verified_on"), self.text("note", required=False)
        return Source(self.text("source") or "", confidence, verified_on, note)


def _rule(content: Any, country: str, where: str, faults: list[str]) -> Rule | None:
    if not isinstance(content, dict) or not isinstance(content.get("rule"), str):
        faults.append(f"{where} must begin with 'rule:' and a name of its own.")
        return None
    before = len(faults)
    reader = _Reader(content, f"{where} ({content['rule']})", faults)
    if "pool" not in content:
        reader.wrong(f"'pool' is missing: one of {_list(Pool)}.")
    pool = reader.choice("pool", Pool)
    reader.only(_ANY_RULE | (_OF_LETTERS if pool is Pool.LETTERS else _OF_PARCELS))
    conditions = {axis: reader.several(axis, VALUES[axis]) for axis in Axis}
    where_it_holds = {axis: values for axis, values in conditions.items() if values is not None}
    facts: dict[str, Any] = {
        "name": content["rule"],
        "country": country,
        "pool": pool,
        "source": reader.source(),
        "where": {Axis.PLACEMENT: frozenset({str(Cell.ORDINARY)}), **where_it_holds},
        "who": reader.choice("who", WhoMayWrite),
        "valid_from": reader.day("valid_from"),
        "valid_to": reader.day("valid_to"),
        **(_of_letters if pool is Pool.LETTERS else _of_parcels)(reader),
    }
    if facts["valid_from"] and facts["valid_to"] and facts["valid_to"] < facts["valid_from"]:
        reader.wrong("it ends before it begins.")
    return Rule(**facts) if len(faults) == before else None


def _of_letters(reader: _Reader) -> dict[str, Any]:
    allowed = reader.content.get("allowed")
    if not isinstance(allowed, bool):
        reader.wrong("'allowed' must be true or false.")
    return {"allowed": allowed, "limit": Limit.UNLIMITED}


def _of_parcels(reader: _Reader) -> dict[str, Any]:
    unit = reader.choice("unit", Unit, Unit.PIECES)
    limit, most = _most(reader, MOST_PIECES if unit is Unit.PIECES else MOST_GRAMS)
    window = reader.choice("window", Window)
    if limit is Limit.UP_TO and window is None:
        reader.wrong(f"a limit needs a 'window': one of {_list(Window)}.")
    months = reader.number("spacing_months", MOST_SPACING_MONTHS)
    days = reader.number("spacing_days", MOST_SPACING_DAYS)
    exempt = reader.several("exempt", tuple(each for each in ParcelCategory if each is not ParcelCategory.ORDINARY))
    return {
        "unit": unit,
        "limit": limit,
        "most": most,
        "window": window,
        "spacing": Spacing(months or 0, days or 0) if months or days else None,
        "heaviest_grams": reader.number("heaviest_grams", MOST_GRAMS),
        "counts": reader.choice("counts", Counts, Counts.BOTH),
        "exempt": frozenset(ParcelCategory(each) for each in exempt or () if each in set(ParcelCategory)),
    }


def _most(reader: _Reader, highest: int) -> tuple[Limit, int]:
    most = reader.content.get("most")
    if most in (Limit.UNLIMITED, Limit.UNKNOWN):
        return Limit(most), 0
    if isinstance(most, int) and not isinstance(most, bool) and 0 <= most <= highest:
        return Limit.UP_TO, most
    reader.wrong(f"'most' must be a whole number from 0 to {highest}, or unlimited, or unknown.")
    return Limit.UNKNOWN, 0


def _fact(content: Any, where: str, faults: list[str]) -> Fact | None:
    if not isinstance(content, dict):
        faults.append(f"{where} must have the fields {_list(_OF_FACT)}.")
        return None
    before = len(faults)
    reader = _Reader(content, where, faults)
    reader.only(_OF_FACT)
    about = content.get("about")
    if about not in _ABOUT:
        reader.wrong(f"'about' must be one of {_list(_ABOUT)}.")
    fact = Fact(str(about), reader.text("text") or "", reader.source())
    return fact if len(faults) == before else None


def _list(values: Any) -> str:
    return ", ".join(sorted(str(value) for value in values))
