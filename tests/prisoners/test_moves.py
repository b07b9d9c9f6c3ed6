"""Where somebody is: moved, corrected, taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import (
    make_citation,
    make_facility,
    make_letter,
    make_placement,
    make_prisoner,
    make_source,
    make_volunteer,
)
from tracker.letters.models import Letter
from tracker.partial_date import PartialDate
from tracker.prisoners import moves
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.moves import PlacementFacts
from tracker.prisoners.placements import placement_on
from tracker.prisoners.queries import placements_of
from tracker.prisoners.rules import (
    AlreadyThere,
    DatedInTheFuture,
    EndsBeforeBegin,
    NoFacilityThere,
    NotThePresentPlacement,
    PlacementAfterNext,
    PlacementBeforeLast,
    PlacementKind,
    Whereabouts,
)
from tracker.sources.models import Citation

TODAY = date(2026, 12, 15)
NOW = datetime(2026, 12, 15, 9, tzinfo=UTC)


def on(text: str) -> PartialDate:
    return PartialDate.parse(text)


@pytest.fixture
def yegor(session: Session) -> Prisoner:
    """In a remand prison since 2 September 2024."""
    made = make_prisoner(session, "Yegor Listopad", whereabouts=Whereabouts.IN_CUSTODY)
    make_placement(session, made, make_facility(session), since=on("2024-09-02"))
    return made


def move(session: Session, who: Prisoner, facts: PlacementFacts, id: UUID | None = None) -> bool:
    moved = moves.move_prisoner(session, who.id, id or uuid4(), facts, today=TODAY, now=NOW)
    session.flush()
    return moved


def stays(session: Session, who: Prisoner) -> list[Placement]:
    session.expire_all()
    return list(session.scalars(select(Placement).where(Placement.prisoner_id == who.id).order_by(Placement.position)))


COLONY = PlacementFacts(PlacementKind.COLONY, place="a colony in Perm Region", since=on("2025-03"))


def test_a_move_ends_the_stay_before_it_on_its_day(session: Session, yegor: Prisoner) -> None:
    move(session, yegor, COLONY)
    before, now = stays(session, yegor)
    assert (str(before.until), before.is_current) == ("2025-03", False)
    assert (now.kind, now.place, now.is_current) == (PlacementKind.COLONY, "a colony in Perm Region", True)
    assert yegor.whereabouts is Whereabouts.SERVING


def test_an_end_that_was_known_stays(session: Session, yegor: Prisoner) -> None:
    stays(session, yegor)[0].until = on("2025-02-28")
    move(session, yegor, COLONY)
    assert str(stays(session, yegor)[0].until) == "2025-02-28"


def test_the_same_form_twice_moves_once(session: Session, yegor: Prisoner) -> None:
    form = uuid4()
    assert move(session, yegor, COLONY, form) is True
    assert move(session, yegor, COLONY, form) is False
    assert len(stays(session, yegor)) == 2


def test_on_transfer_somebody_stands_as_before(session: Session, yegor: Prisoner) -> None:
    move(session, yegor, PlacementFacts(PlacementKind.TRANSFER))
    assert yegor.whereabouts is Whereabouts.IN_CUSTODY


@pytest.mark.parametrize(
    "facts, refusal",
    [
        (PlacementFacts(PlacementKind.COLONY, since=on("2024-09-01")), PlacementBeforeLast),
        (PlacementFacts(PlacementKind.COLONY, since=on("2026-12-16")), DatedInTheFuture),
    ],
)
def test_an_impossible_move_is_refused(
    session: Session, yegor: Prisoner, facts: PlacementFacts, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        move(session, yegor, facts)


def test_nobody_moves_where_the_person_is_already(session: Session, yegor: Prisoner) -> None:
    move(session, yegor, COLONY)
    with pytest.raises(AlreadyThere):
        move(session, yegor, PlacementFacts(PlacementKind.COLONY, place="a colony in Perm Region"))


def test_on_transfer_nobody_is_in_a_facility(session: Session, yegor: Prisoner) -> None:
    facility = make_facility(session)
    with pytest.raises(NoFacilityThere):
        move(session, yegor, PlacementFacts(PlacementKind.TRANSFER, facility.id))


def test_where_somebody_was_on_a_past_day_can_be_answered(session: Session, yegor: Prisoner) -> None:
    move(session, yegor, PlacementFacts(PlacementKind.COLONY, place="IK-4", since=on("2025-03-14")))
    rows = placements_of(session, yegor.id)
    assert [row.facility for row in placement_on(date(2025, 3, 13), rows).possible] == ["SIZO-9"]
    assert [row.place for row in placement_on(date(2025, 3, 14), rows).possible] == ["IK-4"]


def correct(
    session: Session, who: Prisoner, placement: Placement, facts: PlacementFacts, until: PartialDate | None = None
) -> None:
    moves.correct_placement(session, who, placement, facts, until, today=TODAY, now=NOW)
    session.flush()


def test_a_corrected_stay_is_no_longer_cited(session: Session, yegor: Prisoner) -> None:
    (only,) = stays(session, yegor)
    only.implied = True
    make_citation(session, make_source(session), only.id, "207")
    correct(session, yegor, only, PlacementFacts(PlacementKind.HOSPITAL, since=on("2024-09-03")))
    assert session.scalars(select(Citation)).all() == []
    assert only.implied is False
    assert yegor.whereabouts is Whereabouts.IN_HOSPITAL


def test_a_former_stay_keeps_its_place_in_time(session: Session, yegor: Prisoner) -> None:
    move(session, yegor, COLONY)
    before, now = stays(session, yegor)
    with pytest.raises(PlacementAfterNext):
        correct(session, yegor, before, PlacementFacts(PlacementKind.SIZO, since=on("2025-04-01")))
    with pytest.raises(PlacementBeforeLast):
        correct(session, yegor, now, PlacementFacts(PlacementKind.COLONY, since=on("2024-09-01")))
    with pytest.raises(EndsBeforeBegin):
        correct(session, yegor, before, PlacementFacts(PlacementKind.SIZO, since=on("2024-09-02")), on("2024-08"))
    correct(session, yegor, before, PlacementFacts(PlacementKind.SIZO, since=on("2024-09-02")), on("2025-02"))
    assert str(stays(session, yegor)[0].until) == "2025-02"
    assert yegor.whereabouts is Whereabouts.SERVING


def test_a_move_that_never_was_is_taken_back(session: Session, yegor: Prisoner) -> None:
    move(session, yegor, COLONY)
    newest = stays(session, yegor)[-1]
    moves.take_back_move(session, yegor, newest, now=NOW)
    session.flush()
    (only,) = stays(session, yegor)
    assert (only.is_current, only.until) == (True, None)
    assert yegor.whereabouts is Whereabouts.IN_CUSTODY


def test_what_was_posted_to_a_place_that_never_was_went_to_the_stay_before(session: Session, yegor: Prisoner) -> None:
    move(session, yegor, COLONY)
    before, newest = stays(session, yegor)
    letter = make_letter(session, yegor, make_volunteer(session, "Вера"), TODAY, placement_id=newest.id)
    moves.take_back_move(session, yegor, newest, now=NOW)
    session.flush()
    assert [stay.id for stay in stays(session, yegor)] == [before.id]
    assert session.get_one(Letter, letter.id).placement_id == before.id


def test_a_corrected_move_that_is_taken_back_leaves_a_present_stay_without_an_end(
    session: Session, yegor: Prisoner
) -> None:
    move(session, yegor, COLONY)
    newest = stays(session, yegor)[-1]
    correct(session, yegor, newest, PlacementFacts(PlacementKind.COLONY, place="IK-4", since=on("2025-03-14")))
    moves.take_back_move(session, yegor, newest, now=NOW)
    session.flush()
    (only,) = stays(session, yegor)
    assert (only.is_current, only.until) == (True, None)


def test_only_the_newest_of_several_can_be_taken_back(session: Session, yegor: Prisoner) -> None:
    (only,) = stays(session, yegor)
    with pytest.raises(NotThePresentPlacement):
        moves.take_back_move(session, yegor, only, now=NOW)
    move(session, yegor, COLONY)
    with pytest.raises(NotThePresentPlacement):
        moves.take_back_move(session, yegor, stays(session, yegor)[0], now=NOW)
