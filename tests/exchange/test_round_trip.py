"""What was imported is given back, and nothing happens twice."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from tests.exchange.conftest import GARDEN
from tracker.db import Base
from tracker.exchange.bundle import read_bundle
from tracker.exchange.queries import NoSuchSource, exported
from tracker.exchange.reading import read_yaml
from tracker.exchange.rules import normal_bundle
from tracker.exchange.schema import in_schema_order, resolved_schema
from tracker.exchange.writing import written


def everything(session: Session) -> dict[str, set[tuple[Any, ...]]]:
    """All rows of all tables."""
    return {
        table.name: {tuple(map(repr, row)) for row in session.execute(select(table))}
        for table in Base.metadata.sorted_tables
    }


def properties(schema: dict[str, Any], path: str = "") -> set[str]:
    if "items" in schema:
        return properties(schema["items"], path)
    inner = schema.get("properties", {})
    return {f"{path}/{name}" for name in inner} | {
        found for name, part in inner.items() for found in properties(part, f"{path}/{name}")
    }


def used(value: Any, path: str = "") -> set[str]:
    if isinstance(value, list):
        return {found for part in value for found in used(part, path)}
    if not isinstance(value, dict):
        return set()
    return {f"{path}/{name}" for name in value} | {
        found for name, part in value.items() for found in used(part, f"{path}/{name}")
    }


def test_the_invented_bundle_uses_every_property_of_the_format(garden):
    assert properties(resolved_schema()) - used(garden) == set()


def test_what_was_imported_is_given_back(session, garden, take):
    account = take(garden)

    assert account.total == sum(1 for _ in _pieces(garden))
    assert not account.notes
    assert exported(session, "the-garden") == garden


def _pieces(value: Any):
    """Every group of the bundle that has lines of its own, or is a dispute, and is an item of a list."""
    if isinstance(value, dict):
        for part in value.values():
            yield from _pieces(part)
    elif isinstance(value, list):
        for part in value:
            if isinstance(part, dict) and ("lines" in part or "claims" in part):
                yield part
            yield from _pieces(part)


def test_the_same_bundle_gives_the_same_bytes(session, garden, take):
    take(garden)
    first = written(exported(session, "the-garden"))

    assert first == written(exported(session, "the-garden"))
    assert first == written(in_schema_order(garden))
    assert b"lines: [19, 14]" in first
    assert "Озеров Дмитрий Сергеевич".encode() in first


def test_importing_twice_changes_nothing(session, garden, take):
    take(garden)
    before = everything(session)
    account = take(garden)

    assert account.nothing_changed
    assert everything(session) == before
    assert list(account.lines())[-1] == "Nothing changed."


def test_importing_what_was_exported_changes_nothing(session, garden, take):
    take(garden)
    before = everything(session)

    assert take(exported(session, "the-garden")).nothing_changed
    assert everything(session) == before


def test_empty_lists_and_not_current_say_nothing(session, garden, take):
    garden["people"][2] |= {"names": [], "measures": []}
    garden["people"][1]["placements"][0]["current"] = False
    garden["cases"][0]["sentences"][0]["merges"] = []
    take(garden)

    assert exported(session, "the-garden") == normal_bundle(garden) != garden


def test_a_case_without_people_comes_back(session, garden, take):
    garden["cases"][1]["people"] = []
    take(garden)

    assert exported(session, "the-garden") == garden


def test_an_empty_bundle_is_a_bundle(session, garden, take):
    empty = garden | {"facilities": [], "people": [], "cases": [], "disputes": []}
    account = take(empty)

    assert account.total == 0
    assert exported(session, "the-garden") == empty


def test_two_sources_stand_side_by_side(session, garden, take):
    take(garden)
    other = {"format": garden["format"], "source": garden["source"] | {"key": "other"}, "cases": [], "disputes": []}
    other |= {"facilities": [], "people": [{"key": "zoya", "name": "Zoya", "standing": "main", "lines": [1]}]}
    take(other)

    assert exported(session, "the-garden") == garden
    assert exported(session, "other") == other


def test_an_unknown_source_is_said_to_be_unknown(session):
    with pytest.raises(NoSuchSource):
        exported(session, "nothing")


def test_the_number_of_statements_does_not_grow_with_the_bundle(engine: Engine, garden, take):
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    take(garden)
    few = len(said)
    said.clear()
    people = [
        {**person, "key": f"{person['key']}-{number}", "measures": [], "placements": []}
        for person in garden["people"]
        for number in range(40)
    ]
    take(
        garden
        | {"source": garden["source"] | {"key": "x"}, "facilities": [], "people": people, "cases": [], "disputes": []}
    )

    assert len(said) <= few


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff"), min_size=1, max_size=30
).filter(lambda text: bool(text.strip()))


@given(
    text=TEXTS
    | st.sampled_from(["1e3", "on", "~", "no", "0o17", "2024-02-29", "12:30", "- a", "a: b", "#", "\t.", "a\nb"])
)
def test_any_text_survives_the_file(text: str):
    bundle = {"a": [{"text": text, "lines": [1]}], text: text}

    read = read_yaml(written(bundle))
    assert read.data == bundle
    assert not read.faults


@given(text=TEXTS)
def test_other_readers_find_the_same_texts(text: str):
    assert yaml.safe_load(written({"on": text})) == {"on": text}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(kept=st.lists(st.booleans(), min_size=60, max_size=60))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_any_part_of_the_bundle_is_a_bundle_that_comes_back(session, garden, take, kept):
    """Later imports of one source, in which pieces that nothing refers to are there and not there."""
    keep = iter(kept)
    bundle = copy.deepcopy(garden)
    for person in bundle["people"]:
        for name in ("names", "ages", "interests", "needs", "measures", "placements"):
            person[name] = [piece for piece in person.get(name, []) if next(keep, True)]
    for case in bundle["cases"]:
        for name in ("charges", "proceedings", "unnamed", "organisations"):
            case[name] = [piece for piece in case.get(name, []) if next(keep, True)]
    take(bundle)

    assert exported(session, "the-garden") == normal_bundle(bundle)


def test_the_file_itself_is_read_with_its_lines():
    document = read_bundle(GARDEN.read_bytes())
    lines = GARDEN.read_text().splitlines()

    for path, line in document.lines.items():
        if path and isinstance(path[-1], str):
            assert path[-1] in lines[line - 1], path


def test_rows_are_counted(session, garden, take):
    take(garden)
    counted = {
        table.name: session.scalar(select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables
    }

    assert counted["prisoner"] == 3
    assert counted["imported"] == sum(1 for _ in _pieces(garden))
    assert counted["claim"] == 7
