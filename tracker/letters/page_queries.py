"""Reads for a letter's own page, and for what its form offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, aliased

from tracker.collective.models import Collective
from tracker.facilities.models import Facility
from tracker.letters.models import Letter
from tracker.letters.rules import MOST_NUMBER, Direction
from tracker.prisoners.models import Placement, Prisoner
from tracker.volunteers.models import Volunteer


def around(session: Session, letter_id: UUID) -> Row[*tuple[Any, ...]]:
    """What a letter's page says besides the letter: name (of the prisoner), handle (of its writer), translator,
    facility (where it went, or None), placement (its kind), and of the letter that it answers answers_kind and
    answers_on. One statement. That the reader sees the prisoner has been checked."""
    translator, answered = aliased(Volunteer), aliased(Letter)
    return session.execute(
        select(
            Prisoner.name,
            Volunteer.handle,
            translator.handle.label("translator"),
            func.coalesce(Facility.name, Placement.place).label("facility"),
            Placement.kind.label("placement"),
            answered.kind.label("answers_kind"),
            answered.dated_on.label("answers_on"),
        )
        .select_from(Letter)
        .join(Prisoner, Prisoner.id == Letter.prisoner_id)
        .join(Volunteer, Volunteer.id == Letter.volunteer_id)
        .outerjoin(translator, translator.id == Letter.translated_by_id)
        .outerjoin(Placement, Placement.id == Letter.placement_id)
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .outerjoin(answered, (answered.id == Letter.answers_id) & answered.removed_at.is_(None))
        .where(Letter.id == letter_id)
    ).one()


def replies_to(session: Session, letter_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """The replies to a letter, the first one first: id, kind, dated_on, written_on."""
    return session.execute(
        select(Letter.id, Letter.kind, Letter.dated_on, Letter.written_on)
        .where(Letter.answers_id == letter_id, Letter.removed_at.is_(None))
        .order_by(Letter.dated_on, Letter.logged_at, Letter.id)
    ).all()


def translators(session: Session) -> Sequence[Row[*tuple[Any, ...]]]:
    """Everybody who can have translated something, by handle: id, handle."""
    return session.execute(
        select(Volunteer.id, Volunteer.handle).where(Volunteer.disabled_at.is_(None)).order_by(Volunteer.handle_folded)
    ).all()


def currency(session: Session) -> str | None:
    """The ISO 4217 code in which the collective types costs in; None: not decided."""
    return session.scalar(select(Collective.currency).limit(1))


def currency_and_number(session: Session, prisoner_id: UUID, volunteer_id: UUID) -> tuple[str | None, int | None]:
    """The collective's currency, and the number of a writer's next letter to a prisoner if she numbers them. One
    statement."""
    highest = select(func.max(Letter.number)).where(
        Letter.prisoner_id == prisoner_id,
        Letter.volunteer_id == volunteer_id,
        Letter.direction == Direction.OUT,
        Letter.removed_at.is_(None),
    )
    row = session.execute(
        select(select(Collective.currency).limit(1).scalar_subquery(), highest.scalar_subquery())
    ).one()
    number = row[1]
    return row[0], number + 1 if number is not None and number < MOST_NUMBER else None
