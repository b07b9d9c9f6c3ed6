"""A last look at a mail about a silence: whether its writer is still silent, and could write (N2)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.dates.rules import local_day, resolve
from tracker.reminders.gathering import by_digest
from tracker.reminders.ladders import Ladders
from tracker.reminders.models import Outbox
from tracker.reminders.nag_queries import read_key, silences_of
from tracker.reminders.nags import PlannedNag, Silence, wants_no
from tracker.reminders.reader_queries import readers
from tracker.reminders.rules import ON_TIME, MailKind, MailState, MailTopic, Person, Reason
from tracker.reminders.timing import after_quiet_hours
from tracker.reminders.verdicts import Drop, Hold, Ready, Verdict
from tracker.volunteers.rules import is_away


def look_at_silence(session: Session, mail: Outbox, ladders: Ladders, home_zone: str, now: datetime) -> Verdict:
    """Whether a nag or a note to a coordinator still goes out, in a few statements."""
    assert mail.subject_id is not None
    who = readers(session, home_zone)
    silences = silences_of(session, mail.subject_id, ladders, who.people, now)
    reader = who.people.get(mail.recipient_id) if mail.recipient_id is not None else None
    if reader is None:
        return Drop(MailState.SUPPRESSED, Reason.DISABLED)
    is_coordinator = any(each.person_id == reader.id for each in who.coordinators)
    if not silences or (mail.kind is MailKind.ESCALATION and not is_coordinator):
        return Drop(MailState.SUPPRESSED, Reason.NOT_ASSIGNED)
    since_on, _ = read_key(mail.occurrence_key or "")
    topic = MailTopic(mail.rule or "")
    silence = next((each for each in silences if each.topic is topic and each.since_on == since_on), None)
    if silence is None:
        return Drop(MailState.SUPERSEDED, Reason.WRITTEN_SINCE)
    return _verdict(mail, silence, by_digest(reader), now)


def _verdict(mail: Outbox, silence: Silence, reader: Person, now: datetime) -> Verdict:
    if wants_no(reader, silence.topic, silence.prisoner_id):
        return Drop(MailState.SUPPRESSED, Reason.UNSUBSCRIBED)
    if not silence.can_be_written_to:
        return Drop(MailState.SUPERSEDED, Reason.NO_POST)
    if mail.expires_at <= now:
        return Drop(MailState.MISSED, Reason.TOO_LATE)
    writer = silence.writer
    today = local_day(now, writer.zone)
    starts_on = silence.since_on + timedelta(days=silence.after_days)
    if starts_on > today:
        # The time until she is asked was made longer meanwhile.
        return Hold(resolve(starts_on, reader.remind_at, reader.zone))
    if writer.away_until is not None and is_away(writer.away_from, writer.away_until, today):
        return Hold(resolve(writer.away_until + timedelta(days=1), reader.remind_at, reader.zone))
    awake = after_quiet_hours(now, reader, None)
    if now > mail.due_at + ON_TIME and awake > now:
        return Hold(awake)
    return Ready("", "en", reader.zone, nag=as_asked(mail, silence, reader.id, now))


def as_asked(mail: Outbox, silence: Silence, reader_id: UUID, now: datetime) -> PlannedNag:
    """A mail about a silence as it goes out now."""
    assert mail.occurrence_key is not None
    return PlannedNag(
        person_id=reader_id,
        kind=mail.kind,
        topic=silence.topic,
        subject_id=silence.assignment_id,
        prisoner_id=silence.prisoner_id,
        writer_id=silence.writer.id,
        occurrence_key=mail.occurrence_key,
        due_at=mail.due_at,
        expires_at=mail.expires_at,
        reason=mail.reason,
        since_on=silence.since_on,
        days_since=(local_day(now, silence.writer.zone) - silence.since_on).days,
    )
