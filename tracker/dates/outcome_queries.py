"""Which measures the outcome of a hearing can be about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from tracker.access import Actor, scope
from tracker.cases.models import Measure
from tracker.dates.models import HearingPrisoner
from tracker.dates.queries import CUSTODY
from tracker.prisoners.models import Prisoner


def running_measures(session: Session, actor: Actor, hearing_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """The custody that runs of those whom a hearing concerns, as far as ``actor`` sees them: rows of id, kind, until,
    name."""
    statement = (
        select(Measure.id, Measure.kind, Measure.until, Prisoner.name)
        .join(HearingPrisoner, HearingPrisoner.prisoner_id == Measure.prisoner_id)
        .join(Prisoner, Prisoner.id == Measure.prisoner_id)
        .where(HearingPrisoner.hearing_id == hearing_id, Measure.kind.in_(CUSTODY), Measure.ended_on.is_(None))
        .order_by(Prisoner.name_folded, Measure.position, Measure.id)
    )
    return session.execute(scope(statement, actor, Measure.prisoner_id)).all()
