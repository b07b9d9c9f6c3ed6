"""How days, moments and partial dates are shown: with the weekday, in the reader's language, a month by its name."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from flask import Flask
from flask_babel import gettext as _

from tracker.partial_date import PartialDate
from tracker.web.language import locale


@lru_cache(4096)
def _date(value: date, pattern: str, in_force: Locale | None) -> str:
    return format_date(value, pattern, locale=in_force)


def day(value: date | None) -> str:
    """``Tue 15 Dec 2026``."""
    return "" if value is None else _date(value, "EEE d MMM y", locale())


def long_day(value: date) -> str:
    """``Tuesday, 15 December 2026``."""
    return _date(value, "EEEE, d MMMM y", locale())


def month(value: date) -> str:
    """``December 2026``, when only the month of a day is known."""
    return _date(value, "LLLL y", locale())


def clock(value: time | None) -> str:
    """``10:00``, by the 24-hour clock."""
    return "" if value is None else format_time(value, "HH:mm", locale=locale())


def moment(value: datetime | None, zone: str) -> str:
    """``Tue 15 Dec 2026, 10:00`` by the clock of ``zone``."""
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(zone))
    return f"{day(local.date())}, {clock(local.time())}"


def local_day(value: datetime, zone: str) -> str:
    """``Tue 15 Dec 2026``: the day of a moment by the clock of ``zone``."""
    return day(value.astimezone(ZoneInfo(zone)).date())


def offset(value: datetime, zone: str) -> str:
    """``UTC+10``: how far a zone's clock is from UTC at that moment."""
    ahead = value.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    minutes = int(ahead.total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


def city(zone: str) -> str:
    """``Vladivostok`` for ``Asia/Vladivostok``."""
    return zone.rpartition("/")[2].replace("_", " ")


def partial(value: PartialDate | None) -> str:
    """A date as far as it is known, in words."""
    if value is None:
        return ""
    if value.exact:
        return day(value.exact)
    if value.season and value.year:
        seasons = {21: _("spring"), 22: _("summer"), 23: _("autumn"), 24: _("winter")}
        return f"{seasons[value.season]} {value.year}"
    if value.month:
        stand_in = date(value.year or 2000, value.month, value.day or 1)
        pattern = ("d " if value.day else "") + "LLLL" + (" y" if value.year else "")
        return _date(stand_in, pattern, locale())
    return str(value.year)


def birth(value: PartialDate | None) -> str:
    """A date of birth as far as it is known: ``14 May 1981``, because nobody asks on which weekday it was."""
    return _date(value.exact, "d MMM y", locale()) if value and value.exact else partial(value)


def upfirst(text: str) -> str:
    """A text as the beginning of a sentence; unlike ``capitalize`` it leaves the rest alone (SIZO)."""
    return text[:1].upper() + text[1:]


def init_app(app: Flask) -> None:
    """Give the filters to the templates."""
    for name, function in {
        "day": day,
        "long_day": long_day,
        "month": month,
        "clock": clock,
        "moment": moment,
        "local_day": local_day,
        "offset": offset,
        "city": city,
        "partial": partial,
        "birth": birth,
        "upfirst": upfirst,
    }.items():
        app.jinja_env.filters[name] = function
