"""The desk of a running application: its ladders, its secret, who writes which mail, and its clock."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import Session

from tracker import clock
from tracker.reminders.emails import Site, writers
from tracker.reminders.jobs import Desk
from tracker.reminders.ladders import Ladders, read_ladders
from tracker.reminders.queries import database_now
from tracker.web.parts import Parts

LADDERS = Path(__file__).resolve().parent.parent.parent / "config" / "ladders.yaml"


@lru_cache(maxsize=1)
def ladders_in_use() -> Ladders:
    """The ladders of this installation, read once a process; raises BadLadders."""
    return read_ladders(LADDERS)


def desk_of(parts: Parts) -> Desk:
    """The desk of an application with these parts; raises BadLadders."""
    settings = parts.settings
    site = Site(
        settings.public_url,
        settings.mail_domain,
        settings.collective,
        secret=settings.secret_key.encode(),
        bounce_address=settings.bounce_address,
    )
    return Desk(
        ladders=ladders_in_use(),
        home_zone=settings.zone,
        secret=settings.secret_key.encode(),
        writers=writers(site),
    )


def shared_clock(session: Session) -> datetime:
    """The time by the clock that all schedulers of a database share: its server's, or that of the one machine."""
    return database_now(session) or clock.now()
