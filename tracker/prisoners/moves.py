"""Changes of where somebody is: a move, a correction, and taking a move back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.db import add_once
from tracker.facilities.queries import entry_that_holds
from tracker.letters.models import Letter
from tracker.parcels.models import Parcel
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.placements import check_placement
from tracker.prisoners.rules import (
    AlreadyThere,
    Conditions,
    DatedInTheFuture,
    MovedMeanwhile,
    NotThePresentPlacement,
    PlacementKind,
    Regime,
    is_in_the_future,
    whereabouts_in,
)
from tracker.sources.actions import uncite
from tracker.tasks.actions import date_tasks, follow_move, take_back_tasks
from tracker.transit.counting import following, hold_places


@dataclass(frozen=True)
class PlacementFacts:
    """What is known of a stay."""

    kind: PlacementKind
    facility_id: UUID | None = None
    place: str | None = None
    since: PartialDate | None = None
    regime: Regime | None = None
    conditions: Conditions | None = None
    envelope_line: str | None = None


ANYWHERE = UUID(int=0)
"""Whoever moves somebody did not look where the person was so far."""


def move_prisoner(
    session: Session,
    prisoner_id: UUID,
    placement_id: UUID,
    facts: PlacementFacts,
    *,
    today: date,
    now: datetime,
    seen: UUID | None = ANYWHERE,
) -> bool:
    """Somebody is in a new place, or held there in another way; the stay before it ends on the same day, and tasks
    follow for those who look for the person or write. False: the form was sent before.

    ``seen`` is the present stay as it stood when the form was opened; None: there was none. Raises MovedMeanwhile,
    DatedInTheFuture, AlreadyThere, and the refusals of ``check_placement``.
    """
    facts = _at_the_entry_that_holds(session, facts)
    # One move at a time: there is one present place.
    prisoner = session.scalars(select(Prisoner).where(Prisoner.id == prisoner_id).with_for_update()).one()
    stays = _stays(session, prisoner_id)
    if any(stay.id == placement_id for stay in stays):
        return False
    present = next((stay for stay in stays if stay.is_current), None)
    if seen != ANYWHERE and seen != (present.id if present else None):
        raise MovedMeanwhile
    if is_in_the_future(facts.since, today):
        raise DatedInTheFuture
    newest = stays[-1] if stays else None
    _check(facts, previous=newest)
    if present is not None and _same_place(present, facts):
        raise AlreadyThere
    if present is not None:
        present.is_current = False
        present.until = present.until or facts.since
        session.flush()
    position = newest.position + 1 if newest else 0
    row = Placement(id=placement_id, prisoner_id=prisoner_id, position=position, is_current=True, **vars(facts))
    added = add_once(session, row, "id")
    if added:
        _stand(session, prisoner, facts.kind)
        follow_move(session, [*stays, row], today=today, now=now)
    return added


def correct_placement(
    session: Session,
    prisoner: Prisoner,
    placement: Placement,
    facts: PlacementFacts,
    until: PartialDate | None,
    *,
    today: date,
    now: datetime,
) -> None:
    """Correct a stay; only one that is over has an end. Raises DatedInTheFuture and the refusals of
    ``check_placement``."""
    _wait_for_turn(session, prisoner.id)
    session.refresh(placement)
    facts = _at_the_entry_that_holds(session, facts)
    until = None if placement.is_current else until
    if is_in_the_future(facts.since, today) or is_in_the_future(until, today):
        raise DatedInTheFuture
    stays = _stays(session, prisoner.id)
    index = next(number for number, stay in enumerate(stays) if stay.id == placement.id)
    _check(
        facts,
        until=until,
        previous=stays[index - 1] if index else None,
        following=stays[index + 1] if index + 1 < len(stays) else None,
    )
    kind_before, facility_before = placement.kind, placement.facility_id
    if placement.since != facts.since:
        placement.since_printed = None
    if placement.until != until:
        placement.until_printed = None
    with following(session, prisoner.id):
        for name, value in vars(facts).items():
            setattr(placement, name, value)
    placement.until, placement.implied = until, False
    uncite(session, placement.id)
    if placement.is_current and kind_before is not facts.kind:
        _stand(session, prisoner, facts.kind)
    if placement.is_current and (kind_before, facility_before) != (facts.kind, facts.facility_id):
        follow_move(session, stays, today=today, now=now)
    date_tasks(session, placement, today=today)


def take_back_move(session: Session, prisoner: Prisoner, placement: Placement, *, now: datetime) -> None:
    """The newest move never was: the stay before it goes on, what was posted meanwhile went there, and what had to be
    done because of the move is dropped.

    Raises NotThePresentPlacement.
    """
    _wait_for_turn(session, prisoner.id)
    stays = _stays(session, prisoner.id)
    if len(stays) < 2 or stays[-1].id != placement.id or not placement.is_current:
        raise NotThePresentPlacement
    before = stays[-2]
    uncite(session, placement.id)
    session.flush()
    with following(session, prisoner.id):
        for posted in (Letter, Parcel):
            session.execute(
                update(posted)
                .where(posted.placement_id == placement.id)
                .values(placement_id=before.id)
                .execution_options(synchronize_session=False)
            )
    take_back_tasks(session, placement.id, now=now)
    session.delete(placement)
    session.flush()
    if before.until is not None:
        before.until, before.until_printed = None, None
    before.is_current = True
    _stand(session, prisoner, before.kind)


def _wait_for_turn(session: Session, prisoner_id: UUID) -> None:
    """Until nobody else changes where the person is or was, and no two entries of a place become one just now."""
    hold_places(session)
    session.execute(select(Prisoner.id).where(Prisoner.id == prisoner_id).with_for_update())


def _at_the_entry_that_holds(session: Session, facts: PlacementFacts) -> PlacementFacts:
    """The same place, even if its entry is being merged into another one just now."""
    if facts.facility_id is None:
        return facts
    return replace(facts, facility_id=entry_that_holds(session, facts.facility_id))


def _stays(session: Session, prisoner_id: UUID) -> list[Placement]:
    return list(
        session.scalars(
            select(Placement).where(Placement.prisoner_id == prisoner_id).order_by(Placement.position, Placement.id)
        )
    )


def _check(
    facts: PlacementFacts,
    *,
    until: PartialDate | None = None,
    previous: Placement | None = None,
    following: Placement | None = None,
) -> None:
    check_placement(
        kind=facts.kind,
        has_facility=facts.facility_id is not None,
        place=facts.place,
        since=facts.since,
        until=until,
        previous_since=previous.since if previous else None,
        next_since=following.since if following else None,
    )


def _same_place(present: Placement, facts: PlacementFacts) -> bool:
    def held(stay: Placement | PlacementFacts) -> tuple[object, ...]:
        return stay.kind, stay.facility_id, stay.place, stay.regime, stay.conditions

    return held(present) == held(facts)


def _stand(session: Session, prisoner: Prisoner, kind: PlacementKind) -> None:
    """How the person stands follows from where; a source that said otherwise is no longer cited for it."""
    stands = whereabouts_in(kind, prisoner.whereabouts)
    if stands is not prisoner.whereabouts:
        prisoner.whereabouts, prisoner.whereabouts_implied = stands, False
        uncite(session, prisoner.id, ["whereabouts"])
