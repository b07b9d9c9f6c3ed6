"""A coordinator's first page, the lists behind it, and the banner above every page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import make_assignment, make_coordinator, make_facility, make_prisoner, make_volunteer, sign_in
from tests.support.client import FormClient
from tests.support.statements import counting
from tracker.assignments.models import Part
from tracker.cases.models import Case, CaseKind, CasePerson, CaseRole, Measure, MeasureKind
from tracker.dates.models import Hearing, HearingKind, HearingPrisoner, HearingStatus
from tracker.facilities.models import FacilityKind
from tracker.parcels.rules import ParcelKind
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner, SupportState
from tracker.prisoners.rules import Whereabouts
from tracker.quotas.models import ParcelClaim
from tracker.reminders.models import Heartbeat, Outbox
from tracker.reminders.rules import MailKind, MailState, Reason
from tracker.volunteers.models import Volunteer

NOW = datetime(2028, 2, 20, 12, 0, tzinfo=UTC)
TODAY = date(2028, 2, 20)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """It is noon on Sunday, 20 February 2028, nine days before a 29 February."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cora(session: Session) -> Volunteer:
    """Cora writes to somebody herself, so that a page without a list is not empty by chance."""
    return make_coordinator(session, "cora")


@pytest.fixture
def as_cora(client: FormClient, session: Session, cora: Volunteer) -> FormClient:
    return sign_in(client, session, cora)


def make_hearing(session: Session, cora: Volunteer, prisoner: Prisoner, on: date | None, **facts: Any) -> Hearing:
    court = make_facility(session, name=f"Court {uuid4()}", kind=FacilityKind.COURT)
    facts = {"kind": HearingKind.VERDICT, "at": None, "status": HearingStatus.SCHEDULED} | facts
    hearing = Hearing(
        court_id=court.id,
        on=on,
        zone="Asia/Vladivostok",
        entered_by_id=cora.id,
        entered_at=NOW,
        changed_at=NOW,
        form_id=uuid4(),
        **facts,
    )
    session.add(hearing)
    session.flush()
    session.add(HearingPrisoner(hearing_id=hearing.id, prisoner_id=prisoner.id))
    session.flush()
    return hearing


def make_custody(session: Session, prisoner: Prisoner, until: str, **facts: Any) -> Measure:
    facts = {"kind": MeasureKind.CUSTODY, "changed_at": NOW} | facts
    measure = Measure(prisoner_id=prisoner.id, until=PartialDate.parse(until), **facts)
    session.add(measure)
    session.flush()
    return measure


def make_mail(session: Session, reader: Volunteer, state: MailState, **facts: Any) -> Outbox:
    facts = {"due_at": NOW - timedelta(hours=1)} | facts
    mail = Outbox(
        recipient_id=reader.id,
        kind=MailKind.REMINDER,
        next_at=NOW,
        expires_at=NOW + timedelta(days=1),
        state=state,
        reason=Reason.LADDER,
        message_id=str(uuid4()),
        dedupe_key=str(uuid4()),
        created_at=NOW,
        **facts,
    )
    session.add(mail)
    session.flush()
    return mail


def make_beats(session: Session, at: datetime = NOW) -> None:
    for name in ("planner", "sender"):
        session.add(Heartbeat(name=name, at=at, began_at=at))
    session.flush()


def section(page: str, name: str) -> str:
    """What stands in one section of the page."""
    found = re.search(rf'<section aria-labelledby="{name}">(.*?)</section>', page, re.S)
    assert found, name
    return found[1]


# Who waits for a writer


def test_whoever_has_no_writer_stands_on_the_first_page(as_cora: FormClient, session: Session) -> None:
    make_prisoner(session, "Евгения Вымышленная-Долгополова")
    shown = section(as_cora.get("/").text, "no-writer")
    assert "Евгения Вымышленная-Долгополова" in shown
    assert "No letter yet" in shown
    assert "Assign somebody" in shown


@pytest.mark.parametrize(
    "facts",
    [
        {"support": SupportState.WITHHELD},
        {"no_mail": True},
        {"whereabouts": Whereabouts.AT_LIBERTY},
        {"whereabouts": Whereabouts.ABROAD},
        {"whereabouts": Whereabouts.HOUSE_ARREST},
        {"archived_at": NOW},
    ],
)
def test_who_should_get_no_mail_waits_for_nobody(as_cora: FormClient, session: Session, facts: dict[str, Any]) -> None:
    make_prisoner(session, "Yegor", **facts)
    page = as_cora.get("/").text
    assert "Yegor" not in section(page, "no-writer")
    assert "Yegor" not in section(page, "silent")
    assert "Yegor" not in as_cora.get("/prisoners/?show=no_writer").text


def test_when_a_ban_on_mail_is_over_somebody_should_write_again(as_cora: FormClient, session: Session) -> None:
    make_prisoner(session, "Yegor", no_mail=True, no_mail_until=PartialDate.parse("2024-02"))
    assert "Yegor" in section(as_cora.get("/").text, "no-writer")


@pytest.mark.parametrize(
    "part, until, disabled, waits",
    [
        (Part.WRITER, None, None, False),
        (Part.PARCELS, None, None, True),
        (Part.COURT, None, None, True),
        (Part.WRITER, date(2028, 2, 19), None, True),
        (Part.WRITER, None, NOW, True),
    ],
)
def test_only_somebody_who_can_write_now_counts_as_a_writer(
    as_cora: FormClient, session: Session, part: Part, until: date | None, disabled: datetime | None, waits: bool
) -> None:
    olga = make_volunteer(session, "olga", disabled_at=disabled)
    make_assignment(session, make_prisoner(session, "Yegor"), olga, part=part, until=until)
    assert ("Yegor" in section(as_cora.get("/").text, "no-writer")) is waits
    assert ("Yegor" in as_cora.get("/prisoners/?show=no_writer").text) is waits


# Who is being forgotten


@pytest.mark.parametrize(
    "last, silent",
    [(None, True), (TODAY - timedelta(days=61), True), (TODAY - timedelta(days=60), False), (TODAY, False)],
)
def test_more_than_sixty_days_without_a_letter_are_silence(
    as_cora: FormClient, session: Session, last: date | None, silent: bool
) -> None:
    make_prisoner(session, "Yegor", last_letter_on=last)
    assert ("Yegor" in section(as_cora.get("/").text, "silent")) is silent
    assert ("Yegor" in as_cora.get("/prisoners/silence").text) is silent


def test_those_who_never_had_a_letter_come_first_then_the_longest(as_cora: FormClient, session: Session) -> None:
    make_prisoner(session, "Anna", last_letter_on=date(2027, 1, 2))
    make_prisoner(session, "Boris", last_letter_on=date(2027, 1, 1))
    make_prisoner(session, "Yegor", last_letter_on=None)
    for shown in (section(as_cora.get("/").text, "silent"), as_cora.get("/prisoners/silence").text):
        assert shown.index("Yegor") < shown.index("Boris") < shown.index("Anna")


def test_long_lists_are_cut_and_lead_to_all(as_cora: FormClient, session: Session) -> None:
    for number in range(10):
        make_prisoner(session, f"Yegor {number}")
    page = as_cora.get("/").text
    for name, link in (("no-writer", "/prisoners/?show=no_writer"), ("silent", "/prisoners/silence?days=60")):
        shown = section(page, name)
        assert shown.count("<li>") == 8
        assert f'href="{link}"' in shown
        assert "All 10" in shown


@pytest.mark.parametrize(
    "query, shown",
    [
        ("?days=30", True),
        ("?days=45", False),
        ("?days=", False),
        ("?days=-5", False),
        ("?days=many", False),
        ("?days=99999999999999", False),
        ("?days=30&page=2", False),
        ("?days=30&page=x", True),
    ],
)
def test_the_silence_asked_for_may_be_another(as_cora: FormClient, session: Session, query: str, shown: bool) -> None:
    make_prisoner(session, "Yegor", last_letter_on=TODAY - timedelta(days=40))
    answer = as_cora.get(f"/prisoners/silence{query}")
    assert answer.status_code == 200
    assert ("Yegor" in answer.text) is shown


def test_silence_is_paged_light_and_asks_the_same(as_cora: FormClient, session: Session, app: Flask) -> None:
    counts = []
    olga = make_volunteer(session, "olga")
    for count in (1, 60):
        for number in range(count):
            prisoner = make_prisoner(session, f"Вымышленная Персона {count} {number:02d}", last_reply_on=TODAY)
            make_assignment(session, prisoner, olga)
        session.commit()
        with counting(app.extensions["tracker"].engine) as asked:
            page = as_cora.get("/prisoners/silence")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 5
    assert page.text.count("<tr>") == 51
    assert len(page.data) <= 25_000
    assert "Персона 60 59" in as_cora.get("/prisoners/silence?page=2").text


# Days that come


def test_hearings_of_two_weeks_stand_with_both_place_and_time(
    as_cora: FormClient, session: Session, cora: Volunteer
) -> None:
    from datetime import time

    dunya = make_prisoner(session, "Dunya Ogurtsova")
    make_hearing(session, cora, dunya, date(2028, 2, 29), at=time(10, 0))
    shown = section(as_cora.get("/").text, "hearings")
    for words in ("Dunya Ogurtsova", "verdict", "Tue 29 Feb 2028", "10:00 Vladivostok", "in 9 days", "Court "):
        assert words in shown


@pytest.mark.parametrize(
    "on, status, shown",
    [
        (TODAY, HearingStatus.SCHEDULED, True),
        (TODAY + timedelta(days=14), HearingStatus.SCHEDULED, True),
        (TODAY + timedelta(days=15), HearingStatus.SCHEDULED, False),
        (TODAY - timedelta(days=1), HearingStatus.SCHEDULED, False),
        (TODAY, HearingStatus.CANCELLED, False),
        (TODAY, HearingStatus.CLOSED, False),
        (None, HearingStatus.SINE_DIE, False),
    ],
)
def test_only_hearings_that_will_take_place_soon_are_shown(
    as_cora: FormClient, session: Session, cora: Volunteer, on: date | None, status: HearingStatus, shown: bool
) -> None:
    make_hearing(session, cora, make_prisoner(session, "Dunya"), on, status=status)
    assert ("Dunya" in section(as_cora.get("/").text, "hearings")) is shown


@pytest.mark.parametrize(
    "until, facts, shown",
    [
        ("2028-03-01", {}, True),
        ("2028-03-21", {}, True),
        ("2028-03-22", {}, False),
        ("2028-02-14", {}, True),
        ("2028-02-12", {}, False),
        ("2028-03", {}, True),
        ("2028", {}, False),
        ("2028-03-01", {"ended_on": PartialDate(2028, 2, 1)}, False),
        ("2028-03-01", {"kind": MeasureKind.WANTED}, False),
    ],
)
def test_custody_that_ends_within_a_month_is_shown(
    as_cora: FormClient, session: Session, until: str, facts: dict[str, Any], shown: bool
) -> None:
    make_custody(session, make_prisoner(session, "Dunya"), until, **facts)
    assert ("Dunya" in section(as_cora.get("/").text, "custody")) is shown
    assert ("Dunya" in as_cora.get("/days").text) is shown


def test_birthdays_anniversaries_and_releases_are_shown(as_cora: FormClient, session: Session) -> None:
    make_prisoner(session, "Leap", birth=PartialDate(1988, 2, 29))
    make_prisoner(session, "Month", birth=PartialDate(None, 3))
    make_prisoner(session, "Free", release_on=PartialDate(2028, 3, 1))
    case = Case(title="x", title_folded="x", kind=CaseKind.CRIMINAL, created_at=NOW)
    arrested = make_prisoner(session, "Arrested")
    session.add(case)
    session.flush()
    session.add(
        CasePerson(
            case_id=case.id, prisoner_id=arrested.id, role=CaseRole.DEFENDANT, detained_on=PartialDate(2024, 3, 2)
        )
    )
    shown = section(as_cora.get("/").text, "coming")
    for words in ("Leap", "birthday: 40", "Tue 29 Feb 2028", "Month", "March 2028", "Free", "Arrested", "4 years"):
        assert words in shown


def test_the_first_page_asks_as_often_for_one_as_for_fifty(
    as_cora: FormClient, session: Session, cora: Volunteer, app: Flask
) -> None:
    make_beats(session)
    counts = []
    for count in (1, 50):
        for number in range(count):
            each = make_prisoner(session, f"Дуня {count} {number}", birth=PartialDate(1988, 2, 29))
            make_hearing(session, cora, each, date(2028, 2, 29))
            make_custody(session, each, "2028-03-01")
        session.commit()
        with counting(app.extensions["tracker"].engine) as asked:
            assert as_cora.get("/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 10


def test_an_empty_collective_has_a_first_page(as_cora: FormClient) -> None:
    page = as_cora.get("/").text
    assert "Everybody who should have a writer has one." in page
    assert "None that we know of." in page


def test_the_numbers_are_counted(as_cora: FormClient, session: Session) -> None:
    olga = make_volunteer(session, "olga")
    make_assignment(session, make_prisoner(session, "Dunya", last_letter_on=TODAY), olga)
    make_prisoner(session, "Yegor")
    make_prisoner(session, "Archived", archived_at=NOW)
    numbers = re.findall(r">(\d+)<", section(as_cora.get("/").text, "counts"))
    assert numbers == ["2", "1", "1", "2", "1"]


def test_claims_of_slots_that_run_out_soon_are_told(as_cora: FormClient, session: Session, cora: Volunteer) -> None:
    prisoner = make_prisoner(session, "Ярополк Долгоруко-Переяславский")

    def claim(days: int, **facts: Any) -> None:
        facts |= {"claimed_at": NOW - timedelta(days=9), "lapses_at": NOW + timedelta(days=days)}
        kept = {"kind": ParcelKind.PARCEL, "planned_on": TODAY, "claimed_by_id": cora.id}
        session.add(ParcelClaim(prisoner_id=prisoner.id, **kept, **facts))
        session.flush()

    claim(-1)
    claim(5)
    claim(2, released_at=NOW)
    assert "/claims" not in section(as_cora.get("/").text, "to-do")
    claim(2)
    assert "1 claimed slot for a parcel runs out within three days" in section(as_cora.get("/").text, "to-do")


def test_the_day_is_that_of_the_coordinator(as_cora: FormClient, cora: Volunteer) -> None:
    cora.zone = "Pacific/Kiritimati"
    assert "Monday, 21 February 2028" in as_cora.get("/").text


def test_a_volunteer_sees_none_of_this(new_visitor: Any, session: Session) -> None:
    make_prisoner(session, "Yegor")
    olga = sign_in(new_visitor(), session, make_volunteer(session, "olga"))
    assert "Yegor" not in olga.get("/").text
    assert olga.get("/days").status_code == 404
    assert olga.get("/prisoners/silence").status_code == 404


# The banner


def banner(client: FormClient, url: str = "/volunteers/") -> str:
    return " ".join(re.findall(r'<div class="bad-news" role="alert"><p>(.*?)</p>', client.get(url).text, re.S))


def test_while_mails_go_out_there_is_no_banner(as_cora: FormClient, session: Session, cora: Volunteer) -> None:
    make_beats(session)
    make_mail(session, cora, MailState.SENT)
    assert banner(as_cora) == ""


@pytest.mark.parametrize(
    "state, facts, told",
    [
        (MailState.FAILED, {}, True),
        (MailState.FAILED, {"due_at": NOW - timedelta(days=100)}, True),
        (MailState.MISSED, {}, True),
        (MailState.MISSED, {"due_at": NOW - timedelta(days=15)}, False),
        (MailState.FAILED, {"handled_at": NOW}, False),
        (MailState.SUPPRESSED, {}, False),
    ],
)
def test_mail_that_did_not_arrive_is_told_on_every_page(
    as_cora: FormClient, session: Session, cora: Volunteer, state: MailState, facts: dict[str, Any], told: bool
) -> None:
    make_beats(session)
    make_mail(session, cora, state, **facts)
    assert ("One mail did not reach its reader." in banner(as_cora)) is told


def test_a_scheduler_that_stands_still_is_told(as_cora: FormClient, session: Session) -> None:
    make_beats(session, NOW - timedelta(minutes=11))
    assert "the scheduler has stood still since Sun 20 Feb 2028, 12:49" in banner(as_cora)


def test_a_scheduler_that_was_never_started_is_told(as_cora: FormClient) -> None:
    assert "the scheduler has not been started yet" in banner(as_cora)


def test_a_mail_server_out_of_reach_is_told(as_cora: FormClient, session: Session) -> None:
    make_beats(session)
    session.add(Heartbeat(name="mail_server", at=NOW, began_at=NOW, failures=3, trouble_since=NOW - timedelta(hours=2)))
    assert "The mail server cannot be reached, since Sun 20 Feb 2028, 11:00" in banner(as_cora)


def test_volunteers_are_not_troubled_by_the_banner(new_visitor: Any, session: Session) -> None:
    olga = sign_in(new_visitor(), session, make_volunteer(session, "olga"))
    assert banner(olga, "/me") == ""
