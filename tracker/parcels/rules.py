"""What holds of parcels and their days."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from tracker.letters.rules import DatedInTheFuture, EntryRefused, ReturnedBeforePosted


class ParcelKind(StrEnum):
    """How it reaches the prisoner. Rules on how many are allowed tell them apart."""

    PARCEL = "parcel"
    """By post (posylka)."""
    DELIVERY = "delivery"
    """Handed in at the window (peredacha)."""
    PACKET = "packet"
    """A small packet by post (banderol)."""


class ParcelCategory(StrEnum):
    """What sort of things are in it, as far as the rules count them differently."""

    ORDINARY = "ordinary"
    MEDICAL = "medical"
    """Medicines and medical things under a medical finding."""
    BOOKSHOP = "bookshop"
    """Books bought through the book trade and sent by it."""


class SentBy(StrEnum):
    """Who sent it. Everyone's parcels count against the same quota."""

    OURS = "ours"
    FAMILY = "family"
    OTHERS = "others"
    """Another group, or a stranger."""


class ItemCategory(StrEnum):
    """A sort of thing in a parcel."""

    FOOD = "food"
    CLOTHES = "clothes"
    HYGIENE = "hygiene"
    BOOKS = "books"
    STATIONERY = "stationery"
    MEDICINE = "medicine"
    OTHER = "other"


class Fate(StrEnum):
    """What became of a parcel."""

    UNDER_WAY = "under_way"
    ARRIVED = "arrived"
    RETURNED = "returned"


class ParcelQuestion(StrEnum):
    """What is asked back before a parcel is kept: unlikely, but for the sender to know."""

    LINES_WEIGH_MORE = "lines_weigh_more"
    NUMBER_ODD = "number_odd"
    """Digits as Russian Post gives them, but too many or too few."""


HEAVIEST_GRAMS = 100_000
"""No post takes more; a larger number is a slip of the finger."""


class NothingInIt(EntryRefused):
    """A parcel of ours has something in it."""


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


def check_contents(lines: int, sent_by: SentBy) -> None:
    """What others sent is entered although nobody knows what was in it. Raises NothingInIt."""
    if lines == 0 and sent_by is SentBy.OURS:
        raise NothingInIt


def questions_about_weight(grams: int | None, lines_weigh: int) -> tuple[ParcelQuestion, ...]:
    """What is asked back about the weight of a parcel and that of its weighed lines together."""
    return (ParcelQuestion.LINES_WEIGH_MORE,) if grams is not None and lines_weigh > grams else ()
