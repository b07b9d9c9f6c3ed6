"""The rules of a ladder for one reader and one dated instance: which go out, when, and which drop out. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from tracker.dates.rules import BELATED_DAYS, Day, Occurrence, cutoff_at, expires_at, local_day
from tracker.reminders.changes import state_of
from tracker.reminders.rules import (
    FINAL,
    NEAR,
    ON_TIME,
    DayState,
    MailKind,
    MailState,
    Person,
    Planned,
    Reason,
    Rule,
    Told,
)
from tracker.reminders.timing import after_quiet_hours, at_or_now, days_to_go, instant_of, next_preferred


@dataclass(frozen=True)
class Step:
    """A rule at its moment, and the rules that share the moment and are merged into it (P6)."""

    rule: Rule
    instant: datetime
    merged: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Instance:
    """One dated instance of a day, and what follows from it for every reader alike."""

    day: Day
    occurrence: Occurrence
    state: DayState
    cutoff: datetime | None
    expiry: datetime


def instance_of(day: Day, occurrence: Occurrence) -> Instance:
    """An instance with its cutoff (P4) and its expiry (C8)."""
    cutoff, expiry = cutoff_at(day.kind, occurrence), expires_at(day.kind, occurrence)
    return Instance(day, occurrence, state_of(day), cutoff, expiry)


@dataclass(frozen=True)
class Steps:
    """One reader's ladder towards one dated instance of a day."""

    instance: Instance
    person: Person
    effect: datetime
    """When the day as it stands took effect; rules before it are late, not missed."""
    now: datetime
    told: Sequence[Told]

    @property
    def day(self) -> Day:
        return self.instance.day

    @property
    def occurrence(self) -> Occurrence:
        return self.instance.occurrence

    @property
    def cutoff(self) -> datetime | None:
        return self.instance.cutoff

    @property
    def expiry(self) -> datetime:
        return self.instance.expiry

    @cached_property
    def settled_rules(self) -> frozenset[str]:
        """Rules that have had their mail, whatever became of it (C3)."""
        key = self.occurrence.key
        return frozenset(mail.rule for mail in self.told if mail.occurrence_key == key and mail.state in FINAL)

    @cached_property
    def last_told_at(self) -> datetime | None:
        """When the reader last heard of this very instance."""
        key = self.occurrence.key
        return max((mail.told_at for mail in self.told if mail.told_at and mail.occurrence_key == key), default=None)

    def is_past(self, step: Step) -> bool:
        """Its moment had gone by when the day was entered, or went by while nothing could be sent."""
        return step.instant < self.effect or self.now > step.instant + ON_TIME

    def mail(self, step: Step, due: datetime, kind: MailKind, state: MailState, reason: Reason) -> Planned:
        day, occurrence = self.day, self.occurrence
        return Planned(
            person_id=self.person.id,
            kind=kind,
            day_kind=day.kind,
            subject_id=day.subject_id,
            occurrence_key=occurrence.key,
            rule=step.rule.id,
            due_at=due,
            expires_at=self.expiry,
            cutoff_at=self.cutoff,
            state=state,
            reason=reason,
            priority=5 if day.kind.is_soft else 1,
            day_state=self.instance.state,
            prisoner_ids=day.prisoner_ids,
            covers=tuple(rule.id for rule in step.merged),
            event_on=occurrence.on,
            days_to_go=None if occurrence.is_month_only else days_to_go(day.kind, occurrence, self.person, due),
            ordinal=occurrence.ordinal,
        )

    def dropped(self, step: Step, reason: Reason) -> Planned:
        return self.mail(step, step.instant, MailKind.REMINDER, MailState.COLLAPSED, reason)


def plan_steps(steps: Steps, since: Mapping[Rule, datetime], notice: Planned | None) -> list[Planned]:
    """The mails of a ladder. ``since`` says from when each rule applies to the reader; ``notice`` is the change notice
    that she is owed as well, which replaces all rules before it."""
    ladder, planned = _ladder(steps, since)
    waiting = []
    # A mail for a nearer rule, even one that is still on its way, tells all that this one would.
    settled = [step.instant for step in ladder if step.rule.id in steps.settled_rules]
    told_until = max([*settled, *([steps.last_told_at] if steps.last_told_at else [])], default=None)
    for step in ladder:
        if step.rule.id in steps.settled_rules:
            continue
        if told_until is not None and step.instant <= told_until:
            planned.append(steps.dropped(step, Reason.COVERED))
        elif notice is not None and step.instant <= notice.due_at:
            planned.append(steps.dropped(step, Reason.TOLD_OTHERWISE))
        else:
            waiting.append(step)
    ahead = [step for step in ladder if not steps.is_past(step)]
    planned += [
        steps.mail(step, step.instant, MailKind.REMINDER, MailState.QUEUED, Reason.LADDER)
        for step in waiting
        if not steps.is_past(step) and step.instant < steps.expiry
    ]
    return planned + _catch_up(steps, [step for step in waiting if steps.is_past(step)], ahead)


def _ladder(steps: Steps, since: Mapping[Rule, datetime]) -> tuple[list[Step], list[Planned]]:
    """The steps in order of time, and what was merged into another (P6)."""
    by_instant: dict[datetime, list[Rule]] = defaultdict(list)
    for rule, start in since.items():
        instant = instant_of(rule, steps.day.kind, steps.occurrence, steps.person)
        # Somebody who came after the day had taken effect gets what lies ahead of her only (C10).
        if instant is not None and not (start > steps.effect and instant < start):
            by_instant[instant].append(rule)
    ladder, merged = [], []
    for instant, rules in sorted(by_instant.items()):
        nearest, *others = sorted(rules, key=lambda rule: rule.offset_hours)
        ladder.append(Step(nearest, instant, tuple(others)))
        merged += [steps.dropped(Step(rule, instant), Reason.SAME_INSTANT) for rule in others]
    return ladder, merged


def _catch_up(steps: Steps, past: Sequence[Step], ahead: Sequence[Step]) -> list[Planned]:
    """One mail for all rules whose moment has gone by: for the nearest, if it still makes sense (C5, C6, D2)."""
    if not past:
        return []
    *others, nearest = past
    planned = [steps.dropped(step, Reason.NEARER_RULE) for step in others]
    is_late_entry = nearest.instant < steps.effect
    if is_late_entry and _was_over(steps):
        # It was entered as history; nobody missed anything.
        return []
    merged = tuple(rule for step in others for rule in (step.rule, *step.merged)) + nearest.merged
    nearest = Step(nearest.rule, nearest.instant, merged)
    due = _catch_up_at(steps, nearest, is_late_entry)
    if _comes_too_late(steps, nearest.rule, due):
        missed = steps.mail(nearest, nearest.instant, MailKind.REMINDER, MailState.MISSED, Reason.TOO_LATE)
        return [*planned, missed]
    if any(step.instant <= due + NEAR for step in ahead):
        return [*planned, steps.dropped(nearest, Reason.SOON_TOLD)]
    kind, reason = (
        (MailKind.LATE_NOTICE, Reason.ENTERED_LATE) if is_late_entry else (MailKind.REMINDER, Reason.CAUGHT_UP)
    )
    return [*planned, steps.mail(nearest, due, kind, MailState.QUEUED, reason)]


def _was_over(steps: Steps) -> bool:
    if steps.day.kind.is_soft:
        return local_day(steps.effect, steps.person.zone) > steps.occurrence.on
    return steps.effect >= steps.expiry


def _catch_up_at(steps: Steps, step: Step, is_late_entry: bool) -> datetime:
    person, now = steps.person, steps.now
    if not is_late_entry:
        return after_quiet_hours(at_or_now(step.instant, now), person, steps.cutoff)
    if steps.day.kind.is_soft and local_day(steps.effect, person.zone) != steps.occurrence.on:
        preferred = next_preferred(steps.effect, person)
        # Her own preferred time is never too early for her.
        return preferred if now <= preferred + ON_TIME else after_quiet_hours(now, person, None)
    return after_quiet_hours(at_or_now(steps.effect, now), person, steps.cutoff)


def _comes_too_late(steps: Steps, rule: Rule, due: datetime) -> bool:
    if not steps.day.kind.is_soft:
        return due >= steps.expiry
    days_over = (local_day(due, steps.person.zone) - steps.occurrence.on).days
    return days_over > (0 if rule.days else BELATED_DAYS)
