"""How a route gets at what a reader put off: it checks that it is her own."""

from __future__ import annotations

from uuid import UUID

from flask import abort
from sqlalchemy import select

from tracker.reminders.models import Snooze
from tracker.web.access import actor
from tracker.web.session import session


def own_snooze(snooze_id: UUID) -> Snooze:
    """A mail that the signed-in person put off herself, or 404."""
    return session.scalar(select(Snooze).where(Snooze.id == snooze_id, Snooze.recipient_id == actor().id)) or abort(404)
