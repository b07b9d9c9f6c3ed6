"""Asking a writer who has fallen silent, and telling coordinators if that helps nothing (N1 to N5). Pure.

Like everything in the plan, nothing is scheduled: what is owed follows from the day of the last letter, from the mails
that were sent about it, and from whether it makes sense to write now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from tracker.dates.rules import local_day, resolve
from tracker.reminders.gathering import by_digest
from tracker.reminders.rules import (
    FINAL,
    ON_TIME,
    MailKind,
    MailState,
    MailTopic,
    Person,
    Reason,
    dedupe_key,
)
from tracker.reminders.timing import after_quiet_hours, next_preferred
from tracker.volunteers.rules import is_away

REPEAT_DAYS = 14
"""So long after the last mail somebody is asked again (N3)."""
MOST_ASKED = 3
"""Once, and again at most twice (N3)."""
LIVES = timedelta(days=14)
"""So long is a mail tried; the next one says the same."""
LONG_AGO = timedelta(days=365)
"""Who has been silent for so long was asked, though the mails are forgotten; nothing begins anew."""

_REASONS = {
    MailTopic.NO_LETTER: Reason.NOT_WRITTEN_SINCE,
    MailTopic.REPLY_UNANSWERED: Reason.NOT_ANSWERED_SINCE,
}
_UNDECIDED = (MailState.SENDING, MailState.GATHERED, MailState.HELD, MailState.FAILED)
"""Whether it reached its reader is still open, so nothing follows after it."""
_OVER = (MailState.SENT, MailState.FAILED, MailState.MISSED)


@dataclass(frozen=True, slots=True)
class Silence:
    """A part of a writer that is running, and since when she has not done what is expected."""

    assignment_id: UUID
    prisoner_id: UUID
    topic: MailTopic
    writer: Person
    since_on: date
    """The day of her newest letter, or on which she was given the prisoner; of the first reply that waits."""
    after_days: int
    """After so many days she is asked (N1)."""
    told_after_days: int | None
    """So many days after that coordinators are told; None: never (N5)."""
    began_at: datetime
    """When she was given the prisoner. What was over by then is asked at her next preferred time (N3)."""
    can_be_written_to: bool = True
    """Whether a letter could reach the prisoner now (N4)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A mail about a silence that was planned before, and what became of it."""

    mail_id: UUID
    person_id: UUID
    kind: MailKind
    topic: MailTopic
    since_on: date
    number: int
    """Which of the nags it was, from 1; 0 for a note to a coordinator."""
    state: MailState
    due_at: datetime
    told_at: datetime | None
    """When it was accepted, or may have been."""
    dedupe_key: str

    @property
    def at(self) -> datetime:
        return self.told_at or self.due_at


@dataclass(frozen=True, slots=True)
class PlannedNag:
    """A mail that follows from a silence."""

    person_id: UUID
    kind: MailKind
    topic: MailTopic
    subject_id: UUID
    """The assignment."""
    prisoner_id: UUID
    writer_id: UUID
    occurrence_key: str
    """The day from which is counted, and the number."""
    due_at: datetime
    expires_at: datetime
    reason: Reason
    since_on: date
    days_since: int
    """Calendar days of the writer at ``due_at``."""
    is_owed: bool = False
    """Its moment is over, and it only waits for the end of quiet hours. It is put into the outbox at once: the next
    turn of planning would take it for something that was not owed (see ``plan_silence``)."""
    state: MailState = MailState.QUEUED
    priority: int = 6

    day_kind: ClassVar[None] = None
    change: ClassVar[None] = None
    day_state: ClassVar[None] = None
    cutoff_at: ClassVar[None] = None
    event_on: ClassVar[None] = None
    days_to_go: ClassVar[None] = None
    ordinal: ClassVar[None] = None
    covers: ClassVar[tuple[str, ...]] = ()

    @property
    def rule(self) -> str:
        return str(self.topic)

    @property
    def prisoner_ids(self) -> tuple[UUID, ...]:
        return (self.prisoner_id,)

    @property
    def dedupe_key(self) -> str:
        return dedupe_key(self.person_id, self.kind, self.subject_id, self.occurrence_key, self.rule)


def plan_silence(
    silence: Silence,
    coordinators: Sequence[tuple[Person, datetime]],
    asked: Sequence[Asked],
    now: datetime,
    looked_at: datetime,
) -> list[PlannedNag]:
    """What a silence makes due next: the nag to the writer, and the note to each coordinator (with the moment since
    when she is one).

    ``looked_at`` is when planning last ran. What was due before and was not in the outbox by then was not owed then: a
    pause, or the rule is new. It comes at the next preferred time after, and everything at once, not several (N3, N4).
    """
    if not silence.can_be_written_to:
        return []
    asked = [mail for mail in asked if mail.topic is silence.topic and mail.since_on == silence.since_on]
    turn = _Turn(silence, asked, now, max(silence.began_at, looked_at))
    nag = _nag(turn)
    return ([nag] if nag else []) + _escalations(turn, coordinators)


@dataclass(frozen=True)
class _Turn:
    silence: Silence
    asked: Sequence[Asked]
    now: datetime
    floor: datetime

    def of(self, kind: MailKind, person_id: UUID) -> list[Asked]:
        return [mail for mail in self.asked if mail.kind is kind and mail.person_id == person_id]

    def due(self, on: date, person: Person) -> datetime:
        """The reader's preferred time on a day, or what becomes of it."""
        instant = self._after_absence(resolve(on, person.remind_at, person.zone), person)
        if instant < self.floor:
            instant = self._after_absence(next_preferred(self.floor, person), person)
        return instant

    def after_quiet_hours(self, instant: datetime, person: Person) -> datetime:
        """The same, unless it could not go out in time."""
        return instant if self.now <= instant + ON_TIME else after_quiet_hours(self.now, person, None)

    def _after_absence(self, instant: datetime, person: Person) -> datetime:
        writer = self.silence.writer
        on = local_day(instant, writer.zone)
        if writer.away_until is None or not is_away(writer.away_from, writer.away_until, on):
            return instant
        return resolve(writer.away_until + timedelta(days=1), person.remind_at, person.zone)

    def mail(self, kind: MailKind, person: Person, key: str, instant: datetime) -> PlannedNag:
        silence = self.silence
        due = self.after_quiet_hours(instant, person)
        return PlannedNag(
            person_id=person.id,
            kind=kind,
            topic=silence.topic,
            subject_id=silence.assignment_id,
            prisoner_id=silence.prisoner_id,
            writer_id=silence.writer.id,
            occurrence_key=f"{silence.since_on} {key}",
            due_at=due,
            expires_at=due + LIVES,
            reason=_REASONS[silence.topic] if kind is MailKind.NAG else Reason.STILL_TRUE,
            since_on=silence.since_on,
            days_since=(local_day(due, silence.writer.zone) - silence.since_on).days,
            is_owed=instant <= self.now,
        )


def _nag(turn: _Turn) -> PlannedNag | None:
    silence = turn.silence
    person = by_digest(silence.writer)
    if wants_no(person, silence.topic, silence.prisoner_id):
        return None
    mine = turn.of(MailKind.NAG, person.id)
    settled = [mail for mail in mine if mail.state in FINAL]
    if any(mail.state in _UNDECIDED for mail in settled):
        return None
    number = 1 + max((mail.number for mail in settled), default=0)
    if number > MOST_ASKED:
        return None
    waiting = [mail for mail in mine if mail.state is MailState.QUEUED and mail.number == number]
    if waiting:
        return turn.mail(MailKind.NAG, person, str(number), waiting[0].due_at)
    if settled:
        last_on = local_day(max(mail.at for mail in settled), person.zone)
        on = last_on + timedelta(days=REPEAT_DAYS)
    else:
        on = silence.since_on + timedelta(days=silence.after_days)
        if _was_asked_long_ago(turn, resolve(on, person.remind_at, person.zone)):
            return None
    return turn.mail(MailKind.NAG, person, str(number), turn.due(on, person))


def _was_asked_long_ago(turn: _Turn, instant: datetime) -> bool:
    return max(instant, turn.silence.began_at) < turn.now - LONG_AGO


def _escalations(turn: _Turn, coordinators: Sequence[tuple[Person, datetime]]) -> list[PlannedNag]:
    silence = turn.silence
    first = [mail.at for mail in turn.asked if mail.number == 1 and mail.state in _OVER]
    if silence.told_after_days is None or not first:
        return []
    on = local_day(min(first), silence.writer.zone) + timedelta(days=silence.told_after_days)
    planned = []
    for coordinator, since in coordinators:
        person = by_digest(coordinator)
        mine = turn.of(MailKind.ESCALATION, person.id)
        # Whoever coordinates since then finds it on her first page (C10).
        is_new = resolve(on, person.remind_at, person.zone) < since
        if is_new or wants_no(person, silence.topic, silence.prisoner_id) or any(m.state in FINAL for m in mine):
            continue
        waiting = [mail.due_at for mail in mine if mail.state is MailState.QUEUED]
        due = waiting[0] if waiting else turn.due(on, person)
        planned.append(turn.mail(MailKind.ESCALATION, person, "told", due))
    return planned


def wants_no(person: Person, topic: MailTopic, prisoner_id: UUID) -> bool:
    """Whether a reader turned such mails off, for everybody or for this prisoner."""
    return (topic, None) in person.muted or (topic, prisoner_id) in person.muted
