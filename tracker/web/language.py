"""A short way to the reader's language. Flask-Babel works it out anew for every word, which was half of a list's time.

What is remembered belongs to one request, and to the locale that is in force in it: a mail can be written in another.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from babel import Locale
from flask import Flask, g
from flask_babel import get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


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


@pass_eval_context
def _gettext(context: EvalContext, text: str, **values: Any) -> str:
    return _filled(context, _catalogue().ugettext(text), values)


@pass_eval_context
def _ngettext(context: EvalContext, one: str, many: str, num: int, **values: Any) -> str:
    return _filled(context, _catalogue().ungettext(one, many, num), {"num": num, **values})


def _filled(context: EvalContext, text: str, values: dict[str, Any]) -> str:
    # Catalogues are ours, nobody types into them.
    words = Markup(text) if context.autoescape else text  # noqa: S704
    return words % values if values or "%" in text else words


def init_app(app: Flask) -> None:
    """Give the words of templates their translations; to be called after Flask-Babel's own.

    They mean what Jinja's "newstyle" ones mean; those take three calls through the template's context for a word.
    """
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]
    app.jinja_env.globals.update(_=_gettext, gettext=_gettext, ngettext=_ngettext)
