from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.cast import as_cora, as_vera, assignment, cora, dunya, vera  # noqa: F401
from tests.factories import make_evening, make_facility, make_placement, make_prisoner
from tracker.evenings.models import Evening, Tally
from tracker.facilities.models import Facility
from tracker.prisoners.models import Prisoner
from tracker.prisoners.name_index import index_names
from tracker.volunteers.models import Volunteer

TODAY = date(2026, 11, 24)


@pytest.fixture
def sizo(session: Session) -> Facility:
    return make_facility(session, region="Приморский край")


@pytest.fixture
def inside(session: Session, sizo: Facility) -> Callable[..., Prisoner]:
    """Somebody in the remand prison, whom search finds."""

    def make(name: str, name_local: str | None = None, **facts: Any) -> Prisoner:
        made = make_prisoner(session, name, name_local=name_local, **facts)
        make_placement(session, made, sizo)
        index_names(session, [made.id])
        return made

    return make


@pytest.fixture
def evening_of(session: Session, cora: Volunteer) -> Callable[..., Evening]:  # noqa: F811
    """An evening with these people, in this order."""

    def make(*people: Prisoner, **facts: Any) -> Evening:
        return make_evening(session, cora, people, **facts)

    return make


def tallied(session: Session) -> dict[UUID, int]:
    """What counts now, by person."""
    session.rollback()
    rows = session.execute(select(Tally.prisoner_id, Tally.letters).where(Tally.undone_at.is_(None)))
    return {row.prisoner_id: row.letters for row in rows}
