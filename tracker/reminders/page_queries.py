"""What the pages about mail show: the outbox, and the names that go with the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, String, cast, func, null, select, union_all
from sqlalchemy.orm import Session, aliased

from tracker.access import Actor, scope
from tracker.prisoners.models import Prisoner
from tracker.reminders.models import Attempt, Outbox
from tracker.reminders.rules import MailKind, MailState
from tracker.volunteers.models import Volunteer
from tracker.watchers.models import Watcher


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
    Show.QUEUED: (MailState.QUEUED, MailState.SENDING, MailState.HELD, MailState.GATHERED),
    Show.SENT: (MailState.SENT,),
    Show.OTHER: (MailState.SUPERSEDED, MailState.SUPPRESSED, MailState.COLLAPSED),
}


@dataclass(frozen=True)
class Wanted:
    """Which of them somebody looks for."""

    show: Show
    kind: MailKind | None = None
    reader: str = ""
    """The beginning of a handle."""
    subject_id: UUID | None = None
    """One hearing, or whatever else the mails are about."""
    prisoner_id: UUID | None = None


def mails(wanted: Wanted) -> Any:
    """The mails of the outbox that somebody looks for, those that wait in their order, others the newest first."""
    order = Outbox.next_at if wanted.show is Show.QUEUED else Outbox.due_at.desc()
    statement = _mails().where(Outbox.state.in_(STATES[wanted.show])).order_by(order, Outbox.id)
    if wanted.kind is not None:
        statement = statement.where(Outbox.kind == wanted.kind)
    if wanted.reader:
        statement = statement.where(Volunteer.handle_folded.startswith(wanted.reader.casefold(), autoescape=True))
    if wanted.subject_id is not None:
        statement = statement.where(Outbox.subject_id == wanted.subject_id)
    if wanted.prisoner_id is not None:
        statement = statement.where(Outbox.prisoner_id == wanted.prisoner_id)
    return statement


def _mails() -> Select[*tuple[Any, ...]]:
    handler = aliased(Volunteer)
    return (
        select(
            Outbox.id,
            Outbox.kind,
            Outbox.day_kind,
            Outbox.subject_id,
            Outbox.rule,
            Outbox.change,
            Outbox.covers,
            Outbox.told_state,
            Outbox.created_at,
            Outbox.due_at,
            Outbox.next_at,
            Outbox.expires_at,
            Outbox.accepted_at,
            Outbox.state,
            Outbox.reason,
            Outbox.attempts,
            Outbox.last_class,
            Outbox.last_code,
            Outbox.digest_id,
            Outbox.handled_at,
            Outbox.to_address_sealed.is_not(None).label("goes_elsewhere"),
            Outbox.watcher_id.is_not(None).label("is_watcher"),
            handler.handle.label("handled_by"),
            Volunteer.id.label("reader_id"),
            Volunteer.handle.label("reader"),
            Volunteer.zone.label("reader_zone"),
            Volunteer.address_state,
            Volunteer.pgp_state,
            Prisoner.id.label("prisoner_id"),
            Prisoner.name.label("prisoner"),
        )
        .outerjoin(Volunteer, Volunteer.id == Outbox.recipient_id)
        .outerjoin(handler, handler.id == Outbox.handled_by_id)
        .outerjoin(Prisoner, Prisoner.id == Outbox.prisoner_id)
    )


def mail(session: Session, mail_id: UUID) -> Row[*tuple[Any, ...]] | None:
    """One mail of the outbox, as the list shows it."""
    return session.execute(_mails().where(Outbox.id == mail_id)).one_or_none()


def attempts_of(session: Session, mail_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """The tries to hand a mail over, in order: number, when begun and ended, outcome and the server's code."""
    return session.execute(
        select(Attempt.n, Attempt.started_at, Attempt.ended_at, Attempt.outcome, Attempt.code)
        .where(Attempt.outbox_id == mail_id)
        .order_by(Attempt.n, Attempt.started_at)
    ).all()


def counts(session: Session) -> dict[Show, int]:
    """How many mails there are of each sort; sent and taken back ones are not counted, for there is no end of them."""
    counted = (Show.FAILED, Show.MISSED, Show.QUEUED)
    states = [state for show in counted for state in STATES[show]]
    statement = select(Outbox.state, func.count()).where(Outbox.state.in_(states)).group_by(Outbox.state)
    by_state = {MailState(state): number for state, number in session.execute(statement)}
    return {
        show: sum(by_state.get(state, 0) for state in STATES[show]) for show in (Show.FAILED, Show.MISSED, Show.QUEUED)
    }


def readers(session: Session, ids: Iterable[UUID]) -> dict[UUID, Any]:
    """Handle and time zone of readers; a court watcher has no handle."""
    wanted = set(ids)
    volunteers = select(Volunteer.id, Volunteer.handle, Volunteer.zone).where(Volunteer.id.in_(wanted))
    watchers = select(Watcher.id, cast(null(), String), Watcher.zone).where(Watcher.id.in_(wanted))
    return {row.id: row for row in session.execute(union_all(volunteers, watchers))}


def names(session: Session, ids: Iterable[UUID], actor: Actor) -> dict[UUID, str]:
    """The names of those prisoners whom ``actor`` sees: a day can be about others too."""
    statement = scope(select(Prisoner.id, Prisoner.name).where(Prisoner.id.in_(set(ids))), actor, Prisoner.id)
    return {row.id: row.name for row in session.execute(statement)}
