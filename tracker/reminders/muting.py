"""What somebody does not want to be sent: turned off and on again, with effect at once, for the plan asks anew."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from tracker.reminders.models import Muted
from tracker.reminders.rules import MailTopic
from tracker.volunteers.models import Volunteer
from tracker.watchers.models import Watcher


class NobodyReads(Exception):
    """Whoever got that mail is not known here any more."""


def turn_off(session: Session, reader_id: UUID, topic: MailTopic, now: datetime) -> None:
    """No more mails of this kind to a volunteer or court watcher, whomever they are about. Raises NobodyReads."""
    if is_off(session, reader_id, topic):
        return
    is_watcher = _is_watcher(session, reader_id)
    session.add(
        Muted(
            volunteer_id=None if is_watcher else reader_id,
            watcher_id=reader_id if is_watcher else None,
            topic=topic,
            since=now,
        )
    )


def turn_on(session: Session, reader_id: UUID, topic: MailTopic) -> None:
    """Mails of this kind again, except for single prisoners for whom they are turned off. Raises NobodyReads."""
    _is_watcher(session, reader_id)
    session.execute(delete(Muted).where(_of(reader_id, topic)).execution_options(synchronize_session=False))


def is_off(session: Session, reader_id: UUID, topic: MailTopic) -> bool:
    """Whether a reader has turned a kind of mail off, whomever it is about. Raises NobodyReads."""
    _is_watcher(session, reader_id)
    return bool(session.scalar(select(exists().where(_of(reader_id, topic)))))


def _of(reader_id: UUID, topic: MailTopic) -> ColumnElement[bool]:
    return (
        ((Muted.volunteer_id == reader_id) | (Muted.watcher_id == reader_id))
        & (Muted.topic == topic)
        & Muted.prisoner_id.is_(None)
    )


def _is_watcher(session: Session, reader_id: UUID) -> bool:
    known = session.execute(
        select(
            exists().where(Volunteer.id == reader_id).label("volunteer"),
            exists().where(Watcher.id == reader_id).label("watcher"),
        )
    ).one()
    if not known.volunteer and not known.watcher:
        raise NobodyReads
    return bool(known.watcher)
