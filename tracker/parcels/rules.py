"""What holds of parcels and their days."""

from __future__ import annotations

from datetime import date

from tracker.letters.rules import DatedInTheFuture, EntryRefused, ReturnedBeforePosted

HEAVIEST_GRAMS = 100_000
"""No post takes more; a larger number is a slip of the finger."""


class ArrivedBeforePosted(EntryRefused):
    """A parcel cannot have arrived before it was posted."""


class ArrivedAndReturned(EntryRefused):
    """A parcel has either arrived or come back."""


def check_parcel(
    posted_on: date, today: date, *, arrived_on: date | None = None, returned_on: date | None = None
) -> None:
    """``today`` is the sender's own. Raises DatedInTheFuture, ArrivedBeforePosted, ReturnedBeforePosted or
    ArrivedAndReturned."""
    if max(posted_on, arrived_on or posted_on, returned_on or posted_on) > today:
        raise DatedInTheFuture
    if arrived_on is not None and returned_on is not None:
        raise ArrivedAndReturned
    if arrived_on is not None and arrived_on < posted_on:
        raise ArrivedBeforePosted
    if returned_on is not None and returned_on < posted_on:
        raise ReturnedBeforePosted


def things(contents: str) -> tuple[str, ...]:
    """What is in a parcel, one thing a line, without empty lines."""
    return tuple(line.strip() for line in contents.splitlines() if line.strip())
