"""A prisoner's main page and its timeline."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.cast import as_olga, olga  # noqa: F401
from tests.factories import make_assignment, make_facility, make_letter, make_parcel, make_placement, make_volunteer
from tests.support.client import FormClient
from tracker import clock
from tracker.access import Actor
from tracker.assignments.models import Assignment
from tracker.cases.models import Case, CaseKind, CasePerson, CaseRole
from tracker.dates.models import Hearing, HearingChange, HearingKind, HearingPrisoner, HearingStatus
from tracker.dates.rules import DayKind
from tracker.facilities.models import FacilityKind
from tracker.letters.rules import Direction, LetterKind, ReturnReason
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Detail, DetailKind, NameKind, Placement, Prisoner, PrisonerName
from tracker.prisoners.rules import PlacementKind
from tracker.prisoners.timeline import Entry, timeline
from tracker.prisoners.timeline_sources import What
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind, MailState, Reason
from tracker.volunteers.models import Volunteer


def today() -> date:
    return clock.today("Europe/Berlin")


def ago(days: int) -> date:
    return today() - timedelta(days=days)


def page_of(prisoner: Prisoner) -> str:
    return f"/prisoners/{prisoner.id}"


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<main")[2]).split())


def entries(session: Session, reader: Volunteer, prisoner: Prisoner, page: int = 1) -> list[Entry]:
    actor = Actor(reader.id, is_coordinator=reader.is_coordinator)
    return list(timeline(session, actor, prisoner.id, today=today(), page=page).entries)


def add_hearing(session: Session, prisoner: Prisoner, on: date | None, **facts: Any) -> Hearing:
    court = make_facility(session, name="Lukomorsk district court", kind=FacilityKind.COURT)
    someone = make_volunteer(session, f"clerk {uuid4()}")
    facts = {"kind": HearingKind.TRIAL, "entered_at": clock.now(), "changed_at": clock.now()} | facts
    hearing = Hearing(
        court_id=court.id, on=on, zone="Asia/Vladivostok", entered_by_id=someone.id, form_id=uuid4(), **facts
    )
    session.add(hearing)
    session.flush()
    session.add(HearingPrisoner(hearing_id=hearing.id, prisoner_id=prisoner.id))
    session.flush()
    return hearing


def add_change(session: Session, hearing: Hearing, was_on: date | None, revision: int = 0, days_ago: int = 1) -> None:
    session.add(
        HearingChange(
            hearing_id=hearing.id,
            revision=revision,
            on=was_on,
            zone=hearing.zone,
            court_id=hearing.court_id,
            status=HearingStatus.SCHEDULED,
            changed_at=clock.now() - timedelta(days=days_ago),
        )
    )
    session.flush()


def add_mail(session: Session, reader: Volunteer, prisoner: Prisoner | None, **facts: Any) -> None:
    now = clock.now()
    facts = {
        "kind": MailKind.REMINDER,
        "day_kind": DayKind.HEARING,
        "state": MailState.SENT,
        "rule": "d7",
        "occurrence_key": "1",
        "accepted_at": now,
    } | facts
    session.add(
        Outbox(
            recipient_id=reader.id,
            prisoner_id=prisoner.id if prisoner else None,
            due_at=now,
            expires_at=now,
            reason=Reason.LADDER,
            next_at=now,
            message_id=f"<{uuid4()}@tracker.example>",
            dedupe_key=str(uuid4()),
            created_at=now,
            **facts,
        )
    )
    session.flush()


# What the page says


def test_the_address_stands_as_on_the_envelope(as_vera: FormClient, dunya: Prisoner) -> None:
    page = as_vera.get(page_of(dunya)).text
    lines = "Огурцова Дуня Тихоновна, 1988 г. р.\nФКУ СИЗО-9\nул. Дубовая, 1\nг. Лукоморск\n690000</div>"
    assert lines in page
    assert "Dunya Ogurtsova, born 1988\nSIZO-9\nDubovaya 1, Lukomorsk 690000, Russia</div>" in page


def test_what_is_missing_on_the_envelope_is_said(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    dunya.name_local = None
    assert "The full name in the local script is missing." in as_vera.get(page_of(dunya)).text


def test_what_forbids_writing_is_said_and_no_address_given(
    as_vera: FormClient, session: Session, dunya: Prisoner
) -> None:
    dunya.no_mail = True
    page = as_vera.get(page_of(dunya)).text
    assert "A court has forbidden mail. Do not write now." in page
    assert "Дубовая" not in page


def test_what_to_write_about_and_what_never(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    dunya.write_about = "Шахматы,\nморские птицы"
    dunya.never_write = "О деле"
    dunya.note = "Для координаторов"
    dunya.languages = "Russian, a little German"
    session.add(Detail(prisoner_id=dunya.id, kind=DetailKind.INTEREST, text="самовары"))
    session.add(PrisonerName(prisoner_id=dunya.id, kind=NameKind.FAMILIAR, text="Дуняша"))
    page = as_vera.get(page_of(dunya)).text
    for text in ("Шахматы,\nморские птицы", "О деле", "Russian, a little German", "самовары", "Дуняша"):
        assert text in page
    assert "Для координаторов" not in page


def test_the_note_is_for_coordinators(as_cora: FormClient, session: Session, dunya: Prisoner) -> None:
    dunya.note = "Для координаторов"
    assert "Для координаторов" in as_cora.get(page_of(dunya)).text


def test_who_helps_is_known_by_handle(
    as_vera: FormClient,
    as_olga: FormClient,  # noqa: F811
    session: Session,
    dunya: Prisoner,
) -> None:
    text = words_of(as_vera.get(page_of(dunya)).text)
    assert "olga writer" in text
    assert "vera writer" in text


def test_what_comes_next_is_a_list_of_days(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    add_hearing(session, dunya, ago(-7))
    text = words_of(as_vera.get(page_of(dunya)).text)
    assert "in 7 days" in text
    assert "Birthday (" in text, "29 February comes every year"


def test_a_stranger_does_not_learn_that_the_page_is_there(as_sam: FormClient, dunya: Prisoner) -> None:
    assert as_sam.get(page_of(dunya)).status_code == 404
    assert as_sam.get(f"/prisoners/{UUID(int=1)}").status_code == 404


# The timeline


def test_every_kind_of_entry_is_told_the_newest_first(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    make_letter(session, dunya, vera, ago(30), kind=LetterKind.CARD)
    make_letter(session, dunya, vera, ago(10), direction=Direction.REPLY)
    make_parcel(session, dunya, vera, ago(20), grams=900)
    add_hearing(session, dunya, ago(5))
    placement = session.scalar(select(Placement).where(Placement.prisoner_id == dunya.id))
    assert placement
    placement.since = PartialDate.of(ago(40))
    session.flush()
    add_mail(session, vera, dunya)
    found = entries(session, vera, dunya)
    assert [each.what for each in found] == [
        What.MAIL,
        What.HEARING,
        What.REPLY,
        What.PARCEL,
        What.LETTER,
        What.MOVE,
    ]
    text = words_of(as_vera.get(page_of(dunya)).text)
    for sentence in (
        "Reminder to vera: hearing",
        "Trial hearing ; Lukomorsk district court",
        "Reply (letter) to vera",
        "Parcel by vera: Socks, Tea; 900 g",
        "Card by vera",
        "Remand prison (SIZO): SIZO-9",
    ):
        assert sentence in text, sentence


def test_of_another_writer_one_learns_the_day_and_the_kind(
    session: Session,
    dunya: Prisoner,
    vera: Volunteer,
    olga: Volunteer,  # noqa: F811
    cora: Volunteer,
) -> None:
    facts = {"returned_on": ago(1), "return_reason": ReturnReason.CENSOR, "tracking": "RB1", "note": "Личное"}
    letter = make_letter(session, dunya, olga, ago(30), **facts)
    make_letter(session, dunya, olga, ago(20), direction=Direction.REPLY, answers_id=letter.id, note="Личное")
    make_parcel(session, dunya, olga, ago(40), grams=5, tracking="RP1", note="Личное")
    for each in entries(session, vera, dunya):
        assert each.owner == "olga"
        assert not each.is_own
        assert (each.note, each.text, each.tracking, each.number, each.reason, each.other_on) == (None,) * 6
    for reader in (olga, cora):
        assert [each.note for each in entries(session, reader, dunya)] == ["Личное"] * 3


def test_a_removed_entry_is_not_told(session: Session, dunya: Prisoner, vera: Volunteer) -> None:
    make_letter(session, dunya, vera, ago(3), removed_at=clock.now())
    make_parcel(session, dunya, vera, ago(3), removed_at=clock.now())
    assert entries(session, vera, dunya) == []


def test_a_move_is_known_as_far_as_it_is(session: Session, dunya: Prisoner, vera: Volunteer) -> None:
    for position, since in enumerate(("2023", "2023-05", "2023-22", "2023-10-01", "--05-01"), start=1):
        make_placement(
            session,
            dunya,
            kind=PlacementKind.COLONY,
            is_current=False,
            position=position,
            since=PartialDate.parse(since),
            place="Тридевятое",
        )
    assert [str(each.on) for each in entries(session, vera, dunya)] == ["2023-10-01", "2023-22", "2023-05", "2023"]


def test_the_former_days_of_a_hearing_stay_on_the_timeline(
    as_vera: FormClient, session: Session, dunya: Prisoner
) -> None:
    hearing = add_hearing(session, dunya, date(2026, 12, 15), revision=2)
    add_change(session, hearing, date(2026, 11, 1), revision=0, days_ago=9)
    add_change(session, hearing, date(2026, 12, 1), revision=1, days_ago=3)
    text = words_of(as_vera.get(page_of(dunya)).text)
    assert "Trial hearing moved to Tue 15 Dec 2026; before: Tue 1 Dec 2026" in text
    assert "Trial hearing changed; before: Sun 1 Nov 2026" in text


@pytest.mark.parametrize(
    "status, sentence",
    [
        (HearingStatus.CANCELLED, "Trial hearing cancelled; it was set for Tue 1 Dec 2026"),
        (HearingStatus.SINE_DIE, "Trial hearing postponed without a date; it was set for Tue 1 Dec 2026"),
    ],
)
def test_a_hearing_that_was_called_off_is_told(
    as_vera: FormClient, session: Session, dunya: Prisoner, status: HearingStatus, sentence: str
) -> None:
    on = None if status is HearingStatus.SINE_DIE else date(2026, 12, 1)
    add_change(session, add_hearing(session, dunya, on, status=status, revision=1), date(2026, 12, 1))
    assert sentence in words_of(as_vera.get(page_of(dunya)).text)


def test_a_volunteer_sees_mails_to_herself_and_a_coordinator_all_of_one_kind_as_one(
    session: Session,
    dunya: Prisoner,
    vera: Volunteer,
    olga: Volunteer,  # noqa: F811
    cora: Volunteer,
) -> None:
    hearing = add_hearing(session, dunya, ago(-7))
    for reader in (vera, olga, cora):
        add_mail(session, reader, None, subject_id=hearing.id)
    add_mail(session, olga, dunya, kind=MailKind.ASSIGNED, day_kind=None)
    add_mail(session, olga, dunya, state=MailState.QUEUED, rule="d1", accepted_at=None)
    (mail,) = entries(session, vera, dunya)
    assert (mail.owner, mail.number, mail.kind) == ("vera", 1, DayKind.HEARING)
    mails = entries(session, cora, dunya)
    assert sorted((mail.state, mail.number) for mail in mails) == [(MailKind.ASSIGNED, 1), (MailKind.REMINDER, 3)]


def test_older_entries_are_a_page_away_and_none_is_lost_or_told_twice(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    # Many on the same day, so that the order within a day decides what stands on which page.
    for index in range(120):
        make_letter(session, dunya, vera, ago(index // 70), logged_at=datetime(2026, 1, 1, tzinfo=UTC))
    pages = [entries(session, vera, dunya, page) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [50, 50, 20, 0]
    assert len({each.id for page in pages for each in page}) == 120
    first = as_vera.get(page_of(dunya)).text
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    last = as_vera.get(f"{page_of(dunya)}?page=3").text
    assert 'rel="next"' not in last
    assert 'rel="prev"' in last
    for odd in ("0", "-1", "x", "999999"):
        assert as_vera.get(f"{page_of(dunya)}?page={odd}").status_code == 200


# What it costs


def _full(session: Session, dunya: Prisoner, vera: Volunteer) -> None:
    """Fifty entries, some days, a case, and people who help."""
    for index in range(48):
        facts: dict[str, Any] = {"note": "Письмо о чайках и о том, как цветёт сирень"} if index % 3 else {}
        make_letter(session, dunya, vera, ago(index), direction=Direction.REPLY if index % 4 == 0 else "out", **facts)
    for index in range(5):
        make_parcel(session, dunya, vera, ago(index), things=("Чай", "Носки", "Тетради в клетку"), grams=2000)
        add_hearing(session, dunya, ago(index * 9 - 14))
    case = Case(title="Дело самоваров", title_folded="дело", kind=CaseKind.CRIMINAL, created_at=clock.now())
    session.add(case)
    session.flush()
    session.add(CasePerson(case_id=case.id, prisoner_id=dunya.id, role=CaseRole.DEFENDANT))
    for index in range(6):
        make_assignment(session, dunya, make_volunteer(session, f"helper {index}"))


def test_the_page_takes_the_same_few_statements_however_long_the_archive(
    as_vera: FormClient, as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, count_statements: Any
) -> None:
    def count(browser: FormClient) -> int:
        browser.get("/sign-in")
        with count_statements() as asked:
            assert browser.get(page_of(dunya)).status_code == 200
        return len(asked)

    hers, coordinators = count(as_vera), count(as_cora)
    assert hers <= 7
    assert coordinators <= 8, "one more, for the warnings to coordinators"
    _full(session, dunya, vera)
    assert (count(as_vera), count(as_cora)) == (hers, coordinators)


def test_a_page_of_fifty_entries_stays_light(
    as_vera: FormClient, as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    _full(session, dunya, vera)
    for browser in (as_vera, as_cora):
        page = browser.get(page_of(dunya))
        assert page.text.count("<li class=") == 50
        assert len(page.data) <= 25_000, len(page.data)


def test_assignments_that_ended_are_not_among_those_who_help(
    as_cora: FormClient, session: Session, dunya: Prisoner, assignment: Assignment
) -> None:
    assignment.until = ago(1)
    assert "Nobody writes yet." in as_cora.get(page_of(dunya)).text
