"""Fields of the pages about letters that know what a language and an amount of money are."""

from __future__ import annotations

from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Optional

from tracker.languages import UnknownLanguage, codes_of, names_of
from tracker.parcels.money import NotAnAmount, as_typed, minor_units


class _TypedField(StringField):
    """What is typed is one thing, what is kept another; a refused one comes back as it was typed."""

    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.shown() if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if text:
            self.data = self.understood(text)

    def shown(self) -> str:
        """What is kept, as it can be typed again."""
        return str(self.data)

    def understood(self, text: str) -> Any:
        """What is kept; raises ValueError with a sentence."""
        raise NotImplementedError


class LanguageField(_TypedField):
    """One language, by its name or its code; kept as its ISO 639 code."""

    def __init__(self, label: Any = "", **extra: Any) -> None:
        super().__init__(label or _l("Language"), [Optional()], **extra)

    def shown(self) -> str:
        return names_of([self.data], str(get_locale() or "en"))

    def understood(self, text: str) -> str:
        try:
            codes = codes_of(text[:100], str(get_locale() or "en"))
        except UnknownLanguage as unknown:
            raise ValueError(_("We do not know the language “%(word)s”.", word=str(unknown))) from None
        if len(codes) != 1:
            raise ValueError(_("One language, please: the one that most of it is in."))
        return codes[0]


class CostField(_TypedField):
    """An amount of money, kept in hundredths."""

    def __init__(self, label: Any = "", **extra: Any) -> None:
        super().__init__(label or _l("What it cost"), [Optional()], render_kw={"inputmode": "decimal"}, **extra)

    def shown(self) -> str:
        return as_typed(self.data)

    def understood(self, text: str) -> int:
        try:
            return minor_units(text)
        except NotAnAmount:
            raise ValueError(_("Write an amount like 55.50 or 55,50; at most a million.")) from None


class CurrencyField(_TypedField):
    """A currency by its three letters (ISO 4217)."""

    def __init__(self, label: Any = "", **extra: Any) -> None:
        attributes = {"autocapitalize": "characters", "maxlength": 3}
        super().__init__(label or _l("Currency"), [Optional()], render_kw=attributes, **extra)

    def understood(self, text: str) -> str:
        if text.upper() not in Locale("en").currencies:
            raise ValueError(_("Write the three letters of the currency, like EUR or RUB."))
        return text.upper()
