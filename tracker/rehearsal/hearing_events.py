"""Hearings of a story, entered and changed as the pages do it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tracker.dates import actions
from tracker.dates.models import Hearing, HearingKind, HearingStatus
from tracker.dates.rules import DayStatus, FurtherDay
from tracker.facilities.models import Facility
from tracker.partial_date import Precision
from tracker.rehearsal.people import People
from tracker.rehearsal.rules import CannotBePlayed, DateFacts, Sitting
from tracker.rehearsal.stage import Stage


class HearingEvents:
    """Every hearing of a story."""

    def __init__(self, stage: Stage, people: People) -> None:
        self._stage = stage
        self._people = people
        self._courts: dict[tuple[str, str], UUID] = {}

    def enter(self, facts: DateFacts) -> tuple[UUID, UUID]:
        """Enter a hearing of a prisoner of its own; their ids, the hearing's first."""
        prisoner_id = self._people.prisoner()
        hearing_id: UUID = self._stage.act(self._enter, facts, prisoner_id)
        if facts.status is not DayStatus.SCHEDULED:
            self._become(hearing_id, facts.status)
        return hearing_id, prisoner_id

    def _enter(self, session: Session, facts: DateFacts, prisoner_id: UUID) -> UUID:
        hearing = actions.enter_hearing(
            session,
            self._told(session, facts),
            prisoner_ids=[prisoner_id],
            entered_by_id=self._people.office,
            form_id=uuid4(),
            now=self._stage.now,
        )
        return hearing.id

    def change(self, hearing_id: UUID, before: DateFacts, after: DateFacts) -> None:
        """Enter what has changed."""
        if after.status is not DayStatus.SCHEDULED:
            if after.status is not before.status:
                self._become(hearing_id, after.status)
            return
        if before.status is DayStatus.CANCELLED:
            self._with(hearing_id, actions.reinstate_hearing)
        elif before.status is DayStatus.CLOSED:
            raise CannotBePlayed("the case of this hearing is over; nothing about it can be changed any more.")
        self._stage.act(self._change, hearing_id, after)

    def _become(self, hearing_id: UUID, status: DayStatus) -> None:
        if status is DayStatus.CANCELLED:
            self._with(hearing_id, actions.cancel_hearing, why=None)
        elif status is DayStatus.SINE_DIE:
            self._with(hearing_id, actions.postpone_without_date, why=None)
        else:
            self._stage.act(self._close, hearing_id)

    def _close(self, session: Session, hearing_id: UUID) -> None:
        session.get_one(Hearing, hearing_id).status = HearingStatus.CLOSED

    def _with(self, hearing_id: UUID, action: Callable[..., None], **facts: Any) -> None:
        def act(session: Session) -> None:
            hearing = session.get_one(Hearing, hearing_id)
            action(session, hearing, changed_by_id=self._people.office, now=self._stage.now, **facts)

        self._stage.act(act)

    def _change(self, session: Session, hearing_id: UUID, facts: DateFacts) -> None:
        hearing = session.get_one(Hearing, hearing_id)
        told = self._told(session, facts)
        if told.on is None and told.roughly is None:
            # A hearing that is on again without a date waits for one.
            return
        try:
            actions.change_hearing(
                session, hearing, told, why=None, changed_by_id=self._people.office, now=self._stage.now
            )
        except actions.NothingToChange:
            return

    def _told(self, session: Session, facts: DateFacts) -> actions.HearingFacts:
        first, further = _sittings(facts)
        exact = first.on if first else None
        known = facts.known
        return actions.HearingFacts(
            court=self._court(session, facts.place, facts.zone),
            on=exact,
            at=first.at if first else None,
            kind=HearingKind.TRIAL,
            roughly=known if exact is None else None,
            latest_on=facts.latest if exact is not None else None,
            sittings=further,
        )

    def _court(self, session: Session, place: str, zone: str) -> Facility:
        # The same court again if somebody goes back to it.
        known = self._courts.get((place, zone))
        if known is not None:
            return session.get_one(Facility, known)
        made = actions.new_court(session, place or "Суд города Выдуманска", zone, self._stage.now)
        self._courts[place, zone] = made.id
        return made


def _sittings(facts: DateFacts) -> tuple[Sitting | None, tuple[FurtherDay, ...]]:
    """The first day of a hearing, if a day is known, and the further ones."""
    days = set(facts.sittings)
    if facts.known is not None and facts.known.precision is Precision.DAY:
        on = facts.known.exact
        assert on is not None
        if all(each.on != on for each in days):
            days.add(Sitting(on, facts.at))
    if not days:
        return None, ()
    first, *further = sorted(days, key=lambda each: (each.on, each.at or time.min))
    return first, tuple(FurtherDay(each.on, each.at) for each in further)
