"""Reads of letters as the counts need them: plain values, with the facility to which each went."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.letters.models import Letter
from tracker.letters.rules import Direction
from tracker.prisoners.models import Placement
from tracker.transit.rules import Posted


def facilities_of(session: Session, placement_ids: Collection[UUID | None]) -> Mapping[UUID, UUID | None]:
    """The facility of each placement; no statement where there is none."""
    wanted = [each for each in placement_ids if each is not None]
    if not wanted:
        return {}
    rows = session.execute(select(Placement.id, Placement.facility_id).where(Placement.id.in_(wanted)))
    return {row.id: row.facility_id for row in rows}


def posted_letters(session: Session, ids: Collection[UUID]) -> Mapping[UUID, Posted]:
    """These letters as they are counted; those that were removed are left out. No statement for none."""
    if not ids:
        return {}
    rows = session.execute(_letters().where(Letter.id.in_(ids)))
    return {row.id: _posted(row) for row in rows}


def every_letter(
    session: Session, *, prisoner_id: UUID | None = None, answers_id: UUID | None = None
) -> Iterator[Posted]:
    """The letters and replies that count: all, those of a prisoner, or those that answer a letter. In one statement,
    one after the other, so that a whole archive needs no memory."""
    answered, its_place = aliased(Letter), aliased(Placement)
    statement = (
        _letters()
        .outerjoin(answered, and_(answered.id == Letter.answers_id, answered.removed_at.is_(None)))
        .outerjoin(its_place, its_place.id == answered.placement_id)
        .add_columns(
            answered.id.label("answered_id"),
            answered.channel.label("answered_channel"),
            answered.dated_on.label("answered_dated_on"),
            answered.delivered_on.label("answered_delivered_on"),
            its_place.facility_id.label("answered_facility_id"),
        )
    )
    if prisoner_id is not None:
        statement = statement.where(Letter.prisoner_id == prisoner_id)
    if answers_id is not None:
        statement = statement.where(Letter.answers_id == answers_id)
    for row in session.execute(statement.execution_options(yield_per=2000)):
        yield _posted(row, _answered(row))


def _letters() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Letter.id,
            Letter.direction,
            Letter.channel,
            Letter.dated_on,
            Letter.written_on,
            Letter.delivered_on,
            or_(Letter.returned_on.is_not(None), Letter.stopped_on.is_not(None), Letter.given_up_on.is_not(None)).label(
                "is_lost"
            ),
            Placement.facility_id,
        )
        .outerjoin(Placement, Placement.id == Letter.placement_id)
        .where(Letter.removed_at.is_(None))
    )


def _posted(row: Row[Any], answers: Posted | None = None) -> Posted:
    return Posted(
        direction=row.direction,
        channel=row.channel,
        facility_id=row.facility_id,
        dated_on=row.dated_on,
        written_on=row.written_on,
        delivered_on=row.delivered_on,
        is_lost=bool(row.is_lost),
        answers=answers,
    )


def _answered(row: Row[Any]) -> Posted | None:
    if row.answered_id is None:
        return None
    return Posted(
        direction=Direction.OUT,
        channel=row.answered_channel,
        facility_id=row.answered_facility_id,
        dated_on=row.answered_dated_on,
        delivered_on=row.answered_delivered_on,
    )
