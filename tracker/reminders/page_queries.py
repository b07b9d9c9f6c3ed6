"""What the pages about mail show: the outbox, and the names that go with the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tracker.prisoners.models import Prisoner
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailState
from tracker.volunteers.models import Volunteer


class Show(StrEnum):
    """Which mails of the outbox a page shows."""

    FAILED = "failed"
    MISSED = "missed"
    QUEUED = "queued"
    SENT = "sent"
    OTHER = "other"


STATES: Mapping[Show, tuple[MailState, ...]] = {
    Show.FAILED: (MailState.FAILED,),
    Show.MISSED: (MailState.MISSED,),
    Show.QUEUED: (MailState.QUEUED, MailState.SENDING, MailState.HELD),
    Show.SENT: (MailState.SENT,),
    Show.OTHER: (MailState.SUPERSEDED, MailState.SUPPRESSED, MailState.COLLAPSED),
}


def mails(show: Show) -> Any:
    """The mails of the outbox in some states, those that wait in their order, others the newest first."""
    handler = aliased(Volunteer)
    order = Outbox.next_at if show is Show.QUEUED else Outbox.due_at.desc()
    return (
        select(
            Outbox.id,
            Outbox.kind,
            Outbox.day_kind,
            Outbox.subject_id,
            Outbox.rule,
            Outbox.change,
            Outbox.told_state,
            Outbox.due_at,
            Outbox.next_at,
            Outbox.accepted_at,
            Outbox.state,
            Outbox.reason,
            Outbox.attempts,
            Outbox.last_class,
            Outbox.last_code,
            Outbox.handled_at,
            handler.handle.label("handled_by"),
            Volunteer.id.label("reader_id"),
            Volunteer.handle.label("reader"),
            Prisoner.id.label("prisoner_id"),
            Prisoner.name.label("prisoner"),
        )
        .outerjoin(Volunteer, Volunteer.id == Outbox.recipient_id)
        .outerjoin(handler, handler.id == Outbox.handled_by_id)
        .outerjoin(Prisoner, Prisoner.id == Outbox.prisoner_id)
        .where(Outbox.state.in_(STATES[show]))
        .order_by(order, Outbox.id)
    )


def readers(session: Session, ids: Iterable[UUID]) -> dict[UUID, Any]:
    """Handle and time zone of volunteers."""
    statement = select(Volunteer.id, Volunteer.handle, Volunteer.zone).where(Volunteer.id.in_(set(ids)))
    return {row.id: row for row in session.execute(statement)}


def names(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of prisoners."""
    statement = select(Prisoner.id, Prisoner.name).where(Prisoner.id.in_(set(ids)))
    return {row.id: row.name for row in session.execute(statement)}
