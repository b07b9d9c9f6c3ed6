"""Letters by the hundred thousand, as tuples in the form in which SQLite keeps them.

They come in rounds, one letter of each assignment a round, so that a larger archive begins with the smaller one and
has the same people waiting: the first round holds everybody's newest letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

from bench.collective import Collective
from tracker.letters.rules import Direction, LetterKind, usual_channel

COLUMNS = (
    "id", "prisoner_id", "volunteer_id", "direction", "kind", "dated_on", "written_on", "answers_id", "returned_on",
    "delivered_on", "return_reason", "tracking", "note_sealed", "placement_id", "logged_by_id", "logged_at", "form_id",
    "channel", "is_translated", "arrived_opened", "arrived_blackened", "arrived_incomplete",
)  # fmt: skip

_NOTE = "Asked about the garden, the second volume of the dictionary and whether the parcel of May has come."
_OUT, _REPLY = str(Direction.OUT), str(Direction.REPLY)
_KINDS = (LetterKind.LETTER,) * 3 + (LetterKind.CARD, LetterKind.E_LETTER)
_REPLY_EVERY = 4
_NOTE_EVERY = 50
_RETURNED_EVERY = 60
_DELIVERED_EVERY = 8


@dataclass
class _Thread:
    """One writer and one prisoner."""

    prisoner: str
    writer: str
    since: date
    last: date
    """The day of her newest letter."""
    newest_reply: date
    unanswered: list[tuple[date, str]] = field(default_factory=list)
    """The letters since the last reply, with their days."""


class Letters:
    """Makes letters. With some writers replies keep up, with others they have stopped."""

    def __init__(self, collective: Collective) -> None:
        self._collective = collective
        self._rng = Random(collective.seed)
        self._today = collective.today
        self._days = {on: on.isoformat() for on in (collective.today - timedelta(days=n) for n in range(3 * 366))}
        self._places = {
            row["prisoner_id"].hex: row["id"].hex for row in collective.tables["placement"] if row["is_current"]
        }
        self._threads = [
            _Thread(prisoner.hex, writer.hex, since, last, self._newest_reply(n, since, last))
            for n, (prisoner, writer, since, last) in enumerate(collective.assignments)
        ]

    def _newest_reply(self, n: int, since: date, last: date) -> date:
        """No reply of this thread comes later, however many letters there are; three writers in five need not wait."""
        return self._today if n % 5 < 3 else max(since, last - timedelta(days=self._rng.randint(20, 200)))

    def between(self, first: int, last: int) -> Iterator[tuple[Any, ...]]:
        """The letters numbered from ``first`` up to ``last``; call it in order, from 0."""
        return islice(self._forever(first), last - first)

    def _forever(self, start: int) -> Iterator[tuple[Any, ...]]:
        count = len(self._threads)
        number = start
        while True:
            turn, which = divmod(number, count)
            thread = self._threads[which]
            is_reply = turn % _REPLY_EVERY == _REPLY_EVERY - 1
            yield self._reply(number, turn, thread) if is_reply else self._letter(number, turn, thread)
            number += 1

    def _id(self) -> str:
        return f"{self._rng.getrandbits(128) & _NOT_VERSION | _VERSION_4:032x}"

    def _letter(self, number: int, turn: int, thread: _Thread) -> tuple[Any, ...]:
        days = (thread.last - thread.since).days
        on = thread.last if turn == 0 else thread.since + timedelta(days=int(self._rng.random() * days))
        facts: dict[str, Any] = {}
        if number % _RETURNED_EVERY == 7:
            facts = {"returned_on": self._until_today(on, 40), "return_reason": "moved"}
        elif number % _DELIVERED_EVERY == 3:
            facts = {"delivered_on": self._until_today(on, 5 + number % 16)}
        if number % 9 == 0:
            facts["tracking"] = f"RR{number:09d}RU"
        row = self._row(number, thread, _OUT, on, **facts)
        thread.unanswered = [*thread.unanswered, (on, row[0])][1 - _REPLY_EVERY :]
        return row

    def _reply(self, number: int, turn: int, thread: _Thread) -> tuple[Any, ...]:
        # The first one answers the newest letter, unless there is silence.
        is_newest = turn < _REPLY_EVERY and thread.newest_reply == self._today
        on, answers = (max if is_newest else min)(thread.unanswered)
        came = min(on + timedelta(days=15 + int(self._rng.random() * 60)), thread.newest_reply)
        if came < on:
            return self._row(number, thread, _REPLY, thread.newest_reply)
        written = self._days[max(on, came - timedelta(days=9))]
        return self._row(number, thread, _REPLY, came, written_on=written, answers_id=answers)

    def _until_today(self, on: date, days: int) -> str:
        return self._days[min(on + timedelta(days=days), self._today)]

    def _row(self, number: int, thread: _Thread, direction: str, on: date, **facts: Any) -> tuple[Any, ...]:
        row_id, kind, dated = self._id(), _KINDS[number % len(_KINDS)], self._days[on]
        note = None
        if number % _NOTE_EVERY == 0:
            note = self._collective.sealed("letter", "note_sealed", UUID(row_id), _NOTE)
        row = {
            "id": row_id,
            "prisoner_id": thread.prisoner,
            "volunteer_id": thread.writer,
            "direction": direction,
            "kind": str(kind),
            "dated_on": dated,
            "note_sealed": note,
            "placement_id": self._places[thread.prisoner],
            "logged_by_id": thread.writer,
            "logged_at": f"{dated} 18:30:00.000000",
            "form_id": self._id(),
            "channel": str(usual_channel(kind)),
            "is_translated": 0,
            "arrived_opened": int(direction == _REPLY and number % 2 == 0),
            "arrived_blackened": 0,
            "arrived_incomplete": 0,
            **facts,
        }
        return tuple(map(row.get, COLUMNS))


_VERSION_4 = 0x4000_8000_0000_0000_0000
_NOT_VERSION = ~(0xF000_C000_0000_0000_0000)
