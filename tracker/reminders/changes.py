"""What has changed since somebody was told, and the notice that follows. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from tracker.dates.ends import possible_ends
from tracker.dates.rules import Day, DayKind, DayStatus, FurtherDay, Occurrence, all_at_once
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
        latest_on=day.latest_on.isoformat() if day.latest_on else None,
        sittings=", ".join(_sitting_text(each) for each in day.sittings) or None,
    )


def _sitting_text(sitting: FurtherDay) -> str:
    return f"{sitting.on}T{sitting.at:%H:%M}" if sitting.at else f"{sitting.on}"


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
    if told.latest_on and present.on and not present.latest_on and PartialDate.parse(present.on).day:
        return Change.DATE_SET
    if present.on != told.on and told.on and present.on:
        return _moved(PartialDate.parse(told.on), PartialDate.parse(present.on))
    if present.at != told.at or (present.at and present.zone != told.zone):
        return Change.TIME_CHANGED if told.at else Change.TIME_SET
    if (present.latest_on, present.sittings) != (told.latest_on, told.sittings):
        return Change.DAYS_CHANGED
    return Change.PLACE_CHANGED if present.place != told.place else None


def _moved(told: PartialDate, present: PartialDate) -> Change:
    known, is_known = _PRECISE.get(told.precision, 0), _PRECISE.get(present.precision, 0)
    if known != is_known:
        return Change.DATE_SET if is_known > known else Change.POSTPONED_NO_DATE
    return Change.POSTPONED if present.earliest() > told.earliest() else Change.BROUGHT_FORWARD


_PRECISE = {Precision.DAY: 2, Precision.MONTH: 1, Precision.SEASON: 1}
"""How much a precision tells; a year tells nothing that anybody could go by."""


def last_told(told: Iterable[Told]) -> Told | None:
    """The latest mail that reached a reader about a day, or may have."""
    latest: Told | None = None
    for mail in told:
        if mail.told_at is not None and mail.day_state is not None:
            if latest is None or latest.told_at is None or mail.told_at >= latest.told_at:
                latest = mail
    return latest


def occurrences_told(state: DayState) -> tuple[Occurrence, ...]:
    """The dated instances that somebody was told of; none if there was no date."""
    if state.on is None or state.status != DayStatus.SCHEDULED:
        return ()
    return all_at_once(
        Day(
            kind=DayKind.HEARING,
            subject_id=_NOBODY,
            on=PartialDate.parse(state.on),
            zone=state.zone,
            changed_at=_ANY_MOMENT,
            at=time.fromisoformat(state.at) if state.at else None,
            latest_on=date.fromisoformat(state.latest_on) if state.latest_on else None,
            sittings=tuple(_sitting_of(text) for text in state.sittings.split(", ")) if state.sittings else (),
        )
    )


_NOBODY, _ANY_MOMENT = UUID(int=0), datetime(2000, 1, 1, tzinfo=UTC)


def _sitting_of(text: str) -> FurtherDay:
    on, _, at = text.partition("T")
    return FurtherDay(date.fromisoformat(on), time.fromisoformat(at) if at else None)


def ends_of(kind: DayKind, instances: Iterable[Occurrence]) -> tuple[tuple[datetime, datetime], ...]:
    """Cutoff and expiry of every day on which any of the instances may be."""
    return tuple(pair for occurrence in instances for pair in possible_ends(kind, occurrence))


def next_cutoff(ends: Iterable[tuple[datetime, datetime]], moment: datetime) -> datetime | None:
    """The earliest last useful moment of what has not ended by ``moment``; quiet hours yield to it (C7)."""
    return min((cutoff for cutoff, end in ends if end > moment), default=None)


def change_notice(day: Day, present: DayState, person: Person, told: Iterable[Told], now: datetime) -> Planned | None:
    """The notice owed to a reader who was told otherwise before (C4), if any. Soft days have none (C6). ``present`` is
    the state of the day."""
    last = None if day.kind.is_soft else last_told(told)
    if last is None or last.day_state is None or last.told_at is None:
        return None
    change = what_changed(last.day_state, present)
    if change is None:
        return None
    present_days = all_at_once(day) if day.status is DayStatus.SCHEDULED else ()
    after = _next_of(day.kind, present_days, now)
    both = ends_of(day.kind, (*occurrences_told(last.day_state), *present_days))
    effect = max(effect_at(day.changed_at, both), last.told_at)
    if after is not None and both and all(expiry <= effect for _, expiry in both):
        # Somebody put the record of a day right that is long over.
        return None
    due = at_or_now(effect, now)
    due = after_quiet_hours(due, person, next_cutoff(both, due))
    return Planned(
        person_id=person.id,
        kind=MailKind.CHANGE_NOTICE,
        day_kind=day.kind,
        subject_id=day.subject_id,
        occurrence_key=present_days[0].key if present_days else f"{day.status} {day.revision}",
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


def _next_of(kind: DayKind, instances: tuple[Occurrence, ...], now: datetime) -> Occurrence | None:
    """The sitting that comes next; the first one if all are over."""
    ahead = (each for each in instances if any(end > now for _, end in possible_ends(kind, each)))
    return next(ahead, instances[0] if instances else None)


def _fingerprint(state: DayState) -> str:
    return hashlib.sha256(repr(state).encode()).hexdigest()[:12]
