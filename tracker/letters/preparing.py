"""How far a letter is that is not in the post yet, and which step can come next. Steps may be left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.letters.rules import Channel, DatedInTheFuture, EntryRefused


class Stage(StrEnum):
    """How far a letter in preparation is."""

    PLANNED = "planned"
    WRITTEN = "written"
    TRANSLATED = "translated"
    HANDED = "handed"
    """A relay has it."""


ORDER = tuple(Stage)


class StepsRunBackwards(EntryRefused):
    """A step cannot have been made before the one that stands before it."""


class AlreadyThatFar(EntryRefused):
    """The letter is as far as that already, or farther."""


class SentAlready(EntryRefused):
    """This letter is in the post; it is not in preparation any more."""


class PreparedBySomebodyElse(EntryRefused):
    """A letter is sent by the one who prepared it."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The days on which the steps were made; None: left out, or not yet."""

    planned_on: date
    written_on: date | None = None
    translated_on: date | None = None
    handed_on: date | None = None

    def day_of(self, stage: Stage) -> date | None:
        """The day of a step."""
        days = (self.planned_on, self.written_on, self.translated_on, self.handed_on)
        return dict(zip(ORDER, days, strict=True))[stage]

    @property
    def stage(self) -> Stage:
        """The furthest step that was made."""
        return next(stage for stage in reversed(ORDER) if self.day_of(stage) is not None)

    @property
    def since(self) -> date:
        """The day since which it has waited."""
        day = self.day_of(self.stage)
        assert day is not None
        return day

    @property
    def ahead(self) -> Sequence[Stage]:
        """The steps that can come next."""
        return ORDER[ORDER.index(self.stage) + 1 :]

    @property
    def last_day(self) -> date:
        """The last day of any step so far; no further step can lie before it."""
        return max(day for stage in ORDER if (day := self.day_of(stage)) is not None)


def check_planned(on: date, today: date) -> None:
    """Raises DatedInTheFuture."""
    if on > today:
        raise DatedInTheFuture


def check_step(steps: Steps, stage: Stage, on: date, today: date) -> None:
    """Raises AlreadyThatFar, DatedInTheFuture or StepsRunBackwards."""
    if stage not in steps.ahead:
        raise AlreadyThatFar
    if on > today:
        raise DatedInTheFuture
    if on < steps.last_day:
        raise StepsRunBackwards


def check_sent(steps: Steps, on: date) -> None:
    """Whether a letter in preparation can have been posted on a day. Raises StepsRunBackwards."""
    if on < steps.last_day:
        raise StepsRunBackwards


def channel_of_prepared(steps: Steps, channel: Channel) -> Channel:
    """By which way it goes when it is sent: what a relay took goes by the relay."""
    return Channel.RELAY if steps.handed_on is not None else channel
