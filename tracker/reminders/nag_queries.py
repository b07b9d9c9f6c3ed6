"""Which writers have fallen silent, and what they were asked already. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session

from tracker.assignments.models import Assignment, Part
from tracker.letters.models import Direction, Letter
from tracker.prisoners.addressees import can_be_written_to
from tracker.prisoners.models import Prisoner
from tracker.reminders.ladders import Ladders, Nag
from tracker.reminders.models import Heartbeat, Outbox
from tracker.reminders.nags import LONG_AGO, Asked, Silence
from tracker.reminders.rules import MailKind, MailTopic, Person

_SLICE = 20_000
"""Ids asked for in one statement; SQLite takes 32,766 values at most."""
_NO_DAY = date(1, 1, 1)


@dataclass
class KnownSilences:
    """Everything that mails about silences are worked out from."""

    silences: list[Silence]
    asked: dict[UUID, list[Asked]] = field(default_factory=dict)
    """By assignment."""


def known_silences(
    session: Session, ladders: Ladders, people: Mapping[UUID, Person], now: datetime, until: datetime
) -> KnownSilences:
    """The silences about which mails can be due by ``until``, with what was sent about them, in two statements.

    ``people`` are the readers; who is not among them is asked nothing.
    """
    if not (ladders.nags or ladders.nags_of_prisoners or ladders.nags_of_volunteers):
        return KnownSilences([])
    # East of UTC the day has begun earlier.
    last = (until + timedelta(days=1)).date()
    rows = session.execute(_statement(now).where(_can_be_due(session, ladders, last, now)))
    silences = [silence for row in rows for silence in _silences(row, ladders, people)]
    return KnownSilences(silences, asked_about(session, [each.assignment_id for each in silences]))


def planned_until(session: Session) -> datetime | None:
    """When planning last ran, by its sign of life; None: never."""
    return session.scalar(select(Heartbeat.at).where(Heartbeat.name == "planner"))


def silences_of(
    session: Session, assignment_id: UUID, ladders: Ladders, people: Mapping[UUID, Person], now: datetime
) -> list[Silence]:
    """What one running part of a writer leaves waiting, however short."""
    row = session.execute(_statement(now).where(Assignment.id == assignment_id)).one_or_none()
    return list(_silences(row, ladders, people)) if row is not None else []


def _statement(now: datetime) -> Any:
    counted_from = func.coalesce(Assignment.last_letter_on, _NO_DAY)
    first_unanswered = (
        select(func.min(Letter.dated_on))
        .where(
            Letter.volunteer_id == Assignment.volunteer_id,
            Letter.prisoner_id == Assignment.prisoner_id,
            Letter.direction == Direction.REPLY,
            Letter.removed_at.is_(None),
            # A letter of the same day was written without the reply; so do pages say whose turn it is.
            Letter.dated_on >= counted_from,
        )
        .correlate(Assignment)
        .scalar_subquery()
    )
    return (
        select(
            Assignment.id,
            Assignment.prisoner_id,
            Assignment.volunteer_id,
            Assignment.since,
            Assignment.last_letter_on,
            Assignment.rhythm_days,
            Assignment.created_at,
            can_be_written_to(now.date()).label("can_be_written_to"),
            case((_waits_for_an_answer(), first_unanswered), else_=None).label("unanswered_since"),
        )
        .join(Prisoner, Prisoner.id == Assignment.prisoner_id)
        .where(Assignment.until.is_(None), Assignment.part == Part.WRITER)
    )


def _waits_for_an_answer() -> ColumnElement[bool]:
    return and_(
        Assignment.last_reply_on.is_not(None),
        Assignment.last_reply_on >= func.coalesce(Assignment.last_letter_on, _NO_DAY),
    )


def _can_be_due(session: Session, ladders: Ladders, last: date, now: datetime) -> ColumnElement[bool]:
    """The condition under which something can be due by ``last``, wide enough for every ladder."""
    found: list[ColumnElement[bool]] = []
    no_letter = ladders.nag(MailTopic.NO_LETTER).writers
    if no_letter is not None:
        found += [
            and_(Assignment.rhythm_days.is_(None), _is_silent_since(last - timedelta(days=no_letter))),
            and_(Assignment.rhythm_days.is_not(None), _rhythm_is_over(session, last)),
        ]
    for column, own in (
        (Assignment.prisoner_id, _least(ladders.nags_of_prisoners, MailTopic.NO_LETTER)),
        (Assignment.volunteer_id, _least(ladders.nags_of_volunteers, MailTopic.NO_LETTER)),
    ):
        if own:
            found.append(and_(column.in_(own), _is_silent_since(last - timedelta(days=min(own.values())))))
    # Of replies that wait there are few.
    found.append(_waits_for_an_answer())
    recent = now - LONG_AGO
    return and_(
        or_(*found),
        or_(
            Assignment.created_at >= recent,
            func.coalesce(Assignment.last_letter_on, Assignment.since) >= (recent - timedelta(days=366)).date(),
        ),
    )


def _is_silent_since(on: date) -> ColumnElement[bool]:
    return or_(Assignment.last_letter_on <= on, and_(Assignment.last_letter_on.is_(None), Assignment.since <= on))


def _rhythm_is_over(session: Session, last: date) -> ColumnElement[bool]:
    counted_from: Any = func.coalesce(Assignment.last_letter_on, Assignment.since)
    if session.get_bind().dialect.name == "sqlite":
        days = cast(Assignment.rhythm_days, String).concat(" days")
        return func.date(counted_from, days, type_=String) <= str(last)
    is_over: ColumnElement[bool] = counted_from + Assignment.rhythm_days <= last
    return is_over


def _least(own: Mapping[UUID, Mapping[MailTopic, Any]], topic: MailTopic) -> dict[UUID, int]:
    found = {}
    for id_, by_topic in own.items():
        days = by_topic.get(topic)
        days = days.writers if isinstance(days, Nag) else days
        if days is not None:
            found[id_] = days
    return found


def _silences(row: Any, ladders: Ladders, people: Mapping[UUID, Person]) -> Iterator[Silence]:
    writer = people.get(row.volunteer_id)
    if writer is None:
        return
    counted_from = {
        MailTopic.NO_LETTER: row.last_letter_on or row.since,
        MailTopic.REPLY_UNANSWERED: row.unanswered_since,
    }
    for topic, since_on in counted_from.items():
        nag = ladders.nag(topic, row.prisoner_id, row.volunteer_id)
        days = _rhythm(row, ladders, nag) if topic is MailTopic.NO_LETTER else nag.writers
        if since_on is not None and days is not None:
            yield Silence(
                assignment_id=row.id,
                prisoner_id=row.prisoner_id,
                topic=topic,
                writer=writer,
                since_on=since_on,
                after_days=days,
                told_after_days=nag.coordinators,
                began_at=row.created_at,
                can_be_written_to=bool(row.can_be_written_to),
            )


def _rhythm(row: Any, ladders: Ladders, nag: Nag) -> int | None:
    """The narrowest wins: what she set for herself, what was set for the prisoner, the rhythm of the two, what holds
    for all."""
    topic = MailTopic.NO_LETTER
    is_own = topic in ladders.nags_of_volunteers.get(row.volunteer_id, {}) or topic in ladders.nags_of_prisoners.get(
        row.prisoner_id, {}
    )
    return nag.writers if is_own or nag.writers is None or row.rhythm_days is None else row.rhythm_days


def asked_about(session: Session, assignment_ids: Sequence[UUID]) -> dict[UUID, list[Asked]]:
    """The mails about silences that are in the outbox, by assignment."""
    found: dict[UUID, list[Asked]] = defaultdict(list)
    distinct = list(dict.fromkeys(assignment_ids))
    for start in range(0, len(distinct), _SLICE):
        statement = select(
            Outbox.id,
            Outbox.recipient_id,
            Outbox.subject_id,
            Outbox.kind,
            Outbox.rule,
            Outbox.occurrence_key,
            Outbox.state,
            Outbox.due_at,
            Outbox.accepted_at,
            Outbox.handled_at,
            Outbox.tried_at,
            Outbox.last_class,
            Outbox.dedupe_key,
        ).where(
            Outbox.subject_id.in_(distinct[start : start + _SLICE]),
            Outbox.kind.in_((MailKind.NAG, MailKind.ESCALATION)),
        )
        for row in session.execute(statement):
            asked = _asked(row)
            if asked is not None:
                found[row.subject_id].append(asked)
    return found


def _asked(row: Any) -> Asked | None:
    if row.recipient_id is None:
        return None
    since_on, number = read_key(row.occurrence_key)
    maybe = row.tried_at if row.last_class == "unclear" else None
    return Asked(
        mail_id=row.id,
        person_id=row.recipient_id,
        kind=MailKind(row.kind),
        topic=MailTopic(row.rule),
        since_on=since_on,
        number=number,
        state=row.state,
        due_at=row.due_at,
        told_at=row.accepted_at or row.handled_at or maybe,
        dedupe_key=row.dedupe_key,
    )


def read_key(occurrence_key: str) -> tuple[date, int]:
    """From which day a mail about a silence counts, and its number (0: a note to a coordinator)."""
    since_on, number, *_ = occurrence_key.split()
    return date.fromisoformat(since_on), int(number) if number.isdigit() else 0
