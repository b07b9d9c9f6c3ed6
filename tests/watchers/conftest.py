"""A hearing at the end of the world, the case that it belongs to, and addresses to follow it."""

from __future__ import annotations

import json
from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import (
    make_case,
    make_case_person,
    make_coordinator,
    make_facility,
    make_prisoner,
    make_watch,
    make_watch_link,
    make_watcher,
    sign_in,
)
from tests.support.client import FormClient
from tracker import clock
from tracker.cases.models import Case
from tracker.dates.actions import HearingFacts, enter_hearing
from tracker.dates.models import Hearing, HearingKind
from tracker.facilities.models import Facility, FacilityKind
from tracker.prisoners.models import Prisoner
from tracker.reminders.links import Links
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind
from tracker.volunteers.models import Volunteer
from tracker.watchers.models import Watcher, WatchLink

ADDRESS = "olga@example.org"


@pytest.fixture
def cora(session: Session) -> Volunteer:
    return make_coordinator(session)


@pytest.fixture
def as_cora(new_visitor: Any, session: Session, cora: Volunteer) -> FormClient:
    return sign_in(new_visitor(), session, cora)


@pytest.fixture
def court(session: Session) -> Facility:
    return make_facility(
        session, name="Court of Lukomorsk", name_local="Лукоморский районный суд", kind=FacilityKind.COURT
    )


@pytest.fixture
def case(session: Session) -> Case:
    return make_case(session, "Дело о маяке")


@pytest.fixture
def yelisey(session: Session, case: Case) -> Prisoner:
    made = make_prisoner(session, "Елисей Ракушкин", note=None)
    make_case_person(session, case, made)
    return made


@pytest.fixture
def fyokla(session: Session, case: Case) -> Prisoner:
    made = make_prisoner(session, "Фёкла-Апполинария Длиннофамильная-Предлиннофамильная")
    make_case_person(session, case, made)
    return made


@pytest.fixture
def hearing(
    session: Session, court: Facility, case: Case, yelisey: Prisoner, fyokla: Prisoner, cora: Volunteer
) -> Hearing:
    """Of both, in ten days at ten o'clock in Vladivostok."""
    return enter(session, court, [yelisey, fyokla], cora, case=case, expected="Приходите за полчаса, с паспортом.")


def enter(
    session: Session, court: Facility, people: list[Prisoner], by: Volunteer, case: Case | None = None, **facts: Any
) -> Hearing:
    """A hearing of these people."""
    now = clock.now()
    known: dict[str, Any] = {"on": in_days(10), "at": time(10), "kind": HearingKind.TRIAL} | facts
    return enter_hearing(
        session,
        HearingFacts(court=court, case_id=case.id if case else None, **known),
        prisoner_ids=[each.id for each in people],
        entered_by_id=by.id,
        form_id=uuid4(),
        now=now,
    )


def in_days(days: int) -> date:
    """So many days from today in Vladivostok."""
    return clock.today("Asia/Vladivostok") + timedelta(days=days)


@pytest.fixture
def link(session: Session, case: Case, cora: Volunteer) -> WatchLink:
    """To the hearings of the case; its address is ``/watch/secret-of-case``."""
    return make_watch_link(session, cora, "secret-of-case", case_id=case.id, words="слушания в Лукоморье")


@pytest.fixture
def olga(session: Session, case: Case, link: WatchLink) -> Watcher:
    """She follows the case."""
    made = make_watcher(session, ADDRESS, zone="Europe/Berlin")
    make_watch(session, made, case_id=case.id, link_id=link.id)
    return made


@pytest.fixture
def links(app: Flask) -> Links:
    return Links(app.config["SECRET_KEY"].encode())


@pytest.fixture
def her_page(links: Links, olga: Watcher) -> str:
    """The address of Olga's page."""
    return f"/watching/{links.watcher(olga.id, 0)}"


@pytest.fixture
def visitor(new_visitor: Any) -> FormClient:
    """At a browser that never saw the tracker."""
    made = new_visitor()
    assert isinstance(made, FormClient)
    return made


def questions(session: Session) -> list[tuple[str | None, dict[str, Any]]]:
    """The mails that ask for a confirmation, oldest first: to whom, and their facts."""
    rows = session.scalars(select(Outbox).where(Outbox.kind == MailKind.WATCH_CONFIRM).order_by(Outbox.created_at))
    return [(row.to_address, json.loads(row.payload or "{}")) for row in rows]
