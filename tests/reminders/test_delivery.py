"""From the outbox to the mail server and back, with everything that can go wrong on the way."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.reminders.stage import Stage, a_stage, days, utc
from tracker.dates.actions import cancel_hearing
from tracker.dates.rules import DayKind
from tracker.mail import NotSent, SmtpMailer
from tracker.reminders import claims
from tracker.reminders.actions import note_told_by_phone, queue_mail, retry
from tracker.reminders.beats import heartbeats
from tracker.reminders.jobs import plan_due, send_due, send_together
from tracker.reminders.ladders import Ladders
from tracker.reminders.models import Attempt, Outbox
from tracker.reminders.rules import MailKind, MailState, Reason, Role
from tracker.volunteers.models import AddressState, Volunteer

LADDERS = Ladders({DayKind.HEARING: {Role.WRITERS: days(2)}})
DUE = utc("2026-12-13T07:00Z")


@pytest.fixture
def stage(app, engine):
    return a_stage(app, engine, "2026-11-20T12:00Z", LADDERS)


@pytest.fixture
def post(stage, smtp_sink):
    """The stage with a real mail server, on the morning when Vera is due a reminder."""
    stage.tick()
    stage.vera = stage.volunteer("Вера")
    stage.prisoner_id = stage.prisoner()
    stage.assignment = stage.assign(stage.vera, stage.prisoner_id)
    stage.hearing_id = stage.hearing(stage.prisoner_id, "2026-12-15", "10:00", "Asia/Vladivostok")
    stage.mailer = SmtpMailer(smtp_sink.url, "Post <post@post.example.org>")
    stage.now = DUE
    return stage


def the_mail(stage: Stage) -> Outbox:
    [mail] = stage.rows()
    return mail


def attempts(stage: Stage) -> list[Attempt]:
    with stage.sessions() as session:
        return list(session.scalars(select(Attempt).order_by(Attempt.n)))


def test_a_mail_goes_out_once_with_its_message_id(post, smtp_sink):
    post.tick()
    post.tick()
    mail = the_mail(post)
    assert (mail.state, mail.accepted_at) == (MailState.SENT, DUE)
    assert smtp_sink.message_ids() == [f"<{mail.message_id}@post.example.org>"]
    assert [attempt.outcome for attempt in attempts(post)] == ["accepted"]


def test_the_message_id_tells_nothing_and_is_always_the_same(post):
    post.tick()
    mail = the_mail(post)
    assert str(mail.recipient_id) not in mail.message_id
    with post.sessions.begin() as session:
        session.delete(session.get_one(Outbox, mail.id))
    post.restart()
    post.tick()
    assert the_mail(post).message_id == mail.message_id


@pytest.mark.parametrize("words", ["rcpt 450", "data 451", "data 552", "drop-before"])
def test_what_fails_for_now_is_tried_again_with_the_same_message_id(post, smtp_sink, words):
    smtp_sink.fail(words)
    post.tick()
    assert the_mail(post).state is MailState.QUEUED
    assert the_mail(post).attempts == 1
    assert smtp_sink.messages == []
    post.tick()
    assert the_mail(post).attempts == 1, "not before its pause is over"
    smtp_sink.work()
    post.now += timedelta(minutes=1)
    post.tick()
    assert the_mail(post).state is MailState.SENT
    assert len(smtp_sink.messages) == 1


def test_a_mail_that_may_have_arrived_comes_again_as_the_same(post, smtp_sink):
    smtp_sink.fail("drop-after", times=1)
    post.tick()
    assert (the_mail(post).state, the_mail(post).last_class) == (MailState.QUEUED, "unclear")
    post.now += timedelta(minutes=1)
    post.tick()
    first, second = smtp_sink.message_ids()
    assert first == second
    assert [attempt.outcome for attempt in attempts(post)] == ["unclear", "accepted"]


def test_a_bad_address_is_given_up_at_once_and_flagged(post, smtp_sink):
    smtp_sink.fail("rcpt 550")
    post.tick()
    mail = the_mail(post)
    assert (mail.state, mail.reason, mail.last_code) == (MailState.FAILED, Reason.ADDRESS_REFUSED, 550)
    with post.sessions() as session:
        assert session.get_one(Volunteer, post.vera).address_state is AddressState.REFUSED


def test_to_a_refused_address_nothing_more_is_sent_but_it_is_seen(post, smtp_sink):
    post.change(Volunteer, post.vera, address_state=AddressState.REFUSED)
    post.tick()
    assert smtp_sink.messages == []
    assert (the_mail(post).state, the_mail(post).reason) == (MailState.FAILED, Reason.ADDRESS_REFUSED)


def test_a_text_that_the_provider_refuses_is_given_up(post, smtp_sink):
    smtp_sink.fail("data 554")
    post.tick()
    assert (the_mail(post).state, the_mail(post).reason) == (MailState.FAILED, Reason.CONTENT_REFUSED)


def test_a_mail_that_was_given_up_can_be_tried_again(post, smtp_sink):
    smtp_sink.fail("rcpt 550", times=1)
    post.tick()
    failed = the_mail(post).id
    with post.sessions.begin() as session:
        assert retry(session, failed, post.now)
    post.tick()
    assert the_mail(post).state is MailState.SENT
    assert len(smtp_sink.messages) == 1
    with post.sessions.begin() as session:
        assert not retry(session, failed, post.now), "what has arrived is not sent again"


def test_somebody_told_by_phone_counts_as_told(post, smtp_sink):
    smtp_sink.fail("rcpt 550", times=1)
    post.tick()
    failed = the_mail(post).id
    with post.sessions.begin() as session:
        assert note_told_by_phone(session, failed, actor_id=post.vera, now=post.now)
        assert not note_told_by_phone(session, failed, actor_id=post.vera, now=post.now)
    post.change(Volunteer, post.vera, address_state=AddressState.FINE)
    post.move(post.hearing_id, on="2027-01-19")
    post.now += timedelta(minutes=10)
    post.tick()
    assert [sent.mail.kind for sent in post.sent] == [MailKind.CHANGE_NOTICE]


class Unreachable:
    """A mail server that is not there, and then is."""

    def __init__(self, real):
        self.real, self.is_down, self.tries = real, True, 0

    def send(self, email, now):
        self.tries += 1
        if self.is_down:
            raise NotSent("transport")
        self.real.send(email, now)

    def close(self):
        self.real.close()


def test_a_mail_server_that_cannot_be_reached_uses_up_no_attempts_and_is_left_alone(post, smtp_sink):
    post.mailer = Unreachable(post.mailer)
    for second in range(0, 3600, 60):
        post.now = DUE + timedelta(seconds=second)
        post.tick()
    mail = the_mail(post)
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 0)
    assert 6 <= post.mailer.tries <= 12, "30 s, 1, 2, 4, 8 and then every 10 minutes"
    with post.sessions() as session:
        trouble = heartbeats(session)["mail_server"]
        assert trouble.trouble_since == DUE
        assert heartbeats(session)["sender"].at > DUE + timedelta(minutes=58), "the sender itself is alive"
    post.mailer.is_down = False
    post.now += timedelta(minutes=10)
    post.tick()
    assert the_mail(post).state is MailState.SENT
    with post.sessions() as session:
        assert heartbeats(session)["mail_server"].trouble_since is None


def test_a_mail_whose_time_is_over_is_not_sent_but_shown_as_missed(post, smtp_sink):
    smtp_sink.fail("data 451")
    post.now = utc("2026-12-14T22:00Z")
    post.play_until(utc("2026-12-15T00:00Z"))
    smtp_sink.work()
    post.now = utc("2026-12-15T00:00Z")
    post.tick()
    assert smtp_sink.messages == []
    assert (the_mail(post).state, the_mail(post).reason) == (MailState.MISSED, Reason.TOO_LATE)


def test_a_hearing_is_tried_until_shortly_before_it_starts(post, smtp_sink):
    smtp_sink.fail("data 451")
    post.now = utc("2026-12-14T22:00Z")
    post.play_until(utc("2026-12-14T23:58Z"))
    smtp_sink.work()
    post.play_until(utc("2026-12-15T00:00Z"))
    assert the_mail(post).state is MailState.SENT


def test_whoever_is_no_longer_assigned_gets_nothing(post, smtp_sink):
    plan_due(post.sessions, post.clock, post.desk)
    post.end_assignment(post.assignment)
    post.tick()
    assert smtp_sink.messages == []
    assert (the_mail(post).state, the_mail(post).reason) == (MailState.SUPPRESSED, Reason.NOT_ASSIGNED)


def test_whoever_is_assigned_again_in_time_gets_it_after_all(post, smtp_sink):
    plan_due(post.sessions, post.clock, post.desk)
    post.change(Volunteer, post.vera, disabled_at=post.now)
    post.tick()
    assert (the_mail(post).state, the_mail(post).reason) == (MailState.SUPPRESSED, Reason.DISABLED)
    post.change(Volunteer, post.vera, disabled_at=None)
    post.tick()
    assert the_mail(post).state is MailState.SENT
    assert len(smtp_sink.messages) == 1


def test_a_hearing_cancelled_between_planning_and_sending_sends_nobody_out(post, smtp_sink):
    plan_due(post.sessions, post.clock, post.desk)
    post.with_hearing(cancel_hearing, post.hearing_id, why=None)
    post.tick()
    assert smtp_sink.messages == []
    assert (the_mail(post).state, the_mail(post).reason) == (MailState.SUPERSEDED, Reason.DAY_CHANGED)


def test_a_hearing_moved_while_its_mail_is_on_the_way_is_followed_by_a_notice(post, smtp_sink):
    plan_due(post.sessions, post.clock, post.desk)
    real = post.mailer

    class MovesMeanwhile:
        def send(self, email, now):
            if not smtp_sink.messages:
                post.move(post.hearing_id, on="2027-01-19")
            real.send(email, now)

        def close(self):
            real.close()

    post.mailer = MovesMeanwhile()
    post.tick()
    post.now += timedelta(minutes=10)
    post.tick()
    assert [sent.mail.kind for sent in post.sent] == [MailKind.REMINDER, MailKind.CHANGE_NOTICE]


def test_whoever_died_while_a_mail_may_have_gone_out_is_followed_by_a_notice_too(post, smtp_sink):
    """The mail went out, its sender was killed before it could say so, and then the hearing was moved."""
    plan_due(post.sessions, post.clock, post.desk)
    with post.sessions.begin() as session:
        [mail] = claims.claim(session, post.now)
        claims.begin_attempt(session, mail, post.now)
    post.move(post.hearing_id, on="2027-01-19")
    post.now += timedelta(minutes=10)
    post.tick()
    post.tick()
    reminder, notice = sorted(post.rows(), key=lambda mail: mail.created_at)
    assert (reminder.state, notice.state) == (MailState.SUPERSEDED, MailState.SENT)
    assert notice.kind is MailKind.CHANGE_NOTICE


def test_a_lease_that_is_over_lets_somebody_else_send_and_fences_the_first_one_off(post, smtp_sink):
    plan_due(post.sessions, post.clock, post.desk)
    with post.sessions.begin() as session:
        [slow] = claims.claim(session, post.now)
        attempt_id = claims.begin_attempt(session, slow, post.now)
    post.now += timedelta(seconds=179)
    post.tick()
    assert smtp_sink.messages == []
    post.now += timedelta(seconds=2)
    post.tick()
    assert len(smtp_sink.messages) == 1
    with post.sessions.begin() as session:
        assert attempt_id is not None
        assert not claims.accepted(session, slow, attempt_id, post.now + timedelta(hours=1))
    assert the_mail(post).accepted_at == post.now


def test_a_mail_that_cannot_be_written_stops_no_other(post, smtp_sink):
    other = post.volunteer("Другая Волонтёрка с очень длинным именем")
    post.assign(other, post.prisoner_id)
    write = post.desk.writers[MailKind.REMINDER]

    def stumbling(session, mail, ready, now):
        if mail.recipient_id == post.vera:
            raise KeyError("a fault")
        return write(session, mail, ready, now)

    # Both were assigned before the hearing was entered only if it is entered anew.
    post.hearing(post.prisoner_id, "2026-12-17", "10:00")
    post.desk = replace(post.desk, writers={**post.desk.writers, MailKind.REMINDER: stumbling})
    post.play_until(utc("2026-12-15T08:00Z"))
    by_reader = {(mail.recipient_id, mail.state) for mail in post.rows()}
    assert (other, MailState.SENT) in by_reader
    assert (post.vera, MailState.FAILED) in by_reader
    assert (post.vera, MailState.SENT) not in by_reader


def test_a_day_with_a_fault_stops_no_other(post, smtp_sink):
    from tracker.dates.models import Hearing

    broken = post.hearing(post.prisoner_id, "2026-12-15", "11:00")
    post.change(Hearing, broken, zone="Nowhere/Nowhere")
    post.tick()
    assert len(smtp_sink.messages) == 1
    with post.sessions() as session:
        assert heartbeats(session)["planner"].errors == 1


def test_mail_that_was_asked_for_goes_to_an_address_without_account_and_forgets_its_facts(stage, smtp_sink):
    stage.mailer = SmtpMailer(smtp_sink.url, "Post <post@post.example.org>")
    with stage.sessions.begin() as session:
        queue_mail(
            session,
            MailKind.INVITATION,
            now=stage.now,
            expires_at=stage.now + timedelta(days=3),
            to_address="neu@example.org",
            payload={"path": "/welcome/a-secret-token", "until": "2026-12-04T12:00:00+00:00"},
            key="one invitation",
        )
    stage.tick()
    [received] = smtp_sink.messages
    assert received.rcpt_to == ("neu@example.org",)
    assert "https://post.example.org/welcome/a-secret-token" in received.text
    assert the_mail(stage).payload is None


def test_an_invitation_that_expired_meanwhile_is_not_sent(stage, smtp_sink):
    stage.mailer = SmtpMailer(smtp_sink.url, "Post <post@post.example.org>")
    with stage.sessions.begin() as session:
        queue_mail(
            session,
            MailKind.INVITATION,
            now=stage.now,
            expires_at=stage.now + timedelta(days=3),
            to_address="neu@example.org",
            payload={"path": "/welcome/x", "until": "2026-12-04T12:00:00+00:00"},
        )
    stage.now += timedelta(days=4)
    stage.tick()
    assert smtp_sink.messages == []
    assert the_mail(stage).state is MailState.MISSED


def test_the_most_urgent_goes_first_after_a_standstill(post, smtp_sink):
    sooner = post.hearing(post.prisoner_id, "2026-12-14", "15:00")
    post.down = [(utc("2026-11-20T12:30Z"), utc("2026-12-14T09:00Z"))]
    post.now = utc("2026-12-14T09:00Z")
    post.tick()
    assert [sent.mail.subject_id for sent in post.sent] == [sooner, post.hearing_id]


@pytest.mark.parametrize("senders", [2, 3])
def test_several_senders_at_once_send_every_mail_once(post, smtp_sink, senders):
    for number in range(40):
        post.assign(post.volunteer(f"Волонтёр {number}"), post.prisoner_id)
    post.hearing(post.prisoner_id, "2026-12-16", "10:00")
    post.now = utc("2026-12-14T07:00Z")
    start = threading.Barrier(senders)

    def sender() -> None:
        mailer = SmtpMailer(smtp_sink.url, "Post <post@post.example.org>")
        start.wait()
        with post.app.app_context():
            plan_due(post.sessions, post.clock, post.desk)
            send_due(post.sessions, mailer, post.clock, post.desk)

    threads = [threading.Thread(target=sender) for _ in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = smtp_sink.message_ids()
    assert len(ids) >= 41
    assert len(ids) == len(set(ids))
    with post.sessions() as session:
        sent = session.scalar(select(func.count()).select_from(Outbox).where(Outbox.state == MailState.SENT))
    assert sent == len(ids)


def test_a_turn_with_nothing_due_costs_the_same_few_statements_and_writes_only_its_heartbeat(post, engine):
    from sqlalchemy import event

    def statements() -> list[str]:
        seen: list[str] = []
        listener = lambda _c, _cur, statement, *_: seen.append(statement)  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        try:
            post.tick()
        finally:
            event.remove(engine, "before_cursor_execute", listener)
        return seen

    post.now = utc("2026-12-01T12:00Z")
    post.tick()
    few = statements()
    for number in range(30):
        post.assign(post.volunteer(f"Волонтёр {number}"), post.prisoner_id)
        post.hearing(post.prisoner_id, "2026-12-20", "10:00")
    post.tick()
    many = statements()
    assert len(many) == len(few) <= 10, "\n".join(many)
    writes = [statement for statement in many if not statement.startswith(("SELECT", "BEGIN", "SAVEPOINT", "RELEASE"))]
    assert all("heartbeat" in statement or "lease_token" in statement for statement in writes)


def test_several_connections_of_one_scheduler_send_every_mail_once(post, smtp_sink):
    for number in range(40):
        post.assign(post.volunteer(f"Волонтёр {number}"), post.prisoner_id)
    post.hearing(post.prisoner_id, "2026-12-16", "10:00")
    post.now = utc("2026-12-14T07:00Z")
    with post.app.app_context():
        plan_due(post.sessions, post.clock, post.desk)
    mailers = [SmtpMailer(smtp_sink.url, "Post <post@post.example.org>") for _ in range(3)]
    report = send_together(post.sessions, mailers, post.clock, post.desk, post.app.app_context)
    ids = smtp_sink.message_ids()
    assert report.sent == len(ids) == len(set(ids)) >= 41
    assert {mail.state for mail in post.rows()} == {MailState.SENT}
    assert {attempt.outcome for attempt in attempts(post)} == {"accepted"}


def test_what_was_taken_up_with_a_mail_that_found_no_mail_server_is_given_back(post, smtp_sink):
    for number in range(10):
        post.assign(post.volunteer(f"Волонтёр {number}"), post.prisoner_id)
    post.hearing(post.prisoner_id, "2026-12-16", "10:00")
    post.now = utc("2026-12-14T07:00Z")
    post.mailer = Unreachable(post.mailer)
    post.tick()
    assert post.mailer.tries == 1
    assert len(attempts(post)) == 1
    assert {mail.state for mail in post.rows()} == {MailState.QUEUED}
    post.mailer.is_down = False
    post.now += timedelta(minutes=1)
    post.tick()
    assert {(mail.state, mail.attempts) for mail in post.rows()} == {(MailState.SENT, 0)}


def test_what_was_taken_up_with_a_mail_over_which_a_sender_died_does_not_count_as_tried(post, smtp_sink):
    for number in range(3):
        post.assign(post.volunteer(f"Волонтёр {number}"), post.prisoner_id)
    post.hearing(post.prisoner_id, "2026-12-16", "10:00")
    post.now = utc("2026-12-14T07:00Z")
    plan_due(post.sessions, post.clock, post.desk)
    with post.sessions.begin() as session:
        first, *others = claims.claim(session, post.now, most=8)
        claims.begin_attempt(session, first, post.now)
    assert others
    post.now += timedelta(minutes=10)
    post.tick()
    by_id = {mail.id: mail for mail in post.rows()}
    assert by_id[first.id].attempts == 1
    assert {by_id[mail.id].attempts for mail in others} == {0}
    assert {mail.state for mail in by_id.values()} == {MailState.SENT}
