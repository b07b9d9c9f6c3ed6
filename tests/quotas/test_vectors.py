"""What practitioners know to be so, each a case with its number in the research."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from tracker.facilities.rules import FacilityKind
from tracker.parcels.rules import ParcelCategory, ParcelKind, SentBy
from tracker.partial_date import PartialDate
from tracker.prisoners.rules import Conditions, PlacementKind, Regime, Sex
from tracker.quotas.advising import advice_about
from tracker.quotas.choosing import FacilityChange
from tracker.quotas.counting import make_ledger
from tracker.quotas.ledger import Ledger, Sent
from tracker.quotas.mail_rules import rules_in_use
from tracker.quotas.rules import (
    Ask,
    Axis,
    Block,
    Confidence,
    Counts,
    Limit,
    Pool,
    QuotaQuestion,
    Rule,
    Source,
    Unit,
)
from tracker.quotas.situation import Person, Stay, situation_on

MAN = Person(Sex.MAN, PartialDate.parse("1988-02-29"))
WOMAN = Person(Sex.WOMAN, PartialDate.parse("1988-02-29"))


def stay(kind: PlacementKind, since: str | None = None, **facts: Any) -> Stay:
    usual: dict[str, Any] = {"country": "RU", "facility_id": uuid4(), "is_current": True}
    return Stay(uuid4(), kind, since=PartialDate.parse(since) if since else None, **{**usual, **facts})


def parcels(*days: str, **facts: Any) -> list[Sent]:
    """Each posted a week before it came."""
    return [
        Sent(uuid4(), ParcelKind.PARCEL, day - timedelta(7), arrived_on=day, **facts)
        for day in map(date.fromisoformat, days)
    ]


def ledger(
    day: str, stays: list[Stay], sent: list[Sent] | None = None, person: Person = MAN, changes: tuple[Any, ...] = ()
) -> Ledger:
    on = date.fromisoformat(day)
    situation = situation_on(on, on, stays, person)
    return make_ledger(rules_in_use().rules, changes, situation, sent or [], [])


def asked(found: Ledger, kind: ParcelKind = ParcelKind.PARCEL, **facts: Any) -> list[QuotaQuestion]:
    return [advice.question for advice in advice_about(found, kind=kind, **facts)]


ORDINARY = stay(PlacementKind.COLONY, "2024-03-01", regime=Regime.GENERAL, conditions=Conditions.ORDINARY)


def test_vector_1_six_parcels_and_a_move_to_strict_conditions() -> None:
    five = parcels("2026-01-10", "2026-02-20", "2026-04-01", "2026-05-15", "2026-07-01")
    before_sixth = ledger("2026-10-01", [ORDINARY], five)
    line = before_sixth.pool(ParcelKind.PARCEL).line(Unit.PIECES)
    assert line is not None
    assert (line.rule.most, line.used, line.remaining, line.over) == (6, 5, 1, False)
    assert asked(before_sixth) == [], "the sixth is fine"

    sixth = ledger("2026-12-01", [ORDINARY], [*five, *parcels("2026-10-08")])
    line = sixth.pool(ParcelKind.PARCEL).line(Unit.PIECES)
    assert line is not None
    assert (line.remaining, line.over, line.free_on) == (0, False, date(2027, 1, 1))
    assert asked(sixth) == [QuotaQuestion.OVER_QUOTA], "the seventh is not"
    assert asked(sixth, category=ParcelCategory.MEDICAL) == []
    assert asked(sixth, category=ParcelCategory.BOOKSHOP) == []
    assert asked(sixth, kind=ParcelKind.PACKET) == [], "packets have a count of their own"

    exempt = parcels("2026-10-09", category=ParcelCategory.MEDICAL)
    exempt += parcels("2026-10-10", category=ParcelCategory.BOOKSHOP)
    with_exempt = ledger("2026-10-20", [ORDINARY], [*five, *exempt])
    line = with_exempt.pool(ParcelKind.PARCEL).line(Unit.PIECES)
    assert line is not None
    assert line.used == 5
    assert len(with_exempt.exempt) == 2

    strict = stay(PlacementKind.COLONY, "2026-05-20", regime=Regime.GENERAL, conditions=Conditions.STRICT)
    eased_out = Stay(**{**{n: getattr(ORDINARY, n) for n in ORDINARY.__slots__}, "is_current": False})
    moved = ledger("2026-05-25", [eased_out, strict], five[:4])
    line = moved.pool(ParcelKind.PARCEL).line(Unit.PIECES)
    assert line is not None
    assert (line.rule.most, line.used, line.remaining, line.over) == (3, 4, 0, True)


def test_vector_2_women_have_no_limit_in_any_colony() -> None:
    many = parcels(*(f"2026-{month:02}-03" for month in range(1, 10)))
    for regime in (Regime.GENERAL, Regime.STRICT, Regime.SPECIAL, None):
        for conditions in (*Conditions, None):
            for kind in (PlacementKind.COLONY, PlacementKind.EDUCATIONAL_COLONY, PlacementKind.COLONY_SETTLEMENT):
                found = ledger("2026-09-10", [stay(kind, regime=regime, conditions=conditions)], many, WOMAN)
                line = found.pool(ParcelKind.PARCEL).line(Unit.PIECES)
                assert line is not None
                assert line.rule.limit is Limit.UNLIMITED
                assert (line.used, line.remaining, line.over, asked(found)) == (9, None, False, [])


def test_vector_3_a_punishment_cell_blocks_parcels_and_lets_letters_through() -> None:
    cell = stay(PlacementKind.PUNISHMENT_CELL, "2026-09-01", facility_kind=FacilityKind.COLONY)
    for person in (MAN, WOMAN, Person()):
        found = ledger("2026-09-05", [cell], person=person)
        assert found.pool(ParcelKind.PARCEL).block is Block.PUNISHMENT_CELL
        assert found.pool(ParcelKind.PACKET).block is Block.PUNISHMENT_CELL
        assert asked(found) == [QuotaQuestion.BLOCKED_NOW]
        rule = found.letters.choice.rule
        assert rule is not None
        assert rule.allowed
        assert "Write as usual, expect slower replies, do not send parcels" in (rule.source.note or "")

    kartser = stay(PlacementKind.PUNISHMENT_CELL, "2026-09-01", facility_kind=FacilityKind.SIZO)
    found = ledger("2026-09-05", [kartser])
    rule = found.letters.choice.rule
    assert rule is not None
    assert not rule.allowed
    assert rule.source.confidence is Confidence.UNVERIFIED


def test_vector_4_a_locked_cell_allows_one_in_six_months() -> None:
    locked = stay(PlacementKind.LOCKED_CELL, "2026-03-01", facility_kind=FacilityKind.COLONY, regime=Regime.STRICT)
    empty = ledger("2026-03-10", [locked], parcels("2026-02-01"))
    line = empty.pool(ParcelKind.PARCEL).line(Unit.PIECES)
    assert line is not None
    assert (line.rule.most, line.remaining) == (1, 1)
    used = ledger("2026-06-01", [locked], parcels("2026-03-15"))
    line = used.pool(ParcelKind.PARCEL).line(Unit.PIECES)
    assert line is not None
    assert (line.remaining, line.free_on) == (0, date(2026, 9, 15))
    free = ledger("2026-09-15", [locked], parcels("2026-03-15"))
    assert asked(free) == []


def hand_only() -> FacilityChange:
    source = Source("told at the window", Confidence.SINGLE_SOURCE)
    where = {Axis.PLACEMENT: frozenset({"ordinary"})}
    rule = Rule("here", "RU", Pool.PARCELS, source, where, unit=Unit.GRAMS, is_of_facility=True)
    return FacilityChange(rule, counts=Counts.HAND)


def test_vector_5_thirty_kilograms_a_month_on_remand_and_a_facility_that_counts_deliveries_only() -> None:
    remand = stay(PlacementKind.SIZO, "2026-01-05")
    sent = parcels("2026-11-03", "2026-11-10", grams=14_000)
    found = ledger("2026-11-20", [remand], sent)
    advice = advice_about(found, kind=ParcelKind.DELIVERY, grams=5_000)
    assert [(each.question, each.grams) for each in advice] == [(QuotaQuestion.OVER_WEIGHT, 3_000)]
    assert advice[0].next_on is None, "2 kg are left this month"
    assert asked(found, grams=2_000) == []

    by_hand = ledger("2026-11-20", [remand], sent, changes=(hand_only(),))
    line = by_hand.pool(ParcelKind.PARCEL).line(Unit.GRAMS)
    assert line is not None
    assert (line.used, line.remaining, line.rule.is_of_facility) == (0, 30_000, True)
    assert asked(by_hand, grams=5_000) == [], "a parcel by post is fine"
    delivered = [Sent(uuid4(), ParcelKind.DELIVERY, date(2026, 11, 8), grams=28_000)]
    by_hand = ledger("2026-11-20", [remand], delivered, changes=(hand_only(),))
    assert asked(by_hand, grams=5_000) == []
    assert asked(by_hand, kind=ParcelKind.DELIVERY, grams=5_000) == [QuotaQuestion.OVER_WEIGHT]


def test_vector_6_the_quota_changes_on_the_day_on_which_the_prison_part_of_a_term_ends() -> None:
    prison = stay(
        PlacementKind.PRISON,
        "2024-01-10",
        until=PartialDate.parse("2026-07-10"),
        regime=Regime.GENERAL,
        is_current=False,
    )
    colony = stay(PlacementKind.COLONY, "2026-07-10", regime=Regime.STRICT, conditions=Conditions.ORDINARY)
    today = date(2026, 7, 20)
    sent = parcels("2026-02-01", "2026-04-20")
    most = {}
    for day in (date(2026, 7, 9), date(2026, 7, 10)):
        situation = situation_on(day, today, [prison, colony], MAN)
        line = make_ledger(rules_in_use().rules, [], situation, sent, []).pool(ParcelKind.PARCEL).line(Unit.PIECES)
        assert line is not None
        most[day] = (line.rule.most, line.remaining)
    assert most == {date(2026, 7, 9): (2, 0), date(2026, 7, 10): (4, 2)}


def test_vector_15_no_rule_means_unknown_ask_and_never_allowed() -> None:
    for found in (
        ledger("2026-05-01", [stay(PlacementKind.COLONY, country="KZ")]),
        ledger("2026-05-01", [stay(PlacementKind.HOSPITAL)]),
        ledger("2026-05-01", [stay(PlacementKind.UNKNOWN, country=None)]),
        ledger("2026-05-01", []),
        ledger("2026-05-01", [ORDINARY], person=Person()),
    ):
        for kind in ParcelKind:
            pool = found.pool(kind)
            assert pool.is_unknown
            assert pool.asks
            assert not pool.lines
            assert asked(found, kind) == [QuotaQuestion.UNKNOWN_RULE]
    not_told = ledger("2026-05-01", [ORDINARY], person=Person()).pool(ParcelKind.PARCEL)
    assert not_told.asks == (Ask.SEX,)
    belarus = ledger("2026-05-01", [stay(PlacementKind.COLONY, country="BY")])
    assert belarus.pool(ParcelKind.PARCEL).is_unknown
    assert asked(belarus) == [QuotaQuestion.RELATIVES_ONLY, QuotaQuestion.UNKNOWN_RULE]
    assert asked(belarus, sent_by=SentBy.FAMILY) == [QuotaQuestion.UNKNOWN_RULE]
