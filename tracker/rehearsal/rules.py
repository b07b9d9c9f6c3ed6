"""A story: who there is, what people do and when, and every mail that must follow. ``reading.py``
makes stories from files such as ``tests/reminders/scenarios.yaml``. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from tracker.dates.rules import DayKind, DayStatus, Leap
from tracker.partial_date import PartialDate
from tracker.reminders.rules import MailTopic, Rule
from tracker.volunteers.rules import MailMode


class CannotBePlayed(Exception):
    """The tracker cannot do what the story asks for; the message is the sentence for whoever wrote it."""


class Part(StrEnum):
    """What somebody in a story does."""

    WRITER = "writer"
    COURT = "court"
    COORDINATOR = "coordinator"


class Exactness(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who gets mails."""

    id: str
    zone: str
    parts: frozenset[Part]
    send_time: time
    quiet_from: time
    quiet_until: time
    mode: MailMode
    digest_time: time | None
    digest_takes_all: bool = False
    leap: Leap | None = None
    """For birthdays that she follows; None: as the story has it."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """A day of a hearing that takes several."""

    on: date
    at: time | None


@dataclass(frozen=True, slots=True)
class DateFacts:
    """What is known of the date of an event; a change replaces some of it."""

    on: PartialDate | None = None
    at: time | None = None
    zone: str = "UTC"
    exactness: Exactness | None = None
    """None: as much as the date says."""
    latest: date | None = None
    sittings: tuple[Sitting, ...] = ()
    place: str = ""
    status: DayStatus = DayStatus.SCHEDULED
    counted_from: date | None = None
    """A parcel window is worked out from this day."""
    add_months: int | None = None
    first_of_next_month: bool = False
    leap: Leap | None = None

    @property
    def known(self) -> PartialDate | None:
        """The date, as far as it is known."""
        if self.on is None or self.on.year is None or self.exactness in (None, Exactness.DAY):
            return self.on
        return PartialDate(self.on.year, self.on.month if self.exactness is Exactness.MONTH else None)


@dataclass(frozen=True, slots=True)
class NamedRule:
    """A rule of a ladder under the name that the story gives it."""

    name: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Event:
    """Something with a date."""

    id: str
    kind: DayKind
    rules: tuple[NamedRule, ...]
    audience: tuple[str, ...]
    facts: DateFacts


@dataclass(frozen=True, slots=True)
class Nag:
    """What somebody is asked for when nothing is heard for long."""

    id: str
    topic: MailTopic
    writer: str
    threshold_days: int
    assigned_on: date | None
    coordinator: str | None = None
    """Who is told if nothing happens; None: nobody."""
    escalation_days: int = 7


class Verb(StrEnum):
    """What somebody can do in a story."""

    CREATE_EVENT = "create_event"
    UPDATE_EVENT = "update_event"
    ASSIGN = "assign"
    UNASSIGN = "unassign"
    UNSUBSCRIBE = "unsubscribe"
    SET_PREF = "set_pref"
    LOG_LETTER = "log_letter"
    LOG_REPLY = "log_reply"
    START_NAG = "start_nag"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody does at a moment."""

    at: datetime
    do: Verb
    where: str
    """Where it stands in the file, such as ``actions[2]``."""
    event: Event | None = None
    """For ``create_event``."""
    nag: Nag | None = None
    """For ``start_nag``, if it says what the nag is."""
    reader: str = ""
    events: tuple[str, ...] = ()
    nags: tuple[str, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Fields of DateFacts (``update_event``) or of Reader (``set_pref``) with what they are from now on."""
    topics: tuple[MailTopic, ...] = ()
    on: date | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A case of a file."""

    id: str
    title: str
    readers: tuple[Reader, ...]
    nags: tuple[Nag, ...]
    actions: tuple[Action, ...]
    down: tuple[tuple[datetime, datetime], ...]
    """When nothing is sent: from, inclusive, to, exclusive."""
    horizon: datetime
    expected: tuple[Mapping[str, Any], ...] | None
    """None: the story only asks what would happen."""
    leap: Leap = Leap.FEB28
    tolerance: timedelta = timedelta(0)

    @property
    def begins_at(self) -> datetime:
        """The first action."""
        return min((action.at for action in self.actions), default=self.horizon)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a case, and where: ``actions[0].event.time``."""

    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}" if self.path else self.sentence


@dataclass(frozen=True, slots=True)
class Misread:
    """A case that cannot be played."""

    id: str
    title: str
    faults: tuple[Fault, ...]
