"""What the values of enums are called on pages: each feature registers its own, templates say ``{{ value|words }}``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from flask import Flask

from tracker.web.language import locale

_words: dict[Any, Any] = {}
_translated: dict[Any, str] = {}
"""The texts by locale: catalogues do not change while the process runs."""


def register(words: Mapping[Any, Any]) -> None:
    """Add the words of a feature: enum members and their (lazy) texts."""
    _words.update({(type(member), member): text for member, text in words.items()})


def words(value: Enum | None) -> str:
    """The words for an enum member; nothing for None."""
    if value is None:
        return ""
    key = (locale(), type(value), value)
    if key not in _translated:
        _translated[key] = str(_words[key[1:]])
    return _translated[key]


def init_app(app: Flask) -> None:
    """Give the filter to the templates."""
    app.jinja_env.filters["words"] = words
