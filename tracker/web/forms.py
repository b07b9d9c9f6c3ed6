"""The form that every feature starts from, and the fields that refuse what no database should see.

A refused form comes back with what was typed and a sentence at the field.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import available_timezones

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types are of an older version
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from tracker.partial_date import NotADate, PartialDate
from tracker.visible import without_invisible

FIRST_YEAR, LAST_YEAR = 1900, 2199

_HARMLESS_CONTROLS = "\n\t\u200d\u200c\u00ad"
"""Line break, tab, the joiners of some scripts, the soft hyphen."""

_ZONES = sorted(
    zone
    for zone in available_timezones()
    if zone == "UTC" or ("/" in zone and not zone.startswith(("Etc/", "SystemV/")))
)


class Form(FlaskForm):
    """What every form has: protection against forged requests, and words in the reader's language."""


def _clean(text: str | None) -> str | None:
    """Without space around it, composed (NFC); the empty text becomes None, which means: not known."""
    if text is None:
        return None
    tidy = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()
    return tidy if without_invisible(tidy).strip() else None


def no_odd_characters(_form: Any, field: Any) -> None:
    """Refuse what cannot be printed: NUL, broken UTF-8, characters that turn the direction of the text around."""
    for character in field.data or "":
        kind = unicodedata.category(character)
        is_control = kind in ("Cc", "Cf") and character not in _HARMLESS_CONTROLS
        if is_control or kind in ("Cs", "Co") or character == "\ufffd":
            raise ValidationError(_("There is a character in it that cannot be kept. Please type it anew."))


def line(label: Any, *, required: Any = None, most: int = 200, hint: Any = "", **extra: Any) -> StringField:
    """One line of text. ``required`` is the sentence for leaving it empty."""
    return StringField(label, _text_checks(required, most), filters=[_clean], description=hint, **extra)


def paragraph(label: Any, *, required: Any = None, most: int = 4000, hint: Any = "", rows: int = 4) -> TextAreaField:
    """Several lines of text."""
    checks = _text_checks(required, most)
    return TextAreaField(label, checks, filters=[_clean], description=hint, render_kw={"rows": rows})


def _text_checks(required: Any, most: int) -> list[Any]:
    # Of what is left after tidying: space alone says nothing.
    presence = DataRequired(required) if required else Optional()
    return [presence, Length(max=most, message=_l("At most %(max)d characters, please.")), no_odd_characters]


class DayField(DateField):
    """A calendar day, by the browser's own picker; also typed as 2026-12-15 or 15.12.2026."""

    def __init__(self, label: Any, validators: Sequence[Any] = (), **extra: Any) -> None:
        super().__init__(label, list(validators), format=["%Y-%m-%d", "%d.%m.%Y"], **extra)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except (ValueError, OverflowError):
            raise ValueError(_("This is not a day. Write it like 2026-12-15.")) from None
        day: date | None = self.data
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.data = None
            raise ValueError(_("The year must be between %(first)d and %(last)d.", first=FIRST_YEAR, last=LAST_YEAR))


def day(label: Any, *, required: Any = None, hint: Any = "", **extra: Any) -> DayField:
    """A day; ``required`` is the sentence for leaving it empty."""
    return DayField(label, [InputRequired(required) if required else Optional()], description=hint, **extra)


class PartialDateField(StringField):
    """A date as far as it is known: 1988-02-29, 1988-02, 1988, 29.02.1988, or --02-29 without the year."""

    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return str(self.data) if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        if not text:
            self.data = None
            return
        try:
            self.data = PartialDate.parse(_iso(text))
        except NotADate:
            self.data = None
            raise ValueError(_("Write the day, the month or the year like 1988-02-29, 1988-02 or 1988.")) from None
        if self.data.year is not None and not FIRST_YEAR <= self.data.year <= LAST_YEAR:
            raise ValueError(_("The year must be between %(first)d and %(last)d.", first=FIRST_YEAR, last=LAST_YEAR))


def _iso(text: str) -> str:
    """29.02.1988 and 02.1988 as people write them in Russia, Germany and elsewhere."""
    parts = text.split(".")
    if 2 <= len(parts) <= 3 and all(part.isascii() and part.isdigit() for part in parts) and len(parts[-1]) == 4:
        return "-".join([parts[-1], *(part.zfill(2) for part in reversed(parts[:-1]))])
    return text


def partial_date(label: Any, *, required: Any = None, hint: Any = "") -> PartialDateField:
    """A date as far as it is known; ``required`` is the sentence for leaving it empty."""
    return PartialDateField(label, [InputRequired(required) if required else Optional()], description=hint)


class WholeNumberField(IntegerField):
    """A whole number in digits; empty means: not known."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if text and not (text.isascii() and text.isdigit() and len(text) < 10):
            raise ValueError(_("Write a whole number, like 3."))
        if text:
            self.data = int(text)


def whole_number(label: Any, *, least: int = 0, most: int, hint: Any = "") -> WholeNumberField:
    """A whole number within limits, or none."""
    limits = NumberRange(least, most, _l("Type a number from %(min)s to %(max)s."))
    return WholeNumberField(label, [Optional(), limits], description=hint, render_kw={"inputmode": "numeric"})


def choice(label: Any, options: Sequence[tuple[Any, Any]] = (), *, required: Any = None, hint: Any = "") -> SelectField:
    """One of several. ``options`` are (value, words); give them later with ``offer`` when they come from data."""
    return SelectField(
        label,
        [InputRequired(required) if required else Optional()],
        choices=[SelectChoice(str(value), words) for value, words in options],
        description=hint,
        coerce=_or_none,
    )


def _or_none(value: Any) -> str | None:
    return str(value) if value not in (None, "", "None") else None


def offer(field: Any, options: Sequence[tuple[Any, Any]]) -> None:
    """Fill a choice with data."""
    field.choices = [SelectChoice(str(value) if value is not None else "", words) for value, words in options]


def zone(label: Any, *, required: Any = None, hint: Any = "") -> SelectField:
    """A time zone."""
    empty = [] if required else [("", _l("not known"))]
    return choice(label, [*empty, *((each, each.replace("_", " ")) for each in _ZONES)], required=required, hint=hint)


def countries(label: Any, *, hint: Any = "") -> SelectField:
    """A country by its name in the reader's language; kept as its ISO 3166-1 alpha-2 code."""
    return SelectField(label, [Optional()], choices=_countries, coerce=_or_none, description=hint)


def _countries() -> list[SelectChoice]:
    territories = Locale.parse(str(get_locale() or "en")).territories
    named = sorted((name, code) for code, name in territories.items() if len(code) == 2 and code.isalpha())
    return [SelectChoice("", _l("not known")), *(SelectChoice(code, name) for name, code in named)]


class FormIdField(HiddenField):
    """Made when the form is opened. The same form sent twice, by a double tap, is one and the same entry."""

    def __init__(self, **extra: Any) -> None:
        super().__init__("", default=lambda: str(uuid4()), **extra)

    def uuid(self) -> UUID:
        """The id; a damaged one counts as a new form."""
        try:
            return UUID(str(self.data))
        except ValueError:
            return uuid4()


def refuse(field: Any, sentence: Any) -> None:
    """Put a refusal of the rules at the field it is about."""
    field.errors = [*field.errors, sentence]
