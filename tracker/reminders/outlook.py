"""What will be sent in the coming days, to whom, when and why: the plan, asked for a later moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.reminders.ladders import Ladders
from tracker.reminders.plan import plan
from tracker.reminders.queries import known, planning_began_at
from tracker.reminders.rules import Planned


def outlook(session: Session, ladders: Ladders, home_zone: str, now: datetime, until: datetime) -> list[Planned]:
    """The plan from ``now`` until a later moment, as things stand, with what drops out and why; in order of time."""
    facts = known(session, now, until, ladders.furthest_days, home_zone)
    began_at = planning_began_at(session) or now
    return plan(facts.days, facts.followers, facts.people, facts.told, ladders, now, until, began_at)
