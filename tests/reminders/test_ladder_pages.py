"""The pages on which coordinators say when mails go out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.reminders.stage import Stage, ladders_for
from tracker import clock
from tracker.accounts.actions import start_session
from tracker.dates.rules import Day, DayKind
from tracker.db import make_sessions
from tracker.reminders.desk import ladders_in_use
from tracker.reminders.ladder_queries import ladders_now
from tracker.reminders.models import OwnLadder, Recheck
from tracker.reminders.rules import MailTopic, Role, Rule


@pytest.fixture
def stage(app, engine, keyring):
    made = Stage(app, make_sessions(engine), clock.now(), ladders_in_use())
    made.cora = made.volunteer("Кора", coordinator=True, zone="Asia/Vladivostok")
    made.vera = made.volunteer("Вера с очень-очень длинным прозвищем, которое никуда не помещается")
    made.prisoner_id = made.prisoner("Аркадий Мнимый")
    made.assign(made.vera, made.prisoner_id)
    return made


@pytest.fixture
def coordinator(stage, client, session):
    token = start_session(session, stage.cora, lasts=timedelta(hours=8), now=clock.now())
    session.commit()
    with client.session_transaction() as cookie:
        cookie["token"] = token
    return client


def page(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def rules(stage, kind=DayKind.HEARING, role=Role.WRITERS, prisoner=None, person=None):
    day = Day(kind, stage.prisoner_id, None, "UTC", stage.now, prisoner_ids=(prisoner,) if prisoner else ())
    with stage.sessions() as session:
        now = ladders_now(session, ladders_in_use())
    own = now.rules_of(person, day) if person else None
    return list(own if own is not None else now.rules_for(day).get(role, ()))


def test_what_the_file_says_stands_there_in_words(coordinator):
    shown = page(coordinator, "/ladders")
    assert "A mail goes out 7 and 2 days before." in shown
    assert "after 30 days" in shown


def test_a_change_of_the_collectives_ladder_holds_and_goes_back(stage, coordinator):
    answer = coordinator.post_form("/ladders/hearing", {"writers": "10, 3, 3h, 2*", "court": "7, 2, 0"})
    assert answer.status_code == 302
    assert rules(stage) == [Rule(days=10), Rule(days=3), Rule(hours=3), Rule(days=2, each_sitting=True)]
    assert rules(stage, role=Role.COURT) == [Rule(days=7), Rule(days=2), Rule(days=0)]
    with stage.sessions() as session:
        assert session.query(OwnLadder).count() == 1, "what is as in the file is not kept"
    assert "changed" in page(coordinator, "/ladders")
    assert "Without a change here: A mail goes out 7 and 2 days before." in page(coordinator, "/ladders/hearing")
    coordinator.post_form("/ladders/hearing/reset", {}, page="/ladders/hearing")
    assert rules(stage) == [Rule(days=7), Rule(days=2)]


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ("10000", "10000 days are too many; at most 366."),
        ("-1", "is not a number of days or hours"),
        ("0h", "Hours go from 1 to 240."),
        ("241h", "Hours go from 1 to 240."),
        ("soon", "is not a number of days or hours"),
        (", ".join(str(n) for n in range(21)), "more than 20 mails about one day"),
    ],
)
def test_what_is_no_ladder_is_refused_in_a_sentence_and_stays_in_the_field(stage, coordinator, typed, sentence):
    answer = coordinator.post_form("/ladders/hearing", {"writers": typed})
    assert answer.status_code == 422
    shown = answer.get_data(as_text=True)
    assert sentence in shown
    assert f'value="{typed}"' in shown
    assert rules(stage) == [Rule(days=7), Rule(days=2)]


def test_typed_rungs_are_shown_in_words_before_they_are_saved(stage, coordinator):
    answer = coordinator.post_form("/ladders/hearing", {"writers": "5, 1, 0, 3h", "preview": "1"})
    assert answer.status_code == 200
    assert "A mail goes out 5 and 1 days before, on the day itself, and 3 hours before it begins." in answer.get_data(
        as_text=True
    )
    assert rules(stage) == [Rule(days=7), Rule(days=2)]


def test_a_volunteers_own_wins_over_the_prisoners_and_that_over_the_collectives(stage, coordinator):
    coordinator.post_form("/ladders/hearing", {"writers": "9"})
    coordinator.post_form(f"/prisoners/{stage.prisoner_id}/ladders/hearing", {"writers": "8"})
    coordinator.post_form(f"/volunteers/{stage.vera}/ladders/hearing", {"own": "6"})
    assert rules(stage) == [Rule(days=9)]
    assert rules(stage, prisoner=stage.prisoner_id) == [Rule(days=8)]
    assert rules(stage, prisoner=stage.prisoner_id, person=stage.vera) == [Rule(days=6)]
    coordinator.post_form(f"/volunteers/{stage.vera}/ladders/hearing", {"own": ""})
    assert rules(stage, prisoner=stage.prisoner_id, person=stage.vera) == [Rule(days=8)], "empty: as for her part"
    coordinator.post_form(f"/volunteers/{stage.vera}/ladders/hearing", {"own": "-"})
    assert rules(stage, prisoner=stage.prisoner_id, person=stage.vera) == []
    assert "No mail goes out." in page(coordinator, f"/volunteers/{stage.vera}/ladders")


def test_after_how_long_a_silence_is_asked_can_be_changed_for_all_and_for_one(stage, coordinator):
    assert coordinator.post_form("/ladders/no_letter", {"writers": "45", "coordinators": ""}).status_code == 302
    coordinator.post_form(f"/volunteers/{stage.vera}/ladders/no_letter", {"own": "60"})
    with stage.sessions() as session:
        now = ladders_now(session, ladders_in_use())
    assert (now.nag(MailTopic.NO_LETTER).writers, now.nag(MailTopic.NO_LETTER).coordinators) == (45, None)
    assert now.nag(MailTopic.NO_LETTER, volunteer_id=stage.vera).writers == 60
    assert coordinator.post_form("/ladders/no_letter", {"writers": "0"}).status_code == 422
    assert coordinator.post_form("/ladders/no_letter", {"writers": "30, 14"}).status_code == 422


def test_a_topic_that_is_none_is_a_missing_page(coordinator):
    assert coordinator.get("/ladders/trial").status_code == 404


def test_the_pages_cost_a_few_statements(stage, coordinator, count_statements):
    for address in ("/ladders", "/ladders/hearing", f"/prisoners/{stage.prisoner_id}/ladders", "/reminders/checks"):
        page(coordinator, address)
        with count_statements() as asked:
            page(coordinator, address)
        assert len(asked) <= 5, str(asked)


def test_nightly_checks_are_shown_newest_first(stage, coordinator):
    assert "There has been none yet." in page(coordinator, "/reminders/checks")
    stage.add(Recheck(at=stage.now, days=20_000, owed=7, missing=3, stray=0, errors=0))
    assert "20000" in page(coordinator, "/reminders/checks")


def test_a_prisoners_ladder_tells_earlier(stage, coordinator):
    coordinator.post_form(f"/prisoners/{stage.prisoner_id}/ladders/birthday", {"writers": "40"})
    assert rules(stage, DayKind.BIRTHDAY, prisoner=stage.prisoner_id) == [Rule(days=40)]
    assert ladders_for(DayKind.BIRTHDAY, 21).furthest_days == 22
