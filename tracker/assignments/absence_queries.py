"""Reads about absences: who is away and whom she writes to, and stand-ins who are no longer needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.assignments.models import Assignment, Part
from tracker.prisoners.models import Prisoner
from tracker.volunteers.models import Volunteer
from tracker.volunteers.queries import is_away_on

MOST_BACK = 50
"""Stand-ins shown at once who are no longer needed; whoever deals with some sees the next."""


def absences(today: date) -> Select[*tuple[Any, ...]]:
    """Who is away or will be, the nearest first, and whom she writes to, a row each: volunteer_id, handle, away_from,
    away_until, assignment_id, prisoner_id, name, last_letter_on, stand_ins (handles with commas). Who writes to nobody
    has one row without a prisoner."""
    standing_in, other = aliased(Assignment), aliased(Volunteer)
    stand_ins = (
        select(func.aggregate_strings(other.handle, ", "))
        .select_from(standing_in)
        .join(other, other.id == standing_in.volunteer_id)
        .where(standing_in.stands_in_for_id == Assignment.id, standing_in.until.is_(None))
        .scalar_subquery()
    )
    return (
        select(
            Volunteer.id.label("volunteer_id"),
            Volunteer.handle,
            Volunteer.away_from,
            Volunteer.away_until,
            Assignment.id.label("assignment_id"),
            Prisoner.id.label("prisoner_id"),
            Prisoner.name,
            Assignment.last_letter_on,
            stand_ins.label("stand_ins"),
        )
        .select_from(Volunteer)
        .outerjoin(
            Assignment,
            and_(
                Assignment.volunteer_id == Volunteer.id,
                Assignment.until.is_(None),
                Assignment.part == Part.WRITER,
            ),
        )
        .outerjoin(Prisoner, Prisoner.id == Assignment.prisoner_id)
        .where(Volunteer.disabled_at.is_(None), Volunteer.away_until >= today)
        .order_by(
            func.coalesce(Volunteer.away_from, date.min),
            Volunteer.handle_folded,
            Volunteer.id,
            Prisoner.name_folded,
            Assignment.id,
        )
    )


def stand_ins_no_longer_needed(session: Session, today: date) -> Sequence[Row[*tuple[Any, ...]]]:
    """Who stands in for somebody who is back, or does not write to that prisoner any more: assignment_id, handle,
    prisoner_id, name, stood_in_for (a handle), has_ended (the part of the one who was away)."""
    absent_part, absent = aliased(Assignment), aliased(Volunteer)
    return session.execute(
        select(
            Assignment.id.label("assignment_id"),
            Volunteer.handle,
            Prisoner.id.label("prisoner_id"),
            Prisoner.name,
            absent.handle.label("stood_in_for"),
            absent_part.until.is_not(None).label("has_ended"),
        )
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .join(Prisoner, Prisoner.id == Assignment.prisoner_id)
        .join(absent_part, absent_part.id == Assignment.stands_in_for_id)
        .join(absent, absent.id == absent_part.volunteer_id)
        .where(Assignment.until.is_(None), or_(absent_part.until.is_not(None), ~is_away_on(today, absent)))
        .order_by(Prisoner.name_folded, Assignment.id)
        .limit(MOST_BACK)
    ).all()
