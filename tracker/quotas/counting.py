"""Counting parcels and claims against the rules that hold: from them to the ledger. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from tracker.parcels.rules import ParcelCategory, ParcelKind
from tracker.quotas.choosing import Choice, FacilityChange, Situation, choose
from tracker.quotas.ledger import Ledger, Letters, Line, OpenClaim, PoolLedger, Sent
from tracker.quotas.rules import POOL_OF, Block, Cell, Confidence, Counts, Doubt, Limit, Pool, Rule, Unit, Window
from tracker.quotas.windows import Span, after, free_again_on, span_of

UNDER_WAY = timedelta(days=60)
"""What was posted longer ago has come or is lost; it stays reserved, but somebody should find out."""

SHOWN = timedelta(days=366)
"""How far back what does not count is shown."""


def make_ledger(
    rules: Iterable[Rule],
    facility_rules: Sequence[FacilityChange],
    situation: Situation,
    sent: Sequence[Sent],
    claims: Sequence[OpenClaim],
    *,
    mail_forbidden: bool = False,
) -> Ledger:
    """The ledger in a situation. ``sent`` holds at least what was posted in the last three years; ``claims`` are open
    ones."""
    rules = tuple(rules)
    pools = tuple(_pool(pool, rules, facility_rules, situation, sent, claims) for pool in (Pool.PARCELS, Pool.PACKETS))
    letters = choose(rules, situation, Pool.LETTERS, Unit.PIECES)
    lately = [each for each in sent if each.returned_on is None and each.day > situation.day - SHOWN]
    exempt = {each for pool in pools for line in pool.lines for each in lately if each.category in line.rule.exempt}
    seen = tuple(sorted(exempt, key=lambda each: each.day))
    return Ledger(situation, pools, Letters(letters, mail_forbidden), tuple(claims), seen)


def _pool(
    pool: Pool,
    rules: Sequence[Rule],
    changes: Sequence[FacilityChange],
    situation: Situation,
    sent: Sequence[Sent],
    claims: Sequence[OpenClaim],
) -> PoolLedger:
    if not situation.is_inside:
        return PoolLedger(pool, block=Block.NOT_INSIDE)
    if situation.cell is Cell.TRANSFER:
        return PoolLedger(pool, block=Block.ON_TRANSFER)
    choices = {unit: _choose(rules, changes, situation, pool, unit) for unit in Unit}
    found = [choice.rule for choice in choices.values() if choice.rule]
    # What limits comes first on the page.
    found.sort(key=lambda rule: rule.limit is not Limit.UP_TO)
    lines = tuple(_line(rule, situation, pool, sent, claims) for rule in found)
    # A country that counts nothing by weight need not say so; one that leaves it open has to be asked.
    undecided = [choice for choice in choices.values() if choice.candidates]
    asking = undecided or ([] if found else list(choices.values()))
    return PoolLedger(
        pool,
        lines,
        tuple(dict.fromkeys(ask for choice in asking for ask in choice.asks)),
        tuple(rule for choice in choices.values() for rule in choice.candidates),
        _blocked(found, situation),
    )


def _choose(
    rules: Sequence[Rule], changes: Sequence[FacilityChange], situation: Situation, pool: Pool, unit: Unit
) -> Choice:
    choice = choose(rules, situation, pool, unit)
    if situation.cell is not Cell.ORDINARY:
        return choice
    for change in changes:
        if change.rule.pool is pool and change.rule.unit is unit:
            changed = change.over(choice.rule)
            choice = Choice(changed) if changed else choice
    return choice


def _blocked(rules: Sequence[Rule], situation: Situation) -> Block | None:
    if not any(rule.limit is Limit.UP_TO and rule.most == 0 for rule in rules):
        return None
    return Block.PUNISHMENT_CELL if situation.cell is Cell.PUNISHMENT_CELL else Block.NONE_ALLOWED


def _line(rule: Rule, situation: Situation, pool: Pool, sent: Sequence[Sent], claims: Sequence[OpenClaim]) -> Line:
    counting = [each for each in sent if each.returned_on is None and counts(rule, pool, each.kind, each.category)]
    waiting = [each for each in claims if counts(rule, pool, each.kind, ParcelCategory.ORDINARY)]
    span = _span(rule, situation)
    came = [each for each in counting if each.came_on and span.holds(each.came_on)]
    coming = [each for each in counting if not each.came_on and _may_count(rule, span, each.posted_on)]
    taken = [each for each in waiting if _may_count(rule, span, each.planned_on)]
    used, under_way, claimed = (_amount(rule.unit, each) for each in (came, coming, taken))
    total = used + under_way + claimed
    full = rule.limit is Limit.UP_TO and total >= rule.most
    days = [each.day for each in (*came, *coming)] + [each.planned_on for each in taken]
    return Line(
        rule,
        span,
        used,
        under_way,
        claimed,
        remaining=max(0, rule.most - total) if rule.limit is Limit.UP_TO else None,
        over=rule.limit is Limit.UP_TO and total > rule.most,
        free_on=_free_on(rule, span, days) if full else None,
        advised_on=_advised_on(rule, situation, counting, waiting),
        counted=tuple(sorted((*came, *coming), key=lambda each: each.day)),
        doubts=_doubts(rule, situation, came, coming, taken),
    )


def counts(rule: Rule, pool: Pool, kind: ParcelKind, category: ParcelCategory) -> bool:
    """Whether a parcel counts under a rule."""
    if POOL_OF[kind] is not pool or category in rule.exempt:
        return False
    by_hand = kind is ParcelKind.DELIVERY
    return rule.counts is Counts.BOTH or (rule.counts is Counts.HAND) is by_hand


def _span(rule: Rule, situation: Situation) -> Span:
    # Without a limit the year is shown, so that one sees what came.
    span = span_of(rule.window or Window.CALENDAR_YEAR, situation.day, situation.stay_began)
    # What a cell allows, it allows besides: what came before it does not use it up.
    since = situation.stay_began if situation.cell is not Cell.ORDINARY else situation.counted_since
    return replace(span, first=max(span.first, since)) if since else span


def _may_count(rule: Rule, span: Span, day: date) -> bool:
    """Whether what was or will be sent on a day may come in this window. What was posted shortly before it began may
    come in it, so it is reserved in both."""
    shortly = UNDER_WAY if rule.window is not Window.MONTH else UNDER_WAY / 2
    return day >= span.first - shortly and (span.last is None or day <= span.last)


def _amount(unit: Unit, things: Sequence[Sent] | Sequence[OpenClaim]) -> int:
    return len(things) if unit is Unit.PIECES else sum(each.grams or 0 for each in things)


def _free_on(rule: Rule, span: Span, days: Sequence[date]) -> date | None:
    if rule.window is None:
        return None
    if rule.unit is Unit.GRAMS and span.last is None:
        return None
    return free_again_on(rule.window, span, days, rule.most)


def _advised_on(
    rule: Rule, situation: Situation, counting: Sequence[Sent], waiting: Sequence[OpenClaim]
) -> date | None:
    if rule.spacing is None or rule.limit is Limit.UNLIMITED:
        return None
    since = situation.counted_since or date.min
    days = [each.day for each in counting if each.day >= since] + [each.planned_on for each in waiting]
    if not days:
        return None
    advised = after(max(days), rule.spacing)
    return advised if advised > situation.day else None


def _doubts(
    rule: Rule, situation: Situation, came: Sequence[Sent], coming: Sequence[Sent], taken: Sequence[OpenClaim]
) -> tuple[Doubt, ...]:
    doubts = []
    if rule.source.confidence is Confidence.UNVERIFIED:
        doubts.append(Doubt.UNVERIFIED)
    by_weight = rule.unit is Unit.GRAMS and rule.limit is Limit.UP_TO
    weights = [each.grams for each in (*came, *coming)] + [each.grams for each in taken]
    if by_weight and not all(weights):
        doubts.append(Doubt.NOT_WEIGHED)
    if any(each.posted_on < situation.day - UNDER_WAY for each in coming):
        doubts.append(Doubt.FATE_UNKNOWN)
    if rule.window is Window.STAY and situation.stay_began is None and rule.most:
        doubts.append(Doubt.BEGIN_UNKNOWN)
    return tuple(doubts)
