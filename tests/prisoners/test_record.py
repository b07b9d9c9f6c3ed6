"""Everything known about one person: each fact with its source, and nothing for volunteers that is not for them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import (
    make_case,
    make_case_person,
    make_charge,
    make_citation,
    make_dispute,
    make_measure,
    make_placement,
    make_prisoner,
    make_source,
)
from tests.support.client import FormClient
from tracker.cases import models as case_models
from tracker.cases.models import (
    CasePerson,
    CaseRole,
    ConcernedBy,
    MeasureTerm,
    Proceeding,
    ProceedingKind,
    Sentence,
    SentenceChange,
    SentenceKind,
    SentenceMerge,
    Stage,
)
from tracker.partial_date import PartialDate
from tracker.prisoners.models import (
    Detail,
    DetailKind,
    NameKind,
    Need,
    NeedKind,
    Placement,
    Prisoner,
    PrisonerAge,
    PrisonerName,
    Recognition,
    SupportState,
    Whereabouts,
)
from tracker.prisoners.record_queries import record_of
from tracker.prisoners.rules import PlacementKind
from tracker.sources.models import Source


def on(text: str) -> PartialDate:
    return PartialDate.parse(text)


@pytest.fixture
def source(session: Session) -> Source:
    return make_source(session)


@pytest.fixture
def place(session: Session, dunya: Prisoner, source: Source) -> CasePerson:
    """Dunya in a case with Yegor, against whom she is said to have testified, with everything that can be known."""
    dunya.whereabouts, dunya.whereabouts_implied = Whereabouts.IN_CUSTODY, True
    dunya.note = "Her sister calls on Mondays"
    dunya.support, dunya.support_by = SupportState.GIVEN_WITH_CAVEAT, "the Monday meeting"
    dunya.support_caveat = "Ask before money is sent"
    for row in (
        PrisonerName(prisoner_id=dunya.id, text="Dunia Ogurtsova", kind=NameKind.SPELLING),
        PrisonerAge(prisoner_id=dunya.id, years=36, at="at her arrest"),
        Detail(prisoner_id=dunya.id, kind=DetailKind.INTEREST, text="chess"),
        Detail(prisoner_id=dunya.id, kind=DetailKind.WORK, text="tram driver"),
        Recognition(prisoner_id=dunya.id, by="Memorial of Lukomorsk", on=on("2025-02")),
        Need(prisoner_id=dunya.id, kind=NeedKind.MONEY_FOR_LAWYERS, text="for the appeal"),
    ):
        session.add(row)
        session.flush()
        make_citation(session, source, row.id, "207,219")
    case = make_case(session)
    yegor = make_prisoner(session, "Yegor Listopad")
    made = make_case_person(
        session, case, dunya, detained_on=on("2024-02-29"), has_agreement=True, agreement_on=on("2024-09")
    )
    make_case_person(session, case, yegor)
    session.add(case_models.TestifiedAgainst(case_person_id=made.id, prisoner_id=yegor.id))
    make_charge(session, case, wording="leaflets for everybody")
    his = make_charge(session, case, wording="a lantern of Yegor's alone")
    session.add(ConcernedBy(subject_id=his.id, prisoner_id=yegor.id))
    session.add(
        Proceeding(case_id=case.id, kind=ProceedingKind.TRIAL_BEGINS, on=on("2025-05"), text="The trial began.")
    )
    session.flush()
    return made


def pages(as_cora: FormClient, as_vera: FormClient, dunya: Prisoner) -> tuple[str, str]:
    return tuple(browser.get(f"/prisoners/{dunya.id}/record").text for browser in (as_cora, as_vera))  # type: ignore[return-value]


def test_both_see_the_facts_with_their_lines(
    as_cora: FormClient, as_vera: FormClient, dunya: Prisoner, place: CasePerson
) -> None:
    for text in pages(as_cora, as_vera, dunya):
        for fact in (
            "Dunia Ogurtsova",
            "29 Feb 1988",
            "36, at her arrest",
            "chess",
            "tram driver",
            "Memorial of Lukomorsk, February 2025",
            "money for lawyers: for the appeal",
            "implied, not stated",
            "leaflets for everybody",
            "The trial began.",
            "L207, L219",
            "Invented, Nobody, 2025",
        ):
            assert fact in text, fact


def test_what_is_for_coordinators_is_not_for_volunteers(
    as_cora: FormClient, as_vera: FormClient, dunya: Prisoner, place: CasePerson
) -> None:
    cora, vera = pages(as_cora, as_vera, dunya)
    for secret in (
        "Her sister calls on Mondays",
        "the Monday meeting",
        "Ask before money is sent",
        "agreement with the investigation",
        "testified against Yegor Listopad",
    ):
        assert secret in cora, secret
        assert secret not in vera, secret
    assert "Yegor" not in vera


def test_the_query_itself_tells_volunteers_nothing_of_agreements(
    session: Session, dunya: Prisoner, place: CasePerson
) -> None:
    (case,) = record_of(session, dunya.id, for_coordinator=False).cases
    assert (case.has_agreement, case.against) == (False, [])


def test_a_charge_against_somebody_else_or_everybody_accused(
    session: Session, dunya: Prisoner, place: CasePerson
) -> None:
    (case,) = record_of(session, dunya.id, for_coordinator=True).cases
    assert [charge.wording for charge in case.charges] == ["leaflets for everybody"]
    place.role = CaseRole.WITNESS
    session.flush()
    (case,) = record_of(session, dunya.id, for_coordinator=True).cases
    assert case.charges == []
    assert len(case.proceedings) == 1


def test_competing_claims_stand_side_by_side(
    as_cora: FormClient, as_vera: FormClient, session: Session, dunya: Prisoner, place: CasePerson, source: Source
) -> None:
    sentence = Sentence(case_id=place.case_id, prisoner_id=dunya.id, kind=SentenceKind.IMPRISONMENT, months=72)
    session.add(sentence)
    session.flush()
    about_years = make_dispute(session, "Nine years or six?", "Nine years.", "Six years.", prisoner_id=dunya.id)
    make_citation(session, source, sentence.id, "570", dispute_id=about_years.id)
    about_her = make_dispute(session, "Was the agreement free?", "Yes.", "No.", prisoner_id=dunya.id)
    make_citation(session, source, place.id, "221", dispute_id=about_her.id)
    make_dispute(session, "Unlinked question?", "Yes.", "No.", prisoner_id=dunya.id)
    make_dispute(session, "About the whole case?", "Yes.", "No.", case_id=place.case_id)
    cora, vera = pages(as_cora, as_vera, dunya)
    for text in (cora, vera):
        assert text.index("Nine years or six?") < text.index("Nine years.") < text.index("Six years.")
    for question in ("Was the agreement free?", "Unlinked question?", "About the whole case?"):
        assert question in cora
        assert question not in vera


def sentence(session: Session, place: CasePerson, **facts: Any) -> Sentence:
    facts = {"kind": SentenceKind.IMPRISONMENT} | facts
    made = Sentence(case_id=place.case_id, prisoner_id=place.prisoner_id, **facts)
    session.add(made)
    session.flush()
    return made


def test_a_chain_of_sentences_is_kept_with_its_parts(
    as_cora: FormClient, session: Session, dunya: Prisoner, place: CasePerson
) -> None:
    parts = [{"regime": "prison", "months": 30}, {"regime": "strict"}]
    first = sentence(session, place, months=48, stage=Stage.FIRST_INSTANCE, requested="six years", parts=parts)
    sentence(
        session,
        place,
        months=45,
        stage=Stage.APPEAL,
        replaces_id=first.id,
        change=SentenceChange.REDUCED,
        in_force=True,
        position=1,
        regime="strict",
        regime_printed="high-security colony",
        court="Court of Appeal No. 2",
        sat_at="Chita",
        fine="100,000 rubles",
    )
    text = as_cora.get(f"/prisoners/{dunya.id}/record").text
    assert "Imprisonment, 4 years" in text
    assert "changed since" in text
    assert "Imprisonment, 3 years 9 months" in text
    facts = ("reduced", "in force", "“high-security colony”", "sat in Chita", "prison, 2 years 6 months", "six years")
    for fact in facts:
        assert fact in text, fact


def test_an_aggregate_is_not_the_sum_of_what_it_takes_in(
    as_cora: FormClient, session: Session, dunya: Prisoner, place: CasePerson
) -> None:
    taken = [sentence(session, place, months=75), sentence(session, place, months=114)]
    whole = sentence(session, place, months=114, position=1)
    session.add_all(SentenceMerge(sentence_id=whole.id, merged_id=each.id) for each in taken)
    text = as_cora.get(f"/prisoners/{dunya.id}/record").text
    assert "Takes 2 other sentences in; the whole is not their sum." in text
    assert text.count("changed since") == 2


def test_a_measure_shows_the_first_term_and_each_extension(
    as_cora: FormClient, session: Session, dunya: Prisoner, source: Source
) -> None:
    custody = make_measure(session, dunya, since=on("2026-05-16"), until=on("2026-07-15"))
    custody.until = on("2026-10-14")
    term = MeasureTerm(measure_id=custody.id, position=1, until=on("2026-10-14"), ordered_on=on("2026-07-11"))
    session.add(term)
    session.flush()
    make_citation(session, source, term.id, "971")
    text = as_cora.get(f"/prisoners/{dunya.id}/record").text
    assert text.index("First term") < text.index("Extended, Sat 11 Jul 2026") < text.index("L971")
    assert "Until Wed 14 Oct 2026 (Vladivostok)" in text


@pytest.mark.parametrize(
    "day, answer",
    [
        ("2025-03-13", "hospital"),
        ("2025-03-14", "SIZO-9, Lukomorsk"),
        ("14.03.2025", "SIZO-9, Lukomorsk"),
        ("2025-03", "In one of these, or in several of them"),
        ("2025-04", "SIZO-9, Lukomorsk"),
        ("2024-12", "Most likely hospital"),
        ("2020-01-01", "Nothing is known of that time."),
        ("2020", "Nothing is known of that time."),
        ("nonsense", None),
        ("0000-00-00", None),
        ("--02-29", None),
        ("", None),
        ("2199-12-31", "SIZO-9, Lukomorsk"),
    ],
)
def test_where_somebody_was_on_a_day_is_answered(
    as_cora: FormClient, session: Session, dunya: Prisoner, day: str, answer: str | None
) -> None:
    session.scalars(select(Placement)).one().since = on("2025-03-14")
    before: dict[str, Any] = {"position": -1, "is_current": False, "kind": PlacementKind.HOSPITAL}
    make_placement(session, dunya, since=on("2024"), until=on("2025-03"), **before)
    text = as_cora.get(f"/prisoners/{dunya.id}/where?on={day}").text
    assert ('role="status"' in text) is (answer is not None)
    if answer:
        assert answer in text.partition('role="status"')[2].partition("</div>")[0]


def test_a_bare_record_says_what_is_not_known(as_cora: FormClient, session: Session) -> None:
    bare = make_prisoner(session, "Kirill")
    text = as_cora.get(f"/prisoners/{bare.id}/record").text
    for words in ("No place is known.", "No measure is known.", "No case is known."):
        assert words in text


def test_strangers_and_ids_of_nobody_get_nothing(
    as_sam: FormClient, as_cora: FormClient, client: FormClient, dunya: Prisoner
) -> None:
    assert as_sam.get(f"/prisoners/{dunya.id}/record").status_code == 404
    assert as_cora.get(f"/prisoners/{uuid4()}/record").status_code == 404
    assert client.get(f"/prisoners/{dunya.id}/record").headers["Location"].startswith("/sign-in")


def test_many_facts_take_as_few_statements_as_none(
    as_cora: FormClient,
    as_vera: FormClient,
    session: Session,
    dunya: Prisoner,
    place: CasePerson,
    source: Source,
    count_statements: Any,
) -> None:
    def count(browser: FormClient, prisoner_id: UUID) -> int:
        browser.get("/prisoners/")
        with count_statements() as asked:
            assert browser.get(f"/prisoners/{prisoner_id}/record").status_code == 200
        assert len(asked) <= 12, str(asked)
        return len(asked)

    bare = make_prisoner(session, "Kirill")
    few = count(as_cora, dunya.id), count(as_vera, dunya.id)
    assert count(as_cora, bare.id) == few[0]
    for number in range(20):
        case = make_case(session, f"Case {number}")
        row = make_case_person(session, case, dunya)
        make_citation(session, source, make_charge(session, case).id, str(number + 1))
        make_measure(session, dunya, until=PartialDate.of(date(2027, 1, 1 + number)))
        sentence(session, row)
    assert (count(as_cora, dunya.id), count(as_vera, dunya.id)) == few
