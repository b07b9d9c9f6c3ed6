"""Entering what a facility does differently, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.db import add_once
from tracker.quotas.models import FacilityRule
from tracker.quotas.rules import (
    Confidence,
    Counts,
    Limit,
    LimitWithoutNumber,
    NothingChanged,
    Pool,
    Unit,
    VerifiedInTheFuture,
    Window,
)


@dataclass(frozen=True)
class RuleFacts:
    """What is told about a rule of a facility. None: as the country's rule says."""

    pool: Pool
    unit: Unit
    limit: Limit | None
    most: int | None
    """Pieces or grams."""
    window: Window | None
    spacing_days: int | None
    counts: Counts | None
    source: str
    verified_on: date | None
    confidence: Confidence
    note: str | None

    def check(self, today: date) -> None:
        """Raises LimitWithoutNumber, NothingChanged or VerifiedInTheFuture."""
        if self.limit is Limit.UP_TO and (self.most is None or self.window is None):
            raise LimitWithoutNumber
        if all(each is None for each in (self.limit, self.window, self.spacing_days, self.counts)):
            raise NothingChanged
        if self.verified_on is not None and self.verified_on > today:
            raise VerifiedInTheFuture


def add_rule(
    session: Session, facility_id: UUID, facts: RuleFacts, *, rule_id: UUID, actor_id: UUID, today: date, now: datetime
) -> bool:
    """Keep what a facility does differently; whether it is new: the same form sent twice is one rule.

    Raises LimitWithoutNumber, NothingChanged or VerifiedInTheFuture.
    """
    facts.check(today)
    most = facts.most if facts.limit is Limit.UP_TO else None
    rule = FacilityRule(
        id=rule_id,
        facility_id=facility_id,
        entered_by_id=actor_id,
        created_at=now,
        **{**vars(facts), "most": most},
    )
    return add_once(session, rule, "id")


def remove_rule(rule: FacilityRule, *, now: datetime) -> None:
    """The country's rule holds again; the row stays, so that this can be undone."""
    rule.removed_at = rule.removed_at or now


def restore_rule(rule: FacilityRule) -> None:
    """A removed rule holds again."""
    rule.removed_at = None
