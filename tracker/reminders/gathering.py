"""Which mails of a day become one for a reader who wants it so, and when that one comes (N7). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from tracker.dates.rules import DayKind, local_day, resolve
from tracker.reminders.rules import NEAR, MailKind, MailState, Person, Reason, dedupe_key
from tracker.volunteers.rules import MailMode


class Gatherable(Protocol):
    """A planned mail, about a day or a silence, as far as gathering has to know."""

    @property
    def person_id(self) -> UUID: ...
    @property
    def kind(self) -> MailKind: ...
    @property
    def day_kind(self) -> DayKind | None: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def expires_at(self) -> datetime: ...
    @property
    def state(self) -> MailState: ...
    @property
    def reason(self) -> Reason: ...


def by_digest(person: Person) -> Person:
    """A reader with the hour of her gathered mail as the preferred one, if she gets one: all that can wait is due
    then."""
    if person.mode is MailMode.EACH or person.digest_at is None:
        return person
    former = tuple(replace(each, remind_at=person.digest_at) for each in person.former)
    return replace(person, remind_at=person.digest_at, former=former)


def hours_for(kind: DayKind, person: Person) -> Person:
    """A reader with the hour at which mails about such days arrive."""
    return by_digest(person) if kind.is_soft else person


def gathered_on(on: date, instant: datetime, person: Person, cutoff: datetime | None) -> datetime:
    """When a mail about a hearing or a term goes out that is planned for ``instant`` on a day: with the gathered mail
    of that day if she wants it so and it is not too late by then, otherwise by itself."""
    if person.mode is MailMode.EACH or not person.digest_takes_all:
        return instant
    hers = by_digest(person)
    gathered = resolve(on, hers.remind_at, hers.zone)
    return gathered if cutoff is None or gathered <= cutoff else instant


def slot_of(mail: Gatherable, person: Person) -> datetime | None:
    """When the gathered mail goes out of which this one is part; None: it goes out by itself.

    What could not go out in time waits for the next gathered mail if that follows soon. What is entered after the mail
    of the day, and is about that very day, comes by itself.
    """
    if person.mode is MailMode.EACH or mail.state is not MailState.QUEUED:
        return None
    hers = by_digest(person)
    on = local_day(mail.due_at, hers.zone)
    digest = resolve(on, hers.remind_at, hers.zone)
    if mail.kind is MailKind.NAG or mail.kind is MailKind.ESCALATION:
        can_wait = True
    elif mail.kind in (MailKind.REMINDER, MailKind.LATE_NOTICE) and mail.day_kind is not None:
        can_wait = mail.day_kind.is_soft and mail.reason is not Reason.ENTERED_LATE
        is_of_digest = mail.due_at == digest and (mail.day_kind.is_soft or person.digest_takes_all)
        if not can_wait and not is_of_digest:
            return None
    else:
        return None
    is_soon = can_wait and mail.due_at <= digest <= mail.due_at + NEAR
    return digest if is_soon else mail.due_at


@dataclass(frozen=True, slots=True)
class Digest:
    """A gathered mail that is due, and what goes out in it."""

    person_id: UUID
    on: date
    """By the reader's calendar; there is one for each of her days."""
    due_at: datetime
    mails: tuple[Gatherable, ...]

    @property
    def dedupe_key(self) -> str:
        return dedupe_key(self.person_id, MailKind.DIGEST, self.person_id, str(self.on), "digest")


def digests_due(
    mails: Iterable[Gatherable], people: Mapping[UUID, Person], now: datetime
) -> tuple[list[Gatherable], list[Digest]]:
    """The mails that go out by themselves, and the gathered ones that are due; what waits for its slot is in
    neither."""
    single: list[Gatherable] = []
    gathered: dict[tuple[UUID, date], list[tuple[datetime, Gatherable]]] = {}
    for mail in mails:
        person = people.get(mail.person_id)
        slot = slot_of(mail, person) if person is not None else None
        if person is None or slot is None:
            single.append(mail)
        elif slot <= now or mail.day_kind is None:
            # What is owed about a silence is put there at once, even if it comes only when quiet hours are over.
            gathered.setdefault((mail.person_id, local_day(slot, person.zone)), []).append((slot, mail))
    digests = [
        Digest(person_id, on, min(slot for slot, _ in several), tuple(mail for _, mail in several))
        for (person_id, on), several in gathered.items()
    ]
    return single, digests
