"""What a calendar program gets: one assertion for each point of the checklist, read by a real library.

The points are those of RFC 5545, 5546 and 7986, and of what Google, Apple, Outlook and Thunderbird make of them.
"""

from __future__ import annotations

import time as stopwatch
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.calendars.conftest import entries, parsed, set_hearing
from tests.factories import (
    make_assignment,
    make_case,
    make_case_person,
    make_measure,
    make_prisoner,
    make_volunteer,
)
from tests.support.client import FormClient
from tracker import clock
from tracker.assignments.models import Assignment
from tracker.calendars.models import CalendarFeed
from tracker.collective.models import THE_ONE, Collective
from tracker.dates import actions
from tracker.dates.models import Deadline, DeadlineKind, Hearing, HearingPrisoner, HearingStatus, ParcelWindow, Sitting
from tracker.facilities.models import Facility
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner
from tracker.volunteers.models import Volunteer
from tracker.volunteers.rules import Disclosure

FULL = Disclosure.FULL


@pytest.fixture(autouse=True)
def _application_first(app: Flask) -> None:
    """It opens the database when it starts, which what is arranged before would keep it from."""


Address = Callable[..., str]
Read = Callable[..., TestResponse]


def _one(answer: TestResponse, word: str = "") -> Any:
    (found,) = [event for event in entries(answer) if word in str(event["SUMMARY"])]
    return found


def _deadline(session: Session, prisoner: Prisoner, by: Volunteer, on: date, **facts: Any) -> Deadline:
    now = clock.now()
    facts = {"kind": DeadlineKind.APPEAL, "zone": "Europe/Moscow", "entered_at": now, "changed_at": now} | facts
    made = Deadline(prisoner_id=prisoner.id, on=on, entered_by_id=by.id, form_id=uuid4(), **facts)
    session.add(made)
    session.flush()
    return made


class TestTheDocument:
    @pytest.fixture(autouse=True)
    def _vera_has_a_hearing(self, assignment: Assignment, hearing: Hearing) -> None: ...

    def test_1_it_says_what_it_is_and_how_often_to_look(self, vera: Volunteer, address_of: Address, read: Read) -> None:
        made = parsed(read(address_of(vera)))
        assert (str(made["VERSION"]), str(made["CALSCALE"])) == ("2.0", "GREGORIAN")
        assert made["PRODID"]
        assert (str(made["NAME"]), str(made["X-WR-CALNAME"])) == ("Почта", "Почта")
        assert made.decoded("REFRESH-INTERVAL") == timedelta(hours=1)
        text = read(address_of(vera)).text
        assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in text
        assert "X-PUBLISHED-TTL:PT1H\r\n" in text

    def test_2_it_is_no_invitation(self, vera: Volunteer, address_of: Address, read: Read) -> None:
        text = read(address_of(vera, FULL, alarms=True)).text
        for word in ("METHOD", "ORGANIZER", "ATTENDEE", "mailto:"):
            assert word not in text

    def test_3_lines_are_folded_between_letters_and_ended_as_they_must(
        self, hearing: Hearing, vera: Volunteer, address_of: Address, read: Read
    ) -> None:
        hearing.expected = "Прения сторон; приговор, возможно\nПриходить заранее \\ с паспортом " + "очень " * 60
        content = read(address_of(vera, FULL)).data
        assert content.endswith(b"END:VCALENDAR\r\n")
        assert b"\n" not in content.replace(b"\r\n", b"")
        for line in content.split(b"\r\n"):
            assert len(line) <= 75
            line.decode("utf-8")
        description = str(_one(read(address_of(vera, FULL)), "Trial")["DESCRIPTION"])
        assert hearing.expected.strip() in description, "escaping is undone by whoever reads it"

    def test_4_the_same_content_is_the_same_bytes(self, vera: Volunteer, address_of: Address, read: Read) -> None:
        address = address_of(vera, FULL, alarms=True)
        first, second = read(address), read(address)
        assert first.data == second.data
        assert first.headers["ETag"] == second.headers["ETag"]
        assert first.headers["Last-Modified"] == second.headers["Last-Modified"]

    def test_4_what_has_not_changed_is_not_sent_again(
        self, session: Session, hearing: Hearing, vera: Volunteer, address_of: Address, read: Read
    ) -> None:
        address = address_of(vera)
        first = read(address)
        again = read(address, If_None_Match=first.headers["ETag"])
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["Cache-Control"] == "private"
        assert read(address, If_Modified_Since=first.headers["Last-Modified"]).status_code == 304
        hearing.at = time(15)
        assert read(address, If_None_Match=first.headers["ETag"]).status_code == 200

    def test_4_an_entry_that_vanishes_is_a_change_too(
        self, session: Session, assignment: Assignment, vera: Volunteer, address_of: Address, read: Read
    ) -> None:
        address = address_of(vera)
        read(address)
        feed = session.scalars(select(CalendarFeed)).one()
        feed.content_at = clock.now() - timedelta(days=9)
        seen = read(address).headers["Last-Modified"]
        assignment.until = date(2026, 1, 1)
        answer = read(address, If_Modified_Since=seen)
        assert answer.status_code == 200
        assert entries(answer) == []
        assert answer.headers["Last-Modified"] != seen


class TestEachEntry:
    @pytest.fixture(autouse=True)
    def _vera_supports_dunya(self, assignment: Assignment) -> None: ...

    def test_5_its_name_is_stable_and_says_nothing(
        self, hearing: Hearing, dunya: Prisoner, vera: Volunteer, address_of: Address, read: Read
    ) -> None:
        before = _one(read(address_of(vera)), "Appointment")
        hearing.on, hearing.at = date(hearing.on.year, hearing.on.month, hearing.on.day) + timedelta(days=9), None  # type: ignore[union-attr]
        after = _one(read(address_of(vera, FULL)), "Trial hearing")
        assert before["UID"] == after["UID"]
        name, _, domain = str(before["UID"]).partition("@")
        assert domain == "tracker.example"
        assert UUID(name) not in {hearing.id, dunya.id}, "no key to anything here"

    def test_6_each_change_that_matters_raises_the_sequence(
        self, session: Session, hearing: Hearing, court: Facility, cora: Volunteer, vera: Volunteer,
        address_of: Address, read: Read, soon: date,
    ) -> None:  # fmt: skip
        address = address_of(vera)
        seen = [_one(read(address), "Appointment")]
        moment = clock.now().replace(microsecond=0)
        actions.cancel_hearing(session, hearing, why=None, changed_by_id=cora.id, now=moment)
        seen.append(_one(read(address), "Appointment"))
        actions.reinstate_hearing(session, hearing, changed_by_id=cora.id, now=moment + timedelta(minutes=1))
        seen.append(_one(read(address), "Appointment"))
        assert [int(event["SEQUENCE"]) for event in seen] == [0, 1, 2]
        assert [event["STATUS"] for event in seen] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
        assert seen[1]["LAST-MODIFIED"].dt == seen[1]["DTSTAMP"].dt == moment
        assert len({str(event["UID"]) for event in seen}) == 1

    def test_7_what_is_cancelled_stays_for_thirty_days(
        self, session: Session, hearing: Hearing, cora: Volunteer, vera: Volunteer, address_of: Address, read: Read
    ) -> None:
        actions.cancel_hearing(session, hearing, why=None, changed_by_id=cora.id, now=clock.now() - timedelta(days=29))
        event = _one(read(address_of(vera)), "Appointment")
        assert (str(event["SUMMARY"]), event["STATUS"]) == ("Cancelled: Appointment", "CANCELLED")
        hearing.changed_at = clock.now() - timedelta(days=31)
        assert "Appointment" not in read(address_of(vera)).text

    def test_7_postponed_without_a_date_keeps_the_former_day_until_there_is_a_new_one(
        self, session: Session, hearing: Hearing, court: Facility, cora: Volunteer, vera: Volunteer,
        address_of: Address, read: Read, soon: date,
    ) -> None:  # fmt: skip
        address = address_of(vera)
        before = _one(read(address), "Appointment")
        by = cora.id
        actions.postpone_without_date(session, hearing, why="Судья болен", changed_by_id=by, now=clock.now())
        off = _one(read(address), "Appointment")
        assert (str(off["SUMMARY"]), off["STATUS"]) == ("Postponed: Appointment", "CANCELLED")
        assert (off["DTSTART"].dt, off["UID"]) == (before["DTSTART"].dt, before["UID"])
        assert "Судья" not in read(address_of(vera, FULL)).text
        facts = actions.HearingFacts(court=court, on=soon + timedelta(days=60), at=None, kind=hearing.kind)
        actions.change_hearing(session, hearing, facts, why=None, changed_by_id=by, now=clock.now())
        anew = _one(read(address), "Appointment")
        assert (anew["UID"], anew["STATUS"]) == (before["UID"], "CONFIRMED")
        assert anew["DTSTART"].dt == soon + timedelta(days=60)

    def test_8_a_known_time_is_in_utc_and_the_wall_clock_in_words(
        self, hearing: Hearing, vera: Volunteer, address_of: Address, read: Read, soon: date
    ) -> None:
        answer = read(address_of(vera))
        event = _one(answer, "Appointment")
        assert event["DTSTART"].dt == datetime.combine(soon, time(0), UTC)
        assert f"DTSTART:{soon:%Y%m%d}T000000Z\r\n" in answer.text
        assert "10:00 by the clock there (Vladivostok, UTC+10)" in str(event["DESCRIPTION"])
        assert "VTIMEZONE" not in answer.text

    def test_9_no_time_floats(
        self, session: Session, hearing: Hearing, cora: Volunteer, dunya: Prisoner, vera: Volunteer,
        address_of: Address, read: Read, soon: date,
    ) -> None:  # fmt: skip
        _deadline(session, dunya, cora, soon, at=time(17))
        session.add(Sitting(hearing_id=hearing.id, on=soon + timedelta(days=1), at=time(14)))
        for event in entries(read(address_of(vera))):
            start = event["DTSTART"].dt
            assert not isinstance(start, datetime) or start.utcoffset() == timedelta(0)

    def test_10_a_day_is_a_day_and_its_end_is_exclusive(
        self, hearing: Hearing, vera: Volunteer, address_of: Address, read: Read, soon: date
    ) -> None:
        hearing.at = None
        answer = read(address_of(vera))
        event = _one(answer, "Appointment")
        assert f"DTSTART;VALUE=DATE:{soon:%Y%m%d}\r\n" in answer.text
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (soon, soon + timedelta(days=1))
        assert event["TRANSP"] == "TRANSPARENT"
        assert "The time is not known." in str(event["DESCRIPTION"])

    def test_11_a_window_is_tentative_and_a_month_is_not_there(
        self, session: Session, hearing: Hearing, court: Facility, cora: Volunteer, dunya: Prisoner, vera: Volunteer,
        address_of: Address, read: Read, soon: date,
    ) -> None:  # fmt: skip
        hearing.at, hearing.latest_on = None, soon + timedelta(days=4)
        set_hearing(session, court, cora, [dunya], on=None, roughly=PartialDate(soon.year + 1, 2))
        event = _one(read(address_of(vera)), "Appointment")
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (soon, soon + timedelta(days=5))
        assert (event["STATUS"], event["TRANSP"]) == ("TENTATIVE", "TRANSPARENT")

    def test_12_yearly_days_are_single_entries(
        self, dunya: Prisoner, vera: Volunteer, address_of: Address, read: Read
    ) -> None:
        answer = read(address_of(vera, FULL))
        found = [event for event in entries(answer) if "Birthday" in str(event["SUMMARY"])]
        assert len(found) in (1, 2)
        assert "RRULE" not in answer.text
        for event in found:
            on = event["DTSTART"].dt
            assert (on.month, on.day) == (2, 29 if on.year % 4 == 0 else 28)
            assert f"{on.year - 1988} years old" in str(event["DESCRIPTION"])

    def test_13_an_hour_is_said_to_be_a_guess(
        self, hearing: Hearing, vera: Volunteer, address_of: Address, read: Read
    ) -> None:
        event = _one(read(address_of(vera)), "Appointment")
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=1)
        assert "one hour is a guess" in str(event["DESCRIPTION"])

    def test_14_alarms_only_if_asked_for_and_only_for_what_has_a_time(
        self, session: Session, hearing: Hearing, court: Facility, cora: Volunteer, dunya: Prisoner, vera: Volunteer,
        address_of: Address, read: Read, soon: date,
    ) -> None:  # fmt: skip
        set_hearing(session, court, cora, [dunya], on=soon + timedelta(days=2))
        set_hearing(session, court, cora, [dunya], on=soon - timedelta(days=60), at=time(10))
        set_hearing(session, court, cora, [dunya], on=soon, at=time(10), status=HearingStatus.CANCELLED)
        assert "VALARM" not in read(address_of(vera)).text
        with_alarm = [event for event in entries(read(address_of(vera, alarms=True))) if event.alarms.times]
        assert len(with_alarm) == 1
        for alarm in with_alarm[0].walk("VALARM"):
            assert alarm["ACTION"] == "DISPLAY"
            assert alarm["TRIGGER"].dt < timedelta(0)
            assert str(alarm["DESCRIPTION"]) == "Appointment"

    def test_15_a_year_of_hearings_back_and_eighteen_months_ahead(
        self, session: Session, court: Facility, cora: Volunteer, dunya: Prisoner, vera: Volunteer,
        address_of: Address, read: Read,
    ) -> None:  # fmt: skip
        today = clock.now().date()
        for days in (-380, -350, 530, 560):
            set_hearing(session, court, cora, [dunya], on=today + timedelta(days=days))
        shown = {event["DTSTART"].dt for event in entries(read(address_of(vera))) if event["SUMMARY"] == "Appointment"}
        assert shown == {today + timedelta(days=-350), today + timedelta(days=530)}


class TestAccess:
    def test_16_every_address_that_opens_nothing_looks_like_a_missing_page(
        self, session: Session, vera: Volunteer, address_of: Address, read: Read
    ) -> None:
        revoked, closed = address_of(vera), address_of(make_volunteer(session, "gone", disabled_at=clock.now()))
        feed = session.scalars(select(CalendarFeed).where(CalendarFeed.volunteer_id == vera.id)).one()
        assert read(revoked).status_code == 200
        feed.revoked_at = clock.now()
        nowhere = read("/nowhere")
        for address in (
            revoked,
            closed,
            "/calendar/" + "A" * 43 + ".ics",
            "/calendar/" + "x" * 5000 + ".ics",
            "/calendar/.ics",
            "/calendar/%00.ics",
            "/calendar/%FF%FE.ics",
            "/calendar/../me.ics",
            "/calendar/",
        ):
            answer = read(address)
            assert (answer.status_code, answer.data) == (404, nowhere.data), address
            assert answer.headers["Cache-Control"] == "no-store"

    def test_16_only_a_hash_of_the_secret_is_kept(self, session: Session, vera: Volunteer, address_of: Address) -> None:
        secret = address_of(vera).removeprefix("/calendar/").removesuffix(".ics")
        assert len(secret) >= 43, "256 bits"
        feed = session.scalars(select(CalendarFeed)).one()
        assert secret not in repr(vars(feed))

    def test_16_the_day_of_its_last_use_is_noted_once_a_day(
        self, session: Session, vera: Volunteer, address_of: Address, read: Read, count_statements: Any
    ) -> None:
        address = address_of(vera)
        read(address)
        session.expire_all()
        assert session.scalars(select(CalendarFeed.last_used_on)).one() == clock.today(vera.zone)
        with count_statements() as asked:
            read(address)
        assert "UPDATE" not in str(asked)

    def test_17_it_shows_what_its_owner_may_see_now(
        self, session: Session, assignment: Assignment, hearing: Hearing, vera: Volunteer, address_of: Address,
        read: Read,
    ) -> None:  # fmt: skip
        address = address_of(vera, FULL)
        assert "Trial hearing" in read(address).text
        assignment.until = date(2026, 1, 1)
        assert entries(read(address)) == []

    def test_17_of_a_hearing_of_several_it_names_only_her_own(
        self, session: Session, assignment: Assignment, hearing: Hearing, vera: Volunteer, address_of: Address,
        read: Read,
    ) -> None:  # fmt: skip
        other = make_prisoner(session, "Kuzma Solyony")
        session.add(HearingPrisoner(hearing_id=hearing.id, prisoner_id=other.id))
        assert "Kuzma" not in read(address_of(vera, FULL)).text

    def test_17_coordinators_see_what_must_be_kept_of_all_and_what_is_kind_of_their_own(
        self, session: Session, dunya: Prisoner, hearing: Hearing, cora: Volunteer, address_of: Address, read: Read,
        soon: date,
    ) -> None:  # fmt: skip
        day = PartialDate.of(soon)
        dunya.release_on = day
        make_measure(session, dunya, until=day)
        _deadline(session, dunya, cora, soon)
        make_case_person(session, make_case(session), dunya, detained_on=PartialDate.of(soon.replace(year=2020, day=1)))
        session.add(
            ParcelWindow(
                prisoner_id=dunya.id, counted_from=date(2026, 1, 1), entered_by_id=cora.id, changed_at=clock.now(),
                form_id=uuid4(),
            )
        )  # fmt: skip
        kinds = {str(event["SUMMARY"]).partition(":")[0] for event in entries(read(address_of(cora, FULL)))}
        assert kinds == {"Trial hearing", "Release", "Custody runs out", "Last day to hand in"}
        make_assignment(session, dunya, cora)
        kinds = {str(event["SUMMARY"]).partition(":")[0] for event in entries(read(address_of(cora, FULL)))}
        assert kinds >= {"Birthday", "Anniversary of the arrest", "Parcel possible"}

    def test_18_the_answer_is_for_programs(
        self, assignment: Assignment, hearing: Hearing, vera: Volunteer, address_of: Address, read: Read
    ) -> None:
        for headers in ({}, {"Accept": "image/png"}, {"User_Agent": "Google-Calendar-Importer"}):
            answer = read(address_of(vera), **headers)
            assert answer.status_code == 200
            assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
            assert answer.headers["Cache-Control"] == "private"
            assert "noindex" in answer.headers["X-Robots-Tag"]
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert {"ETag", "Last-Modified"} <= set(answer.headers.keys())
            assert "Set-Cookie" not in answer.headers
        assert read("/robots.txt").status_code == 404, "Google obeys it, so that it must not forbid"

    def test_18_the_secret_reaches_no_log(
        self, vera: Volunteer, address_of: Address, read: Read, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")
        address = address_of(vera)
        caplog.clear()
        read(address)
        read(address.replace("/calendar/", "/calendar/wrong"))
        assert address[10:40] not in caplog.text

    def test_19_a_discreet_one_names_nobody(
        self, session: Session, assignment: Assignment, hearing: Hearing, dunya: Prisoner, vera: Volunteer,
        cora: Volunteer, address_of: Address, read: Read, soon: date,
    ) -> None:  # fmt: skip
        dunya.release_on = PartialDate.of(soon)
        make_measure(session, dunya, until=PartialDate.of(soon))
        _deadline(session, dunya, cora, soon)
        text = "".join(read(address_of(vera)).text.split("\r\n ")).casefold()
        for word in ("dunya", "огурцова", "court", "hearing", "trial", "lukomorsk", "прения", "custody", "prison",
                     "detention", "appeal", "release", "суд"):  # fmt: skip
            assert word not in text, word
        assert {str(event["SUMMARY"]) for event in entries(read(address_of(vera)))} == {
            "Appointment", "Deadline", "Birthday",
        }  # fmt: skip

    def test_19_a_full_one_says_who_where_and_what_is_expected(
        self, assignment: Assignment, hearing: Hearing, vera: Volunteer, address_of: Address, read: Read
    ) -> None:
        event = _one(read(address_of(vera, FULL)), "Trial")
        assert str(event["SUMMARY"]) == "Trial hearing: Dunya Ogurtsova"
        assert str(event["LOCATION"]) == "Lukomorsk District Court, Lukomorsk"
        assert "Expected: Прения; приходить к 9:30" in str(event["DESCRIPTION"])

    @pytest.mark.parametrize("most, title", [
        (Disclosure.DISCREET, "Appointment"), (Disclosure.MINIMAL, "Reminder"),
    ])  # fmt: skip
    def test_19_the_collective_can_keep_a_full_one_from_saying_so_much(
        self, session: Session, assignment: Assignment, hearing: Hearing, vera: Volunteer, address_of: Address,
        read: Read, most: Disclosure, title: str,
    ) -> None:  # fmt: skip
        address = address_of(vera, FULL)
        session.add(Collective(id=THE_ONE, most_disclosure=most))
        answer = read(address)
        assert title in {str(event["SUMMARY"]) for event in entries(answer)}
        assert "Dunya" not in answer.text


class TestOneHearing:
    def test_it_has_the_same_name_as_in_the_calendar(
        self, as_vera: FormClient, hearing: Hearing, vera: Volunteer, address_of: Address, read: Read
    ) -> None:
        answer = as_vera.get(f"/hearings/{hearing.id}.ics")
        event = _one(answer)
        assert event["UID"] == _one(read(address_of(vera)), "Appointment")["UID"]
        assert str(event["SUMMARY"]) == "Appointment"
        assert "METHOD" not in answer.text
        assert answer.headers["Content-Disposition"] == "attachment; filename=appointment.ics"
        assert answer.headers["Cache-Control"] == "no-store"

    def test_in_full_if_asked_for_and_allowed(self, session: Session, as_vera: FormClient, hearing: Hearing) -> None:
        assert "Dunya" in as_vera.get(f"/hearings/{hearing.id}.ics?full=1").text
        session.add(Collective(id=THE_ONE, most_disclosure=Disclosure.DISCREET))
        assert "Dunya" not in as_vera.get(f"/hearings/{hearing.id}.ics?full=1").text

    def test_not_for_strangers_and_not_without_a_day(
        self, as_sam: FormClient, as_vera: FormClient, hearing: Hearing
    ) -> None:
        assert as_sam.get(f"/hearings/{hearing.id}.ics").status_code == 404
        hearing.on = hearing.at = None
        hearing.roughly = PartialDate(2027, 3)
        assert as_vera.get(f"/hearings/{hearing.id}.ics").status_code == 404


def test_ten_statements_for_one_entry_and_for_a_thousand(
    session: Session, court: Facility, cora: Volunteer, dunya: Prisoner, hearing: Hearing, address_of: Address,
    read: Read, count_statements: Any, soon: date,
) -> None:  # fmt: skip
    address = address_of(cora, FULL)
    with count_statements() as few:
        read(address)
    for number in range(999):
        set_hearing(session, court, cora, [dunya], on=soon + timedelta(days=number % 300), at=time(number % 24))
    session.commit()
    began = stopwatch.perf_counter()
    with count_statements() as many:
        answer = read(address)
    took = stopwatch.perf_counter() - began
    assert len(entries(answer)) == 1000
    assert len(many) == len(few) <= 10, str(many)
    assert took < 5, f"{took:.2f} s"
