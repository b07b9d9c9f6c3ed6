"""What somebody chooses about her mails. The plan asks anew each time, so that it holds at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from tracker.reminders.models import Muted
from tracker.reminders.rules import MailTopic
from tracker.volunteers.mail_queries import muted_topics
from tracker.volunteers.models import Volunteer
from tracker.volunteers.rules import Disclosure, MailMode


@dataclass(frozen=True)
class MailWishes:
    """When mails arrive, and how much they say; hours are by her clock."""

    quiet_from: time
    quiet_until: time
    mode: MailMode
    digest_at: time | None
    digest_takes_all: bool
    disclosure: Disclosure


def change_mail_wishes(volunteer: Volunteer, wishes: MailWishes) -> None:
    """When mails arrive, and how much they say. What the collective allows is asked when a mail is written."""
    volunteer.quiet_from, volunteer.quiet_until = wishes.quiet_from, wishes.quiet_until
    volunteer.mail_mode = wishes.mode
    volunteer.digest_at, volunteer.digest_takes_all = wishes.digest_at, wishes.digest_takes_all
    if wishes.disclosure is not (volunteer.disclosure or Disclosure.DISCREET):
        volunteer.disclosure = wishes.disclosure


def mute(
    session: Session,
    volunteer_id: UUID,
    offered: Collection[MailTopic],
    wanted: Collection[MailTopic],
    now: datetime,
    prisoner_id: UUID | None = None,
) -> None:
    """Turn off what was offered and is not wanted, and turn on what is; for everybody, or for one prisoner alone."""
    off = muted_topics(session, volunteer_id, prisoner_id)
    about = Muted.prisoner_id == prisoner_id if prisoner_id else Muted.prisoner_id.is_(None)
    again = [topic for topic in off if topic in wanted]
    session.execute(delete(Muted).where(Muted.volunteer_id == volunteer_id, about, Muted.topic.in_(again)))
    session.add_all(
        Muted(volunteer_id=volunteer_id, topic=topic, prisoner_id=prisoner_id, since=now)
        for topic in offered
        if topic not in wanted and topic not in off
    )
