"""The ladders as they are now: those of the file with what coordinators changed lying over them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
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
