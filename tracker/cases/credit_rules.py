"""Reading the rules of custody credit that a collective edits in ``config/custody_credit``: one file per country."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tracker.cases.credit_facts import Basis, CreditRules, Factor, SpellKind
from tracker.quotas.rules import Confidence

FOLDER = Path(__file__).resolve().parent.parent.parent / "config" / "custody_credit"

REGIMES = {"general", "strict", "special", "prison", "educational", "colony_settlement", "forced_labour"}
_MEASURES = {SpellKind.HOUSE_ARREST, SpellKind.NIGHT_CURFEW}
_BASIS = {"source", "confidence", "verified_on"}
_PARTS = {
    "custody": {"regime", "counts_as"},
    "measures": {"measure", "counts_as"},
    "one_to_one": {"articles"},
    "notes": {"text"},
}
_ARTICLE = re.compile(r"\d{1,3}(\.\d{1,2})?(\(\d{1,2}\))?")
_MOST = 3


class BadCreditRules(Exception):
    """The rules cannot be used; ``faults`` says in which file and entry, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@cache
def credit_rules_in_use() -> Mapping[str, CreditRules]:
    """The rules of this installation by country, read once a process; raises BadCreditRules."""
    return read_credit_rules(FOLDER)


def read_credit_rules(folder: Path) -> Mapping[str, CreditRules]:
    """The rules in all files of a folder, by country; raises BadCreditRules with every fault."""
    faults: list[str] = []
    found: dict[str, CreditRules] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            faults.append(f"{path.name} cannot be read as YAML: {error}")
            continue
        country, rules = parse_credit_rules(content, path.name, faults)
        if country in found:
            faults.append(f"{path.name}: another file has rules for {country} too.")
        found[country] = rules
    if faults:
        raise BadCreditRules(faults)
    return found


@dataclass
class _File:
    """What was read of one file so far."""

    by_regime: dict[str, Factor] = field(default_factory=dict)
    by_measure: dict[SpellKind, Factor] = field(default_factory=dict)
    one_to_one: dict[str, Basis] = field(default_factory=dict)
    notes: list[tuple[str, Basis]] = field(default_factory=list)


def parse_credit_rules(content: Any, name: str, faults: list[str]) -> tuple[str, CreditRules]:
    """The country and its rules in parsed YAML; what is wrong goes into ``faults``, named by its place in the file."""
    if not isinstance(content, dict):
        faults.append(f"{name}: there is no mapping with country, custody, measures, one_to_one and notes.")
        return "", CreditRules({}, {}, {})
    faults += [f"{name}: '{key}' means nothing here." for key in content if key not in {"country", *_PARTS}]
    country = content.get("country")
    if not (isinstance(country, str) and re.fullmatch("[A-Z]{2}", country)):
        faults.append(f"{name}: country must be two capitals, like RU.")
    read = _File()
    for part in _PARTS:
        entries = content.get(part, [])
        if not isinstance(entries, list):
            faults.append(f"{name}: {part} must be a list.")
            continue
        for number, entry in enumerate(entries):
            where = f"{name}: {part}[{number}]"
            basis = _basis(entry, _PARTS[part], where, faults)
            if basis is not None:
                _take_in(read, part, entry, basis, where, faults)
    return str(country), CreditRules(read.by_regime, read.by_measure, read.one_to_one, tuple(read.notes))


def _basis(entry: Any, own: set[str], where: str, faults: list[str]) -> Basis | None:
    if not isinstance(entry, dict):
        faults.append(f"{where} must be a mapping.")
        return None
    known, needed = own | _BASIS, own | {"source", "confidence"}
    found = [f"{where}.{key} means nothing here; there are {', '.join(sorted(known))}." for key in entry.keys() - known]
    found += [f"{where} has no {key}." for key in sorted(needed - entry.keys())]
    source, verified_on = entry.get("source"), entry.get("verified_on")
    wrong = {
        f"{where}.source must say in words where the rule was read.": not (isinstance(source, str) and source.strip()),
        f"{where}.confidence must be one of {', '.join(Confidence)}.": str(entry.get("confidence"))
        not in set(Confidence),
        f"{where}.verified_on must be a day like 2026-11-24.": not isinstance(verified_on, date | None),
    }
    found += [sentence for sentence, is_wrong in wrong.items() if is_wrong]
    faults += found
    return None if found else Basis(str(source), Confidence(entry["confidence"]), verified_on)


def _take_in(rules: _File, part: str, entry: dict[str, Any], basis: Basis, where: str, faults: list[str]) -> None:
    if part == "notes":
        rules.notes.append((str(entry["text"]), basis))
        return
    if part == "one_to_one":
        _take_articles(rules, entry["articles"], basis, where, faults)
        return
    factor = _factor(entry["counts_as"], basis, where, faults)
    named = entry["regime"] if part == "custody" else entry["measure"]
    known: set[str] = REGIMES if part == "custody" else {str(each) for each in _MEASURES}
    for each in named if isinstance(named, list) else [named]:
        if str(each) not in known:
            faults.append(f"{where}: {each} is none of {', '.join(sorted(known))}.")
        elif each in rules.by_regime or each in rules.by_measure:
            faults.append(f"{where}: {each} has an entry already.")
        elif factor is not None and part == "custody":
            rules.by_regime[each] = factor
        elif factor is not None:
            rules.by_measure[SpellKind(each)] = factor


def _take_articles(rules: _File, articles: Any, basis: Basis, where: str, faults: list[str]) -> None:
    for each in articles if isinstance(articles, list) else [articles]:
        if not (isinstance(each, str) and _ARTICLE.fullmatch(each)):
            faults.append(f'{where}: {each} is no article; write it in quotes like "205.2" or "206(3)".')
        elif each in rules.one_to_one:
            faults.append(f"{where}: {each} has an entry already.")
        else:
            rules.one_to_one[each] = basis


def _factor(value: Any, basis: Basis, where: str, faults: list[str]) -> Factor | None:
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,2}(/[1-9]|\.\d{1,2})?", text, re.ASCII):
        faults.append(f"{where}.counts_as must be a number or a fraction, like 1, 1.5 or 3/2.")
        return None
    number = Fraction(text)
    if not 0 < number <= _MOST:
        faults.append(f"{where}.counts_as must be above 0 and at most {_MOST}.")
        return None
    return Factor(number, basis)
