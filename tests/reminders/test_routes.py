"""The pages about mail, as a coordinator sees them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.reminders.stage import Stage
from tracker import clock
from tracker.accounts.actions import start_session
from tracker.db import make_sessions
from tracker.mail import MemoryMailer, NotSent
from tracker.reminders.desk import ladders_in_use
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailState, Reason


class Refusing:
    """A mail server that knows nobody."""

    def send(self, email, now):
        raise NotSent("permanent", 550)

    def close(self):
        pass


@pytest.fixture
def stage(app, engine, keyring):
    made = Stage(app, make_sessions(engine), clock.now() - timedelta(hours=1), ladders_in_use())
    made.tick()
    made.cora = made.volunteer("Кора", coordinator=True, zone="Asia/Vladivostok")
    made.vera = made.volunteer("Вера")
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


def a_failed_mail(stage) -> Outbox:
    start = clock.now() + timedelta(hours=30)
    stage.hearing(stage.prisoner_id, f"{start:%Y-%m-%d}", f"{start:%H:%M}", "UTC")
    stage.mailer = Refusing()
    stage.now = clock.now()
    for _ in range(2):
        stage.tick()
        stage.now += timedelta(hours=10)
    [mail] = stage.rows(Outbox.state == MailState.FAILED, Outbox.recipient_id == stage.vera)
    return mail


def test_an_empty_outbox_says_so(coordinator):
    assert "No mail has failed." in page(coordinator, "/outbox")
    for show in ("missed", "queued", "sent", "other", "nonsense"):
        page(coordinator, f"/outbox?show={show}")


def test_a_failed_mail_stands_there_with_its_reason(stage, coordinator):
    a_failed_mail(stage)
    shown = page(coordinator, "/outbox")
    assert "Вера" in shown
    assert "Аркадий Мнимый" in shown
    assert "there is no such address" in shown
    assert "550" in shown


def test_no_address_is_on_any_page(stage, coordinator):
    a_failed_mail(stage)
    for address in ("/outbox", "/reminders/coming"):
        assert "@example.org" not in page(coordinator, address)


def test_a_failed_mail_can_be_tried_again(stage, coordinator):
    mail = a_failed_mail(stage)
    page(coordinator, "/outbox")
    assert coordinator.post_form(f"/outbox/{mail.id}/retry", page="/outbox").status_code == 302
    [again] = stage.rows(Outbox.id == mail.id)
    assert (again.state, again.reason) == (MailState.QUEUED, Reason.RETRIED)


def test_telling_her_by_phone_is_noted_once(stage, coordinator):
    mail = a_failed_mail(stage)
    assert coordinator.post_form(f"/outbox/{mail.id}/told", page="/outbox").status_code == 302
    [noted] = stage.rows(Outbox.id == mail.id)
    assert noted.handled_by_id == stage.cora
    assert "Кора told her" in page(coordinator, "/outbox")


def test_what_will_be_sent_says_to_whom_when_and_why(stage, coordinator):
    on = (clock.now() + timedelta(days=10)).date()
    stage.hearing(stage.prisoner_id, on.isoformat(), None)
    shown = page(coordinator, "/reminders/coming")
    assert shown.count("Вера") == 2, "7 and 2 days before"
    assert "Аркадий Мнимый" in shown
    assert "7 days before" in shown
    assert "in Berlin; by your clock:" in shown
    assert "It is due as usual." in shown


def test_nobody_but_coordinators_sees_these_pages(stage, client, session):
    token = start_session(session, stage.vera, lasts=timedelta(hours=8), now=clock.now())
    session.commit()
    with client.session_transaction() as cookie:
        cookie["token"] = token
    for address in ("/outbox", "/reminders/coming"):
        assert client.get(address).status_code == 404


def test_a_mail_has_a_page_with_every_try(stage, coordinator, count_statements):
    mail = a_failed_mail(stage)
    with count_statements() as statements:
        shown = page(coordinator, f"/outbox/{mail.id}")
    assert "refused: there is no such address" in shown
    assert "(550)" in shown
    assert "Аркадий Мнимый" in shown
    assert len(statements) <= 5
    assert coordinator.get("/outbox/00000000-0000-4000-8000-000000000000").status_code == 404


def test_one_mail_can_go_to_another_address(stage, coordinator):
    mail = a_failed_mail(stage)
    address = f"/outbox/{mail.id}"
    refused = coordinator.post_form(f"{address}/elsewhere", {"address": "вера"}, page=address)
    assert refused.status_code == 422
    assert "This is not an e-mail address." in refused.get_data(as_text=True)
    sent = coordinator.post_form(f"{address}/elsewhere", {"address": "vera@elsewhere.example.org"}, page=address)
    assert sent.status_code == 302
    assert "elsewhere.example.org" not in page(coordinator, address), "sealed, and shown to nobody"
    stage.mailer = MemoryMailer()
    stage.now = clock.now()
    stage.tick()
    [email] = [email for email in stage.mailer.sent if email.to == "vera@elsewhere.example.org"]
    [row] = stage.rows(Outbox.id == mail.id)
    assert row.state is MailState.SENT
    assert row.to_address is None, "forgotten once it is out"


def test_a_mail_whose_time_is_over_goes_nowhere(stage, coordinator):
    mail = a_failed_mail(stage)
    address = f"/outbox/{mail.id}"
    [token, *_] = re.findall(r'name="csrf_token" value="([^"]+)"', page(coordinator, address))
    stage.change(Outbox, mail.id, expires_at=clock.now() - timedelta(minutes=1))
    refused = coordinator.post(
        f"{address}/elsewhere", data={"address": "vera@elsewhere.example.org", "csrf_token": token}
    )
    assert refused.status_code == 422
    assert "its time is over" in refused.get_data(as_text=True).lower()
    assert "Its time is over" in page(coordinator, address)


def test_mails_are_found_by_kind_and_reader(stage, coordinator, count_statements):
    a_failed_mail(stage)
    for query, is_there in (
        ("kind=late_notice", True),
        ("kind=digest", False),
        ("reader=вер", True),
        ("reader=ВЕРА", True),
        ("reader=%25", False),
        ("reader=nobody", False),
        (f"prisoner={stage.prisoner_id}", True),
        ("prisoner=nonsense", True),
        ("about=00000000-0000-4000-8000-000000000000", False),
    ):
        with count_statements() as statements:
            shown = page(coordinator, f"/outbox?{query}")
        assert ("there is no such address" in shown) == is_there, query
        assert len(statements) <= 6
    assert "Show all" in page(coordinator, "/outbox?kind=digest")


def test_coming_mails_of_one_reader_and_of_one_hearing(stage, coordinator):
    on = (clock.now() + timedelta(days=10)).date()
    first = stage.hearing(stage.prisoner_id, on.isoformat(), None)
    stage.hearing(stage.prisoner_id, (on + timedelta(days=3)).isoformat(), None)
    assert page(coordinator, f"/reminders/coming?reader={stage.vera}").count(">Вера</a>") == 4
    about = page(coordinator, f"/reminders/coming?about={first}")
    assert about.count(">Вера</a>") == 2
    assert "Show all" in about


def test_the_outbox_says_when_planner_and_sender_last_gave_a_sign_of_life(stage, coordinator):
    assert "never yet" not in page(coordinator, "/outbox").split("Signs of life")[1]
