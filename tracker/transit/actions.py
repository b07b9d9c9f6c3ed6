"""What a writer agrees with herself in a thread; and counting the post anew, from the letters themselves."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from tracker.assignments.models import Assignment
from tracker.transit.counting import cases_in, settle
from tracker.transit.models import TransitCount, TransitTime
from tracker.transit.posted import every_letter
from tracker.transit.rules import Case


def agree(assignment: Assignment, *, pen_name: str | None, rhythm_days: int | None) -> None:
    """With which name she signs in a thread, and once in how many days she means to write."""
    assignment.pen_name = pen_name
    assignment.rhythm_days = rhythm_days


def recount(session: Session) -> int:
    """Count the whole archive anew; how many different counts there are. Letters that are logged meanwhile wait."""
    _keep_others_waiting(session)
    session.execute(delete(TransitTime))
    session.execute(delete(TransitCount))
    cases = cases_in(every_letter(session))
    _settle_by_facility(session, cases)
    return len(cases)


def _settle_by_facility(session: Session, cases: Mapping[Case, int]) -> None:
    # A facility at a time: no statement may grow beyond what a database takes.
    by_facility: dict[UUID, dict[Case, int]] = {}
    for case, number in cases.items():
        by_facility.setdefault(case.facility_id, {})[case] = number
    for facility_id in sorted(by_facility):
        settle(session, by_facility[facility_id])


def _keep_others_waiting(session: Session) -> None:
    # On SQLite whoever may write is alone anyway.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE transit_count IN EXCLUSIVE MODE"))
