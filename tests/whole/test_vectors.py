"""The fifteen examples by which the rules of practice are held, each in a test that bears its number.

Here are the two that belong to no single feature. The others:

- 1 to 6 and 15, parcels against the rules of a prison: ``tests/quotas/test_vectors.py``
- 7 and 8, the credit for days in custody: ``tests/cases/test_credit.py``
- 9, the check digit of a tracking number: ``tests/letters/test_tracking.py``
- 12 and 14, a transfer, and who may not look: ``tests/tasks/test_vectors.py``
- 13, the letters of an evening: ``tests/evenings/test_vectors.py``
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import new_client
from tests.factories import make_assignment, make_coordinator, make_facility, make_prisoner, make_volunteer, sign_in
from tests.support.client import FormClient
from tracker import clock
from tracker.dates.actions import HearingFacts, enter_hearing
from tracker.dates.coming import coming_days
from tracker.dates.models import HearingKind
from tracker.dates.rules import DayKind, local_day, resolve
from tracker.facilities.models import FacilityKind
from tracker.partial_date import PartialDate
from tracker.prisoners.name_index import index_names

TESTS = Path(__file__).parent.parent

ZONES = {
    "Europe/Kaliningrad": 2,
    "Europe/Moscow": 3,
    "Europe/Samara": 4,
    "Asia/Yekaterinburg": 5,
    "Asia/Omsk": 6,
    "Asia/Krasnoyarsk": 7,
    "Asia/Irkutsk": 8,
    "Asia/Yakutsk": 9,
    "Asia/Vladivostok": 10,
    "Asia/Magadan": 11,
    "Asia/Kamchatka": 12,
}
"""Where there are courts, with the hours before UTC."""


def test_every_vector_has_a_test_that_bears_its_number() -> None:
    found = {
        int(number)
        for file in TESTS.rglob("test_*.py")
        for number in re.findall(r"^def test_vector_(\d+)_", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert found == set(range(1, 16))


@pytest.mark.parametrize("zone", ZONES)
def test_vector_10_a_hearing_date_is_local_to_the_court(zone: str) -> None:
    leap_day = date(2028, 2, 29)
    for at in (time(0, 30), time(9), time(23, 45)):
        begins = resolve(leap_day, at, zone)
        assert begins == datetime.combine(leap_day, at, UTC) - timedelta(hours=ZONES[zone])
        assert local_day(begins, zone) == leap_day


@pytest.mark.parametrize("year, on", [(2027, "02-28"), (2028, "02-29"), (2100, "02-28"), (2400, "02-29")])
def test_vector_10_born_on_29_february_is_kept_in_every_year(session: Session, year: int, on: str) -> None:
    person = make_prisoner(session, "Снежков Иван Аркадьевич", birth=PartialDate.parse("1988-02-29"))
    days = coming_days(session, [person.id], first=date(year, 1, 1), last=date(year, 12, 31))
    assert [(day.kind, day.on) for day in days] == [(DayKind.BIRTHDAY, date.fromisoformat(f"{year}-{on}"))]


def test_vector_10_the_day_on_the_page_is_that_of_the_court_wherever_it_is_read(
    client: FormClient, session: Session
) -> None:
    person = make_prisoner(session, "Снежков Иван Аркадьевич")
    cora = make_coordinator(session)
    sign_in(client, session, cora)
    for zone in ("Europe/Kaliningrad", "Asia/Kamchatka"):
        court = make_facility(session, name="Суд у моря", kind=FacilityKind.COURT, zone=zone)
        hearing = enter_hearing(
            session,
            HearingFacts(court=court, on=date(2028, 2, 29), at=time(0, 30), kind=HearingKind.TRIAL),
            prisoner_ids=[person.id],
            entered_by_id=cora.id,
            form_id=uuid4(),
            now=clock.now(),
        )
        for cora.zone in ("America/Los_Angeles", "Europe/Berlin", "Pacific/Auckland"):
            text = client.get(f"/hearings/{hearing.id}").get_data(as_text=True)
            assert "29 February 2028" in text, (zone, cora.zone)
            assert "00:30 by the clock of the court" in text, (zone, cora.zone)


SNEZHKOV = "Снежков Иван Аркадьевич"
SPELLINGS = (
    "Снежков",
    "Snezhkov",
    "Snezkov",
    "Snežkov",
    "снежков иван",
    "Иван Аркадьевич",
    "Arkadyevich",
    SNEZHKOV,
)


def test_vector_11_a_name_with_patronymic_is_found_in_every_spelling(app: Flask, session: Session) -> None:
    person = make_prisoner(session, "Ivan Snezhkov", name_local=SNEZHKOV)
    other = make_prisoner(session, "Pyotr Zaytsev", name_local="Зайцев Пётр Ильич")
    index_names(session, [person.id, other.id])
    vera = make_volunteer(session)
    for each in (person, other):
        make_assignment(session, each, vera)
    for reader in (make_coordinator(session), vera):
        page = sign_in(new_client(app, session), session, reader)
        for typed in SPELLINGS:
            text = page.get("/prisoners/", query_string={"q": typed}).get_data(as_text=True)
            assert (str(person.id) in text, str(other.id) in text) == (True, False), (reader.handle, typed)
