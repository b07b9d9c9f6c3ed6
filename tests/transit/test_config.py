"""What a collective edits about the post: refused with a sentence for every fault."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
import yaml

from tracker.letters.rules import Channel
from tracker.prisoners.rules import Sex
from tracker.transit.config import (
    FOLDER,
    BadConfig,
    occasions_in_use,
    parse_occasions,
    parse_priors,
    priors_in_use,
)
from tracker.transit.outlook import coming_occasions
from tracker.transit.rules import Leg, Times

PRIORS = yaml.safe_load((FOLDER / "transit.yaml").read_text(encoding="utf-8"))
OCCASIONS = yaml.safe_load((FOLDER / "occasions.yaml").read_text(encoding="utf-8"))


def changed(content: Any, path: list[Any], value: Any) -> Any:
    content = deepcopy(content)
    place = content
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return content


def test_what_is_shipped_is_in_use_and_marked_unverified() -> None:
    priors = priors_in_use()
    assert set(priors.channels) == set(Channel)
    assert priors.channels[Channel.POST].of(Leg.ROUND) == Times(21, 45, 90)
    assert priors.channels[Channel.ONE_WAY].reply is None
    assert not any(each.verified for each in priors.channels.values())
    assert all(each.source for each in priors.channels.values())
    assert {"new_year", "womens_day"} <= {each.key for each in occasions_in_use()}
    assert any(not each.verified for each in occasions_in_use())


@pytest.mark.parametrize(
    "path, value, sentence",
    [
        (["weight"], 0, "weight must be a whole number from 1 to 1000."),
        (["weight"], True, "weight must be"),
        (["weights"], 5, "there must be 'weight' and 'channels', and nothing else."),
        (["channels"], {}, "channels must be all of post, e_letter"),
        (["channels", "pigeon"], {}, "channels must be all of"),
        (["channels", "post"], None, "channels.post must have 'there', 'source', 'verified'"),
        (["channels", "post", "there"], [7, 14], "channels.post.there must be three growing numbers"),
        (["channels", "post", "there"], [14, 7, 30], "channels.post.there must be three growing numbers"),
        (["channels", "post", "reply"], [1, 2, 900], "channels.post.reply must be three growing numbers"),
        (["channels", "post", "source"], " ", "channels.post.source must say where it is from."),
        (["channels", "post", "verified"], "yes", "channels.post.verified must be true or false."),
    ],
)
def test_a_fault_in_the_times_is_named(path: list[Any], value: Any, sentence: str) -> None:
    with pytest.raises(BadConfig) as refused:
        parse_priors(changed(PRIORS, path, value))
    assert any(sentence in fault for fault in refused.value.faults), refused.value.faults


@pytest.mark.parametrize(
    "path, value, sentence",
    [
        (["occasions"], {}, "there must be a list named 'occasions'"),
        (["occasions", 0], "New Year", "occasions[0] must have day, key, names, source, verified"),
        (["occasions", 0, "day"], "2026-01-01", 'occasions[0].day must be a month and a day, such as "--01-01".'),
        (["occasions", 0, "day"], "--02-30", "occasions[0].day must be"),
        (["occasions", 0, "day"], True, "occasions[0].day must be"),
        (["occasions", 0, "names"], {"ru": "Новый год"}, "occasions[0].names must have a name in English (en)."),
        (["occasions", 0, "countries"], "RU", "occasions[0].countries must be a list of codes of two letters."),
        (["occasions", 0, "sex"], "both", "occasions[0].sex must be one of woman, man."),
        (["occasions", 0, "key"], "womens_day", "there are two occasions named womens_day."),
        (["occasions", 0, "verified"], 1, "occasions[0].verified must be true or false."),
    ],
)
def test_a_fault_in_the_occasions_is_named(path: list[Any], value: Any, sentence: str) -> None:
    with pytest.raises(BadConfig) as refused:
        parse_occasions(changed(OCCASIONS, path, value))
    assert any(sentence in fault for fault in refused.value.faults), refused.value.faults


def test_an_occasion_is_for_those_whom_it_concerns_and_comes_every_year() -> None:
    leap = parse_occasions({"occasions": [OCCASIONS["occasions"][0] | {"day": "--02-29"}, *OCCASIONS["occasions"][1:]]})
    found = {each.key: on for on, each in coming_occasions(leap, "BY", Sex.WOMAN, date(2027, 2, 27))}
    assert found["new_year"] == date(2027, 2, 28), "29 February, where there is none"
    assert found["womens_day"] == date(2027, 3, 8)
    assert found["belarus_prisoners_day"] == date(2027, 5, 21)
    assert "soviet_prisoners_day" not in found
    nobody_knows = {each.key for _, each in coming_occasions(leap, None, None, date(2027, 2, 27))}
    assert not nobody_knows & {"womens_day", "belarus_prisoners_day", "soviet_prisoners_day"}
    on, first = coming_occasions(leap, "RU", None, date(2026, 12, 31))[0]
    assert (on, first.name("ru"), first.name("fr")) == (date(2027, 2, 28), "Новый год", "New Year")
