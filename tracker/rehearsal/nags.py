"""The nags of a story: silences after which somebody is asked, and what is written meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tracker.dates.rules import local_day
from tracker.letters.actions import Entered, LetterFacts, ReplyFacts, log_letter, log_reply
from tracker.letters.rules import LetterKind
from tracker.rehearsal import rules
from tracker.rehearsal.people import People
from tracker.rehearsal.stage import Stage
from tracker.reminders.ladders import Nag
from tracker.reminders.rules import Person
from tracker.reminders.timing import next_preferred
from tracker.volunteers.actions import Availability, change_availability
from tracker.volunteers.models import Volunteer


@dataclass
class _Silence:
    """A nag of the story, with the prisoner about whom it is."""

    nag: rules.Nag
    prisoner_id: UUID


class Nags:
    """Every nag of a story; each has a prisoner of its own."""

    def __init__(self, stage: Stage, people: People) -> None:
        self._stage = stage
        self._people = people
        self._silences: dict[str, _Silence] = {}

    def name_of(self, prisoner_id: UUID | None) -> str | None:
        """What the story calls the nag about somebody."""
        return next((name for name, each in self._silences.items() if each.prisoner_id == prisoner_id), None)

    def prepare(self, nag: rules.Nag, *, is_on: bool) -> None:
        """Somebody writes to somebody; with ``is_on`` she is asked after so many days of silence."""
        prisoner_id = self._people.prisoner(is_in_prison=True)
        self._silences[nag.id] = _Silence(nag, prisoner_id)
        self._follow(nag.writer, self._silences[nag.id], nag.assigned_on)
        if is_on:
            self.start(nag.id)

    def start(self, nag_id: str) -> None:
        """From now on she is asked."""
        silence = self._silences[nag_id]
        nag = silence.nag
        own: Any = self._stage.ladders.nags_of_prisoners
        own[silence.prisoner_id] = {
            nag.topic: Nag(nag.threshold_days, nag.escalation_days if nag.coordinator else None)
        }

    def follow(self, reader: str, nag_id: str) -> None:
        """She writes, too."""
        self._follow(reader, self._silences[nag_id])

    def _follow(self, reader: str, silence: _Silence, since: date | None = None) -> None:
        assignments = self._people.follow(reader, silence.prisoner_id, since)
        if silence.nag.coordinator is not None:
            coordinator_id = self._people.ids[silence.nag.coordinator]
            self._stage.escalate_to.update(dict.fromkeys(assignments, coordinator_id))

    def unfollow(self, reader: str, nag_id: str) -> None:
        """She no longer writes."""
        self._people.unfollow(reader, self._silences[nag_id].prisoner_id)

    def pause(self, nag_id: str, since: datetime, until: datetime) -> None:
        """Nobody is asked from ``since``, inclusive, to ``until``, exclusive."""
        writer = self._people.reader(self._silences[nag_id].nag.writer)
        # An absence is counted in days. The first and the last one on which her hour lies in the pause are what counts.
        person = Person(self._people.ids[writer.id], writer.zone, writer.send_time)
        first = local_day(next_preferred(since, person), writer.zone)
        last = local_day(next_preferred(until, person), writer.zone) - timedelta(days=1)
        if last < first:
            return
        away = Availability((), 99, first, last)
        with self._stage.sessions.begin() as session:
            change_availability(session.get_one(Volunteer, self._people.ids[writer.id]), away)

    def log_letter(self, nag_id: str, on: date | None) -> None:
        """A letter was sent."""
        entered = self._entered(nag_id)
        self._stage.act(log_letter, LetterFacts(LetterKind.LETTER, on or entered.today), entered)

    def log_reply(self, nag_id: str, on: date | None) -> None:
        """A reply came."""
        entered = self._entered(nag_id)
        self._stage.act(log_reply, ReplyFacts(LetterKind.LETTER, on or entered.today), entered)

    def _entered(self, nag_id: str) -> Entered:
        silence = self._silences[nag_id]
        writer = self._people.reader(silence.nag.writer)
        volunteer_id = self._people.ids[writer.id]
        now = self._stage.now
        return Entered(silence.prisoner_id, volunteer_id, volunteer_id, uuid4(), local_day(now, writer.zone), now)
