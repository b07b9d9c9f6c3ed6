"""What coordinators see coming: mails about days and silences, what was put off, and what goes out together."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from tests.reminders.stage import Stage
from tracker import clock
from tracker.accounts.actions import start_session
from tracker.assignments.models import Assignment
from tracker.dates.rules import DayKind
from tracker.db import make_sessions
from tracker.facilities.models import Facility, FacilityKind
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Placement, PlacementKind, Prisoner
from tracker.reminders import snoozing
from tracker.reminders.ahead import Again, Ahead, everything_ahead
from tracker.reminders.desk import ladders_in_use
from tracker.reminders.models import Outbox
from tracker.reminders.nags import PlannedNag
from tracker.reminders.reader_queries import readers
from tracker.reminders.rules import MailKind, Reason
from tracker.volunteers.models import Volunteer
from tracker.volunteers.rules import MailMode

SILENT_DAYS = 30
"""As ``config/reminders.yaml`` has it."""


@pytest.fixture
def stage(app, engine, keyring) -> Stage:
    made = Stage(app, make_sessions(engine), clock.now() - timedelta(days=20), ladders_in_use())
    made.tick()
    made.cora = made.volunteer("Кора", coordinator=True, zone="Asia/Vladivostok")
    made.vera = made.volunteer("Вера")
    made.prisoner_id = somebody_in_prison(made, "Аркадий Мнимый")
    made.assignment = made.assign(made.vera, made.prisoner_id)
    made.now = clock.now()
    made.tick()
    return made


def somebody_in_prison(stage: Stage, name: str) -> UUID:
    prisoner = stage.prisoner(name)
    place = Facility(name="СИЗО города Выдуманска", name_folded="сизо", kind=FacilityKind.SIZO, created_at=stage.now)
    stage.add(place)
    stage.add(
        Placement(prisoner_id=prisoner, position=0, kind=PlacementKind.SIZO, facility_id=place.id, is_current=True)
    )
    return prisoner


@pytest.fixture
def coordinator(stage, client, session):
    token = start_session(session, stage.cora, lasts=timedelta(hours=8), now=clock.now())
    session.commit()
    with client.session_transaction() as cookie:
        cookie["token"] = token
    return client


def ahead(stage: Stage, days: int = 30) -> list[Ahead]:
    now = clock.now()
    with stage.app.app_context(), stage.sessions() as session:
        found = everything_ahead(session, ladders_in_use(), "Europe/Berlin", now, now + timedelta(days=days))
    return [each for each in found if each.goes_out]


def a_birthday_at_her_hour(stage: Stage) -> date:
    """A birthday of which Vera hears on the day on which she is asked for a letter."""
    furthest = max(rule.days or 0 for rules in stage.ladders.by_kind[DayKind.BIRTHDAY].values() for rule in rules)
    on = silent_from(stage) + timedelta(days=SILENT_DAYS + furthest)
    stage.change(Prisoner, stage.prisoner_id, birth=PartialDate(1980, on.month, on.day))
    stage.tick()
    return on


def silent_from(stage: Stage) -> date:
    with stage.sessions() as session:
        return session.scalars(select(Assignment.since).where(Assignment.id == stage.assignment)).one()


def in_one_mail(stage: Stage, **facts) -> None:
    stage.change(Volunteer, stage.vera, mail_mode=MailMode.DIGEST, digest_at=time(18), **facts)


def put_off(stage: Stage, key: str, until: datetime) -> None:
    with stage.sessions.begin() as session:
        reader = readers(session, "Europe/Berlin", [stage.vera]).people[stage.vera]
        row = session.scalars(select(Outbox).where(Outbox.dedupe_key == key)).one_or_none()
        snoozing.put_off_until(session, row, key, until, reader, clock.now())


def page(client, query: str = "") -> str:
    answer = client.get(f"/reminders/coming{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_reminder_to_write_stands_among_what_is_coming(stage, coordinator):
    [mail] = ahead(stage)
    assert mail.silence is not None
    assert (mail.mail.kind, mail.silence.days_since) == (MailKind.NAG, SILENT_DAYS)
    shown = page(coordinator)
    assert "Reminder to write" in shown
    assert "No letter has gone out for a while." in shown
    assert "30 days by then" in shown
    assert "Аркадий Мнимый" in shown
    assert "in the mail of the day" not in shown


def test_of_one_silence_and_of_one_reader(stage, coordinator):
    assert "Reminder to write" in page(coordinator, f"?about={stage.assignment}")
    assert "Reminder to write" in page(coordinator, f"?reader={stage.vera}")
    assert "Nothing is due in these days." in page(coordinator, f"?reader={stage.cora}")


def test_a_note_to_a_coordinator_says_whose_letters_it_is_about(stage, coordinator):
    stage.change(Assignment, stage.assignment, since=clock.now().date() - timedelta(days=31))
    stage.now = clock.now() - timedelta(days=1)
    stage.restart()
    told = sent_nag(stage)
    assert told.kind is MailKind.NAG
    notes = [each for each in ahead(stage) if each.mail.kind is MailKind.ESCALATION]
    assert [note.mail.person_id for note in notes] == [stage.cora]
    assert "Note to a coordinator about the letters of Вера" in page(coordinator, f"?reader={stage.cora}")


def sent_nag(stage: Stage) -> Outbox:
    """She was asked yesterday."""
    stage.now = clock.now() - timedelta(days=1)
    for _ in range(2):
        stage.tick()
        stage.now += timedelta(hours=23)
    return next(sent.mail for sent in stage.sent if sent.mail.kind is MailKind.NAG)


def test_what_goes_out_in_the_mail_of_the_day_is_seen_as_such_and_at_its_hour(stage, coordinator):
    a_birthday_at_her_hour(stage)
    in_one_mail(stage)
    mails = ahead(stage)
    assert {each.mail.kind for each in mails} == {MailKind.NAG, MailKind.REMINDER}
    assert all(each.is_gathered for each in mails)
    assert len({each.mail.due_at for each in mails}) == 1
    shown = page(coordinator)
    assert shown.count("in the mail of the day") == 2
    told = stage.app.test_cli_runner().invoke(args=["reminders", "plan"])
    assert "2 mails in 30 days, 2 of them within mails of a day." in told.output


def test_a_hearing_goes_out_by_itself_unless_she_wants_all_together(stage):
    on = (clock.now() + timedelta(days=20)).date()
    stage.hearing(stage.prisoner_id, on.isoformat(), "20:00")
    stage.tick()
    for takes_all in (False, True):
        in_one_mail(stage, digest_takes_all=takes_all)
        hearings = [each for each in ahead(stage) if each.mail.day_kind == "hearing"]
        assert [each.is_gathered for each in hearings][:1] == [takes_all]


def test_what_was_put_off_stands_at_the_time_for_which_it_was(stage, coordinator):
    [mail] = ahead(stage)
    until = mail.mail.due_at + timedelta(days=3)
    assert isinstance(mail.mail, PlannedNag)
    put_off(stage, mail.mail.dedupe_key, until)
    [later] = ahead(stage)
    assert (later.mail.due_at, later.mail.reason) == (until, Reason.PUT_OFF)
    assert later.silence is not None
    assert later.silence.days_since == SILENT_DAYS + 3
    assert "Its reader has put it off." in page(coordinator)
    assert ahead(stage, days=(until - clock.now()).days - 1) == []


def test_what_was_sent_and_put_off_comes_once_more(stage, coordinator):
    stage.change(Assignment, stage.assignment, since=clock.now().date() - timedelta(days=31))
    stage.restart()
    sent = sent_nag(stage)
    until = clock.now() + timedelta(days=3)
    put_off(stage, sent.dedupe_key, until)
    [again] = [each for each in ahead(stage) if isinstance(each.mail, Again)]
    assert (again.mail.due_at, again.mail.person_id) == (until, stage.vera)
    assert "Its reader has put it off." in page(coordinator, f"?reader={stage.vera}")


def test_a_terminal_shows_silences_too_and_names_nobody_but_readers(stage):
    told = stage.app.test_cli_runner().invoke(args=["reminders", "plan"])
    assert told.exit_code == 0, told.output
    assert f"nag assignment {stage.assignment}" in told.output
    assert "not_written_since" in told.output
    assert "Мнимый" not in told.output


def test_the_page_costs_the_same_for_one_silence_and_for_thirty(stage, coordinator, count_statements):
    page(coordinator)
    with count_statements() as for_one:
        page(coordinator)
    for number in range(29):
        volunteer = stage.volunteer(f"Доброслава {number}")
        stage.assign(volunteer, somebody_in_prison(stage, f"Никто {number}"))
        if number % 2:
            put_off(stage, f"key {uuid4()}", clock.now() + timedelta(days=1))
    with count_statements() as for_thirty:
        shown = page(coordinator)
    assert shown.count("Reminder to write") == 30
    assert len(for_one) == len(for_thirty), str(for_thirty)
