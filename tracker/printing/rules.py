"""What can be printed, and how long a print is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

KEPT_FOR = timedelta(days=1)
"""So long a finished file can be opened; then it is destroyed."""
LEASE = timedelta(minutes=2)
"""Whoever makes a print is done by then, or has died."""
MOST_PEOPLE = 200
MOST_COPIES = 30
"""Labels for one person."""


class PrintKind(StrEnum):
    """What is printed."""

    SHEETS = "sheets"
    """A sheet for each person."""
    LABELS = "labels"
    ENVELOPES = "envelopes"
    BIRTHDAYS = "birthdays"


class PrintState(StrEnum):
    """How far a print is."""

    WAITING = "waiting"
    AT_WORK = "at_work"
    READY = "ready"
    FAILED = "failed"


class PrintReason(StrEnum):
    """Why a print failed."""

    NOBODY = "nobody"
    """There is nobody to whom one could write, or nobody with an address."""
    TOO_LONG = "too_long"
    """An address does not fit, not even in the smallest print."""
    BROKEN = "broken"
    """The program failed; the log says how."""


class Script(StrEnum):
    """In which script an address is printed."""

    LOCAL = "local"
    LATIN = "latin"


class Paper(StrEnum):
    """Sizes of envelopes."""

    DL = "dl"
    C6 = "c6"
    C5 = "c5"


PAPER_MM = {Paper.DL: (220.0, 110.0), Paper.C6: (162.0, 114.0), Paper.C5: (229.0, 162.0)}
"""Width and height (ISO 269)."""

FILE_NAMES = {
    PrintKind.SHEETS: "sheets.pdf",
    PrintKind.LABELS: "labels.pdf",
    PrintKind.ENVELOPES: "envelopes.pdf",
    PrintKind.BIRTHDAYS: "birthdays.pdf",
}
"""Neutral: they stay behind in lists of downloads."""


def is_stuck(state: PrintState, lease_until: datetime | None, now: datetime) -> bool:
    """Whether a print that is not finished has nobody any more who makes it."""
    return state in (PrintState.WAITING, PrintState.AT_WORK) and (lease_until is None or lease_until <= now)


def is_over(asked_at: datetime, now: datetime) -> bool:
    """Whether a print is too old to be opened."""
    return asked_at <= now - KEPT_FOR
