"""Answering a mail from the mail: without signing in, without a name, once, and correctable."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.cast import as_vera, assignment, dunya, vera  # noqa: F401
from tracker import clock
from tracker.letters.models import Letter
from tracker.partial_date import PartialDate
from tracker.reminders.links import Links
from tracker.reminders.models import Outbox, Snooze
from tracker.reminders.rules import MailKind, MailState, Reason


@pytest.fixture
def links(app):
    return Links(app.extensions["tracker"].settings.secret_key.encode())


@pytest.fixture
def nag(session, vera, dunya, assignment):  # noqa: F811
    now = clock.now()
    mail = Outbox(
        recipient_id=vera.id,
        kind=MailKind.NAG,
        subject_id=assignment.id,
        prisoner_id=dunya.id,
        occurrence_key="2026-10-01 1",
        rule="no_letter",
        due_at=now,
        next_at=now,
        expires_at=now + timedelta(days=14),
        state=MailState.SENT,
        accepted_at=now,
        reason=Reason.NOT_WRITTEN_SINCE,
        message_id="m1",
        dedupe_key="k1",
        created_at=now,
    )
    session.add(mail)
    session.commit()
    return mail


def letters(session):
    session.rollback()
    return list(session.scalars(select(Letter)))


def snoozes(session):
    session.rollback()
    return list(session.scalars(select(Snooze)))


def test_a_letter_is_noted_once_as_hers_without_signing_in_and_nobody_is_named(client, session, links, nag, dunya):  # noqa: F811
    page = f"/answers/written/{links.answer(nag.id, 'written')}"
    shown = client.get(page).get_data(as_text=True)
    assert dunya.name not in shown
    assert "vera" not in shown
    assert letters(session) == []
    answer = client.post_form(page, {"on": str(clock.today("Europe/Berlin"))})
    assert answer.status_code == 200
    assert "Your letter is noted" in answer.get_data(as_text=True)
    letter = letters(session)[0]
    assert (letter.volunteer_id, letter.prisoner_id) == (nag.recipient_id, dunya.id)
    assert f"/letters/{letter.id}/edit" in answer.get_data(as_text=True)
    again = client.post_form(page, {"on": str(clock.today("Europe/Berlin"))})
    assert "It is noted already" in again.get_data(as_text=True)
    assert len(letters(session)) == 1


def test_signed_in_she_sees_to_whom(as_vera, links, nag, dunya):  # noqa: F811
    assert dunya.name in as_vera.get(f"/answers/written/{links.answer(nag.id, 'written')}").get_data(as_text=True)


@pytest.mark.parametrize(
    "typed, says",
    [
        ("2199-01-01", "This day has not come yet."),
        ("1999-12-31", "more than a year ago"),
        ("2026-02-30", "Not saved yet"),
        ("", "Say on which day."),
    ],
)
def test_days_that_cannot_be_are_refused_at_the_field(client, session, links, nag, typed, says):
    page = f"/answers/written/{links.answer(nag.id, 'written')}"
    answer = client.post_form(page, {"on": typed})
    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)
    assert letters(session) == []


def test_links_that_are_broken_for_another_thing_or_over_say_so_and_change_nothing(
    client,
    session,
    links,
    nag,
    assignment,  # noqa: F811
):
    token = links.answer(nag.id, "written")
    for address in (f"/answers/written/{token}x", f"/answers/later/{token}", "/answers/written/nothing"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "This link no longer works" in answer.get_data(as_text=True)
    assignment.until = date(2026, 1, 1)
    session.commit()
    assert client.get(f"/answers/written/{token}").status_code == 404


def test_looking_puts_nothing_off_and_a_button_does(client, session, links, nag):
    page = f"/answers/later/{links.answer(nag.id, 'snooze')}"
    shown = client.get(page).get_data(as_text=True)
    assert [words in shown for words in ("For 1 day", "For 3 days", "For 7 days")] == [True] * 3
    assert snoozes(session) == []
    answer = client.post_form(page, {"days": "3"})
    assert answer.status_code == 200
    assert "Put off" in answer.get_data(as_text=True)
    kept = snoozes(session)[0]
    assert kept.mail_key == nag.dedupe_key
    assert timedelta(days=2) < kept.until_at - clock.now() < timedelta(days=4)
    client.post_form(page, {"days": "7"})
    assert len(snoozes(session)) == 1


@pytest.mark.parametrize("number", ["0", "2", "-1", "4000", "x"])
def test_only_the_offered_days_can_be_chosen(client, session, links, nag, number):
    page = f"/answers/later/{links.answer(nag.id, 'snooze')}"
    assert client.post_form(page, {"days": number}).status_code == 422
    assert snoozes(session) == []


def test_on_her_page_of_coming_mails_she_puts_off_and_takes_back(as_vera, session, vera, dunya, count_statements):  # noqa: F811
    born = clock.today("Europe/Berlin") + timedelta(days=31)
    dunya.birth = PartialDate(1980, born.month, born.day)
    session.commit()
    page = "/me/mails/coming"
    shown = as_vera.get(page).get_data(as_text=True)
    assert "3 days later" in shown
    assert as_vera.post_form("/me/mails/coming/put-off", {"days": "3"}, page=page).location == page
    shown = as_vera.get(page).get_data(as_text=True)
    assert "Not put off after all" in shown
    kept = snoozes(session)[0]
    as_vera.post_form(f"/me/mails/coming/not-put-off/{kept.id}", page=page)
    assert snoozes(session) == []
    with count_statements() as asked:
        as_vera.get(page)
    assert len(asked) <= 22, str(asked)
