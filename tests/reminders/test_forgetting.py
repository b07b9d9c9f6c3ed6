"""Old mails are counted and forgotten, unless what they told can still matter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.reminders.stage import a_stage
from tracker.dates.actions import postpone_without_date
from tracker.dates.rules import DayKind
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner
from tracker.reminders.forgetting import forget_old_mails
from tracker.reminders.ladders import Ladders
from tracker.reminders.models import Attempt, MailTally, Outbox
from tracker.reminders.rules import MailKind, MailState, Reason

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def stage(app, engine, keyring):
    made = a_stage(app, engine, "2026-01-01T09:00Z", Ladders({}))
    made.vera = made.volunteer("Вера")
    made.prisoner_id = made.prisoner("Аркадий Мнимый")
    made.assignment = made.assign(made.vera, made.prisoner_id)
    return made


def a_mail(stage, days_ago: int, kind=MailKind.REMINDER, state=MailState.SENT, **facts) -> Outbox:
    at = NOW - timedelta(days=days_ago)
    mail = Outbox(
        recipient_id=stage.vera,
        kind=kind,
        reason=Reason.LADDER,
        state=state,
        due_at=at,
        next_at=at,
        expires_at=at + timedelta(days=1),
        created_at=at,
        message_id=uuid4().hex,
        dedupe_key=uuid4().hex,
        **facts,
    )
    stage.add(mail, Attempt(outbox_id=mail.id, n=1, started_at=at))
    return mail


def left(stage) -> int:
    return len(stage.rows())


def forget(stage, kept_days: int = 90) -> int:
    return forget_old_mails(stage.sessions, NOW, kept_days)


def test_what_is_old_is_counted_and_gone_with_its_tries(stage):
    for days in (100, 110, 120, 20):
        a_mail(stage, days)
    a_mail(stage, 110, state=MailState.FAILED)
    assert forget(stage) == 4
    assert left(stage) == 1
    with stage.sessions() as session:
        tallies = {(row.month, row.state): row.number for row in session.scalars(select(MailTally))}
        assert session.scalar(select(func.count(Attempt.id))) == 1
    assert tallies == {
        (date(2026, 8, 1), MailState.SENT): 3,
        (date(2026, 8, 1), MailState.FAILED): 1,
    }
    assert forget(stage) == 0, "and nothing is counted twice"


def test_a_count_goes_on_where_it_was(stage):
    a_mail(stage, 120)
    forget(stage)
    a_mail(stage, 121)
    forget(stage)
    with stage.sessions() as session:
        assert [row.number for row in session.scalars(select(MailTally))] == [2]


@pytest.mark.parametrize("state", [MailState.QUEUED, MailState.HELD])
def test_what_waits_is_never_forgotten(stage, state):
    a_mail(stage, 300, state=state)
    assert forget(stage) == 0


def test_what_was_told_of_a_hearing_is_kept_until_its_day_is_over(stage):
    ahead = stage.hearing(stage.prisoner_id, "2027-01-19")
    over = stage.hearing(stage.prisoner_id, "2026-08-19")
    without_day = stage.hearing(stage.prisoner_id, "2026-08-20")
    stage.with_hearing(postpone_without_date, without_day, why=None)
    for hearing in (ahead, over, without_day):
        a_mail(stage, 120, day_kind=DayKind.HEARING, subject_id=hearing)
    assert forget(stage) == 1
    assert {mail.subject_id for mail in stage.rows()} == {ahead, without_day}


def test_what_was_told_of_custody_is_kept_while_it_runs(stage):
    runs = stage.custody(stage.prisoner_id, "2027-01")
    over = stage.custody(stage.prisoner_id, "2026-08-19")
    for measure in (runs, over):
        a_mail(stage, 120, day_kind=DayKind.DETENTION_UNTIL, subject_id=measure)
    assert forget(stage) == 1
    assert [mail.subject_id for mail in stage.rows()] == [runs]


@pytest.mark.parametrize("on, is_kept", [("2027", True), ("2026-12", True), ("2026-12-02", True), ("2026-10", False)])
def test_what_was_told_of_a_release_is_kept_until_it_is_over(stage, on, is_kept):
    stage.change(Prisoner, stage.prisoner_id, release_on=PartialDate.parse(on))
    a_mail(stage, 120, day_kind=DayKind.RELEASE, subject_id=stage.prisoner_id)
    assert (forget(stage) == 0) == is_kept


def test_how_often_a_writer_was_asked_is_known_while_she_writes(stage):
    a_mail(stage, 120, kind=MailKind.NAG, subject_id=stage.assignment)
    assert forget(stage) == 0
    a_mail(stage, 500, kind=MailKind.NAG, subject_id=stage.assignment)
    assert forget(stage) == 1
    stage.end_assignment(stage.assignment)
    assert forget(stage) == 1


def test_thousands_go_in_one_call(stage):
    stage.add(
        *(
            Outbox(
                recipient_id=stage.vera,
                kind=MailKind.REMINDER,
                reason=Reason.LADDER,
                state=MailState.SENT,
                due_at=NOW - timedelta(days=200),
                next_at=NOW,
                expires_at=NOW - timedelta(days=199),
                created_at=NOW,
                message_id=uuid4().hex,
                dedupe_key=uuid4().hex,
            )
            for _ in range(1201)
        )
    )
    assert forget(stage) == 1201
    assert left(stage) == 0
