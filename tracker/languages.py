"""Languages of letters: ISO 639 codes inside, names on pages, both understood when typed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from babel import Locale

OF_PAGES = ("en",)
"""The languages in which the tracker itself speaks."""


class UnknownLanguage(ValueError):
    """A language that nobody here knows by that name."""


_NEAR = ("be", "cs", "de", "es", "fi", "fr", "it", "ka", "kk", "lt", "lv", "nl", "pl", "pt", "ru", "sv", "tr", "uk")
"""Languages that are understood also by the name that they have for themselves."""


@lru_cache
def _known(locale: str) -> dict[str, str]:
    """Codes by the names of languages, in lower case: in a locale, in English, and as near ones call themselves."""
    own = {Locale(code).languages[code].casefold(): code for code in _NEAR}
    names = [(name, code) for each in ("en", locale) for code, name in Locale(each).languages.items()]
    return own | {name.casefold(): code for name, code in names if len(code) in (2, 3)}


def codes_in(text: str | None, locale: str) -> frozenset[str]:
    """The codes of languages named anywhere in a text that is no list; other words are passed over."""
    known = _known(locale)
    words = re.findall(r"[^\W\d_]+", (text or "").casefold())
    return frozenset(known[word] for word in words if word in known)


def codes_of(text: str | None, locale: str) -> tuple[str, ...]:
    """The codes of languages typed with commas, by code or by name in English, in the reader's language or in itself;
    raises UnknownLanguage with the word that is none."""
    if not text:
        return ()
    known = _known(locale)
    valid = set(known.values())
    codes: dict[str, None] = {}
    for word in re.split(r"[,;/\n]+|\s+and\s+", text):
        name = " ".join(word.split()).casefold()
        if not name:
            continue
        code = name if name in valid else known.get(name)
        if code is None:
            raise UnknownLanguage(word.strip())
        codes[code] = None
    return tuple(codes)


def names_of(codes: Iterable[str], locale: str) -> str:
    """The names of languages, with commas."""
    names = Locale(locale).languages
    return ", ".join(names.get(code, code) for code in codes)
