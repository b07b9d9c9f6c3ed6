"""A scenario file is read generously, and each fault in it is named by case and field."""

from __future__ import annotations

import pytest

from tracker.rehearsal.reading import BadFile, read_stories
from tracker.rehearsal.rules import Misread, Story

GOOD = """
cases:
- id: one
  recipients: [{id: anna, tz: Europe/Berlin, roles: [writer]}]
  actions:
  - {at: '2026-11-20T12:00:00Z', do: create_event, event: {id: h1, kind: hearing, rules: [{id: d2, days: 2}],
     audience: [anna], date: '2026-12-15', time: '10:00', tz: Asia/Vladivostok}}
  horizon_utc: '2027-03-01T00:00:00Z'
  expect: {mails: [{to: anna, type: reminder, event: h1, rule: d2, at_utc: '2026-12-13T07:00:00Z'}]}
"""


def faults(old: str = "", new: str = "", text: str = GOOD) -> list[str]:
    assert old in text
    case = read_stories(text.replace(old, new, 1))[0]
    return [str(fault) for fault in case.faults] if isinstance(case, Misread) else []


def test_a_story_without_faults():
    story = read_stories(GOOD)[0]
    assert isinstance(story, Story)
    assert story.actions[0].event is not None
    assert story.readers[0].send_time.isoformat() == "08:00:00"


@pytest.mark.parametrize(
    "old, new, path, words",
    [
        ("do: create_event", "do: invent", "actions[0].do", "'invent' is none of them"),
        ("time: '10:00'", "time: '25:00'", "actions[0].event.time", "'25:00' is no time of day"),
        ("time: '10:00'", "time: 25:00", "actions[0].event.time", "'25:00' is no time of day"),
        ("date: '2026-12-15'", "date: '2026-02-30'", "actions[0].event.date", "'2026-02-30' is no date"),
        ("kind: hearing", "kind: party", "actions[0].event.kind", "'party' is none of them"),
        ("tz: Asia/Vladivostok", "tz: Asia/Vladivostock", "actions[0].event.tz", "no time zone 'Asia/Vladivostock'"),
        ("tz: Europe/Berlin", "tz: ../../etc/passwd", "recipients[0].tz", "no time zone"),
        ("days: 2", "days: -1", "actions[0].event.rules[0].days", "from 0 to 366, not '-1'"),
        ("days: 2", "days: 10000", "actions[0].event.rules[0].days", "from 0 to 366, not '10000'"),
        ("days: 2", "weeks: 2", "actions[0].event.rules[0].weeks", "no such field"),
        ("audience: [anna]", "audience: [bob]", "actions[0].event.audience", "no recipient 'bob'"),
        ("time: '10:00'", "colour: red", "actions[0].event.colour", "no such field"),
        ("roles: [writer]", "roles: [judge]", "recipients[0].roles", "no role 'judge'"),
        ("at: '2026-11-20T12:00:00Z'", "at: '2026-11-20T12:00:00'", "actions[0].at", "is no instant such as"),
        ("horizon_utc: '2027-03-01T00:00:00Z'", "horizon_utc: soon", "horizon_utc", "'soon' is no instant"),
        ("type: reminder", "type: telegram", "expect.mails[0].type", "'telegram' is none of them"),
        ("event: h1, rule", "event: h2, rule", "expect.mails[0].event", "no event 'h2'"),
        ("'2026-12-13T07:00:00Z'}", "null}", "expect.mails[0].at_utc", "is missing"),
        ("  horizon_utc", "  defaults: {settle_minutes: 5}\n  horizon_utc", "defaults.settle_minutes", "is 10 in the"),
    ],
)
def test_a_fault_is_named_by_its_field(old, new, path, words):
    found = faults(old, new)
    assert [fault for fault in found if fault.startswith(f"{path}:") and words in fault], found


def test_the_other_cases_are_read_all_the_same():
    text = GOOD + GOOD.removeprefix("\ncases:\n").replace("id: one", "id: two").replace("days: 2", "days: two")
    first, second = read_stories(text)
    assert isinstance(first, Story)
    assert isinstance(second, Misread)
    assert second.id == "two"


def test_two_cases_of_one_name_cannot_be_told_apart():
    text = GOOD + GOOD.removeprefix("\ncases:\n")
    assert [type(case) for case in read_stories(text)] == [Story, Misread]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "cases: {}", "a: [", "cases: []\nrules: {}", "cases: []\ndefaults: {court_open: '10:00'}", "\x00"],
)
def test_what_is_no_scenario_file_is_refused_as_a_whole(text):
    with pytest.raises(BadFile):
        read_stories(text)


@pytest.mark.parametrize("case", ["null", "3", "[]", "{}", "{id: a, actions: 3}", "{id: a, recipients: {}}"])
def test_whatever_stands_in_place_of_a_case_is_a_fault_of_that_case(case):
    (found,) = read_stories(f"cases:\n- {case}\n")
    assert isinstance(found, Misread)
    assert found.faults


def test_a_case_that_contains_itself_is_a_fault():
    found = read_stories("cases:\n- &a {id: a, recipients: [*a], actions: [*a]}\n")[0]
    assert isinstance(found, Misread)


def test_an_event_has_to_be_there_before_something_is_done_to_it():
    late = "  - {at: '2026-11-19T12:00:00Z', do: update_event, event: h1, set: {time: null}}\n  horizon_utc"
    assert any("happens before there is the event h1" in fault for fault in faults("  horizon_utc", late))
