"""How many parcels are allowed: kinds of rules, and what follows from them."""

from __future__ import annotations

from enum import StrEnum


class Pool(StrEnum):
    """What is counted together."""

    PARCELS = "parcels"
    """Parcels by post and deliveries at the window share one count."""
    PACKETS = "packets"
    LETTERS = "letters"
    """Letters, which a rule may forbid or allow; they are hardly ever counted."""


class Unit(StrEnum):
    """In what is counted."""

    PIECES = "pieces"
    GRAMS = "grams"


class Window(StrEnum):
    """The time in which is counted."""

    CALENDAR_YEAR = "calendar_year"
    ROLLING_YEAR = "rolling_year"
    MONTH = "month"
    HALF_YEAR = "half_year"
    STAY = "stay"
    """The whole stay, as in a punishment cell."""


class Counts(StrEnum):
    """Which ways count."""

    POST = "post"
    HAND = "hand"
    BOTH = "both"


class Confidence(StrEnum):
    """How sure the rule is."""

    CONFIRMED = "confirmed"
    """Read in two independent sources."""
    SINGLE_SOURCE = "single_source"
    UNVERIFIED = "unverified"
    """From memory or by analogy: a lawyer has to check it."""
