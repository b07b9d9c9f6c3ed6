"""Changes of ladders: of the collective, for one prisoner, for one volunteer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete
from sqlalchemy.orm import Session

from tracker.reminders.ladder_queries import Whose
from tracker.reminders.models import OwnLadder
from tracker.reminders.rules import MailTopic, Role, Rule
from tracker.reminders.rungs import as_kept


@dataclass(frozen=True)
class Decided:
    """Who changed a ladder, and when."""

    by_id: UUID
    at: datetime


def set_ladders(
    session: Session,
    whose: Whose,
    topic: MailTopic,
    wanted: Mapping[Role | None, Sequence[Rule]],
    below: Mapping[Role | None, Sequence[Rule] | None],
    decided: Decided,
) -> None:
    """Put ladders in place of those that lie below them. What is the same as below is not kept, so that it follows
    when that changes."""
    reset_ladders(session, whose, topic)
    for role, rules in wanted.items():
        if below.get(role) is None or set(rules) != set(below[role] or ()):
            session.add(
                OwnLadder(
                    topic=topic,
                    role=role,
                    prisoner_id=whose.prisoner_id,
                    volunteer_id=whose.volunteer_id,
                    rungs=as_kept(rules),
                    changed_by_id=decided.by_id,
                    changed_at=decided.at,
                )
            )


def reset_ladders(session: Session, whose: Whose, topic: MailTopic) -> None:
    """Go back to what lies below: for the collective the file, for others the collective's."""
    session.execute(
        delete(OwnLadder).where(OwnLadder.topic == topic, *_of(whose)).execution_options(synchronize_session=False)
    )


def _of(whose: Whose) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return OwnLadder.prisoner_id.is_not_distinct_from(whose.prisoner_id), OwnLadder.volunteer_id.is_not_distinct_from(
        whose.volunteer_id
    )
