"""Asking coordinators for a date that nobody has found out yet (P8, C9). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tracker.dates.rules import Day, DayKind, DayStatus, local_day, resolve, single
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
from tracker.reminders.timing import after_quiet_hours, as_habits_stood, at_or_now, days_later, next_preferred

RULE = "date_needed"
ASKED_FOR = timedelta(days=45)
"""After so long the question is no longer sent, only shown."""


def date_needed(
    day: Day,
    person: Person,
    roles: Sequence[Follower],
    told: Sequence[Told],
    now: datetime,
    began_at: datetime | None = None,
) -> Planned | None:
    """The question to a coordinator for the day of something that is known to the month, or postponed without a date.

    For a month it is asked 14 days before its first day, or at the next preferred time if that is past; for something
    postponed without a date, 14 days after that was entered. ``began_at`` is when planning first ran; what was entered
    before counts as entered then.
    """
    since = [role.since for role in roles if role.role is Role.COORDINATORS]
    if not since or day.kind.is_soft:
        return None
    effect = max(day.changed_at + SETTLING, began_at or day.changed_at)
    asked = _question(day, person, effect)
    if asked is None:
        return None
    key, base = asked
    if any(mail.occurrence_key == key and mail.rule == RULE and mail.state in FINAL for mail in told):
        return None
    if base < min(since) and min(since) > effect:
        # Newly appointed: what was asked before is on her first page (C10).
        return None
    expires = base + ASKED_FOR
    due = at_or_now(base, now)
    if due > base:
        due = after_quiet_hours(due, person, None)
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


def _question(day: Day, person: Person, effect: datetime) -> tuple[str, datetime] | None:
    """What is asked for, as the key of the mail, and when."""
    if day.status is DayStatus.SINE_DIE and day.kind is not DayKind.RELEASE:
        return f"sine_die {day.revision}", days_later(effect, person, DATE_NEEDED_DAYS)
    occurrence = single(day) if day.status is DayStatus.SCHEDULED else None
    if occurrence is None or not occurrence.is_month_only or day.on is None:
        return None
    if local_day(effect, day.zone) > day.on.latest():
        # It was entered as history.
        return None
    asked_on = occurrence.on - timedelta(days=DATE_NEEDED_DAYS)
    base = as_habits_stood(person, effect, lambda reader: resolve(asked_on, reader.remind_at, reader.zone))
    return occurrence.key, base if base is not None and base >= effect else next_preferred(effect, person)
