"""Dates as far as they are known.

A book says "in May 2024", a relative says "some day in spring", a friend knows the birthday but not the year. Such a
date stays as it is: it is never padded to the first of the month, so that nothing downstream can mistake a guess for
a fact. The text forms follow EDTF (ISO 8601-2) where it has one:

    1988-02-29   a day            1988-21   spring (22 summer, 23 autumn, 24 winter)
    1988-02      a month          --02-29   a day of the year, year unknown
    1988         a year           --02      a month, year unknown
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_SEASON_MONTHS = {21: 3, 22: 6, 23: 9, 24: 12}
_FORM = re.compile(r"(?:(?P<year>\d{4})|-)(?:-(?P<second>\d\d)(?:-(?P<day>\d\d))?)?", re.ASCII)


class NotADate(ValueError):
    """The text is no date, nor a part of one."""


class Precision(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    DAY_OF_YEAR = "day_of_year"
    MONTH_OF_YEAR = "month_of_year"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the day, month, season or year, or to the day or month of an unknown year."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    season: int | None = None

    def __post_init__(self) -> None:
        if self.year is None and self.month is None:
            raise NotADate("neither a year nor a month")
        if self.season is not None and (self.month or self.day or self.season not in _SEASON_MONTHS):
            raise NotADate("no such season")
        if self.day is not None and self.month is None:
            raise NotADate("a day without a month")
        if self.year is not None and not 1 <= self.year <= 9999:
            raise NotADate("no such year")
        if self.month is not None and not 1 <= self.month <= 12:
            raise NotADate("no such month")
        if self.month and self.day is not None:
            # A leap year stands in for the unknown one: 29 February is somebody's birthday.
            if not 1 <= self.day <= monthrange(self.year or 2000, self.month)[1]:
                raise NotADate("no such day")

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read one of the forms in the module's description; raises NotADate."""
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise NotADate(text)
        year = int(match["year"]) if match["year"] else None
        second = int(match["second"]) if match["second"] else None
        day = int(match["day"]) if match["day"] else None
        if second is not None and second > 12:
            if day is not None or year is None:
                raise NotADate(text)
            return cls(year, season=second)
        return cls(year, second, day)

    @classmethod
    def of(cls, day: date) -> PartialDate:
        """A date that is wholly known."""
        return cls(day.year, day.month, day.day)

    @property
    def precision(self) -> Precision:
        if self.year is None:
            return Precision.DAY_OF_YEAR if self.day else Precision.MONTH_OF_YEAR
        if self.day:
            return Precision.DAY
        if self.season:
            return Precision.SEASON
        return Precision.MONTH if self.month else Precision.YEAR

    @property
    def exact(self) -> date | None:
        """The calendar day, if it is wholly known."""
        if self.year and self.month and self.day:
            return date(self.year, self.month, self.day)
        return None

    def earliest(self) -> date:
        """The first day that it can mean. An unknown year counts as year 1."""
        month = _SEASON_MONTHS[self.season] if self.season else self.month or 1
        year = self.year or (4 if (self.month, self.day) == (2, 29) else 1)
        return date(year, month, self.day or 1)

    def latest(self) -> date:
        """The last day that it can mean. An unknown year counts as year 1."""
        if self.day:
            return self.earliest()
        year = self.year or 1
        month = self.month or 12
        if self.season:
            month = _SEASON_MONTHS[self.season] + 2
            if month > 12:
                # Winter 2023 runs into the next year.
                year, month = min(year + 1, 9999), month - 12
        return date(year, month, monthrange(year, month)[1])

    def __str__(self) -> str:
        text = f"{self.year:04d}" if self.year is not None else "-"
        for part in (self.season or self.month, self.day):
            if part is not None:
                text += f"-{part:02d}"
        return text
