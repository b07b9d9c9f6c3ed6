"""Whom and what a mail is about, for readers whose mails may say all. Reads only; at most four statements."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from anyascii import anyascii
from flask_babel import get_locale
from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from tracker.assignments.models import Assignment
from tracker.cases.models import Case
from tracker.dates.models import Answer, Attendance, Hearing, HearingPrisoner
from tracker.dates.occasions import occasion_id
from tracker.dates.rules import DayKind
from tracker.facilities.models import Facility
from tracker.prisoners.models import Prisoner
from tracker.reminders.models import Outbox
from tracker.reminders.rules import Planned
from tracker.transit.config import occasions_in_use
from tracker.volunteers.models import Volunteer
from tracker.watchers.models import Watch


@dataclass(frozen=True, slots=True)
class About:
    """What a mail in full adds to one that is discreet."""

    names: tuple[str, ...] = ()
    """Of those prisoners only whom its reader sees."""
    court: str | None = None
    place: str | None = None
    """Where the court stands."""
    case: str | None = None
    expected: str | None = None
    going: tuple[str, ...] = ()
    """Handles of those who said that they will be there, for coordinators."""
    watchers_going: int = 0
    """And how many court watchers."""
    others_going: int = 0
    """For all others only how many, as on the page."""
    path: str | None = None
    """The page of the record, without the address of the site."""
    occasion: str | None = None
    """Of a day that belongs to nobody in particular, what it is called."""


def about(session: Session, mail: Outbox, planned: Planned | None) -> About:
    """Whom and what a mail is about; what its reader does not see is left out."""
    kind = planned.day_kind if planned is not None else mail.day_kind
    if kind is DayKind.HEARING and mail.subject_id is not None:
        return _about_hearing(session, mail, mail.subject_id)
    if kind is DayKind.INTL_DAY:
        return About(occasion=_occasion(planned.subject_id if planned is not None else mail.subject_id))
    ids = planned.prisoner_ids if planned is not None else tuple(filter(None, [mail.prisoner_id]))
    rows = _visible(session, mail, Prisoner.id.in_(ids)) if ids else []
    path = f"/prisoners/{rows[0][0]}" if len(rows) == 1 else None
    return About(names=tuple(name for _, name in rows), path=path)


def _occasion(subject_id: UUID | None) -> str | None:
    language = str(get_locale() or "en")
    return next(
        (each.name(language) for each in occasions_in_use() if occasion_id(each.key) == subject_id),
        None,
    )


def _about_hearing(session: Session, mail: Outbox, hearing_id: UUID) -> About:
    concerned = select(HearingPrisoner.prisoner_id).where(HearingPrisoner.hearing_id == hearing_id)
    hearing = session.execute(
        select(
            Hearing.expected,
            Hearing.revision,
            Hearing.case_id,
            Case.title,
            Facility.name,
            Facility.name_local,
            Facility.located_at,
            Facility.located_at_latin,
            Facility.address,
            Facility.address_latin,
            exists()
            .where(
                Watch.watcher_id == mail.watcher_id, Watch.case_id == Hearing.case_id, Watch.confirmed_at.is_not(None)
            )
            .label("is_case_watched"),
            select(func.count()).select_from(concerned.subquery()).scalar_subquery().label("concerned"),
            exists().where(Volunteer.id == mail.recipient_id, Volunteer.is_coordinator).label("for_coordinator"),
        )
        .join(Facility, Facility.id == Hearing.court_id)
        .outerjoin(Case, Case.id == Hearing.case_id)
        .where(Hearing.id == hearing_id)
    ).one_or_none()
    if hearing is None:
        return About()
    people = _visible(session, mail, Prisoner.id.in_(concerned), hearing.case_id)
    going = _going(session, mail, hearing_id, hearing.revision)
    # Who watches one person is told no other name, and what was noted of all may hold some.
    sees_case = mail.watcher_id is None or hearing.is_case_watched
    sees_all = mail.watcher_id is None or len(people) == hearing.concerned
    place = in_both_scripts(
        hearing.located_at or hearing.address, hearing.located_at_latin or hearing.address_latin, newlines=True
    )
    return About(
        names=tuple(name for _, name in people),
        court=in_both_scripts(hearing.name_local or hearing.name, hearing.name),
        place=place,
        case=hearing.title if sees_case else None,
        expected=hearing.expected if sees_all else None,
        going=tuple(filter(None, going)) if hearing.for_coordinator else (),
        watchers_going=going.count(None) if hearing.for_coordinator else 0,
        others_going=0 if hearing.for_coordinator else len(going),
        path=f"/hearings/{hearing_id}",
    )


def _going(session: Session, mail: Outbox, hearing_id: UUID, revision: int) -> list[str | None]:
    """Who else said that she will be there, and still can come: handles, and None for each court watcher."""
    not_herself = (
        Attendance.volunteer_id.is_distinct_from(mail.recipient_id)
        if mail.recipient_id is not None
        else Attendance.watcher_id.is_distinct_from(mail.watcher_id)
    )
    statement = (
        select(Volunteer.handle)
        .select_from(Attendance)
        .outerjoin(Volunteer, Volunteer.id == Attendance.volunteer_id)
        .where(
            Attendance.hearing_id == hearing_id,
            Attendance.answer == Answer.YES,
            Attendance.revision == revision,
            Volunteer.disabled_at.is_(None),
            not_herself,
        )
        .order_by(Volunteer.handle_folded)
    )
    return list(session.scalars(statement))


def _visible(
    session: Session, mail: Outbox, which: ColumnElement[bool], case_id: UUID | None = None
) -> list[tuple[UUID, str]]:
    """Names of those prisoners whom the reader follows, or of all for a coordinator."""
    statement = select(Prisoner.id, Prisoner.name, Prisoner.name_local).where(which).order_by(Prisoner.name_folded)
    if mail.watcher_id is not None:
        watched = Watch.prisoner_id == Prisoner.id
        if case_id is not None:
            watched = or_(watched, Watch.case_id == case_id)
        statement = statement.where(
            exists().where(Watch.watcher_id == mail.watcher_id, Watch.confirmed_at.is_not(None), watched)
        )
    else:
        coordinates = exists().where(Volunteer.id == mail.recipient_id, Volunteer.is_coordinator)
        follows = exists().where(
            Assignment.prisoner_id == Prisoner.id,
            Assignment.volunteer_id == mail.recipient_id,
            Assignment.until.is_(None),
        )
        statement = statement.where(or_(coordinates, follows))
    return [
        (row.id, in_both_scripts(row.name_local or row.name, row.name) or row.name)
        for row in session.execute(statement)
    ]


def in_both_scripts(local: str | None, latin: str | None, *, newlines: bool = False) -> str | None:
    """A name in its own script and, behind it, in Latin letters, if it is not in Latin letters itself (``Суд города
    Выдуманска (Sud goroda Vydumanska)``)."""
    if not local:
        return latin
    if newlines:
        local, latin = ", ".join(local.splitlines()), ", ".join((latin or "").splitlines()) or None
    if local.isascii():
        return local
    if latin is None or latin == local:
        latin = anyascii(local)
    return f"{local} ({latin})" if latin.casefold() != local.casefold() else local
