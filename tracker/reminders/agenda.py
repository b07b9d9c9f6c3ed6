"""What one planner remembers from turn to turn, so that a turn looks only at days about which something can be due.

Every so often everything is looked at, a few hours ahead; what was found to be due later is noted. Until then a turn
looks at the days that were noted for now, and at those that something happened to. Nothing depends on this memory: a
planner without one looks at everything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.reminders.agenda_queries import Lately, days_followed, followed_by, lately
from tracker.reminders.ladder_queries import ladders_now
from tracker.reminders.ladders import Ladders
from tracker.reminders.plan import DayKey
from tracker.reminders.queries import Known, known, known_of_days, planning_began_at
from tracker.reminders.reader_queries import Readers, readers

EVERYTHING_EVERY = timedelta(hours=1)
"""So often everything is looked at, for changes that leave no moment, such as a place that got another time zone."""
AHEAD = timedelta(hours=3)
"""So far ahead is noted what will be due."""
LATELY = timedelta(minutes=30)
"""So long is looked back for what happened, since clocks differ and a change is seen only once it is committed."""
SILENCES_EVERY = timedelta(minutes=15)
"""So often it is asked who has fallen silent, and whenever something is known to become due about that."""
BEAT_EVERY = timedelta(minutes=3)
"""So often a planner that has nothing to do says that it is there."""
MOST_NAMED = 2_000
"""With more days than these to look at, all of them are."""


@dataclass
class Agenda:
    """The memory of one planner. It is kept in its process and nowhere else."""

    every: timedelta = EVERYTHING_EVERY
    ahead: timedelta = AHEAD
    next_at: dict[DayKey, datetime] = field(default_factory=dict)
    """When something will be due about a day."""
    failing: set[DayKey] = field(default_factory=set)
    """Days that could not be planned; each turn tries them again."""
    everything_at: datetime | None = None
    """When everything was looked at last."""
    turned_at: datetime | None = None
    """When the last turn came to its end."""
    silences_at: datetime | None = None
    """When silences were looked at last. What was due before and is not in the outbox was not owed then."""
    silences_next_at: datetime | None = None
    """When silences have to be looked at again; None: in the next turn."""
    beaten_at: datetime | None = None
    began_at: datetime | None = None
    ladders: Ladders | None = None
    who: Readers = field(default_factory=Readers)
    seen: dict[Any, datetime] = field(default_factory=dict)
    """What happened lately, as far as it was looked at."""

    def beat_is_due(self, now: datetime) -> bool:
        """Whether it is time for a sign of life, or the clock was set back."""
        return self.beaten_at is None or not timedelta(0) <= now - self.beaten_at < BEAT_EVERY

    def looks_at_silences(self, now: datetime) -> bool:
        """Whether it is time to look at silences."""
        return self.silences_next_at is None or now >= self.silences_next_at or self.is_out_of_date(now)

    def looked_at_silences(self, now: datetime, next_at: datetime | None) -> None:
        """Silences were looked at now; ``next_at``: when something will be due about one."""
        self.silences_at = now
        self.silences_next_at = min(now + SILENCES_EVERY, next_at or now + SILENCES_EVERY)

    def is_out_of_date(self, now: datetime) -> bool:
        """Whether everything has to be looked at: at the start, every hour, and when the clock was set back."""
        if self.everything_at is None or self.turned_at is None or now < self.turned_at:
            return True
        return now - self.everything_at >= self.every


@dataclass(frozen=True)
class Turn:
    """What one turn has to look at, and by what; it becomes the memory once the turn has come to its end."""

    now: datetime
    until: datetime
    began_at: datetime
    is_everything: bool
    names: frozenset[DayKey]
    """The days looked at, unless it is everything."""
    facts: Known
    ladders: Ladders
    who: Readers
    seen: dict[Any, datetime]


def begin_turn(session: Session, agenda: Agenda, of_file: Ladders, home_zone: str, now: datetime) -> Turn:
    """Read what this turn has to look at. With nothing to do, that are three statements."""
    began_at = agenda.began_at or planning_began_at(session) or now
    recent = lately(session, min(now, agenda.turned_at or now) - LATELY)
    ladders = ladders_now(session, of_file)
    who = readers(session, home_zone)
    names = None if agenda.is_out_of_date(now) else _names(session, agenda, recent, ladders, who, now)
    until = now + agenda.ahead
    if names is None:
        facts = known(session, now, until, ladders.furthest_days, home_zone, who)
    else:
        assert agenda.everything_at is not None
        until = agenda.everything_at + agenda.ahead
        facts = known_of_days(session, names, home_zone, who) if names else Known([], {}, {})
    seen: dict[Any, datetime] = {**recent.days, **recent.followed}
    return Turn(now, until, began_at, names is None, frozenset(names or ()), facts, ladders, who, seen)


def _names(
    session: Session, agenda: Agenda, recent: Lately, ladders: Ladders, who: Readers, now: datetime
) -> set[DayKey] | None:
    """The days to look at; None: all."""
    if ladders != agenda.ladders or who.coordinators != agenda.who.coordinators:
        return None
    changed = _changed_people(agenda.who, who)
    if changed & {follower.person_id for follower in who.coordinators} or len(changed) > MOST_NAMED:
        return None
    names = {key for key, at in agenda.next_at.items() if at <= now} | agenda.failing
    names |= {key for key, at in recent.days.items() if agenda.seen.get(key) != at}
    followed = {key for key, at in recent.followed.items() if agenda.seen.get(key) != at}
    if changed:
        followed |= followed_by(session, changed)
    if followed:
        names |= days_followed(session, followed)
    return names if len(names) <= MOST_NAMED else None


def _changed_people(before: Readers, after: Readers) -> set[UUID]:
    """Whoever came, left, or reads by another clock or with other wishes."""
    if before.people == after.people:
        return set()
    ids = before.people.keys() | after.people.keys()
    return {id_ for id_ in ids if before.people.get(id_) != after.people.get(id_)}


def end_turn(agenda: Agenda, turn: Turn, next_at: dict[DayKey, datetime], failing: set[DayKey]) -> None:
    """Remember a turn that has come to its end. ``next_at``: when something will be due about the days looked at."""
    if turn.is_everything:
        agenda.next_at = {}
        agenda.everything_at = turn.now
    for key in turn.names:
        agenda.next_at.pop(key, None)
    agenda.next_at.update(next_at)
    agenda.failing = set(failing)
    agenda.turned_at, agenda.began_at = turn.now, turn.began_at
    agenda.ladders, agenda.who, agenda.seen = turn.ladders, turn.who, turn.seen
