"""When a mail goes out: the moment of a rule, quiet hours, and when an edit takes effect. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from tracker.dates.ends import cutoff_at, starts_at
from tracker.dates.rules import DayKind, Occurrence, local_day, resolve
from tracker.reminders.gathering import gathered_on
from tracker.reminders.rules import ON_TIME, SETTLING, Person, Rule


def base_day(kind: DayKind, occurrence: Occurrence, person: Person) -> date:
    """The day from which the reader counts: by her own calendar if there is a start, otherwise the civil date (P1)."""
    start = starts_at(kind, occurrence)
    return local_day(start, person.zone) if start else occurrence.on


def instant_of(rule: Rule, kind: DayKind, occurrence: Occurrence, person: Person) -> datetime | None:
    """The moment at which a rule sends to a reader (P2 to P5); None if the rule says nothing about this day."""
    if rule.hours is not None:
        start = starts_at(kind, occurrence)
        return start - timedelta(hours=rule.hours) if start else None
    if occurrence.is_month_only and (not kind.is_soft or rule.days == 0):
        return None
    on = base_day(kind, occurrence, person) - timedelta(days=rule.days or 0)
    instant = resolve(on, person.remind_at, person.zone)
    cutoff = cutoff_at(kind, occurrence)
    while cutoff is not None and instant > cutoff:
        on -= timedelta(days=1)
        instant = resolve(on, person.remind_at, person.zone)
    return instant if kind.is_soft else gathered_on(on, instant, person, cutoff)


def next_preferred(after: datetime, person: Person) -> datetime:
    """The reader's preferred time at ``after`` or next."""
    on = local_day(after, person.zone)
    instant = resolve(on, person.remind_at, person.zone)
    return instant if instant >= after else resolve(on + timedelta(days=1), person.remind_at, person.zone)


def after_quiet_hours(moment: datetime, person: Person, limit: datetime | None) -> datetime:
    """``moment``, or the end of the reader's quiet hours if it lies in them; they yield to ``limit`` (C7)."""
    on = local_day(moment, person.zone)
    for day in (on, on + timedelta(days=1)):
        until = resolve(day, person.quiet_until, person.zone)
        since = resolve(day - timedelta(days=1) if _spans_midnight(person) else day, person.quiet_from, person.zone)
        if since <= moment < until:
            return moment if limit is not None and until > limit else until
    return moment


def _spans_midnight(person: Person) -> bool:
    return person.quiet_from > person.quiet_until


def as_habits_stood(
    person: Person, since: datetime, instant_by: Callable[[Person], datetime | None]
) -> datetime | None:
    """The moment that ``instant_by`` gives for a reader. Where she has changed zone or hour since ``since``, and the
    moment by the new ones was over by then while that by the old ones was ahead, the old one stays (C11)."""
    instant = instant_by(person)
    changes = [former for former in person.former if former.until >= since]
    if instant is None or not changes:
        return instant
    by_each = [instant_by(replace(person, zone=each.zone, remind_at=each.remind_at)) for each in changes] + [instant]
    standing = by_each[0]
    for former, following in zip(changes, by_each[1:], strict=True):
        loses = standing is not None and following is not None and following < former.until < standing
        standing = standing if loses else following
    return standing


def effect_at(changed_at: datetime, deadlines: Iterable[tuple[datetime, datetime]]) -> datetime:
    """When an edit takes effect (C1): once it has settled, or at once if there is no time to wait.

    ``deadlines`` are cutoff and expiry of the old and of the new date, as far as there are any.
    """
    settled = changed_at + SETTLING
    if any(cutoff < settled and changed_at < expiry for cutoff, expiry in deadlines):
        return changed_at
    return settled


def at_or_now(planned: datetime, now: datetime) -> datetime:
    """The planned moment while it is ahead or only just over, otherwise now (D1)."""
    return planned if now <= planned + ON_TIME else now


def days_to_go(kind: DayKind, occurrence: Occurrence, person: Person, moment: datetime) -> int:
    """Calendar days of the reader from ``moment`` to the day (D3); below zero: it is over. Of a window they are counted
    to the first day that can still be."""
    today = local_day(moment, person.zone)
    if occurrence.latest_on is not None and occurrence.on < today:
        return min((occurrence.latest_on - today).days, 0)
    return (base_day(kind, occurrence, person) - today).days


def days_later(moment: datetime, person: Person, days: int) -> datetime:
    """The reader's preferred time ``days`` calendar days after ``moment``."""
    return resolve(local_day(moment, person.zone) + timedelta(days=days), person.remind_at, person.zone)
