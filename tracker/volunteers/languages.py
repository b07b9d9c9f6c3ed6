"""The languages of volunteers as they are typed and shown on pages."""

from __future__ import annotations

from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from tracker.languages import UnknownLanguage, codes_of, names_of
from tracker.volunteers.rules import MOST_LANGUAGES
from tracker.web.forms import refuse


def page_locale() -> str:
    """The language of the page that is being made."""
    return str(get_locale() or "en")


def typed_languages(field: Any) -> tuple[str, ...] | None:
    """The codes of the languages typed into a field; None, with the reason at the field, if one is unknown."""
    try:
        codes = codes_of(field.data, page_locale())
    except UnknownLanguage as unknown:
        refuse(field, _("We do not know the language “%(word)s”.", word=str(unknown)))
        return None
    if len(codes) > MOST_LANGUAGES:
        refuse(field, _("At most %(most)d languages, please.", most=MOST_LANGUAGES))
        return None
    return codes


def shown_languages(codes: list[str]) -> str:
    """Names of languages in the language of the page, as they can be typed again."""
    return names_of(codes, page_locale())
