"""The pages about moves: on transfer, found, other conditions, a cell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import (
    make_assignment,
    make_coordinator,
    make_facility,
    make_letter,
    make_parcel,
    make_prepared,
    make_volunteer,
    sign_in,
)
from tests.support.client import FormClient, forms
from tracker.assignments.models import Assignment
from tracker.clock import now, today
from tracker.letters.actions import remove_letter
from tracker.letters.models import Direction, LetterKind, PreparedLetter
from tracker.letters.prepared import mark_sent
from tracker.letters.rules import Channel
from tracker.parcels.rules import ParcelKind
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.rules import Conditions, PlacementKind, Regime, Sex, Whereabouts
from tracker.quotas.models import ParcelClaim
from tracker.tasks.models import Task, TaskKind
from tracker.volunteers.models import Volunteer

TODAY = today("Europe/Berlin")


def present(session: Session) -> Placement:
    session.commit()
    session.expire_all()
    return session.scalars(select(Placement).where(Placement.is_current)).one()


def section(page: str, heading: str) -> str:
    return page.partition(heading)[2].partition("<h2>")[0]


def test_the_page_says_what_will_happen_before_it_happens(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    make_letter(session, dunya, vera, TODAY - timedelta(days=3))
    page = as_cora.get(f"/prisoners/{dunya.id}/transfer").text
    assert "no paper letters, no parcels, no claims of parcels. An e-letter is still allowed" in page
    assert "vera" in section(page, "Under way now")
    assert f'value="{TODAY}"' in page
    assert session.scalars(select(Task)).all() == []
    assert "Being moved" in as_cora.get(f"/prisoners/{dunya.id}").text


def test_on_transfer_from_a_month_on_with_a_guess_where_to(
    as_cora: FormClient, session: Session, dunya: Prisoner
) -> None:
    answer = as_cora.post_form(
        f"/prisoners/{dunya.id}/transfer", {"since": "2026-02", "place": "где-то в Пермском крае"}
    )
    assert answer.location == f"/prisoners/{dunya.id}/transfer"
    now_there = present(session)
    assert (now_there.kind, str(now_there.since), now_there.place) == (
        PlacementKind.TRANSFER,
        "2026-02",
        "где-то в Пермском крае",
    )
    page = as_cora.get(answer.location).text
    assert "Since February 2026 nobody knows where." in page
    assert "Ask the lawyer" in section(page, "Being looked for")
    assert "Address found" in page


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"since": "2024-08-31"}, "This is before the stay before it began."),
        ({"since": "2199-01-01"}, "This day has not come yet."),
        ({"since": "31.02.2026"}, "Write the day, the month or the year"),
        ({"place": "x" * 201}, "At most 200 characters"),
        ({"place": "x\0"}, "There is a character in it that cannot be kept."),
        ({"seen": "nonsense"}, "Somebody entered a move meanwhile"),
    ],
)
def test_a_refused_transfer_keeps_what_was_typed_and_moves_nobody(
    as_cora: FormClient, session: Session, dunya: Prisoner, typed: dict[str, str], sentence: str
) -> None:
    present(session).since = PartialDate.parse("2024-09-01")
    answer = as_cora.post_form(f"/prisoners/{dunya.id}/transfer", {"place": "Пермь", **typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    if "place" not in typed:
        assert "Пермь" in answer.text
    assert present(session).kind is PlacementKind.SIZO


def test_whoever_is_on_transfer_already_is_not_taken_away_again(
    as_cora: FormClient, session: Session, dunya: Prisoner
) -> None:
    shown = as_cora.get(f"/prisoners/{dunya.id}/transfer").text
    as_cora.post_form(f"/prisoners/{dunya.id}/transfer")
    page = as_cora.get(f"/prisoners/{dunya.id}/transfer").text
    assert "On transfer from then on" in shown
    assert "On transfer from then on" not in page


def test_of_two_coordinators_with_the_same_form_open_the_second_is_told(
    as_cora: FormClient, new_visitor: Any, session: Session, dunya: Prisoner
) -> None:
    other = sign_in(new_visitor(), session, make_coordinator(session, "carla"))
    address = f"/prisoners/{dunya.id}/move"
    (form,) = [each for each in forms(other.get(address).text) if "seen" in each.names]
    as_cora.post_form(f"/prisoners/{dunya.id}/transfer")
    typed = form.filled({"kind": "colony", "place": "ИК-4", "since": ""})
    answer = other.post(address, data=dict(typed))
    assert answer.status_code == 422
    assert "Somebody entered a move meanwhile" in answer.text
    assert "So far: on transfer" in answer.text
    assert "ИК-4" in answer.text
    assert present(session).kind is PlacementKind.TRANSFER
    (again,) = [each for each in forms(answer.text) if "seen" in each.names]
    assert other.post(address, data=dict(again.fields)).status_code == 302
    assert present(session).place == "ИК-4"


def test_of_two_coordinators_who_begin_a_transfer_the_second_is_told(
    as_cora: FormClient, new_visitor: Any, session: Session, dunya: Prisoner
) -> None:
    other = sign_in(new_visitor(), session, make_coordinator(session, "carla"))
    address = f"/prisoners/{dunya.id}/transfer"
    (form,) = [each for each in forms(other.get(address).text) if "seen" in each.names]
    as_cora.post_form(address)
    answer = other.post(address, data=dict(form.fields))
    assert answer.status_code == 422
    assert "Somebody entered a move meanwhile" in answer.text


def test_what_is_under_way_is_at_risk_and_what_arrived_or_came_back_is_not(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    gone = TODAY - timedelta(days=5)

    def letter(days: int, **facts: Any) -> Any:
        return make_letter(session, dunya, vera, gone - timedelta(days=days), **facts)

    letter(10)
    letter(12, kind=LetterKind.CARD)
    make_parcel(session, dunya, vera, gone - timedelta(days=2))
    letter(119)
    settled: tuple[dict[str, Any], ...] = (
        {"delivered_on": TODAY},
        {"returned_on": TODAY},
        {"stopped_on": TODAY},
        {"given_up_on": TODAY},
        {"removed_at": now()},
        {"channel": Channel.HAND},
    )
    for facts in settled:
        letter(9, **facts)
    answered = letter(11)
    make_letter(session, dunya, vera, gone, direction=Direction.REPLY, answers_id=answered.id)
    make_parcel(session, dunya, vera, gone, arrived_on=TODAY)
    make_parcel(session, dunya, vera, gone, returned_on=TODAY)
    as_cora.post_form(f"/prisoners/{dunya.id}/transfer", {"since": gone.isoformat()})
    listed = section(as_cora.get(f"/prisoners/{dunya.id}/transfer").text, "Under way to the former place")
    assert listed.count("at risk") == 3
    assert [word for word in ("Letter", "Card", "Parcel by post") if f"{word}, " not in listed] == []


def test_parcels_that_are_claimed_and_letters_in_preparation_are_held_back(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    session.add(
        PreparedLetter(
            prisoner_id=dunya.id,
            volunteer_id=vera.id,
            kind=LetterKind.CARD,
            planned_on=TODAY,
            created_by_id=vera.id,
            created_at=moment,
            form_id=dunya.id,
        )
    )
    for volunteer, lapses in ((vera, now() + timedelta(days=1)), (None, now() + timedelta(days=1)), (vera, moment)):
        session.add(
            ParcelClaim(
                prisoner_id=dunya.id,
                kind=ParcelKind.PACKET,
                planned_on=TODAY + timedelta(days=2),
                claimed_by_id=volunteer.id if volunteer else None,
                claimed_at=moment,
                lapses_at=lapses,
            )
        )
    listed = section(as_cora.get(f"/prisoners/{dunya.id}/transfer").text, "Not in the post yet")
    assert listed.count("<li>") == 3
    assert [words for words in ("Card", "Small packet", "vera", "the family") if words not in listed] == []


def test_a_claim_is_held_back_as_long_as_the_transfer_lasts(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    page = f"/prisoners/{dunya.id}/transfer"
    as_cora.post_form(page, {"since": str(TODAY - timedelta(days=30))})
    session.add(
        ParcelClaim(
            prisoner_id=dunya.id,
            kind=ParcelKind.PACKET,
            planned_on=TODAY - timedelta(days=29),
            claimed_by_id=vera.id,
            claimed_at=now() - timedelta(days=31),
            lapses_at=now() - timedelta(days=20),
        )
    )
    assert "Small packet" in section(as_cora.get(page).text, "Held back until then")


def test_a_letter_that_was_prepared_and_logged_by_mistake_is_held_back_again(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    waiting = make_prepared(session, dunya, vera, TODAY)
    letter = make_letter(session, dunya, vera, TODAY)
    mark_sent(session, waiting, letter.id)
    remove_letter(session, letter, now=now())
    assert "Letter" in section(as_cora.get(f"/prisoners/{dunya.id}/transfer").text, "Not in the post yet")


def test_the_page_asks_the_same_for_one_and_for_fifty_letters(
    as_cora: FormClient, session: Session, dunya: Prisoner, count_statements: Any
) -> None:
    as_cora.post_form(f"/prisoners/{dunya.id}/transfer")
    counts = []
    for count in (1, 50):
        for number in range(count):
            writer = make_volunteer(session, f"writer {count} {number}")
            make_assignment(session, dunya, writer)
            make_letter(session, dunya, writer, TODAY)
        session.commit()
        with count_statements() as asked:
            page = as_cora.get(f"/prisoners/{dunya.id}/transfer")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 9, str(asked)
    assert len(page.data) <= 25_000


def test_where_only_the_conditions_are_new_the_form_begins_from_the_present_stay(
    as_cora: FormClient, session: Session, dunya: Prisoner
) -> None:
    facility = present(session).facility_id
    address = f"/prisoners/{dunya.id}/move"
    assert as_cora.post_form(address, page=f"{address}?from=here").status_code == 422
    answer = as_cora.post_form(
        address, {"kind": "punishment_cell", "since": TODAY.isoformat()}, page=f"{address}?from=here"
    )
    assert answer.status_code == 302
    cell = present(session)
    assert (cell.kind, cell.facility_id) == (PlacementKind.PUNISHMENT_CELL, facility)
    page = as_cora.get(f"/prisoners/{dunya.id}").text
    assert "write as usual, expect slower replies, do not send parcels" in page
    assert "Огурцова Дуня Тихоновна" in section(page, "On the envelope")


def test_regime_and_conditions_are_kept_with_a_stay_and_told(
    as_cora: FormClient, session: Session, dunya: Prisoner, assignment: Assignment
) -> None:
    colony = make_facility(session, name="IK-77")
    typed = {"kind": "colony", "facility": str(colony.id), "regime": "strict", "conditions": "ordinary"}
    as_cora.post_form(f"/prisoners/{dunya.id}/move", typed)
    stay = present(session)
    assert (stay.regime, stay.conditions) == (Regime.STRICT, Conditions.ORDINARY)
    as_cora.post_form(f"/prisoners/placements/{stay.id}/edit", {"conditions": "eased"})
    assert present(session).conditions is Conditions.EASED
    record = as_cora.get(f"/prisoners/{dunya.id}/record").text
    assert "strict regime" in record
    assert "eased conditions" in record
    again = {"kind": "colony", "facility": str(colony.id), "regime": "strict", "conditions": "strict"}
    as_cora.post_form(f"/prisoners/{dunya.id}/move", again)
    assert len(session.scalars(select(Placement)).all()) == 3
    assert session.scalars(select(Task.kind)).all() == [TaskKind.WRITE_AGAIN]


def test_why_the_sex_is_asked_is_said_beside_it(as_cora: FormClient, session: Session, dunya: Prisoner) -> None:
    assert "Needed to know how many parcels are allowed." in as_cora.get("/prisoners/new").text
    as_cora.post_form(f"/prisoners/{dunya.id}/edit", {"sex": "woman"})
    session.rollback()
    assert session.scalars(select(Prisoner.sex)).one() is Sex.WOMAN
    as_cora.post_form(f"/prisoners/{dunya.id}/edit", {"sex": ""})
    session.rollback()
    assert session.scalars(select(Prisoner.sex)).one() is None


def test_in_the_cell_of_a_remand_prison_letters_are_a_doubt(
    as_cora: FormClient, session: Session, dunya: Prisoner
) -> None:
    stay = present(session)
    stay.kind, dunya.whereabouts = PlacementKind.PUNISHMENT_CELL, Whereabouts.IN_CUSTODY
    assert "letters may be forbidden; nobody has verified that" in as_cora.get(f"/prisoners/{dunya.id}").text
    dunya.whereabouts = Whereabouts.SERVING
    assert "letters may be forbidden" not in as_cora.get(f"/prisoners/{dunya.id}").text


def test_a_transfer_that_never_was_is_taken_back_from_its_own_page(
    as_cora: FormClient, session: Session, dunya: Prisoner
) -> None:
    as_cora.post_form(f"/prisoners/{dunya.id}/transfer")
    stay = present(session)
    as_cora.post_form(f"/prisoners/placements/{stay.id}/take-back", page=f"/prisoners/{dunya.id}/transfer")
    assert present(session).kind is PlacementKind.SIZO
    assert session.scalars(select(Task.id).where(Task.closed_at.is_(None))).all() == []


def test_volunteers_move_nobody(as_vera: FormClient, dunya: Prisoner) -> None:
    assert as_vera.get(f"/prisoners/{dunya.id}/transfer").status_code == 404
    assert "Being moved" not in as_vera.get(f"/prisoners/{dunya.id}").text
