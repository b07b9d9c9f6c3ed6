"""Which rule holds for somebody: the most specific one, and none where what is not known would decide. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from uuid import UUID

from tracker.prisoners.rules import Conditions, PlacementKind, Regime, Sex
from tracker.quotas.rules import VALUES, Age, Ask, Axis, Cell, Counts, Limit, Pool, Rule, Spacing, Unit, Window

ASK_OF = {
    Axis.INSTITUTION: Ask.INSTITUTION,
    Axis.REGIME: Ask.REGIME,
    Axis.CONDITIONS: Ask.CONDITIONS,
    Axis.SEX: Ask.SEX,
    Axis.AGE: Ask.AGE,
}


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything about somebody on a day that a rule can depend on. None: not known."""

    day: date
    country: str | None = None
    institution: PlacementKind | None = None
    """In what sort of institution, also when in a cell inside it."""
    regime: Regime | None = None
    conditions: Conditions | None = None
    sex: Sex | None = None
    age: Age | None = None
    cell: Cell = Cell.ORDINARY
    facility_id: UUID | None = None
    is_inside: bool = True
    """False: at home, at liberty or abroad."""
    stay_began: date | None = None
    """The first day of the present stay."""
    counted_since: date | None = None
    """The day since which parcels count by the same law: of arrival from remand, say. None: not known."""

    @property
    def values(self) -> dict[Axis, str | None]:
        """What is known on each axis."""
        return {
            Axis.INSTITUTION: self.institution,
            Axis.REGIME: self.regime,
            Axis.CONDITIONS: self.conditions,
            Axis.SEX: self.sex,
            Axis.AGE: self.age,
            Axis.PLACEMENT: self.cell,
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """The rule that holds, or what has to be asked."""

    rule: Rule | None
    asks: tuple[Ask, ...] = ()
    candidates: tuple[Rule, ...] = ()
    """When it is open: the rules between which the answers decide."""


@dataclass(frozen=True, slots=True)
class FacilityChange:
    """What a facility does differently. None: as the country's rule says."""

    rule: Rule
    """Its name, pool, unit and source; what else it says holds when the country has no rule."""
    limit: Limit | None = None
    most: int | None = None
    window: Window | None = None
    spacing_days: int | None = None
    """0: no spacing is kept here."""
    counts: Counts | None = None

    def over(self, base: Rule | None) -> Rule | None:
        """The rule that holds here; None when neither says how much."""
        if base is None and self.limit is None:
            return None
        start = base or self.rule
        return replace(
            start,
            name=self.rule.name,
            source=self.rule.source,
            is_of_facility=True,
            limit=self.limit or start.limit,
            most=start.most if self.limit is None else self.most or 0,
            window=self.window or start.window or Window.CALENDAR_YEAR,
            spacing=start.spacing if self.spacing_days is None else Spacing(days=self.spacing_days),
            counts=self.counts or start.counts,
        )


def choose(rules: Iterable[Rule], situation: Situation, pool: Pool, unit: Unit) -> Choice:
    """The rule of a pool that holds in a situation.

    What is not known is filled in in every possible way: if all of them lead to the same allowance, it holds; if not,
    no rule is named, but what has to be asked. No rule at all means that the facility has to be asked.
    """
    if situation.country is None:
        return Choice(None, (Ask.COUNTRY,))
    known = situation.values
    fitting = [
        rule
        for rule in rules
        if rule.pool is pool
        and rule.unit is unit
        and rule.country == situation.country
        and rule.holds_on(situation.day)
        and all(known[axis] is None or known[axis] in allowed for axis, allowed in rule.where.items())
    ]
    open_axes = [axis for axis in Axis if known[axis] is None and any(axis in rule.where for rule in fitting)]
    outcomes = {
        values: most_specific(fitting, {**known, **dict(zip(open_axes, values, strict=True))})
        for values in product(*(VALUES[axis] for axis in open_axes))
    }
    said = {values: rule.says if rule else None for values, rule in outcomes.items()}
    if len(set(said.values())) == 1:
        rule = next(iter(outcomes.values()))
        return Choice(rule) if rule else Choice(None, (Ask.FACILITY,))
    return Choice(None, _deciding(open_axes, said), tuple(fitting))


def most_specific(rules: Iterable[Rule], values: Mapping[Axis, str | None]) -> Rule | None:
    """The rule with the most conditions among those that are all met; a file in which two tie is refused."""
    met = [rule for rule in rules if all(values[axis] in allowed for axis, allowed in rule.where.items())]
    return max(met, key=lambda rule: len(rule.where), default=None)


def _deciding(open_axes: Sequence[Axis], said: Mapping[tuple[str, ...], object]) -> tuple[Ask, ...]:
    """The axes on which the answer changes while all others stay."""
    asks = []
    for index, axis in enumerate(open_axes):
        others: dict[tuple[str, ...], set[object]] = {}
        for values, outcome in said.items():
            others.setdefault(values[:index] + values[index + 1 :], set()).add(outcome)
        if any(len(outcomes) > 1 for outcomes in others.values()):
            asks.append(ASK_OF[axis])
    # The rest can only be asked once it is known in what sort of place somebody is.
    return (Ask.INSTITUTION,) if Ask.INSTITUTION in asks else tuple(asks)


def ties(rules: Sequence[Rule]) -> list[tuple[Rule, Rule, dict[Axis, str]]]:
    """Pairs of rules of which nobody could say which one holds, each with a situation in which that happens."""
    found = []
    for index, one in enumerate(rules):
        for other in rules[index + 1 :]:
            if (one.pool, one.unit, one.country, len(one.where)) == (
                other.pool,
                other.unit,
                other.country,
                len(other.where),
            ):
                case = _undecided(one, other, rules)
                if case is not None:
                    found.append((one, other, case))
    return found


def _undecided(one: Rule, other: Rule, rules: Sequence[Rule]) -> dict[Axis, str] | None:
    first, last = _common_days(one, other)
    if first is not None and last is not None and first > last:
        return None
    both = {
        axis: [
            value
            for value in VALUES[axis]
            if value in one.where.get(axis, (value,)) and value in other.where.get(axis, (value,))
        ]
        for axis in Axis
    }
    more = [
        rule
        for rule in rules
        if (rule.pool, rule.unit, rule.country) == (one.pool, one.unit, one.country)
        and len(rule.where) > len(one.where)
        and _covers(rule, first, last)
    ]
    for values in product(*(both[axis] for axis in Axis)):
        case = dict(zip(Axis, values, strict=True))
        if most_specific(more, case) is None:
            return case
    return None


def _common_days(one: Rule, other: Rule) -> tuple[date | None, date | None]:
    starts = [each.valid_from for each in (one, other) if each.valid_from]
    ends = [each.valid_to for each in (one, other) if each.valid_to]
    return max(starts, default=None), min(ends, default=None)


def _covers(rule: Rule, first: date | None, last: date | None) -> bool:
    begins = rule.valid_from is None or (first is not None and rule.valid_from <= first)
    return begins and (rule.valid_to is None or (last is not None and last <= rule.valid_to))
