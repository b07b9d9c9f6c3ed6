"""The people of a story: entering them, who follows what, what they want, and what they write."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tracker.assignments.actions import Doing, Wish, assign, end_assignment
from tracker.assignments.models import Assignment, EndReason, Part
from tracker.assignments.rules import Candidate
from tracker.facilities.models import Facility, FacilityKind
from tracker.prisoners.actions import PersonFacts, add_prisoner
from tracker.prisoners.models import Placement, PlacementKind, Prisoner
from tracker.prisoners.rules import Whereabouts
from tracker.rehearsal import rules
from tracker.rehearsal.rules import Reader
from tracker.rehearsal.stage import Stage
from tracker.reminders.models import Muted
from tracker.reminders.rules import MailTopic
from tracker.volunteers.actions import remember_habits
from tracker.volunteers.models import Volunteer

_PARTS = {rules.Part.WRITER: Part.WRITER, rules.Part.COURT: Part.COURT}


class People:
    """Who there is on a stage, by the names of the story."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.ids: dict[str, UUID] = {}
        self._readers: dict[str, Reader] = {}
        self._assignments: dict[tuple[UUID, str], list[UUID]] = {}
        self.office = self._enter("office", None)
        """Who types what is entered; she follows nothing."""

    def name_of(self, volunteer_id: UUID | None) -> str | None:
        """What the story calls somebody."""
        return next((name for name, id_ in self.ids.items() if id_ == volunteer_id), None)

    def reader(self, name: str) -> Reader:
        """Somebody as the story introduces her."""
        return self._readers[name]

    def enter(self, reader: Reader) -> None:
        """Give somebody an account."""
        self._readers[reader.id] = reader
        self.ids[reader.id] = self._enter(reader.id, reader)

    def _enter(self, name: str, reader: Reader | None) -> UUID:
        row = Volunteer(handle=name, handle_folded=f"{name.casefold()} {uuid4().hex}", created_at=self._stage.now)
        row.email = f"{row.id.hex}@example.org"
        if reader is not None:
            row.is_coordinator = rules.Part.COORDINATOR in reader.parts
            row.zone, row.remind_at = reader.zone, reader.send_time
            row.quiet_from, row.quiet_until = reader.quiet_from, reader.quiet_until
            row.mail_mode, row.digest_at = reader.mode, reader.digest_time
            row.digest_takes_all = reader.digest_takes_all
        with self._stage.sessions.begin() as session:
            session.add(row)
        return row.id

    def set_preferences(self, name: str, changes: dict[str, Any]) -> None:
        """She changes by whose clock and how her mails come."""
        columns = {"send_time": "remind_at", "mode": "mail_mode", "digest_time": "digest_at"}
        with self._stage.sessions.begin() as session:
            volunteer = session.get_one(Volunteer, self.ids[name])
            remember_habits(volunteer, self._stage.now)
            for field, value in changes.items():
                setattr(volunteer, columns.get(field, field), value)

    def unsubscribe(self, name: str, topics: tuple[MailTopic, ...], prisoner_id: UUID | None = None) -> None:
        """She no longer wants some kinds of mail, about one prisoner or (None) at all."""
        with self._stage.sessions.begin() as session:
            for topic in topics:
                muted = Muted(volunteer_id=self.ids[name], topic=topic, prisoner_id=prisoner_id)
                muted.since = self._stage.now
                session.add(muted)

    def prisoner(self, *, is_in_prison: bool = False, **facts: Any) -> UUID:
        """Somebody inside, of whom this is known; in a place to which one can write with ``is_in_prison``."""
        prisoner_id = uuid4()
        facts.setdefault("whereabouts", Whereabouts.IN_CUSTODY)
        self._stage.act(
            add_prisoner,
            prisoner_id,
            PersonFacts(name="Пётр Вымышленный", **facts),
            is_another=True,
            now=self._stage.now,
            today=self.today,
        )
        if is_in_prison:
            self._stage.act(self._place, prisoner_id)
        return prisoner_id

    def _place(self, session: Session, prisoner_id: UUID) -> None:
        name = f"СИЗО-{len(self._assignments) + 1} города Выдуманска"
        facts = {"name_folded": name.casefold(), "kind": FacilityKind.SIZO, "created_at": self._stage.now}
        place = Facility(name=name, **facts)
        session.add(place)
        session.flush()
        session.add(
            Placement(
                prisoner_id=prisoner_id, position=0, kind=PlacementKind.SIZO, facility_id=place.id, is_current=True
            )
        )

    @property
    def today(self) -> date:
        """The last day that has come anywhere."""
        return (self._stage.now + timedelta(hours=14)).date()

    def follow(self, name: str, prisoner_id: UUID, since: date | None = None) -> list[UUID]:
        """She gets her parts for a prisoner. A coordinator who follows somebody does so as a writer would. Says which
        assignments those are."""
        parts = {_PARTS.get(part, Part.WRITER) for part in self._readers[name].parts - {rules.Part.COORDINATOR}}
        for part in sorted(parts or {Part.WRITER}):
            made = self._stage.act(self._assign, name, prisoner_id, part, since or self._stage.now.date())
            self._assignments.setdefault((prisoner_id, name), []).append(made)
        return self._assignments[prisoner_id, name]
        return self._assignments[prisoner_id, name]

    def _assign(self, session: Session, name: str, prisoner_id: UUID, part: Part, since: date) -> UUID:
        volunteer_id = self.ids[name]
        wish = Wish(
            prisoner=session.get_one(Prisoner, prisoner_id),
            volunteer_id=volunteer_id,
            candidate=Candidate(False, capacity=99, load=0, has_co_defendant=False, must_not_meet=False),
            part=part,
            since=since,
        )
        # Whoever takes somebody on herself gets no mail that says so, and stories do not count those.
        doing = Doing(volunteer_id, self._stage.now, self.today, uuid4(), self._stage.home_zone)
        return assign(session, wish, doing).id

    def unfollow(self, name: str, prisoner_id: UUID) -> None:
        """Her parts for a prisoner end."""
        for assignment_id in self._assignments.pop((prisoner_id, name), ()):
            self._stage.act(self._end, assignment_id)

    def _end(self, session: Session, assignment_id: UUID) -> None:
        assignment = session.get_one(Assignment, assignment_id)
        end_assignment(
            session,
            assignment,
            reason=EndReason.OTHER,
            note=None,
            last_day=max(assignment.since, self._stage.now.date()),
            actor_id=self.office,
            today=self.today,
            now=self._stage.now,
        )
