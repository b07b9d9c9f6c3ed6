"""The people of the tests about post, as fixtures; a conftest.py takes those that its tests need."""

from __future__ import annotations

from datetime import date
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
from tests.support.client import FormClient
from tracker.assignments.models import Assignment
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner
from tracker.volunteers.models import Volunteer


@pytest.fixture
def vera(session: Session) -> Volunteer:
    return make_volunteer(session, "vera")


@pytest.fixture
def olga(session: Session) -> Volunteer:
    """Writes to Dunya too."""
    return make_volunteer(session, "olga")


@pytest.fixture
def cora(session: Session) -> Volunteer:
    return make_coordinator(session, "cora")


@pytest.fixture
def dunya(session: Session) -> Prisoner:
    """Her birthday is 29 February, and she is in a remand prison."""
    birth = PartialDate.parse("1988-02-29")
    made = make_prisoner(session, name_local="Огурцова Дуня Тихоновна", birth=birth)
    make_placement(session, made, make_facility(session))
    return made


@pytest.fixture
def assignment(session: Session, dunya: Prisoner, vera: Volunteer) -> Assignment:
    """Vera writes to Dunya."""
    return make_assignment(session, dunya, vera, since=date(2024, 1, 1))


@pytest.fixture
def as_vera(client: FormClient, session: Session, vera: Volunteer, assignment: Assignment) -> FormClient:
    """Vera, who writes to Dunya, at her browser."""
    return sign_in(client, session, vera)


@pytest.fixture
def as_olga(new_visitor: Any, session: Session, olga: Volunteer, dunya: Prisoner) -> FormClient:
    """Olga, who writes to Dunya too, at hers."""
    make_assignment(session, dunya, olga)
    return sign_in(new_visitor(), session, olga)


@pytest.fixture
def as_cora(new_visitor: Any, session: Session, cora: Volunteer) -> FormClient:
    """Cora the coordinator at hers."""
    return sign_in(new_visitor(), session, cora)


@pytest.fixture
def as_sam(new_visitor: Any, session: Session) -> FormClient:
    """Sam, a stranger to every prisoner, at his."""
    return sign_in(new_visitor(), session, make_volunteer(session, "sam"))
