"""Reading what a collective edits: a slip is told with the file, the rule and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from tracker.facilities.rules import WhoMayWrite
from tracker.parcels.rules import ParcelCategory
from tracker.quotas.choosing import Situation, choose, most_specific
from tracker.quotas.mail_rules import FOLDER, BadMailRules, MailRules, parse_mail_rules, read_mail_rules, rules_in_use
from tracker.quotas.rules import VALUES, Axis, Confidence, Counts, Limit, Pool, Spacing, Unit, Window

GOOD: dict[str, Any] = {
    "rule": "colony",
    "pool": "parcels",
    "institution": "colony",
    "most": 6,
    "window": "calendar_year",
    "source": "a law",
    "confidence": "confirmed",
}


def faults(*rules: Mapping[str, Any], **more: Any) -> list[str]:
    with pytest.raises(BadMailRules) as refused:
        parse_mail_rules({"country": "RU", "rules": list(rules), **more}, "ru.yaml")
    return refused.value.faults


def read(*rules: Mapping[str, Any]) -> MailRules:
    return parse_mail_rules({"country": "RU", "rules": list(rules)}, "ru.yaml")


def test_the_files_that_are_shipped_can_be_read() -> None:
    shipped = rules_in_use()
    assert sorted(shipped.facts) == ["BY", "DE", "GB", "RU", "US"]
    assert sum(rule.country == "RU" for rule in shipped.rules) >= 40
    assert all(rule.source.text for rule in shipped.rules)


def test_what_was_found_in_no_source_is_marked_as_unverified() -> None:
    unverified = {rule.name for rule in rules_in_use().rules if rule.source.confidence is Confidence.UNVERIFIED}
    for name in (
        "special regime colony, eased conditions, parcels",
        "special regime colony, strict conditions, packets",
        "prison, general regime, parcels",
        "prison, strict regime, packets",
        "kartser, parcels",
        "kartser, letters",
    ):
        assert name in unverified


def test_the_russian_numbers_are_those_of_the_research() -> None:
    most: dict[tuple[str, str, str], set[tuple[int, int]]] = {}
    for rule in rules_in_use().rules:
        if rule.country == "RU" and Axis.CONDITIONS in rule.where:
            (regime,), (conditions,) = rule.where[Axis.REGIME], rule.where[Axis.CONDITIONS]
            assert rule.spacing is not None
            most.setdefault((regime, conditions, rule.pool), set()).add((rule.most, rule.spacing.months))
            assert rule.heaviest_grams == {Pool.PARCELS: 20_000, Pool.PACKETS: 5_000}[rule.pool]
    numbers = {"general": (6, 12, 3), "strict": (4, 6, 2), "special": (3, 4, 1)}
    assert most == {
        (regime, conditions, pool): {(number, 12 // number)}
        for regime, row in numbers.items()
        for conditions, number in zip(("ordinary", "eased", "strict"), row, strict=True)
        for pool in ("parcels", "packets")
    }


def test_in_no_situation_whatever_two_rules_tie() -> None:
    """All combinations, for every country, pool and unit."""
    for country, pool, unit in product(rules_in_use().facts, Pool, Unit):
        rules = [rule for rule in rules_in_use().rules if (rule.country, rule.pool, rule.unit) == (country, pool, unit)]
        for values in product(*VALUES.values()):
            case: dict[Axis, str | None] = dict(zip(Axis, values, strict=True))
            met = [rule for rule in rules if all(case[axis] in allowed for axis, allowed in rule.where.items())]
            winner = most_specific(rules, case)
            assert [rule for rule in met if len(rule.where) == len(winner.where if winner else ())] == (
                [winner] if winner else []
            ), case


def test_a_rule_can_say_everything_that_is_explained_at_the_top_of_the_file() -> None:
    (rule,) = read(
        {
            **GOOD,
            "regime": ["general", "strict"],
            "sex": "man",
            "age": "adult",
            "placement": ["locked_cell"],
            "unit": "grams",
            "most": 30_000,
            "window": "month",
            "spacing_days": 60,
            "heaviest_grams": 20_000,
            "counts": "hand",
            "exempt": ["medical"],
            "who": "relatives",
            "valid_from": date(2026, 1, 1),
            "valid_to": date(2026, 12, 31),
            "verified_on": date(2026, 11, 1),
            "note": "Ask.",
        }
    ).rules
    assert (rule.unit, rule.limit, rule.most, rule.window) == (Unit.GRAMS, Limit.UP_TO, 30_000, Window.MONTH)
    assert (rule.spacing, rule.counts, rule.who) == (Spacing(days=60), Counts.HAND, WhoMayWrite.RELATIVES)
    assert rule.exempt == {ParcelCategory.MEDICAL}
    assert (rule.holds_on(date(2025, 12, 31)), rule.holds_on(date(2026, 12, 31))) == (False, True)
    assert rule.where[Axis.REGIME] == {"general", "strict"}
    assert rule.where[Axis.PLACEMENT] == {"locked_cell"}


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"mots": 6}, "'mots' means nothing here"),
        ({"most": "many"}, "'most' must be a whole number from 0 to 1000, or unlimited, or unknown"),
        ({"most": -1}, "'most' must be"),
        ({"most": True}, "'most' must be"),
        ({"pool": "boxes"}, "'pool' must be one of"),
        ({"window": None}, "a limit needs a 'window'"),
        ({"window": "fortnight"}, "'window' must be one of"),
        ({"institution": "collony"}, "'institution' must be one or a list of"),
        ({"institution": []}, "'institution' must be one or a list of"),
        ({"sex": ["woman", "x"]}, "'sex' must be"),
        ({"exempt": "ordinary"}, "'exempt' must be one or a list of bookshop, medical"),
        ({"source": None}, "'source' must be words"),
        ({"confidence": None}, "'source'"),
        ({"confidence": "sure"}, "'confidence' must be one of"),
        ({"valid_from": "2026"}, "'valid_from' must be a day like 2026-11-30"),
        ({"valid_from": date(2026, 2, 2), "valid_to": date(2026, 2, 1)}, "it ends before it begins"),
        ({"spacing_months": 0}, "'spacing_months' must be a whole number from 1"),
        ({"heaviest_grams": 1.5}, "'heaviest_grams' must be a whole number"),
        ({"allowed": True}, "'allowed' means nothing here"),
        ({"pool": "letters", "allowed": "perhaps"}, "'allowed' must be true or false"),
    ],
)
def test_a_slip_is_refused_with_the_file_the_rule_and_a_sentence(change: dict[str, Any], sentence: str) -> None:
    if change == {"confidence": None}:
        change, sentence = {"confidence": "", "source": ""}, "'confidence' must be one of"
    found = faults({**GOOD, **change})
    assert any(sentence in fault for fault in found), found
    assert all(fault.startswith("ru.yaml, rule 1 (colony): ") for fault in found), found


def test_what_is_missing_is_named() -> None:
    (fault,) = faults({key: value for key, value in GOOD.items() if key != "confidence"})
    assert "'confidence' is missing" in fault
    assert any("'pool' is missing" in each for each in faults({k: v for k, v in GOOD.items() if k != "pool"}))
    assert faults({"pool": "parcels"}) == ["ru.yaml, rule 1 must begin with 'rule:' and a name of its own."]
    assert faults(GOOD, GOOD) == ["ru.yaml: two rules are named 'colony'."]


def test_two_rules_that_tie_are_refused_with_a_situation_in_which_they_do() -> None:
    other = {**GOOD, "rule": "men"} | {"sex": "man"}
    del other["institution"]
    (fault,) = faults(GOOD, other)
    assert "'colony' and 'men' both hold for institution colony" in fault
    both = {**GOOD, "rule": "men in colonies", "sex": "man"}
    assert len(read(GOOD, other, both).rules) == 3, "a third one that is more specific decides"
    after = {**other, "valid_from": date(2027, 1, 1)}
    assert len(read({**GOOD, "valid_to": date(2026, 12, 31)}, after).rules) == 2, "one follows the other"


def test_the_rest_of_a_file_is_held_to_the_same() -> None:
    assert "'country' must be two capital letters" in _refused({"country": "ru", "rules": []})
    assert "'country' must be two capital letters" in _refused({"country": False, "rules": []})
    assert "no list named 'rules'" in _refused({"country": "RU"})
    assert "no list named 'rules'" in _refused(None)
    assert "'quotas' means nothing here" in _refused({"country": "RU", "rules": [], "quotas": 1})
    assert "'facts' must be a list" in _refused({"country": "RU", "rules": [], "facts": "none"})
    fact = {"about": "weather", "text": "Rain.", "source": "window", "confidence": "confirmed"}
    assert "fact 1: 'about' must be one of" in _refused({"country": "RU", "rules": [], "facts": [fact]})
    assert "fact 1 must have the fields" in _refused({"country": "RU", "rules": [], "facts": ["Rain."]})


def _refused(content: Any) -> str:
    with pytest.raises(BadMailRules) as refused:
        parse_mail_rules(content, "ru.yaml")
    assert str(refused.value).startswith("ru.yaml")
    return str(refused.value)


def test_a_folder_is_read_whole_and_every_fault_in_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "ru.yaml").write_text((FOLDER / "ru.yaml").read_text(encoding="utf-8").replace("most: 6", "most: six"))
    (tmp_path / "xx.yaml").write_text("country: DE\nrules: []\n")
    (tmp_path / "by.yaml").write_text("rules: [")
    (tmp_path / "gb.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadMailRules) as refused:
        read_mail_rules(tmp_path)
    told = str(refused.value)
    assert "by.yaml is not YAML" in told
    assert "gb.yaml is not YAML" in told
    assert "ru.yaml, rule 1 (general regime colony, ordinary conditions, parcels): 'most'" in told
    assert "xx.yaml: a file is named for its country" in told


def test_a_faulty_file_keeps_the_application_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    from tracker.app import create_app
    from tracker.quotas import mail_rules

    content = yaml.safe_load((FOLDER / "de.yaml").read_text(encoding="utf-8"))
    content["rules"][0]["pool"] = "boxes"
    (tmp_path / "de.yaml").write_text(yaml.safe_dump(content))
    monkeypatch.setattr(mail_rules, "FOLDER", tmp_path)
    mail_rules.rules_in_use.cache_clear()
    try:
        with pytest.raises(BadMailRules, match=r"de\.yaml, rule 1 \(letters\): 'pool' must be one of"):
            create_app(settings)
    finally:
        mail_rules.rules_in_use.cache_clear()


def test_an_older_law_holds_until_the_newer_one_begins() -> None:
    old = {**GOOD, "rule": "old", "valid_to": date(2026, 6, 30)}
    new = {**GOOD, "rule": "new", "most": 8, "valid_from": date(2026, 7, 1)}
    rules = read(old, new).rules
    for day, name in ((date(2026, 6, 30), "old"), (date(2026, 7, 1), "new")):
        situation = Situation(day, country="RU", institution="colony")  # type: ignore[arg-type]
        chosen = choose(rules, situation, Pool.PARCELS, Unit.PIECES).rule
        assert chosen is not None
        assert chosen.name == name
