"""Terms to be kept: entering, changing, handing in, calling off. Reminders follow by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tracker.dates.actions import NothingToChange, NotInThisState
from tracker.dates.models import Deadline, DeadlineKind, HearingStatus
from tracker.db import add_once


class HandedInLater(Exception):
    """The day on which it was handed in has not come yet."""


@dataclass(frozen=True)
class DeadlineFacts:
    """What has to be handed in, and by when; ``at`` only if the last moment lies before the office closes."""

    kind: DeadlineKind
    on: date
    at: time | None
    zone: str
    """IANA zone by whose calendar the day counts."""
    case_id: UUID | None = None
    note: str | None = None


def enter_deadline(
    session: Session,
    facts: DeadlineFacts,
    prisoner_id: UUID,
    *,
    entered_by_id: UUID,
    form_id: UUID,
    now: datetime,
) -> UUID | None:
    """Enter a term to be kept; its id, or None if the form was sent before."""
    row = Deadline(
        id=uuid4(),
        prisoner_id=prisoner_id,
        case_id=facts.case_id,
        kind=facts.kind,
        on=facts.on,
        at=facts.at,
        zone=facts.zone,
        note=facts.note,
        status=HearingStatus.SCHEDULED,
        revision=0,
        entered_by_id=entered_by_id,
        entered_at=now,
        changed_at=now,
        form_id=form_id,
    )
    return row.id if add_once(session, row) else None


def change_deadline(deadline: Deadline, facts: DeadlineFacts, *, now: datetime) -> bool:
    """Give a term other facts; whether whoever was told has to hear of it. Raises NotInThisState if it was handed in or
    called off, or NothingToChange."""
    if deadline.status is not HearingStatus.SCHEDULED:
        raise NotInThisState
    before = (deadline.on, deadline.at, deadline.zone)
    after = (facts.on, facts.at, facts.zone)
    rest = (facts.kind, facts.case_id, facts.note)
    if before == after and rest == (deadline.kind, deadline.case_id, deadline.note):
        raise NothingToChange
    deadline.on, deadline.at, deadline.zone = after
    deadline.kind, deadline.case_id, deadline.note = rest
    if before != after:
        _changed(deadline, now)
    return before != after


def hand_in(deadline: Deadline, *, on: date, today: date) -> None:
    """It was handed in: everything stops silently. Raises HandedInLater, or NotInThisState."""
    if deadline.status is not HearingStatus.SCHEDULED:
        raise NotInThisState
    if on > today:
        raise HandedInLater
    deadline.status, deadline.handed_in_on = HearingStatus.CLOSED, on


def call_off_deadline(deadline: Deadline, *, now: datetime) -> None:
    """It does not have to be kept after all, and whoever was told hears of that. Raises NotInThisState."""
    if deadline.status is not HearingStatus.SCHEDULED:
        raise NotInThisState
    deadline.status = HearingStatus.CANCELLED
    _changed(deadline, now)


def reopen_deadline(deadline: Deadline, *, now: datetime) -> None:
    """It was not handed in, or has to be kept after all. Raises NotInThisState if it is open."""
    if deadline.status is HearingStatus.SCHEDULED:
        raise NotInThisState
    deadline.status, deadline.handed_in_on = HearingStatus.SCHEDULED, None
    _changed(deadline, now)


def _changed(deadline: Deadline, now: datetime) -> None:
    deadline.revision += 1
    deadline.changed_at = now
