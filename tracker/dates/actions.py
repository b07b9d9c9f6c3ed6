"""Changes of hearings. Reminders and notices follow by themselves: they are worked out from what stands here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.dates.models import Hearing, HearingChange, HearingKind, HearingPrisoner, HearingStatus
from tracker.facilities.models import Facility, FacilityKind


class CourtWithoutZone(Exception):
    """The court has no time zone yet; without one nobody can be told when to be there."""


class NobodyConcerned(Exception):
    """A hearing concerns at least one prisoner."""


class NothingToChange(Exception):
    """Everything is as it was."""


class NotInThisState(Exception):
    """A hearing in this state cannot be changed in this way."""


@dataclass(frozen=True)
class HearingFacts:
    """What is known of a hearing: the day and the time by the court's clock; no time means that it is not known."""

    court: Facility
    on: date
    at: time | None
    kind: HearingKind
    expected: str | None = None
    case_id: UUID | None = None


def enter_hearing(
    session: Session,
    facts: HearingFacts,
    *,
    prisoner_ids: Iterable[UUID],
    entered_by_id: UUID,
    form_id: UUID,
    now: datetime,
) -> Hearing:
    """Enter a hearing. Raises CourtWithoutZone or NobodyConcerned."""
    concerned = list(dict.fromkeys(prisoner_ids))
    if not concerned:
        raise NobodyConcerned
    if facts.court.zone is None:
        raise CourtWithoutZone
    hearing = Hearing(
        court_id=facts.court.id,
        case_id=facts.case_id,
        kind=facts.kind,
        on=facts.on,
        at=facts.at,
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
    return hearing


def change_hearing(
    session: Session, hearing: Hearing, facts: HearingFacts, *, why: str | None, changed_by_id: UUID, now: datetime
) -> bool:
    """Give a hearing other facts; a new day also sets one that was postponed without a date.

    Says whether the change matters to those who were told: then the former facts become history and the revision goes
    up. Kind and expectation alone do not. Raises CourtWithoutZone, NothingToChange, or NotInThisState for a hearing
    that is cancelled or closed.
    """
    if hearing.status not in (HearingStatus.SCHEDULED, HearingStatus.SINE_DIE):
        raise NotInThisState
    if facts.court.zone is None:
        raise CourtWithoutZone
    before = (hearing.on, hearing.at, hearing.zone, hearing.court_id, hearing.status)
    after = (facts.on, facts.at, facts.court.zone, facts.court.id, HearingStatus.SCHEDULED)
    if before == after and (hearing.kind, hearing.expected) == (facts.kind, facts.expected):
        raise NothingToChange
    if before != after:
        _keep_history(session, hearing, why, changed_by_id, now)
        hearing.on, hearing.at, hearing.zone, hearing.court_id, hearing.status = after
    hearing.kind, hearing.expected = facts.kind, facts.expected
    return before != after


def cancel_hearing(session: Session, hearing: Hearing, *, why: str | None, changed_by_id: UUID, now: datetime) -> None:
    """The hearing will not take place. Raises NotInThisState if that was known already."""
    if hearing.status not in (HearingStatus.SCHEDULED, HearingStatus.SINE_DIE):
        raise NotInThisState
    _keep_history(session, hearing, why, changed_by_id, now)
    hearing.status = HearingStatus.CANCELLED


def postpone_without_date(
    session: Session, hearing: Hearing, *, why: str | None, changed_by_id: UUID, now: datetime
) -> None:
    """The hearing is off, and nobody knows yet until when. Raises NotInThisState."""
    if hearing.status is not HearingStatus.SCHEDULED:
        raise NotInThisState
    _keep_history(session, hearing, why, changed_by_id, now)
    hearing.status = HearingStatus.SINE_DIE
    hearing.on = hearing.at = None


def reinstate_hearing(session: Session, hearing: Hearing, *, changed_by_id: UUID, now: datetime) -> None:
    """A cancelled hearing takes place after all, as it was set before. Raises NotInThisState."""
    if hearing.status is not HearingStatus.CANCELLED:
        raise NotInThisState
    _keep_history(session, hearing, None, changed_by_id, now)
    hearing.status = HearingStatus.SCHEDULED if hearing.on else HearingStatus.SINE_DIE


def _keep_history(session: Session, hearing: Hearing, why: str | None, changed_by_id: UUID, now: datetime) -> None:
    session.add(
        HearingChange(
            hearing_id=hearing.id,
            revision=hearing.revision,
            on=hearing.on,
            at=hearing.at,
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
