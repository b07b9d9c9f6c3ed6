"""What the end of a term is worked out from, and what comes of it. Pure values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from tracker.partial_date import PartialDate
from tracker.quotas.rules import Confidence


class SpellKind(StrEnum):
    """A way of being held before a verdict comes into force."""

    CUSTODY = "custody"
    """Also the first days with the police."""
    HOUSE_ARREST = "house_arrest"
    NIGHT_CURFEW = "night_curfew"


@dataclass(frozen=True)
class Spell:
    """A time in one such way, both days included."""

    kind: SpellKind
    since: PartialDate
    until: PartialDate | None = None
    """None: until the verdict came into force."""
    is_assumed: bool = False
    """Only its beginning is known; that it went on without a break is assumed."""


@dataclass(frozen=True)
class Term:
    """The length of a sentence."""

    years: int = 0
    months: int = 0
    days: int = 0


@dataclass(frozen=True)
class Basis:
    """Where a rule comes from."""

    source: str
    confidence: Confidence
    verified_on: date | None = None


@dataclass(frozen=True)
class Factor:
    """As how many days of the term one day counts."""

    counts_as: Fraction
    basis: Basis
    article: str | None = None
    """The article because of which there is no bonus."""


@dataclass(frozen=True)
class CreditRules:
    """The rules of one country."""

    by_regime: Mapping[str, Factor]
    by_measure: Mapping[SpellKind, Factor]
    one_to_one: Mapping[str, Basis]
    """By article, or by article and part: ``206(3)``."""
    notes: tuple[tuple[str, Basis], ...] = ()


class Missing(StrEnum):
    """What is not known, so that nothing is worked out."""

    TERM = "term"
    REGIME = "regime"
    REGIMES_DIFFER = "regimes_differ"
    """Parts of the term are served in different regimes."""
    IN_FORCE_ON = "in_force_on"
    CUSTODY = "custody"
    ARTICLES = "articles"
    ARTICLE_PART = "article_part"
    """Whether custody counts in full depends on the part of the article."""
    SEVERAL_SENTENCES = "several_sentences"


class Doubt(StrEnum):
    """Why the day can be another one; with every result."""

    DATES_ARE_PARTIAL = "dates_are_partial"
    CUSTODY_ASSUMED = "custody_assumed"
    RULE_UNVERIFIED = "rule_unverified"
    BONUS_CAN_BE_LOST = "bonus_can_be_lost"


@dataclass(frozen=True)
class Credited:
    """What one spell counts for."""

    spell: Spell
    days: int
    """Those that count nowhere else; with partial dates, of the middle between the most and the fewest."""
    factor: Factor


@dataclass(frozen=True)
class Release:
    """The end of a term, with everything from which it was worked out."""

    about: date
    earliest: date
    latest: date
    term: Term
    in_force_on: PartialDate
    credited: tuple[Credited, ...]
    doubts: tuple[Doubt, ...]
    notes: tuple[tuple[str, Basis], ...]

    @property
    def days_credited(self) -> int:
        """The days of the term that are served before it begins."""
        return int(sum((each.days * each.factor.counts_as for each in self.credited), Fraction()))
