"""From whom no reply comes for longer than is usual where they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.cast import as_cora, as_sam, cora  # noqa: F401
from tests.factories import make_assignment, make_facility, make_placement, make_prisoner, make_volunteer
from tests.support.client import FormClient
from tracker.letters.rules import Channel
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner, SupportState
from tracker.prisoners.rules import PlacementKind, Whereabouts
from tracker.transit.models import TransitTime
from tracker.transit.rules import Leg

NOW = datetime(2028, 2, 29, 12, 0, tzinfo=UTC)
TODAY = date(2028, 2, 29)
ADDRESS = "/prisoners/silence?about=replies"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """It is noon on 29 February 2028."""
    with time_machine.travel(NOW, tick=False):
        yield


def silent(session: Session, name: str, days: int, place: Any = None, **facts: Any) -> Prisoner:
    """Somebody to whom a letter is out for so many days."""
    since = TODAY - timedelta(days=days)
    kind = facts.pop("kind", PlacementKind.COLONY)
    placed = facts.pop("placed_since", None)
    by = facts.pop("by", Channel.POST)
    prisoner = make_prisoner(session, name, waiting_since=since, waiting_by=by, last_letter_on=TODAY, **facts)
    make_placement(session, prisoner, place or make_facility(session, name=f"ИК {name}"), kind=kind, since=placed)
    return prisoner


def test_silence_is_long_where_replies_are_quick_and_short_where_they_are_slow(
    as_cora: FormClient,  # noqa: F811
    session: Session,
) -> None:
    quick, slow = make_facility(session, name="ИК-1"), make_facility(session, name="ИК-2")
    for place, high in ((quick, 20), (slow, 200)):
        times = {"low_days": 5, "median_days": 10, "high_days": high}
        session.add(TransitTime(facility_id=place.id, channel=Channel.POST, leg=Leg.ROUND, cases=1000, **times))
    silent(session, "Anna", 60, quick)
    silent(session, "Boris", 60, slow)
    silent(session, "Clara", 60, quick, by=Channel.E_LETTER)
    silent(session, "Dora", 91)
    silent(session, "Egor", 90)
    text = as_cora.get(ADDRESS).text
    assert [name in text for name in ("Anna", "Boris", "Clara", "Dora", "Egor")] == [True, False, True, True, False]
    assert "learned from 1000 replies" in text
    assert text.index("Dora") < text.index("Anna"), "the longest first"


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": PlacementKind.TRANSFER},
        {"kind": PlacementKind.PUNISHMENT_CELL},
        {"no_mail": True},
        {"support": SupportState.WITHHELD},
        {"whereabouts": Whereabouts.AT_LIBERTY},
        {"archived_at": NOW},
        {"by": Channel.ONE_WAY},
        {"placed_since": PartialDate(2028, 3)},
    ],
)
def test_where_silence_means_nothing_nobody_is_listed(
    as_cora: FormClient,  # noqa: F811
    session: Session,
    facts: dict[str, Any],
) -> None:
    silent(session, "Yegor", 900, **facts)
    page = as_cora.get(ADDRESS).text
    assert "Yegor" not in page
    assert "Everybody who can answer has answered, or there is still time." in page


def test_the_list_is_for_coordinators(as_sam: FormClient) -> None:  # noqa: F811
    assert as_sam.get(ADDRESS).status_code == 404


def test_it_is_paged_light_and_asks_the_same(
    as_cora: FormClient,  # noqa: F811
    session: Session,
    count_statements: Any,
) -> None:
    counts = []
    olga = make_volunteer(session, "olga")
    for count in (1, 60):
        for number in range(count):
            make_assignment(session, silent(session, f"Вымышленная Персона {count} {number:02d}", 400), olga)
        session.commit()
        with count_statements() as asked:
            page = as_cora.get(ADDRESS)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 5, str(asked)
    assert page.text.count("<tr>") == 51
    assert len(page.data) <= 25_000, len(page.data)
    assert "Персона 60 59" in as_cora.get(f"{ADDRESS}&page=2").text
