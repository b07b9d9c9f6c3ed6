"""The file that a collective edits, and what it is told about a fault in it."""

from __future__ import annotations

import pytest

from tracker.dates.rules import DayKind
from tracker.reminders.desk import LADDERS, ladders_in_use
from tracker.reminders.ladders import BadLadders, parse_ladders, read_ladders
from tracker.reminders.rules import Role, Rule


def days(*numbers: int) -> tuple[Rule, ...]:
    return tuple(Rule(days=number) for number in numbers)


def test_the_ladders_that_come_with_the_tracker():
    ladders = read_ladders(LADDERS).by_kind
    assert ladders[DayKind.HEARING] == {
        Role.WRITERS: days(7, 2),
        Role.COURT: days(7, 2, 0),
        Role.COORDINATORS: days(7),
    }
    assert ladders[DayKind.DETENTION_UNTIL][Role.COORDINATORS] == days(14, 10, 7, 3)
    assert ladders[DayKind.RELEASE][Role.WRITERS] == days(14, 1)
    assert ladders[DayKind.BIRTHDAY] == {Role.WRITERS: days(21)}
    assert set(ladders) == set(DayKind)
    assert ladders_in_use().furthest_days == 31


def test_hours_and_days_can_be_mixed():
    ladders = parse_ladders({"ladders": {"hearing": {"court": [7, {"hours": 3}]}}})
    assert ladders.by_kind[DayKind.HEARING][Role.COURT] == (Rule(days=7), Rule(hours=3))


def test_a_rung_that_stands_there_twice_counts_once():
    ladders = parse_ladders({"ladders": {"hearing": {"court": [7, 7]}}})
    assert ladders.by_kind[DayKind.HEARING][Role.COURT] == days(7)


@pytest.mark.parametrize(
    "content, where",
    [
        (None, "no mapping named 'ladders'"),
        ({"ladders": []}, "no mapping named 'ladders'"),
        ({"ladders": {}, "ladder": {}}, "'ladder' means nothing"),
        ({"ladders": {"trial": {}}}, "ladders.trial is no kind of day"),
        ({"ladders": {"hearing": [7]}}, "ladders.hearing must name roles"),
        ({"ladders": {"hearing": {"writer": [7]}}}, "ladders.hearing.writer is no role"),
        ({"ladders": {"hearing": {"writers": 7}}}, "ladders.hearing.writers must be a list"),
        ({"ladders": {"hearing": {"writers": list(range(21))}}}, "at most 20 rungs"),
        ({"ladders": {"hearing": {"writers": [7, -1]}}}, "ladders.hearing.writers[1] must be a whole number"),
        ({"ladders": {"hearing": {"writers": [10000]}}}, "ladders.hearing.writers[0] must be"),
        ({"ladders": {"hearing": {"writers": [True]}}}, "ladders.hearing.writers[0] must be"),
        ({"ladders": {"hearing": {"writers": ["7"]}}}, "ladders.hearing.writers[0] must be"),
        ({"ladders": {"hearing": {"writers": [{"hours": 0}]}}}, "writers[0].hours must be"),
        ({"ladders": {"hearing": {"writers": [{"hours": 3, "days": 1}]}}}, "ladders.hearing.writers[0] must be"),
    ],
)
def test_a_fault_is_named_by_its_place(content, where):
    with pytest.raises(BadLadders) as refused:
        parse_ladders(content)
    [fault] = refused.value.faults
    assert where in fault


def test_all_faults_are_named_at_once():
    with pytest.raises(BadLadders) as refused:
        parse_ladders({"ladders": {"trial": {}, "hearing": {"writers": [-1, 7, 999]}}})
    assert len(refused.value.faults) == 3


def test_a_file_that_is_missing_or_no_yaml_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(BadLadders, match="cannot be read"):
        read_ladders(tmp_path / "none.yaml")
    (tmp_path / "bad.yaml").write_text("ladders: [")
    with pytest.raises(BadLadders, match="is not YAML"):
        read_ladders(tmp_path / "bad.yaml")
