"""Entering hearings as they are announced: a window, several days, only a month; and changing all of it."""

from __future__ import annotations

from datetime import date, time, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_assignment, make_facility, make_prisoner, make_volunteer
from tests.support.client import FormClient
from tests.support.statements import counting
from tracker import clock
from tracker.cases.models import Case, CaseKind, CasePerson, CaseRole
from tracker.dates.models import Hearing, HearingChange, HearingPrisoner, HearingStatus, Sitting
from tracker.facilities.models import Facility, FacilityKind
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind, MailState, Reason
from tracker.volunteers.models import Volunteer


@pytest.fixture
def court(session: Session) -> Facility:
    return make_facility(
        session,
        name="Leninsky District Court",
        name_local="Ленинский районный суд г. Владивостока",
        kind=FacilityKind.COURT,
        city="Vladivostok",
    )


def _in(days: int) -> date:
    return clock.now().date() + timedelta(days=days)


def _new(dunya: Prisoner) -> str:
    return f"/prisoners/{dunya.id}/hearings/new"


def _filled(court: Facility, **data: object) -> dict[str, object]:
    return {"on": _in(30).isoformat(), "at": "10:00", "court": str(court.id), "kind": "trial", **data}


def _latest(session: Session) -> Hearing:
    session.expire_all()
    found = session.scalar(select(Hearing).order_by(Hearing.entered_at.desc()).limit(1))
    assert found
    return found


@pytest.fixture
def location(as_cora: FormClient, dunya: Prisoner, court: Facility) -> str:
    return as_cora.post_form(_new(dunya), _filled(court)).headers["Location"]


def test_a_window_says_that_nobody_knows_the_day(
    as_cora: FormClient, session: Session, dunya: Prisoner, court: Facility
) -> None:
    data = _filled(court, at="", latest_on=_in(34).isoformat())
    page = as_cora.get(as_cora.post_form(_new(dunya), data).headers["Location"]).text
    assert "On some day from" in page
    assert "nobody knows yet on which" in page
    assert _latest(session).latest_on == _in(34)


@pytest.mark.parametrize(
    "typed, kept, shown",
    [("12.2031", PartialDate(2031, 12), "December 2031"), ("2031", PartialDate(2031), "2031")],
)
def test_only_a_month_or_a_year_can_be_known(
    as_cora: FormClient,
    session: Session,
    dunya: Prisoner,
    court: Facility,
    typed: str,
    kept: PartialDate,
    shown: str,
) -> None:
    answer = as_cora.post_form(_new(dunya), _filled(court, on="", at="", roughly=typed))
    assert answer.status_code == 302
    found = _latest(session)
    assert (found.on, found.roughly, found.status) == (None, kept, HearingStatus.SCHEDULED)
    page = as_cora.get(answer.headers["Location"]).text
    assert f"<strong>{shown}</strong>" in page
    assert "The day is not known yet." in page
    assert shown in as_cora.get("/hearings/").text


def test_several_days_are_typed_one_a_line(
    as_cora: FormClient, session: Session, dunya: Prisoner, court: Facility
) -> None:
    lines = f"{_in(32):%d.%m.%Y} 14:30\n{_in(31)}\n\n"
    location = as_cora.post_form(_new(dunya), _filled(court, sittings=lines)).headers["Location"]
    found = _latest(session)
    kept = session.execute(select(Sitting.on, Sitting.at).where(Sitting.hearing_id == found.id).order_by(Sitting.on))
    assert [tuple(row) for row in kept] == [(_in(31), None), (_in(32), time(14, 30))]
    page = as_cora.get(location).text
    assert "day 3 of 3" in page
    assert "14:30 by the clock of the court" in page
    form = as_cora.get(location + "/change").text
    assert f"{_in(31):%d.%m.%Y}\n{_in(32):%d.%m.%Y} 14:30" in form


@pytest.mark.parametrize(
    "data, sentence, kept",
    [
        ({"at": "25:00"}, "This is no time of day.", "25:00"),
        ({"latest_on": _in(29).isoformat()}, "This lies before the first day.", _in(29).isoformat()),
        ({"on": "", "at": ""}, "Type the day, or further down the month or the year", ""),
        ({"roughly": "12.2031"}, "Type either a day or only the month or the year", "12.2031"),
        ({"on": "", "roughly": "12.2031"}, "A time says nothing as long as the day is not known.", "12.2031"),
        ({"on": "", "at": "", "roughly": "2031-22"}, "Type a month like 12.2026 or a year like 2027.", "2031-22"),
        ({"on": "", "at": "", "roughly": "--02-29"}, "Type a month like 12.2026 or a year like 2027.", "--02-29"),
        ({"on": "", "at": "", "latest_on": _in(9).isoformat()}, "Type the first day", _in(9).isoformat()),
        ({"sittings": f"{_in(29):%d.%m.%Y} 10:00"}, "A further day lies before the first one.", f"{_in(29):%d.%m.%Y}"),
        ({"sittings": f"{_in(30)} 10:00"}, "The same day and time stands there twice.", f"{_in(30)} 10:00"),
        ({"sittings": "когда-нибудь"}, "is no day with a time", "когда-нибудь"),
        ({"sittings": "31.02.2031 10:00"}, "is no day with a time", "31.02.2031 10:00"),
        ({"sittings": "16.12.2031 25:00"}, "is no day with a time", "16.12.2031 25:00"),
        (
            {"latest_on": _in(40).isoformat(), "sittings": f"{_in(31)}"},
            "If it is on some day in between, it has no further days yet.",
            f"{_in(31)}",
        ),
        ({"prisoners": None}, "Choose at least one person.", "10:00"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_typed_is_lost(
    as_cora: FormClient, dunya: Prisoner, court: Facility, data: dict[str, object], sentence: str, kept: str
) -> None:
    answer = as_cora.post_form(_new(dunya), _filled(court, expected="Возможен приговор", **data))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert kept in answer.text
    assert "Возможен приговор" in answer.text


def test_a_time_that_clocks_skip_is_taken_as_they_would_show_it_and_that_is_said(
    as_cora: FormClient, dunya: Prisoner, court: Facility
) -> None:
    court.zone = "Europe/Berlin"
    # On 31 March 2030 the clocks in Berlin go from two to three.
    answer = as_cora.post_form(_new(dunya), _filled(court, on="2030-03-31", at="02:30"))
    assert answer.status_code == 302
    page = as_cora.get(answer.headers["Location"]).text
    assert "In that night the clocks there jump over 02:30; it is taken as 03:30." in page
    assert "taken as 03:30" in as_cora.get(answer.headers["Location"]).text


def test_every_change_of_the_days_is_history(as_cora: FormClient, session: Session, location: str) -> None:
    change = location + "/change"
    steps = [
        {"latest_on": _in(33).isoformat()},
        {"latest_on": "", "sittings": f"{_in(31)} 10:00"},
        {"on": "", "at": "", "sittings": "", "roughly": "2031"},
        {"on": _in(45).isoformat(), "roughly": ""},
    ]
    for step in steps:
        assert as_cora.post_form(change, step).status_code == 302, step
    session.expire_all()
    kept = session.scalars(select(HearingChange).order_by(HearingChange.revision)).all()
    assert [each.revision for each in kept] == [0, 1, 2, 3]
    assert [each.latest_on for each in kept] == [None, _in(33), None, None]
    assert [each.sittings for each in kept] == [[], [], [f"{_in(31)}T10:00"], []]
    assert kept[3].roughly == PartialDate(2031)
    page = as_cora.get(location).text
    for words in ("some day from", "2031, day not known", "cora"):
        assert words in page
    refused = as_cora.post_form(change, {})
    assert "Nothing is different from before." in refused.text


@pytest.fixture
def yegor(session: Session, dunya: Prisoner) -> Prisoner:
    """In one case with Dunya."""
    yegor = make_prisoner(session, "Yegor Огурцов")
    case = Case(title="Дело о грядке", title_folded="дело", kind=CaseKind.CRIMINAL, created_at=clock.now())
    session.add(case)
    session.flush()
    for each in (dunya, yegor):
        session.add(CasePerson(case_id=case.id, prisoner_id=each.id, role=CaseRole.DEFENDANT))
    return yegor


def test_whom_it_concerns_can_be_changed_and_that_is_no_news_of_the_day(
    as_cora: FormClient, session: Session, dunya: Prisoner, yegor: Prisoner, location: str
) -> None:
    both = [str(dunya.id), str(yegor.id)]
    assert as_cora.post_form(location + "/change", {"prisoners": both}).status_code == 302
    found = _latest(session)
    concerned = select(HearingPrisoner.prisoner_id).where(HearingPrisoner.hearing_id == found.id)
    assert set(session.scalars(concerned)) == {dunya.id, yegor.id}
    assert found.revision == 0
    as_cora.post_form(location + "/change", {"prisoners": [str(yegor.id)]})
    assert set(session.scalars(concerned)) == {yegor.id}
    refused = as_cora.post_form(location + "/change", {"prisoners": None})
    assert refused.status_code == 422
    assert "Choose at least one person." in refused.text


def test_coordinators_see_who_was_told_what_and_volunteers_only_the_former_dates(
    as_cora: FormClient, as_vera: FormClient, session: Session, vera: Volunteer, location: str
) -> None:
    hearing = _latest(session)
    now = clock.now()
    state = {"on": f"{_in(30)}", "at": "10:00", "zone": "Asia/Vladivostok", "place": "x", "status": "scheduled"}
    for number, facts in enumerate(({"recipient_id": vera.id}, {})):
        session.add(
            Outbox(
                kind=MailKind.REMINDER,
                day_kind="hearing",
                subject_id=hearing.id,
                told_state=state,
                due_at=now,
                expires_at=now,
                next_at=now,
                created_at=now,
                accepted_at=now,
                state=MailState.SENT,
                reason=Reason.LADDER,
                message_id=f"told-{number}",
                dedupe_key=f"told-{number}",
                **facts,
            )
        )
    as_cora.post_form(location + "/change", {"at": "11:30", "why": "Судья болен"})
    page = as_cora.get(location).text
    assert "vera, 1 court watcher" in page
    assert "Судья болен" in page
    hers = as_vera.get(location).text
    assert "10:00 (Vladivostok)" in hers
    for words in ("Who was told", "court watcher", "Судья болен", "Who will be told"):
        assert words not in hers


def test_coordinators_see_who_will_be_told_and_when_by_whose_clock(
    as_cora: FormClient, as_vera: FormClient, location: str
) -> None:
    page = as_cora.get(location).text
    told = page[page.index("Who will be told, and when") :]
    assert "vera" in told
    assert "7 days before" in told
    assert "08:00" in told


def test_the_page_of_a_hearing_asks_the_same_for_one_and_for_many(
    as_cora: FormClient, session: Session, dunya: Prisoner, location: str, app: Flask
) -> None:
    counts = []
    for number in range(2):
        with counting(app.extensions["tracker"].engine) as asked:
            assert as_cora.get(location).status_code == 200
        counts.append(len(asked))
        for each in range(12):
            helper = make_volunteer(session, f"helper{number}{each}")
            make_assignment(session, dunya, helper, part="court")
        as_cora.post_form(location + "/change", {"at": f"1{number}:15", "sittings": f"{_in(33)} 10:00"})
    assert counts[0] == counts[1] <= 22, counts


def test_lists_are_filtered_and_in_order_of_what_is_known(
    as_cora: FormClient, session: Session, dunya: Prisoner, court: Facility, cora: Volunteer, app: Flask
) -> None:
    later, past = _in(40), _in(-20)

    def make(label: str, on: date | None, **facts: object) -> UUID:
        made = Hearing(
            court_id=court.id,
            kind="trial",
            on=on,
            zone="Asia/Vladivostok",
            entered_by_id=cora.id,
            entered_at=clock.now(),
            changed_at=clock.now(),
            form_id=uuid4(),
            **facts,
        )
        session.add(made)
        session.flush()
        person = make_prisoner(session, label)
        session.add(HearingPrisoner(hearing_id=made.id, prisoner_id=person.id))
        return made.id

    make("Window", past, latest_on=_in(3))
    sitting = make("Sittings", past)
    session.add(Sitting(hearing_id=sitting, on=_in(5)))
    make("Soon", _in(8))
    make("Rough", None, roughly=PartialDate(later.year + 1, 3))
    make("Year", None, roughly=PartialDate(later.year + 1))
    make("Far", date(later.year + 1, 3, 1))
    make("Never", None, status="sine_die")
    make("Over", past)
    make("Told", past, outcome="held")
    make("Month", None, roughly=PartialDate(2024, 2))

    def order(query: str) -> list[str]:
        with counting(app.extensions["tracker"].engine) as asked:
            page = as_cora.get(f"/hearings/{query}").text
        assert len(asked) <= 5, str(asked)
        names = ("Window", "Sittings", "Soon", "Rough", "Year", "Far", "Never", "Over", "Told", "Month")
        return sorted((each for each in names if f">{each}<" in page), key=lambda each: page.index(f">{each}<"))

    coming = ["Window", "Sittings", "Soon", "Year", "Rough", "Far", "Never"]
    assert order("") == coming
    assert "Never" not in order("?show=nobody_there")
    assert sorted(order("?show=past")[:2]) == ["Over", "Told"]
    assert order("?show=past")[2:] == ["Month"]
    assert order("?show=no_outcome") == ["Over", "Month"]
    assert order("?show=nonsense") == coming


def test_a_page_of_fifty_hearings_is_light(
    as_cora: FormClient, session: Session, court: Facility, cora: Volunteer
) -> None:
    for number in range(52):
        made = Hearing(
            court_id=court.id,
            kind="trial",
            on=_in(number),
            at=time(10),
            zone="Asia/Vladivostok",
            entered_by_id=cora.id,
            entered_at=clock.now(),
            changed_at=clock.now(),
            form_id=uuid4(),
        )
        session.add(made)
        session.flush()
        person = make_prisoner(session, f"Вымышленная Персона {number:02d}")
        session.add(HearingPrisoner(hearing_id=made.id, prisoner_id=person.id))
    page = as_cora.get("/hearings/")
    assert page.text.count("<tr>") == 51
    assert len(page.data) <= 25_000, len(page.data)
    assert "Персона 51" in as_cora.get("/hearings/?page=2").text
