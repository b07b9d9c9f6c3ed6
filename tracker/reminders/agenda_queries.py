"""What has happened lately that a mail can follow from: which days changed, what was sent, who began to follow whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, bindparam, func, literal, or_, select, type_coerce, union, union_all
from sqlalchemy.orm import Session

from tracker.assignments.models import Assignment
from tracker.cases.models import CasePerson, Measure
from tracker.dates.models import Deadline, Hearing, HearingPrisoner, ParcelWindow
from tracker.dates.rules import DayKind
from tracker.db import UtcDateTime
from tracker.prisoners.models import Prisoner
from tracker.reminders.models import Outbox
from tracker.reminders.plan import DayKey
from tracker.watchers.models import Watch

_PRISONER, _CASE = "follows_prisoner", "follows_case"


@dataclass
class Lately:
    """What has happened since some moment, with the moment of each."""

    days: dict[DayKey, datetime] = field(default_factory=dict)
    """Days that were entered or changed, or of which a mail was tried."""
    followed: dict[tuple[str, UUID], datetime] = field(default_factory=dict)
    """Prisoners and cases that somebody began to follow."""


def lately(session: Session, since: datetime) -> Lately:
    """What has happened since then, in one statement, which costs the same however many days there are."""
    found = Lately()
    for name, id_, at in session.execute(_LATELY, {"since": since}):
        if name in (_PRISONER, _CASE):
            found.followed[name, id_] = max(at, found.followed.get((name, id_), at))
        else:
            key = DayKind(name), id_
            found.days[key] = max(at, found.days.get(key, at))
    return found


def days_followed(session: Session, followed: Iterable[tuple[str, UUID]]) -> set[DayKey]:
    """The names of all days of some prisoners, and of the hearings of some cases."""
    prisoners = [id_ for name, id_ in followed if name == _PRISONER]
    cases = [id_ for name, id_ in followed if name == _CASE]
    hearings_of_prisoners = select(HearingPrisoner.hearing_id).where(HearingPrisoner.prisoner_id.in_(prisoners))
    found = session.execute(
        union_all(
            _named(DayKind.HEARING, Hearing.id).where(
                or_(Hearing.id.in_(hearings_of_prisoners), Hearing.case_id.in_(cases))
            ),
            _named(DayKind.DETENTION_UNTIL, Measure.id).where(Measure.prisoner_id.in_(prisoners)),
            _named(DayKind.APPEAL_DEADLINE, Deadline.id).where(Deadline.prisoner_id.in_(prisoners)),
            _named(DayKind.PARCEL_WINDOW, ParcelWindow.id).where(ParcelWindow.prisoner_id.in_(prisoners)),
            _named(DayKind.ARREST_ANNIVERSARY, CasePerson.id).where(CasePerson.prisoner_id.in_(prisoners)),
        )
    )
    of_prisoners = {(kind, id_) for id_ in prisoners for kind in (DayKind.BIRTHDAY, DayKind.RELEASE)}
    return of_prisoners | {(DayKind(name), id_) for name, id_ in found}


def followed_by(session: Session, people: Collection[UUID]) -> set[tuple[str, UUID]]:
    """The prisoners and cases that some readers follow."""
    found: Any = session.execute(
        union(
            select(literal(_PRISONER), Assignment.prisoner_id).where(
                Assignment.volunteer_id.in_(people), Assignment.until.is_(None)
            ),
            select(literal(_PRISONER), Watch.prisoner_id).where(
                Watch.watcher_id.in_(people), Watch.prisoner_id.is_not(None)
            ),
            select(literal(_CASE), Watch.case_id).where(Watch.watcher_id.in_(people), Watch.case_id.is_not(None)),
        )
    )
    return {(name, id_) for name, id_ in found}


def _named(kind: DayKind, subject_id: Any) -> Any:
    return select(literal(str(kind)).label("name"), subject_id.label("subject_id"))


def _since(name: Any, subject_id: Any, at: Any, *where: Any) -> Any:
    named = literal(str(name), String) if isinstance(name, str) else type_coerce(name, String)
    moment = type_coerce(at, UtcDateTime)
    return select(named, subject_id, moment).where(at >= bindparam("since", type_=UtcDateTime()), *where)


_MAIL_AT = func.coalesce(Outbox.accepted_at, Outbox.tried_at)
# Made once: to put it together takes longer than to ask it. Each of these columns has an index.
_LATELY: Any = union_all(
    _since(DayKind.HEARING, Hearing.id, Hearing.changed_at),
    _since(DayKind.DETENTION_UNTIL, Measure.id, Measure.changed_at),
    _since(DayKind.APPEAL_DEADLINE, Deadline.id, Deadline.changed_at),
    _since(DayKind.PARCEL_WINDOW, ParcelWindow.id, ParcelWindow.changed_at),
    _since(DayKind.BIRTHDAY, Prisoner.id, Prisoner.birth_changed_at),
    _since(DayKind.RELEASE, Prisoner.id, Prisoner.release_changed_at),
    _since(DayKind.ARREST_ANNIVERSARY, CasePerson.id, CasePerson.detained_changed_at),
    _since(_PRISONER, Prisoner.id, Prisoner.created_at),
    _since(_PRISONER, Assignment.prisoner_id, Assignment.created_at, Assignment.until.is_(None)),
    _since(_PRISONER, Watch.prisoner_id, Watch.confirmed_at, Watch.prisoner_id.is_not(None)),
    _since(_CASE, Watch.case_id, Watch.confirmed_at, Watch.case_id.is_not(None)),
    select(type_coerce(Outbox.day_kind, String), Outbox.subject_id, type_coerce(_MAIL_AT, UtcDateTime)).where(
        Outbox.tried_at >= bindparam("since", type_=UtcDateTime()), Outbox.day_kind.is_not(None)
    ),
    _since(Outbox.day_kind, Outbox.subject_id, Outbox.handled_at, Outbox.day_kind.is_not(None)),
)
