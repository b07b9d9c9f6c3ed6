"""The ladders as they are now: those of the file with what coordinators changed lying over them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.dates.rules import DayKind
from tracker.reminders.ladders import ByRole, Ladders, Nag, parse_rungs
from tracker.reminders.models import OwnLadder
from tracker.reminders.rules import MailTopic, Role, Rule


def ladders_now(session: Session, of_file: Ladders) -> Ladders:
    """The ladders by which mails go out now, in one statement. A row that cannot be read counts as if it were not
    there."""
    statement = select(
        OwnLadder.topic, OwnLadder.role, OwnLadder.prisoner_id, OwnLadder.volunteer_id, OwnLadder.rungs
    ).order_by(OwnLadder.changed_at, OwnLadder.id)
    rows = list(session.execute(statement))
    if not rows:
        return of_file
    common: dict[Any, Any] = {}
    prisoners: dict[UUID, dict[Any, Any]] = defaultdict(dict)
    volunteers: dict[UUID, dict[MailTopic, Sequence[Rule]]] = defaultdict(dict)
    for topic, role, prisoner_id, volunteer_id, rungs in rows:
        faults: list[str] = []
        rules = parse_rungs(rungs, "own ladder", faults)
        if faults:
            continue
        if volunteer_id is not None:
            volunteers[volunteer_id][MailTopic(topic)] = rules
        elif role is not None:
            of_whom = common if prisoner_id is None else prisoners[prisoner_id]
            of_whom[MailTopic(topic), Role(role)] = rules
    nags = _nags(common, of_file.nags)
    return replace(
        of_file,
        by_kind=_ladders(common, of_file.by_kind),
        nags=nags,
        of_prisoners={id_: _ladders(own, {}) for id_, own in prisoners.items()},
        nags_of_prisoners={id_: _nags(own, nags, only_own=True) for id_, own in prisoners.items()},
        of_volunteers={
            id_: {DayKind(topic): rules for topic, rules in own.items() if not topic.is_nag}
            for id_, own in volunteers.items()
        },
        nags_of_volunteers={
            id_: {topic: _days(rules) for topic, rules in own.items() if topic.is_nag}
            for id_, own in volunteers.items()
        },
    )


def _ladders(own: dict[Any, Any], below: Any) -> dict[DayKind, ByRole]:
    found: dict[DayKind, dict[Role, Sequence[Rule]]] = {kind: dict(roles) for kind, roles in below.items()}
    for (topic, role), rules in own.items():
        if not topic.is_nag:
            found.setdefault(DayKind(topic), {})[role] = rules
    return dict(found)


def _nags(own: dict[Any, Any], below: Any, *, only_own: bool = False) -> dict[MailTopic, Nag]:
    topics = {topic for topic, _ in own if topic.is_nag}
    found: dict[MailTopic, Nag] = {} if only_own else dict(below)
    for topic in topics:
        nag = below.get(topic, Nag())
        if (topic, Role.WRITERS) in own:
            nag = replace(nag, writers=_days(own[topic, Role.WRITERS]))
        if (topic, Role.COORDINATORS) in own:
            nag = replace(nag, coordinators=_days(own[topic, Role.COORDINATORS]))
        found[topic] = nag
    return found


def _days(rules: Sequence[Rule]) -> int | None:
    return rules[0].days if rules else None


@dataclass(frozen=True)
class Whose:
    """Whose ladders are looked at: the collective's (neither), those for one prisoner, or one volunteer's own."""

    prisoner_id: UUID | None = None
    volunteer_id: UUID | None = None

    @property
    def roles(self) -> tuple[Role | None, ...]:
        """For whom there is a ladder each; a volunteer's own holds in whatever role she is told."""
        return (None,) if self.volunteer_id is not None else tuple(Role)


@dataclass(frozen=True)
class Shown:
    """The ladders of one topic as a page shows them, by role."""

    topic: MailTopic
    present: dict[Role | None, Sequence[Rule] | None]
    """What holds; None for a volunteer who has none of her own."""
    below: dict[Role | None, Sequence[Rule] | None]
    """What would hold without a change here."""

    @property
    def is_own(self) -> bool:
        return any(self.present[role] != self.below[role] for role in self.present)


def shown_ladders(session: Session, of_file: Ladders, whose: Whose, topics: Iterable[MailTopic]) -> list[Shown]:
    """The ladders of some topics with what lies below them, in one statement."""
    present = ladders_now(session, of_file)
    below = of_file if whose == Whose() else replace(present, of_prisoners={}, nags_of_prisoners={}, of_volunteers={})
    found = []
    for topic in topics:
        if whose.volunteer_id is not None:
            own = _own_rules(present, whose.volunteer_id, topic)
            found.append(Shown(topic, {None: own}, {None: None}))
        else:
            roles: list[Role | None] = [role for role in Role if role in roles_of(topic)]
            found.append(
                Shown(
                    topic,
                    {role: _rules_of(present, topic, role, whose.prisoner_id) for role in roles},
                    {role: _rules_of(below, topic, role, None) for role in roles},
                )
            )
    return found


def roles_of(topic: MailTopic) -> tuple[Role, ...]:
    """Who can be told of a topic: court watchers are asked for no letters."""
    return (Role.WRITERS, Role.COORDINATORS) if topic.is_nag else tuple(Role)


def _rules_of(ladders: Ladders, topic: MailTopic, role: Role | None, prisoner_id: UUID | None) -> Sequence[Rule]:
    assert role is not None
    if topic.is_nag:
        nag = ladders.nag(topic, prisoner_id)
        days = nag.writers if role is Role.WRITERS else nag.coordinators
        return () if days is None else (Rule(days=days),)
    kind = DayKind(topic)
    common = ladders.by_kind.get(kind, {}).get(role, ())
    if prisoner_id is None:
        return common
    return ladders.of_prisoners.get(prisoner_id, {}).get(kind, {}).get(role, common)


def _own_rules(ladders: Ladders, volunteer_id: UUID, topic: MailTopic) -> Sequence[Rule] | None:
    if topic.is_nag:
        own = ladders.nags_of_volunteers.get(volunteer_id, {})
        if topic not in own:
            return None
        days = own[topic]
        return () if days is None else (Rule(days=days),)
    return ladders.of_volunteers.get(volunteer_id, {}).get(DayKind(topic))
