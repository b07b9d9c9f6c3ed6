"""To whom a letter can go."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_facility, make_placement, make_prisoner
from tracker.partial_date import PartialDate
from tracker.prisoners.addressees import can_be_written_to, mail_is_forbidden_on
from tracker.prisoners.models import Prisoner, SupportState
from tracker.prisoners.rules import PlacementKind, Whereabouts, mail_is_forbidden

TODAY = date(2026, 12, 15)


def addressees(session: Session) -> list[str]:
    return list(session.scalars(select(Prisoner.name).where(can_be_written_to(TODAY)).order_by(Prisoner.name)))


@pytest.mark.parametrize(
    "kind",
    [PlacementKind.SIZO, PlacementKind.COLONY_SETTLEMENT, PlacementKind.PUNISHMENT_CELL, PlacementKind.LOCKED_CELL],
)
def test_whoever_is_in_a_facility_can_be_written_to(session: Session, kind: PlacementKind) -> None:
    make_placement(session, make_prisoner(session, "Огурцова Дуня"), make_facility(session), kind=kind)
    assert addressees(session) == ["Огурцова Дуня"]


@pytest.mark.parametrize(
    "facts",
    [
        {"archived_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"support": SupportState.WITHHELD},
        {"no_mail": True},
        {"no_mail": True, "no_mail_until": PartialDate.parse("2026-12")},
        *({"whereabouts": each} for each in ("at_liberty", "house_arrest", "restricted", "wanted", "abroad")),
    ],
)
def test_to_others_no_letter_goes(session: Session, facts: dict[str, Any]) -> None:
    facts = {**facts, "whereabouts": Whereabouts(facts.get("whereabouts", "in_custody"))}
    make_placement(session, make_prisoner(session, "Огурцова Дуня", **facts), make_facility(session))
    assert addressees(session) == []


@pytest.mark.parametrize("kind", [PlacementKind.TRANSFER, PlacementKind.UNKNOWN, PlacementKind.COLONY])
def test_without_a_known_facility_no_letter_goes(session: Session, kind: PlacementKind) -> None:
    who = make_prisoner(session, "Огурцова Дуня")
    make_placement(session, who, make_facility(session), is_current=False)
    make_placement(session, who, None, kind=kind, position=1, place="somewhere in Perm Region")
    make_prisoner(session, "Nobody knows where")
    assert addressees(session) == []


def test_a_ban_that_is_over_or_to_come_forbids_nothing(session: Session) -> None:
    facility = make_facility(session)
    for name, since, until in (("Before", None, "2026-11"), ("Later", "2027", None), ("Over", "2025", "2026-22")):
        facts = {
            "no_mail_since": since and PartialDate.parse(since),
            "no_mail_until": until and PartialDate.parse(until),
        }
        make_placement(session, make_prisoner(session, name, no_mail=True, **facts), facility)
    assert addressees(session) == ["Before", "Later", "Over"]


SINCE = (
    None,
    "2025",
    "2026",
    "2027",
    "2026-12",
    "2026-12-15",
    "2026-12-16",
    "2027-01",
    "--02-29",
    "--12",
    "2026-24",
    "2026-23",
    "2027-21",
)
UNTIL = (
    None,
    "2025",
    "2026",
    "2026-11",
    "2026-12",
    "2026-12-14",
    "2026-12-15",
    "--02-29",
    "2024-24",
    "2025-24",
    "2026-24",
    "2026-23",
    "2026-22",
    "2026-21",
)


@pytest.mark.parametrize(
    "day", [TODAY, date(2026, 2, 28), date(2024, 2, 29), date(2027, 3, 1), date(2026, 6, 1), date(2026, 11, 30)]
)
def test_the_database_decides_about_a_ban_as_the_rule_does(session: Session, day: date) -> None:
    def read(text: str | None) -> PartialDate | None:
        return PartialDate.parse(text) if text else None

    for since, until in product(SINCE, UNTIL):
        make_prisoner(
            session, f"{since} to {until}", no_mail=True, no_mail_since=read(since), no_mail_until=read(until)
        )
    forbidden = set(session.scalars(select(Prisoner.name).where(mail_is_forbidden_on(day))))
    assert forbidden == {
        f"{since} to {until}"
        for since, until in product(SINCE, UNTIL)
        if mail_is_forbidden(True, read(since), read(until), day)
    }
