"""Reads of what somebody has chosen about her mails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from tracker.access import Actor, sees_prisoner
from tracker.prisoners.models import Prisoner
from tracker.reminders.models import Muted
from tracker.reminders.rules import MailTopic


def muted_topics(session: Session, volunteer_id: UUID, prisoner_id: UUID | None = None) -> frozenset[MailTopic]:
    """What somebody has turned off, for everybody or for one prisoner alone."""
    about = Muted.prisoner_id == prisoner_id if prisoner_id else Muted.prisoner_id.is_(None)
    return frozenset(session.scalars(select(Muted.topic).where(Muted.volunteer_id == volunteer_id, about)))


def own_people(session: Session, volunteer_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """The people whom somebody supports now, by name: id, name, and how many kinds of mail she has turned off about
    each."""
    turned_off = (
        select(func.count())
        .select_from(Muted)
        .where(Muted.volunteer_id == volunteer_id, Muted.prisoner_id == Prisoner.id)
        .scalar_subquery()
    )
    return session.execute(
        select(Prisoner.id, Prisoner.name, turned_off.label("turned_off"))
        .where(sees_prisoner(Actor(volunteer_id), Prisoner.id))
        .order_by(Prisoner.name_folded, Prisoner.id)
    ).all()
