"""Reading the ladders that a collective edits in ``config/ladders.yaml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from tracker.dates.rules import Day, DayKind
from tracker.reminders.rules import Role, Rule

MOST_DAYS = 366
MOST_HOURS = 240
MOST_RUNGS = 20

ByRole = Mapping[Role, Sequence[Rule]]


class BadLadders(Exception):
    """The ladders cannot be used; ``faults`` says where and why, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Ladders:
    """Which rules apply to which day, by role."""

    by_kind: Mapping[DayKind, ByRole]
    own: Mapping[UUID, ByRole] = field(default_factory=dict)
    """Ladders of single days, by subject, in place of those of their kind."""

    def rules_for(self, day: Day) -> ByRole:
        """The rules for a day, by role; a role without rules gets nothing."""
        return self.own.get(day.subject_id) or self.by_kind.get(day.kind, {})

    @property
    def furthest_days(self) -> int:
        """The earliest that anything is sent before a day."""
        ladders = [*self.by_kind.values(), *self.own.values()]
        hours = [rule.offset_hours for ladder in ladders for rules in ladder.values() for rule in rules]
        return max(hours, default=0) // 24 + 1


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
        if key != "ladders":
            faults.append(f"{name}: '{key}' means nothing here; only 'ladders' does.")
    by_kind: dict[DayKind, ByRole] = {}
    for kind, roles in kinds.items():
        where = f"{name}: ladders.{kind}"
        if kind not in set(DayKind):
            faults.append(f"{where} is no kind of day; there are {', '.join(DayKind)}.")
        elif not isinstance(roles, dict):
            faults.append(f"{where} must name roles: {', '.join(Role)}.")
        else:
            by_kind[DayKind(kind)] = _roles(roles, where, faults)
    if faults:
        raise BadLadders(faults)
    return Ladders(by_kind)


def _roles(roles: Mapping[Any, Any], where: str, faults: list[str]) -> ByRole:
    ladder: dict[Role, Sequence[Rule]] = {}
    for role, rungs in roles.items():
        if role not in set(Role):
            faults.append(f"{where}.{role} is no role; there are {', '.join(Role)}.")
        elif not isinstance(rungs, list) or len(rungs) > MOST_RUNGS:
            faults.append(f"{where}.{role} must be a list of at most {MOST_RUNGS} rungs, such as [7, 2].")
        else:
            rules = [_rule(rung, f"{where}.{role}[{index}]", faults) for index, rung in enumerate(rungs)]
            ladder[Role(role)] = tuple(dict.fromkeys(rule for rule in rules if rule is not None))
    return ladder


def _rule(rung: Any, where: str, faults: list[str]) -> Rule | None:
    if isinstance(rung, dict) and set(rung) == {"hours"}:
        hours = rung["hours"]
        if _is_number(hours) and 1 <= hours <= MOST_HOURS:
            return Rule(hours=hours)
        faults.append(f"{where}.hours must be a whole number from 1 to {MOST_HOURS}.")
        return None
    if _is_number(rung) and 0 <= rung <= MOST_DAYS:
        return Rule(days=rung)
    faults.append(f"{where} must be a whole number of days from 0 to {MOST_DAYS}, or {{hours: n}}.")
    return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
