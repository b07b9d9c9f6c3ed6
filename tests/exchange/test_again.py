"""A later bundle of the same source: what changed is brought up to date, what was changed here stays."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tests.exchange.conftest import NOW
from tracker.cases.models import Case, CasePerson, Charge, Measure, Sentence
from tracker.exchange.bundle import read_bundle
from tracker.exchange.models import Imported
from tracker.exchange.plan import Fate
from tracker.exchange.queries import exported
from tracker.exchange.writing import written
from tracker.facilities.merging import compare, merge
from tracker.facilities.models import Facility
from tracker.partial_date import PartialDate
from tracker.prisoners.models import NameKind, Placement, PlacementKind, Prisoner, PrisonerName, SupportState
from tracker.prisoners.name_index import index_names
from tracker.prisoners.names import sorting_form
from tracker.prisoners.search import found_by_name
from tracker.sources.models import Citation, Claim, Dispute

LATER = NOW + timedelta(days=30)


def person(session: Session, key: str = "dmitry-ozerov") -> Prisoner:
    return session.scalars(select(Prisoner).where(Prisoner.key == key)).one()


def placements(session: Session, key: str = "dmitry-ozerov") -> list[Placement]:
    query = select(Placement).where(Placement.prisoner_id == person(session, key).id)
    return list(session.scalars(query.order_by(Placement.position, Placement.id)))


def custody(session: Session) -> Measure:
    return session.scalars(select(Measure).where(Measure.kind == "custody")).one()


def by_hand(session: Session, name: str) -> Prisoner:
    made = Prisoner(name=name, name_folded=sorting_form(name), created_at=NOW)
    session.add(made)
    session.flush()
    index_names(session, [made.id])
    session.commit()
    return made


# What the bundle changed.


def test_a_changed_fact_changes_its_row_and_its_lines_and_nothing_else(session, garden, take):
    take(garden)
    before = person(session)
    garden["people"][0]["birth"] |= {"on": "1988-03", "lines": [12, 13]}
    account = take(garden)

    after = person(session)
    assert (after.id, after.created_at) == (before.id, before.created_at)
    assert str(after.birth) == "1988-03"
    cited = select(Citation.lines).where(Citation.subject_id == after.id, Citation.about == "birth")
    assert session.scalars(cited).one() == "12,13"
    assert account.counts["person"] == {Fate.CHANGED: 1, Fate.UNCHANGED: 2}
    assert sum(counted[Fate.CHANGED] for counted in account.counts.values()) == 1
    assert exported(session, "the-garden") == garden


def test_a_piece_taken_out_of_the_middle_does_not_disturb_the_others(session, garden, take):
    take(garden)
    ids = [placement.id for placement in placements(session)]
    del garden["people"][0]["placements"][1]
    account = take(garden)

    assert account.counts["placement"] == {Fate.UNCHANGED: 5}
    assert account.notes == ["people/dmitry-ozerov/placements/1: no longer in the bundle; left here."]
    assert {placement.id for placement in placements(session)} == set(ids)
    assert exported(session, "the-garden") == garden
    again = take(garden)
    assert again.nothing_changed
    assert again.notes == account.notes


def test_what_comes_back_is_the_same_row_again(session, garden, take):
    take(garden)
    ids = {placement.id for placement in placements(session)}
    taken = garden["people"][0]["placements"].pop(1)
    take(garden)
    garden["people"][0]["placements"].insert(1, taken)
    account = take(garden)

    assert {placement.id for placement in placements(session)} == ids
    assert not account.notes
    assert exported(session, "the-garden") == garden


def test_a_piece_put_in_front_moves_the_others(session, garden, take):
    take(garden)
    garden["people"][0]["needs"].insert(0, {"kind": "parcel", "lines": [44]})
    garden["people"].reverse()
    account = take(garden)

    assert account.counts["need"] == {Fate.ADDED: 1, Fate.UNCHANGED: 2}
    assert account.moved == 2 + 2
    assert "Of these, 4 changed their place in a list." in account.lines()
    assert exported(session, "the-garden") == garden


def test_a_whole_person_who_vanishes_is_left_and_told(session, garden, take):
    take(garden)
    del garden["people"][2]
    for holder in (garden["cases"][0]["people"][0]["agreement"]["testified_against"], garden["cases"][0]["people"]):
        holder.pop()
    account = take(garden)

    assert "people/kirill: no longer in the bundle; left here." in account.notes
    assert person(session, "kirill").name == "Kirill"
    assert exported(session, "the-garden") == garden


def test_changed_links_are_the_new_ones(session, garden, take):
    take(garden)
    case = garden["cases"][0]
    case["charges"][0]["people"] = ["kirill", "dmitry-ozerov"]
    case["people"][0]["agreement"]["testified_against"] = ["kirill"]
    case["sentences"][2]["merges"] = ["ozerov-first", "ozerov-appeal"]
    case["sentences"][1].pop("replaces")
    garden["cases"][1].pop("told_under")
    garden["people"][0]["placements"][1] |= {"facility": "colony-77"}
    garden["disputes"][0]["accepted"]["claim"] = 1
    garden["disputes"][1]["claims"].reverse()
    account = take(garden)

    assert exported(session, "the-garden") == garden
    assert not account.notes


@pytest.mark.parametrize(
    "part", ["birth", "support", "no_mail", "official_list", "minor_at_arrest", "whereabouts", "sex"]
)
def test_a_part_can_go_and_come(session, garden, take, part: str):
    said = garden["people"][0].pop(part)
    take(garden)
    assert exported(session, "the-garden") == garden
    garden["people"][0][part] = said
    take(garden)
    assert exported(session, "the-garden") == garden
    del garden["people"][0][part]
    take(garden)
    assert exported(session, "the-garden") == garden


def test_a_new_spelling_finds_the_person_and_an_old_name_no_longer_does(session, garden, take):
    take(garden)
    garden["people"][2] |= {"name": "Cyril Belov", "names": [{"text": "Кирюша", "kind": "familiar", "lines": [50]}]}
    take(garden)

    assert found_by_name(session, "белов") == found_by_name(session, "Kiryusha") == [person(session, "kirill").id]
    assert found_by_name(session, "Кирилл") == []
    shown = select(PrisonerName.text).where(
        PrisonerName.prisoner_id == person(session, "kirill").id, PrisonerName.kind == NameKind.SHOWN
    )
    assert session.scalars(shown).all() == ["Cyril Belov"]


def test_the_source_itself_can_change(session, garden, take):
    take(garden)
    garden["source"]["title"] = "The Garden, second edition"
    del garden["source"]["note"]
    account = take(garden)

    assert not account.nothing_changed
    assert exported(session, "the-garden") == garden


# Where somebody is, and until when.


def test_the_place_of_which_the_source_says_so_is_the_current_one(session, garden, take):
    take(garden)

    assert [placement.is_current for placement in placements(session)] == [False, False, True, False]
    assert [placement.stated_current for placement in placements(session)] == [False, False, True, False]


def test_else_it_is_the_last_one_if_no_end_of_it_is_told(session, garden, take):
    take(garden)
    assert [placement.is_current for placement in placements(session, "alyona-zhemchuzhnaya")] == [False, True]
    garden["people"][1]["placements"][1]["until_printed"] = "until autumn"
    take(garden)
    assert [placement.is_current for placement in placements(session, "alyona-zhemchuzhnaya")] == [False, False]


def test_of_two_places_that_are_both_said_to_be_the_current_one_the_later_is(session, garden, take):
    for number in (0, 2):
        garden["people"][0]["placements"][number]["current"] = True
    take(garden)
    assert [placement.is_current for placement in placements(session)] == [False, False, True, False]
    assert [placement.stated_current for placement in placements(session)] == [True, False, True, False]


def test_a_new_last_placement_becomes_the_current_one(session, garden, take):
    take(garden)
    garden["people"][1]["placements"].append({"kind": "hospital", "certainty": "stated", "lines": [45]})
    take(garden)

    current = [placement.is_current for placement in placements(session, "alyona-zhemchuzhnaya")]
    assert current == [False, False, True]


def test_whom_a_coordinator_has_moved_stays_where_she_put_them(session, garden, take):
    take(garden)
    prisoner = person(session)
    session.execute(update(Placement).where(Placement.prisoner_id == prisoner.id).values(is_current=False))
    session.add(Placement(prisoner_id=prisoner.id, position=9, kind=PlacementKind.HOSPITAL, is_current=True))
    session.commit()
    garden["people"][0]["placements"][3]["place"] = "Block 2"
    take(garden)

    assert [placement.kind for placement in placements(session) if placement.is_current] == ["hospital"]
    assert exported(session, "the-garden") == garden


def test_a_measure_ends_with_the_last_term_that_has_an_end(session, garden, take):
    take(garden)

    assert custody(session).until == PartialDate(2023, 7, 28)
    assert custody(session).revision == 0


def test_an_extension_moves_the_end_and_tells_that_it_did(session, garden, take):
    take(garden)
    terms = garden["people"][0]["measures"][0]["terms"]
    terms.append({"ordered_on": "2023-07-20", "until": "2023-10-28", "lines": [46]})
    take(garden, now=LATER)

    measure = custody(session)
    assert (measure.until, measure.revision, measure.changed_at) == (PartialDate(2023, 10, 28), 1, LATER)
    take(garden, now=LATER + timedelta(days=1))
    assert custody(session).changed_at == LATER


def test_reminders_learn_when_a_birthday_and_an_arrest_became_others(session, garden, take):
    def changed() -> tuple[Any, Any]:
        arrests = select(CasePerson.detained_changed_at).where(CasePerson.prisoner_id == person(session).id)
        return person(session).birth_changed_at, max(session.scalars(arrests))

    take(garden)
    assert changed() == (None, NOW)
    garden["people"][0]["birth"]["on"] = "1988-03-02"
    [mine] = [each for case in garden["cases"] for each in case["people"] if each["person"] == "dmitry-ozerov"][:1]
    mine["detained_on"] = "2023-03-01"
    take(garden, now=LATER)
    assert changed() == (LATER, LATER)
    take(garden, now=LATER + timedelta(days=1))
    assert changed() == (LATER, LATER)


def test_an_end_set_here_is_not_moved_by_the_bundle(session, garden, take):
    take(garden)
    custody(session).until = PartialDate(2024, 1, 1)
    session.commit()
    garden["people"][0]["measures"][0]["terms"].append({"until": "2023-10-28", "lines": [46]})
    take(garden)

    assert custody(session).until == PartialDate(2024, 1, 1)


# What was changed here.


def test_an_unchanged_bundle_leaves_what_was_changed_here(session, garden, take):
    take(garden)
    person(session).name = "Dmitry the Gardener"
    person(session).support = SupportState.WITHHELD
    placements(session)[0].until = PartialDate(2023, 3, 2)
    session.commit()
    account = take(garden)

    assert account.nothing_changed
    assert person(session).name == "Dmitry the Gardener"
    assert exported(session, "the-garden")["people"][0]["placements"][0]["until"] == "2023-03-02"


def test_what_both_changed_is_kept_and_told_until_they_agree(session, garden, take):
    take(garden)
    person(session).birth = PartialDate(1988, 3, 1)
    session.commit()
    garden["people"][0]["birth"]["on"] = "1988-03-02"
    told = "people/dmitry-ozerov: changed in the bundle and here too; left as it is here."
    for _ in range(2):
        account = take(garden)
        assert account.notes == [told]
        assert account.nothing_changed
        assert person(session).birth == PartialDate(1988, 3, 1)
    person(session).birth = PartialDate(1988, 3, 2)
    session.commit()

    assert not take(garden).notes
    assert not take(garden).notes


def test_the_bundle_wins_when_told_to(session, garden, take):
    take(garden)
    person(session).birth = PartialDate(1988, 3, 1)
    session.commit()
    garden["people"][0]["birth"]["on"] = "1988-03-02"
    account = take(garden, overwrite=True)

    assert account.counts["person"][Fate.CHANGED] == 1
    assert exported(session, "the-garden") == garden


def test_what_was_entered_here_is_not_lost_when_the_bundle_changes_something_else(session, garden, take):
    take(garden)
    person(session, "kirill").birth = PartialDate(1999, 9, 9)
    person(session, "kirill").languages = "Russian"
    session.commit()
    garden["people"][2]["standing"] = "main"
    take(garden)

    kirill = person(session, "kirill")
    assert (kirill.standing, kirill.birth, kirill.languages) == ("main", PartialDate(1999, 9, 9), "Russian")
    assert exported(session, "the-garden") == garden


def test_what_was_entered_here_is_kept_when_the_bundle_says_it_otherwise(session, garden, take):
    take(garden)
    person(session, "kirill").birth = PartialDate(1999, 9, 9)
    session.commit()
    garden["people"][2]["birth"] = {"on": "1998", "lines": [50]}
    account = take(garden)

    assert account.notes == ["people/kirill: changed in the bundle and here too; left as it is here."]
    assert person(session, "kirill").birth == PartialDate(1999, 9, 9)


def test_a_claim_accepted_here_is_exported_as_accepted(session, garden, take):
    take(garden)
    dispute = session.scalars(select(Dispute).where(Dispute.key == "who-planted")).one()
    claim = session.scalars(select(Claim).where(Claim.dispute_id == dispute.id, Claim.position == 1)).one()
    dispute.accepted_claim_id, dispute.accepted_by = claim.id, "лиса"
    dispute.accepted_on, dispute.accepted_because = date(2025, 3, 2), "She wrote so."
    session.commit()

    accepted = {"claim": 2, "by": "лиса", "on": "2025-03-02", "reason": "She wrote so."}
    assert exported(session, "the-garden")["disputes"][1]["accepted"] == accepted
    assert take(garden).nothing_changed


def test_what_was_removed_here_is_not_brought_back(session, garden, take):
    take(garden)
    remove(session, "dmitry-ozerov")
    garden["people"][0]["birth"]["on"] = "1990"
    garden["people"][0]["needs"].append({"kind": "event", "lines": [46]})
    garden["cases"][0]["sentences"][0]["months"] = 79
    garden["cases"][0]["charges"].append({"people": ["dmitry-ozerov", "kirill"], "lines": [46]})
    account = take(garden)

    gone = "what it is about is no longer here; it was not brought back."
    assert f"people/dmitry-ozerov: {gone}" in account.notes
    assert f"people/dmitry-ozerov/needs/2: {gone}" in account.notes
    assert f"cases/garden/sentences/ozerov-first: {gone}" in account.notes
    assert account.counts["charge"] == {Fate.ADDED: 1, Fate.UNCHANGED: 2}
    assert session.scalars(select(Prisoner.key)).all() != []
    assert "dmitry-ozerov" not in session.scalars(select(Prisoner.key)).all()


def test_a_new_sentence_of_somebody_removed_here_is_left_out(session, garden, take):
    take(garden)
    remove(session, "kirill")
    garden["cases"][0]["sentences"].append({"key": "late", "person": "kirill", "kind": "not_told", "lines": [48]})
    account = take(garden)

    assert account.counts["sentence"] == {Fate.UNCHANGED: 3, Fate.GONE: 1}


@pytest.mark.parametrize("key", ["dmitry-ozerov", "kirill", "alyona-zhemchuzhnaya"])
def test_what_is_left_after_a_removal_is_still_a_bundle(session, garden, take, key: str):
    take(garden)
    remove(session, key)
    left = exported(session, "the-garden")

    read_bundle(written(left))
    assert key not in str(left)


def test_a_sentence_that_was_given_to_somebody_else_here_is_not_the_source_s(session, garden, take):
    take(garden)
    mine = by_hand(session, "Zoya Zimina")
    session.execute(update(Sentence).where(Sentence.key == "ozerov-first").values(prisoner_id=mine.id))
    session.commit()
    left = exported(session, "the-garden")

    read_bundle(written(left))
    assert [sentence["key"] for sentence in left["cases"][0]["sentences"]] == ["ozerov-appeal", "ozerov-all"]


def test_a_fact_whose_lines_were_taken_away_here_is_not_the_source_s(session, garden, take):
    take(garden)
    session.execute(delete(Citation).where(Citation.subject_id == placements(session)[0].id))
    session.commit()

    assert len(exported(session, "the-garden")["people"][0]["placements"]) == 3


def remove(session: Session, key: str) -> None:
    """What a removal for good does."""
    gone = person(session, key).id
    session.execute(update(Dispute).where(Dispute.prisoner_id == gone).values(prisoner_id=None))
    session.execute(update(Sentence).values(replaces_id=None))
    session.execute(delete(Sentence).where(Sentence.prisoner_id == gone))
    session.execute(delete(Prisoner).where(Prisoner.id == gone))
    session.commit()


def test_a_facility_removed_here_is_no_longer_named(session, garden, take):
    take(garden)
    session.execute(update(Placement).values(facility_id=None))
    session.execute(delete(Facility).where(Facility.key == "colony-77"))
    session.commit()
    garden["people"][1]["placements"].append(
        {"kind": "colony", "facility": "colony-77", "certainty": "stated", "lines": [47]}
    )
    take(garden)

    assert placements(session, "alyona-zhemchuzhnaya")[-1].facility_id is None


def test_a_facility_that_was_a_second_entry_leads_to_the_one_that_stayed(session, garden, take):
    take(garden)
    theirs = session.scalars(select(Facility).where(Facility.key == "colony-77")).one()
    ours = Facility(name="ИК-77", name_folded="ик-77", kind=theirs.kind, created_at=NOW)
    session.add(ours)
    session.flush()
    merge(session, ours, theirs, (), compare(ours, theirs).seal, now=NOW)
    session.commit()
    assert exported(session, "the-garden") == garden, "its source still calls the place by its own key"
    assert take(garden).nothing_changed
    garden["people"][1]["placements"].append(
        {"kind": "colony", "facility": "colony-77", "certainty": "stated", "lines": [47]}
    )
    take(garden)
    assert placements(session, "alyona-zhemchuzhnaya")[-1].facility_id == ours.id
    assert exported(session, "the-garden") == garden


# Who may be here already.


@pytest.mark.parametrize(
    "name, suspected",
    [
        ("Дмитрий Озеров", True),
        ("Dmitriy OZEROV", True),
        ("Dmitri Ozerow", True),
        ("Ozerov Dmitry", True),
        ("Stepan Ozerov", False),
        ("Dmitry Lugovoy", False),
        ("Кирилл Зимний", False),
        ("Dmitry", False),
    ],
)
def test_somebody_entered_by_hand_is_never_merged_but_told(session, garden, take, name: str, suspected: bool):
    mine = by_hand(session, name)
    account = take(garden)

    told = f"people/dmitry-ozerov: possibly the same person as “{name}”, who is here already; nobody was merged."
    assert account.notes == ([told] if suspected else [])
    assert person(session).id != mine.id
    assert session.get_one(Prisoner, mine.id).key is None
    assert not take(garden).notes


def test_everything_has_its_place_in_the_tables(session, garden, take):
    take(garden)
    sentence = session.scalars(select(Sentence).where(Sentence.key == "ozerov-appeal")).one()
    first = session.scalars(select(Sentence).where(Sentence.key == "ozerov-first")).one()
    fence = session.scalars(select(Case).where(Case.key == "fence")).one()
    in_case = session.scalars(select(CasePerson).where(CasePerson.role == "main_defendant")).one()
    charge = session.scalars(select(Charge).where(Charge.wording == "planting")).one()

    assert sentence.replaces_id == first.id
    assert first.parts == [{"regime": "prison", "months": 30, "regime_printed": "in prison"}, {"regime": "strict"}]
    assert fence.told_under_id == in_case.case_id
    assert str(in_case.detained_on) == "2023-02-28"
    assert in_case.has_agreement
    who = session.scalars(select(Dispute.id).where(Dispute.key == "who-planted")).one()
    assert {(row.about, row.lines, row.dispute_id) for row in _citations(session, in_case.id)} == {
        ("", "10", who),
        ("agreement", "24", None),
    }
    assert [row.dispute_id for row in _citations(session, charge.id)] == [who]
    assert person(session, "alyona-zhemchuzhnaya").whereabouts_implied
    assert person(session).minor_at_arrest
    assert (
        session.scalars(select(Imported.path).where(Imported.subject_id == charge.id)).one() == "cases/garden/charges/0"
    )


def _citations(session: Session, subject_id: Any) -> list[Citation]:
    return list(session.scalars(select(Citation).where(Citation.subject_id == subject_id)))
