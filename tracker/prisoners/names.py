"""Names in two scripts: keys under which different spellings of one name meet.

A Russian name has no one Latin form: a book prints Dmitriy and Dmitry, a passport Dmitrii, a friend types Дмитрий.
Each word of a name is transliterated and folded, so that all of them share a key. A key is made of ``a-z`` and
``0-9`` only, and the beginning of a word gives the beginning of a key, so that half a name finds the whole.

Some foldings are not safe at the end of half a word: ``ie`` becomes ``e``, but whoever has typed ``Dmitri`` may mean
``Dmitriev``. A word therefore has up to two keys, a close one and a loose one, and both are looked up.
"""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

LONGEST_WORD = 64
"""Letters of a word that count; no name has more."""
MOST_WORDS = 8
"""Words of a search that count."""

_CARONS = str.maketrans({"š": "sh", "ž": "zh", "č": "ch", "ř": "rzh", "ё": "yo"})
_SIGNS = re.compile("['’‘ʼʹʺ`´\"ьъ]")
_WORD = re.compile(r"[^\W_]+")
# In order, and each of them such that half a word still folds to the beginning of the folded word: so kh becomes k,
# since whoever has typed "Mik" means Mikhail, and a lone h becomes k to meet it.
_CLOSE = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        ("x", "ks"),
        ("q", "k"),
        ("w", "v"),
        ("c(?=[eiy])", "ts"),
        ("tz", "ts"),
        ("c(?!h)", "k"),
        ("(?<!s)sch", "shch"),
        ("ph", "f"),
        ("([tgr])h", r"\1"),
        ("(?<![szc])h", "k"),
        ("[yj]", "i"),
        (r"(.)\1+", r"\1"),
    )
)
_LOOSE = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        ("i[eo]", "e"),
        ("nder", "ndr"),
        (r"(.)\1+", r"\1"),
    )
)


def sorting_form(name: str) -> str:
    """The name without differences of case, and with ё among the е, for sorting."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().replace("ё", "е").split())


def name_keys(text: str) -> frozenset[str]:
    """The keys of all words of a name, in whatever script it is."""
    return frozenset(key for word in _words(text) for key in _keys(word))


def search_keys(query: str) -> tuple[frozenset[str], ...]:
    """For each word typed, the beginnings of keys that answer it; a person matches when every word has one.

    Words beyond the eighth are ignored. Nothing typed that could be part of a name gives an empty tuple.
    """
    return tuple(keys for word in _words(query)[:MOST_WORDS] if (keys := _keys(word)))


def _words(text: str) -> list[str]:
    plain = _SIGNS.sub("", unicodedata.normalize("NFC", text).casefold())
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain)]


def _keys(word: str) -> frozenset[str]:
    latin = "".join(_WORD.findall(_SIGNS.sub("", anyascii(word.translate(_CARONS))).lower()))
    close = _fold(latin, _CLOSE)[:LONGEST_WORD]
    return frozenset(key for key in (close, _fold(close, _LOOSE)) if key)


def _fold(word: str, steps: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, replacement in steps:
        word = pattern.sub(replacement, word)
    return word
