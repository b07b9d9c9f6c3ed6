"""Reads of letters in preparation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, case, func, select
from sqlalchemy.orm import Session, aliased

from tracker.access import Actor, scope
from tracker.letters.models import PreparedLetter
from tracker.letters.preparing import Stage
from tracker.prisoners.models import Prisoner
from tracker.volunteers.models import Volunteer

_AHEAD: dict[Stage, tuple[Any, ...]] = {
    Stage.PLANNED: (PreparedLetter.written_on, PreparedLetter.translated_on, PreparedLetter.handed_on),
    Stage.WRITTEN: (PreparedLetter.translated_on, PreparedLetter.handed_on),
    Stage.TRANSLATED: (PreparedLetter.handed_on,),
    Stage.HANDED: (),
}
_DAYS: dict[Stage, Any] = {
    Stage.PLANNED: PreparedLetter.planned_on,
    Stage.WRITTEN: PreparedLetter.written_on,
    Stage.TRANSLATED: PreparedLetter.translated_on,
    Stage.HANDED: PreparedLetter.handed_on,
}


def in_preparation(
    actor: Actor,
    *,
    volunteer_id: UUID | None = None,
    prisoner_id: UUID | None = None,
    stage: Stage | None = None,
) -> Select[*tuple[Any, ...]]:
    """Letters in preparation that ``actor`` may see, those first that have waited longest: id, prisoner_id, name, kind,
    channel, volunteer_id, handle, stage, since.

    Coordinators see all; everybody else her own, as long as she writes to the prisoner. ``volunteer_id`` limits it to
    those of one writer, ``prisoner_id`` to one prisoner, ``stage`` to those that are just as far.
    """
    since = func.coalesce(*reversed(_DAYS.values())).label("since")
    furthest = case(*((_DAYS[each].is_not(None), str(each)) for each in reversed(Stage)), else_=None).label("stage")
    statement = (
        select(
            PreparedLetter.id,
            PreparedLetter.prisoner_id,
            Prisoner.name,
            PreparedLetter.kind,
            PreparedLetter.channel,
            PreparedLetter.volunteer_id,
            Volunteer.handle,
            furthest,
            since,
        )
        .join(Prisoner, Prisoner.id == PreparedLetter.prisoner_id)
        .join(Volunteer, Volunteer.id == PreparedLetter.volunteer_id)
        .where(PreparedLetter.is_waiting)
        .order_by(since, PreparedLetter.created_at, PreparedLetter.id)
    )
    own = actor.id if not actor.is_coordinator else volunteer_id
    if own is not None:
        statement = statement.where(PreparedLetter.volunteer_id == own)
    if prisoner_id is not None:
        statement = statement.where(PreparedLetter.prisoner_id == prisoner_id)
    if stage is not None:
        statement = statement.where(*_is_at(stage))
    return scope(statement, actor, PreparedLetter.prisoner_id)


def _is_at(stage: Stage) -> list[ColumnElement[bool]]:
    return [_DAYS[stage].is_not(None), *(day.is_(None) for day in _AHEAD[stage])]


def around(session: Session, prepared_id: UUID) -> Row[*tuple[Any, ...]]:
    """What the page of a letter in preparation says besides: name (of the prisoner), handle (of its writer),
    translator. That the reader sees the prisoner has been checked."""
    translator = aliased(Volunteer)
    return session.execute(
        select(Prisoner.name, Volunteer.handle, translator.handle.label("translator"))
        .select_from(PreparedLetter)
        .join(Prisoner, Prisoner.id == PreparedLetter.prisoner_id)
        .join(Volunteer, Volunteer.id == PreparedLetter.volunteer_id)
        .outerjoin(translator, translator.id == PreparedLetter.translated_by_id)
        .where(PreparedLetter.id == prepared_id)
    ).one()
