"""Everything else of a story that has a date: custody, release, terms, birthdays, anniversaries, parcels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tracker.cases.actions import CaseFacts, change_person_in_case, open_case, put_in_case
from tracker.cases.measures import (
    MeasureFacts,
    TermFacts,
    correct_measure,
    end_measure,
    extend_measure,
    impose_measure,
    resume_measure,
)
from tracker.cases.models import CaseKind, CasePerson, CaseRole, Measure, MeasureKind
from tracker.dates.models import Deadline, DeadlineKind, HearingStatus, ParcelWindow
from tracker.dates.rules import DayKind, DayStatus, Leap, add_months
from tracker.facilities.models import Facility, FacilityKind
from tracker.partial_date import PartialDate
from tracker.prisoners.actions import PersonFacts, change_prisoner
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.rules import PlacementKind, Whereabouts
from tracker.rehearsal.people import People
from tracker.rehearsal.rules import CannotBePlayed, DateFacts
from tracker.rehearsal.stage import Stage

Enter = Callable[[DateFacts], tuple[UUID, UUID]]
Change = Callable[[UUID, DateFacts, DateFacts], None]


class OtherEvents:
    """Every event of a story that is no hearing."""

    def __init__(self, stage: Stage, people: People) -> None:
        self._stage = stage
        self._people = people

    def of_kind(self, kind: DayKind) -> tuple[Enter, Change]:
        """How such an event is entered, and changed. Raises CannotBePlayed."""
        known: dict[DayKind, tuple[Enter, Change]] = {
            DayKind.DETENTION_UNTIL: (self._impose, self._change_measure),
            DayKind.RELEASE: (self._enter_release, self._change_release),
            DayKind.BIRTHDAY: (self._enter_birth, self._change_birth),
            DayKind.ARREST_ANNIVERSARY: (self._arrest, self._change_arrest),
            DayKind.APPEAL_DEADLINE: (self._enter_deadline, self._change_deadline),
            DayKind.PARCEL_WINDOW: (self._enter_window, self._change_window),
        }
        if kind not in known:
            raise CannotBePlayed(f"events of the kind {kind} cannot be played.")
        return known[kind]

    # Custody

    def _impose(self, facts: DateFacts) -> tuple[UUID, UUID]:
        _no_time(facts)
        prisoner_id, measure_id = self._people.prisoner(), uuid4()
        self._stage.act(
            impose_measure,
            measure_id,
            prisoner_id,
            MeasureFacts(MeasureKind.CUSTODY, place=facts.place or None, zone=facts.zone),
            TermFacts(facts.known),
            now=self._stage.now,
            today=self._people.today,
        )
        return measure_id, prisoner_id

    def _change_measure(self, measure_id: UUID, before: DateFacts, after: DateFacts) -> None:
        _no_time(after)
        now, today = self._stage.now, self._people.today

        def act(session: Session) -> None:
            measure = session.get_one(Measure, measure_id)
            if after.status in (DayStatus.CANCELLED, DayStatus.CLOSED):
                if measure.ended_on is None:
                    end_measure(measure, ended_on=PartialDate.of(today), reason=None, now=now, today=today)
                return
            if measure.ended_on is not None:
                resume_measure(measure, now=now)
            until, was = after.known if after.status is DayStatus.SCHEDULED else None, before.known
            is_later = until is not None and was is not None and until.earliest() > was.earliest()
            if is_later and until is not None and before.zone == after.zone:
                extend_measure(session, measure, uuid4(), TermFacts(until), now=now, today=today)
            else:
                facts = MeasureFacts(MeasureKind.CUSTODY, place=after.place or None, zone=after.zone)
                correct_measure(session, measure, facts, until, now=now, today=today)

        self._stage.act(act)

    # What stands in the record of a prisoner

    def _enter_birth(self, facts: DateFacts) -> tuple[UUID, UUID]:
        prisoner_id = self._people.prisoner(birth=facts.known, keeps_leap_day_on=facts.leap or Leap.FEB28)
        return prisoner_id, prisoner_id

    def _enter_release(self, facts: DateFacts) -> tuple[UUID, UUID]:
        _no_time(facts)
        prisoner_id = self._people.prisoner(release_on=facts.known)

        def place(session: Session) -> None:
            colony = Facility(
                name="Колония",
                name_folded="колония",
                kind=FacilityKind.COLONY,
                zone=facts.zone,
                created_at=self._stage.now,
            )
            session.add(colony)
            session.flush()
            placement = Placement(
                prisoner_id=prisoner_id,
                position=0,
                kind=PlacementKind.COLONY,
                facility_id=colony.id,
                is_current=True,
            )
            session.add(placement)

        self._stage.act(place)
        return prisoner_id, prisoner_id

    def _change_birth(self, prisoner_id: UUID, before: DateFacts, after: DateFacts) -> None:
        self._change_person(prisoner_id, after, is_birth=True)

    def _change_release(self, prisoner_id: UUID, before: DateFacts, after: DateFacts) -> None:
        _no_time(after)
        self._change_person(prisoner_id, after, is_birth=False)

    def _change_person(self, prisoner_id: UUID, after: DateFacts, *, is_birth: bool) -> None:

        def act(session: Session) -> None:
            prisoner = session.get_one(Prisoner, prisoner_id)
            known = after.known if after.status is DayStatus.SCHEDULED else None
            facts = PersonFacts(
                name=prisoner.name,
                whereabouts=Whereabouts.AT_LIBERTY if after.status is DayStatus.CLOSED else Whereabouts.IN_CUSTODY,
                birth=known if is_birth else None,
                keeps_leap_day_on=after.leap or Leap.FEB28,
                release_on=None if is_birth else known,
            )
            change_prisoner(session, prisoner, facts, now=self._stage.now, today=self._people.today)

        self._stage.act(act)

    def _keep_leap_day(self, prisoner_id: UUID, facts: DateFacts) -> None:
        if facts.leap is not None:
            with self._stage.sessions.begin() as session:
                session.get_one(Prisoner, prisoner_id).keeps_leap_day_on = facts.leap

    # Arrests

    def _arrest(self, facts: DateFacts) -> tuple[UUID, UUID]:
        prisoner_id, case_id = self._people.prisoner(), uuid4()

        def act(session: Session) -> UUID:
            open_case(session, case_id, CaseFacts(title="Дело", kind=CaseKind.CRIMINAL), self._stage.now)
            person = put_in_case(
                session,
                case_id,
                prisoner_id,
                role=CaseRole.MAIN_DEFENDANT,
                detained_on=facts.known,
                now=self._stage.now,
                today=self._people.today,
            )
            return person.id

        person_id: UUID = self._stage.act(act)
        self._keep_leap_day(prisoner_id, facts)
        return person_id, prisoner_id

    def _change_arrest(self, person_id: UUID, before: DateFacts, after: DateFacts) -> None:
        def act(session: Session) -> UUID:
            person = session.get_one(CasePerson, person_id)
            known = after.known if after.status is DayStatus.SCHEDULED else None
            change_person_in_case(
                session,
                person,
                role=CaseRole.MAIN_DEFENDANT,
                detained_on=known,
                now=self._stage.now,
                today=self._people.today,
            )
            return person.prisoner_id

        self._keep_leap_day(self._stage.act(act), after)

    # Terms

    def _enter_deadline(self, facts: DateFacts) -> tuple[UUID, UUID]:
        prisoner_id = self._people.prisoner()
        assert facts.known is not None
        row = Deadline(
            prisoner_id=prisoner_id,
            kind=DeadlineKind.APPEAL,
            on=_exact(facts),
            at=facts.at,
            zone=facts.zone,
            entered_by_id=self._people.office,
            entered_at=self._stage.now,
            changed_at=self._stage.now,
            form_id=uuid4(),
        )
        with self._stage.sessions.begin() as session:
            session.add(row)
        return row.id, prisoner_id

    def _change_deadline(self, deadline_id: UUID, before: DateFacts, after: DateFacts) -> None:
        with self._stage.sessions.begin() as session:
            row = session.get_one(Deadline, deadline_id)
            row.status = HearingStatus(after.status)
            if after.known is not None:
                row.on = _exact(after)
            row.at, row.zone = after.at, after.zone
            row.revision += 1
            row.changed_at = self._stage.now

    # Parcels

    def _enter_window(self, facts: DateFacts) -> tuple[UUID, UUID]:
        prisoner_id = self._people.prisoner()
        since, months = _counted(facts)
        row = ParcelWindow(
            prisoner_id=prisoner_id,
            entered_by_id=self._people.office,
            changed_at=self._stage.now,
            form_id=uuid4(),
            counted_from=since,
            every_months=months,
        )
        with self._stage.sessions.begin() as session:
            session.add(row)
        return row.id, prisoner_id

    def _change_window(self, window_id: UUID, before: DateFacts, after: DateFacts) -> None:
        with self._stage.sessions.begin() as session:
            row = session.get_one(ParcelWindow, window_id)
            row.counted_from, row.every_months = _counted(after)
            row.ended_at = None if after.status is DayStatus.SCHEDULED else self._stage.now
            row.changed_at = self._stage.now


def window_opens_on(facts: DateFacts) -> date:
    """The day of a chance to send a parcel, as the story means it: one, where the tracker goes on to the next."""
    since, months = _counted(facts)
    return add_months(since, months) if months else add_months(since.replace(day=1), 1)


def _counted(facts: DateFacts) -> tuple[date, int | None]:
    """From which day a chance to send a parcel is counted, and by how many months; None: the first of the next."""
    if facts.counted_from is not None:
        return facts.counted_from, facts.add_months
    on = _exact(facts)
    # The tracker has no day without a rule, so one is found that gives this day.
    months = next(number for number in range(1, 49) if add_months(on, -number).day == on.day)
    return add_months(on, -months), months


def _no_time(facts: DateFacts) -> None:
    if facts.at is not None:
        raise CannotBePlayed("the tracker keeps a day for this kind of event, and no time of day.")


def _exact(facts: DateFacts) -> date:
    on = facts.known.exact if facts.known else None
    if on is None:
        raise CannotBePlayed("this kind of event needs a day.")
    return on
