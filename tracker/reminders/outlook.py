"""What will be sent in the coming days, to whom, when and why: the plan, asked for a later moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.dates.rules import DayKind
from tracker.reminders.ladder_queries import ladders_now
from tracker.reminders.ladders import Ladders
from tracker.reminders.plan import plan
from tracker.reminders.queries import Known, days_of_reader, known, known_of_days, planning_began_at
from tracker.reminders.reader_queries import readers
from tracker.reminders.rules import MailState, Person, Planned
from tracker.volunteers.models import Volunteer


@dataclass(frozen=True, slots=True)
class Coming:
    """A mail that will go out, if nothing changes, or that will not."""

    mail: Planned
    zone: str
    """That of its reader; ``mail.due_at`` is shown by her clock."""
    handle: str | None
    """Of a volunteer; None: it goes to court watchers, who have no name here."""
    number: int = 1
    """To how many watchers it goes at this moment."""

    @property
    def goes_out(self) -> bool:
        return self.mail.state is MailState.QUEUED


def outlook(session: Session, ladders: Ladders, home_zone: str, now: datetime, until: datetime) -> list[Planned]:
    """The plan from ``now`` until a later moment, as things stand, with what drops out and why; in order of time.
    ``ladders`` are those of the file."""
    current = ladders_now(session, ladders)
    return plan_of(session, known(session, now, until, current.furthest_days, home_zone), current, now, until)


def outlook_of_day(
    session: Session, ladders: Ladders, home_zone: str, kind: DayKind, subject_id: UUID, now: datetime, until: datetime
) -> list[Coming]:
    """Who will be told of one day, and when: «to A on Sun 13 Dec 08:00 (her time)». In order of time, with what drops
    out and why, in a constant number of statements. Court watchers are counted, not named."""
    facts = known_of_days(session, {(kind, subject_id)}, home_zone)
    return _coming(session, facts, plan_of(session, facts, ladders_now(session, ladders), now, until))


def outlook_of_person(
    session: Session, ladders: Ladders, home_zone: str, volunteer_id: UUID, now: datetime, until: datetime
) -> list[Coming]:
    """What one volunteer will be told, and when, in order of time, with what drops out and why."""
    current = ladders_now(session, ladders)
    who = readers(session, home_zone, [volunteer_id])
    facts = days_of_reader(session, volunteer_id, who, now, until, current.furthest_days, home_zone)
    return _coming(session, facts, plan_of(session, facts, current, now, until))


def plan_of(session: Session, facts: Known, ladders: Ladders, now: datetime, until: datetime) -> list[Planned]:
    """The plan of what is known, by the ladders that hold now, in order of time."""
    began_at = planning_began_at(session) or now
    return plan(facts.days, facts.followers, facts.people, facts.told, ladders, now, until, began_at)


def _coming(session: Session, facts: Known, planned: Iterable[Planned]) -> list[Coming]:
    mails = list(planned)
    named = {mail.person_id for mail in mails if not facts.people[mail.person_id].is_watcher}
    statement = select(Volunteer.id, Volunteer.handle).where(Volunteer.id.in_(named))
    handles = {id_: handle for id_, handle in session.execute(statement)}
    alike = Counter(_same(mail) for mail in mails if mail.person_id not in named)
    found, counted = [], set()
    for mail in mails:
        person: Person = facts.people[mail.person_id]
        if mail.person_id in named:
            found.append(Coming(mail, person.zone, handles[mail.person_id]))
        elif _same(mail) not in counted:
            counted.add(_same(mail))
            found.append(Coming(mail, person.zone, None, alike[_same(mail)]))
    return found


def _same(mail: Planned) -> tuple[object, ...]:
    return mail.kind, mail.subject_id, mail.rule, mail.occurrence_key, mail.due_at, mail.state, mail.reason
