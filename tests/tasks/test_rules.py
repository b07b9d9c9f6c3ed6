"""What follows from a move."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

import pytest

from tracker.partial_date import PartialDate
from tracker.prisoners.rules import PlacementKind
from tracker.tasks.rules import AfterMove, after_move, is_at_risk, left, settled_from

TODAY = date(2026, 12, 15)
HERE, THERE = uuid4(), uuid4()
K = PlacementKind


@dataclass(frozen=True)
class Somewhere:
    kind: PlacementKind
    facility_id: UUID | None = None
    since: PartialDate | None = None
    id: UUID = field(default_factory=uuid4)


def stay(kind: PlacementKind, facility: UUID | None = None, since: str = "") -> Somewhere:
    return Somewhere(kind, facility, PartialDate.parse(since) if since else None)


@pytest.mark.parametrize(
    "stays, what",
    [
        ([stay(K.SIZO, HERE), stay(K.TRANSFER)], AfterMove.LOOK),
        ([stay(K.TRANSFER)], AfterMove.LOOK),
        ([stay(K.SIZO, HERE), stay(K.TRANSFER), stay(K.COLONY, THERE)], AfterMove.WRITE_AGAIN),
        ([stay(K.SIZO, HERE), stay(K.TRANSFER), stay(K.SIZO, HERE)], AfterMove.WRITE_AGAIN),
        ([stay(K.SIZO, HERE), stay(K.COLONY, THERE)], AfterMove.WRITE_AGAIN),
        ([stay(K.COLONY), stay(K.COLONY, THERE)], AfterMove.WRITE_AGAIN),
        ([stay(K.HOUSE_ARREST), stay(K.SIZO, HERE)], AfterMove.WRITE_AGAIN),
        ([stay(K.COLONY, HERE), stay(K.PUNISHMENT_CELL, HERE)], AfterMove.SAME_ADDRESS),
        ([stay(K.COLONY, HERE), stay(K.PUNISHMENT_CELL)], AfterMove.SAME_ADDRESS),
        ([stay(K.COLONY, HERE), stay(K.PUNISHMENT_CELL), stay(K.COLONY, HERE)], AfterMove.SAME_ADDRESS),
        ([stay(K.COLONY, HERE), stay(K.LOCKED_CELL), stay(K.COLONY, THERE)], AfterMove.WRITE_AGAIN),
        ([stay(K.SIZO, HERE)], AfterMove.SAME_ADDRESS),
        ([stay(K.TRANSFER), stay(K.UNKNOWN)], AfterMove.STILL_LOOK),
        ([stay(K.TRANSFER), stay(K.COLONY)], AfterMove.STILL_LOOK),
        ([stay(K.SIZO, HERE), stay(K.AT_LIBERTY)], AfterMove.NOTHING),
        ([stay(K.SIZO, HERE), stay(K.HOUSE_ARREST)], AfterMove.NOTHING),
        ([stay(K.SIZO, HERE), stay(K.ABROAD)], AfterMove.NOTHING),
    ],
)
def test_what_a_move_means_for_those_who_write(stays: list[Somewhere], what: AfterMove) -> None:
    assert after_move(stays) is what


@pytest.mark.parametrize(
    "since, day",
    [
        ("2026-12-10", date(2026, 12, 10)),
        ("2024-02", date(2024, 2, 29)),
        ("2026-12", TODAY),
        ("2025", date(2025, 12, 31)),
        ("--12-10", TODAY),
        (None, TODAY),
    ],
)
def test_a_letter_went_to_the_new_address_from_this_day_on(since: str | None, day: date) -> None:
    assert settled_from(PartialDate.parse(since) if since else None, TODAY) == day


@pytest.mark.parametrize(
    "stays, day",
    [
        ([], None),
        ([stay(K.SIZO, HERE, "2026")], None),
        ([stay(K.SIZO, HERE, "2026"), stay(K.TRANSFER, None, "2026-10-05")], date(2026, 10, 5)),
        ([stay(K.SIZO, HERE), stay(K.TRANSFER, None, "2026-10"), stay(K.COLONY, THERE, "2026-12")], date(2026, 10, 1)),
        ([stay(K.SIZO, HERE), stay(K.TRANSFER)], TODAY),
        ([stay(K.COLONY, HERE, "2025"), stay(K.PUNISHMENT_CELL, HERE, "2026-12-01")], None),
        (
            [stay(K.SIZO, HERE), stay(K.COLONY, THERE, "2026-10-05"), stay(K.LOCKED_CELL, THERE, "2026-12-01")],
            date(2026, 10, 5),
        ),
        ([stay(K.SIZO, HERE), stay(K.HOUSE_ARREST, None, "2026-10-05"), stay(K.SIZO, THERE, "2026-12-01")], None),
    ],
)
def test_since_when_the_former_address_is_no_longer_true(stays: list[Somewhere], day: date | None) -> None:
    gone = left(stays, TODAY)
    assert (gone.on if gone else None) == day
    assert gone is None or gone.facility_id == HERE


SIZO = stay(K.SIZO, HERE, "2025")
GONE = stay(K.TRANSFER, None, "2026-11-01")
COLONY = stay(K.COLONY, THERE, "2026-12-01")


@pytest.mark.parametrize(
    "on, placement, stays, risk",
    [
        (date(2026, 10, 31), SIZO, [SIZO, GONE], True),
        (date(2026, 9, 2), SIZO, [SIZO, GONE], True),
        (date(2026, 9, 1), SIZO, [SIZO, GONE], False),
        (date(2026, 11, 20), GONE, [SIZO, GONE], True),
        (date(2026, 10, 31), None, [SIZO, GONE], True),
        (date(2026, 10, 31), SIZO, [SIZO], False),
        (date(2026, 10, 31), SIZO, [SIZO, GONE, COLONY], True),
        (date(2026, 11, 30), None, [SIZO, GONE, COLONY], True),
        (date(2026, 12, 1), None, [SIZO, GONE, COLONY], False),
        (date(2026, 11, 30), COLONY, [SIZO, GONE, COLONY], False),
    ],
)
def test_what_was_under_way_when_somebody_left_is_at_risk(
    on: date, placement: Somewhere | None, stays: list[Somewhere], risk: bool
) -> None:
    assert is_at_risk(on, placement.id if placement else None, stays, TODAY) is risk


def test_how_long_mail_is_under_way_to_a_place_decides_what_is_at_risk() -> None:
    assert not is_at_risk(date(2026, 10, 1), SIZO.id, [SIZO, GONE], TODAY, expected_days=30)
    assert is_at_risk(date(2026, 10, 2), SIZO.id, [SIZO, GONE], TODAY, expected_days=30)
