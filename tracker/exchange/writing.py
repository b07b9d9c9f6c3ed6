"""Writes a bundle as YAML: the same bundle gives the same bytes.

What older readers take for something else than a text (``on``, ``no``, a date) and what newer ones do (``1e3``) is
quoted, so that every reader finds the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

_WIDTH = 110


class _Lines(list[int]):
    """A list that is written in one line."""


class _Dumper(yaml.SafeDumper):
    """Safe, without aliases, and with numbers of YAML 1.2 quoted where they are texts."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        # Items of a list are set in below its name.
        super().increase_indent(flow, False)


_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z"),
    list("-+.0123456789"),
)
_Dumper.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"0o[0-7]+\Z"), ["0"])
_Dumper.add_representer(
    _Lines, lambda dumper, lines: dumper.represent_sequence("tag:yaml.org,2002:seq", lines, flow_style=True)
)


def written(bundle: Mapping[str, Any]) -> bytes:
    """The bundle as the bytes of a file, its properties in the order they are given."""
    text = yaml.dump(
        _laid_out(bundle), Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=False, width=_WIDTH
    )
    return text.encode()


def _laid_out(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            name: _Lines(part) if name == "lines" and isinstance(part, list) else _laid_out(part)
            for name, part in value.items()
        }
    return [_laid_out(part) for part in value] if isinstance(value, list) else value
