"""Changes of volunteers: what they tell about themselves, what coordinators note, roles, closing and opening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from tracker.access import Actor
from tracker.accounts.actions import end_sessions_of
from tracker.accounts.invitation_actions import withdraw_invitations_of
from tracker.volunteers import queries
from tracker.volunteers.models import Volunteer
from tracker.volunteers.rules import check_absence, check_may_close, check_roles, with_former_habits


@dataclass(frozen=True)
class Availability:
    """Whom she can write to, and when."""

    languages: tuple[str, ...]
    """ISO 639 codes."""
    capacity: int
    away_from: date | None
    """The first day away; None: from now."""
    away_until: date | None


@dataclass(frozen=True)
class Habits:
    """By whose clock and in what language the tracker speaks to her."""

    zone: str
    remind_at: time
    locale: str


def change_availability(volunteer: Volunteer, availability: Availability) -> None:
    """Whom she can write to, and when, as told by her or a coordinator. Raises AwayForEver or
    ComesBackBeforeSheGoes."""
    check_absence(availability.away_from, availability.away_until)
    volunteer.languages = list(availability.languages)
    volunteer.capacity = availability.capacity
    volunteer.away_from, volunteer.away_until = availability.away_from, availability.away_until


def change_habits(volunteer: Volunteer, habits: Habits, now: datetime) -> None:
    """By whose clock and in what language the tracker speaks to her. No mail that was ahead by the former clock and is
    past by the new one is lost."""
    if (volunteer.zone, volunteer.remind_at) != (habits.zone, habits.remind_at):
        remember_habits(volunteer, now)
    volunteer.zone, volunteer.remind_at, volunteer.locale = habits.zone, habits.remind_at, habits.locale


def remember_habits(volunteer: Volunteer, now: datetime) -> None:
    """Keep zone and hour as they were until now, before they are changed."""
    kept = volunteer.former_habits or []
    volunteer.former_habits = with_former_habits(kept, volunteer.zone, volunteer.remind_at, now)


def note_about(volunteer: Volunteer, note: str | None) -> None:
    """What coordinators note about her; it is sealed."""
    volunteer.note = note


def close_account(session: Session, actor: Actor, volunteer: Volunteer, now: datetime) -> None:
    """Keep somebody from signing in, from now on and everywhere. Her assignments stay as they are, for somebody has to
    decide about each; her open invitations are withdrawn. Raises NotYourself, AboveYou or LastAdmin."""
    check_may_close(
        is_oneself=actor.id == volunteer.id,
        actor_is_admin=actor.is_admin,
        is_admin=volunteer.is_admin,
        other_admins=queries.other_open_admins(session, volunteer.id),
    )
    volunteer.disabled_at = volunteer.disabled_at or now
    end_sessions_of(session, volunteer.id)
    withdraw_invitations_of(session, volunteer.id, now)


def open_account(actor: Actor, volunteer: Volunteer) -> None:
    """Let somebody sign in again, with the passphrase that she had. Raises AboveYou."""
    check_may_close(
        is_oneself=False,
        actor_is_admin=actor.is_admin,
        is_admin=volunteer.is_admin,
        other_admins=0,
        opening=True,
    )
    volunteer.disabled_at = None


def change_roles(session: Session, volunteer: Volunteer, *, coordinator: bool, admin: bool, now: datetime) -> None:
    """Give and take roles. She has to sign in anew, and who loses a role loses her open invitations.

    Raises LastAdmin.
    """
    others = queries.other_open_admins(session, volunteer.id)
    check_roles(was_admin=volunteer.is_admin, stays_admin=admin, other_admins=others)
    loses = (volunteer.is_coordinator and not coordinator) or (volunteer.is_admin and not admin)
    changes = (volunteer.is_coordinator, volunteer.is_admin) != (coordinator, admin)
    volunteer.is_coordinator, volunteer.is_admin = coordinator, admin
    if changes:
        end_sessions_of(session, volunteer.id)
    if loses:
        withdraw_invitations_of(session, volunteer.id, now)
