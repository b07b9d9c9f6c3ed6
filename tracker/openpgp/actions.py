"""Changes of the keys of volunteers."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from tracker.openpgp.keys import PublicKey
from tracker.reminders.actions import queue_mail
from tracker.reminders.rules import MailKind
from tracker.volunteers.models import Volunteer
from tracker.volunteers.rules import KeyState

TEST_LIVES = timedelta(hours=12)


def keep_key(volunteer: Volunteer, key: PublicKey) -> None:
    """From now on mail to her is encrypted to this key, in place of any other."""
    volunteer.pgp_key = key.armoured
    volunteer.pgp_fingerprint = key.fingerprint
    volunteer.pgp_expires_at = key.expires_at
    volunteer.pgp_state = KeyState.USABLE


def forget_key(volunteer: Volunteer) -> None:
    """Mail to her is no longer encrypted."""
    volunteer.pgp_key = volunteer.pgp_fingerprint = None
    volunteer.pgp_expires_at = volunteer.pgp_state = None


def note_state(session: Session, volunteer_id: UUID, state: KeyState) -> None:
    """Write down what was found of her key when a mail was to be encrypted to it."""
    session.execute(
        update(Volunteer)
        .where(Volunteer.id == volunteer_id, Volunteer.pgp_state.is_distinct_from(state))
        .values(pgp_state=state)
        .execution_options(synchronize_session=False)
    )


def send_test(session: Session, volunteer: Volunteer, now: datetime) -> None:
    """Send her a mail from which she sees that she can open what is encrypted to her key."""
    queue_mail(session, MailKind.KEY_TEST, now=now, expires_at=now + TEST_LIVES, recipient_id=volunteer.id)
