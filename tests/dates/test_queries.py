"""Which days are gathered for the planner, and from where."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import event

from tracker.cases.models import Case, CaseKind, CasePerson, CaseRole, Measure, MeasureKind
from tracker.dates.models import Hearing, HearingKind, HearingPrisoner, HearingStatus
from tracker.dates.queries import Window, days_in, days_named
from tracker.dates.rules import DayKind, DayStatus
from tracker.facilities.models import Facility, FacilityKind
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.rules import PlacementKind, Whereabouts
from tracker.volunteers.models import Volunteer

HOME = "Europe/Berlin"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DECEMBER = Window(date(2026, 12, 1), date(2026, 12, 31), changed_since=datetime(2026, 11, 1, tzinfo=UTC))


def put(session, *rows):
    for row in rows:
        session.add(row)
        session.flush()
    return rows[0]


def prisoner(session, **facts) -> Prisoner:
    facts = {"whereabouts": Whereabouts.IN_CUSTODY, "created_at": LONG_AGO, **facts}
    return put(session, Prisoner(name="Дуня Огурцова", name_folded="дуня огурцова", **facts))


def case_of(session, who, detained_on, **facts) -> CasePerson:
    case = put(session, Case(title="Дело", title_folded="дело", kind=CaseKind.CRIMINAL, created_at=LONG_AGO))
    facts = {"role": CaseRole.DEFENDANT, **facts}
    return put(
        session,
        CasePerson(case_id=case.id, prisoner_id=who.id, detained_on=PartialDate.parse(detained_on), **facts),
    )


def custody(session, who, until, **facts) -> Measure:
    facts = {"kind": MeasureKind.CUSTODY, "changed_at": LONG_AGO, **facts}
    return put(session, Measure(prisoner_id=who.id, until=PartialDate.parse(until), **facts))


def hearing(session, *people, on="2026-12-15", **facts) -> Hearing:
    clerk = put(session, Volunteer(handle=uuid4().hex, handle_folded=uuid4().hex, created_at=LONG_AGO))
    court = put(
        session,
        Facility(name="Суд", name_folded="суд", kind=FacilityKind.COURT, zone="Asia/Omsk", created_at=LONG_AGO),
    )
    facts = {"status": HearingStatus.SCHEDULED, "changed_at": LONG_AGO, **facts}
    made = put(
        session,
        Hearing(
            court_id=court.id,
            kind=HearingKind.TRIAL,
            on=date.fromisoformat(on) if on else None,
            zone="Asia/Omsk",
            entered_by_id=clerk.id,
            entered_at=LONG_AGO,
            form_id=uuid4(),
            **facts,
        ),
    )
    put(session, *[HearingPrisoner(hearing_id=made.id, prisoner_id=each.id) for each in people])
    return made


def found(session, window=DECEMBER, kind=None):
    return [(str(day.kind), str(day.on)) for day in days_in(session, window, HOME) if kind in (None, day.kind)]


@pytest.mark.parametrize(
    "birth, is_found",
    [
        ("1988-12-15", True),
        ("--12-15", True),
        ("1988-12", True),
        ("--12", True),
        ("1988-11-15", False),
        ("1988", False),
        ("1988-24", False),
    ],
)
def test_a_birthday_is_found_by_its_month_in_any_year(session, birth, is_found):
    prisoner(session, birth=PartialDate.parse(birth))
    assert found(session, kind=DayKind.BIRTHDAY) == ([("birthday", birth)] if is_found else [])


def test_around_the_new_year_both_months_are_looked_at(session):
    prisoner(session, birth=PartialDate.parse("1988-12-30"))
    prisoner(session, birth=PartialDate.parse("1990-01-02"))
    prisoner(session, birth=PartialDate.parse("1990-03-02"))
    window = replace(DECEMBER, first=date(2026, 12, 28), last=date(2027, 1, 4))
    assert sorted(found(session, window)) == [("birthday", "1988-12-30"), ("birthday", "1990-01-02")]


def test_29_february_is_found_in_march_too_if_the_window_begins_in_february(session):
    prisoner(session, birth=PartialDate.parse("1988-02-29"))
    window = replace(DECEMBER, first=date(2027, 2, 20), last=date(2027, 3, 20))
    assert found(session, window) == [("birthday", "1988-02-29")]


@pytest.mark.parametrize(
    "until, is_found",
    [("2026-12-20", True), ("2026-12", True), ("2027-01-01", False), ("2026-11-30", False), ("2026-21", True)],
)
def test_the_end_of_custody_is_found_as_far_as_it_is_known(session, until, is_found):
    custody(session, prisoner(session), until)
    assert found(session) == ([("detention_until", until)] if is_found else [])


def test_custody_that_is_over_or_of_another_kind_is_no_day_to_watch(session):
    who = prisoner(session)
    custody(session, who, "2026-12-20", ended_on=PartialDate.parse("2026-12-01"))
    custody(session, who, "2026-12-20", kind=MeasureKind.TRAVEL_BAN)
    assert found(session) == []


def test_a_day_that_was_changed_lately_is_found_wherever_it_lies(session):
    lately = datetime(2026, 11, 30, tzinfo=UTC)
    who = prisoner(session)
    custody(session, who, "2028-06-01", changed_at=lately)
    hearing(session, who, on="2028-06-01", changed_at=lately)
    hearing(session, who, on=None, status=HearingStatus.SINE_DIE, changed_at=lately)
    assert len(found(session)) == 3


def test_a_hearing_of_several_people_is_one_day(session):
    people = [prisoner(session) for _ in range(3)]
    made = hearing(session, *people)
    [day] = days_in(session, DECEMBER, HOME)
    assert day.subject_id == made.id
    assert set(day.prisoner_ids) == {each.id for each in people}
    assert day.zone == "Asia/Omsk"


def test_a_closed_hearing_is_no_day_any_more(session):
    hearing(session, prisoner(session), status=HearingStatus.CLOSED)
    assert found(session) == []


def test_a_release_runs_by_the_clock_of_the_place(session):
    who = prisoner(session, release_on=PartialDate.parse("2026-12-20"))
    [day] = days_in(session, DECEMBER, HOME)
    assert (day.kind, day.zone) == (DayKind.RELEASE, HOME)
    colony = put(
        session,
        Facility(name="ИК", name_folded="ик", kind=FacilityKind.COLONY, zone="Asia/Omsk", created_at=LONG_AGO),
    )
    put(
        session,
        Placement(prisoner_id=who.id, position=0, kind=PlacementKind.COLONY, facility_id=colony.id, is_current=True),
    )
    [day] = days_in(session, DECEMBER, HOME)
    assert day.zone == "Asia/Omsk"


def test_nobody_waits_for_the_release_of_somebody_free_but_her_birthday_stays(session):
    prisoner(
        session,
        whereabouts=Whereabouts.AT_LIBERTY,
        release_on=PartialDate.parse("2026-12-20"),
        birth=PartialDate.parse("1988-12-15"),
    )
    assert found(session) == [("birthday", "1988-12-15")]


def test_whoever_was_told_of_a_release_has_to_hear_that_its_date_is_lost(session):
    who = prisoner(session)
    window = replace(DECEMBER, also=frozenset({who.id}))
    [day] = days_in(session, window, HOME)
    assert (day.kind, day.status, day.on) == (DayKind.RELEASE, DayStatus.SINE_DIE, None)


def test_an_arrest_has_one_anniversary_even_if_two_cases_began_with_it(session):
    who = prisoner(session)
    case_of(session, who, "2024-12-10")
    case_of(session, who, "2024-12-10")
    case_of(session, who, "2025-12-12")
    assert found(session) == [("arrest_anniversary", "2024-12-10"), ("arrest_anniversary", "2025-12-12")]


def test_a_witness_and_somebody_free_have_no_anniversary(session):
    case_of(session, prisoner(session), "2024-12-10", role=CaseRole.WITNESS)
    case_of(session, prisoner(session, whereabouts=Whereabouts.AT_LIBERTY), "2024-12-10")
    assert found(session) == []


def test_somebody_archived_has_no_days(session):
    who = prisoner(
        session,
        archived_at=LONG_AGO,
        birth=PartialDate.parse("1988-12-15"),
        release_on=PartialDate.parse("2026-12-20"),
    )
    custody(session, who, "2026-12-20")
    case_of(session, who, "2024-12-10")
    assert found(session) == []


def test_every_day_that_is_gathered_can_be_asked_for_alone(session):
    who = prisoner(session, birth=PartialDate.parse("1988-12-15"), release_on=PartialDate.parse("2026-12-20"))
    custody(session, who, "2026-12-20")
    case_of(session, who, "2024-12-10")
    hearing(session, who)
    days = days_in(session, DECEMBER, HOME)
    assert {day.kind for day in days} == set(DayKind) - {
        DayKind.APPEAL_DEADLINE,
        DayKind.INTL_DAY,
        DayKind.PARCEL_WINDOW,
    }
    for day in days:
        assert days_named(session, {(day.kind, day.subject_id)}, HOME) == [day]
        assert days_named(session, {(day.kind, uuid4())}, HOME) == []
    assert days_named(session, {(DayKind.INTL_DAY, uuid4())}, HOME) == []


def test_a_hundred_days_cost_the_same_four_statements_as_one(session, engine):
    def statements() -> int:
        count = 0

        def add(*_: object) -> None:
            nonlocal count
            count += 1

        event.listen(engine, "before_cursor_execute", add)
        days_in(session, DECEMBER, HOME)
        event.remove(engine, "before_cursor_execute", add)
        return count

    hearing(session, prisoner(session, birth=PartialDate.parse("1988-12-15")))
    session.flush()
    one = statements()
    for _ in range(30):
        who = prisoner(session, birth=PartialDate.parse("1988-12-15"))
        hearing(session, who)
        custody(session, who, "2026-12-20")
        case_of(session, who, "2024-12-10")
    assert one == statements() == 4
