"""What went out, in the words of the story."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tracker.dates.rules import resolve
from tracker.partial_date import PartialDate
from tracker.rehearsal.nags import Nags
from tracker.rehearsal.people import People
from tracker.rehearsal.reading_expected import NOT_COUNTED
from tracker.rehearsal.rules import Event
from tracker.rehearsal.stage import Sent
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind, MailState, Planned


@dataclass(frozen=True)
class Names:
    """What the story calls whom and what."""

    sessions: sessionmaker[Session]
    people: People
    events: Mapping[UUID, Event]
    nags: Nags
    windows: Mapping[UUID, Collection[date]]
    """Of chances to send a parcel: the days that the story speaks of, where the tracker goes on to the next one."""

    def counts(self, sent: Sent) -> bool:
        """Whether stories speak of such mails."""
        mail, planned = sent.mail, sent.ready.planned
        if mail.kind in NOT_COUNTED or self.people.name_of(mail.recipient_id) is None:
            return False
        windows = self.windows.get(mail.subject_id) if mail.subject_id else None
        return windows is None or planned is None or planned.event_on in windows

    def rule(self, mail: Outbox, rule: str) -> str:
        """The name of a rule; the story may have given it one of its own."""
        event = self.events.get(mail.subject_id) if mail.subject_id else None
        named = event.rules if event else ()
        return next((each.name for each in named if each.rule.id == rule), rule)


def tell(sent: Sent, names: Names) -> dict[str, Any]:
    """A mail as a story says it."""
    mail = sent.mail
    told: dict[str, Any] = {"to": names.people.name_of(mail.recipient_id), "type": str(mail.kind)}
    event = names.events.get(mail.subject_id) if mail.subject_id else None
    nag = names.nags.name_of(mail.prisoner_id)
    if event is not None:
        told["event"] = event.id
    elif mail.kind is not MailKind.DIGEST and nag is not None:
        told["nag"] = nag
    if mail.change is not None:
        told["change"] = str(mail.change)
    elif mail.rule is not None and mail.kind in (MailKind.REMINDER, MailKind.LATE_NOTICE):
        told["rule"] = names.rule(mail, mail.rule)
    if mail.covers and mail.kind is MailKind.REMINDER:
        told["also_covers"] = sorted(names.rule(mail, rule) for rule in mail.covers)
    told["at_utc"] = sent.at
    told["at_local"] = sent.at.astimezone(ZoneInfo(sent.ready.zone)).isoformat(timespec="minutes")
    told["zone"] = sent.ready.zone
    return told | _particulars(sent, names)


def _particulars(sent: Sent, names: Names) -> dict[str, Any]:
    ready = sent.ready
    if sent.mail.kind is MailKind.DIGEST:
        return {"items": _items(sent.mail, names)}
    if ready.nag is not None:
        return {"days_since": ready.nag.days_since}
    return _of_day(ready.planned) if ready.planned is not None else {}


def _of_day(planned: Planned) -> dict[str, Any]:
    told: dict[str, Any] = {"days_to_go": planned.days_to_go}
    if planned.ordinal is not None:
        told["ordinal"] = planned.ordinal
    if planned.event_on is not None and not planned.is_month_only:
        told["event_date"] = str(planned.event_on)
        state = planned.day_state
        if state is not None and state.at is not None and not planned.day_kind.is_soft:
            at = PartialDate.parse(state.on or "").exact
            if at == planned.event_on:
                told["event_start_utc"] = resolve(planned.event_on, time.fromisoformat(state.at), state.zone)
    return told


def _items(mail: Outbox, names: Names) -> list[str]:
    """What a digest is made of: ``RULE:EVENT`` or ``KIND:NAG``."""
    with names.sessions() as session:
        parts = list(session.scalars(select(Outbox).where(Outbox.digest_id == mail.id, Outbox.state == MailState.SENT)))
    return sorted(_item(part, names) for part in parts)


def _item(part: Outbox, names: Names) -> str:
    event = names.events.get(part.subject_id) if part.subject_id else None
    if event is not None:
        return f"{names.rule(part, part.rule or '')}:{event.id}"
    return f"{part.rule}:{names.nags.name_of(part.prisoner_id)}"
