"""The words of reminders: what kinds of mail there are, what becomes of them and why, and who gets them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from tracker.dates.rules import DayKind
from tracker.partial_date import PartialDate
from tracker.reminders.reasons import Change as Change
from tracker.reminders.reasons import Reason as Reason
from tracker.volunteers.rules import FormerHabits, MailMode

SETTLING = timedelta(minutes=10)
"""A change takes effect this long after the last edit, so that a slip of the finger is told to nobody (C1)."""
ON_TIME = timedelta(minutes=15)
"""Up to this much late is normal (D1)."""
NEAR = timedelta(hours=6)
"""A late mail is dropped if a planned one follows this soon (C5, D2)."""
DATE_NEEDED_DAYS = 14
"""So long before a month of which the day is not known, coordinators are asked for the day (P8, C9)."""
QUIET_FROM, QUIET_UNTIL = time(22, 0), time(7, 0)


class MailKind(StrEnum):
    """What sort of e-mail it is."""

    REMINDER = "reminder"
    LATE_NOTICE = "late_notice"
    CHANGE_NOTICE = "change_notice"
    DATE_NEEDED = "date_needed"
    NAG = "nag"
    ESCALATION = "escalation"
    DIGEST = "digest"
    INVITATION = "invitation"
    ASSIGNED = "assigned"
    WATCH_CONFIRM = "watch_confirm"
    """Asks whoever typed an address whether she wants mails about hearings."""
    ADDRESS_TROUBLE = "address_trouble"
    """Tells a coordinator that mail does not reach somebody."""
    KEY_TEST = "key_test"
    """Shows somebody that she can open what is encrypted to her key."""


class MailTopic(StrEnum):
    """What somebody can choose to hear of or not: the kinds of days, and what is asked of her."""

    HEARING = "hearing"
    RELEASE = "release"
    DETENTION_UNTIL = "detention_until"
    APPEAL_DEADLINE = "appeal_deadline"
    BIRTHDAY = "birthday"
    ARREST_ANNIVERSARY = "arrest_anniversary"
    INTL_DAY = "intl_day"
    PARCEL_WINDOW = "parcel_window"
    NO_LETTER = "no_letter"
    """She has not written for so many days."""
    REPLY_UNANSWERED = "reply_unanswered"

    @property
    def is_nag(self) -> bool:
        return self is MailTopic.NO_LETTER or self is MailTopic.REPLY_UNANSWERED


class Channel(StrEnum):
    """How a mail travels."""

    EMAIL = "email"


class MailState(StrEnum):
    """What became of a mail."""

    QUEUED = "queued"
    SENDING = "sending"
    """Claimed by a sender, whose lease has not been settled yet."""
    SENT = "sent"
    """The mail server has accepted it."""
    FAILED = "failed"
    """Given up; somebody has to look at it."""
    MISSED = "missed"
    """Its time was over before it could go out."""
    SUPERSEDED = "superseded"
    """The day has changed since it was planned; comes back to life if its ground does."""
    SUPPRESSED = "suppressed"
    """Its reader no longer gets such mail; comes back to life like a superseded one."""
    COLLAPSED = "collapsed"
    """A later mail about the same day says it all."""
    GATHERED = "gathered"
    """Goes out as part of a gathered mail."""
    HELD = "held"
    """After a restore from a backup: a coordinator decides."""


class Role(StrEnum):
    """Whose ladder applies to a reader."""

    WRITERS = "writers"
    COURT = "court"
    COORDINATORS = "coordinators"


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """How long before a day a mail goes out: calendar days of the reader, or elapsed hours before a known start."""

    days: int | None = None
    hours: int | None = None
    each_sitting: bool = False
    """It holds for every day of a hearing that takes several; other rules hold for the first one only (P7)."""

    @property
    def id(self) -> str:
        return f"d{self.days}" if self.days is not None else f"h{self.hours}"

    @property
    def offset_hours(self) -> int:
        """For comparing: the smaller offset is the nearer rule."""
        return self.days * 24 if self.days is not None else self.hours or 0


@dataclass(frozen=True, slots=True)
class Person:
    """A reader, with the clock and calendar by which mails arrive."""

    id: UUID
    zone: str
    remind_at: time = time(8, 0)
    quiet_from: time = QUIET_FROM
    quiet_until: time = QUIET_UNTIL
    former: tuple[FormerHabits, ...] = ()
    """Her zones and hours of the last days, oldest first; a change loses no mail (C11)."""
    is_watcher: bool = False
    """A court watcher without an account, not a volunteer."""
    mode: MailMode = MailMode.EACH
    digest_at: time | None = None
    """When the gathered mail arrives; None: at the preferred hour."""
    digest_takes_all: bool = False
    """Hearings and ends of terms are gathered too, never later than their last useful moment (N7)."""
    muted: frozenset[tuple[MailTopic, UUID | None]] = frozenset()
    """What she does not want: a topic, for one prisoner or (None) for all."""
    away_from: date | None = None
    away_until: date | None = None
    """The first and the last day of an absence; see ``volunteers.rules.is_away``."""


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody who gets mails about a day, in one role, since some moment."""

    person_id: UUID
    role: Role
    since: datetime
    prisoner_id: UUID | None = None
    """Because of whom; None: whomever the day concerns."""


@dataclass(frozen=True, slots=True)
class DayState:
    """What a person is told about a day: all that matters of it, and nothing else (C2)."""

    on: str | None
    at: str | None
    zone: str
    place: str | None
    status: str
    latest_on: str | None = None
    """The end of a window."""
    sittings: str | None = None
    """Further days, such as ``2026-12-16T10:00, 2026-12-17``."""


@dataclass(frozen=True, slots=True)
class Told:
    """A mail about a day that was planned before, and what became of it."""

    mail_id: UUID
    person_id: UUID
    kind: MailKind
    day_kind: DayKind
    subject_id: UUID
    occurrence_key: str
    rule: str
    state: MailState
    told_at: datetime | None
    """When it was accepted, or may have been; None: it certainly was not."""
    day_state: DayState | None
    dedupe_key: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A mail that follows from a day and a rule, or the reason why it does not go out."""

    person_id: UUID
    kind: MailKind
    day_kind: DayKind
    subject_id: UUID
    occurrence_key: str
    rule: str
    due_at: datetime
    expires_at: datetime
    cutoff_at: datetime | None
    state: MailState
    """QUEUED: goes out at ``due_at``. Otherwise what becomes of it."""
    reason: Reason
    priority: int
    day_state: DayState | None = None
    change: Change | None = None
    before: DayState | None = None
    """For a change notice: what the reader was told."""
    prisoner_ids: tuple[UUID, ...] = ()
    covers: tuple[str, ...] = ()
    event_on: date | None = None
    days_to_go: int | None = None
    """In the reader's calendar at ``due_at``; below zero: belated."""
    ordinal: int | None = None

    @property
    def is_month_only(self) -> bool:
        """Only the month of the day is known; ``event_on`` is its first day and must not be shown as a day."""
        known = self.day_state.on if self.day_state else None
        return known is not None and PartialDate.parse(known).day is None

    @property
    def dedupe_key(self) -> str:
        return dedupe_key(self.person_id, self.day_kind, self.subject_id, self.occurrence_key, self.rule)


def dedupe_key(person_id: UUID, kind: DayKind | MailKind, subject_id: UUID, occurrence_key: str, rule: str) -> str:
    """What makes two mails the same: one per reader, day (or what else it is about), occurrence, rule and channel
    (K1)."""
    parts = (str(Channel.EMAIL), str(person_id), str(kind), str(subject_id), occurrence_key, rule)
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


FINAL = frozenset(MailState) - {MailState.QUEUED, MailState.SUPERSEDED, MailState.SUPPRESSED}
"""With a mail in one of these states a rule is not planned again for the same occurrence (C3)."""


_AGAIN = " again "


def again_key(occurrence_key: str, on: date) -> str:
    """The occurrence key of a mail that was sent, put off, and comes once more on a day."""
    return f"{first_key(occurrence_key)}{_AGAIN}{on}"


def is_again(occurrence_key: str | None) -> bool:
    """Whether a mail comes once more."""
    return occurrence_key is not None and _AGAIN in occurrence_key


def first_key(occurrence_key: str | None) -> str:
    """The occurrence key without the day on which it comes once more."""
    return (occurrence_key or "").partition(_AGAIN)[0]
