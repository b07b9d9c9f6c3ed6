"""A volunteer's first page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_assignment, make_facility, make_placement, make_prisoner, make_volunteer, sign_in
from tests.support.client import FormClient
from tracker import clock
from tracker.volunteers.models import Volunteer


@pytest.fixture
def vera(session: Session) -> Volunteer:
    return make_volunteer(session, "vera")


@pytest.fixture
def browser_of_vera(client: FormClient, session: Session, vera: Volunteer) -> FormClient:
    return sign_in(client, session, vera)


def test_smoke(browser_of_vera, session, vera):
    facility = make_facility(session)
    p = make_prisoner(session, name_local="Дуня Огурцова")
    make_placement(session, p, facility)
    make_assignment(session, p, vera)
    print(browser_of_vera.get("/").text)
    r = browser_of_vera.get(f"/prisoners/{p.id}")
    print(r.text)
    assert r.status_code == 200
    r = browser_of_vera.post_form(f"/prisoners/{p.id}/letters/new", {})
    assert r.status_code == 302
    print(browser_of_vera.get("/").text)
    assert 0
