"""Reads of tasks: one's own, everybody's, those of a prisoner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, false, or_, select, true
from sqlalchemy.orm import Session

from tracker.access import Actor, sees_prisoner
from tracker.facilities.models import Facility
from tracker.prisoners.addressed import OF_PERSON, OF_PLACE
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.search import named
from tracker.tasks.models import Task, TaskKind
from tracker.volunteers.models import Volunteer

MOST_ON_FIRST_PAGE = 5

_TASK = (
    Task.id,
    Task.kind,
    Task.prisoner_id,
    Task.created_at,
    Task.closed_at,
    Task.is_done,
    Task.settled_from,
)


def may_close(actor: Actor) -> ColumnElement[bool]:
    """The condition under which somebody may close a task: coordinators any; others their own, of prisoners whom they
    see."""
    return (
        true() if actor.is_coordinator else and_(Task.volunteer_id == actor.id, sees_prisoner(actor, Task.prisoner_id))
    )


def own_tasks(actor: Actor) -> Select[*tuple[Any, ...]]:
    """What somebody has to do, the oldest first: her own tasks, and for a coordinator those of all coordinators. With
    all that stands on the envelope, so that the address can be copied."""
    hers = Task.volunteer_id == actor.id
    return (
        select(*_TASK, *OF_PERSON, *OF_PLACE)
        .join(Prisoner, Prisoner.id == Task.prisoner_id)
        .outerjoin(Placement, and_(Placement.prisoner_id == Prisoner.id, Placement.is_current))
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .where(
            Task.closed_at.is_(None),
            or_(hers, Task.volunteer_id.is_(None)) if actor.is_coordinator else hers,
            sees_prisoner(actor, Task.prisoner_id),
        )
        .order_by(Task.created_at, Task.id)
    )


def first_tasks(session: Session, actor: Actor) -> Sequence[Row[*tuple[Any, ...]]]:
    """The oldest of them for the first page, one more than it shows: id, kind, prisoner_id, name, created_at."""
    hers = Task.volunteer_id == actor.id
    return session.execute(
        select(Task.id, Task.kind, Task.prisoner_id, Prisoner.name, Task.created_at)
        .join(Prisoner, Prisoner.id == Task.prisoner_id)
        .where(
            Task.closed_at.is_(None),
            or_(hers, Task.volunteer_id.is_(None)) if actor.is_coordinator else hers,
            sees_prisoner(actor, Task.prisoner_id),
        )
        .order_by(Task.created_at, Task.id)
        .limit(MOST_ON_FIRST_PAGE + 1)
    ).all()


@dataclass(frozen=True)
class Wanted:
    """Which tasks a coordinator looks for."""

    kind: TaskKind | None = None
    name: str = ""
    """Of the prisoner, in whatever script."""
    closed: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Whether it leaves any open task out."""
        return bool(self.kind or self.name)


def all_tasks(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """Tasks of everybody with whose they are: the open ones, the oldest first, or the closed ones, the newest first."""
    statement = (
        select(*_TASK, Prisoner.name, Volunteer.handle)
        .join(Prisoner, Prisoner.id == Task.prisoner_id)
        .outerjoin(Volunteer, Volunteer.id == Task.volunteer_id)
        .where(Task.closed_at.is_not(None) if wanted.closed else Task.closed_at.is_(None))
    )
    if wanted.kind is not None:
        statement = statement.where(Task.kind == wanted.kind)
    if wanted.name:
        found = named(wanted.name)
        statement = statement.where(false() if found is None else Task.prisoner_id.in_(found))
    order = (Task.closed_at.desc(), Task.id) if wanted.closed else (Task.created_at, Task.id)
    return statement.order_by(*order)


def open_tasks_of(session: Session, prisoner_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """What is to be done for a prisoner, with whose task it is; handle None: any coordinator's."""
    return session.execute(
        select(*_TASK, Volunteer.handle)
        .outerjoin(Volunteer, Volunteer.id == Task.volunteer_id)
        .where(Task.prisoner_id == prisoner_id, Task.closed_at.is_(None))
        .order_by(Task.created_at, Task.kind, Task.id)
    ).all()
