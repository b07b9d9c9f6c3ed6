"""Reads of facilities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.collective.models import Collective
from tracker.collective.rules import STALE_AFTER_DAYS
from tracker.dates.models import Hearing
from tracker.facilities.models import Facility, FacilityChannel
from tracker.facilities.rules import FacilityKind
from tracker.letters.models import Letter
from tracker.letters.rules import Channel, ReturnReason
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.names import sorting_form
from tracker.quotas.models import FacilityRule
from tracker.volunteers.models import Volunteer

MOST_WORDS = 6
"""Words of a search that count."""
MOST_TO_MERGE = 20
"""Entries offered at once; whoever does not find hers types more of its name."""


def facility_list(words: str, kind: FacilityKind | None, *, archived: bool) -> Select[*tuple[Any, ...]]:
    """The facilities whose names or city hold every word, one row each, with the number of people there now."""
    conditions: list[ColumnElement[bool]] = [
        Facility.archived_at.is_not(None) if archived else Facility.archived_at.is_(None)
    ]
    conditions += [_holds(word) for word in words.split()[:MOST_WORDS]]
    if kind is not None:
        conditions.append(Facility.kind == kind)
    return _list(*conditions).order_by(Facility.name_folded, Facility.id)


def to_verify(words: str, kind: FacilityKind | None, *, today: date, stale_after_days: int) -> Select[*tuple[Any, ...]]:
    """The same for places whose address somebody has to verify (``rules.is_stale``), those nobody ever looked at first,
    then those longest ago. Courts get no mail."""
    came_back = came_back_on(Facility.id)
    stale = or_(
        Facility.verified_on.is_(None),
        Facility.verified_on < today - timedelta(days=stale_after_days),
        came_back > Facility.verified_on,
    )
    conditions = [Facility.archived_at.is_(None), Facility.kind != FacilityKind.COURT, stale]
    conditions += [_holds(word) for word in words.split()[:MOST_WORDS]]
    if kind is not None:
        conditions.append(Facility.kind == kind)
    return (
        _list(*conditions)
        .add_columns(came_back.label("came_back_on"))
        .order_by(Facility.verified_on.asc().nulls_first(), Facility.name_folded, Facility.id)
    )


def _list(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    held = (
        select(func.count())
        .where(Placement.facility_id == Facility.id, Placement.is_current)
        .correlate(Facility)
        .scalar_subquery()
    )
    return select(
        Facility.id,
        Facility.name,
        Facility.name_local,
        Facility.kind,
        Facility.city,
        Facility.verified_on,
        Facility.address.is_not(None).label("has_address"),
        held.label("held"),
    ).where(Facility.merged_into_id.is_(None), *conditions)


def stale_after_days() -> ColumnElement[int]:
    """After how many days the collective wants an address verified anew, for any statement."""
    decided = select(Collective.stale_after_days).limit(1).scalar_subquery()
    return func.coalesce(decided, STALE_AFTER_DAYS)


def came_back_on(facility_id: Any) -> Any:
    """The day on which a letter to a facility last came back because its address is wrong, or because somebody who is
    thought to be there is not. ``facility_id``: a column of the statement around it."""
    letter, stay = aliased(Letter), aliased(Placement)
    wrong = letter.return_reason == ReturnReason.WRONG_ADDRESS
    not_there = and_(letter.return_reason == ReturnReason.MOVED, stay.is_current)
    return (
        select(func.max(letter.returned_on))
        .join(stay, stay.id == letter.placement_id)
        .where(
            stay.facility_id == facility_id,
            letter.returned_on.is_not(None),
            letter.removed_at.is_(None),
            or_(wrong, not_there),
        )
        .scalar_subquery()
    )


def e_letter_services(facility_id: Any) -> Any:
    """The names of the services whose e-letters reach a facility, with commas; empty when one does whose name is not
    known; NULL when none is known to."""
    channel = aliased(FacilityChannel)
    return (
        select(func.aggregate_strings(func.coalesce(channel.service, ""), ", "))
        .where(
            channel.facility_id == facility_id,
            channel.channel == Channel.E_LETTER,
            channel.works.is_(True),
            channel.removed_at.is_(None),
        )
        .scalar_subquery()
    )


def _holds(word: str) -> ColumnElement[bool]:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    folded = sorting_form(escaped)
    return or_(
        Facility.name_folded.like(f"%{folded}%", escape="\\"),
        func.lower(Facility.city).like(f"%{folded}%", escape="\\"),
        func.lower(Facility.name_local).like(f"%{folded}%", escape="\\"),
        # A PostgreSQL in the C locale folds no letters but a to z.
        Facility.name_local.like(f"%{escaped}%", escape="\\"),
    )


def people_in(session: Session, facility_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """Who is in a facility now: id, name, name_local, since, implied."""
    return session.execute(
        select(Prisoner.id, Prisoner.name, Prisoner.name_local, Placement.since, Placement.implied)
        .join(Placement, Placement.prisoner_id == Prisoner.id)
        .where(Placement.facility_id == facility_id, Placement.is_current, Prisoner.archived_at.is_(None))
        .order_by(Prisoner.name_folded, Prisoner.id)
    ).all()


def channels_of(session: Session, facility_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """The ways to a facility in their order: id, channel, service, works, note, verified_on, verified_from; and what
    is known about its address, repeated in each row: verified_by (a handle), came_back_on, stale_after_days. One row
    without an id when it has none."""
    return session.execute(
        select(
            FacilityChannel.id,
            FacilityChannel.channel,
            FacilityChannel.service,
            FacilityChannel.works,
            FacilityChannel.note,
            FacilityChannel.verified_on,
            FacilityChannel.verified_from,
            Volunteer.handle.label("verified_by"),
            came_back_on(Facility.id).label("came_back_on"),
            stale_after_days().label("stale_after_days"),
        )
        .select_from(Facility)
        .outerjoin(
            FacilityChannel,
            and_(FacilityChannel.facility_id == Facility.id, FacilityChannel.removed_at.is_(None)),
        )
        .outerjoin(Volunteer, Volunteer.id == Facility.verified_by_id)
        .where(Facility.id == facility_id)
        .order_by(FacilityChannel.position, FacilityChannel.id)
    ).all()


def other_entries(words: str, but: UUID, kind: FacilityKind) -> Select[*tuple[Any, ...]]:
    """Entries that might be the same place as another one, the archived ones among them; for choosing. A court is only
    ever a court."""
    is_court = Facility.kind == FacilityKind.COURT
    conditions = [_holds(word) for word in words.split()[:MOST_WORDS]]
    conditions.append(is_court if kind is FacilityKind.COURT else ~is_court)
    return _list(Facility.id != but, *conditions).order_by(Facility.name_folded, Facility.id).limit(MOST_TO_MERGE)


def entry_that_holds(session: Session, facility_id: UUID) -> UUID:
    """The entry of a place for something that is about to name it: itself, or the one into which it was merged.

    Nobody merges it away before the end of this transaction; whoever does it just now is waited for.
    """
    merged_into = session.scalar(
        select(Facility.merged_into_id).where(Facility.id == facility_id).with_for_update(read=True, key_share=True)
    )
    return merged_into or facility_id


def belongings(session: Session, facility_ids: Sequence[UUID]) -> dict[UUID, Row[*tuple[Any, ...]]]:
    """For each of some entries, how much there is at it: people there now, people there before, hearings, letters that
    went there, rules, ways."""

    def count(what: Any, *where: ColumnElement[bool]) -> Any:
        return select(func.count(what)).where(*where).correlate(Facility).scalar_subquery()

    letters = (
        select(func.count(Letter.id))
        .join(Placement, Placement.id == Letter.placement_id)
        .where(Placement.facility_id == Facility.id, Letter.removed_at.is_(None))
        .correlate(Facility)
        .scalar_subquery()
    )
    here = Placement.facility_id == Facility.id
    people = Placement.prisoner_id.distinct()
    rows = session.execute(
        select(
            Facility.id,
            count(people, here, Placement.is_current.is_(True)).label("people_now"),
            count(people, here, ~Placement.is_current).label("people_before"),
            count(Hearing.id, Hearing.court_id == Facility.id).label("hearings"),
            letters.label("letters"),
            count(FacilityRule.id, FacilityRule.facility_id == Facility.id).label("rules"),
            count(
                FacilityChannel.id,
                FacilityChannel.facility_id == Facility.id,
                FacilityChannel.removed_at.is_(None),
            ).label("ways"),
        ).where(Facility.id.in_(facility_ids))
    ).all()
    return {row.id: row for row in rows}
