"""The rules of a ladder for one reader and what is one occasion: which go out, when, and which drop out. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from tracker.dates.ends import cutoff_at, expires_at
from tracker.dates.rules import BELATED_DAYS, Day, Occurrence, local_day
from tracker.reminders.changes import ends_of, next_cutoff
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
from tracker.reminders.timing import (
    after_quiet_hours,
    as_habits_stood,
    at_or_now,
    days_to_go,
    effect_at,
    instant_of,
    next_preferred,
)


@dataclass(frozen=True, slots=True)
class Instance:
    """One dated instance of a day, with its cutoff (P4) and its expiry (C8)."""

    occurrence: Occurrence
    cutoff: datetime | None
    expiry: datetime

    @property
    def day_part(self) -> str:
        """Its key without the zone."""
        return self.occurrence.key.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Occasion:
    """What readers are told of as one thing: a hearing with all its sittings, or a birthday in one year; the same for
    every reader."""

    day: Day
    instances: tuple[Instance, ...]
    """In order; only a hearing of several sittings has more than one."""
    state: DayState
    ends: tuple[tuple[datetime, datetime], ...]
    """Cutoff and expiry of every day on which it may be."""
    settles_at: datetime
    """When the day as it stands took effect for those who were never told of it."""


def occasion_of(day: Day, occurrences: Sequence[Occurrence], state: DayState) -> Occasion:
    """An occasion with what follows from it for every reader alike."""
    instances = tuple(Instance(each, cutoff_at(day.kind, each), expires_at(day.kind, each)) for each in occurrences)
    ends = ends_of(day.kind, occurrences)
    return Occasion(day, instances, state, ends, effect_at(day.changed_at, ends))


@dataclass(frozen=True, slots=True)
class Step:
    """A rule at its moment, and the rules that share the moment and are merged into it (P6)."""

    rule: Rule
    instant: datetime
    instance: Instance
    merged: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Steps:
    """One reader's ladder towards one occasion."""

    occasion: Occasion
    person: Person
    effect: datetime
    """When the day as it stands took effect; rules before it are late, not missed."""
    now: datetime
    told: Sequence[Told]

    @cached_property
    def told_of(self) -> Sequence[Told]:
        """What she was told of this very occasion."""
        return [mail for mail in self.told if any(_is_about(mail, each) for each in self.occasion.instances)]

    @cached_property
    def last_told_at(self) -> datetime | None:
        """When she last heard of it."""
        return max((mail.told_at for mail in self.told_of if mail.told_at), default=None)

    @cached_property
    def applies_to_all(self) -> Instance:
        """The sitting for which the rules hold that do not hold for each (P7): the first, or, for somebody who learns
        of the hearing while it is going on, the first to come."""
        first = self.occasion.instances[0]
        if len(self.occasion.instances) == 1 or first.expiry > self.effect:
            return first
        if any(mail.told_at is not None and mail.told_at < self.effect for mail in self.told):
            return first
        return next((each for each in self.occasion.instances if each.expiry > self.effect), first)

    def is_settled(self, step: Step) -> bool:
        """Whether a rule has had its mail, whatever became of it (C3)."""
        return any(
            mail.rule == step.rule.id and mail.state in FINAL and _is_about(mail, step.instance)
            for mail in self.told_of
        )

    def is_past(self, step: Step) -> bool:
        """Its moment had gone by when the day was entered, or went by while nothing could be sent."""
        return step.instant < self.effect or self.now > step.instant + ON_TIME

    def instant_of(self, rule: Rule, instance: Instance) -> datetime | None:
        """When a rule sends about one sitting, whatever her habits were before."""
        kind, occurrence = self.occasion.day.kind, instance.occurrence
        if not self.person.former:
            return instant_of(rule, kind, occurrence, self.person)
        return as_habits_stood(self.person, self.effect, lambda reader: instant_of(rule, kind, occurrence, reader))

    def mail(self, step: Step, due: datetime, kind: MailKind, state: MailState, reason: Reason) -> Planned:
        day, occurrence = self.occasion.day, step.instance.occurrence
        return Planned(
            person_id=self.person.id,
            kind=kind,
            day_kind=day.kind,
            subject_id=day.subject_id,
            occurrence_key=occurrence.key,
            rule=step.rule.id,
            due_at=due,
            expires_at=step.instance.expiry,
            cutoff_at=step.instance.cutoff,
            state=state,
            reason=reason,
            priority=5 if day.kind.is_soft else 1,
            day_state=self.occasion.state,
            prisoner_ids=day.prisoner_ids,
            covers=tuple(dict.fromkeys(rule.id for rule in step.merged if rule.id != step.rule.id)),
            event_on=occurrence.on,
            days_to_go=None if occurrence.is_month_only else days_to_go(day.kind, occurrence, self.person, due),
            ordinal=occurrence.ordinal,
        )

    def dropped(self, step: Step, reason: Reason) -> Planned:
        return self.mail(step, step.instant, MailKind.REMINDER, MailState.COLLAPSED, reason)


def _is_about(mail: Told, instance: Instance) -> bool:
    """Whether a mail is about an instance. Without a time the zone makes no other instance of it: that of a release
    changes whenever the prisoner is moved."""
    key, occurrence = mail.occurrence_key, instance.occurrence
    return key == occurrence.key or (occurrence.at is None and key.partition(" ")[0] == instance.day_part)


def plan_steps(steps: Steps, since: Mapping[Rule, datetime], notice: Planned | None) -> list[Planned]:
    """The mails of a ladder. ``since`` says from when each rule applies to the reader; ``notice`` is the change notice
    that she is owed as well, which replaces all rules before it."""
    ladder, planned = _ladder(steps, since)
    waiting = []
    # A mail for a nearer rule, even one that is still on its way, tells all that this one would.
    settled = [step for step in ladder if steps.told_of and steps.is_settled(step)]
    known = [step.instant for step in settled] + ([steps.last_told_at] if steps.last_told_at else [])
    told_until = max(known, default=None)
    is_on_its_way = len(steps.occasion.instances) > 1 and any(mail.state is MailState.SENDING for mail in steps.told_of)
    for step in ladder:
        if step in settled:
            continue
        if told_until is not None and step.instant <= told_until:
            planned.append(steps.dropped(step, Reason.COVERED))
        elif notice is not None and step.instant <= notice.due_at:
            planned.append(steps.dropped(step, Reason.TOLD_OTHERWISE))
        elif is_on_its_way and steps.is_past(step):
            planned.append(steps.dropped(step, Reason.COVERED))
        else:
            waiting.append(step)
    ahead = [step for step in ladder if not steps.is_past(step)]
    planned += [
        steps.mail(step, step.instant, MailKind.REMINDER, MailState.QUEUED, Reason.LADDER)
        for step in waiting
        if not steps.is_past(step) and step.instant < step.instance.expiry
    ]
    past = [step for step in waiting if steps.is_past(step)]
    return planned + _nearest_of(_catch_up(steps, several, ahead) for several in _by_instance(past))


def _ladder(steps: Steps, since: Mapping[Rule, datetime]) -> tuple[list[Step], list[Planned]]:
    """The steps in order of time, and what was merged into another (P6)."""
    by_instant: dict[datetime, list[Step]] = defaultdict(list)
    for rule, start in since.items():
        for instance in steps.occasion.instances:
            if not (rule.each_sitting or instance is steps.applies_to_all):
                continue
            instant = steps.instant_of(rule, instance)
            # Somebody who came after the day had taken effect gets what lies ahead of her only (C10).
            if instant is not None and not (start > steps.effect and instant < start):
                by_instant[instant].append(Step(rule, instant, instance))
    ladder, merged = [], []
    for _, several in sorted(by_instant.items()):
        if len(several) == 1:
            ladder += several
            continue
        nearest, *others = sorted(several, key=lambda step: (step.rule.offset_hours, step.instance.occurrence.on))
        ladder.append(replace(nearest, merged=tuple(step.rule for step in others)))
        merged += [steps.dropped(step, Reason.SAME_INSTANT) for step in others]
    return ladder, merged


def _by_instance(past: Iterable[Step]) -> list[list[Step]]:
    """Steps of each sitting, the soonest sitting first."""
    found: dict[str, list[Step]] = defaultdict(list)
    for step in past:
        found[step.instance.occurrence.key].append(step)
    return sorted(found.values(), key=lambda several: several[0].instance.expiry)


def _nearest_of(several: Iterable[list[Planned]]) -> list[Planned]:
    """Of what is late about several sittings, only what is about the soonest goes out; it tells of all of them."""
    planned: list[Planned] = []
    has_one = False
    for mail in (mail for of_one in several for mail in of_one):
        if has_one and mail.state is MailState.QUEUED:
            mail = replace(mail, state=MailState.COLLAPSED, reason=Reason.NEARER_RULE)
        has_one = has_one or mail.state is MailState.QUEUED
        planned.append(mail)
    return planned


def _catch_up(steps: Steps, past: Sequence[Step], ahead: Sequence[Step]) -> list[Planned]:
    """One mail for all rules whose moment has gone by: for the nearest, if it still makes sense (C5, C6, D2)."""
    *others, nearest = past
    planned = [steps.dropped(step, Reason.NEARER_RULE) for step in others]
    is_late_entry = nearest.instant < steps.effect
    if is_late_entry and _was_over(steps, nearest):
        # It was entered as history; nobody missed anything.
        return []
    merged = tuple(rule for step in others for rule in (step.rule, *step.merged)) + nearest.merged
    nearest = replace(nearest, merged=merged)
    due = _catch_up_at(steps, nearest, is_late_entry)
    if _comes_too_late(steps, nearest, due):
        missed = steps.mail(nearest, nearest.instant, MailKind.REMINDER, MailState.MISSED, Reason.TOO_LATE)
        return [*planned, missed]
    if any(_makes_needless(step, nearest.instance, due) for step in ahead):
        return [*planned, steps.dropped(nearest, Reason.SOON_TOLD)]
    kind, reason = (
        (MailKind.LATE_NOTICE, Reason.ENTERED_LATE) if is_late_entry else (MailKind.REMINDER, Reason.CAUGHT_UP)
    )
    return [*planned, steps.mail(nearest, due, kind, MailState.QUEUED, reason)]


def _makes_needless(step: Step, late: Instance, due: datetime) -> bool:
    """Whether a planned mail follows a late one within hours, and in time for what the late one is about."""
    return step.instant <= due + NEAR and (late.cutoff is None or step.instance is late or step.instant <= late.cutoff)


def _was_over(steps: Steps, step: Step) -> bool:
    if steps.occasion.day.kind.is_soft:
        return local_day(steps.effect, steps.person.zone) > step.instance.occurrence.on
    return steps.effect >= step.instance.expiry


def _catch_up_at(steps: Steps, step: Step, is_late_entry: bool) -> datetime:
    person, now = steps.person, steps.now
    if is_late_entry and steps.occasion.day.kind.is_soft:
        if local_day(steps.effect, person.zone) != step.instance.occurrence.on:
            preferred = next_preferred(steps.effect, person)
            # Her own preferred time is never too early for her.
            return preferred if now <= preferred + ON_TIME else after_quiet_hours(now, person, None)
    due = at_or_now(steps.effect if is_late_entry else step.instant, now)
    return after_quiet_hours(due, person, next_cutoff(steps.occasion.ends, due))


def _comes_too_late(steps: Steps, step: Step, due: datetime) -> bool:
    if not steps.occasion.day.kind.is_soft:
        return due >= step.instance.expiry
    days_over = (local_day(due, steps.person.zone) - step.instance.occurrence.on).days
    return days_over > (0 if step.rule.days else BELATED_DAYS)
