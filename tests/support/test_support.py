"""The tests' own tools hold what they promise; a sink that does not fail would make every failure test pass."""

from __future__ import annotations

import smtplib
import socket
from email.message import EmailMessage

import pytest
from sqlalchemy import text

from tests.support.client import find_form, forms
from tests.support.loopback import LeftTheMachine
from tests.support.smtp import SmtpSink

PAGE = """
<form action="/search"><input name="q"></form>
<form method="post" action=""><input type="hidden" name="csrf_token" value="t&amp;1">
<input name="day" value="2026-01-02">
<input type="checkbox" name="card" value="yes"><input type="checkbox" name="urgent" checked>
<input type="radio" name="kind" value="a"><input type="radio" name="kind" value="b" checked>
<textarea name="note">
 two
lines</textarea><select name="to"><option value="1">One<option value="2" selected>Two</select>
<select name="how"><option>post<option>mail</select><input name="gone" disabled value="x">
<button name="do" value="save">Save</button></form>
<form method="post" action="/letters/7/remove"><input type="hidden" name="csrf_token" value="t2"></form>
"""


def send(sink: SmtpSink, to: str = "vera@example.org", number: int = 1) -> None:
    message = EmailMessage()
    message["To"] = to
    message["Subject"] = "Grüße"
    message["Message-ID"] = f"<{number}@tracker.example>"
    message.set_content("Привет\n.\n")
    with smtplib.SMTP("127.0.0.1", sink.port, "tracker.example", timeout=5) as server:
        server.send_message(message, "post@tracker.example", [to])


def test_the_sink_keeps_what_it_accepts(smtp_sink):
    send(smtp_sink)
    (received,) = smtp_sink.wait_for(1)
    assert (received.mail_from, received.rcpt_to) == ("post@tracker.example", ("vera@example.org",))
    assert (received.subject, received.text) == ("Grüße", "Привет\n.\n")
    assert smtp_sink.message_ids() == ["<1@tracker.example>"]


@pytest.mark.parametrize(
    "words, error, kept",
    [
        ("rcpt 450", smtplib.SMTPRecipientsRefused, 0),
        ("rcpt 550", smtplib.SMTPRecipientsRefused, 0),
        ("data 451", smtplib.SMTPDataError, 0),
        ("data 554", smtplib.SMTPDataError, 0),
        ("drop-before", smtplib.SMTPServerDisconnected, 0),
        ("drop-after", smtplib.SMTPServerDisconnected, 1),
    ],
)
def test_the_sink_fails_as_told_and_then_works(smtp_sink, words, error, kept):
    smtp_sink.fail(words, times=1)
    with pytest.raises(error):
        send(smtp_sink)
    assert len(smtp_sink.message_ids()) == kept
    send(smtp_sink, number=2)
    assert smtp_sink.message_ids()[-1] == "<2@tracker.example>"


def test_the_sink_fails_for_one_address_only(smtp_sink):
    smtp_sink.fail("rcpt 550", to="sam@example.org")
    send(smtp_sink)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(smtp_sink, to="sam@example.org")


@pytest.mark.parametrize("address", ["192.0.2.1", "example.org"])
def test_no_test_leaves_this_machine(address):
    # TEST-NET-1, and a name: neither is asked for.
    with socket.socket() as client, pytest.raises(LeftTheMachine):
        client.connect((address, 25))


def test_a_form_is_sent_as_a_browser_would():
    form = find_form(PAGE, "/letters/7", "/letters/7", {"note": "x"})
    assert dict(form.fields) == {
        "csrf_token": "t&1",
        "day": "2026-01-02",
        "urgent": "on",
        "kind": "b",
        "note": " two\nlines",
        "to": "2",
        "how": "post",
    }
    sent = form.filled({"day": None, "to": ["1", "2"], "do": "save"})
    assert [pair for pair in sent if pair[0] in {"day", "to", "do"}] == [("to", "1"), ("to", "2"), ("do", "save")]
    assert find_form(PAGE, "/letters/7", "/letters/7/remove", {}).fields == [("csrf_token", "t2")]
    assert len(forms(PAGE)) == 3


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_gets_a_clean_database(session, turn):
    assert session.execute(text("SELECT count(*) FROM sealing_key")).scalar() == 1
    session.execute(text("DELETE FROM sealing_key"))
    session.commit()


def test_an_empty_database_is_empty(empty_database_url):
    from sqlalchemy import inspect

    from tracker.db import make_engine

    engine = make_engine(empty_database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_page_without_scripts(page_factory):
    page = page_factory(width=360)
    page.set_content("<title>still</title><h1>Hello</h1><script>document.title = 'moved'</script>")
    assert (page.title(), page.inner_text("h1")) == ("still", "Hello")
