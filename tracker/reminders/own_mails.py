"""The mails that one volunteer will get, with what she put off. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from tracker.access import Actor, sees_prisoner
from tracker.prisoners.models import Prisoner
from tracker.reminders.besides import nags_ahead
from tracker.reminders.ladders import Ladders
from tracker.reminders.models import Outbox, Snooze
from tracker.reminders.nags import PlannedNag
from tracker.reminders.outlook import outlook_of_person
from tracker.reminders.rules import Planned, Reason
from tracker.reminders.snoozing import put_off_now


def coming_of_person(
    session: Session, of_file: Ladders, home_zone: str, volunteer_id: UUID, now: datetime, until: datetime
) -> Sequence[Planned | PlannedNag]:
    """What will reach her until a later moment, about days and about silences, in order of time; what she put off at
    the time for which she put it off."""
    days = outlook_of_person(session, of_file, home_zone, volunteer_id, now, until)
    mails: list[Planned | PlannedNag] = [each.mail for each in days if each.goes_out]
    silences = nags_ahead(session, of_file, home_zone, now, until)
    mails += [mail for mail in silences if mail.person_id == volunteer_id]
    later = {each.mail_key: each.until_at for each in put_off_now(session) if each.until_at > now}
    moved = [
        replace(mail, due_at=max(mail.due_at, later[mail.dedupe_key]), reason=Reason.PUT_OFF)
        if mail.dedupe_key in later
        else mail
        for mail in mails
    ]
    return sorted((mail for mail in moved if mail.due_at <= until), key=lambda mail: (mail.due_at, mail.priority))


def put_off_by(session: Session, volunteer_id: UUID, now: datetime) -> Sequence[Row[*tuple[Any, ...]]]:
    """What she put off and has not come yet: id, until_at, mail_key, and as far as it was in the outbox kind, day_kind,
    prisoner_id and name."""
    return session.execute(
        select(
            Snooze.id,
            Snooze.until_at,
            Snooze.mail_key,
            Outbox.kind,
            Outbox.day_kind,
            Prisoner.id.label("prisoner_id"),
            Prisoner.name,
        )
        .outerjoin(Outbox, Outbox.dedupe_key == Snooze.mail_key)
        .outerjoin(Prisoner, (Prisoner.id == Outbox.prisoner_id) & sees_prisoner(Actor(volunteer_id), Prisoner.id))
        .where(Snooze.recipient_id == volunteer_id, Snooze.until_at > now)
        .order_by(Snooze.until_at, Snooze.id)
    ).all()
