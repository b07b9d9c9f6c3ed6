"""Reads of a prisoner as far as quotas are concerned: placements, and what their facilities do differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, and_, bindparam, func, select
from sqlalchemy.orm import Session

from tracker.facilities.models import Facility
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Placement, Prisoner, PrisonerAge
from tracker.prisoners.rules import mail_is_forbidden
from tracker.quotas.choosing import FacilityChange, Situation
from tracker.quotas.models import FacilityRule
from tracker.quotas.rules import Axis, Cell, Rule, Source
from tracker.quotas.situation import Person, Stay, situation_on, stay_on


@dataclass(frozen=True)
class Supplied:
    """A prisoner as far as quotas are concerned."""

    id: UUID
    stays: Sequence[Stay]
    person: Person
    no_mail: bool
    no_mail_since: PartialDate | None
    no_mail_until: PartialDate | None
    is_archived: bool
    changes: Mapping[UUID, Sequence[FacilityChange]]
    """What facilities do differently, by facility."""

    def situation(self, day: date, today: date) -> Situation:
        """How the prisoner is placed on a day."""
        return situation_on(day, today, self.stays, self.person)

    def changes_on(self, day: date, today: date) -> Sequence[FacilityChange]:
        """What the facility does differently in which the prisoner is on a day."""
        stay = stay_on(self.stays, day, today)
        return self.changes.get(stay.facility_id, ()) if stay and stay.facility_id else ()

    def mail_forbidden(self, day: date) -> bool:
        """Whether a court has forbidden mail."""
        return mail_is_forbidden(self.no_mail, self.no_mail_since, self.no_mail_until, day)


STAY_COLUMNS = (
    Placement.id.label("placement_id"),
    Placement.kind,
    Placement.is_current,
    Placement.since,
    Placement.until,
    Placement.facility_id,
    Placement.regime,
    Placement.conditions,
    Facility.kind.label("facility_kind"),
    Facility.country,
    Facility.regime.label("facility_regime"),
)

RULE_COLUMNS = (
    FacilityRule.id.label("rule_id"),
    FacilityRule.pool,
    FacilityRule.unit,
    FacilityRule.limit,
    FacilityRule.most,
    FacilityRule.window,
    FacilityRule.spacing_days,
    FacilityRule.counts,
    FacilityRule.note,
    FacilityRule.source,
    FacilityRule.verified_on,
    FacilityRule.confidence,
)


@cache
def _supplied() -> Select[Any]:
    """Made once: to put it together takes longer than to ask it."""
    told_age = select(func.max(PrisonerAge.years)).where(PrisonerAge.prisoner_id == Prisoner.id).scalar_subquery()
    of_facility = and_(FacilityRule.facility_id == Placement.facility_id, FacilityRule.removed_at.is_(None))
    return (
        select(
            Prisoner.sex,
            Prisoner.birth,
            told_age.label("told_age"),
            Prisoner.no_mail,
            Prisoner.no_mail_since,
            Prisoner.no_mail_until,
            Prisoner.archived_at,
            *STAY_COLUMNS,
            *RULE_COLUMNS,
        )
        .outerjoin(Placement, Placement.prisoner_id == Prisoner.id)
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .outerjoin(FacilityRule, of_facility)
        .where(Prisoner.id == bindparam("prisoner_id", type_=Uuid))
        .order_by(Placement.position, FacilityRule.created_at, FacilityRule.id)
    )


def supplied(session: Session, prisoner_id: UUID) -> Supplied | None:
    """A prisoner with all placements and what their facilities do differently, in one statement. Whether the reader
    may see the prisoner is not asked here."""
    rows = session.execute(_supplied(), {"prisoner_id": prisoner_id}).all()
    if not rows:
        return None
    first = rows[0]
    stays: dict[UUID, Stay] = {}
    changes: dict[UUID, dict[UUID, FacilityChange]] = {}
    for row in rows:
        if row.placement_id is not None:
            stays.setdefault(row.placement_id, stay_of(row))
        if row.rule_id is not None:
            changes.setdefault(row.facility_id, {}).setdefault(row.rule_id, change_of(row, row.country))
    return Supplied(
        prisoner_id,
        list(stays.values()),
        Person(first.sex, first.birth, first.told_age),
        first.no_mail,
        first.no_mail_since,
        first.no_mail_until,
        first.archived_at is not None,
        {facility: list(each.values()) for facility, each in changes.items()},
    )


def stay_of(row: Any) -> Stay:
    """The stay in a row with ``STAY_COLUMNS``."""
    return Stay(
        row.placement_id,
        row.kind,
        row.is_current,
        row.since,
        row.until,
        row.facility_id,
        row.facility_kind,
        row.country,
        row.regime or row.facility_regime,
        row.conditions,
    )


def change_of(row: Any, country: str | None) -> FacilityChange:
    """What a row with ``RULE_COLUMNS`` says."""
    rule = Rule(
        name=str(row.rule_id),
        country=country or "",
        pool=row.pool,
        source=Source(row.source, row.confidence, row.verified_on, row.note),
        where={Axis.PLACEMENT: frozenset({str(Cell.ORDINARY)})},
        unit=row.unit,
        is_of_facility=True,
    )
    return FacilityChange(rule, row.limit, row.most, row.window, row.spacing_days, row.counts)
