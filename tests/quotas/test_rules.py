"""Windows, which rule holds, counting, and when claims lapse."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.facilities.rules import FacilityKind
from tracker.parcels.rules import ParcelKind
from tracker.partial_date import PartialDate
from tracker.prisoners.rules import Conditions, PlacementKind, Regime, Sex
from tracker.quotas.advising import advice_about, claim_meant
from tracker.quotas.choosing import Situation, choose
from tracker.quotas.claiming import (
    AfterTheWindow,
    DayIsOver,
    NoSlotLeft,
    NothingNow,
    TooFarAhead,
    check_claim,
    check_day,
    claim_questions,
)
from tracker.quotas.counting import make_ledger
from tracker.quotas.lapsing import lapse_of
from tracker.quotas.ledger import Ledger, OpenClaim, Sent
from tracker.quotas.mail_rules import rules_in_use
from tracker.quotas.rules import (
    Age,
    Ask,
    Axis,
    Block,
    Confidence,
    Counts,
    Doubt,
    Limit,
    Pool,
    QuotaQuestion,
    Rule,
    Source,
    Spacing,
    Unit,
    Window,
)
from tracker.quotas.situation import Person, Stay, age_on, counted_since, situation_on
from tracker.quotas.windows import add_months, after, free_again_on, span_of

ANY_DAY = st.dates(date(1990, 1, 1), date(2090, 12, 31))
RULES = rules_in_use().rules


# Windows


@pytest.mark.parametrize(
    "day, months, then",
    [
        ("2024-02-29", 12, "2025-03-01"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2025-12-31", 2, "2026-03-01"),
        ("2026-10-31", 1, "2026-12-01"),
        ("2026-11-15", 2, "2027-01-15"),
        ("2026-12-31", 2, "2027-03-01"),
    ],
)
def test_after_some_months_a_whole_month_has_always_passed(day: str, months: int, then: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(then)


@given(ANY_DAY, st.sampled_from([6, 12]), st.integers(0, 400))
def test_a_moving_window_holds_a_day_until_the_months_have_passed(day: date, months: int, ago: int) -> None:
    window = {6: Window.HALF_YEAR, 12: Window.ROLLING_YEAR}[months]
    earlier = day - timedelta(days=ago)
    assert span_of(window, day).holds(earlier) == (add_months(earlier, months) > day)


@given(ANY_DAY)
def test_every_window_holds_its_own_day(day: date) -> None:
    for window in Window:
        assert span_of(window, day, day).holds(day)


def test_when_there_is_room_again() -> None:
    day = date(2026, 11, 24)
    filled = [date(2025, 12, 1), date(2026, 2, 28), date(2026, 7, 1)]
    assert free_again_on(Window.CALENDAR_YEAR, span_of(Window.CALENDAR_YEAR, day), filled, 3) == date(2027, 1, 1)
    assert free_again_on(Window.MONTH, span_of(Window.MONTH, day), filled, 3) == date(2026, 12, 1)
    assert free_again_on(Window.ROLLING_YEAR, span_of(Window.ROLLING_YEAR, day), filled, 3) == date(2026, 12, 1)
    assert free_again_on(Window.ROLLING_YEAR, span_of(Window.ROLLING_YEAR, day), filled, 2) == date(2027, 2, 28)
    assert free_again_on(Window.STAY, span_of(Window.STAY, day), filled, 3) is None
    assert free_again_on(Window.ROLLING_YEAR, span_of(Window.ROLLING_YEAR, day), filled, 4) is None


def test_spacing_can_be_months_or_days() -> None:
    assert after(date(2026, 11, 30), Spacing(months=2)) == date(2027, 1, 30)
    assert after(date(2026, 11, 30), Spacing(days=60)) == date(2027, 1, 29)


# The situation


def stay(kind: PlacementKind, since: str | None = None, **facts: Any) -> Stay:
    usual: dict[str, Any] = {"country": "RU", "facility_id": uuid4()}
    return Stay(uuid4(), kind, since=PartialDate.parse(since) if since else None, **{**usual, **facts})


def born(text: str) -> Person:
    return Person(Sex.MAN, PartialDate.parse(text))


def test_who_was_born_on_29_february_is_of_age_on_1_march() -> None:
    assert age_on(date(2026, 2, 28), born("2008-02-29")) is Age.MINOR
    assert age_on(date(2026, 3, 1), born("2008-02-29")) is Age.ADULT


def test_an_age_that_is_not_known_to_the_day_is_told_only_where_it_is_certain() -> None:
    assert age_on(date(2025, 12, 31), born("2008")) is Age.MINOR
    assert age_on(date(2026, 6, 1), born("2008")) is None
    assert age_on(date(2027, 1, 1), born("2008")) is Age.ADULT
    assert age_on(date(2026, 6, 1), born("--06-01")) is None
    assert age_on(date(2026, 6, 1), Person()) is None
    assert age_on(date(2026, 6, 1), Person(oldest_age_told=17)) is None
    assert age_on(date(2026, 6, 1), Person(oldest_age_told=18)) is Age.ADULT


def test_a_cell_is_in_the_sort_of_institution_that_its_facility_is() -> None:
    assert stay(PlacementKind.PUNISHMENT_CELL, facility_kind=FacilityKind.SIZO).institution is PlacementKind.SIZO
    assert stay(PlacementKind.LOCKED_CELL).institution is None
    assert stay(PlacementKind.LOCKED_CELL, facility_kind=FacilityKind.COURT).institution is None


def test_what_came_on_remand_does_not_count_in_the_colony() -> None:
    remand = stay(PlacementKind.SIZO, "2025-06-01")
    way = stay(PlacementKind.TRANSFER, "2026-03-01", country=None)
    colony = stay(PlacementKind.COLONY, "2026-04-10")
    hospital = stay(PlacementKind.HOSPITAL, "2026-05-01")
    strict = stay(PlacementKind.COLONY, "2026-06-01", is_current=True)
    stays = [remand, way, colony, hospital, strict]
    assert counted_since(stays, strict) == date(2026, 4, 10)
    assert counted_since(stays, hospital) == date(2026, 4, 10)
    assert counted_since(stays, remand) is None
    assert counted_since([colony, strict], strict) is None
    assert counted_since([], strict) is None


def test_on_transfer_the_country_is_that_of_the_stay_before() -> None:
    stays = [stay(PlacementKind.COLONY), stay(PlacementKind.TRANSFER, country=None, is_current=True)]
    day = date(2026, 5, 1)
    assert situation_on(day, day, stays, Person()).country == "RU"
    stays = [stay(PlacementKind.COLONY), stay(PlacementKind.ABROAD, country=None, is_current=True)]
    assert situation_on(day, day, stays, Person()).country is None


# Which rule


def test_no_rule_is_chosen_by_what_is_not_known() -> None:
    """Whatever is left out: if a rule is named, every way to fill in the rest leads to the same."""
    whole: dict[str, Any] = {
        "institution": PlacementKind.COLONY,
        "regime": Regime.STRICT,
        "conditions": Conditions.EASED,
        "sex": Sex.MAN,
        "age": Age.ADULT,
    }
    day = date(2026, 5, 1)
    for unknown, ask in (
        ("regime", Ask.REGIME),
        ("conditions", Ask.CONDITIONS),
        ("sex", Ask.SEX),
        ("institution", Ask.INSTITUTION),
    ):
        situation = Situation(day, country="RU", **{**whole, unknown: None})
        choice = choose(RULES, situation, Pool.PARCELS, Unit.PIECES)
        assert (choice.rule, choice.asks) == (None, (ask,))
        assert len(choice.candidates) > 1
    choice = choose(RULES, Situation(day, country="RU", **{**whole, "age": None}), Pool.PARCELS, Unit.PIECES)
    assert choice.rule is not None, "it depends on no age"
    assert choice.rule.most == 6


def test_what_all_possibilities_agree_on_is_known_all_the_same() -> None:
    day = date(2026, 5, 1)
    girl = Situation(day, country="RU", institution=PlacementKind.EDUCATIONAL_COLONY)
    choice = choose(RULES, girl, Pool.PARCELS, Unit.PIECES)
    assert choice.rule is not None
    assert choice.rule.limit is Limit.UNLIMITED
    woman = Situation(day, country="RU", institution=PlacementKind.COLONY, sex=Sex.WOMAN)
    choice = choose(RULES, woman, Pool.PARCELS, Unit.PIECES)
    assert choice.rule is not None
    assert choice.rule.limit is Limit.UNLIMITED


def test_on_remand_the_weight_depends_on_the_age_and_is_asked() -> None:
    day = date(2026, 5, 1)
    found = make_ledger(RULES, [], Situation(day, country="RU", institution=PlacementKind.SIZO), [], [])
    pool = found.pool(ParcelKind.PARCEL)
    assert pool.is_unknown
    assert pool.asks == (Ask.AGE,)
    minor = Situation(day, country="RU", institution=PlacementKind.SIZO, age=Age.MINOR)
    pool = make_ledger(RULES, [], minor, [], []).pool(ParcelKind.PARCEL)
    assert not pool.is_unknown
    line = pool.line(Unit.GRAMS)
    assert line is not None
    assert line.remaining is None


# Counting


def rule(window: Window = Window.ROLLING_YEAR, most: int = 3, **facts: Any) -> Rule:
    source = Source("invented", Confidence.UNVERIFIED)
    where = {Axis.PLACEMENT: frozenset({"ordinary"})}
    return Rule("test", "RU", Pool.PARCELS, source, where, limit=Limit.UP_TO, most=most, window=window, **facts)


def sent(*days: str, kind: ParcelKind = ParcelKind.PARCEL, **facts: Any) -> list[Sent]:
    return [Sent(uuid4(), kind, date.fromisoformat(day), **facts) for day in days]


def ledger(day: str, a_rule: Rule, things: list[Sent], claims: list[OpenClaim] | None = None, **facts: Any) -> Ledger:
    situation = Situation(date.fromisoformat(day), country="RU", institution=PlacementKind.COLONY, **facts)
    return make_ledger([a_rule], [], situation, things, claims or [])


def line_of(found: Ledger, unit: Unit = Unit.PIECES) -> Any:
    return found.pool(ParcelKind.PARCEL).line(unit)


def test_what_is_under_way_is_reserved_and_what_was_handed_in_has_come() -> None:
    things = sent("2026-11-01") + sent("2026-11-02", kind=ParcelKind.DELIVERY)
    things += sent("2026-11-03", returned_on=date(2026, 11, 20))
    line = line_of(ledger("2026-11-24", rule(), things))
    assert (line.used, line.under_way, line.claimed, line.remaining) == (1, 1, 0, 1)


def test_what_was_posted_shortly_before_the_year_ended_is_reserved_in_the_next_one_too() -> None:
    things = sent("2025-12-20", "2025-10-01") + sent("2025-12-01", arrived_on=date(2026, 1, 9))
    line = line_of(ledger("2026-01-10", rule(Window.CALENDAR_YEAR), things))
    assert (line.used, line.under_way) == (1, 1)
    assert Doubt.FATE_UNKNOWN not in line.doubts
    line = line_of(ledger("2026-02-25", rule(Window.CALENDAR_YEAR), things))
    assert Doubt.FATE_UNKNOWN in line.doubts


def test_what_was_not_weighed_is_a_doubt_where_weight_counts() -> None:
    by_weight = rule(Window.MONTH, 30_000, unit=Unit.GRAMS)
    line = line_of(ledger("2026-11-24", by_weight, sent("2026-11-01")), Unit.GRAMS)
    assert (line.under_way, line.doubts) == (0, (Doubt.UNVERIFIED, Doubt.NOT_WEIGHED))


def test_the_usual_spacing_runs_from_the_last_one_whoever_sent_it() -> None:
    spaced = rule(spacing=Spacing(months=2))
    things = sent("2026-09-01", arrived_on=date(2026, 10, 10))
    assert line_of(ledger("2026-11-24", spaced, things)).next_on == date(2026, 12, 10)
    assert line_of(ledger("2026-12-10", spaced, things)).next_on is None
    claim = OpenClaim(uuid4(), ParcelKind.DELIVERY, date(2026, 11, 30))
    assert line_of(ledger("2026-11-24", spaced, things, [claim])).next_on == date(2027, 1, 30)


def test_only_the_ways_that_count_count() -> None:
    things = sent("2026-11-01") + sent("2026-11-02", kind=ParcelKind.DELIVERY)
    for counts in (Counts.POST, Counts.HAND):
        assert line_of(ledger("2026-11-24", rule(counts=counts), things)).remaining == 2


@given(st.lists(st.dates(date(2024, 1, 1), date(2026, 12, 31)), max_size=30), st.sampled_from(list(Window)))
def test_what_is_left_is_never_negative_and_flagged_when_more_was_used(days: list[date], window: Window) -> None:
    things = [Sent(uuid4(), ParcelKind.PARCEL, day, arrived_on=day) for day in days]
    line = line_of(ledger("2026-11-24", rule(window), things, stay_began=date(2024, 6, 1)))
    assert line.remaining == max(0, 3 - line.used)
    assert line.over == (line.used > 3)


# Claims


def open_claim(volunteer: Any = None, **facts: Any) -> OpenClaim:
    usual: dict[str, Any] = {"kind": ParcelKind.PARCEL, "planned_on": date(2026, 11, 24), "handle": "маша"}
    return OpenClaim(uuid4(), volunteer_id=volunteer, **{**usual, **facts})


def test_days_for_a_claim() -> None:
    today = date(2026, 11, 24)
    check_day(today, today)
    check_day(today + timedelta(days=120), today)
    with pytest.raises(DayIsOver):
        check_day(today - timedelta(days=1), today)
    with pytest.raises(TooFarAhead):
        check_day(today + timedelta(days=121), today)


def check(now: Ledger, then: Ledger, *, archived: bool = False) -> None:
    check_claim(now, then, kind=ParcelKind.PARCEL, grams=None, is_archived=archived)


def test_a_claim_after_the_window_is_refused_with_its_last_day() -> None:
    now = ledger("2026-11-24", rule(Window.CALENDAR_YEAR), [])
    check(now, ledger("2026-12-31", rule(Window.CALENDAR_YEAR), []))
    with pytest.raises(AfterTheWindow) as refused:
        check(now, ledger("2027-01-01", rule(Window.CALENDAR_YEAR), []))
    assert refused.value.until == date(2026, 12, 31)
    check(ledger("2026-11-24", rule(), []), ledger("2027-01-01", rule(), []))


def test_no_slot_is_left_when_claims_take_the_rest() -> None:
    claims = [open_claim(), open_claim(handle=None, family_link_id=uuid4())]
    full = ledger("2026-11-24", rule(most=2), [], claims)
    with pytest.raises(NoSlotLeft) as refused:
        check(full, full)
    assert (refused.value.taken_by, refused.value.by_family) == (("маша",), True)
    assert refused.value.next_on == date(2027, 11, 24)
    with pytest.raises(NothingNow) as nothing:
        check(full, full, archived=True)
    assert nothing.value.block is Block.IN_ARCHIVE


def test_what_is_only_doubtful_about_a_claim_is_asked_back() -> None:
    heavy = ledger("2026-11-24", rule(Window.MONTH, 1000, unit=Unit.GRAMS, heaviest_grams=900), [])
    asked = claim_questions(heavy, kind=ParcelKind.PARCEL, grams=1500)
    assert [each.question for each in asked] == [QuotaQuestion.PIECE_TOO_HEAVY, QuotaQuestion.OVER_WEIGHT]
    forbidden = make_ledger([], [], heavy.situation, [], [], mail_forbidden=True)
    asked = claim_questions(forbidden, kind=ParcelKind.PARCEL, grams=None)
    assert [each.question for each in asked] == [QuotaQuestion.UNKNOWN_RULE, QuotaQuestion.MAIL_FORBIDDEN]


def test_nothing_left_of_the_weight_is_asked_back_even_about_what_was_not_weighed() -> None:
    full = ledger("2026-11-24", rule(Window.MONTH, 1000, unit=Unit.GRAMS), sent("2026-11-02", grams=1000))
    assert [each.question for each in advice_about(full, kind=ParcelKind.PARCEL)] == [QuotaQuestion.OVER_WEIGHT]


def test_a_parcel_makes_the_senders_oldest_claim_of_its_pool_true() -> None:
    from tracker.parcels.rules import SentBy

    me, other = uuid4(), uuid4()
    later, sooner = open_claim(me, planned_on=date(2026, 12, 1)), open_claim(me)
    family = open_claim(family_link_id=uuid4())
    claims = [open_claim(other), later, sooner, family, open_claim(me, kind=ParcelKind.PACKET)]
    assert claim_meant(claims, ParcelKind.DELIVERY, me) is sooner
    assert claim_meant(claims, ParcelKind.PARCEL, me, SentBy.FAMILY) is family
    assert claim_meant(claims, ParcelKind.PARCEL, me, SentBy.OTHERS) is None


NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def lapse(*stays: Stay, now: datetime) -> Any:
    return lapse_of(NOON, NOON + timedelta(days=8), stays, now)


def test_a_claim_lapses_by_itself() -> None:
    calm = stay(PlacementKind.COLONY, "2024-02-29", is_current=True)
    assert not lapse(calm, now=NOON + timedelta(days=7)).has_lapsed(NOON + timedelta(days=7))
    assert lapse(calm, now=NOON + timedelta(days=8)).has_lapsed(NOON + timedelta(days=8))


def test_a_claim_waits_while_nothing_can_be_sent_and_lapses_later_by_as_long() -> None:
    later = NOON + timedelta(days=90)
    way = stay(PlacementKind.TRANSFER, "2026-11-05", is_current=True)
    assert lapse(way, now=later).is_frozen
    there = stay(PlacementKind.COLONY, "2026-11-25", is_current=True)
    over = stay(PlacementKind.TRANSFER, "2026-11-05")
    found = lapse(over, there, now=later)
    assert (found.is_frozen, found.at) == (False, NOON + timedelta(days=28))
    late = stay(PlacementKind.PUNISHMENT_CELL, "2026-11-20", is_current=True)
    assert lapse(late, now=later).has_lapsed(later), "it had lapsed before"
    undated = stay(PlacementKind.PUNISHMENT_CELL, is_current=True)
    assert lapse(undated, now=later).is_frozen
    vague = stay(PlacementKind.TRANSFER, "2026-11", until=PartialDate.parse("2026-11"))
    assert lapse(vague, there, now=later).at == NOON + timedelta(days=8), "a guess holds no slot"
