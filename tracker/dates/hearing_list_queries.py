"""The list of hearings, and which of them somebody will attend."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, or_, select, type_coerce

from tracker.access import Actor, sees_prisoner
from tracker.dates.models import Answer, Attendance, Hearing, HearingPrisoner, HearingStatus, Sitting
from tracker.facilities.models import Facility
from tracker.volunteers.models import Volunteer


class Show(StrEnum):
    """Which hearings the list shows."""

    COMING = "coming"
    """Those that are to come, and those postponed without a date."""
    NOBODY_THERE = "nobody_there"
    """To come, with a day, and nobody has said that she will be there."""
    NO_OUTCOME = "no_outcome"
    """Over, and nobody has said what became of it."""
    PAST = "past"
    """Over or called off."""


def hearings(actor: Actor, *, today: date, show: Show) -> Select[*tuple[Any, ...]]:
    """Hearings of prisoners whom ``actor`` sees: those to come with the soonest first, a month or a year before its
    days, without any date at the end; those that are over with the newest first.

    Rows of id, kind, on, roughly, latest_on, at, zone, status, outcome, court, next_on (the next day of one that takes
    several), answer (what ``actor`` said of it as it stands now) and is_attended. A day counts by the calendar of the
    reader; what is over by it may just be ending at the court.
    """
    seen = select(HearingPrisoner.hearing_id).where(sees_prisoner(actor, HearingPrisoner.prisoner_id))
    next_on = (
        select(func.min(Sitting.on)).where(Sitting.hearing_id == Hearing.id, Sitting.on >= today).scalar_subquery()
    )
    next_day = case((Hearing.on < today, next_on), else_=Hearing.on)
    statement = (
        select(
            Hearing.id,
            Hearing.kind,
            Hearing.on,
            Hearing.roughly,
            Hearing.latest_on,
            Hearing.at,
            Hearing.zone,
            Hearing.status,
            Hearing.outcome,
            Facility.name.label("court"),
            next_day.label("next_on"),
            _own_answer(actor).label("answer"),
            is_attended().label("is_attended"),
        )
        .join(Facility, Facility.id == Hearing.court_id)
        .where(Hearing.id.in_(seen))
    )
    # As texts a month comes before its days, and a year before its months.
    known = func.coalesce(cast(Hearing.on, String), type_coerce(Hearing.roughly, String))
    if show in (Show.COMING, Show.NOBODY_THERE):
        soonest = func.coalesce(cast(next_day, String), known)
        statement = statement.where(_is_to_come(today)).order_by(soonest.asc().nulls_last(), Hearing.at, Hearing.id)
        if show is Show.NOBODY_THERE:
            statement = statement.where(
                Hearing.status == HearingStatus.SCHEDULED, Hearing.on.is_not(None), ~is_attended()
            )
        return statement
    if show is Show.NO_OUTCOME:
        statement = statement.where(Hearing.status == HearingStatus.SCHEDULED, Hearing.outcome.is_(None))
    return statement.where(~_is_to_come(today)).order_by(known.desc().nulls_last(), Hearing.id)


def _is_to_come(today: date) -> ColumnElement[bool]:
    return and_(
        Hearing.status.in_([HearingStatus.SCHEDULED, HearingStatus.SINE_DIE]),
        Hearing.outcome.is_(None),
        ~ended_before(today),
    )


def ended_before(day: date) -> ColumnElement[bool]:
    """The condition under which every day of a hearing, of its window, its month or its year, lies before ``day``."""
    roughly = type_coerce(Hearing.roughly, String)
    later = select(Sitting.id).where(Sitting.hearing_id == Hearing.id, Sitting.on >= day)
    return or_(
        and_(
            Hearing.on.is_not(None),
            Hearing.on < day,
            or_(Hearing.latest_on.is_(None), Hearing.latest_on < day),
            ~later.exists(),
        ),
        # A year is over with its last month, not before its first.
        and_(Hearing.roughly.is_not(None), roughly.like("____"), roughly < f"{day:%Y}"),
        and_(Hearing.roughly.is_not(None), roughly.like("____-__"), roughly < f"{day:%Y-%m}"),
    )


def _own_answer(actor: Actor) -> Any:
    return (
        select(Attendance.answer)
        .where(
            Attendance.hearing_id == Hearing.id,
            Attendance.volunteer_id == actor.id,
            Attendance.revision == Hearing.revision,
        )
        .scalar_subquery()
    )


def is_attended() -> ColumnElement[bool]:
    """The condition under which somebody who can still come has said that she will be at a hearing as it stands now."""
    return (
        select(Attendance.id)
        .outerjoin(Volunteer, Volunteer.id == Attendance.volunteer_id)
        .where(
            Attendance.hearing_id == Hearing.id,
            Attendance.revision == Hearing.revision,
            Attendance.answer == Answer.YES,
            Volunteer.disabled_at.is_(None),
        )
        .exists()
    )
