"""The plan: what goes out to whom, when and why, worked out from days, ladders, readers and what was told before.

Nothing is scheduled. The same question asked again gives the same answer, minus what has been sent since; so a moved
hearing needs no clean-up, and what is owed after a standstill is found by asking. The letters in brackets name rules
of the specification in ARCHITECTURE.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from tracker.dates.rules import Day, DayKind, DayStatus, all_at_once, occurrences, single
from tracker.reminders.changes import change_notice, ends_of, last_told, occurrences_told, state_of
from tracker.reminders.gathering import hours_for
from tracker.reminders.missing_dates import date_needed
from tracker.reminders.rules import DayState, Follower, Person, Planned, Role, Rule, Told
from tracker.reminders.steps import Occasion, Steps, occasion_of, plan_steps
from tracker.reminders.timing import effect_at
from tracker.reminders.wishes import as_wished

LOOK_BACK = timedelta(days=14)
"""So long after a day it is still looked at, for mails that were missed while nothing could be sent."""

DayKey = tuple[DayKind, UUID]


class RulesForDays(Protocol):
    """The ladders: which rules each role has for a day."""

    def rules_for(self, day: Day) -> Mapping[Role, Sequence[Rule]]:
        """The rules for a day, by role; a role without rules gets nothing."""

    def rules_of(self, person_id: UUID, day: Day) -> Sequence[Rule] | None:
        """A reader's own rules for a day, in place of those of her roles; None: she has none of her own."""


def plan(
    days: Iterable[Day],
    followers: Mapping[DayKey, Sequence[Follower]],
    people: Mapping[UUID, Person],
    told: Mapping[DayKey, Sequence[Told]],
    ladders: RulesForDays,
    now: datetime,
    until: datetime,
    began_at: datetime | None = None,
) -> list[Planned]:
    """All mails that are due by ``until`` and not sent yet, in their order, with those that drop out and why.

    A reader who is not in ``people`` gets nothing: she is disabled. ``began_at`` is when this collective's planning
    first ran; days entered before count as entered then.
    """
    planned: list[Planned] = []
    for day in days:
        key = (day.kind, day.subject_id)
        planned += plan_day(day, followers.get(key, ()), people, told.get(key, ()), ladders, now, until, began_at)
    return sorted(planned, key=lambda mail: (mail.due_at, mail.priority))


def plan_day(
    day: Day,
    followers: Sequence[Follower],
    people: Mapping[UUID, Person],
    told: Sequence[Told],
    ladders: RulesForDays,
    now: datetime,
    until: datetime,
    began_at: datetime | None = None,
) -> list[Planned]:
    """The same for one day."""
    if day.status is DayStatus.CLOSED:
        return []
    rules = ladders.rules_for(day)
    own = {id_: ladders.rules_of(id_, day) for id_ in {follower.person_id for follower in followers}}
    ladders_of_day = [*rules.values(), *(mine for mine in own.values() if mine)]
    furthest = max((rule.offset_hours // 24 for several in ladders_of_day for rule in several), default=0)
    if not told and _is_far(day, furthest, until):
        return []
    by_person: dict[UUID, list[Follower]] = defaultdict(list)
    for follower in followers:
        by_person[follower.person_id].append(follower)
    told_by_person: dict[UUID, list[Told]] = defaultdict(list)
    for mail in told:
        told_by_person[mail.person_id].append(mail)
    dated = _Dated(day, now, until + timedelta(days=furthest + 2))
    planned: list[Planned] = []
    for person_id, roles in by_person.items():
        person = people.get(person_id)
        if person is not None:
            person = hours_for(day.kind, person)
            since = _since_by_rule(roles, rules, own[person_id])
            reader = _Reader(person, roles, since, told_by_person[person_id])
            if reader.told or not dated.lies_ahead_of(reader, until):
                planned += as_wished(_plan_reader(day, dated, reader, now, began_at), day, person, roles)
    return [mail for mail in planned if mail.due_at <= until]


def _is_far(day: Day, furthest: int, until: datetime) -> bool:
    occurrence = None if day.returns else single(day)
    return occurrence is not None and occurrence.on - timedelta(days=furthest + 35) > until.date()


@dataclass(frozen=True)
class _Reader:
    person: Person
    roles: Sequence[Follower]
    since: Mapping[Rule, datetime]
    told: Sequence[Told]


class _Dated:
    """What a day is about, worked out once for all its readers."""

    def __init__(self, day: Day, now: datetime, horizon: datetime) -> None:
        self.state = state_of(day)
        self.occasions = _occasions(day, self.state, now, horizon)
        occurrence = None if day.returns else single(day)
        self.asks_for_its_date = not day.kind.is_soft and (
            day.status is not DayStatus.SCHEDULED or (occurrence is not None and occurrence.is_month_only)
        )

    def lies_ahead_of(self, reader: _Reader, until: datetime) -> bool:
        """Whether it is so far ahead that nothing can be due to somebody who was never told of it."""
        if self.asks_for_its_date:
            return False
        reach = max((rule.offset_hours for rule in reader.since), default=0) // 24 + 3
        last = until.date() + timedelta(days=reach)
        return all(occasion.instances[0].occurrence.on > last for occasion in self.occasions)


def _occasions(day: Day, state: DayState, now: datetime, horizon: datetime) -> list[Occasion]:
    found = list(occurrences(day, now.date() - LOOK_BACK, horizon.date()))
    if not day.sittings:
        return [occasion_of(day, (each,), state) for each in found]
    # All sittings are one matter, also those that are long over: some rules hold for the first one only.
    return [occasion_of(day, all_at_once(day), state)] if found else []


def _plan_reader(day: Day, dated: _Dated, reader: _Reader, now: datetime, began_at: datetime | None) -> list[Planned]:
    person, told = reader.person, reader.told
    notice = change_notice(day, dated.state, person, told, now) if told else None
    planned = [notice] if notice else []
    asked = date_needed(day, person, reader.roles, told, now, began_at) if dated.asks_for_its_date else None
    if asked is not None:
        planned.append(asked)
    if day.status is not DayStatus.SCHEDULED:
        return planned
    before = _ends_told(day, told)
    for occasion in dated.occasions:
        effect = effect_at(day.changed_at, (*before, *occasion.ends)) if before else occasion.settles_at
        steps = Steps(occasion, person, max(effect, began_at or effect), now, told)
        planned += plan_steps(steps, reader.since, notice)
    return planned


def _ends_told(day: Day, told: Sequence[Told]) -> Sequence[tuple[datetime, datetime]]:
    """Cutoff and expiry of what a reader was told last."""
    last = last_told(told) if told and not day.kind.is_soft else None
    return ends_of(day.kind, occurrences_told(last.day_state)) if last and last.day_state else ()


def _since_by_rule(
    roles: Sequence[Follower], rules: Mapping[Role, Sequence[Rule]], own: Sequence[Rule] | None
) -> dict[Rule, datetime]:
    """Every rule that applies to a reader in any of her roles, once, and since when it does."""
    since: dict[Rule, datetime] = {}
    for follower in roles:
        for rule in rules.get(follower.role, ()) if own is None else own:
            since[rule] = min(follower.since, since.get(rule, follower.since))
    return since
