from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import icalendar
import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.cast import as_cora, as_sam, as_vera, assignment, cora, dunya, vera  # noqa: F401
from tests.factories import make_facility
from tests.support.client import FormClient
from tracker import clock
from tracker.calendars.actions import Wishes, make_feed
from tracker.dates.models import Hearing, HearingKind, HearingPrisoner
from tracker.facilities.models import Facility, FacilityKind
from tracker.prisoners.models import Prisoner
from tracker.volunteers.models import Volunteer
from tracker.volunteers.rules import Disclosure


@pytest.fixture
def court(session: Session) -> Facility:
    return make_facility(
        session, name="Lukomorsk District Court", name_local="Лукоморский суд", kind=FacilityKind.COURT
    )


@pytest.fixture
def soon() -> date:
    """A day well ahead, whatever day it is today."""
    return clock.now().date() + timedelta(days=40)


@pytest.fixture
def hearing(session: Session, court: Facility, dunya: Prisoner, cora: Volunteer, soon: date) -> Hearing:  # noqa: F811
    """At ten in Vladivostok."""
    return set_hearing(session, court, cora, [dunya], on=soon, at=time(10), expected="Прения; приходить к 9:30")


def set_hearing(session: Session, court: Facility, by: Volunteer, people: list[Prisoner], **facts: Any) -> Hearing:
    moment = clock.now() - timedelta(days=3)
    facts = {"kind": HearingKind.TRIAL, "zone": "Asia/Vladivostok", "entered_at": moment, "changed_at": moment} | facts
    made = Hearing(court_id=court.id, entered_by_id=by.id, form_id=uuid4(), **facts)
    session.add(made)
    session.flush()
    session.add_all(HearingPrisoner(hearing_id=made.id, prisoner_id=person.id) for person in people)
    session.flush()
    return made


@pytest.fixture
def address_of(session: Session) -> Callable[..., str]:
    """Makes a calendar for somebody and gives the path of its address."""

    def make(owner: Volunteer, disclosure: Disclosure = Disclosure.DISCREET, alarms: bool = False) -> str:
        wishes = Wishes("Почта", disclosure, alarms)
        secret = make_feed(session, owner.id, uuid4(), wishes, datetime(2026, 1, 1, tzinfo=clock.now().tzinfo))
        session.commit()
        return f"/calendar/{secret}.ics"

    return make


@pytest.fixture
def read(client: FormClient) -> Callable[..., TestResponse]:
    """A calendar program, which neither signs in nor keeps cookies."""

    def get(address: str, **headers: str) -> TestResponse:
        return client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return get


def parsed(answer: TestResponse) -> icalendar.Calendar:
    """What a real library reads from it."""
    assert answer.status_code == 200
    made = icalendar.Calendar.from_ical(answer.data)
    assert isinstance(made, icalendar.Calendar)
    assert all(component.errors == [] for component in made.walk())
    return made


def entries(answer: TestResponse) -> list[Any]:
    return list(parsed(answer).events)
