"""From facts to a PDF, with Typst. The facts go in as data, never as markup: nothing that somebody typed is a command.

Only the fonts that come with Typst are used: a sheet looks the same on every machine, and no list of fonts is searched.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
LONGEST_WORD = 24
"""Longer words may be broken anywhere."""

_DOES_NOT_FIT = re.compile(r"does not fit: (\d+)")
_NOT_DRAWN = re.compile(r"the text `\"(.+?)\"` could not be displayed")
_ESCAPED = re.compile(r"\\u\{([0-9a-f]{1,6})\}")
_BREAKING = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")


class TypesettingFailed(Exception):
    """The typesetter gave up; says with what kind of error, and nothing of the content."""


class DoesNotFit(Exception):
    """Something is too long for its place even in the smallest print; ``index`` says which of the things it was."""

    def __init__(self, index: int) -> None:
        super().__init__(str(index))
        self.index = index


@lru_cache(1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def typeset(template: str, facts: Mapping[str, Any], *, today: date) -> tuple[bytes, str]:
    """The PDF of a template, a path under ``templates/``, and the characters that no font could draw; usually none.

    Raises DoesNotFit or TypesettingFailed. ``today`` is the only time that the file carries.
    """
    try:
        # This standard wants every character drawn, and so tells which are not.
        return _compiled(template, facts, today, "a-2u"), ""
    except _Refused as error:
        if not _NOT_DRAWN.search(error.words):
            raise TypesettingFailed("refused") from None
        undrawn = _undrawn_in(error.words)
    try:
        return _compiled(template, facts, today, "1.7"), undrawn
    except _Refused:
        raise TypesettingFailed("refused") from None


def _undrawn_in(words: str) -> str:
    """Each character once, in the order in which they come; what nobody sees anyway is not told of."""
    quoted = _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), "".join(_NOT_DRAWN.findall(words)))
    return "".join(each for each in dict.fromkeys(quoted) if unicodedata.category(each) != "Cf")


class _Refused(Exception):
    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


def _compiled(template: str, facts: Mapping[str, Any], today: date, standard: str) -> bytes:
    compiler = typst.Compiler(root=TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True)
    try:
        made, _warnings = compiler.compile_with_warnings(
            TEMPLATES / template,
            format="pdf",
            sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
            pdf_standards=[standard],  # type: ignore[list-item]  # its names are a Literal
            timestamp=datetime(today.year, today.month, today.day, tzinfo=UTC),
        )
    except typst.TypstError as error:
        words = f"{error.message}\n{error.diagnostic}"
        found = _DOES_NOT_FIT.search(words)
        if found:
            raise DoesNotFit(int(found[1])) from None
        raise _Refused(words) from None
    # A panic inside the typesetter is no Exception, and its text may quote what is printed.
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise TypesettingFailed(type(error).__name__) from None
    assert isinstance(made, bytes)
    return made


def printable(text: str) -> str:
    """The text without what no font draws, and with long words that may be broken where a line ends."""
    kept = "".join(each for each in text if each in "\n" or unicodedata.category(each) not in ("Cc", "Cs", "Co", "Cn"))
    return _BREAKING.sub(lambda word: "\u200b".join(word[0]), kept)
