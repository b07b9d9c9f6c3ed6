"""What a last look at mails asks the database: once for all that are taken up together.

A glance is of the moment. It is made in the transaction that takes the mails up, and thrown away with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, true
from sqlalchemy.orm import Session

from tracker.collective.models import Collective
from tracker.reminders.ladders import Ladders
from tracker.reminders.models import Outbox
from tracker.reminders.plan import DayKey
from tracker.reminders.queries import Known, known_of_readers, planning_began_at
from tracker.volunteers.models import Volunteer
from tracker.watchers.models import Watcher

Reached = Row[*tuple[object, ...]]
"""A volunteer or a court watcher: where mails reach her, and what they may say."""


@dataclass(frozen=True)
class Glance:
    """All that some mails follow from, as it is now."""

    session: Session
    ladders: Ladders
    home_zone: str
    now: datetime
    known: Known
    began_at: datetime | None
    """When planning first ran here."""
    volunteers: dict[UUID, Reached]
    watchers: dict[UUID, Reached]


def glance_at(session: Session, mails: Sequence[Outbox], ladders: Ladders, home_zone: str, now: datetime) -> Glance:
    """Look up what these mails follow from, in the same few statements however many they are. ``ladders``: those by
    which mails go out now."""
    names = {key for mail in mails if (key := day_of(mail)) is not None}
    volunteers = {mail.recipient_id for mail in mails if mail.recipient_id is not None}
    watchers = {mail.watcher_id for mail in mails if mail.watcher_id is not None}
    return Glance(
        session=session,
        ladders=ladders,
        home_zone=home_zone,
        now=now,
        known=known_of_readers(session, names, volunteers | watchers, home_zone),
        began_at=planning_began_at(session) if names else None,
        volunteers=_by_id(session, _volunteers().where(Volunteer.id.in_(volunteers))) if volunteers else {},
        watchers=_by_id(session, _watchers().where(Watcher.id.in_(watchers))) if watchers else {},
    )


def day_of(mail: Outbox) -> DayKey | None:
    """The day that a mail is about; None if it is about none."""
    return (mail.day_kind, mail.subject_id) if mail.day_kind is not None and mail.subject_id is not None else None


def _by_id(session: Session, statement: Any) -> dict[UUID, Reached]:
    return {row.id: row for row in session.execute(statement)}


def _volunteers() -> Any:
    return select(
        Volunteer.id,
        Volunteer.email_sealed,
        Volunteer.address_state,
        Volunteer.disabled_at,
        Volunteer.locale,
        Volunteer.zone,
        Volunteer.disclosure,
        Volunteer.pgp_key_sealed,
        Collective.most_disclosure,
        Collective.reply_to_sealed,
    ).outerjoin(Collective, true())


def _watchers() -> Any:
    return select(
        Watcher.id,
        Watcher.email_sealed,
        Watcher.address_state,
        Watcher.locale,
        Watcher.zone,
        Watcher.disclosure,
        Watcher.link_number,
        Collective.most_disclosure,
        Collective.reply_to_sealed,
    ).outerjoin(Collective, true())
