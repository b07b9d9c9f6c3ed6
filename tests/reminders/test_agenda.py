"""The planner looks at little in each turn, and overlooks nothing."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from tests.reminders.stage import a_stage, utc
from tests.support.statements import counting
from tracker.assignments.models import Assignment, Part
from tracker.dates.actions import cancel_hearing, postpone_without_date, reinstate_hearing
from tracker.dates.models import Hearing, HearingStatus
from tracker.reminders.agenda import Agenda
from tracker.reminders.beats import heartbeats
from tracker.reminders.desk import ladders_in_use
from tracker.reminders.jobs import plan_due
from tracker.reminders.models import Attempt, Muted, Outbox, OwnLadder, Recheck
from tracker.reminders.recheck import recheck, recheck_is_due
from tracker.reminders.rules import MailState, MailTopic, Reason, Role
from tracker.volunteers.models import Volunteer
from tracker.watchers.models import Watch, Watcher

ZONES = ("Europe/Berlin", "Asia/Vladivostok", "Asia/Almaty", "America/New_York")


@pytest.fixture
def stage(app, engine, keyring):
    made = a_stage(app, engine, "2026-12-01T12:00Z", ladders_in_use())
    made.tick()
    made.vera = made.volunteer("Вера")
    made.cora = made.volunteer("Кора", coordinator=True, zone="Asia/Vladivostok")
    made.prisoner_id = made.prisoner()
    made.assign(made.vera, made.prisoner_id)
    made.court("Asia/Vladivostok")
    return made


def watcher(stage, **watched) -> Watcher:
    row = Watcher(
        address_key=f"key {random.random()}", zone="Europe/Berlin", confirmed_at=stage.now, created_at=stage.now
    )
    row.email = "watcher@example.org"
    stage.add(row, Watch(watcher_id=row.id, confirmed_at=stage.now, created_at=stage.now, **watched))
    return row


def overlooked(stage) -> int:
    """How many mails a planner without memory finds besides."""
    with stage.app.app_context():
        return plan_due(stage.sessions, stage.clock, replace(stage.desk, agenda=Agenda())).new


class Life:
    """What people do, by chance."""

    def __init__(self, stage, seed: int) -> None:
        self.stage, self.chance = stage, random.Random(seed)
        self.prisoners = [
            stage.prisoner_id,
            stage.prisoner("Светлана Придуманная"),
            stage.prisoner("Ян Несуществующий"),
        ]
        self.people = [stage.vera] + [stage.volunteer(f"Волонтёр {n}", zone=ZONES[n % 4]) for n in range(3)]
        self.hearings: list = []

    def go_on(self) -> None:
        acts = (self.enter, self.enter, self.move, self.move, self.end, self.follow, self.habits, self.mute, self.watch)
        self.chance.choice(acts)()

    def _when(self) -> tuple[str, str | None]:
        on = self.stage.now.date() + timedelta(days=self.chance.choice((0, 1, 1, 2, 3, 7, 8, 30)))
        return f"{on}", self.chance.choice((None, "10:00", "23:30", "04:00"))

    def enter(self) -> None:
        on, at = self._when()
        self.hearings.append(self.stage.hearing(self.chance.choice(self.prisoners), on, at, self.chance.choice(ZONES)))

    def move(self) -> None:
        if self.hearings:
            on, at = self._when()
            hearing = self.chance.choice(self.hearings)
            with self.stage.sessions() as session:
                is_scheduled = session.get_one(Hearing, hearing).status is HearingStatus.SCHEDULED
                before = session.get_one(Hearing, hearing)
                is_same = (str(before.on), before.at and f"{before.at:%H:%M}") == (on, at)
            if is_scheduled and not is_same:
                self.stage.move(hearing, on=on, at=at)

    def end(self) -> None:
        if self.hearings:
            hearing = self.chance.choice(self.hearings)
            with self.stage.sessions() as session:
                status = session.get_one(Hearing, hearing).status
            if status is HearingStatus.CANCELLED:
                self.stage.with_hearing(reinstate_hearing, hearing)
            elif status is HearingStatus.SCHEDULED:
                act = self.chance.choice((cancel_hearing, postpone_without_date))
                self.stage.with_hearing(act, hearing, why=None)

    def follow(self) -> None:
        volunteer, prisoner = self.chance.choice(self.people), self.chance.choice(self.prisoners)
        with self.stage.sessions() as session:
            running = session.scalar(
                select(Assignment.id).where(
                    Assignment.volunteer_id == volunteer,
                    Assignment.prisoner_id == prisoner,
                    Assignment.until.is_(None),
                    Assignment.part == Part.COURT,
                )
            )
        if running is None:
            self.stage.assign(volunteer, prisoner, Part.COURT)
        else:
            self.stage.end_assignment(running)

    def habits(self) -> None:
        self.stage.change(Volunteer, self.chance.choice(self.people), zone=self.chance.choice(ZONES))

    def mute(self) -> None:
        volunteer = self.chance.choice(self.people)
        with self.stage.sessions.begin() as session:
            row = session.scalar(select(Muted).where(Muted.volunteer_id == volunteer))
            if row is None:
                session.add(Muted(volunteer_id=volunteer, topic=MailTopic.HEARING, since=self.stage.now))
            else:
                session.delete(row)

    def watch(self) -> None:
        watcher(self.stage, prisoner_id=self.chance.choice(self.prisoners))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_happens_between_turns_nothing_is_overlooked(stage, seed):
    life = Life(stage, seed)
    found, light = [], 0
    for _ in range(90):
        for _ in range(life.chance.choice((0, 0, 1, 2))):
            life.go_on()
        stage.now += timedelta(minutes=life.chance.choice((1, 5, 10, 11, 20, 45)))
        light += not stage.desk.agenda.is_out_of_date(stage.now)
        stage.tick()
        found.append(overlooked(stage))
    assert light > 40
    assert sum(found) == 0, found
    assert len(stage.sent) > 20


def test_after_a_standstill_of_days_nothing_is_lost(stage):
    stage.hearing(stage.prisoner_id, "2026-12-15", "10:00", "Asia/Vladivostok")
    stage.tick()
    stage.now = utc("2026-12-14T06:00Z")
    stage.tick()
    assert overlooked(stage) == 0
    assert {sent.mail.recipient_id for sent in stage.sent} == {stage.vera, stage.cora}


def test_a_turn_that_broke_off_is_made_up_for(stage, monkeypatch):
    stage.hearing(stage.prisoner_id, "2026-12-03", "10:00")
    stage.now += timedelta(minutes=11)

    def breaks(*_):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("tracker.reminders.jobs.beat", breaks)
        with pytest.raises(RuntimeError), stage.app.app_context():
            plan_due(stage.sessions, stage.clock, stage.desk)
    assert stage.rows() == []
    stage.now += timedelta(minutes=1)
    stage.tick()
    assert stage.rows(), "the turn after it finds the same"


def test_a_turn_with_nothing_due_writes_nothing_and_says_it_is_there_every_few_minutes(stage, engine):
    stage.hearing(stage.prisoner_id, "2026-12-30", "10:00")
    stage.now += timedelta(minutes=11)
    stage.tick()
    for minute in range(1, 10):
        stage.now += timedelta(minutes=1)
        with counting(engine) as asked, stage.app.app_context():
            plan_due(stage.sessions, stage.clock, stage.desk)
        writes = [text for text in asked.texts if not text.startswith(("SELECT", "WITH"))]
        assert len(writes) == (1 if minute % 3 == 0 else 0), str(asked)
        assert len(asked) - len(writes) <= 7, str(asked)
    with stage.sessions() as session:
        assert stage.now - heartbeats(session)["planner"].at < timedelta(minutes=4)


def test_one_moved_hearing_is_planned_anew_in_a_few_statements(stage, engine):
    moved = stage.hearing(stage.prisoner_id, "2026-12-08", "10:00")
    for day in range(1, 20):
        stage.hearing(stage.prisoner_id, f"2027-01-{day:02d}", "10:00")
    stage.now += timedelta(minutes=11)
    stage.tick()
    stage.move(moved, on="2026-12-09")
    stage.tick()
    stage.now += timedelta(minutes=11)
    with counting(engine) as asked, stage.app.app_context():
        report = plan_due(stage.sessions, stage.clock, stage.desk)
    assert (report.new, report.days) == (1, 1), "Vera was told seven days before, and hears that it has moved"
    assert len(asked) <= 13, str(asked)


def test_a_watcher_is_told_of_hearings_and_of_nothing_else(stage):
    anna = watcher(stage, prisoner_id=stage.prisoner_id)
    stage.custody(stage.prisoner_id, "2026-12-20", "Europe/Moscow")
    hearing = stage.hearing(stage.prisoner_id, "2026-12-15", "15:00")
    stage.play_until(utc("2026-12-14T12:00Z"))
    stage.move(hearing, on="2027-01-11")
    stage.play_until(utc("2026-12-21T12:00Z"))
    told = [f"{sent.at:%d %b %H:%M} {sent.mail.rule[:6]}" for sent in stage.sent if sent.mail.watcher_id == anna.id]
    assert told == ["08 Dec 07:00 d7", "13 Dec 07:00 d2", "14 Dec 12:10 change"]
    assert all(sent.mail.recipient_id is None for sent in stage.sent if sent.mail.watcher_id)


def test_a_watcher_who_has_left_gets_nothing_more(stage):
    anna = watcher(stage, prisoner_id=stage.prisoner_id)
    stage.hearing(stage.prisoner_id, "2026-12-15", "15:00")
    stage.play_until(utc("2026-12-10T12:00Z"))
    with stage.sessions.begin() as session:
        for watch in session.scalars(select(Watch).where(Watch.watcher_id == anna.id)):
            session.delete(watch)
    stage.play_until(utc("2026-12-16T12:00Z"))
    assert sum(sent.mail.watcher_id == anna.id for sent in stage.sent) == 1


def test_whoever_turned_hearings_off_hears_of_no_change_either(stage):
    hearing = stage.hearing(stage.prisoner_id, "2026-12-10", "15:00")
    stage.play_until(utc("2026-12-05T12:00Z"))
    stage.add(Muted(volunteer_id=stage.vera, topic=MailTopic.HEARING, prisoner_id=stage.prisoner_id, since=stage.now))
    stage.move(hearing, on="2026-12-12")
    stage.play_until(utc("2026-12-12T12:00Z"))
    assert [sent.mail.rule for sent in stage.sent if sent.mail.recipient_id == stage.vera] == ["d7"]


def test_turned_off_in_the_last_moment_it_is_taken_back(stage):
    stage.hearing(stage.prisoner_id, "2026-12-10", "15:00")
    stage.now = utc("2026-12-03T07:00Z")
    with stage.app.app_context():
        plan_due(stage.sessions, stage.clock, stage.desk)
    stage.add(Muted(volunteer_id=stage.vera, topic=MailTopic.HEARING, since=stage.now))
    stage.tick()
    [mail] = [row for row in stage.rows() if row.recipient_id == stage.vera]
    assert (mail.state, mail.reason) == (MailState.SUPPRESSED, Reason.UNSUBSCRIBED)


def test_while_she_is_away_hearings_go_on_and_birthdays_wait(stage):
    from tracker.partial_date import PartialDate
    from tracker.prisoners.models import Prisoner

    stage.change(Volunteer, stage.vera, away_until=utc("2026-12-06T00:00Z").date())
    stage.change(Prisoner, stage.prisoner_id, birth=PartialDate.parse("1988-12-24"), birth_changed_at=stage.now)
    stage.hearing(stage.prisoner_id, "2026-12-11", "15:00")
    stage.play_until(utc("2026-12-10T12:00Z"))
    told = [(str(s.mail.day_kind), f"{s.at:%d %b}") for s in stage.sent if s.mail.recipient_id == stage.vera]
    assert ("hearing", "04 Dec") in told
    assert all(day >= "07 Dec" for kind, day in told if kind == "birthday")


def test_a_ladder_that_was_changed_holds_from_the_next_turn_on(stage):
    stage.hearing(stage.prisoner_id, "2026-12-20", "15:00")
    stage.now += timedelta(minutes=11)
    stage.tick()
    stage.add(
        OwnLadder(
            topic=MailTopic.HEARING, role=Role.WRITERS, prisoner_id=stage.prisoner_id, rungs=[18], changed_at=stage.now
        )
    )
    stage.play_until(utc("2026-12-03T12:00Z"))
    assert [sent.mail.rule for sent in stage.sent if sent.mail.recipient_id == stage.vera] == ["d18"]


def test_every_night_everything_is_looked_at_and_what_was_found_is_written_down(stage):
    stage.hearing(stage.prisoner_id, "2026-12-04", "15:00")
    stage.now += timedelta(minutes=11)
    stage.tick()
    stage.now += timedelta(minutes=10)
    # Behind the back of every planner.
    with stage.sessions.begin() as session:
        session.execute(delete(Attempt))
        session.execute(delete(Outbox).where(Outbox.recipient_id == stage.vera))
    with stage.app.app_context():
        found = recheck(stage.sessions, stage.clock, stage.desk)
    assert (found.missing, found.stray, found.errors) == (1, 0, 0)
    assert [row.recipient_id for row in stage.rows(Outbox.state == MailState.QUEUED)] == [stage.vera]
    with stage.sessions() as session:
        assert session.scalars(select(Recheck)).one().missing == 1
        assert not recheck_is_due(session, "Europe/Berlin", stage.now)
        assert not recheck_is_due(session, "Europe/Berlin", utc("2026-12-02T02:29Z"))
        assert recheck_is_due(session, "Europe/Berlin", utc("2026-12-02T02:30Z")), "half past three in Berlin"
