"""Reading what a collective edits: ``config/transit.yaml``, assumed times, and ``config/occasions.yaml``, days for a
card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from tracker.letters.rules import Channel
from tracker.partial_date import NotADate, PartialDate, Precision
from tracker.prisoners.rules import Sex
from tracker.transit.rules import Leg, Times

FOLDER = Path(__file__).resolve().parent.parent.parent / "config"
MOST_DAYS = 730
MOST_WEIGHT = 1000


class BadConfig(Exception):
    """The file cannot be used; ``faults`` says where and why, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Assumed:
    """What is assumed of one channel."""

    there: Times
    reply: Times | None
    """None: nothing can come back."""
    source: str
    verified: bool

    def of(self, leg: Leg) -> Times | None:
        """The assumed times of one leg; only two are assumed."""
        return {Leg.THERE: self.there, Leg.ROUND: self.reply}.get(leg)


@dataclass(frozen=True)
class Priors:
    """What is assumed until enough was logged."""

    weight: int
    channels: Mapping[Channel, Assumed]


@dataclass(frozen=True)
class Occasion:
    """A day of every year on which a card is welcome."""

    key: str
    month: int
    day: int
    names: Mapping[str, str]
    source: str
    verified: bool
    countries: frozenset[str] = frozenset()
    sex: Sex | None = None
    cards: bool = True
    """A card for that day is welcome."""

    def name(self, language: str) -> str:
        """Its name in a language, or in English."""
        return self.names.get(language) or self.names["en"]

    def is_for(self, country: str | None, sex: Sex | None) -> bool:
        """Whether a card for somebody in a country is welcome that day; what is not known is not assumed."""
        is_there = not self.countries or country in self.countries
        return self.cards and is_there and (self.sex is None or sex is self.sex)


def parse_priors(content: Any, name: str = "transit.yaml") -> Priors:
    """The assumed times in parsed YAML; raises BadConfig with every fault."""
    faults: list[str] = []
    if not isinstance(content, dict) or set(content) != {"weight", "channels"}:
        raise BadConfig([f"{name}: there must be 'weight' and 'channels', and nothing else."])
    weight, channels = content["weight"], content["channels"]
    if not _is_number(weight, 1, MOST_WEIGHT):
        faults.append(f"{name}: weight must be a whole number from 1 to {MOST_WEIGHT}.")
    if not isinstance(channels, dict) or set(channels) != {str(each) for each in Channel}:
        raise BadConfig([*faults, f"{name}: channels must be all of {', '.join(Channel)}."])
    found = {Channel(key): _assumed(facts, f"{name}: channels.{key}", faults) for key, facts in channels.items()}
    if faults:
        raise BadConfig(faults)
    return Priors(weight, {channel: each for channel, each in found.items() if each is not None})


def _assumed(facts: Any, where: str, faults: list[str]) -> Assumed | None:
    if not isinstance(facts, dict) or not {"there", "source", "verified"} <= set(facts) <= {
        "there",
        "reply",
        "source",
        "verified",
    }:
        faults.append(f"{where} must have 'there', 'source', 'verified', and may have 'reply'.")
        return None
    there = _times(facts["there"], f"{where}.there", faults)
    reply = _times(facts["reply"], f"{where}.reply", faults) if "reply" in facts else None
    _check_evidence(facts, where, faults)
    return Assumed(there, reply, facts["source"], facts["verified"]) if there is not None else None


def _times(value: Any, where: str, faults: list[str]) -> Times | None:
    if isinstance(value, list) and len(value) == 3 and all(_is_number(each, 0, MOST_DAYS) for each in value):
        if value == sorted(value):
            return Times(*value)
    faults.append(f"{where} must be three growing numbers of days from 0 to {MOST_DAYS}, such as [7, 14, 30].")
    return None


def parse_occasions(content: Any, name: str = "occasions.yaml") -> tuple[Occasion, ...]:
    """The occasions in parsed YAML; raises BadConfig with every fault."""
    listed = content.get("occasions") if isinstance(content, dict) and len(content) == 1 else None
    if not isinstance(listed, list):
        raise BadConfig([f"{name}: there must be a list named 'occasions', and nothing else."])
    faults: list[str] = []
    found = [_occasion(facts, f"{name}: occasions[{index}]", faults) for index, facts in enumerate(listed)]
    keys = [each.key for each in found if each is not None]
    faults += [
        f"{name}: there are two occasions named {key}." for key in sorted({k for k in keys if keys.count(k) > 1})
    ]
    if faults:
        raise BadConfig(faults)
    return tuple(each for each in found if each is not None)


def _occasion(facts: Any, where: str, faults: list[str]) -> Occasion | None:
    needed = {"key", "day", "names", "source", "verified"}
    if not isinstance(facts, dict) or not needed <= set(facts) <= needed | {"countries", "sex", "cards"}:
        faults.append(f"{where} must have {', '.join(sorted(needed))}, and may have countries, sex and cards.")
        return None
    _check_evidence(facts, where, faults)
    day = _day_of_year(facts["day"], where, faults)
    names, countries, sex = facts["names"], facts.get("countries", []), facts.get("sex")
    if not isinstance(names, dict) or not isinstance(names.get("en"), str):
        faults.append(f"{where}.names must have a name in English (en).")
        return None
    if not isinstance(countries, list) or not all(isinstance(each, str) and len(each) == 2 for each in countries):
        faults.append(f"{where}.countries must be a list of codes of two letters.")
        return None
    if sex is not None and sex not in set(Sex):
        faults.append(f"{where}.sex must be one of {', '.join(Sex)}.")
        return None
    if not isinstance(facts.get("cards", True), bool):
        faults.append(f"{where}.cards must be true or false.")
        return None
    if day is None:
        return None
    return Occasion(
        key=str(facts["key"]),
        month=day[0],
        day=day[1],
        names=names,
        source=facts["source"],
        verified=facts["verified"],
        countries=frozenset(countries),
        sex=Sex(sex) if sex else None,
        cards=facts.get("cards", True),
    )


def _day_of_year(text: Any, where: str, faults: list[str]) -> tuple[int, int] | None:
    try:
        parsed = PartialDate.parse(str(text))
    except NotADate:
        parsed = None
    if parsed is None or parsed.precision is not Precision.DAY_OF_YEAR or not parsed.month or not parsed.day:
        faults.append(f'{where}.day must be a month and a day, such as "--01-01".')
        return None
    return parsed.month, parsed.day


def _check_evidence(facts: Mapping[str, Any], where: str, faults: list[str]) -> None:
    if not isinstance(facts["source"], str) or not facts["source"].strip():
        faults.append(f"{where}.source must say where it is from.")
    if not isinstance(facts["verified"], bool):
        faults.append(f"{where}.verified must be true or false.")


def _is_number(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _content(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadConfig([f"{path.name} cannot be read: {error.strerror}."]) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadConfig([f"{path.name} is not YAML: {error}"]) from None


@lru_cache(maxsize=1)
def priors_in_use() -> Priors:
    """The assumed times of this installation, read once a process; raises BadConfig."""
    return parse_priors(_content(FOLDER / "transit.yaml"))


@lru_cache(maxsize=1)
def occasions_in_use() -> Sequence[Occasion]:
    """The occasions of this installation, read once a process; raises BadConfig."""
    return parse_occasions(_content(FOLDER / "occasions.yaml"))
