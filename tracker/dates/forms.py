"""What may be typed about a hearing."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectMultipleField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget, TextArea, TextInput

from tracker.dates.rules import FurtherDay
from tracker.dates.words import KIND_WORDS
from tracker.web.forms import (
    FIRST_YEAR,
    LAST_YEAR,
    Form,
    FormIdField,
    choice,
    day,
    line,
    paragraph,
    partial_date,
    zone,
)

_DAY = re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)|(?P<d2>\d\d?)\.(?P<m2>\d\d?)\.(?P<y2>\d{4})", re.ASCII)
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.h ]?([0-5]\d)", re.ASCII)


class ClockField(Field):
    """A time by the 24-hour clock; empty means that it is not known."""

    widget = TextInput()
    data: time | None

    def __init__(self, label: Any, **extra: Any) -> None:
        super().__init__(label, [Optional()], render_kw={"inputmode": "numeric", "placeholder": "10:00"}, **extra)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%H:%M}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if not text:
            return
        match = _CLOCK.fullmatch(text)
        if match is None:
            raise ValueError(_("This is no time of day. Write it like 10:00, or leave it empty if it is not known."))
        self.data = time(int(match[1]), int(match[2]))


class SittingsField(Field):
    """Further days, one a line, each with its time or without: ``16.12.2026 10:00``."""

    widget: Any = TextArea()
    data: tuple[FurtherDay, ...]

    def __init__(self, label: Any, **extra: Any) -> None:
        super().__init__(label, [Optional()], render_kw={"rows": 3, "placeholder": "16.12.2026 10:00"}, **extra)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(f"{each.on:%d.%m.%Y}{f' {each.at:%H:%M}' if each.at else ''}" for each in self.data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        lines = (valuelist[0] if valuelist else "")[:_LONGEST_SITTINGS].splitlines()
        self.data = ()
        self.data = tuple(_further_day(each.strip()) for each in lines if each.strip())


_LONGEST_SITTINGS = 10_000


def _further_day(text: str) -> FurtherDay:
    on_text, _blank, at_text = text.partition(" ")
    at_text = at_text.strip()
    match = _CLOCK.fullmatch(at_text) if at_text else None
    on = _day(on_text.rstrip(","))
    if on is None or (at_text and match is None) or not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise ValueError(
            _("“%(line)s” is no day with a time. Write one a line, like 16.12.2026 10:00.", line=text[:40])
        )
    return FurtherDay(on, time(int(match[1]), int(match[2])) if match else None)


def _day(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(match[name] or match[f"{name}2"]) for name in ("y", "m", "d"))
    with suppress(ValueError):
        return date(year, month, day)
    return None


class HearingForm(Form):
    on = day(_l("Day"))
    at = ClockField(_l("Time"), description=_l("By the court's clock. Leave it empty if it is not known."))
    latest_on = day(
        _l("Or some day until"),
        hint=_l("If it is only known that it will be between two days: the last of them. The first stands above."),
    )
    roughly = partial_date(
        _l("Or only the month or the year"),
        hint=_l("Like 12.2026 or 2027. Coordinators are asked for the day in time; nobody else is written to."),
    )
    sittings = SittingsField(
        _l("Further days of the same hearing"),
        description=_l("One a line, with the time if it is known: 16.12.2026 10:00."),
    )
    court = choice(_l("Court"), hint=_l("The time zone comes from the court."))
    new_court = line(_l("Or a court that is not in the list"))
    new_court_zone = zone(_l("Its time zone"))
    kind = choice(_l("What kind of hearing"), list(KIND_WORDS.items()), required=_l("Choose one."))
    expected = paragraph(
        _l("What is expected"),
        rows=3,
        most=2000,
        hint=_l(
            "What may happen, and what is asked of those who come. Everybody assigned reads it, and court watchers who "
            "follow all of it; it stands in mails and calendars of those who want them to say all. Better no name."
        ),
    )
    prisoners = SelectMultipleField(
        _l("Whom it concerns"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    past_is_meant = BooleanField(_l("Yes, this day is meant, although it is over"))


class NewHearingForm(HearingForm):
    form_id = FormIdField()
    case = choice(_l("Case"))


class ChangeHearingForm(HearingForm):
    why = line(_l("Why it was changed"), most=500, hint=_l("For the history; kept encrypted."))


class WhyForm(Form):
    why = line(_l("Why"), most=500, hint=_l("For the history; kept encrypted."))
