"""Asking coordinators for a date that nobody has found out yet (P8, C9). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tracker.dates.rules import Day, DayKind, DayStatus, resolve, single
from tracker.reminders.changes import state_of
from tracker.reminders.rules import (
    DATE_NEEDED_DAYS,
    FINAL,
    SETTLING,
    Follower,
    MailKind,
    MailState,
    Person,
    Planned,
    Reason,
    Role,
    Told,
)
from tracker.reminders.timing import at_or_now, days_later, next_preferred

RULE = "date_needed"
ASKED_FOR = timedelta(days=45)
"""After so long the question is no longer sent, only shown."""


def date_needed(
    day: Day, person: Person, roles: Sequence[Follower], told: Sequence[Told], now: datetime
) -> Planned | None:
    """The question to a coordinator for the day of something that is known to the month, or postponed without a date.

    For a month it is asked 14 days before its first day, or at the next preferred time if that is past; for something
    postponed without a date, 14 days after that was entered.
    """
    since = [role.since for role in roles if role.role is Role.COORDINATORS]
    if not since or day.kind.is_soft:
        return None
    effect = day.changed_at + SETTLING
    occurrence = single(day)
    if day.status is DayStatus.SINE_DIE and day.kind is DayKind.HEARING:
        key, base = f"sine_die {day.revision}", days_later(effect, person, DATE_NEEDED_DAYS)
    elif day.status is DayStatus.SCHEDULED and occurrence is not None and occurrence.is_month_only:
        key = occurrence.key
        base = resolve(occurrence.on - timedelta(days=DATE_NEEDED_DAYS), person.remind_at, person.zone)
        base = base if base >= effect else next_preferred(effect, person)
    else:
        return None
    if any(mail.occurrence_key == key and mail.rule == RULE and mail.state in FINAL for mail in told):
        return None
    if base < min(since) and min(since) > effect:
        # Newly appointed: what was asked before is on her first page (C10).
        return None
    expires = base + ASKED_FOR
    due = at_or_now(base, now)
    return Planned(
        person_id=person.id,
        kind=MailKind.DATE_NEEDED,
        day_kind=day.kind,
        subject_id=day.subject_id,
        occurrence_key=key,
        rule=RULE,
        due_at=due,
        expires_at=expires,
        cutoff_at=None,
        state=MailState.QUEUED if due < expires else MailState.MISSED,
        reason=Reason.NO_DAY_KNOWN if due < expires else Reason.TOO_LATE,
        priority=3,
        day_state=state_of(day),
        prisoner_ids=day.prisoner_ids,
    )
