"""Entering and changing what is known about people, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import make_case, make_citation, make_facility, make_source
from tracker.assignments.models import Assignment
from tracker.cases.actions import ChargeFacts
from tracker.cases.models import Case, CasePerson, Charge, ConcernedBy
from tracker.cases.rules import CaseGivenTwice, ChargeWithoutCase
from tracker.dates.rules import Leap
from tracker.partial_date import PartialDate
from tracker.prisoners import actions
from tracker.prisoners.actions import PersonFacts
from tracker.prisoners.entering import NewPerson, PartInCase, enter_prisoner
from tracker.prisoners.models import NameKind, Placement, Prisoner, PrisonerName, SupportState
from tracker.prisoners.moves import PlacementFacts
from tracker.prisoners.queries import people_named
from tracker.prisoners.rules import BornInTheFuture, Perhaps, PlacementKind, StillHasVolunteers, Whereabouts
from tracker.prisoners.search import found_by_name, named
from tracker.sources.models import Citation

NOW = datetime(2026, 12, 15, 12, tzinfo=UTC)
TODAY = date(2026, 12, 15)

FYODOR = PersonFacts(
    name="Fyodor Zhukov-Ozyorny",
    name_local="Жуков-Озёрный Фёдор Кузьмич",
    spellings=("Fedor Zhukov",),
    birth=PartialDate.parse("1996-02-29"),
    never_write="Nothing about the brother",
    note="His sister calls on Mondays",
)


def add(session: Session, facts: PersonFacts = FYODOR, *, is_another: bool = False, id: UUID | None = None) -> UUID:
    prisoner_id = id or uuid4()
    actions.add_prisoner(session, prisoner_id, facts, is_another=is_another, now=NOW, today=TODAY)
    session.flush()
    return prisoner_id


def the(session: Session, prisoner_id: UUID) -> Prisoner:
    found = session.get(Prisoner, prisoner_id)
    assert found
    return found


def test_a_person_is_found_by_part_of_any_name_in_either_script(session: Session) -> None:
    prisoner_id = add(session)
    for typed in ("Fyod", "жуков", "Озёрн", "озерный", "Fedor Zh", "zhukov ozyorny"):
        assert found_by_name(session, typed) == [prisoner_id], typed


def test_what_is_sealed_reads_as_it_was_written(session: Session) -> None:
    fyodor = the(session, add(session))
    assert (fyodor.never_write, fyodor.note) == ("Nothing about the brother", "His sister calls on Mondays")
    assert "brother" not in str(fyodor.never_write_sealed)


def test_the_same_form_twice_enters_one_person(session: Session) -> None:
    prisoner_id = add(session)
    again = actions.add_prisoner(session, prisoner_id, FYODOR, is_another=False, now=NOW, today=TODAY)
    assert again is False
    assert session.scalar(select(func.count()).select_from(Prisoner)) == 1


def test_somebody_of_the_same_name_is_asked_about_in_either_script(session: Session) -> None:
    prisoner_id = add(session)
    for name in ("Федор Жуков-Озерный", "Zhukov-Ozyorny Fyodor", "Fedor Zhukov"):
        with pytest.raises(Perhaps) as perhaps:
            add(session, PersonFacts(name=name))
        assert perhaps.value.ids == (prisoner_id,)


def test_a_namesake_is_entered_when_it_is_another_person(session: Session) -> None:
    assert add(session) != add(session, is_another=True)
    assert session.scalar(select(func.count()).select_from(Prisoner)) == 2


def test_a_given_name_alone_meets_nobody_with_a_family_name(session: Session) -> None:
    add(session)
    assert people_named(session, ["Fyodor"]) == []
    assert people_named(session, ["Fyodor Kuzmin"]) == []


def test_nobody_born_tomorrow_is_entered(session: Session) -> None:
    with pytest.raises(BornInTheFuture):
        add(session, PersonFacts(name="Fyodor", birth=PartialDate.parse("2026-12-16")))


def change(session: Session, prisoner_id: UUID, facts: PersonFacts) -> Prisoner:
    prisoner = the(session, prisoner_id)
    actions.change_prisoner(session, prisoner, facts, now=NOW, today=TODAY)
    session.flush()
    return prisoner


def test_a_changed_name_is_found_and_the_former_one_is_not(session: Session) -> None:
    prisoner_id = add(session)
    change(session, prisoner_id, replace(FYODOR, name="Fyodor Lug", name_local="Луг Фёдор", spellings=()))
    assert found_by_name(session, "Луг") == [prisoner_id]
    assert named_exactly(session, "zhukov") == []


def named_exactly(session: Session, typed: str) -> list[UUID]:
    statement = named(typed)
    assert statement is not None
    return list(session.scalars(statement))


def test_spellings_that_stay_keep_their_rows_and_their_sources(session: Session) -> None:
    prisoner_id = add(session)
    kept = session.scalars(select(PrisonerName)).one()
    kept.kind = NameKind.FAMILIAR
    source = make_source(session)
    make_citation(session, source, kept.id, "207")
    change(session, prisoner_id, replace(FYODOR, spellings=("Fedor Zhukov", "Fedya")))
    names = list(session.scalars(select(PrisonerName).order_by(PrisonerName.position)))
    assert [(name.text, name.kind) for name in names] == [
        ("Fedor Zhukov", NameKind.FAMILIAR),
        ("Fedya", NameKind.SPELLING),
    ]
    assert session.scalar(select(func.count()).select_from(Citation)) == 1
    change(session, prisoner_id, replace(FYODOR, spellings=("Fedya",)))
    assert session.scalar(select(func.count()).select_from(Citation)) == 0


def test_a_source_is_not_cited_for_what_was_changed_by_hand(session: Session) -> None:
    prisoner_id = add(session)
    source = make_source(session)
    for about in ("", "birth", "no_mail", "whereabouts"):
        make_citation(session, source, prisoner_id, "207", about=about)
    change(session, prisoner_id, replace(FYODOR, birth=PartialDate.parse("1996"), no_mail=True))
    left = set(session.scalars(select(Citation.about)))
    assert left == {"", "whereabouts"}


def test_nobody_is_archived_whom_somebody_still_writes_to(
    session: Session, dunya: Prisoner, assignment: Assignment
) -> None:
    with pytest.raises(StillHasVolunteers) as refusal:
        actions.archive_prisoner(session, dunya, NOW)
    assert refusal.value.count == 1
    assignment.until = TODAY
    session.flush()
    actions.archive_prisoner(session, dunya, NOW)
    assert dunya.archived_at == NOW
    actions.restore_prisoner(dunya)
    assert dunya.archived_at is None


def enter(session: Session, new: NewPerson, prisoner_id: UUID | None = None) -> UUID:
    prisoner_id = prisoner_id or uuid4()
    enter_prisoner(session, prisoner_id, new, is_another=False, now=NOW, today=TODAY)
    session.flush()
    session.expire_all()
    return prisoner_id


def test_a_person_is_entered_whole_with_place_case_and_charge(session: Session) -> None:
    facility = make_facility(session)
    prisoner_id = enter(
        session,
        NewPerson(
            facts=FYODOR,
            placement=PlacementFacts(PlacementKind.SIZO, facility.id, since=PartialDate.parse("2026-05")),
            part=PartInCase(
                new_title="Case of the lanterns",
                detained_on=PartialDate.parse("2026-04-30"),
                charge=ChargeFacts(articles="205.4"),
            ),
        ),
    )
    assert the(session, prisoner_id).whereabouts is Whereabouts.IN_CUSTODY
    placement = session.scalars(select(Placement)).one()
    assert (placement.is_current, placement.facility_id, str(placement.since)) == (True, facility.id, "2026-05")
    part = session.scalars(select(CasePerson)).one()
    assert (part.prisoner_id, str(part.detained_on)) == (prisoner_id, "2026-04-30")
    assert session.scalars(select(Case.title)).one() == "Case of the lanterns"
    assert session.scalars(select(Charge.articles)).one() == "205.4"
    assert session.scalar(select(func.count()).select_from(ConcernedBy)) == 0


def test_in_a_case_with_others_a_charge_concerns_the_person_alone(session: Session) -> None:
    case = make_case(session)
    prisoner_id = enter(
        session, NewPerson(FYODOR, part=PartInCase(case_id=case.id, charge=ChargeFacts(articles="205.4")))
    )
    assert session.scalars(select(ConcernedBy.prisoner_id)).one() == prisoner_id


def test_how_somebody_stands_can_be_said_apart_from_the_place(session: Session) -> None:
    placed = NewPerson(FYODOR, Whereabouts.SERVING, PlacementFacts(PlacementKind.HOSPITAL))
    assert the(session, enter(session, placed)).whereabouts is Whereabouts.SERVING


def test_a_case_is_either_new_or_here_and_a_charge_has_one(session: Session) -> None:
    case = make_case(session)
    with pytest.raises(CaseGivenTwice):
        enter(session, NewPerson(FYODOR, part=PartInCase(case_id=case.id, new_title="Another")))
    with pytest.raises(ChargeWithoutCase):
        enter(session, NewPerson(FYODOR, part=PartInCase(charge=ChargeFacts(articles="205.4"))))


def test_the_same_whole_form_twice_enters_everything_once(session: Session) -> None:
    new = NewPerson(FYODOR, part=PartInCase(new_title="Case of the lanterns", charge=ChargeFacts(articles="1")))
    prisoner_id = enter(session, new)
    assert enter(session, new, prisoner_id) == prisoner_id
    for table in (Prisoner, Case, CasePerson, Charge):
        assert session.scalar(select(func.count()).select_from(table)) == 1


def test_support_is_kept_with_who_decided_and_when(session: Session) -> None:
    facts = replace(
        FYODOR, support=SupportState.GIVEN_WITH_CAVEAT, support_by="The meeting", support_on=PartialDate.parse("2026")
    )
    fyodor = the(session, add(session, facts))
    assert (fyodor.support, fyodor.support_by, str(fyodor.support_on)) == (
        SupportState.GIVEN_WITH_CAVEAT,
        "The meeting",
        "2026",
    )


def test_reminders_learn_when_a_birthday_or_a_release_became_another(session: Session) -> None:
    prisoner_id = add(session, PersonFacts(name="Fyodor Kuzmin", birth=PartialDate.parse("1988-02-29")))
    same = change(session, prisoner_id, PersonFacts(name="Fyodor K.", birth=PartialDate.parse("1988-02-29")))
    assert (same.birth_changed_at, same.release_changed_at, same.release_revision) == (None, None, 0)
    kept = PersonFacts(name="Fyodor K.", birth=PartialDate.parse("1988-02-29"), keeps_leap_day_on=Leap.MAR1)
    assert change(session, prisoner_id, kept).birth_changed_at == NOW
    free = change(session, prisoner_id, replace(kept, release_on=PartialDate.parse("2027-05")))
    assert (free.release_changed_at, free.release_revision) == (NOW, 1)
