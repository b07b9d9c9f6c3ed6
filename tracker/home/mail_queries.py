"""How the mail of the tracker is doing, in one statement, for the banner on every page of a coordinator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, and_, bindparam, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from tracker.db import UtcDateTime
from tracker.reminders.models import Heartbeat, Outbox
from tracker.reminders.rules import MailState

_MISSED_SHOWN = timedelta(days=14)
_UNDELIVERED = "undelivered"


@dataclass(frozen=True)
class MailHealth:
    """Signs of life by name, since when the mail server is in trouble, and how many mails somebody must look at."""

    beats: dict[str, datetime]
    trouble_since: datetime | None
    undelivered: int


def mail_health(session: Session, now: datetime) -> MailHealth:
    """The state of planner, sender and mail server, and the count of mails that were given up, or missed their time in
    the last fourteen days, and of which nobody has said yet that she told the reader otherwise."""
    rows: Sequence[Any] = session.execute(_health(), {"missed_since": now - _MISSED_SHOWN}).all()
    beats = {row.name: row for row in rows if row.name != _UNDELIVERED}
    return MailHealth(
        beats={name: row.at for name, row in beats.items()},
        trouble_since=next((row.trouble_since for row in beats.values() if row.trouble_since), None),
        undelivered=next(row.number for row in rows if row.name == _UNDELIVERED),
    )


@cache
def _health() -> CompoundSelect[Any]:
    """Made once: to put it together takes longer than to ask it."""
    missed_since = bindparam("missed_since", type_=UtcDateTime())
    to_look_at = and_(
        Outbox.handled_at.is_(None),
        or_(
            Outbox.state == MailState.FAILED,
            and_(Outbox.state == MailState.MISSED, Outbox.due_at >= missed_since),
        ),
    )
    nothing = cast(null(), UtcDateTime())
    return union_all(
        select(Heartbeat.name, Heartbeat.at, Heartbeat.trouble_since, literal(0).label("number")),
        select(literal(_UNDELIVERED), nothing, nothing, func.count(Outbox.id)).where(to_look_at),
    )
