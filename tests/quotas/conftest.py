"""A man in a colony, six of whose parcels are allowed in a year, and those who send them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import (
    make_assignment,
    make_coordinator,
    make_facility,
    make_placement,
    make_prisoner,
    make_volunteer,
    sign_in,
)
from tests.support.client import FormClient, forms
from tracker import clock
from tracker.facilities.models import Facility, FacilityKind
from tracker.parcels.rules import ParcelKind
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.rules import Conditions, PlacementKind, Regime, Sex
from tracker.quotas.models import ParcelClaim
from tracker.volunteers.models import Volunteer


@pytest.fixture
def colony(session: Session) -> Facility:
    return make_facility(session, name="IK-99", name_local="ФКУ ИК-99", kind=FacilityKind.COLONY)


@pytest.fixture
def yermolai(session: Session) -> Prisoner:
    """Born on 29 February; his name is long."""
    return make_prisoner(
        session,
        "Yermolai Dobronravov-Zavidovsky",
        name_local="Добронравов-Завидовский Ермолай Пантелеймонович",
        sex=Sex.MAN,
        birth=PartialDate.parse("1988-02-29"),
    )


@pytest.fixture
def stay(session: Session, yermolai: Prisoner, colony: Facility) -> Placement:
    """Six a year: general regime, ordinary conditions."""
    return make_placement(
        session,
        yermolai,
        colony,
        kind=PlacementKind.COLONY,
        regime=Regime.GENERAL,
        conditions=Conditions.ORDINARY,
        since=PartialDate.parse("2024-02-29"),
    )


@pytest.fixture
def masha(session: Session, yermolai: Prisoner, stay: Placement) -> Volunteer:
    """Writes to him, from Vladivostok."""
    made = make_volunteer(session, "маша", zone="Asia/Vladivostok")
    make_assignment(session, yermolai, made, since=date(2024, 3, 1))
    return made


@pytest.fixture
def vasya(session: Session, yermolai: Prisoner, stay: Placement) -> Volunteer:
    """Writes to him too."""
    made = make_volunteer(session, "vasya")
    make_assignment(session, yermolai, made, since=date(2024, 3, 1))
    return made


@pytest.fixture
def as_masha(client: FormClient, session: Session, masha: Volunteer) -> FormClient:
    return sign_in(client, session, masha)


@pytest.fixture
def as_vasya(new_visitor: Any, session: Session, vasya: Volunteer) -> FormClient:
    return sign_in(new_visitor(), session, vasya)


@pytest.fixture
def as_cora(new_visitor: Any, session: Session) -> FormClient:
    return sign_in(new_visitor(), session, make_coordinator(session))


@pytest.fixture
def as_sam(new_visitor: Any, session: Session) -> FormClient:
    return sign_in(new_visitor(), session, make_volunteer(session, "sam"))


def some_claim(session: Session, prisoner: Prisoner, volunteer: Volunteer | None, **facts: Any) -> ParcelClaim:
    """A row as it stands in the table: for a parcel that is to be sent today."""
    now = clock.now()
    facts = {
        "kind": ParcelKind.PARCEL,
        "planned_on": now.date(),
        "claimed_at": now,
        "lapses_at": now + timedelta(days=8),
        "answered": [],
        "claimed_by_id": volunteer.id if volunteer else None,
    } | facts
    row = ParcelClaim(prisoner_id=prisoner.id, **facts)
    session.add(row)
    session.flush()
    return row


def token_for(client: FormClient, url: str) -> str:
    """As it stands in the forms of a page."""
    page = client.get(url).get_data(as_text=True)
    return next(value for form in forms(page) for name, value in form.fields if name == "csrf_token")
