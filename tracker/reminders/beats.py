"""The signs of life of planner and sender, and the state of the mail server as the senders found it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.reminders.backoff import circuit_pause
from tracker.reminders.models import Heartbeat

PLANNER, SENDER, MAIL_SERVER = "planner", "sender", "mail_server"
LATE_AFTER = timedelta(minutes=10)


def insert_into(session: Session, table: Any) -> Any:
    """An INSERT that knows ON CONFLICT, for the database in use."""
    return (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(table)


def beat(session: Session, name: str, now: datetime, errors: int = 0) -> None:
    """Leave a sign of life. ``errors``: how many things could not be dealt with."""
    statement = insert_into(session, Heartbeat).values(
        id=uuid4(), name=name, began_at=now, at=now, errors=errors, failures=0
    )
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"at": now, "errors": errors}))


def standstill(heartbeats: Mapping[str, datetime], now: datetime) -> list[str]:
    """Which of planner and sender have given no sign of life for ten minutes, or never."""
    return [name for name in (PLANNER, SENDER) if name not in heartbeats or now - heartbeats[name] > LATE_AFTER]


def heartbeats(session: Session) -> dict[str, Heartbeat]:
    """Every sign of life, by name."""
    return {row.name: row for row in session.scalars(select(Heartbeat))}


def circuit_open_until(session: Session, now: datetime) -> datetime | None:
    """Until when nobody tries the mail server; None: it can be tried."""
    until = session.scalar(select(Heartbeat.open_until).where(Heartbeat.name == MAIL_SERVER))
    return until if until is not None and until > now else None


def mail_server_failed(session: Session, now: datetime) -> None:
    """The mail server could not be reached: leave it alone for a while, longer each time. Of several senders that find
    out at the same time only the first one counts."""
    beat(session, MAIL_SERVER, now)
    row = session.scalars(select(Heartbeat).where(Heartbeat.name == MAIL_SERVER).with_for_update()).one()
    if row.open_until is not None and row.open_until > now:
        return
    row.failures += 1
    row.trouble_since = row.trouble_since or now
    row.open_until = now + circuit_pause(row.failures)


def mail_server_works(session: Session) -> None:
    """The mail server answers. Writes only if it did not before."""
    session.execute(
        update(Heartbeat)
        .where(Heartbeat.name == MAIL_SERVER, Heartbeat.failures > 0)
        .values(failures=0, trouble_since=None, open_until=None)
    )
