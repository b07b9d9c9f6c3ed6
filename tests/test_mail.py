"""What each failure of a mail server means, against a real one and against some that misbehave."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.smtp import SmtpSink
from tracker import mail
from tracker.mail import Email, FolderMailer, NotSent, SmtpMailer, mailer_for

NOW = datetime(2026, 12, 13, 7, 0, tzinfo=UTC)
SENDER = "Дружеская почта <post@tracker.example>"


def letter(to: str = "vera@example.org", number: int = 1, text: str = "Завтра заседание.\n") -> Email:
    return Email(to, "Reminder: hearing, Tue 15 Dec", text, f"<{number}@tracker.example>")


def _converse(connection: socket.socket, answers: tuple[bytes | None, ...], ended: threading.Event) -> None:
    for answer in answers:
        if answer is None:
            ended.wait(5)
            return
        connection.sendall(answer)
        heard = connection.recv(4096)
        while answer.startswith(b"354") and not heard.endswith(b"\r\n.\r\n"):
            heard += connection.recv(4096) or b"\r\n.\r\n"


@contextmanager
def misbehaving(*answers: bytes | None) -> Iterator[str]:
    """A server that says these lines, one each time it has been spoken to; None: it says nothing more."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def talk() -> None:
        while True:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                if ended.is_set():
                    return
                connection.settimeout(5)
                _converse(connection, answers, ended)

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    try:
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        ended.set()
        # Closing alone does not wake a thread that waits for somebody to call.
        socket.create_connection(listener.getsockname()).close()
        thread.join(5)
        listener.close()


def failure(url: str, email: Email | None = None) -> tuple[str, int | None]:
    mailer = SmtpMailer(url, SENDER)
    with pytest.raises(NotSent) as refused:
        mailer.send(email or letter(), NOW)
    mailer.close()
    return refused.value.kind, refused.value.code


def test_a_mail_arrives_as_it_was_written(smtp_sink: SmtpSink) -> None:
    mailer = mailer_for(smtp_sink.url, SENDER)
    mailer.send(letter(text="Первая строка.\n.точка в начале\n..две\n"), NOW)
    mailer.close()
    [received] = smtp_sink.messages
    assert received.text == "Первая строка.\n.точка в начале\n..две\n"
    assert received.message["To"] == "vera@example.org"
    assert received.message["Auto-Submitted"] == "auto-generated"
    assert received.message_id == "<1@tracker.example>"
    assert received.mail_from == "post@tracker.example"


def test_nothing_of_this_machine_is_in_a_mail(smtp_sink: SmtpSink) -> None:
    mailer = SmtpMailer(smtp_sink.url, SENDER)
    mailer.send(letter(), NOW)
    mailer.close()
    assert socket.gethostname().encode() not in smtp_sink.messages[0].raw


def test_many_mails_go_over_one_connection(smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    connections = []
    connect = socket.create_connection

    def counted(*args, **more):
        connections.append(1)
        return connect(*args, **more)

    monkeypatch.setattr(socket, "create_connection", counted)
    mailer = SmtpMailer(smtp_sink.url, SENDER)
    for number in range(5):
        mailer.send(letter(number=number), NOW)
    mailer.close()
    assert len(smtp_sink.messages) == 5
    assert len(connections) == 1


def test_a_connection_that_was_closed_meanwhile_is_opened_again(smtp_sink: SmtpSink) -> None:
    mailer = SmtpMailer(smtp_sink.url, SENDER)
    mailer.send(letter(number=1), NOW)
    assert mailer._server is not None
    assert mailer._server.sock is not None
    mailer._server.sock.shutdown(socket.SHUT_RDWR)
    mailer.send(letter(number=2), NOW)
    mailer.close()
    assert smtp_sink.message_ids() == ["<1@tracker.example>", "<2@tracker.example>"]


@pytest.mark.parametrize(
    "words, kind, code",
    [
        ("rcpt 450", "temporary", 450),
        ("rcpt 550", "permanent", 550),
        ("rcpt 551", "permanent", 551),
        ("rcpt 552", "temporary", 552),
        ("rcpt 553", "permanent", 553),
        ("data 451", "temporary", 451),
        ("data 552", "temporary", 552),
        ("data 554", "content", 554),
        ("drop-after", "unclear", None),
    ],
)
def test_every_refusal_means_something_else(smtp_sink: SmtpSink, words: str, kind: str, code: int | None) -> None:
    smtp_sink.fail(words)
    assert failure(smtp_sink.url) == (kind, code)


def test_a_mail_is_only_unclear_if_it_may_have_arrived(smtp_sink: SmtpSink) -> None:
    smtp_sink.fail("drop-before")
    # Which of the two depends on whether we notice before we have sent the final dot.
    assert failure(smtp_sink.url)[0] in {"temporary", "unclear"}
    assert smtp_sink.message_ids() == []
    smtp_sink.fail("drop-after")
    failure(smtp_sink.url)
    assert smtp_sink.message_ids() == ["<1@tracker.example>"]


def test_a_server_that_is_not_there_is_no_fault_of_the_mail() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert failure(f"smtp://127.0.0.1:{taken.getsockname()[1]}") == ("transport", None)


def test_a_name_that_nobody_knows_is_no_fault_of_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror("no such host")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert failure("smtp://mail.invalid:25") == ("transport", None)


@pytest.mark.parametrize(
    "answers, kind, code",
    [
        ((b"421 closing\r\n",), "transport", 421),
        ((b"554 no service for you\r\n",), "transport", 554),
        ((b"\x00\xff\xfenoise\r\n",), "transport", None),
        ((b"220 hello\r\n", b"250 hello\r\n", b"421 too busy\r\n"), "transport", 421),
        ((b"220 hello\r\n", b"250 hello\r\n", b"451 not now\r\n"), "temporary", 451),
        ((b"220 hello\r\n", b"250 hello\r\n", b"530 sign in first\r\n"), "transport", 530),
        ((b"220 hello\r\n", b"250 hello\r\n", b"553 that sender is not yours\r\n"), "transport", 553),
        ((b"220 hello\r\n", b"250 hello\r\n", b"250 ok\r\n", b"250 ok\r\n", b"451 disk full\r\n"), "temporary", 451),
        ((b"220 hello\r\n", b"250 hello\r\n", b"250 ok\r\n", b"250 ok\r\n", b"554 spam\r\n"), "content", 554),
        ((b"220 hello\r\n", b"250 hello\r\n", b"250 ok\r\n"), "temporary", None),
    ],
)
def test_servers_that_misbehave(answers: tuple[bytes, ...], kind: str, code: int | None) -> None:
    with misbehaving(*answers) as url:
        got, got_code = failure(url)
    assert got == kind
    assert code is None or got_code == code


def test_an_address_refused_only_after_the_mail_was_read_is_still_a_bad_address() -> None:
    polite = (b"220 hello\r\n", b"250 hello\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n")
    with misbehaving(*polite, b"550 5.1.1 nobody of that name\r\n") as url:
        assert failure(url) == ("permanent", 550)


def test_a_refused_sign_in_is_no_fault_of_the_mail() -> None:
    hello = b"250-hello\r\n250 AUTH PLAIN\r\n"
    with misbehaving(b"220 hello\r\n", hello, b"535 wrong\r\n", b"535 wrong\r\n", b"535 wrong\r\n") as url:
        with_login = url.replace("smtp://", "smtp://post:secret@")
        assert failure(with_login) == ("transport", 535)


def test_a_server_without_encryption_is_not_talked_to_if_we_asked_for_it() -> None:
    with misbehaving(b"220 hello\r\n", b"250 hello\r\n", b"502 no\r\n") as url:
        assert failure(url.replace("smtp://", "smtp+starttls://"))[0] == "transport"
    with misbehaving(b"220 plain\r\n", b"250 hello\r\n") as url:
        assert failure(url.replace("smtp://", "smtps://"))[0] == "transport"


def test_a_silent_server_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "CONNECT_SECONDS", 0.2)
    with misbehaving(None) as url:
        assert failure(url) == ("transport", None)


def test_an_answer_that_does_not_come_leaves_it_unclear(smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "AFTER_DATA_SECONDS", 0.2)
    smtp_sink.fail("slow 1", times=1)
    assert failure(smtp_sink.url) == ("unclear", None)


@pytest.mark.parametrize("address", ["vera@example.org\r\nBcc: all@example.org", "вера@example.org", "vera", "@", ""])
def test_an_address_that_is_none_is_refused_before_anything_is_sent(smtp_sink: SmtpSink, address: str) -> None:
    assert failure(smtp_sink.url, letter(to=address)) == ("permanent", None)
    assert smtp_sink.messages == []


def test_a_domain_in_another_script_is_reached(smtp_sink: SmtpSink) -> None:
    mailer = SmtpMailer(smtp_sink.url, SENDER)
    mailer.send(letter(to="vera@почта.example"), NOW)
    mailer.close()
    assert smtp_sink.messages[0].rcpt_to == ("vera@xn--80a1acny.example",)


def test_a_subject_cannot_bring_headers_along(smtp_sink: SmtpSink) -> None:
    mailer = SmtpMailer(smtp_sink.url, SENDER)
    mailer.send(Email("vera@example.org", "Hello\r\nBcc: all@example.org", "…\n", "<1@tracker.example>"), NOW)
    mailer.close()
    assert smtp_sink.messages[0].rcpt_to == ("vera@example.org",)
    assert smtp_sink.messages[0].message["Bcc"] is None


def test_a_folder_keeps_mails_as_files(tmp_path) -> None:
    mailer = mailer_for(f"folder://{tmp_path / 'mail'}", SENDER)
    assert isinstance(mailer, FolderMailer)
    mailer.send(letter(), NOW)
    mailer.close()
    assert len(list((tmp_path / "mail").iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_no_fault_of_the_mail(tmp_path) -> None:
    folder = tmp_path / "mail"
    mailer = FolderMailer(folder, SENDER)
    mailer.send(letter(), NOW)
    [kept] = folder.iterdir()
    kept.unlink()
    kept.mkdir()  # in its way
    with pytest.raises(NotSent, match="transport"):
        mailer.send(letter(), NOW)


# What stands around a mail, as it goes over the wire


def test_text_comes_first_and_html_second_and_both_are_utf_8(smtp_sink: SmtpSink) -> None:
    mailer = SmtpMailer(smtp_sink.url, SENDER)
    mailer.send(replace(letter(), html="<!DOCTYPE html>\n<p>Завтра заседание.</p>\n"), NOW)
    mailer.close()
    [received] = smtp_sink.messages
    assert received.message.get_content_type() == "multipart/alternative"
    parts = [(part.get_content_type(), part.get_content_charset()) for part in received.message.iter_parts()]
    assert parts == [("text/plain", "utf-8"), ("text/html", "utf-8")]
    assert received.text == "Завтра заседание.\n"


def test_headers_that_mail_programs_act_upon_are_never_folded(smtp_sink: SmtpSink) -> None:
    address = f"<https://post.example.org/u/{'A' * 120}>"
    one_click = {"List-Unsubscribe": address, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    mailer = SmtpMailer(smtp_sink.url, SENDER)
    mailer.send(replace(letter(), headers=one_click), NOW)
    mailer.close()
    [received] = smtp_sink.messages
    assert f"\r\nList-Unsubscribe: {address}\r\n".encode() in received.raw
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in received.raw


def test_no_line_break_gets_into_a_header(smtp_sink: SmtpSink) -> None:
    headers = {"Reply-To": "group@example.org\r\nBcc: eve@example.org", "List-Id": "<a.example>\nX-More: 1"}
    mailer = SmtpMailer(smtp_sink.url, SENDER)
    mailer.send(replace(letter(), subject="Reminder\r\nBcc: eve@example.org", headers=headers), NOW)
    mailer.close()
    [received] = smtp_sink.messages
    assert "Bcc" not in received.message
    assert "X-More" not in received.message
    assert received.rcpt_to == ("vera@example.org",)


def test_bounces_go_to_the_address_of_the_mail_and_answers_to_nobody_else(smtp_sink: SmtpSink) -> None:
    mailer = SmtpMailer(smtp_sink.url, SENDER)
    mailer.send(replace(letter(number=1), envelope_sender="bounces+token@post.example.org"), NOW)
    mailer.send(letter(number=2), NOW)
    mailer.close()
    assert [received.mail_from for received in smtp_sink.messages] == [
        "bounces+token@post.example.org",
        "post@tracker.example",
    ]
    assert "token" not in smtp_sink.messages[0].raw.decode()
