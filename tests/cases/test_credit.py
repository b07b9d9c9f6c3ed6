"""When a term ends, worked out from custody before the verdict."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import make_case, make_case_person, make_charge, make_measure
from tests.support.client import FormClient
from tracker.cases.credit import MARGIN, release
from tracker.cases.credit_facts import Doubt, Missing, Release, Spell, SpellKind, Term
from tracker.cases.credit_rules import FOLDER, BadCreditRules, credit_rules_in_use, read_credit_rules
from tracker.cases.models import ChargeState, LawCode, MeasureKind, Sentence, SentenceChange, SentenceKind, Stage
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner, Whereabouts
from tracker.quotas.rules import Confidence

RUSSIA = credit_rules_in_use()["RU"]
MIFTAKHOV = Term(years=5, months=9)
"""Six years, cut by three months."""


def on(text: str) -> PartialDate:
    return PartialDate.parse(text)


def custody(since: str, until: str | None = None) -> Spell:
    return Spell(SpellKind.CUSTODY, on(since), on(until) if until else None)


def house_arrest(since: str, until: str | None = None) -> Spell:
    return Spell(SpellKind.HOUSE_ARREST, on(since), on(until) if until else None)


def end(**facts: Any) -> Release | Missing:
    known_facts: dict[str, Any] = {
        "spells": [custody("2019-02-01")],
        "term": MIFTAKHOV,
        "in_force_on": on("2021-06-09"),
        "regime": "general",
        "articles": ["213(2)"],
    }
    return release(RUSSIA, **known_facts | facts)


def known(**facts: Any) -> Release:
    found = end(**facts)
    assert isinstance(found, Release), found
    return found


def test_vector_7_credit_miftakhov_within_a_few_days_of_4_september_2023_and_one_to_one_for_205_2() -> None:
    printed = date(2023, 9, 4)
    with_bonus = known()
    assert abs(with_bonus.about - printed) <= timedelta(days=7)
    assert with_bonus.earliest <= printed <= with_bonus.latest
    assert with_bonus.credited[0].factor.counts_as == Fraction(3, 2)
    without = known(articles=["205.2(1)"])
    assert abs(without.about - date(2024, 10, 31)) <= timedelta(days=1)
    factor = without.credited[0].factor
    assert (factor.counts_as, factor.article) == (Fraction(1), "205.2")
    assert Doubt.RULE_UNVERIFIED in without.doubts, "the list of articles is from memory, and the page must say so"


def test_vector_8_two_custody_spells_with_a_gap_and_house_arrest_two_to_one() -> None:
    # Kagarlitsky's shape: custody, free with a fine, custody again from the appeal on, which is in force at once.
    facts: dict[str, Any] = {
        "term": Term(years=5),
        "in_force_on": on("2024-02-13"),
        "articles": ["205.2(2)"],
        "spells": [custody("2023-07-25", "2023-12-12"), custody("2024-02-13")],
    }
    found = known(**facts)
    assert [each.days for each in found.credited] == [141, 0]
    assert found.about == date(2029, 2, 13) - timedelta(days=141)
    # Timofeev's shape: house arrest, then custody because he broke its rules; both on one day count as custody.
    facts = {
        "term": Term(years=5),
        "in_force_on": on("2024-10-01"),
        "articles": ["280.3(2)"],
        "spells": [house_arrest("2023-01-01", "2023-06-30"), custody("2023-06-30")],
    }
    found = known(**facts)
    assert [each.days for each in found.credited] == [180, 459]
    assert found.days_credited == 180 // 2 + 459 * 3 // 2
    assert found.about == date(2029, 10, 1) - timedelta(days=90 + 688)


@pytest.mark.parametrize(
    "regime, counts_as",
    [
        ("prison", Fraction(1)),
        ("strict", Fraction(1)),
        ("special", Fraction(1)),
        ("general", Fraction(3, 2)),
        ("educational", Fraction(3, 2)),
        ("colony_settlement", Fraction(2)),
        ("forced_labour", Fraction(2)),
    ],
)
def test_a_day_counts_by_where_the_term_is_served(regime: str, counts_as: Fraction) -> None:
    assert known(regime=regime).credited[0].factor.counts_as == counts_as


def test_the_verdict_of_the_first_instance_does_not_end_the_count() -> None:
    first_verdict, appeal = known(in_force_on=on("2021-01-18")), known()
    assert first_verdict.about > appeal.about


def test_a_night_curfew_counts_half_and_says_that_this_is_unverified() -> None:
    found = known(spells=[Spell(SpellKind.NIGHT_CURFEW, on("2021-05-30"), on("2021-06-08"))])
    assert (found.credited[0].days, found.days_credited) == (10, 5)
    assert Doubt.RULE_UNVERIFIED in found.doubts


def test_days_known_to_the_month_widen_the_answer() -> None:
    exact, partial = known(spells=[custody("2019-02-15")]), known(spells=[custody("2019-02")])
    assert partial.earliest < exact.earliest
    assert partial.latest > exact.latest
    assert Doubt.DATES_ARE_PARTIAL in partial.doubts
    assert Doubt.DATES_ARE_PARTIAL not in exact.doubts


def test_a_term_that_begins_on_29_february_ends_in_a_common_year() -> None:
    found = known(in_force_on=on("2024-02-29"), term=Term(years=1), spells=[custody("2024-02-28")], regime="strict")
    assert found.about == date(2025, 2, 27)


@pytest.mark.parametrize(
    "facts, missing",
    [
        ({"regime": "not_told"}, Missing.REGIME),
        ({"articles": []}, Missing.ARTICLES),
        ({"articles": ["words only"]}, Missing.ARTICLES),
        ({"articles": ["228"]}, Missing.ARTICLE_PART),
        ({"term": Term()}, Missing.TERM),
        ({"term": Term(years=41)}, Missing.TERM),
        ({"spells": []}, Missing.CUSTODY),
        ({"spells": [custody("--02-01")]}, Missing.CUSTODY),
        ({"spells": [custody("1971")]}, Missing.CUSTODY),
        ({"in_force_on": on("--06-09")}, Missing.IN_FORCE_ON),
        ({"in_force_on": on("9998")}, Missing.IN_FORCE_ON),
    ],
)
def test_where_something_is_missing_nothing_is_worked_out(facts: dict[str, Any], missing: Missing) -> None:
    assert end(**facts) is missing


@pytest.mark.parametrize(
    "article, is_one_to_one",
    [
        ("205.4(2)", True),
        ("30(1)+205(2)(a)", True),
        ("206(3)", True),
        ("206(1)", False),
        ("228(1)", False),
        ("228(2)", True),
        ("228.1(4)", True),
        ("280(2)", False),
        ("2052", False),
    ],
)
def test_some_articles_have_no_bonus(article: str, is_one_to_one: bool) -> None:
    assert (known(articles=["213(2)", article]).credited[0].factor.counts_as == 1) is is_one_to_one


@given(
    since=st.dates(date(2017, 1, 1), date(2021, 6, 8)),
    until=st.dates(date(2017, 1, 1), date(2022, 1, 1)),
    months=st.integers(1, 300),
)
def test_more_custody_never_ends_a_term_later(since: date, until: date, months: int) -> None:
    term = Term(months=months)
    less = known(term=term, spells=[Spell(SpellKind.CUSTODY, PartialDate.of(since), PartialDate.of(until))])
    more = known(term=term, spells=[Spell(SpellKind.CUSTODY, PartialDate.of(since))])
    assert more.about <= less.about
    assert less.latest - less.earliest == 2 * MARGIN


# The rules as data


def test_every_rule_has_a_source_and_what_is_from_memory_says_so() -> None:
    assert all(basis.source for basis in RUSSIA.one_to_one.values())
    assert {basis.confidence for basis in RUSSIA.one_to_one.values()} == {Confidence.UNVERIFIED}
    assert RUSSIA.by_measure[SpellKind.NIGHT_CURFEW].basis.confidence is Confidence.UNVERIFIED
    assert RUSSIA.by_regime["general"].basis.confidence is Confidence.CONFIRMED
    assert RUSSIA.notes


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"county": 1}, "'county' means nothing here"),
        ({"country": "Russia"}, "country must be two capitals"),
        ({"custody": 1}, "custody must be a list"),
        ({"custody": ["x"]}, "custody[0] must be a mapping"),
        ({"custody": [{"regime": "general"}]}, "custody[0] has no counts_as"),
        ({"custody": [{"regime": "mild", "counts_as": 1}]}, "mild is none of"),
        ({"custody": [{"regime": [["general"]], "counts_as": 1}]}, "is none of"),
        ({"custody": [{"regime": ["general", "general"], "counts_as": 1}]}, "general has an entry already"),
        ({"custody": [{"regime": "general", "counts_as": "3/0"}]}, "counts_as must be a number or a fraction"),
        ({"custody": [{"regime": "general", "counts_as": True}]}, "counts_as must be a number or a fraction"),
        ({"custody": [{"regime": "general", "counts_as": 9}]}, "at most 3"),
        ({"custody": [{"regime": "general", "counts_as": 1, "confidence": "sure"}]}, "confidence must be one of"),
        ({"custody": [{"regime": "general", "counts_as": 1, "source": " "}]}, "source must say in words"),
        ({"custody": [{"regime": "general", "counts_as": 1, "verified_on": "now"}]}, "verified_on must be a day"),
        ({"custody": [{"regime": "general", "counts_as": 1, "why": "x"}]}, "custody[0].why means nothing here"),
        ({"measures": [{"measure": "custody", "counts_as": 1}]}, "custody is none of"),
        ({"one_to_one": [{"articles": [205]}]}, "205 is no article"),
        ({"one_to_one": [{"articles": ["205", "205"]}]}, "205 has an entry already"),
    ],
)
def test_a_fault_is_named_by_its_place(tmp_path: Path, change: dict[str, Any], sentence: str) -> None:
    basis = {"source": "the law", "confidence": "confirmed"}
    for entries in change.values():
        for entry in entries if isinstance(entries, list) else []:
            if isinstance(entry, dict):
                entry.update({**basis, **entry})
    (tmp_path / "xx.yaml").write_text(yaml.safe_dump({"country": "XX"} | change))
    with pytest.raises(BadCreditRules) as refused:
        read_credit_rules(tmp_path)
    assert sentence in "\n".join(refused.value.faults)


def test_files_that_cannot_be_read_or_are_twice_for_one_country_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("country: XX")
    (tmp_path / "b.yaml").write_text("country: XX")
    (tmp_path / "c.yaml").write_text("[1, 2")
    (tmp_path / "d.yaml").write_text("just words")
    with pytest.raises(BadCreditRules) as refused:
        read_credit_rules(tmp_path)
    assert len(refused.value.faults) == 3
    assert FOLDER.is_dir()


# On the page


@pytest.fixture
def sentenced(session: Session, dunya: Prisoner) -> Sentence:
    """Dunya, as Miftakhov was: an appeal has cut the sentence, and it is in force."""
    dunya.whereabouts = Whereabouts.SERVING
    case = make_case(session, country="RU")
    make_case_person(session, case, dunya, detained_on=on("2019-02-01"))
    make_charge(session, case, articles="213(2)", code=LawCode.CRIMINAL, state=ChargeState.CONVICTED)
    make_charge(session, case, articles="223.1", code=LawCode.CRIMINAL, state=ChargeState.DROPPED)
    facts = {"case_id": case.id, "prisoner_id": dunya.id, "kind": SentenceKind.IMPRISONMENT}
    first = Sentence(**facts, stage=Stage.FIRST_INSTANCE, on=on("2021-01-18"), months=72, regime="general")
    session.add(first)
    session.flush()
    final = Sentence(
        **facts,
        stage=Stage.APPEAL,
        on=on("2021-06-09"),
        months=69,
        regime="not_told",
        replaces_id=first.id,
        change=SentenceChange.REDUCED,
        in_force=True,
    )
    session.add(final)
    session.flush()
    return final


def test_the_record_says_when_the_term_ends_and_how_that_was_worked_out(
    as_vera: FormClient, session: Session, dunya: Prisoner, sentenced: Sentence
) -> None:
    make_measure(session, dunya, case_id=sentenced.case_id, since=on("2019-02-01"))
    shown = " ".join(as_vera.get(f"/prisoners/{dunya.id}/record").text.split())
    for words in (
        "about August 2023",
        "In force since Wed 9 Jun 2021, for 5 years 9 months.",
        "859 days before that, each counts as 1.5.",
        "Together that is 1288 days less to serve.",
        "Between Tue 22 Aug 2023 and Tue 5 Sep 2023",
        "article 72(3.1)(b)",
        "read in several sources",
    ):
        assert words in shown, words


def test_custody_that_is_only_known_to_have_begun_is_said_to_be_assumed(
    as_vera: FormClient, dunya: Prisoner, sentenced: Sentence
) -> None:
    shown = as_vera.get(f"/prisoners/{dunya.id}/record").text
    assert "it is assumed to have gone on" in shown


def test_what_is_missing_is_said_to_coordinators_only(
    as_vera: FormClient, as_cora: FormClient, session: Session, dunya: Prisoner, sentenced: Sentence
) -> None:
    sentenced.stage = Stage.CASSATION
    page = f"/prisoners/{dunya.id}/record"
    assert "enter the decision of the appeal with its day" in as_cora.get(page).text
    assert "The term ends" not in as_vera.get(page).text


def test_nothing_is_said_of_somebody_at_liberty_or_of_a_country_without_rules(
    as_cora: FormClient, session: Session, dunya: Prisoner, sentenced: Sentence
) -> None:
    page = f"/prisoners/{dunya.id}/record"
    assert "The term ends" in as_cora.get(page).text
    dunya.whereabouts = Whereabouts.AT_LIBERTY
    assert "The term ends" not in as_cora.get(page).text


@pytest.mark.parametrize(
    "facts, missing",
    [
        ({"months": None, "replaces_id": None}, "the length of the sentence"),
        ({"regime": "not_told", "replaces_id": None}, "the regime"),
        ({"parts": [{"regime": "prison", "months": 30}, {"regime": "general", "months": 39}]}, "different regimes"),
    ],
)
def test_a_sentence_that_is_not_wholly_told_is_not_reckoned_with(
    as_cora: FormClient, session: Session, dunya: Prisoner, sentenced: Sentence, facts: dict[str, Any], missing: str
) -> None:
    for name, value in facts.items():
        setattr(sentenced, name, value)
    if "replaces_id" in facts:
        session.flush()
        session.query(Sentence).filter(Sentence.id != sentenced.id).delete()
    assert missing in as_cora.get(f"/prisoners/{dunya.id}/record").text


def test_two_sentences_are_not_added_up_and_one_that_is_not_in_force_is_none(
    as_cora: FormClient, session: Session, dunya: Prisoner, sentenced: Sentence
) -> None:
    other = Sentence(case_id=sentenced.case_id, prisoner_id=dunya.id, kind=SentenceKind.IMPRISONMENT, months=12)
    session.add(other)
    page = f"/prisoners/{dunya.id}/record"
    assert "how the court has put the sentences together" in as_cora.get(page).text
    other.in_force = False
    assert "about August 2023" in as_cora.get(page).text


def test_house_arrest_and_a_detention_without_an_end_are_counted_as_such(
    as_cora: FormClient, session: Session, dunya: Prisoner, sentenced: Sentence
) -> None:
    for kind, since, ended in (
        (MeasureKind.DETENTION, "2019-02-01", None),
        (MeasureKind.HOUSE_ARREST, "2019-02-03", "2019-08-01"),
        (MeasureKind.CUSTODY, "2019-08-01", "2021-06-09"),
        (MeasureKind.TRAVEL_BAN, "2018-01-01", None),
    ):
        ended_on = on(ended) if ended else None
        make_measure(session, dunya, kind=kind, since=on(since), ended_on=ended_on, case_id=sentenced.case_id)
    shown = " ".join(as_cora.get(f"/prisoners/{dunya.id}/record").text.split())
    assert "3 days before that, each counts as 1.5." in shown
    assert "178 days before that, each counts as 0.5." in shown
    assert "678 days before that, each counts as 1.5." in shown
