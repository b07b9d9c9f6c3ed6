"""The ladders: when mails go out before a day, and after how long a silence somebody is asked.

``config/ladders.yaml`` is the default; what coordinators changed on the pages lies over it (``ladder_queries.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from tracker.dates.rules import Day, DayKind
from tracker.reminders.rules import MailTopic, Role, Rule

MOST_DAYS = 366
MOST_HOURS = 240
MOST_RUNGS = 20

ByRole = Mapping[Role, Sequence[Rule]]


class BadLadders(Exception):
    """The ladders cannot be used; ``faults`` says where and why, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Nag:
    """After how many days of silence a writer is asked, and how many days after that the coordinators are told; None:
    not at all."""

    writers: int | None = None
    coordinators: int | None = None


@dataclass(frozen=True)
class Ladders:
    """Which rules apply to which day, by role. The narrowest wins: a volunteer's own, that of a single day, a
    prisoner's, the collective's."""

    by_kind: Mapping[DayKind, ByRole]
    own: Mapping[UUID, ByRole] = field(default_factory=dict)
    """Ladders of single days, by subject, in place of those of their kind."""
    nags: Mapping[MailTopic, Nag] = field(default_factory=dict)
    of_prisoners: Mapping[UUID, Mapping[DayKind, ByRole]] = field(default_factory=dict)
    nags_of_prisoners: Mapping[UUID, Mapping[MailTopic, Nag]] = field(default_factory=dict)
    of_volunteers: Mapping[UUID, Mapping[DayKind, Sequence[Rule]]] = field(default_factory=dict)
    """In whatever role she is told."""
    nags_of_volunteers: Mapping[UUID, Mapping[MailTopic, int | None]] = field(default_factory=dict)

    def rules_for(self, day: Day) -> ByRole:
        """The rules for a day, by role; a role without rules gets nothing. A day of several prisoners goes by the
        ladders of all of them."""
        single = self.own.get(day.subject_id)
        if single:
            return single
        common = self.by_kind.get(day.kind, {})
        if not self.of_prisoners or self.of_prisoners.keys().isdisjoint(day.prisoner_ids):
            return common
        each = [{**common, **self.of_prisoners.get(id_, {}).get(day.kind, {})} for id_ in day.prisoner_ids]
        return {role: _together(rules.get(role, ()) for rules in each) for role in Role}

    def rules_of(self, person_id: UUID, day: Day) -> Sequence[Rule] | None:
        """A reader's own rules for a day, in place of those of her roles; None: she has none of her own."""
        own = self.of_volunteers.get(person_id)
        return own.get(day.kind) if own else None

    def nag(self, topic: MailTopic, prisoner_id: UUID | None = None, volunteer_id: UUID | None = None) -> Nag:
        """After how long a silence a writer of a prisoner is asked; without them, how the collective has it."""
        nag = self.nags.get(topic, Nag())
        if prisoner_id is not None:
            nag = self.nags_of_prisoners.get(prisoner_id, {}).get(topic, nag)
        own = self.nags_of_volunteers.get(volunteer_id, {}) if volunteer_id is not None else {}
        return Nag(own[topic], nag.coordinators) if topic in own else nag

    @property
    def furthest_days(self) -> int:
        """The earliest that anything is sent before a day."""
        ladders = [*self.by_kind.values(), *self.own.values()]
        ladders += [ladder for kinds in self.of_prisoners.values() for ladder in kinds.values()]
        several = [rules for ladder in ladders for rules in ladder.values()]
        several += [rules for kinds in self.of_volunteers.values() for rules in kinds.values()]
        return max((rule.offset_hours for rules in several for rule in rules), default=0) // 24 + 1


def _together(several: Any) -> tuple[Rule, ...]:
    return tuple(dict.fromkeys(rule for rules in several for rule in rules))


def read_ladders(path: Path) -> Ladders:
    """The ladders in a file; raises BadLadders."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadLadders([f"{path} cannot be read: {error.strerror}."]) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadLadders([f"{path} is not YAML: {error}"]) from None
    return parse_ladders(content, path.name)


def parse_ladders(content: Any, name: str = "ladders") -> Ladders:
    """The ladders in parsed YAML; raises BadLadders with every fault, named by its path in the file."""
    kinds = content.get("ladders") if isinstance(content, dict) else None
    if not isinstance(kinds, dict):
        raise BadLadders([f"{name}: there is no mapping named 'ladders'."])
    faults: list[str] = []
    for key in content:
        if key not in ("ladders", "nags"):
            faults.append(f"{name}: '{key}' means nothing here; only 'ladders' and 'nags' do.")
    by_kind: dict[DayKind, ByRole] = {}
    for kind, roles in kinds.items():
        where = f"{name}: ladders.{kind}"
        if kind not in set(DayKind):
            faults.append(f"{where} is no kind of day; there are {', '.join(DayKind)}.")
        elif not isinstance(roles, dict):
            faults.append(f"{where} must name roles: {', '.join(Role)}.")
        else:
            by_kind[DayKind(kind)] = _roles(roles, where, faults)
    nags = _nags(content.get("nags") or {}, name, faults)
    if faults:
        raise BadLadders(faults)
    return Ladders(by_kind, nags=nags)


def _roles(roles: Mapping[Any, Any], where: str, faults: list[str]) -> ByRole:
    ladder: dict[Role, Sequence[Rule]] = {}
    for role, rungs in roles.items():
        if role not in set(Role):
            faults.append(f"{where}.{role} is no role; there are {', '.join(Role)}.")
        else:
            ladder[Role(role)] = parse_rungs(rungs, f"{where}.{role}", faults)
    return ladder


def parse_rungs(rungs: Any, where: str, faults: list[str]) -> tuple[Rule, ...]:
    """The rules of a list of rungs, those named twice once; what is wrong is added to ``faults``."""
    if not isinstance(rungs, list) or len(rungs) > MOST_RUNGS:
        faults.append(f"{where} must be a list of at most {MOST_RUNGS} rungs, such as [7, 2].")
        return ()
    rules: dict[str, Rule] = {}
    for index, rung in enumerate(rungs):
        rule = _rule(rung, f"{where}[{index}]", faults)
        # Of the same rung with and without every sitting, the one that says more holds.
        if rule is not None and (rule.id not in rules or rule.each_sitting):
            rules[rule.id] = rule
    return tuple(rules.values())


def _rule(rung: Any, where: str, faults: list[str]) -> Rule | None:
    facts = rung if isinstance(rung, dict) else {"days": rung}
    each = facts.get("each_sitting", False)
    unit = next((unit for unit in ("days", "hours") if set(facts) - {"each_sitting"} == {unit}), None)
    if unit is None or not isinstance(each, bool):
        faults.append(
            f"{where} must be a whole number of days from 0 to {MOST_DAYS}, or {{hours: n}}, or {{days: n}}; the last"
            " two may say each_sitting: true."
        )
    elif unit == "hours":
        if _is_number(facts["hours"]) and 1 <= facts["hours"] <= MOST_HOURS:
            return Rule(hours=facts["hours"], each_sitting=each)
        faults.append(f"{where}.hours must be a whole number from 1 to {MOST_HOURS}.")
    elif _is_number(facts["days"]) and 0 <= facts["days"] <= MOST_DAYS:
        return Rule(days=facts["days"], each_sitting=each)
    else:
        faults.append(f"{where} must be a whole number of days from 0 to {MOST_DAYS}, or {{hours: n}}.")
    return None


def _nags(nags: Any, name: str, faults: list[str]) -> dict[MailTopic, Nag]:
    if not isinstance(nags, dict):
        faults.append(f"{name}: nags must name what is asked: {', '.join(_NAGS)}.")
        return {}
    found: dict[MailTopic, Nag] = {}
    for topic, days in nags.items():
        where = f"{name}: nags.{topic}"
        if topic not in _NAGS:
            faults.append(f"{where} is nothing to ask for; there are {', '.join(_NAGS)}.")
        elif not isinstance(days, dict) or not set(days) <= {"writers", "coordinators"}:
            faults.append(f"{where} must give days for writers and coordinators, such as {{writers: 30}}.")
        else:
            wrong = [role for role, each in days.items() if not (_is_number(each) and 1 <= each <= MOST_DAYS)]
            faults += [f"{where}.{role} must be a whole number of days from 1 to {MOST_DAYS}." for role in wrong]
            if not wrong:
                found[MailTopic(topic)] = Nag(**days)
    return found


_NAGS = tuple(topic for topic in MailTopic if topic.is_nag)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
