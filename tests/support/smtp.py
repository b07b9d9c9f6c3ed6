"""A real SMTP server on loopback that keeps what it is sent, and fails in the ways mail servers fail.

What it has accepted is on disk before it answers 250: `message-ids` has one line per accepted mail, in order, and each
mail lies beside it as it came. So a test that kills the sender, or the sink, can count what was really delivered.

In a process of its own, for tests that kill things (the port 0 means any; the address is printed first):

    python -m tests.support.smtp PORT DIR

A file DIR/fault holding a fault's words (see `Fault.parse`) makes it fail from the next command on.
"""

from __future__ import annotations

import asyncio
import email.policy
import sys
import threading
import time
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Fault:
    """One way to fail.

    greet 421     the connection is turned away
    noise         it talks, but not SMTP
    mail 451      the sender is refused, for now (5xx: for good)
    rcpt 550      the recipient is refused, for good (4xx: for now)
    begin 451     it does not want to read the mail, for now (5xx: for good)
    data 451      the mail is refused after it was sent, for now (5xx: for good)
    drop-before   the connection is lost before the mail has ended
    drop-after    the mail is accepted, and the connection lost before the answer
    slow 0.5      the mail is accepted, and answered, after so many seconds
    late 0.5      the mail is accepted at once, and answered after so many seconds
    """

    kind: str
    number: float = 0
    times: int | None = None  # None: until told otherwise
    to: str | None = None  # only mail to this address

    @classmethod
    def parse(cls, words: str, times: int | None = None, to: str | None = None) -> Fault:
        kind, _, number = words.strip().partition(" ")
        fault = cls(kind, float(number or 0), times, to)
        refusal = kind in {"greet", "mail", "rcpt", "begin", "data"} and 400 <= fault.number <= 599
        bare = kind in {"drop-before", "drop-after", "noise"}
        if not (refusal or bare or (kind in {"slow", "late"} and fault.number > 0)):
            raise ValueError(f"no such fault: {words}")
        return fault

    @property
    def refusal(self) -> str:
        code = int(self.number)
        return f"{code} {'Try again later' if code < 500 else 'No, and do not ask again'}"


@dataclass(frozen=True)
class Received:
    """A mail that was accepted: the envelope, and the bytes as they came."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return BytesParser(_class=EmailMessage, policy=email.policy.default).parsebytes(self.raw)

    @property
    def message_id(self) -> str:
        # Not through the header registry: what is compared are the bytes that were sent.
        return str(BytesParser(policy=email.policy.compat32).parsebytes(self.raw)["Message-ID"] or "")

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def text(self) -> str:
        body = self.message.get_body(preferencelist=("plain",))
        return "" if body is None else str(body.get_content()).replace("\r\n", "\n")


class _Server(SMTP):
    """aiosmtpd's server, which can turn a connection away, and lose one."""

    async def push(self, status: Any) -> None:
        if str(status).startswith("220 "):
            turned_away = self.event_handler.take("greet", None)
            if turned_away is not None:
                await super().push(turned_away.refusal)
                self.lose_connection()
                return
            if self.event_handler.take("noise", None) is not None:
                await super().push("\x00\x7f{ it is not me that you look for }")
                self.lose_connection()
                return
        await super().push(status)

    def lose_connection(self) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    async def smtp_DATA(self, arg: str) -> None:
        unwilling = self.event_handler.take("begin", self.envelope)
        if unwilling is not None:
            await self.push(unwilling.refusal)
            return
        if self.event_handler.take("drop-before", self.envelope):
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await self._reader.read(64)
            self.lose_connection()
            await self._reader.read()  # what was still under way is no command
            return
        await super().smtp_DATA(arg)


class _Handler:
    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink

    def take(self, kind: str, envelope: Envelope | None, address: str | None = None) -> Fault | None:
        addresses = [address] if address is not None else list(envelope.rcpt_tos if envelope else [])
        return self._sink.take_fault(kind, addresses)

    async def handle_MAIL(
        self, server: _Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = self.take("mail", envelope)
        if fault is not None:
            return fault.refusal
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: _Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = self.take("rcpt", envelope, address)
        if fault is not None:
            return fault.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: _Server, session: Session, envelope: Envelope) -> str:
        fault = self.take("data", envelope)
        if fault is not None:
            return fault.refusal
        fault = self.take("slow", envelope)
        if fault is not None:
            await asyncio.sleep(fault.number)
        raw = envelope.original_content or b""
        self._sink.keep(Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), raw))
        if self.take("drop-after", envelope) is not None:
            server.lose_connection()
        late = self.take("late", envelope)
        if late is not None:
            await asyncio.sleep(late.number)
        return "250 OK, kept"


class SmtpSink:
    """The server, in a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = 0
        self.messages: list[Received] = []
        self._fault: Fault | None = None
        self._changed = threading.Condition()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}"

    # What a test says and asks.

    def fail(self, words: str, *, times: int | None = None, to: str | None = None) -> None:
        """From now on, fail like this; `times` often; only for mail `to` one address. See Fault."""
        with self._changed:
            self._fault = Fault.parse(words, times, to)

    def work(self) -> None:
        with self._changed:
            self._fault = None

    def to(self, address: str) -> list[Received]:
        return [received for received in self.messages if address in received.rcpt_to]

    def wait_for(self, count: int, timeout: float = 10) -> list[Received]:
        """All messages, once there are `count`."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.messages) >= count, timeout):
                raise AssertionError(f"waited {timeout} s for {count} mails, got {len(self.messages)}")
            return list(self.messages)

    def message_ids(self) -> list[str]:
        """The Message-IDs of what was accepted, in order, from the disk; repeats and all."""
        return recorded_message_ids(self.folder)

    def clear(self) -> None:
        with self._changed:
            self.messages.clear()
            (self.folder / "message-ids").unlink(missing_ok=True)

    # What the server does.

    def take_fault(self, kind: str, addresses: list[str]) -> Fault | None:
        with self._changed:
            written = self.folder / "fault"
            if written.exists():
                asked = Fault.parse(written.read_text())
                return asked if asked.kind == kind else None
            fault = self._fault
            if fault is None or fault.kind != kind or (fault.to is not None and fault.to not in addresses):
                return None
            if fault.times is not None:
                self._fault = replace(fault, times=fault.times - 1) if fault.times > 1 else None
            return fault

    def keep(self, received: Received) -> None:
        with self._changed:
            number = len(self.messages) + 1
            (self.folder / f"{time.time_ns()}-{number}.eml").write_bytes(received.raw)
            with (self.folder / "message-ids").open("a") as ids:
                ids.write(received.message_id + "\n")
            self.messages.append(received)
            self._changed.notify_all()

    def start(self, port: int = 0) -> SmtpSink:
        ready = threading.Event()
        failure: list[BaseException] = []
        self._thread = threading.Thread(target=self._serve, args=(port, ready, failure), name="smtp-sink", daemon=True)
        self._thread.start()
        ready.wait(10)
        if failure:
            raise failure[0]
        return self

    def stop(self) -> None:
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
        self._loop = self._thread = None

    def __enter__(self) -> SmtpSink:
        return self if self._thread is not None else self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def _serve(self, port: int, ready: threading.Event, failure: list[BaseException]) -> None:
        loop = asyncio.new_event_loop()
        try:
            server: Any = loop.run_until_complete(
                loop.create_server(
                    lambda: _Server(_Handler(self), hostname="sink.invalid", loop=loop, enable_SMTPUTF8=True),
                    HOST,
                    port,
                )
            )
        except OSError as error:
            failure.append(error)
            loop.close()
            ready.set()
            return
        self.port = server.sockets[0].getsockname()[1]
        self._loop = loop
        ready.set()
        try:
            loop.run_forever()
        finally:
            server.close()
            # Clients that are still connected.
            for task in asyncio.all_tasks(loop):
                task.cancel()
            loop.run_until_complete(asyncio.sleep(0.01))
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()


def recorded_message_ids(folder: Path) -> list[str]:
    path = folder / "message-ids"
    return path.read_text().splitlines() if path.exists() else []


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit("usage: python -m tests.support.smtp PORT DIR")
    sink = SmtpSink(Path(sys.argv[2])).start(int(sys.argv[1]))
    print(sink.url, flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        sink.stop()


if __name__ == "__main__":
    main()
