"""Letters by the hundred thousand, as tuples in the form in which SQLite keeps them.

They come in rounds, one letter of each assignment a round, so that a larger archive begins with the smaller one and
has the same people waiting: the first round holds everybody's newest letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

from bench.collective import Collective
from tracker.letters.rules import Direction, LetterKind, usual_channel

COLUMNS = (
    "id", "prisoner_id", "volunteer_id", "direction", "kind", "dated_on", "written_on", "answers_id", "returned_on",
    "return_reason", "tracking", "note_sealed", "placement_id", "logged_by_id", "logged_at", "form_id", "channel",
    "is_translated", "arrived_opened", "arrived_blackened", "arrived_incomplete",
)  # fmt: skip

_NOTE = "Asked about the garden, the second volume of the dictionary and whether the parcel of May has come."
_OUT, _REPLY = str(Direction.OUT), str(Direction.REPLY)
_KINDS = (LetterKind.LETTER,) * 3 + (LetterKind.CARD, LetterKind.E_LETTER)
_REPLY_EVERY = 4
_NOTE_EVERY = 50
_RETURNED_EVERY = 60


class Letters:
    """Makes letters, and knows each prisoner's newest reply."""

    def __init__(self, collective: Collective) -> None:
        self.last_reply_on: dict[str, str] = {}
        self._collective = collective
        self._rng = Random(collective.seed)
        self._today = collective.today
        self._days = {on: on.isoformat() for on in (collective.today - timedelta(days=n) for n in range(3 * 366))}
        self._places = {
            row["prisoner_id"].hex: row["id"].hex for row in collective.tables["placement"] if row["is_current"]
        }
        self._assignments = [
            (prisoner.hex, writer.hex, since, last) for prisoner, writer, since, last in collective.assignments
        ]

    def between(self, first: int, last: int) -> Iterator[tuple[Any, ...]]:
        """The letters numbered from ``first`` up to ``last``; call it in order, from 0."""
        return islice(self._forever(first), last - first)

    def _forever(self, start: int) -> Iterator[tuple[Any, ...]]:
        count = len(self._assignments)
        number = start
        while True:
            turn, which = divmod(number, count)
            yield self._letter(number, turn, *self._assignments[which])
            number += 1

    def _id(self) -> str:
        return f"{self._rng.getrandbits(128) & _NOT_VERSION | _VERSION_4:032x}"

    def _letter(self, number: int, turn: int, prisoner: str, writer: str, since: date, last: date) -> tuple[Any, ...]:
        rng = self._rng
        row_id = self._id()
        is_reply = turn % _REPLY_EVERY == _REPLY_EVERY - 1
        on = last if turn == 0 else since + timedelta(days=int(rng.random() * (last - since).days))
        dated = self._days[on]
        written = self._days[max(since, on - timedelta(days=9))] if is_reply else None
        returned = not is_reply and number % _RETURNED_EVERY == 7
        if is_reply and dated > self.last_reply_on.get(prisoner, ""):
            self.last_reply_on[prisoner] = dated
        kind = _KINDS[number % len(_KINDS)]
        note = None
        if number % _NOTE_EVERY == 0:
            note = self._collective.sealed("letter", "note_sealed", UUID(row_id), _NOTE)
        return (
            row_id,
            prisoner,
            writer,
            _REPLY if is_reply else _OUT,
            str(kind),
            dated,
            written,
            None,
            self._days[min(on + timedelta(days=40), self._today)] if returned else None,
            "moved" if returned else None,
            f"RR{number:09d}RU" if number % 9 == 0 and not is_reply else None,
            note,
            self._places[prisoner],
            writer,
            f"{dated} 18:30:00.000000",
            self._id(),
            str(usual_channel(kind)),
            0,
            int(is_reply and number % 2 == 0),
            0,
            0,
        )


_VERSION_4 = 0x4000_8000_0000_0000_0000
_NOT_VERSION = ~(0xF000_C000_0000_0000_0000)
