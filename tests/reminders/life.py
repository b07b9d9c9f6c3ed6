"""A reader and a day, without database or post: what the plan says is due is sent at once, and remembered as told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from tracker.dates.rules import Day, DayKind, DayStatus, FurtherDay, Leap
from tracker.partial_date import PartialDate
from tracker.reminders.ladders import Ladders
from tracker.reminders.plan import plan_day
from tracker.reminders.rules import Follower, MailState, Person, Planned, Reason, Role, Rule, Told

BERLIN = "Europe/Berlin"


def utc(text: str) -> datetime:
    """``2026-12-13 07:00``"""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def further(*days: str) -> tuple[FurtherDay, ...]:
    """``2026-12-16T10:00``, or without the time"""
    parted = (each.partition("T") for each in days)
    return tuple(FurtherDay(date.fromisoformat(on), time.fromisoformat(at) if at else None) for on, _, at in parted)


@dataclass
class Life:
    """One day and one reader of its mails. Moments are in UTC unless said otherwise."""

    kind: DayKind = DayKind.HEARING
    on: str | None = "2026-12-15"
    at: str | None = "10:00"
    zone: str = "Europe/Moscow"
    rules: Sequence[int | Rule] = (7, 2)
    roles: Sequence[Role] = (Role.WRITERS,)
    entered: str = "2026-11-20 12:00"
    latest_on: str | None = None
    sittings: Sequence[str] = ()
    every_months: int | None = None
    first_of_month: bool = False
    leap: Leap = Leap.FEB28
    follows_since: str = "2026-01-01 00:00"
    reader: Person = field(default_factory=lambda: Person(uuid4(), BERLIN))
    told: list[Told] = field(default_factory=list)
    sent: list[tuple[datetime, Planned]] = field(default_factory=list)
    standstills: list[tuple[datetime, datetime]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = utc(self.entered)
        self.day = Day(
            self.kind,
            uuid4(),
            PartialDate.parse(self.on) if self.on else None,
            self.zone,
            self.now,
            at=time.fromisoformat(self.at) if self.at and not self.kind.is_soft else None,
            place="court one",
            latest_on=date.fromisoformat(self.latest_on) if self.latest_on else None,
            sittings=further(*self.sittings),
            every_months=self.every_months,
            first_of_month=self.first_of_month,
            leap=self.leap,
        )
        ladder = tuple(rule if isinstance(rule, Rule) else Rule(days=rule) for rule in self.rules)
        self.ladders = Ladders({self.kind: dict.fromkeys(Role, ladder)})
        self.followers = [Follower(self.reader.id, role, utc(self.follows_since)) for role in self.roles]

    # What happens

    def change(self, when: str, **facts: Any) -> Life:
        """Play until then, and enter other facts of the day."""
        self.until(when)
        if "on" in facts:
            facts["on"] = PartialDate.parse(facts["on"]) if facts["on"] else None
        if "at" in facts:
            facts["at"] = time.fromisoformat(facts["at"]) if facts["at"] else None
        if facts.get("latest_on"):
            facts["latest_on"] = date.fromisoformat(facts["latest_on"])
        if "sittings" in facts:
            facts["sittings"] = further(*facts["sittings"])
        self.day = replace(self.day, **facts, changed_at=self.now, revision=self.day.revision + 1)
        return self

    def cancel(self, when: str) -> Life:
        return self.change(when, status=DayStatus.CANCELLED)

    def postpone(self, when: str) -> Life:
        return self.change(when, status=DayStatus.SINE_DIE, on=None, at=None)

    def stands_still(self, start: str, end: str) -> Life:
        self.standstills.append((utc(start), utc(end)))
        return self

    def until(self, when: str) -> Life:
        """Let time pass, with a turn at every moment that the plan names."""
        end = utc(when)
        while True:
            if not any(start <= self.now < over for start, over in self.standstills):
                self._send()
            moments = [mail.due_at for mail in self.plan(end)] + [over for _, over in self.standstills]
            following = min((moment for moment in moments if moment > self.now), default=end)
            if following >= end:
                break
            self.now = following
        self.now = end
        return self

    def plan(self, until: datetime, now: datetime | None = None) -> list[Planned]:
        people = {self.reader.id: self.reader}
        return plan_day(self.day, self.followers, people, self.told, self.ladders, now or self.now, until)

    def _send(self) -> None:
        for mail in self.plan(self.now):
            known = any(told.dedupe_key == mail.dedupe_key for told in self.told)
            if known or mail.state not in (MailState.QUEUED, MailState.MISSED):
                continue
            is_sent = mail.state is MailState.QUEUED
            self.told.append(self._as_told(mail, self.now if is_sent else None))
            if is_sent:
                self.sent.append((self.now, mail))

    def _as_told(self, mail: Planned, at: datetime | None, state: MailState | None = None) -> Told:
        return Told(
            mail_id=UUID(int=len(self.told) + 1),
            person_id=mail.person_id,
            kind=mail.kind,
            day_kind=mail.day_kind,
            subject_id=mail.subject_id,
            occurrence_key=mail.occurrence_key,
            rule=mail.rule,
            state=state or (MailState.SENT if at else mail.state),
            told_at=at,
            day_state=mail.day_state,
            dedupe_key=mail.dedupe_key,
        )

    # What came of it

    def mails(self) -> list[str]:
        """``"Sun 13 Dec 08:00 reminder d2"``, by the reader's clock."""
        zone = ZoneInfo(self.reader.zone)
        return [
            f"{at.astimezone(zone):%a %d %b %H:%M} {mail.kind} {mail.change or mail.rule}" for at, mail in self.sent
        ]

    def reasons(self, until: str) -> dict[str, Reason]:
        """Why what drops out does, by rule, if nothing else happens until then."""
        return {mail.rule: mail.reason for mail in self.plan(utc(until)) if mail.state is not MailState.QUEUED}

    def missed(self) -> list[str]:
        return [mail.rule for mail in self.told if mail.state is MailState.MISSED]
