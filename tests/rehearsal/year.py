"""A year of a collective, made up from a number: hearings in four zones that are entered, moved, cancelled and handed
on, while now and then nothing is sent for days. What was promised is then checked mail by mail."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tracker.dates.rules import DayKind, DayStatus, local_day, resolve
from tracker.mail import Email, MemoryMailer, NotSent
from tracker.partial_date import PartialDate
from tracker.rehearsal.hearing_events import HearingEvents
from tracker.rehearsal.people import People
from tracker.rehearsal.rules import DateFacts, Part, Reader
from tracker.rehearsal.stage import Sent, Stage
from tracker.reminders.ladders import Ladders
from tracker.reminders.models import Heartbeat
from tracker.reminders.rules import MailKind, Role, Rule
from tracker.volunteers.rules import MailMode

ZONES = ("Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe")
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
ENDS = datetime(2027, 1, 1, tzinfo=UTC)
RULES = (Rule(days=7), Rule(days=2))
SETTLED = timedelta(minutes=10)
USEFUL = timedelta(minutes=15)
"""So long has to be up what sends, before it can be blamed."""

Span = tuple[datetime, datetime]


class _YearStage(Stage):
    """It also takes a turn when the mail server is tried again."""

    def _moments(self, until: datetime) -> set[datetime]:
        with self.sessions() as session:
            tried_again = {moment for moment in session.scalars(select(Heartbeat.open_until)) if moment is not None}
        return super()._moments(until) | tried_again


class _Post(MemoryMailer):
    """A mail server that is down at times."""

    def __init__(self, down: list[Span]) -> None:
        super().__init__()
        self._down = down
        self.now = BEGINS

    def send(self, email: Email, now: datetime) -> None:
        if any(start <= now < end for start, end in self._down):
            raise NotSent("transport")
        super().send(email, now)


@dataclass
class Version:
    """A hearing as it stood from one moment to another."""

    facts: DateFacts
    since: datetime
    until: datetime = ENDS

    @property
    def start(self) -> datetime:
        assert self.facts.on is not None
        on = self.facts.on.exact
        assert on is not None
        assert self.facts.at is not None
        return resolve(on, self.facts.at, self.facts.zone)


@dataclass
class Case:
    """A hearing and who followed it when."""

    hearing_id: UUID
    prisoner_id: UUID
    versions: list[Version]
    followed: dict[str, list[Span]] = field(default_factory=dict)


class Year:
    """One year on an empty database."""

    def __init__(self, sessions: sessionmaker[Session], seed: int, dates: int) -> None:
        self._dice = random.Random(seed)
        self._dates = dates
        self.outages = self._spans(5, 72)
        self.mail_down = self._spans(4, 48)
        self.stage = _YearStage(
            sessions,
            BEGINS,
            Ladders({DayKind.HEARING: {Role.WRITERS: RULES}}),
            mailer=_Post(self.mail_down),
            down=self.outages,
            ahead=timedelta(days=800),
        )
        self.people = People(self.stage)
        self._hearings = HearingEvents(self.stage, self.people)
        self.readers = [
            Reader(f"reader-{index}", zone, frozenset({Part.WRITER}), time(8), time(22), time(7), MailMode.EACH, None)
            for index, zone in enumerate(ZONES)
        ]
        self.cases: list[Case] = []
        self._by_reader: defaultdict[Any, list[Sent]] = defaultdict(list)
        self._counted = -1

    def _spans(self, number: int, hours: int) -> list[Span]:
        spans = []
        for _ in range(number):
            start = BEGINS + timedelta(minutes=self._dice.randrange(365 * 24 * 60))
            spans.append((start, start + timedelta(minutes=self._dice.randrange(1, hours * 60))))
        return spans

    def play(self) -> None:
        """Let it pass."""
        for reader in self.readers:
            self.people.enter(reader)
        deeds = [(self._moment(), "enter") for _ in range(self._dates)]
        deeds += [
            (self._moment(), self._dice.choice(("move", "move", "cancel", "hand on"))) for _ in range(self._dates)
        ]
        for moment, deed in sorted(deeds):
            self.stage.play_until(moment)
            {"enter": self._enter, "move": self._move, "cancel": self._cancel, "hand on": self._hand_on}[deed]()
        self.stage.play_until(ENDS + timedelta(days=120))

    def _moment(self) -> datetime:
        return BEGINS + timedelta(seconds=self._dice.randrange(360 * 24 * 3600))

    def _some_date(self) -> DateFacts:
        lead = self._dice.choice((3, 30, 100, 24 * 20, 24 * 60))
        start = self.stage.now + timedelta(hours=self._dice.uniform(0.2, lead))
        zone = self._dice.choice(ZONES)
        local = start.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0, tzinfo=None)
        return DateFacts(on=PartialDate.of(local.date()), at=local.time(), zone=zone)

    def _enter(self) -> None:
        facts = self._some_date()
        hearing_id, prisoner_id = self._hearings.enter(facts)
        case = Case(hearing_id, prisoner_id, [Version(facts, self.stage.now)])
        self.cases.append(case)
        for reader in self._dice.sample(self.readers, 2):
            self.people.follow(reader.id, prisoner_id)
            case.followed[reader.id] = [(self.stage.now, ENDS + timedelta(days=200))]

    def _upcoming(self) -> Case | None:
        now = self.stage.now
        coming = [each for each in self.cases if each.versions[-1].start > now and _is_on(each.versions[-1])]
        return self._dice.choice(coming) if coming else None

    def _move(self) -> None:
        case = self._upcoming()
        if case is not None:
            self._change(case, self._some_date())

    def _cancel(self) -> None:
        case = self._upcoming()
        if case is not None:
            facts = case.versions[-1].facts
            self._change(case, DateFacts(on=facts.on, at=facts.at, zone=facts.zone, status=DayStatus.CANCELLED))

    def _change(self, case: Case, facts: DateFacts) -> None:
        last = case.versions[-1]
        if facts == last.facts:
            return
        self._hearings.change(case.hearing_id, last.facts, facts)
        last.until = self.stage.now
        case.versions.append(Version(facts, self.stage.now))

    def _hand_on(self) -> None:
        case = self._upcoming()
        if case is None:
            return
        former = self._dice.choice(list(case.followed))
        others = [reader.id for reader in self.readers if reader.id not in case.followed]
        if not others or case.followed[former][-1][1] < ENDS:
            return
        self.people.unfollow(former, case.prisoner_id)
        start, _ = case.followed[former][-1]
        case.followed[former][-1] = (start, self.stage.now)
        self.people.follow(others[0], case.prisoner_id)
        case.followed[others[0]] = [(self.stage.now, ENDS + timedelta(days=200))]

    # What was promised

    def broken_promises(self) -> list[str]:
        """Every promise that was not kept, in words."""
        return [*self._untold(), *self._told_wrongly(), *self._told_twice()]

    def _untold(self) -> list[str]:
        found = []
        for case in self.cases:
            for version in case.versions:
                for reader in self.readers:
                    if self._has_to_be_told(case, version, reader) and not self._was_told(case, version, reader):
                        found.append(f"{reader.id} was not told of {version.facts} entered {version.since}")
        return found

    def _has_to_be_told(self, case: Case, version: Version, reader: Reader) -> bool:
        start = version.start
        stands = version.until >= start and version.since <= start - timedelta(hours=1)
        if not _is_on(version) or not stands:
            return False
        followed = any(
            since <= case.versions[0].since and until >= start for since, until in case.followed.get(reader.id, ())
        )
        return followed and self._was_up(max(version.since + SETTLED, self._last_rule(version, reader)), start, reader)

    def _last_rule(self, version: Version, reader: Reader) -> datetime:
        on = local_day(version.start, reader.zone) - timedelta(days=2)
        moment = resolve(on, reader.send_time, reader.zone)
        return moment if moment >= version.since + SETTLED else version.since

    def _was_up(self, start: datetime, end: datetime, reader: Reader) -> bool:
        """Whether mails could be sent for a quarter of an hour by day, between two moments."""
        moment, up = start, timedelta(0)
        step = timedelta(minutes=5)
        while moment < end:
            is_day = time(7) <= moment.astimezone(ZoneInfo(reader.zone)).time() < time(22)
            is_down = any(a - step <= moment < b for a, b in [*self.outages, *self.mail_down])
            # A mail server that was away is tried again after a while.
            is_closed = any(b <= moment < b + timedelta(minutes=30) for _, b in self.mail_down)
            up = up + step if is_day and not is_down and not is_closed else timedelta(0)
            if up > USEFUL + step:
                return True
            moment += step
        return False

    def _was_told(self, case: Case, version: Version, reader: Reader) -> bool:
        hers = self._sent_by_reader().get((self.people.ids[reader.id], case.hearing_id), ())
        return any(sent.at < version.start and _says(sent.mail.told_state, version.facts) for sent in hers)

    def _sent_by_reader(self) -> dict[Any, list[Sent]]:
        if self._counted != len(self.stage.sent):
            self._by_reader.clear()
            for sent in self.stage.sent:
                self._by_reader[sent.mail.recipient_id, sent.mail.subject_id].append(sent)
            self._counted = len(self.stage.sent)
        return self._by_reader

    def _told_wrongly(self) -> list[str]:
        by_id = {case.hearing_id: case for case in self.cases}
        found = []
        for sent in self.stage.sent:
            case = by_id[sent.mail.subject_id]  # type: ignore[index]
            then = next(each for each in reversed(case.versions) if each.since <= sent.at)
            if not _says(sent.mail.told_state, then.facts):
                found.append(f"{sent.mail.kind} at {sent.at} says {sent.mail.told_state}, and it was {then.facts}")
            if sent.mail.kind is not MailKind.CHANGE_NOTICE and sent.at >= then.start:
                found.append(f"{sent.mail.kind} at {sent.at} after the start {then.start}")
        return found

    def _told_twice(self) -> list[str]:
        seen: set[Any] = set()
        found = []
        for sent in self.stage.sent:
            mail = sent.mail
            key = (mail.recipient_id, mail.subject_id, mail.occurrence_key, mail.rule)
            if key in seen:
                found.append(f"{mail.kind} {mail.rule} twice at {sent.at}")
            seen.add(key)
        return found


def _is_on(version: Version) -> bool:
    return version.facts.status is DayStatus.SCHEDULED


def _says(state: dict[str, Any] | None, facts: DateFacts) -> bool:
    """Whether what a mail tells is how the hearing is."""
    if state is None or state["status"] != facts.status:
        return False
    assert facts.at is not None
    return facts.status is DayStatus.CANCELLED or (
        (state["on"], state["at"], state["zone"]) == (str(facts.on), f"{facts.at:%H:%M}", facts.zone)
    )
