"""Reads YAML into plain values, remembering the line of each.

Of YAML only what a bundle needs is taken: groups, lists, texts, whole numbers, true and false. Anchors, aliases and
tags are refused, and so is a name twice in one group, which YAML loaders pass over in silence. ``on`` and ``no`` are
words here, as in YAML 1.2, and a date is a text. The events of libyaml are built into values without recursion, so
that no depth and no size of the file can hurt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from tracker.exchange.rules import DEEPEST, MOST_BYTES, MOST_VALUES, BadBundle, Fault, Path

_WHOLE_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})", re.ASCII)
_NUMBER = re.compile(r"[-+]?[0-9]+\.[0-9]+", re.ASCII)
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
# What no text has a use for, and PostgreSQL or a terminal would stumble over.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


@dataclass
class Document:
    """What a file says, and where."""

    data: Any
    lines: dict[Path, int]
    """The line of each value, from 1; of what has a name, the line of the name."""
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: Path, text: str) -> Fault:
        """A fault at this place, or at the nearest one that has a line."""
        known = next((path[:end] for end in range(len(path), -1, -1) if path[:end] in self.lines), ())
        return Fault(path, self.lines.get(known), text)


def read_yaml(raw: bytes) -> Document:
    """The values of a YAML file; what is wrong with the file as YAML but still lets it be read is in ``faults``.

    Raises BadBundle when it cannot be read at all.
    """
    if len(raw) > MOST_BYTES:
        raise BadBundle([Fault((), None, f"The file is larger than {MOST_BYTES // 1_000_000} MB.")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadBundle([Fault((), line, "The file is not UTF-8 from here on.")]) from None
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(part for part in (error.context, error.problem) if part)
        raise BadBundle([Fault((), mark.line + 1 if mark else None, f"This is not YAML: {problem}.")]) from None
    except yaml.YAMLError as error:
        said = str(getattr(error, "reason", "it cannot be read"))
        at = getattr(error, "position", 0)
        line = text.count("\n", 0, at if isinstance(at, int) else 0) + 1
        raise BadBundle([Fault((), line, f"This is not YAML: {said}.")]) from None
    if not builder.document.lines:
        raise BadBundle([Fault((), None, "The file is empty.")])
    return builder.document


@dataclass(slots=True)
class _Open:
    """A group or a list that is being read."""

    path: Path
    value: dict[str, Any] | list[Any]
    name: str | None = None
    """In a group: the name whose value comes next."""


class _Builder:
    def __init__(self) -> None:
        self.document = Document(None, {})
        self._open: list[_Open] = []
        self._documents = 0
        self._values = 0
        self._path: Path = ()
        """Of what was read last."""

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._stop(event, "A second document begins here; a bundle is one.")
        elif isinstance(event, yaml.AliasEvent):
            self._place(event, None)
            self._complain("An alias (*) is refused here: write out what is meant.")
        elif isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._begin(event, {} if isinstance(event, yaml.MappingStartEvent) else [])
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._open.pop()

    def _take_scalar(self, event: yaml.ScalarEvent) -> None:
        holder = self._open[-1] if self._open else None
        if holder is not None and isinstance(holder.value, dict) and holder.name is None:
            self._name(event, holder)
            return
        self._place(event, _value(event))
        self._refuse_decoration(event)
        if _CONTROL.search(event.value):
            self._complain("This text has a control character in it; remove it.")

    def _name(self, event: yaml.ScalarEvent, holder: _Open) -> None:
        name = event.value
        if _CONTROL.search(name):
            self._stop(event, "This name has a control character in it.")
        twice = name in holder.value
        holder.name = name
        self._path = (*holder.path, name)
        self.document.lines.setdefault(self._path, _line(event))
        if twice:
            first = self.document.lines[self._path]
            self.document.faults.append(Fault(self._path, _line(event), f"This is said twice; first in line {first}."))
        self._refuse_decoration(event)

    def _begin(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, value: Any) -> None:
        holder = self._open[-1] if self._open else None
        if holder is not None and isinstance(holder.value, dict) and holder.name is None:
            self._stop(event, "A name must be a text, not a list or a group.")
        if len(self._open) >= DEEPEST:
            self._stop(event, f"Lists and groups are nested more than {DEEPEST} deep here.")
        self._place(event, value)
        self._refuse_decoration(event)
        self._open.append(_Open(self._path, value))

    def _place(self, event: yaml.Event, value: Any) -> None:
        """Put a value where it belongs, and remember the place."""
        self._values += 1
        if self._values > MOST_VALUES:
            self._stop(event, f"The bundle has more than {MOST_VALUES} values.")
        if not self._open:
            self._path = ()
            self.document.data = value
        else:
            holder = self._open[-1]
            if isinstance(holder.value, list):
                self._path = (*holder.path, len(holder.value))
                holder.value.append(value)
            else:
                if holder.name is None:
                    self._stop(event, "A name must be a text.")
                self._path = (*holder.path, str(holder.name))
                holder.value[str(holder.name)] = value
                holder.name = None
        self.document.lines.setdefault(self._path, _line(event))

    def _refuse_decoration(self, event: Any) -> None:
        if event.anchor is not None:
            self._complain("An anchor (&) is refused here: write out what is meant.")
        if event.tag is not None:
            self._complain("A tag (!) is refused here: write the plain value.")

    def _complain(self, text: str) -> None:
        self.document.faults.append(self.document.fault(self._path, text))

    def _stop(self, event: yaml.Event, text: str) -> None:
        path = self._open[-1].path if self._open else ()
        raise BadBundle([*self.document.faults, Fault(path, _line(event), text)])


def _line(event: yaml.Event) -> int:
    assert event.start_mark is not None
    return event.start_mark.line + 1


def _value(event: yaml.ScalarEvent) -> Any:
    """The value of a scalar: whatever is quoted is a text, and so is most else."""
    text: str = event.value
    if event.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text
