"""A bad bundle is refused whole: every fault with its place and line, in words, and the database untouched."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.exchange.conftest import GARDEN
from tracker.db import Base
from tracker.exchange import reading
from tracker.exchange.bundle import read_bundle
from tracker.exchange.rules import MOST_BYTES, BadBundle
from tracker.exchange.writing import written

TEXT = GARDEN.read_text()
OZEROV = ("people", 0)
GARDEN_CASE = ("cases", 0)


def faults_of(raw: bytes) -> list[str]:
    with pytest.raises(BadBundle) as refusal:
        read_bundle(raw)
    return [str(fault) for fault in refusal.value.faults]


def with_change(bundle: dict[str, Any], path: tuple[str | int, ...], value: Any) -> list[str]:
    """The faults of the bundle with another value at one place; Ellipsis takes the place away."""
    holder: Any = bundle
    for step in path[:-1]:
        holder = holder[step]
    if value is ...:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return faults_of(written(bundle))


@pytest.mark.parametrize(
    "path, value, place, words",
    [
        # The schema, in words.
        (("format",), "prisoner-support-bundle/2", "format", "must be prisoner-support-bundle/1"),
        (("source",), ..., "the bundle", "“source” is missing"),
        (("source", "year"), "2024", "source/year", "must be a whole number"),
        (("source", "year"), 1234, "source/year", "1234 is too small; the limit is 1900"),
        (("source", "language"), "English", "source/language", "“English” is no language code"),
        (("people",), {}, "people", "must be a list"),
        ((*OZEROV, "name"), 5, "people/0/name", 'must be a text; put it in quotes: "5"'),
        ((*OZEROV, "name"), "", "people/0/name", "is empty"),
        ((*OZEROV, "name"), " \t", "people/0/name", "is empty"),
        ((*OZEROV, "name"), None, "people/0/name", "has no value (must be a text); leave it out"),
        ((*OZEROV, "name"), "я" * 2001, "people/0/name", "is too long: 2001 letters, at most 2000"),
        ((*OZEROV, "key"), "Dmitry Ozerov", "people/0/key", "“Dmitry Ozerov” is no key"),
        ((*OZEROV, "standing"), "chief", "people/0/standing", "“chief” is none of: main, named"),
        ((*OZEROV, "nmae"), "x", "people/0/nmae", "There is no “nmae” here; did you mean “name”?"),
        ((*OZEROV, "health"), "x", "people/0/health", "There is no “health” here; known are: key, name"),
        ((*OZEROV, "lines"), [], "people/0/lines", "is empty; leave it out"),
        ((*OZEROV, "lines"), [1, 1], "people/0/lines", "says the same twice"),
        ((*OZEROV, "lines"), ["1"], "people/0/lines/0", "must be a whole number"),
        ((*OZEROV, "lines"), [True], "people/0/lines/0", "must be a whole number"),
        ((*OZEROV, "lines"), [1.0], "people/0/lines/0", "must be a whole number"),
        ((*OZEROV, "lines"), [0], "people/0/lines/0", "0 is too small"),
        ((*OZEROV, "birth", "on"), 1988, "people/0/birth/on", 'must be a text; put it in quotes: "1988"'),
        ((*OZEROV, "birth", "on"), "1988-2-29", "people/0/birth/on", "“1988-2-29” is no date; write 1988-02-29"),
        ((*OZEROV, "birth", "on"), "1988-02-29\n", "people/0/birth/on", "is no date"),
        ((*OZEROV, "placements", 2, "current"), "yes", "people/0/placements/2/current", "must be true or false"),
        ((*OZEROV, "placements", 2), "SIZO", "people/0/placements/2", "must be a group of names and values"),
        (("facilities", 0, "country"), "Russia", "facilities/0/country", "“Russia” is no country code"),
        (("facilities", 0, "zone"), "Moscow", "facilities/0/zone", "“Moscow” is no time zone"),
        (("disputes", 0, "claims"), [{"value": "x", "lines": [1]}], "disputes/0/claims", "must have at least 2"),
        (("disputes", 0, "about"), {}, "disputes/0/about", "is empty; leave it out"),
        (("disputes", 2, "about", "whole"), False, "disputes/2/about/whole", "must be true"),
        (("disputes", 0, "accepted", "on"), "2024-06", "disputes/0/accepted/on", "“2024-06” is no day"),
        # What the parts say of one another.
        ((*OZEROV, "placements", 1, "facility"), "sizo-8", "people/0/placements/1/facility", "There is no facility"),
        ((*OZEROV, "measures", 0, "case"), "x", "people/0/measures/0/case", "There is no case with the key “x”"),
        ((*GARDEN_CASE, "people", 1, "person"), "x", "cases/0/people/1/person", "There is no person with the key “x”"),
        ((*GARDEN_CASE, "charges", 0, "people"), ["x"], "cases/0/charges/0/people/0", "There is no person with"),
        ((*GARDEN_CASE, "people", 0, "agreement", "testified_against"), ["kirill", "x"],
         "cases/0/people/0/agreement/testified_against/1", "There is no person with the key “x”"),
        ((*GARDEN_CASE, "sentences", 1, "replaces"), "x", "cases/0/sentences/1/replaces", "There is no sentence with"),
        ((*GARDEN_CASE, "sentences", 2, "merges"), ["x"], "cases/0/sentences/2/merges/0", "There is no sentence with"),
        (("cases", 1, "told_under"), "x", "cases/1/told_under", "There is no case with the key “x”"),
        (("cases", 1, "told_under"), "fence", "cases/1/told_under", "The case “fence” has no heading of its own"),
        ((*OZEROV, "placements", 2, "dispute"), "x", "people/0/placements/2/dispute", "There is no dispute with"),
        (("disputes", 1, "about", "case"), "x", "disputes/1/about/case", "There is no case with the key “x”"),
        (("people", 1, "key"), "dmitry-ozerov", "people/1/key", "The person “dmitry-ozerov” is there twice; first"),
        (("facilities", 1, "key"), "sizo-9-zarechny", "facilities/1/key", "is there twice"),
        (("disputes", 1, "key"), "which-colony", "disputes/1/key", "is there twice"),
        ((*GARDEN_CASE, "sentences", 2, "key"), "ozerov-first", "cases/0/sentences/2/key", "is there twice"),
        ((*GARDEN_CASE, "people", 2, "person"), "dmitry-ozerov", "cases/0/people/2/person", "is in this case already"),
        ((*GARDEN_CASE, "charges", 0, "people"), ["kirill", "kirill"], "cases/0/charges/0/people/1", "is named twice"),
        ((*GARDEN_CASE, "sentences", 1, "person"), "kirill", "cases/0/sentences/1/replaces", "is another person's"),
        ((*GARDEN_CASE, "sentences", 0, "replaces"), "ozerov-appeal", "cases/0/sentences/0/replaces", "in a circle"),
        ((*OZEROV, "lines"), [10, 401], "people/0/lines/1", "Line 401 is beyond the end of the source, which has 400"),
        ((*OZEROV, "birth", "on"), "2023-02-30", "people/0/birth/on", "There is no such day as 2023-02-30"),
        ((*OZEROV, "birth", "on"), "2023-02-29", "people/0/birth/on", "There is no such day as 2023-02-29"),
        ((*OZEROV, "birth", "on"), "0000", "people/0/birth/on", "There is no such day as 0000"),
        (("disputes", 0, "accepted", "on"), "2023-02-30", "disputes/0/accepted/on", "There is no such day"),
        (("facilities", 0, "zone"), "Asia/Nowhere", "facilities/0/zone", "No time zone is called “Asia/Nowhere”"),
        (("disputes", 0, "accepted", "claim"), 3, "disputes/0/accepted/claim", "There is no claim 3; the dispute has"),
        ((*OZEROV, "placements", 0, "until"), "2023-02-27", "people/0/placements/0/until", "is before the start"),
        ((*OZEROV, "placements", 1, "until"), "2022", "people/0/placements/1/until", "The end 2022 is before"),
        ((*OZEROV, "measures", 0, "ended_on"), "2023-02", "people/0/measures/0/ended_on", "is before the start"),
        ((*OZEROV, "no_mail", "until"), "2024-02", "people/0/no_mail/until", "is before the start"),
        ((*GARDEN_CASE, "organisations", 0, "ended"), "2018", "cases/0/organisations/0/ended", "is before the start"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_place_and_words(garden, path, value, place, words):
    said = with_change(garden, path, value)

    assert any(fault.startswith(f"{place} (line ") and words in fault for fault in said), said


@pytest.mark.parametrize(
    "since, until",
    [
        ("2023", "2023-01-01"),
        ("2023-12-31", "2023"),
        ("--12", "--01"),
        ("2023-05", "--01-01"),
        ("2023-24", "2024-02"),
        ("2023-05-05", "2023-05-05"),
    ],
)
def test_an_end_that_may_lie_after_the_start_is_no_fault(garden, since: str, until: str):
    garden["people"][0]["placements"][0] |= {"since": since, "until": until}

    read_bundle(written(garden))


def test_a_day_that_does_not_exist_is_the_only_fault_of_its_group(garden):
    said = with_change(garden, ("people", 0, "placements", 0, "since"), "2023-02-30")

    assert len(said) == 1


def test_a_disputed_end_may_lie_before_the_start(garden):
    garden["people"][0]["placements"][2] |= {"since": "2024-05", "until": "2024-04"}

    read_bundle(written(garden))


def test_all_faults_are_named_at_once_and_with_the_right_lines():
    lines = TEXT.splitlines()
    broken = [
        text.replace("kind: sizo, facility: sizo-9-zarechny", "kind: sizo, facility: sizo-8")
        .replace("standing: named", "standing: chief")
        .replace('on: "1988-02-29"', "on: 1988-02-30")
        .replace("{person: kirill, role: witness", "{person: cyril, rule: witness")
        for text in lines
    ]
    said = faults_of("\n".join(broken).encode())
    words = ("sizo-8", "chief", "-30", "cyril")
    numbers = {word: [n for n, text in enumerate(broken, 1) if word in text] for word in words}

    assert said == sorted(said, key=lambda fault: int(fault.split("(line ")[1].split(")")[0]))
    expected = [
        f"people/0/birth/on (line {numbers['-30'][0]}): There is no such day as 1988-02-30.",
        f"people/0/placements/1/facility (line {numbers['sizo-8'][0]}): There is no facility with the key “sizo-8”.",
        f"people/1/standing (line {numbers['chief'][0]}): “chief” is none of: main, named.",
        f"people/2/standing (line {numbers['chief'][1]}): “chief” is none of: main, named.",
        f"cases/0/people/2/person (line {numbers['cyril'][0]}): There is no person with the key “cyril”.",
    ]
    assert set(expected) < set(said)
    assert any("“role” is missing" in fault for fault in said)
    assert any("There is no “rule” here; did you mean “role”?" in fault for fault in said)


@pytest.mark.parametrize(
    "raw, words",
    [
        (b"# nothing\n", "the bundle: The file is empty."),
        (b"- 1\n", "the bundle (line 1): must be a group"),
        (b"a: 1\n\xff\xfe\n", "the bundle (line 2): The file is not UTF-8 from here on."),
        ("a: 1\n".encode("utf-16"), "The file is not UTF-8"),
        (b"a: 1\nb: \x00\n", "the bundle (line 2): This is not YAML"),
        (b'a: 1\nb: "\\0"\n', "b (line 2): This text has a control character in it"),
        (b'"\\e[2J": 1\n', "the bundle (line 1): This name has a control character in it"),
        (b"a: [1\nb: 2\n", "(line 2): This is not YAML"),
        (b"a: 1\n---\nb: 2\n", "the bundle (line 2): A second document begins here"),
        (b"a: 1\nb: 2\na: 3\n", "a (line 3): This is said twice; first in line 1."),
        (b"a: &x [1]\nb: *x\n", "a (line 1): An anchor (&) is refused here"),
        (b"a: &x [1]\nb: *x\n", "b (line 2): An alias (*) is refused here"),
        (b"a: !!python/object/apply:os.system [ls]\n", "a (line 1): A tag (!) is refused here"),
        (b"a: !!int 3\n", "a (line 1): A tag (!) is refused here"),
        (b"*x : 1\n", "A name must be a text."),
        (b"? [a]\n: 1\n", "the bundle (line 1): A name must be a text, not a list or a group."),
        (b"[" * 21, "are nested more than 20 deep here"),
        (b"a: " + b"[" * 100_000, "are nested more than 20 deep here"),
        (b"- " * 100_000, "are nested more than 20 deep here"),
        (b"{a: " * 100_000, "are nested more than 20 deep here"),
        (b"a" * (MOST_BYTES + 1), "The file is larger than 10 MB."),
        (b"format: " + b"9" * 5000, "must be prisoner-support-bundle/1"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused(raw: bytes, words: str):
    assert any(words in fault for fault in faults_of(raw)), faults_of(raw)


def test_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "MOST_VALUES", 100)

    assert faults_of(b"a: [" + b"1," * 200 + b"]") == ["a (line 1): The bundle has more than 100 values."]


def test_a_file_like_a_bomb_is_refused_at_once():
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))

    assert "An alias (*) is refused" in str(faults_of(bomb.encode()))


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm():
    raw = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()

    assert read_bundle(raw).data == read_bundle(GARDEN.read_bytes()).data


def test_words_that_old_readers_take_for_something_else_stay_words():
    read = reading.read_yaml(b"on: 2023-02-01\nno: 0x1F\nyes: 12:30\nempty:\nbig: 1_000\noctal: 010\n")

    assert read.data == {
        "on": "2023-02-01",
        "no": "0x1F",
        "yes": "12:30",
        "empty": None,
        "big": "1_000",
        "octal": "010",
    }


def test_a_bad_bundle_leaves_the_database_as_it_was(session, garden, take):
    take(garden)
    before = rows(session)
    garden["people"].append({"key": "new", "name": "New", "standing": "main", "lines": [999]})
    with pytest.raises(BadBundle):
        take(garden)

    assert rows(session) == before


def rows(session: Session) -> dict[str, int | None]:
    """How many rows each table has."""
    tables = Base.metadata.sorted_tables
    return {table.name: session.scalar(select(func.count()).select_from(table)) for table in tables}


def test_a_key_of_another_source_is_refused(session, garden, take):
    take(garden)
    other = copy.deepcopy(garden)
    other["source"]["key"] = "other"
    with pytest.raises(BadBundle) as refusal:
        take(other)

    said = str(refusal.value)
    for place in ("facilities/0/key", "people/0/key", "cases/0/key", "cases/0/sentences/0/key"):
        assert f"{place} (line " in said
    assert "The key “kirill” belongs to something from another source." in said
    assert "disputes" not in said


# Whatever is done to a bundle, it is read or refused, and nothing else happens.

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=True),
    st.text(max_size=20),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
    st.sampled_from(["2023-02-30", "--02-30", "0000", "9999-12-31", "dmitry-ozerov", "x", "Europe/Moscow", "a\x00b"]),
)
BUNDLE = read_bundle(GARDEN.read_bytes()).data
PLACES = sorted(read_bundle(GARDEN.read_bytes()).lines, key=repr)


@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=4))
def test_a_mutated_bundle_is_read_or_refused(changes: list[tuple[tuple[str | int, ...], Any]]):
    bundle = copy.deepcopy(BUNDLE)
    for path, value in changes:
        _put(bundle, path, value)
    faults = faults_if_any(written(bundle) if isinstance(bundle, dict) else b"")
    assert all(fault.endswith((".", "?")) for fault in faults)


def faults_if_any(raw: bytes) -> list[str]:
    try:
        read_bundle(raw)
    except BadBundle as refusal:
        return [str(fault) for fault in refusal.faults]
    return []


def _put(bundle: Any, path: tuple[str | int, ...], value: Any) -> None:
    """Put a value at a place, unless an earlier change took the place away."""
    holder = bundle
    try:
        for step in path[:-1]:
            holder = holder[step]
        if path and holder[path[-1]] is not None:
            holder[path[-1]] = value
    except (KeyError, IndexError, TypeError):
        return


@given(cut=st.integers(0, len(TEXT)), put=st.text(max_size=6), dropped=st.integers(0, 30))
def test_a_damaged_file_is_read_or_refused(cut: int, put: str, dropped: int):
    faults_if_any((TEXT[:cut] + put + TEXT[cut + dropped :]).encode("utf-8", "surrogatepass"))


@given(raw=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes):
    with pytest.raises(BadBundle):
        read_bundle(raw)
