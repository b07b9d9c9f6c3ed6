"""A hearing near at hand to which nobody goes stands on the coordinators' first page, whatever is known of its day."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import make_facility, make_prisoner, make_volunteer
from tests.support.client import FormClient
from tracker import clock
from tracker.dates.models import (
    Answer,
    Attendance,
    Hearing,
    HearingKind,
    HearingOutcome,
    HearingPrisoner,
    HearingStatus,
    Sitting,
)
from tracker.dates.needed_queries import needy_hearings
from tracker.facilities.models import FacilityKind
from tracker.partial_date import PartialDate
from tracker.volunteers.models import Volunteer
from tracker.watchers.models import Watcher

NOW = datetime(2026, 12, 14, 21, 30, tzinfo=UTC)
ZONES = ("Asia/Vladivostok", "Asia/Kamchatka", "Europe/Moscow", "Europe/Berlin", "America/New_York", "Pacific/Apia")


class Registry:
    """Puts random hearings into the database, and knows by itself which of them somebody has to be found for."""

    def __init__(self, session: Session, cora: Volunteer, seed: int) -> None:
        self.session, self.cora, self.random = session, cora, random.Random(seed)
        self.prisoner = make_prisoner(session, "Дуня Огурцова")
        self.court = make_facility(session, name="Ленинский районный суд", kind=FacilityKind.COURT)
        self.people = [make_volunteer(session, f"helper{number}") for number in range(3)]
        self.gone = make_volunteer(session, "gone", disabled_at=NOW)
        self.watcher = Watcher(address_key="w", zone="Europe/Berlin", created_at=NOW, confirmed_at=NOW)
        session.add(self.watcher)
        session.flush()

    def _starts_within(self, on: date, at: time | None, zone: str) -> bool:
        """By minutes of the clock of the court, not by the rules."""
        there = ZoneInfo(zone)
        if at is not None:
            start = datetime.combine(on, at, there).astimezone(UTC)
            return NOW < start <= NOW + timedelta(hours=48)
        opens = datetime.combine(on, time(0), there).astimezone(UTC)
        closes = datetime.combine(on, time(17), there).astimezone(UTC)
        return opens <= NOW + timedelta(hours=48) and closes > NOW

    def hearing(self) -> tuple[UUID, bool]:
        pick = self.random
        zone = pick.choice(ZONES)
        on: date | None = NOW.date() + timedelta(days=pick.randint(-9, 9))
        at = pick.choice([None, time(pick.randint(0, 23), pick.choice([0, 30]))])
        status = pick.choice([HearingStatus.SCHEDULED] * 6 + list(HearingStatus))
        shape = pick.choice(["day", "day", "window", "sittings", "roughly"])
        facts: dict[str, object] = {}
        near = False
        assert on
        sittings: list[tuple[date, time | None]] = []
        if shape == "window":
            facts["latest_on"] = latest = on + timedelta(days=pick.randint(1, 12))
            days = [on + timedelta(days=number) for number in range((latest - on).days + 1)]
            near = any(self._starts_within(day, None, zone) for day in days)
        elif shape == "roughly":
            facts["roughly"], on, at = PartialDate(2026, 12), None, None
        else:
            if shape == "sittings":
                further = {on + timedelta(days=pick.randint(1, 12)) for _ in range(pick.randint(1, 3))}
                sittings = [(day, pick.choice([None, time(10)])) for day in further]
            near = any(self._starts_within(day, hour, zone) for day, hour in [(on, at), *sittings])
        if status is HearingStatus.SINE_DIE:
            on = at = None
            facts, sittings = {}, []
        outcome = pick.choice([None] * 9 + [HearingOutcome.HELD])
        made = Hearing(
            court_id=self.court.id,
            kind=HearingKind.TRIAL,
            on=on,
            at=at,
            zone=zone,
            status=status,
            outcome=outcome,
            revision=pick.randint(0, 3),
            entered_by_id=self.cora.id,
            entered_at=NOW,
            changed_at=NOW,
            form_id=uuid4(),
            **facts,
        )
        self.session.add(made)
        self.session.flush()
        self.session.add(HearingPrisoner(hearing_id=made.id, prisoner_id=self.prisoner.id))
        self.session.add_all(Sitting(hearing_id=made.id, on=day, at=hour) for day, hour in sittings)
        attended = self._answers(made)
        needs = near and status is HearingStatus.SCHEDULED and outcome is None and not attended
        return made.id, needs

    def _answers(self, hearing: Hearing) -> bool:
        attended = False
        for person in self.random.sample([*self.people, self.gone, self.watcher], self.random.choice([0, 0, 0, 1, 2])):
            answer = self.random.choice(list(Answer))
            revision = max(0, hearing.revision - self.random.choice([0, 0, 1]))
            who = {"watcher_id" if person is self.watcher else "volunteer_id": person.id}
            self.session.add(
                Attendance(hearing_id=hearing.id, answer=answer, revision=revision, answered_at=NOW, **who)
            )
            is_current = revision == hearing.revision
            attended |= answer is Answer.YES and is_current and person is not self.gone
        return attended


def test_of_five_hundred_random_hearings_every_one_without_anybody_is_found_and_no_other(
    session: Session, cora: Volunteer
) -> None:
    registry = Registry(session, cora, seed=48)
    made = [registry.hearing() for _ in range(500)]
    session.flush()
    expected = {hearing_id for hearing_id, needs in made if needs}
    assert 40 < len(expected) < 250, len(expected)
    found = [each.id for each in needy_hearings(session, NOW).nobody_there]
    assert Counter(found) == Counter(expected)


@pytest.mark.parametrize(
    "facts, shown",
    [
        ({"on": 0}, True),
        ({"on": 1}, True),
        ({"on": 5}, False),
        ({"on": -3, "latest_on": 3}, True),
        ({"on": 1, "status": HearingStatus.CANCELLED}, False),
    ],
)
def test_it_stands_on_the_first_page_with_what_can_be_done_at_once(
    as_cora: FormClient, session: Session, cora: Volunteer, app: Flask, facts: dict[str, Any], shown: bool
) -> None:
    today = clock.now().astimezone(ZoneInfo("Asia/Vladivostok")).date()
    days = {name: today + timedelta(days=value) for name, value in facts.items() if isinstance(value, int)}
    # Just after midnight there the court has not closed, and late in the evening the next day counts.
    if facts == {"on": 0}:
        days["on"] += timedelta(days=1)
    registry = Registry(session, cora, seed=1)
    made = Hearing(
        court_id=registry.court.id,
        kind=HearingKind.TRIAL,
        zone="Asia/Vladivostok",
        entered_by_id=cora.id,
        entered_at=NOW,
        changed_at=NOW,
        form_id=uuid4(),
        **{**facts, **days},
    )
    session.add(made)
    session.flush()
    session.add(HearingPrisoner(hearing_id=made.id, prisoner_id=registry.prisoner.id))
    page = as_cora.get("/").text
    assert ("nobody will be there yet" in page) is shown
    if shown:
        answer = as_cora.post_form(f"/hearings/{made.id}/attendance", {"answer": "yes"}, page=f"/hearings/{made.id}")
        assert answer.status_code == 302
        assert "nobody will be there yet" not in as_cora.get("/").text


def test_what_is_over_asks_for_its_outcome_newest_first(session: Session, cora: Volunteer) -> None:
    registry = Registry(session, cora, seed=2)

    def make(on: date, at: time | None = None, **facts: object) -> UUID:
        made = Hearing(
            court_id=registry.court.id,
            kind=HearingKind.TRIAL,
            on=on,
            at=at,
            zone="Asia/Vladivostok",
            entered_by_id=cora.id,
            entered_at=NOW,
            changed_at=NOW,
            form_id=uuid4(),
            **facts,
        )
        session.add(made)
        session.flush()
        session.add(HearingPrisoner(hearing_id=made.id, prisoner_id=registry.prisoner.id))
        return made.id

    # In Vladivostok it is 07:30 on Tuesday, 15 December.
    yesterday = make(date(2026, 12, 14))
    night = make(date(2026, 12, 15), time(2))
    make(date(2026, 12, 15), time(6))
    make(date(2026, 12, 15))
    window = make(date(2026, 12, 1), latest_on=date(2026, 12, 12))
    make(date(2026, 12, 1), latest_on=date(2026, 12, 15))
    make(date(2026, 12, 2), outcome=HearingOutcome.UNKNOWN)
    make(date(2026, 12, 2), status=HearingStatus.CANCELLED)
    month = make(date(2026, 11, 30))
    rough = session.get_one(Hearing, month)
    rough.on, rough.roughly = None, PartialDate(2026, 11)
    year = session.get_one(Hearing, make(date(2026, 11, 30)))
    year.on, year.roughly = None, PartialDate(2026)
    session.flush()
    assert [each.id for each in needy_hearings(session, NOW).no_outcome] == [night, yesterday, window, month]
