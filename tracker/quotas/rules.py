"""How many parcels are allowed: kinds of rules, what decides which one holds, and named refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.facilities.rules import WhoMayWrite
from tracker.parcels.rules import ParcelCategory, ParcelKind
from tracker.prisoners.rules import Conditions, PlacementKind, Regime, Sex


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
    """Any twelve months."""
    MONTH = "month"
    """From the first to the last of a month."""
    HALF_YEAR = "half_year"
    """Any six months."""
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


class Limit(StrEnum):
    """What a rule says about how much."""

    UP_TO = "up_to"
    UNLIMITED = "unlimited"
    UNKNOWN = "unknown"
    """The rule says something else, such as from whom; how many is not known."""


class Age(StrEnum):
    """Whether somebody is of age, as rules tell it."""

    MINOR = "minor"
    """Under eighteen."""
    ADULT = "adult"


class Cell(StrEnum):
    """Where inside, or on the way between, institutions somebody is. Rules differ there, and never carry over."""

    ORDINARY = "ordinary"
    PUNISHMENT_CELL = "punishment_cell"
    LOCKED_CELL = "locked_cell"
    TRANSFER = "transfer"


class Axis(StrEnum):
    """What decides which rule holds. Their names are those of the fields in ``config/mail_rules``."""

    INSTITUTION = "institution"
    REGIME = "regime"
    CONDITIONS = "conditions"
    SEX = "sex"
    AGE = "age"
    PLACEMENT = "placement"


INSTITUTIONS = (
    PlacementKind.SIZO,
    PlacementKind.COLONY,
    PlacementKind.PRISON,
    PlacementKind.EDUCATIONAL_COLONY,
    PlacementKind.COLONY_SETTLEMENT,
    PlacementKind.POLICE_STATION,
    PlacementKind.PSYCHIATRIC_HOSPITAL,
    PlacementKind.HOSPITAL,
    PlacementKind.ILLEGAL_PRISON,
    PlacementKind.FOREIGN_DETENTION,
)
"""Kinds of placement that say in what sort of institution somebody is."""

REMAND = frozenset({PlacementKind.SIZO, PlacementKind.POLICE_STATION})
"""Before the sentence is in force. What came there counts by other laws than what comes afterwards."""

VALUES: Mapping[Axis, tuple[str, ...]] = {
    Axis.INSTITUTION: tuple(str(each) for each in INSTITUTIONS),
    Axis.REGIME: tuple(str(each) for each in Regime),
    Axis.CONDITIONS: tuple(str(each) for each in Conditions),
    Axis.SEX: tuple(str(each) for each in Sex),
    Axis.AGE: tuple(str(each) for each in Age),
    Axis.PLACEMENT: tuple(str(each) for each in Cell),
}
"""Everything that a condition can be."""

POOL_OF = {
    ParcelKind.PARCEL: Pool.PARCELS,
    ParcelKind.DELIVERY: Pool.PARCELS,
    ParcelKind.PACKET: Pool.PACKETS,
}


@dataclass(frozen=True, slots=True)
class Spacing:
    """How long to wait after one before the next: calendar months, or days."""

    months: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule stands, and how sure it is."""

    text: str
    confidence: Confidence
    verified_on: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a country, or of a single facility."""

    name: str
    country: str
    pool: Pool
    source: Source
    where: Mapping[Axis, frozenset[str]]
    """The conditions under which it holds; an axis that is not named makes no difference. The placement is always
    named."""
    unit: Unit = Unit.PIECES
    limit: Limit = Limit.UNKNOWN
    most: int = 0
    """Pieces or grams in one window, when there is a limit."""
    window: Window | None = None
    spacing: Spacing | None = None
    """Advice: facilities keep it more or less strictly."""
    heaviest_grams: int | None = None
    """Of one piece."""
    counts: Counts = Counts.BOTH
    exempt: frozenset[ParcelCategory] = frozenset()
    """What does not count."""
    who: WhoMayWrite | None = None
    """From whom it is taken; None: not told."""
    allowed: bool = True
    """Of letters: whether they may be sent at all."""
    valid_from: date | None = None
    valid_to: date | None = None
    """The last day on which it holds."""
    is_of_facility: bool = False

    def holds_on(self, day: date) -> bool:
        """Whether it is in force."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    @property
    def says(self) -> tuple[object, ...]:
        """What follows from it. Two rules that say the same may differ in their sources."""
        return (
            self.limit,
            self.most,
            self.window,
            self.spacing,
            self.heaviest_grams,
            self.counts,
            self.exempt,
            self.who,
            self.allowed,
        )


class Ask(StrEnum):
    """What has to be found out before a rule can be named."""

    COUNTRY = "country"
    INSTITUTION = "institution"
    REGIME = "regime"
    CONDITIONS = "conditions"
    SEX = "sex"
    AGE = "age"
    FACILITY = "facility"
    """There is no rule for such a place: the facility itself has to be asked."""


class Block(StrEnum):
    """Why nothing can be sent now."""

    ON_TRANSFER = "on_transfer"
    PUNISHMENT_CELL = "punishment_cell"
    NONE_ALLOWED = "none_allowed"
    """The rule for this place allows none."""
    NOT_INSIDE = "not_inside"
    """At home, at liberty or abroad: no quota is kept there."""
    IN_ARCHIVE = "in_archive"


class Doubt(StrEnum):
    """What to know about a figure."""

    UNVERIFIED = "unverified"
    NOT_WEIGHED = "not_weighed"
    """Something that counts by weight was not weighed."""
    FATE_UNKNOWN = "fate_unknown"
    """Something was posted long ago, and nobody knows whether it came."""
    BEGIN_UNKNOWN = "begin_unknown"
    """When the stay began is not known, so what came before it may be counted too."""


class QuotaQuestion(StrEnum):
    """What is asked back before a parcel is kept or a slot is claimed."""

    OVER_QUOTA = "over_quota"
    OVER_WEIGHT = "over_weight"
    TOO_SOON = "too_soon"
    UNKNOWN_RULE = "unknown_rule"
    BLOCKED_NOW = "blocked_now"
    PIECE_TOO_HEAVY = "piece_too_heavy"
    RELATIVES_ONLY = "relatives_only"
    MAIL_FORBIDDEN = "mail_forbidden"


class VerifiedInTheFuture(Exception):
    """The day on which a rule was verified is still to come."""


class LimitWithoutNumber(Exception):
    """A limit needs a number; without one, say that there is none, or leave it to the country's rule."""


class NothingChanged(Exception):
    """A rule of a facility says something that differs from the country's."""
