"""Who was told what of a hearing, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tracker.dates.hearing_days import When, from_text
from tracker.dates.models import HearingStatus
from tracker.dates.rules import DayKind
from tracker.partial_date import PartialDate
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind
from tracker.volunteers.models import Volunteer

MOST_TOLD = 400


@dataclass(frozen=True)
class TellingOf:
    """One thing that was told, and to whom."""

    kind: MailKind
    status: HearingStatus
    when: When
    zone: str
    handles: list[str]
    """Of volunteers, and of those who were reached by other means."""
    watchers: int
    first_at: datetime
    last_at: datetime


def told_of(session: Session, hearing_id: UUID) -> list[TellingOf]:
    """Everything that reached somebody about a hearing, the latest first; mails that tell the same within an hour are
    one line. At most the newest 400 mails."""
    at = func.coalesce(Outbox.accepted_at, Outbox.handled_at)
    rows = session.execute(
        select(Outbox.kind, Outbox.told_state, Volunteer.handle, Outbox.watcher_id, at.label("at"))
        .outerjoin(Volunteer, Volunteer.id == Outbox.recipient_id)
        .where(
            Outbox.subject_id == hearing_id,
            Outbox.day_kind == DayKind.HEARING,
            or_(Outbox.accepted_at.is_not(None), Outbox.handled_at.is_not(None)),
        )
        .order_by(at.desc(), Volunteer.handle_folded, Outbox.id)
        .limit(MOST_TOLD)
    ).all()
    tellings: dict[Any, TellingOf] = {}
    for row in rows:
        if row.told_state is None:
            continue
        status, when, zone = _read(row.told_state)
        key = (row.kind, status, when, zone, row.at.replace(minute=0, second=0, microsecond=0))
        handles = [row.handle] if row.handle else []
        if key not in tellings:
            tellings[key] = TellingOf(row.kind, status, when, zone, handles, 0 if handles else 1, row.at, row.at)
            continue
        so_far = tellings[key]
        tellings[key] = TellingOf(
            row.kind,
            status,
            when,
            zone,
            [*so_far.handles, *(each for each in handles if each not in so_far.handles)],
            so_far.watchers + (0 if handles else 1),
            row.at,
            so_far.last_at,
        )
    return list(tellings.values())


def _read(told: Mapping[str, Any]) -> tuple[HearingStatus, When, str]:
    """What a mail told, as it stands in the outbox."""
    on = PartialDate.parse(told["on"]) if told.get("on") else None
    exact = on.exact if on else None
    when = When(
        on=exact,
        at=time.fromisoformat(told["at"]) if told.get("at") else None,
        roughly=on if exact is None else None,
        latest_on=date.fromisoformat(told["latest_on"]) if told.get("latest_on") else None,
        sittings=tuple(from_text(each) for each in (told.get("sittings") or "").split(", ") if each),
    )
    return HearingStatus(told["status"]), when, told["zone"]
