"""A short way to the reader's language. Flask-Babel works it out anew for every word, which was half of a list's time.

What is remembered belongs to one request, and to the locale that is in force in it: a mail can be written in another.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from babel import Locale
from flask import Flask, g
from flask_babel import get_locale, get_translations


@cache
def locale_of(code: str) -> Locale:
    """Always the same object for a language, so that what is remembered by locale is found without comparing."""
    return Locale.parse(code)


def locale() -> Locale | None:
    """The locale in force; None outside of a request or a command."""
    try:
        # Where Flask-Babel keeps it, and changes it for force_locale.
        found: Locale | None = g._get_current_object()._flask_babel.babel_locale
    except (AttributeError, RuntimeError):
        return get_locale()
    return found or get_locale()


def _catalogue() -> Any:
    try:
        kept = g._get_current_object()._flask_babel
        known, translations = kept.catalogue
        if known is kept.babel_locale and known is not None:
            return translations
    except (AttributeError, RuntimeError):
        pass
    translations = get_translations()
    in_force = get_locale()
    if in_force is not None:
        g._flask_babel.catalogue = (in_force, translations)
    return translations


def init_app(app: Flask) -> None:
    """Give the words of templates their translations; to be called after Flask-Babel's own."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, many, number: _catalogue().ungettext(one, many, number),
        newstyle=True,
        pgettext=lambda context, text: _catalogue().upgettext(context, text),
        npgettext=lambda context, one, many, number: _catalogue().unpgettext(context, one, many, number),
    )
