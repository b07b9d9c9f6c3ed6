"""One mail a day for all that can wait, from planning to its fate; and what is put off. On both databases."""

from __future__ import annotations

from datetime import date, time
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from tests.reminders.stage import Stage, a_stage, days, utc
from tracker.assignments.models import Assignment
from tracker.dates.rules import DayKind
from tracker.facilities.models import Facility, FacilityKind
from tracker.letters.actions import Entered, LetterFacts, log_letter
from tracker.letters.rules import LetterKind
from tracker.mail import NotSent
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Placement, PlacementKind, Prisoner
from tracker.reminders import actions, snoozing
from tracker.reminders.ladders import Ladders, Nag
from tracker.reminders.models import Outbox, Snooze
from tracker.reminders.reader_queries import readers
from tracker.reminders.rules import MailKind, MailState, MailTopic, Reason, Role
from tracker.volunteers.models import Volunteer
from tracker.volunteers.rules import MailMode


@pytest.fixture
def stage(app, engine) -> Stage:
    ladders = Ladders(
        {DayKind.BIRTHDAY: {Role.WRITERS: days(21)}},
        nags={MailTopic.NO_LETTER: Nag(30, 7)},
    )
    made = a_stage(app, engine, "2026-10-06T10:00Z", ladders)
    made.vera = made.volunteer("vera")
    made.prisoner_id = in_prison(made, birth=PartialDate(1980, 11, 26))
    made.assignment = made.assign(made.vera, made.prisoner_id)
    return made


def in_prison(stage: Stage, **facts) -> UUID:
    prisoner = stage.prisoner("Очень-Длинная Фамилия-Выдуманская " * 3, **facts)
    place = Facility(name="СИЗО города Выдуманска", name_folded="сизо", kind=FacilityKind.SIZO, created_at=stage.now)
    stage.add(place)
    stage.add(
        Placement(prisoner_id=prisoner, position=0, kind=PlacementKind.SIZO, facility_id=place.id, is_current=True)
    )
    return prisoner


def by_digest(stage: Stage, **facts) -> None:
    stage.change(Volunteer, stage.vera, mail_mode=MailMode.DIGEST, digest_at=time(7, 30), **facts)


def write(stage: Stage, on: str, prisoner: UUID | None = None) -> UUID:
    entered = Entered(prisoner or stage.prisoner_id, stage.vera, stage.vera, uuid4(), stage.now.date(), stage.now)
    with stage.sessions.begin() as session:
        return log_letter(session, LetterFacts(LetterKind.LETTER, date.fromisoformat(on)), entered)


def at(stage: Stage, moment: str) -> None:
    stage.now = utc(moment)
    stage.tick()


def fates(stage: Stage) -> dict[str, tuple[MailState, Reason]]:
    return {str(row.kind): (row.state, row.reason) for row in stage.rows()}


class Broken:
    """A mail server that says no."""

    def __init__(self, kind: str, code: int) -> None:
        self.kind, self.code = kind, code

    def send(self, *_: object) -> None:
        raise NotSent(self.kind, self.code)

    def close(self) -> None:
        pass


def test_a_birthday_and_a_nag_of_one_day_are_one_mail_that_names_nobody(stage):
    by_digest(stage)
    at(stage, "2026-10-06T10:00Z")
    at(stage, "2026-11-05T06:29Z")
    assert stage.sent == []
    at(stage, "2026-11-05T06:30Z")
    assert [str(sent.mail.kind) for sent in stage.sent] == ["digest"]
    email = stage.sent[0].email
    assert "There are 2 things today" in email.text
    assert "Фамилия" not in email.text + email.subject
    assert {row.state for row in stage.rows()} == {MailState.SENT}
    items = stage.rows(Outbox.digest_id.is_not(None))
    assert {item.accepted_at for item in items} == {utc("2026-11-05T06:30Z")}
    at(stage, "2026-11-05T07:30Z")
    assert len(stage.sent) == 1


def test_what_no_longer_holds_is_not_said_and_of_an_empty_one_nothing_goes_out(stage):
    by_digest(stage)
    stage.change(Prisoner, stage.prisoner_id, birth=None)
    at(stage, "2026-10-06T10:00Z")
    stage.mailer = Broken("transport", 0)
    at(stage, "2026-11-05T06:30Z")
    write(stage, "2026-11-01")
    at(stage, "2026-11-05T08:30Z")
    assert fates(stage) == {
        "nag": (MailState.SUPERSEDED, Reason.WRITTEN_SINCE),
        "digest": (MailState.SUPPRESSED, Reason.NOTHING_LEFT),
    }


def test_what_is_in_a_mail_that_is_given_up_is_given_up_and_tried_again_with_it(stage):
    by_digest(stage)
    at(stage, "2026-10-06T10:00Z")
    works, stage.mailer = stage.mailer, Broken("permanent", 550)
    at(stage, "2026-11-05T06:30Z")
    assert {(row.state, row.reason) for row in stage.rows()} == {(MailState.FAILED, Reason.ADDRESS_REFUSED)}
    item = stage.rows(Outbox.kind == MailKind.NAG)[0]
    stage.mailer = works
    with stage.sessions.begin() as session:
        assert actions.retry(session, item.id, stage.now)
    at(stage, "2026-11-05T06:40Z")
    assert {row.state for row in stage.rows()} == {MailState.SENT}
    assert len(stage.sent) == 1


def test_a_letter_logged_while_a_nag_waits_keeps_it_back_and_the_next_counts_from_the_letter(stage):
    at(stage, "2026-10-06T10:00Z")
    works, stage.mailer = stage.mailer, Broken("transport", 0)
    at(stage, "2026-11-05T07:00Z")
    write(stage, "2026-10-20")
    stage.mailer = works
    at(stage, "2026-11-05T08:00Z")
    assert stage.rows(Outbox.kind == MailKind.NAG)[0].reason is Reason.WRITTEN_SINCE
    at(stage, "2026-11-19T06:59Z")
    at(stage, "2026-11-19T07:00Z")
    assert [sent.mail.occurrence_key for sent in stage.sent if sent.mail.kind is MailKind.NAG] == ["2026-10-20 1"]


def test_nobody_is_asked_while_the_prisoner_is_on_the_way_and_once_there_it_is_the_next_morning(stage):
    stage.change(Prisoner, stage.prisoner_id, birth=None)
    with stage.sessions() as session:
        stay = session.scalars(select(Placement.id).where(Placement.prisoner_id == stage.prisoner_id)).one()
        place = session.scalars(select(Placement.facility_id).where(Placement.id == stay)).one()
    at(stage, "2026-10-06T10:00Z")
    stage.change(Placement, stay, kind=PlacementKind.TRANSFER, facility_id=None)
    at(stage, "2026-11-05T07:00Z")
    at(stage, "2026-11-09T14:00Z")
    assert stage.rows() == []
    stage.change(Placement, stay, kind=PlacementKind.SIZO, facility_id=place)
    at(stage, "2026-11-09T14:01Z")
    assert stage.rows() == []
    at(stage, "2026-11-10T07:00Z")
    assert stage.when_sent() == [("nag", "2026-11-10T07:00Z")]


def test_a_rhythm_of_the_two_goes_before_what_holds_for_all(stage):
    stage.change(Assignment, stage.assignment, rhythm_days=60)
    stage.change(Prisoner, stage.prisoner_id, birth=None)
    at(stage, "2026-10-06T10:00Z")
    at(stage, "2026-11-05T07:00Z")
    assert stage.rows() == []
    at(stage, "2026-12-04T08:00Z")
    at(stage, "2026-12-05T07:00Z")
    assert stage.when_sent() == [("nag", "2026-12-05T07:00Z")]


def put_off(stage: Stage, mail: Outbox, number: int):
    with stage.sessions.begin() as session:
        row = session.get_one(Outbox, mail.id)
        reader = readers(session, "Europe/Berlin", [stage.vera]).people[stage.vera]
        return snoozing.put_off(session, row, number, reader, stage.now)


def test_a_mail_that_was_sent_and_put_off_comes_once_more_with_an_id_of_its_own(stage):
    stage.change(Prisoner, stage.prisoner_id, birth=None)
    at(stage, "2026-10-06T10:00Z")
    at(stage, "2026-11-05T07:00Z")
    assert put_off(stage, stage.sent[0].mail, 3) == utc("2026-11-08T07:00Z")
    at(stage, "2026-11-08T06:59Z")
    at(stage, "2026-11-08T07:00Z")
    at(stage, "2026-11-09T07:00Z")
    assert stage.when_sent() == [("nag", "2026-11-05T07:00Z"), ("nag", "2026-11-08T07:00Z")]
    assert len({sent.email.message_id for sent in stage.sent}) == 2
    # The next one is counted from the last that left.
    at(stage, "2026-11-22T06:59Z")
    at(stage, "2026-11-22T07:00Z")
    assert stage.when_sent()[-1] == ("nag", "2026-11-22T07:00Z")


def test_it_does_not_come_again_once_she_has_written(stage):
    stage.change(Prisoner, stage.prisoner_id, birth=None)
    at(stage, "2026-10-06T10:00Z")
    at(stage, "2026-11-05T07:00Z")
    put_off(stage, stage.sent[0].mail, 1)
    write(stage, "2026-11-05")
    at(stage, "2026-11-06T07:00Z")
    assert len(stage.sent) == 1
    assert stage.rows()[-1].reason is Reason.WRITTEN_SINCE


def test_a_birthday_that_was_put_off_comes_again_with_the_days_that_are_left(stage):
    stage.ladders.nags.clear()
    at(stage, "2026-10-06T10:00Z")
    at(stage, "2026-11-05T07:00Z")
    put_off(stage, stage.sent[0].mail, 7)
    at(stage, "2026-11-12T07:00Z")
    assert stage.when_sent() == [("reminder", "2026-11-05T07:00Z"), ("reminder", "2026-11-12T07:00Z")]
    assert stage.sent[-1].ready.planned.days_to_go == 14
    put_off(stage, stage.sent[-1].mail, 7)
    at(stage, "2026-11-19T07:00Z")
    at(stage, "2026-11-26T07:00Z")
    with pytest.raises(snoozing.AfterItsDay):
        put_off(stage, stage.sent[0].mail, 7)


def test_a_hearing_cannot_be_put_off(stage):
    hearing = stage.hearing(stage.prisoner_id, "2026-11-20")
    stage.ladders.by_kind[DayKind.HEARING] = {Role.WRITERS: days(7)}
    stage.ladders.nags.clear()
    at(stage, "2026-10-06T10:10Z")
    at(stage, "2026-11-13T07:00Z")
    mail = next(sent.mail for sent in stage.sent if sent.mail.subject_id == hearing)
    with pytest.raises(snoozing.CannotWait):
        put_off(stage, mail, 1)


def test_putting_off_can_be_taken_back(stage):
    stage.change(Prisoner, stage.prisoner_id, birth=None)
    at(stage, "2026-10-06T10:00Z")
    at(stage, "2026-11-05T07:00Z")
    put_off(stage, stage.sent[0].mail, 3)
    with stage.sessions.begin() as session:
        snoozing.not_put_off(session, session.scalars(select(Snooze)).one(), stage.now)
    at(stage, "2026-11-08T07:00Z")
    assert len(stage.sent) == 1
