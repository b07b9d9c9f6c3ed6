"""What has changed since somebody was told, and the notice that follows. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from tracker.dates.rules import Day, DayKind, DayStatus, Occurrence, cutoff_at, expires_at, single
from tracker.partial_date import PartialDate, Precision
from tracker.reminders.rules import Change, DayState, MailKind, MailState, Person, Planned, Reason, Told
from tracker.reminders.timing import after_quiet_hours, at_or_now, days_to_go, effect_at

NOTICE_LIVES = timedelta(days=7)
"""So long is a notice tried, counted from when it was due or the day is over."""


def state_of(day: Day) -> DayState:
    """All of a day that matters to those who were told of it (C2)."""
    return DayState(
        on=str(day.on) if day.on else None,
        at=f"{day.at:%H:%M}" if day.at else None,
        zone=day.zone,
        place=day.place,
        status=str(day.status),
    )


def what_changed(told: DayState, present: DayState) -> Change | None:
    """How the day differs from what was told; None if it does not, or nobody needs to hear of it (C4, C9)."""
    if present.status != told.status:
        return {
            DayStatus.CANCELLED: Change.CANCELLED,
            DayStatus.SINE_DIE: Change.POSTPONED_NO_DATE,
            DayStatus.SCHEDULED: Change.DATE_SET if told.status == DayStatus.SINE_DIE else Change.REINSTATED,
        }.get(DayStatus(present.status))
    if present.status != DayStatus.SCHEDULED or present == told:
        return None
    if present.on != told.on and told.on and present.on:
        return _moved(PartialDate.parse(told.on), PartialDate.parse(present.on))
    if present.at != told.at or (present.at and present.zone != told.zone):
        return Change.TIME_CHANGED if told.at else Change.TIME_SET
    return Change.PLACE_CHANGED if present.place != told.place else None


def _moved(told: PartialDate, present: PartialDate) -> Change:
    if told.precision is not Precision.DAY and present.precision is Precision.DAY:
        return Change.DATE_SET
    if told.precision is Precision.DAY and present.precision is not Precision.DAY:
        return Change.POSTPONED_NO_DATE
    return Change.POSTPONED if present.earliest() > told.earliest() else Change.BROUGHT_FORWARD


def last_told(told: Iterable[Told]) -> Told | None:
    """The latest mail that reached a reader about a day, or may have."""
    latest: Told | None = None
    for mail in told:
        if mail.told_at is not None and mail.day_state is not None:
            if latest is None or latest.told_at is None or mail.told_at >= latest.told_at:
                latest = mail
    return latest


def occurrence_told(state: DayState) -> Occurrence | None:
    """The dated instance that somebody was told of; None if it had no date."""
    if state.on is None or state.status != DayStatus.SCHEDULED:
        return None
    on = PartialDate.parse(state.on)
    at = time.fromisoformat(state.at) if state.at else None
    return Occurrence("", on.earliest(), at, state.zone, is_month_only=on.precision is not Precision.DAY)


def deadlines(kind: DayKind, *instances: Occurrence | None) -> list[tuple[datetime, datetime]]:
    """Cutoff and expiry of each dated instance that has them."""
    found = []
    for occurrence in instances:
        if occurrence is not None and not occurrence.is_month_only:
            cutoff = cutoff_at(kind, occurrence)
            if cutoff is not None:
                found.append((cutoff, expires_at(kind, occurrence)))
    return found


def change_notice(day: Day, person: Person, told: Iterable[Told], now: datetime) -> Planned | None:
    """The notice owed to a reader who was told otherwise before (C4), if any. Soft days have none (C6)."""
    last = None if day.kind.is_soft else last_told(told)
    if last is None or last.day_state is None or last.told_at is None:
        return None
    present = state_of(day)
    change = what_changed(last.day_state, present)
    if change is None:
        return None
    before = occurrence_told(last.day_state)
    after = single(day) if day.status is DayStatus.SCHEDULED else None
    both = deadlines(day.kind, before, after)
    effect = max(effect_at(day.changed_at, both), last.told_at)
    if after is not None and both and all(expiry <= effect for _, expiry in both):
        # Somebody put the record of a day right that is long over.
        return None
    due = at_or_now(effect, now)
    due = after_quiet_hours(due, person, min((cutoff for cutoff, end in both if end > due), default=None))
    return Planned(
        person_id=person.id,
        kind=MailKind.CHANGE_NOTICE,
        day_kind=day.kind,
        subject_id=day.subject_id,
        occurrence_key=after.key if after else f"{day.status} {day.revision}",
        rule=f"change-{last.mail_id.hex}-{_fingerprint(present)}",
        due_at=due,
        expires_at=max([due, *(end for _, end in both)]) + NOTICE_LIVES,
        cutoff_at=None,
        state=MailState.QUEUED,
        reason=Reason.TOLD_OTHERWISE,
        priority=0,
        day_state=present,
        change=change,
        before=last.day_state,
        prisoner_ids=day.prisoner_ids,
        event_on=after.on if after else None,
        days_to_go=days_to_go(day.kind, after, person, due) if after and not after.is_month_only else None,
    )


def _fingerprint(state: DayState) -> str:
    return hashlib.sha256(repr(state).encode()).hexdigest()[:12]
