"""What the schema cannot see in a bundle: whether its parts fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from tracker.exchange.reading import Document
from tracker.exchange.rules import Fault, Path, ends_before_it_starts
from tracker.exchange.schema import DEFINED_AS, resolved_schema
from tracker.partial_date import NotADate, PartialDate

# What a property names, wherever it stands.
_NAMED = {
    "facility": "facility",
    "person": "person",
    "people": "person",
    "testified_against": "person",
    "case": "case",
    "told_under": "case",
    "replaces": "sentence",
    "merges": "sentence",
    "dispute": "dispute",
}
_FROM_TO = (
    ("since", "until"),
    ("since", "ended_on"),
    ("founded", "ended"),
    ("ordered_on", "until"),
    ("brought_on", "state_on"),
)


def reference_faults(document: Document) -> list[Fault]:
    """Names that lead nowhere, keys twice, lines beyond the source, days that no calendar has, ends before starts.

    The bundle need not satisfy the schema: what has the wrong shape is passed over here.
    """
    data = document.data if isinstance(document.data, dict) else {}
    keys, faults = _keys(document, data)
    source = data.get("source")
    line_count = source.get("line_count") if isinstance(source, dict) else None
    for path, value, schema in _values((), data, resolved_schema()):
        found = [
            *((path, text) for text in _about_value(value, schema)),
            *_about_lines(path, value, line_count),
            *_about_names(path, value, keys),
            *_about_group(path, value),
        ]
        faults += [document.fault(*each) for each in found]
    return faults + [document.fault(*each) for each in _about_cases(data)]


def _items(holder: Any, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The groups of a list, with their numbers; nothing where there is no such list."""
    found = holder.get(name) if isinstance(holder, dict) else None
    for number, item in enumerate(found if isinstance(found, list) else []):
        if isinstance(item, dict):
            yield number, item


def _keys(document: Document, data: dict[str, Any]) -> tuple[dict[str, set[str]], list[Fault]]:
    """All keys by what they name, and faults for those given twice."""
    places = [
        (kind, (name, number, "key"), item.get("key"))
        for kind, name in (("facility", "facilities"), ("person", "people"), ("case", "cases"), ("dispute", "disputes"))
        for number, item in _items(data, name)
    ] + [
        ("sentence", ("cases", number, "sentences", place, "key"), sentence.get("key"))
        for number, case in _items(data, "cases")
        for place, sentence in _items(case, "sentences")
    ]
    first: dict[tuple[str, str], Path] = {}
    faults = []
    for kind, path, key in places:
        if isinstance(key, str) and first.setdefault((kind, key), path) != path:
            line = document.lines.get(first[kind, key])
            faults.append(document.fault(path, f"The {kind} “{key}” is there twice; first in line {line}."))
    keys: dict[str, set[str]] = {kind: set() for kind in ("facility", "person", "case", "sentence", "dispute")}
    for kind, key in first:
        keys[kind].add(key)
    return keys, faults


def _values(path: Path, value: Any, schema: Mapping[str, Any]) -> Iterator[tuple[Path, Any, Mapping[str, Any]]]:
    """Every value of the bundle that the schema knows, with its place."""
    yield path, value, schema
    if isinstance(value, dict):
        for name, part in value.items():
            known = schema.get("properties", {}).get(name)
            if known is not None:
                yield from _values((*path, name), part, known)
    elif isinstance(value, list) and "items" in schema:
        for number, part in enumerate(value):
            yield from _values((*path, number), part, schema["items"])


def _about_value(value: Any, schema: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(value, str):
        return
    match schema.get(DEFINED_AS):
        case "partial_date" | "day":
            try:
                PartialDate.parse(value)
            except NotADate:
                if len(value) <= 10 and value.replace("-", "").isdecimal():
                    yield f"There is no such day as {value}."
        case "zone":
            if value not in _zones():
                yield f"No time zone is called “{value[:60]}”; write it as Asia/Vladivostok."


@cache
def _zones() -> set[str]:
    return available_timezones()


def _about_lines(path: Path, value: Any, line_count: Any) -> Iterator[tuple[Path, str]]:
    if not path or path[-1] != "lines" or not isinstance(value, list) or type(line_count) is not int:
        return
    for number, line in enumerate(value):
        if type(line) is int and line > line_count:
            yield (*path, number), f"Line {line} is beyond the end of the source, which has {line_count} lines."


def _about_names(path: Path, value: Any, keys: Mapping[str, set[str]]) -> Iterator[tuple[Path, str]]:
    kind = _NAMED.get(str(path[-1])) if path else None
    if kind is None:
        return
    named = value if isinstance(value, list) else [value]
    seen: set[str] = set()
    for number, key in enumerate(named):
        if not isinstance(key, str):
            continue
        at = (*path, number) if isinstance(value, list) else path
        if key not in keys[kind]:
            yield at, f"There is no {kind} with the key “{key[:80]}”."
        if key in seen:
            yield at, f"“{key[:80]}” is named twice."
        seen.add(key)


def _about_group(path: Path, value: Any) -> Iterator[tuple[Path, str]]:
    if not isinstance(value, dict):
        return
    # A source that contradicts itself may print an end before a start; that is then said in a dispute.
    for start, end in () if "dispute" in value else _FROM_TO:
        first, last = value.get(start), value.get(end)
        if isinstance(first, str) and isinstance(last, str) and ends_before_it_starts(first, last):
            yield (*path, end), f"The end {last} is before the start {first}."
    accepted, claims = value.get("accepted"), value.get("claims")
    if isinstance(accepted, dict) and isinstance(claims, list):
        claim = accepted.get("claim")
        if type(claim) is int and claim > len(claims):
            yield (*path, "accepted", "claim"), f"There is no claim {claim}; the dispute has {len(claims)}."


def _about_cases(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    headings = {case.get("key") for _, case in _items(data, "cases") if case.get("heading") is True}
    known = {case.get("key") for _, case in _items(data, "cases")}
    sentences: dict[str, Any] = {}
    for number, case in _items(data, "cases"):
        path: Path = ("cases", number)
        under = case.get("told_under")
        if isinstance(under, str) and under in known and under not in headings:
            yield (*path, "told_under"), f"The case “{under}” has no heading of its own."
        yield from _about_people_of(path, case)
        for place, sentence in _items(case, "sentences"):
            if isinstance(sentence.get("key"), str):
                sentences.setdefault(sentence["key"], ((*path, "sentences", place), sentence))
    for path, sentence in sentences.values():
        yield from _about_chain(path, sentence, sentences)


def _about_people_of(path: Path, case: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    seen: set[str] = set()
    for number, part in _items(case, "people"):
        person = part.get("person")
        if isinstance(person, str) and person in seen:
            yield (*path, "people", number, "person"), f"“{person}” is in this case already."
        elif isinstance(person, str):
            seen.add(person)
    for number, sentence in _items(case, "sentences"):
        if isinstance(sentence.get("person"), str) and sentence["person"] not in seen:
            at = (*path, "sentences", number, "person")
            yield at, f"“{sentence['person']}” is not among the people of this case."


def _about_chain(path: Path, sentence: dict[str, Any], sentences: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """A sentence replaces and merges earlier ones of the same person, and never itself."""
    merges = sentence.get("merges")
    links = [("replaces", sentence.get("replaces"))]
    links += [("merges", key) for key in (merges if isinstance(merges, list) else [])]
    for name, key in links:
        if not isinstance(key, str) or key not in sentences:
            continue
        if sentences[key][1].get("person") != sentence.get("person"):
            yield (*path, name), f"The sentence “{key}” is another person's."
    seen = {sentence["key"]}
    before = sentence.get("replaces")
    while isinstance(before, str) and before in sentences:
        if before in seen:
            yield (*path, "replaces"), "These sentences replace one another in a circle."
            return
        seen.add(before)
        before = sentences[before][1].get("replaces")
