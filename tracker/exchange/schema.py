"""The published schema of bundles, and what it says about a bundle, in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators

from tracker.exchange.reading import Document
from tracker.exchange.rules import Fault, Path

SCHEMA_FILE = FilePath(__file__).with_name("bundle.schema.json")
DEFINED_AS = "x-defined-as"
"""In the resolved schema: the name of the definition that stood here."""

_EXPECTED = {
    "key": "is no key: small letters a to z, digits, and single hyphens between them",
    "partial_date": "is no date; write 1988-02-29, 1988-02, 1988-21 (spring), 1988, --02-29 or --02, in quotes",
    "day": "is no day; write it as 1988-02-29, in quotes",
    "zone": "is no time zone; write it as Asia/Vladivostok",
    "language": "is no language code; write it as ru",
    "country": "is no country code; write it as RU",
    "text": "is empty; leave it out when there is nothing to say",
}
_TYPES = {
    "string": "must be a text",
    "integer": "must be a whole number",
    "boolean": "must be true or false",
    "array": "must be a list",
    "object": "must be a group of names and values",
}


@cache
def resolved_schema() -> dict[str, Any]:
    """The schema with every reference replaced by what it refers to."""
    raw = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    resolved = _resolve(raw, raw["$defs"])
    del resolved["$defs"]
    return resolved  # type: ignore[no-any-return]


def schema_faults(document: Document) -> list[Fault]:
    """What the schema has against a bundle; empty when nothing."""
    return [
        document.fault(path, text) for error in _validator().iter_errors(document.data) for path, text in _words(error)
    ]


def in_schema_order(value: Any, schema: Mapping[str, Any] | None = None) -> Any:
    """The same values, the names of each group in the order of the schema."""
    schema = resolved_schema() if schema is None else schema
    if isinstance(value, Mapping):
        return {
            name: in_schema_order(value[name], part) for name, part in schema["properties"].items() if name in value
        }
    if isinstance(value, list):
        return [in_schema_order(part, schema["items"]) for part in value]
    return value


def _resolve(part: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(part, list):
        return [_resolve(item, definitions) for item in part]
    if not isinstance(part, dict):
        return part
    reference = part.get("$ref")
    if not isinstance(reference, str):
        return {name: _resolve(value, definitions) for name, value in part.items()}
    name = reference.rpartition("/")[2]
    rest = {key: value for key, value in part.items() if key != "$ref"}
    return {**_resolve(definitions[name], definitions), **rest, DEFINED_AS: name}


@cache
def _validator() -> Draft202012Validator:
    checker = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _checker, value: type(value) is int)
    made = validators.extend(  # type: ignore[no-untyped-call]
        Draft202012Validator, {"pattern": _check_pattern}, type_checker=checker
    )
    return made(resolved_schema())  # type: ignore[no-any-return]


def _check_pattern(_validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[ValidationError]:
    # Python's $ also matches before a line break at the end; that of JSON Schema does not.
    if isinstance(value, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), value):
        yield ValidationError("")


def _words(error: ValidationError) -> Iterator[tuple[Path, str]]:
    """What is wrong, and where; one error can be about several properties."""
    path: Path = tuple(error.absolute_path)
    schema: Any = error.schema
    wanted: Any = error.validator_value
    value: Any = error.instance
    if error.validator == "additionalProperties":
        known = list(schema["properties"])
        for name in value:
            if name not in known:
                yield (*path, name), _unknown(name, known)
    elif error.validator == "required":
        # One error for each missing name, which the library tells only in its message.
        missing = re.match(r"'(.+)' is a required property", error.message)
        yield path, f"“{missing[1] if missing else ''}” is missing."
    else:
        yield path, f"{_sentence(str(error.validator), wanted, value, schema)}."


def _unknown(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean “{near[0]}”?" if near else f"known are: {', '.join(known)}."
    return f"There is no “{name}” here; {hint}"


def _sentence(rule: str, wanted: Any, value: Any, schema: Mapping[str, Any]) -> str:
    match rule:
        case "type":
            return _wrong_type(wanted, value)
        case "pattern" | "minLength":
            expected = _EXPECTED[schema[DEFINED_AS]]
            return expected if value == "" else f"“{_short(value)}” {expected}"
        case "enum":
            return f"“{_short(value)}” is none of: {', '.join(map(str, wanted))}"
        case "const":
            return f"must be {_plain(wanted)}"
        case "maxLength":
            return f"is too long: {len(value)} letters, at most {wanted}"
        case "minimum" | "maximum":
            return f"{value} is too {'small' if rule == 'minimum' else 'large'}; the limit is {wanted}"
        case _:
            return _about_number(rule, wanted)


def _about_number(rule: str, wanted: Any) -> str:
    """Too few of something, or the same more than once."""
    if rule == "uniqueItems":
        return "says the same twice"
    if rule == "minItems" and wanted > 1:
        return f"must have at least {wanted} of them"
    return "is empty; leave it out when there is nothing to say"


def _wrong_type(wanted: str, value: Any) -> str:
    text = _TYPES[wanted]
    if value is None:
        return f"has no value ({text}); leave it out when it is not known"
    if wanted == "string" and isinstance(value, (int, float)):
        return f'{text}; put it in quotes: "{_plain(value)}"'
    return text


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, bool) else str(value)


def _short(value: Any) -> str:
    text = _plain(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
