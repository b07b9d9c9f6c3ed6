"""Changes of what the collective has decided."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy.orm import Session

from tracker.collective.models import THE_ONE, Collective
from tracker.collective.rules import CollectiveSettings
from tracker.db import add_once


def decide(session: Session, decided: CollectiveSettings) -> None:
    """Keep what the collective has decided, in place of what it had decided before."""
    add_once(session, Collective(id=THE_ONE, scans_allowed=False), unique="id")
    row = session.get_one(Collective, THE_ONE, populate_existing=True)
    for name, value in asdict(decided).items():
        setattr(row, name, value)
