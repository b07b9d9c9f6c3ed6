"""Changes of hearings. Reminders and notices follow by themselves: they are worked out from what stands here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.dates.hearing_days import When, as_text, check_when, tidied
from tracker.dates.hearing_queries import when_of
from tracker.dates.models import Hearing, HearingChange, HearingKind, HearingPrisoner, HearingStatus, Sitting
from tracker.dates.rules import FurtherDay
from tracker.facilities.models import Facility, FacilityKind
from tracker.partial_date import PartialDate


class CourtWithoutZone(Exception):
    """The court has no time zone yet; without one nobody can be told when to be there."""


class NobodyConcerned(Exception):
    """A hearing concerns at least one prisoner."""


class NothingToChange(Exception):
    """Everything is as it was."""


class NotInThisState(Exception):
    """A hearing in this state cannot be changed in this way."""


class OutcomeIsKnown(Exception):
    """What became of the hearing has been said; take that back before changing it."""


@dataclass(frozen=True)
class HearingFacts:
    """What is known of a hearing: days and times by the court's clock; no time means that it is not known. Instead of a
    day there may be only the month or the year, or a window of days."""

    court: Facility
    on: date | None
    at: time | None
    kind: HearingKind
    expected: str | None = None
    case_id: UUID | None = None
    roughly: PartialDate | None = None
    latest_on: date | None = None
    sittings: tuple[FurtherDay, ...] = ()
    """Further days."""

    @property
    def when(self) -> When:
        return tidied(When(self.on, self.at, self.roughly, self.latest_on, self.sittings))


def enter_hearing(
    session: Session,
    facts: HearingFacts,
    *,
    prisoner_ids: Iterable[UUID],
    entered_by_id: UUID,
    form_id: UUID,
    now: datetime,
) -> Hearing:
    """Enter a hearing. Raises CourtWithoutZone, NobodyConcerned, or a refusal of ``hearing_days``."""
    concerned = list(dict.fromkeys(prisoner_ids))
    if not concerned:
        raise NobodyConcerned
    if facts.court.zone is None:
        raise CourtWithoutZone
    check_when(facts.when)
    when = facts.when
    hearing = Hearing(
        court_id=facts.court.id,
        case_id=facts.case_id,
        kind=facts.kind,
        on=when.on,
        roughly=when.roughly,
        latest_on=when.latest_on,
        at=when.at,
        zone=facts.court.zone,
        expected=facts.expected,
        status=HearingStatus.SCHEDULED,
        entered_by_id=entered_by_id,
        entered_at=now,
        changed_at=now,
        form_id=form_id,
    )
    session.add(hearing)
    # The rows that point to it need it first; without relationships the order is ours to keep.
    session.flush()
    session.add_all(HearingPrisoner(hearing_id=hearing.id, prisoner_id=prisoner_id) for prisoner_id in concerned)
    _set_sittings(session, hearing, when.sittings)
    return hearing


def change_hearing(
    session: Session, hearing: Hearing, facts: HearingFacts, *, why: str | None, changed_by_id: UUID, now: datetime
) -> bool:
    """Give a hearing other facts; a new day also sets one that was postponed without a date.

    Says whether the change matters to those who were told: then the former facts become history and the revision goes
    up. Kind and expectation alone do not; the case stays. Raises CourtWithoutZone, NothingToChange, NotInThisState for
    a hearing that is cancelled or closed, OutcomeIsKnown, or a refusal of ``hearing_days``.
    """
    if hearing.status not in (HearingStatus.SCHEDULED, HearingStatus.SINE_DIE):
        raise NotInThisState
    if hearing.outcome is not None:
        raise OutcomeIsKnown
    if facts.court.zone is None:
        raise CourtWithoutZone
    check_when(facts.when)
    when, former = facts.when, when_of(session, hearing)
    before = (former, hearing.zone, hearing.court_id, hearing.status)
    after = (when, facts.court.zone, facts.court.id, HearingStatus.SCHEDULED)
    if before == after and (hearing.kind, hearing.expected) == (facts.kind, facts.expected):
        raise NothingToChange
    if before != after:
        _keep_history(session, hearing, former, why, changed_by_id, now)
        _set_when(session, hearing, when, former)
        _, hearing.zone, hearing.court_id, hearing.status = after
    hearing.kind, hearing.expected = facts.kind, facts.expected
    return before != after


def change_people(session: Session, hearing: Hearing, prisoner_ids: Iterable[UUID], *, now: datetime) -> bool:
    """Say anew whom a hearing concerns; whether that differs from before. Reminders follow those who are concerned now;
    nobody gets a notice, because nothing of the day has changed. Raises NobodyConcerned."""
    wanted = set(prisoner_ids)
    if not wanted:
        raise NobodyConcerned
    present = set(
        session.scalars(select(HearingPrisoner.prisoner_id).where(HearingPrisoner.hearing_id == hearing.id)).all()
    )
    if wanted == present:
        return False
    session.execute(
        delete(HearingPrisoner).where(
            HearingPrisoner.hearing_id == hearing.id, HearingPrisoner.prisoner_id.in_(present - wanted)
        )
    )
    session.add_all(HearingPrisoner(hearing_id=hearing.id, prisoner_id=each) for each in wanted - present)
    if wanted - present:
        # Whoever follows a person added just now is told late, not never.
        hearing.changed_at = now
    return True


def cancel_hearing(session: Session, hearing: Hearing, *, why: str | None, changed_by_id: UUID, now: datetime) -> None:
    """The hearing will not take place. Raises NotInThisState if that was known already, or OutcomeIsKnown."""
    if hearing.status not in (HearingStatus.SCHEDULED, HearingStatus.SINE_DIE):
        raise NotInThisState
    if hearing.outcome is not None:
        raise OutcomeIsKnown
    _keep_history(session, hearing, when_of(session, hearing), why, changed_by_id, now)
    hearing.status = HearingStatus.CANCELLED


def postpone_without_date(
    session: Session, hearing: Hearing, *, why: str | None, changed_by_id: UUID, now: datetime
) -> None:
    """The hearing is off, and nobody knows yet until when. Raises NotInThisState or OutcomeIsKnown."""
    if hearing.status is not HearingStatus.SCHEDULED:
        raise NotInThisState
    if hearing.outcome is not None:
        raise OutcomeIsKnown
    former = when_of(session, hearing)
    _keep_history(session, hearing, former, why, changed_by_id, now)
    hearing.status = HearingStatus.SINE_DIE
    _set_when(session, hearing, When(), former)


def reinstate_hearing(session: Session, hearing: Hearing, *, changed_by_id: UUID, now: datetime) -> None:
    """A cancelled hearing takes place after all, as it was set before. Raises NotInThisState."""
    if hearing.status is not HearingStatus.CANCELLED:
        raise NotInThisState
    _keep_history(session, hearing, when_of(session, hearing), None, changed_by_id, now)
    hearing.status = HearingStatus.SCHEDULED if hearing.on or hearing.roughly else HearingStatus.SINE_DIE


def _set_when(session: Session, hearing: Hearing, when: When, former: When) -> None:
    hearing.on, hearing.at, hearing.roughly, hearing.latest_on = when.on, when.at, when.roughly, when.latest_on
    if when.sittings != former.sittings:
        session.execute(delete(Sitting).where(Sitting.hearing_id == hearing.id))
        _set_sittings(session, hearing, when.sittings)


def _set_sittings(session: Session, hearing: Hearing, sittings: Iterable[FurtherDay]) -> None:
    session.add_all(Sitting(hearing_id=hearing.id, on=each.on, at=each.at) for each in sittings)
    session.flush()


def _keep_history(
    session: Session, hearing: Hearing, former: When, why: str | None, changed_by_id: UUID, now: datetime
) -> None:
    session.add(
        HearingChange(
            hearing_id=hearing.id,
            revision=hearing.revision,
            on=former.on,
            roughly=former.roughly,
            latest_on=former.latest_on,
            sittings=[as_text(each) for each in former.sittings],
            at=former.at,
            zone=hearing.zone,
            court_id=hearing.court_id,
            status=hearing.status,
            changed_by_id=changed_by_id,
            changed_at=now,
            why=why,
        )
    )
    hearing.revision += 1
    hearing.changed_at = now


def new_court(session: Session, name: str, zone: str, now: datetime) -> Facility:
    """A court that was not known yet, with the least that a hearing needs."""
    court = Facility(name=name, name_folded=name.casefold(), kind=FacilityKind.COURT, zone=zone, created_at=now)
    session.add(court)
    session.flush()
    return court
