"""What comes next for a prisoner."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from tests.cast import dunya, vera  # noqa: F401
from tests.factories import make_facility, make_prisoner
from tracker.cases.models import Case, CaseKind, CasePerson, CaseRole, Measure, MeasureKind
from tracker.dates.coming import ComingDay, coming_days
from tracker.dates.models import (
    Deadline,
    DeadlineKind,
    Hearing,
    HearingKind,
    HearingPrisoner,
    HearingStatus,
    ParcelWindow,
    Sitting,
)
from tracker.dates.rules import DayKind
from tracker.facilities.models import FacilityKind
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner
from tracker.prisoners.rules import Whereabouts
from tracker.volunteers.models import Volunteer

TODAY, IN_A_YEAR = date(2026, 11, 24), date(2027, 11, 24)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def ahead(session: Session, *prisoners: Prisoner, last: date = IN_A_YEAR) -> list[ComingDay]:
    session.flush()
    return coming_days(session, [each.id for each in prisoners], first=TODAY, last=last)


def kinds(days: list[ComingDay]) -> list[tuple[DayKind, date]]:
    return [(day.kind, day.on) for day in days]


def hearing(session: Session, prisoner: Prisoner, by: Volunteer, on: date | None, **facts: Any) -> Hearing:
    court = make_facility(session, name="Суд", kind=FacilityKind.COURT)
    facts = {"kind": HearingKind.APPEAL, "zone": "Asia/Vladivostok"} | facts
    made = Hearing(
        court_id=court.id, on=on, entered_by_id=by.id, entered_at=NOW, changed_at=NOW, form_id=uuid4(), **facts
    )
    session.add(made)
    session.flush()
    session.add(HearingPrisoner(hearing_id=made.id, prisoner_id=prisoner.id))
    return made


def custody(session: Session, prisoner: Prisoner, until: str, **facts: Any) -> None:
    facts = {"kind": MeasureKind.CUSTODY, "zone": "Europe/Moscow"} | facts
    session.add(Measure(prisoner_id=prisoner.id, until=PartialDate.parse(until), changed_at=NOW, **facts))


def detained(session: Session, prisoner: Prisoner, on: str, role: CaseRole = CaseRole.DEFENDANT) -> None:
    case = Case(title="Дело", title_folded="дело", kind=CaseKind.CRIMINAL, created_at=NOW)
    session.add(case)
    session.flush()
    session.add(CasePerson(case_id=case.id, prisoner_id=prisoner.id, role=role, detained_on=PartialDate.parse(on)))


def test_all_days_of_a_prisoner_come_in_order(session: Session, dunya: Prisoner, vera: Volunteer) -> None:  # noqa: F811
    hearing(session, dunya, vera, date(2026, 12, 15), at=time(10))
    custody(session, dunya, "2026-12-01")
    detained(session, dunya, "2023-03-05")
    dunya.release_on = PartialDate.parse("2027-07")
    days = ahead(session, dunya)
    assert kinds(days) == [
        (DayKind.DETENTION_UNTIL, date(2026, 12, 1)),
        (DayKind.HEARING, date(2026, 12, 15)),
        (DayKind.BIRTHDAY, date(2027, 2, 28)),
        (DayKind.ARREST_ANNIVERSARY, date(2027, 3, 5)),
        (DayKind.RELEASE, date(2027, 7, 1)),
    ]
    assert [day.ordinal for day in days] == [None, None, 39, 4, None]
    assert [day.is_month_only for day in days] == [False] * 4 + [True]
    court = days[1]
    assert (court.at, court.zone, court.what, court.court) == (
        time(10),
        "Asia/Vladivostok",
        HearingKind.APPEAL,
        "Суд",
    )
    assert days[0].what is MeasureKind.CUSTODY


def test_what_is_over_or_called_off_does_not_come(session: Session, dunya: Prisoner, vera: Volunteer) -> None:  # noqa: F811
    dunya.birth = None
    hearing(session, dunya, vera, TODAY - timedelta(days=1))
    hearing(session, dunya, vera, date(2026, 12, 1), status=HearingStatus.CANCELLED)
    hearing(session, dunya, vera, None, status=HearingStatus.SINE_DIE)
    custody(session, dunya, "2026-11-23")
    custody(session, dunya, "2026-12-01", ended_on=PartialDate.parse("2026-11-01"))
    custody(session, dunya, "2026-12-01", kind=MeasureKind.EXPERT_EXAMINATION)
    custody(session, dunya, "2027")
    detained(session, dunya, "2023-12-05", role=CaseRole.WITNESS)
    assert ahead(session, dunya) == []


def test_today_is_not_over(session: Session, dunya: Prisoner, vera: Volunteer) -> None:  # noqa: F811
    hearing(session, dunya, vera, TODAY)
    assert kinds(ahead(session, dunya, last=TODAY)) == [(DayKind.HEARING, TODAY)]


def test_a_month_that_has_begun_is_not_over(session: Session, dunya: Prisoner) -> None:  # noqa: F811
    dunya.birth = PartialDate.parse("1988-11")
    (day,) = ahead(session, dunya, last=TODAY)
    assert (day.on, day.is_month_only, day.ordinal) == (date(2026, 11, 1), True, 38)


def test_who_is_free_has_a_birthday_and_no_day_of_release(session: Session, dunya: Prisoner) -> None:  # noqa: F811
    dunya.whereabouts = Whereabouts.AT_LIBERTY
    dunya.release_on = PartialDate.parse("2027-01-01")
    detained(session, dunya, "2023-03-05")
    assert kinds(ahead(session, dunya)) == [(DayKind.BIRTHDAY, date(2027, 2, 28))]


def test_two_cases_that_began_with_one_arrest_have_one_anniversary(
    session: Session,
    dunya: Prisoner,  # noqa: F811
) -> None:
    dunya.birth = None
    detained(session, dunya, "2023-03-05")
    detained(session, dunya, "2023-03-05")
    assert len(ahead(session, dunya)) == 1


def test_days_of_others_stay_out(session: Session, dunya: Prisoner, vera: Volunteer) -> None:  # noqa: F811
    other = make_prisoner(session, "Лукерья", birth=PartialDate.parse("--12-24"))
    hearing(session, other, vera, date(2026, 12, 1))
    assert {day.prisoner_id for day in ahead(session, dunya)} == {dunya.id}
    assert [day.ordinal for day in ahead(session, other)] == [None, None]
    assert {day.prisoner_id for day in ahead(session, dunya, other)} == {dunya.id, other.id}


def test_terms_chances_for_parcels_and_uncertain_hearings_come_too(
    session: Session,
    dunya: Prisoner,  # noqa: F811
    vera: Volunteer,  # noqa: F811
) -> None:
    dunya.birth = None
    hearing(session, dunya, vera, TODAY - timedelta(days=2), latest_on=TODAY + timedelta(days=1))
    hearing(session, dunya, vera, None, roughly=PartialDate(2027, 2))
    hearing(session, dunya, vera, None, roughly=PartialDate(2027))
    several = hearing(session, dunya, vera, TODAY - timedelta(days=1), at=time(10))
    session.add(Sitting(hearing_id=several.id, on=date(2026, 12, 3), at=time(10)))
    session.add(Sitting(hearing_id=several.id, on=date(2026, 12, 3), at=time(14)))
    by = {"prisoner_id": dunya.id, "entered_by_id": vera.id, "changed_at": NOW}
    term = {"kind": DeadlineKind.APPEAL, "zone": "Asia/Vladivostok", "entered_at": NOW}
    session.add(Deadline(**by, **term, on=date(2026, 12, 1), at=time(12), form_id=uuid4()))
    session.add(
        Deadline(**by, **term, on=date(2026, 12, 2), status=HearingStatus.CLOSED, form_id=uuid4()),
    )
    session.add(ParcelWindow(**by, counted_from=date(2026, 8, 31), every_months=6, form_id=uuid4()))
    days = ahead(session, dunya)
    assert kinds(days) == [
        (DayKind.HEARING, TODAY - timedelta(days=2)),
        (DayKind.APPEAL_DEADLINE, date(2026, 12, 1)),
        (DayKind.HEARING, date(2026, 12, 3)),
        (DayKind.HEARING, date(2026, 12, 3)),
        (DayKind.HEARING, date(2027, 2, 1)),
        (DayKind.PARCEL_WINDOW, date(2027, 2, 28)),
    ]
    assert days[0].latest_on == TODAY + timedelta(days=1)
    assert (days[1].what, days[1].at) == (DeadlineKind.APPEAL, time(12))
    assert days[4].is_month_only
