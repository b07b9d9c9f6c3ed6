"""Changes of cases, of who is in them, and of charges."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import make_case, make_case_person, make_charge, make_citation, make_prisoner, make_source
from tracker.cases import actions
from tracker.cases.actions import CaseFacts, ChargeFacts
from tracker.cases.models import Case, CaseKind, CasePerson, CaseRole, Charge, ChargeState
from tracker.cases.queries import concerned_by
from tracker.cases.rules import AlreadyInCase, DetainedInTheFuture, NotInThisCase
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner
from tracker.sources.models import Citation

NOW = datetime(2026, 12, 15, 12, tzinfo=UTC)
TODAY = date(2026, 12, 15)


@pytest.fixture
def case(session: Session, dunya: Prisoner) -> Case:
    """Dunya is in it, since 29 February 2024."""
    made = make_case(session, "Case of the leaflets")
    make_case_person(session, made, dunya, detained_on=PartialDate.parse("2024-02-29"))
    return made


def test_a_case_entered_twice_is_one(session: Session) -> None:
    case_id = uuid4()
    assert actions.open_case(session, case_id, CaseFacts("Дело о листовках"), NOW) is True
    assert actions.open_case(session, case_id, CaseFacts("Дело о листовках"), NOW) is False
    assert session.scalars(select(Case.title_folded)).one() == "дело о листовках"


def test_a_case_that_was_changed_by_hand_is_no_longer_cited(session: Session, case: Case) -> None:
    make_citation(session, make_source(session), case.id, "168")
    actions.change_case(session, case, CaseFacts("Case of the leaflets"))
    assert session.scalar(select(func.count()).select_from(Citation)) == 1
    actions.change_case(session, case, CaseFacts("Case of the Lanterns", CaseKind.ADMINISTRATIVE, "RU", "Lanterns."))
    assert session.scalar(select(func.count()).select_from(Citation)) == 0
    assert (case.title_folded, case.kind) == ("case of the lanterns", CaseKind.ADMINISTRATIVE)


def test_a_closed_case_can_be_opened_again(case: Case) -> None:
    actions.close_case(case, NOW)
    assert case.closed_at == NOW
    actions.reopen_case(case)
    assert case.closed_at is None


def put(session: Session, case: Case, who: Prisoner, detained_on: str | None = None) -> CasePerson:
    day = PartialDate.parse(detained_on) if detained_on else None
    made = actions.put_in_case(session, case.id, who.id, role=CaseRole.WITNESS, detained_on=day, now=NOW, today=TODAY)
    session.flush()
    return made


def test_nobody_is_in_one_case_twice(session: Session, case: Case, dunya: Prisoner) -> None:
    with pytest.raises(AlreadyInCase):
        put(session, case, dunya)


def test_nobody_was_detained_tomorrow(session: Session, case: Case, dunya: Prisoner) -> None:
    yegor = make_prisoner(session, "Yegor Listopad")
    with pytest.raises(DetainedInTheFuture):
        put(session, case, yegor, "2026-12-16")
    place = put(session, case, yegor, "2026-12")
    assert place.position == 1
    with pytest.raises(DetainedInTheFuture):
        change_place(session, place, "2027")


def change_place(session: Session, place: CasePerson, detained_on: str) -> None:
    actions.change_person_in_case(
        session, place, role=CaseRole.DEFENDANT, detained_on=PartialDate.parse(detained_on), now=NOW, today=TODAY
    )


def test_a_corrected_detention_loses_its_printed_words_and_its_source(session: Session, case: Case) -> None:
    place = session.scalars(select(CasePerson)).one()
    place.detained_printed = "on the last day of February"
    make_citation(session, make_source(session), place.id, "187")
    change_place(session, place, "2024-02-29")
    assert place.detained_printed is not None
    change_place(session, place, "2024-03-01")
    assert place.detained_printed is None
    assert session.scalars(select(Citation)).all() == []


def charge(session: Session, case: Case, *concerned: UUID, id: UUID | None = None) -> bool:
    done = actions.add_charge(
        session, id or uuid4(), case.id, ChargeFacts(articles="205.4"), concerned=concerned, today=TODAY
    )
    session.flush()
    return done


def test_a_charge_concerns_only_people_of_its_case(session: Session, case: Case, dunya: Prisoner) -> None:
    charge_id = uuid4()
    assert charge(session, case, dunya.id, id=charge_id)
    assert not charge(session, case, dunya.id, id=charge_id)
    assert concerned_by(session, [charge_id]) == {charge_id: [dunya.id]}
    with pytest.raises(NotInThisCase):
        charge(session, case, make_prisoner(session, "Yegor Listopad").id)


def test_a_changed_charge_says_what_became_of_it_and_whom_it_concerns(
    session: Session, case: Case, dunya: Prisoner
) -> None:
    made = make_charge(session, case, articles_printed="Article 205.4", brought_printed="in May")
    facts = ChargeFacts(articles="205.4", state=ChargeState.DROPPED, state_on=PartialDate.parse("2025-05"))
    actions.change_charge(session, made, facts, concerned=[dunya.id], today=TODAY)
    session.flush()
    assert (made.state, made.articles_printed) == (ChargeState.DROPPED, "Article 205.4")
    assert concerned_by(session, [made.id]) == {made.id: [dunya.id]}
    facts = ChargeFacts(articles="280", brought_on=PartialDate.parse("2025"))
    actions.change_charge(session, made, facts, concerned=[], today=TODAY)
    session.flush()
    assert (made.articles_printed, made.brought_printed, concerned_by(session, [made.id])) == (None, None, {})
    assert session.scalar(select(func.count()).select_from(Charge)) == 1
