"""What the scheduler does about court watchers: forgetting who never confirmed. It commits, and is told the time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from tracker.watchers.actions import forget_unconfirmed


def forget_strangers(sessions: sessionmaker[Session], now: datetime) -> int:
    """Forget addresses that were typed and never confirmed, and say how many."""
    with sessions.begin() as session:
        return forget_unconfirmed(session, now)
