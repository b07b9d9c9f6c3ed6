"""Who may do what. The one place that decides; routes declare, look-ups ask here.

Deny by default. Roles add up: everybody who signs in is a volunteer, some are coordinators or admins too. A volunteer
sees the prisoners she has a running assignment for, and of other volunteers nothing but a handle.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVarTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, true

from tracker.assignments.models import Assignment, Part

Columns = TypeVarTuple("Columns")


class Audience(Enum):
    """Whom a route is open to. Every route declares one."""

    ANYONE = "anyone"
    VOLUNTEERS = "volunteers"
    COORDINATORS = "coordinators"
    COORDINATORS_OR_ADMINS = "coordinators_or_admins"
    ADMINS = "admins"


@dataclass(frozen=True)
class Actor:
    """The person who acts, as far as access is concerned."""

    id: UUID
    is_coordinator: bool = False
    is_admin: bool = False


def is_in(audience: Audience, actor: Actor | None) -> bool:
    """Whether a route for ``audience`` is open to ``actor`` (None: not signed in)."""
    if audience is Audience.ANYONE:
        return True
    if actor is None:
        return False
    if audience is Audience.COORDINATORS:
        return actor.is_coordinator
    if audience is Audience.COORDINATORS_OR_ADMINS:
        return may_keep_accounts(actor)
    if audience is Audience.ADMINS:
        return actor.is_admin
    return True


def may_keep_accounts(actor: Actor) -> bool:
    """Whether ``actor`` may invite, and see who is in the collective."""
    return actor.is_coordinator or actor.is_admin


def sees_prisoner(actor: Actor, prisoner_id: Any) -> ColumnElement[bool]:
    """The condition under which ``actor`` sees a prisoner, for any query that has a column of prisoner ids.

    Coordinators see all. A volunteer sees those for whom an assignment of hers is running: it ends, and so does this.
    """
    if actor.is_coordinator:
        return true()
    return exists().where(
        Assignment.prisoner_id == prisoner_id,
        Assignment.volunteer_id == actor.id,
        Assignment.until.is_(None),
    )


def scope(statement: Select[*Columns], actor: Actor, prisoner_id: Any) -> Select[*Columns]:
    """``statement``, limited to rows of prisoners whom ``actor`` sees."""
    return statement.where(sees_prisoner(actor, prisoner_id))


def sees_correspondence(actor: Actor, prisoner_id: Any) -> ColumnElement[bool]:
    """The condition under which ``actor`` sees the pages of a prisoner's replies, and what one writer tells the next:
    coordinators, and who writes now.

    Narrower than ``sees_prisoner``: whoever sends parcels has no need to read letters, and no more has a former writer.
    """
    if actor.is_coordinator:
        return true()
    return exists().where(
        Assignment.prisoner_id == prisoner_id,
        Assignment.volunteer_id == actor.id,
        Assignment.part == Part.WRITER,
        Assignment.until.is_(None),
    )


def may_change_entry(actor: Actor, owner_id: UUID) -> bool:
    """Whether ``actor`` may correct or remove a letter or parcel of ``owner_id``, given that she sees its prisoner."""
    return actor.is_coordinator or actor.id == owner_id


def may_read_note(actor: Actor, owner_id: UUID) -> bool:
    """Whether ``actor`` may read the note on an entry; of other writers' letters a volunteer learns only the dates."""
    return may_change_entry(actor, owner_id)
