"""How long the post takes, worked out from cases; and by when something must go to be there on a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from tracker.letters.rules import Channel, Direction

LONGEST_DAYS = 730
"""What took longer counts as so long: it is most likely a slip of the pen, and the tables stay small."""
ENOUGH_CASES = 5
"""From so many cases on one says that a time was learned."""
LOW_PERCENT, HIGH_PERCENT = 10, 90
"""One letter in ten is faster, one in ten slower."""


class Leg(StrEnum):
    """A part of the way of a letter, or its end."""

    SENT = "sent"
    """It was posted; counted under day 0."""
    THERE = "there"
    """From posting to the prisoner: until somebody said that it is there, or else until the day written on the reply,
    on which it was there at the latest."""
    BACK = "back"
    """From the day written on a reply to the day it came."""
    ROUND = "round"
    """From posting a letter to the day its reply came. A second reply to one letter is a case of its own."""
    LOST = "lost"
    """It came back, was stopped, or was given up; counted under day 0."""


TIMED = (Leg.THERE, Leg.BACK, Leg.ROUND)
"""The legs that take time."""


class Case(NamedTuple):
    """One thing that happened with one letter, as it is counted."""

    facility_id: UUID
    channel: Channel
    leg: Leg
    days: int


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter or reply that counts, as far as the counts are concerned."""

    direction: Direction
    channel: Channel
    facility_id: UUID | None
    """Where the prisoner was; of a reply rarely known by itself."""
    dated_on: date
    written_on: date | None = None
    delivered_on: date | None = None
    is_lost: bool = False
    answers: Posted | None = None
    """The letter that a reply answers, if it still counts."""


def cases_of(letter: Posted) -> Iterator[Case]:
    """What a letter or reply adds to the counts. Where nobody knows the facility, nothing is learned."""
    if letter.direction is Direction.OUT:
        yield from _cases_of_letter(letter)
    else:
        yield from _cases_of_reply(letter)


def _cases_of_letter(letter: Posted) -> Iterator[Case]:
    place = letter.facility_id
    if place is None:
        return
    yield Case(place, letter.channel, Leg.SENT, 0)
    if letter.is_lost:
        yield Case(place, letter.channel, Leg.LOST, 0)
    if letter.delivered_on is not None:
        yield from _timed(place, letter.channel, Leg.THERE, letter.dated_on, letter.delivered_on)


def _cases_of_reply(reply: Posted) -> Iterator[Case]:
    letter = reply.answers
    home = reply.facility_id or (letter.facility_id if letter else None)
    if home is not None and reply.written_on is not None:
        yield from _timed(home, reply.channel, Leg.BACK, reply.written_on, reply.dated_on)
    if letter is None or letter.facility_id is None:
        return
    place = letter.facility_id
    yield from _timed(place, letter.channel, Leg.ROUND, letter.dated_on, reply.dated_on)
    if letter.delivered_on is None and reply.written_on is not None:
        yield from _timed(place, letter.channel, Leg.THERE, letter.dated_on, reply.written_on)


def _timed(place: UUID, channel: Channel, leg: Leg, first: date, last: date) -> Iterator[Case]:
    days = (last - first).days
    if days >= 0:
        yield Case(place, channel, leg, min(days, LONGEST_DAYS))


@dataclass(frozen=True, slots=True)
class Times:
    """How many days something takes: most cases lie between ``low`` and ``high``."""

    low: int
    median: int
    high: int
    cases: int = 0
    """How many were logged; none: assumed."""

    @property
    def is_learned(self) -> bool:
        """Whether enough was logged to say that these numbers were learned."""
        return self.cases >= ENOUGH_CASES


def percentile(histogram: Mapping[int, int], percent: int) -> int:
    """The fewest days within which so many of a hundred cases lie (nearest rank). ``histogram``: days and how many
    cases took so long; there is at least one case."""
    total = sum(histogram.values())
    rank = max(-(-total * percent // 100), 1)
    seen = 0
    for days in sorted(histogram):
        seen += histogram[days]
        if seen >= rank:
            return days
    raise ValueError("no cases")


def learned(histogram: Mapping[int, int]) -> Times | None:
    """What cases alone say; None without any. Counts that are not positive are ignored."""
    cases = {days: count for days, count in histogram.items() if count > 0}
    if not cases:
        return None
    low, median, high = (percentile(cases, percent) for percent in (LOW_PERCENT, 50, HIGH_PERCENT))
    return Times(low, median, high, sum(cases.values()))


def expected(assumed: Times | None, seen: Times | None, weight: int) -> Times | None:
    """What to expect: the assumed times count as ``weight`` cases, so that a few logged ones move them a little and
    many replace them. None: nothing is assumed and nothing was seen."""
    if seen is None or seen.cases == 0:
        return assumed
    if assumed is None:
        return seen
    low, median, high = (
        blend(getattr(assumed, part), getattr(seen, part), seen.cases, weight) for part in ("low", "median", "high")
    )
    return Times(low, median, high, seen.cases)


def blend(assumed: int, seen: int, cases: int, weight: int) -> int:
    """Whole days between the two, rounded; silence_sql works the same out in the database."""
    total = weight + cases
    return (weight * assumed + cases * seen + total // 2) // total


@dataclass(frozen=True, slots=True)
class Losses:
    """How many letters were posted, and of how many one knows that they did not arrive."""

    sent: int
    lost: int

    @property
    def percent(self) -> int | None:
        """So many of a hundred; None while too few were posted to say."""
        return round(100 * self.lost / self.sent) if self.sent >= ENOUGH_CASES else None


def send_by(on: date, times: Times) -> date:
    """The last day on which something has to go to be there on ``on``, even if it is slow."""
    return on - timedelta(days=times.high)


def overdue_since(
    rhythm_days: int | None, last_letter_on: date | None, since: date, today: date, *, is_away: bool
) -> date | None:
    """The day from which she meant to have written again; None: not yet, no rhythm was agreed, or she is away.

    ``since`` is the first day of her assignment, from which the first letter is counted.
    """
    if rhythm_days is None or is_away:
        return None
    due = (last_letter_on or since) + timedelta(days=rhythm_days)
    return due if due < today else None
