"""Reads of assignments: who could be given somebody, who has whom, who had whom on a day, who waits for a writer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.assignments.models import Assignment, Part
from tracker.assignments.rules import COMING_DAYS, Candidate
from tracker.cases.models import CasePerson, CaseRole, TestifiedAgainst
from tracker.dates.queries import Window, days_in
from tracker.dates.rules import occurrences
from tracker.letters.models import Letter
from tracker.letters.queries import newest_day
from tracker.letters.rules import Direction
from tracker.letters.waiting import first_waiting
from tracker.prisoners.addressees import mail_is_forbidden_on
from tracker.prisoners.envelope import BLOCKING_WHEREABOUTS
from tracker.prisoners.models import Prisoner, SupportState
from tracker.volunteers.models import Volunteer
from tracker.volunteers.queries import loads

_ACCUSED = (CaseRole.MAIN_DEFENDANT, CaseRole.DEFENDANT)


def has_writer(prisoner_id: Any) -> ColumnElement[bool]:
    """The condition under which somebody writes to a prisoner now. Who has lost her account does not."""
    assignment, writer = aliased(Assignment), aliased(Volunteer)
    return exists().where(
        assignment.prisoner_id == prisoner_id,
        assignment.part == Part.WRITER,
        assignment.until.is_(None),
        writer.id == assignment.volunteer_id,
        writer.disabled_at.is_(None),
    )


def waits_for_writer(today: date) -> ColumnElement[bool]:
    """The condition under which a prisoner should be given a writer: nobody writes, and nothing forbids it."""
    return and_(should_get_mail(today), ~has_writer(Prisoner.id))


def should_get_mail(today: date) -> ColumnElement[bool]:
    """The condition under which somebody should write as soon as there is an address: not at liberty, at home, wanted
    or abroad, supported, and not forbidden to get mail today. Whether there is an address is another question: see
    ``prisoners.addressees.can_be_written_to``."""
    return and_(
        Prisoner.archived_at.is_(None),
        Prisoner.support != SupportState.WITHHELD,
        ~mail_is_forbidden_on(today),
        Prisoner.whereabouts.not_in(BLOCKING_WHEREABOUTS),
    )


def candidates(session: Session, prisoner_id: UUID, only: UUID | None = None) -> Sequence[Row[*tuple[Any, ...]]]:
    """Volunteers who might be given a prisoner, with what is needed to choose; or ``only`` one of them, open or not."""
    of = loads()
    mine, theirs, had = aliased(CasePerson), aliased(CasePerson), aliased(Assignment)
    same_case = (
        had.volunteer_id == Volunteer.id,
        had.until.is_(None),
        had.prisoner_id != prisoner_id,
        theirs.prisoner_id == had.prisoner_id,
        mine.case_id == theirs.case_id,
        mine.prisoner_id == prisoner_id,
    )
    statement = (
        select(
            Volunteer.id,
            Volunteer.handle,
            Volunteer.languages,
            Volunteer.capacity,
            func.coalesce(of.c.load, 0).label("load"),
            of.c.last_letter_on,
            Volunteer.away_from,
            Volunteer.away_until,
            Volunteer.disabled_at,
            exists().where(*same_case).label("has_co_defendant"),
            exists().where(*same_case, _must_not_meet(mine, theirs)).label("must_not_meet"),
            exists()
            .where(
                Assignment.volunteer_id == Volunteer.id,
                Assignment.prisoner_id == prisoner_id,
                Assignment.until.is_(None),
            )
            .label("has_part"),
        )
        .outerjoin(of, of.c.volunteer_id == Volunteer.id)
        .where(Volunteer.id == only if only is not None else Volunteer.disabled_at.is_(None))
        .order_by(Volunteer.handle_folded)
    )
    return session.execute(statement).all()


def _must_not_meet(one: Any, other: Any) -> ColumnElement[bool]:
    """A witness and the accused of one case, or two of whom one testified against the other (R46)."""
    return or_(
        and_(one.role == CaseRole.WITNESS, other.role.in_(_ACCUSED)),
        and_(other.role == CaseRole.WITNESS, one.role.in_(_ACCUSED)),
        exists().where(TestifiedAgainst.case_person_id == one.id, TestifiedAgainst.prisoner_id == other.prisoner_id),
        exists().where(TestifiedAgainst.case_person_id == other.id, TestifiedAgainst.prisoner_id == one.prisoner_id),
    )


def as_candidate(row: Any) -> Candidate:
    """A row of ``candidates`` as the rules see it."""
    return Candidate(
        is_disabled=row.disabled_at is not None,
        capacity=row.capacity,
        load=row.load,
        has_co_defendant=row.has_co_defendant,
        must_not_meet=row.must_not_meet,
    )


def correspondence(session: Session, prisoner_id: UUID, volunteer_id: UUID) -> dict[str, Any]:
    """What an assignment keeps of her letters to a prisoner and the replies to her, as it stands now."""
    row = session.execute(
        select(
            newest_day(prisoner_id, Direction.OUT, volunteer_id).label("last_letter_on"),
            newest_day(prisoner_id, Direction.REPLY, volunteer_id).label("last_reply_on"),
            first_waiting(Letter.dated_on, prisoner_id, volunteer_id).label("waiting_since"),
            first_waiting(Letter.channel, prisoner_id, volunteer_id).label("waiting_by"),
        )
    ).one()
    return dict(row._mapping)


def has_running(session: Session, prisoner_id: UUID, volunteer_id: UUID, part: Part) -> bool:
    """Whether she has this part for this prisoner now."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Assignment.prisoner_id == prisoner_id,
                    Assignment.volunteer_id == volunteer_id,
                    Assignment.part == part,
                    Assignment.until.is_(None),
                )
            )
        )
    )


def history(prisoner_id: UUID) -> Select[*tuple[Any, ...]]:
    """Who has, or had, a part for a prisoner, the running ones first. The note comes sealed."""
    return (
        select(
            Assignment.id,
            Assignment.volunteer_id,
            Volunteer.handle,
            Volunteer.disabled_at,
            Assignment.part,
            Assignment.since,
            Assignment.until,
            Assignment.end_reason,
            Assignment.end_note_sealed,
            Assignment.last_letter_on,
        )
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .where(Assignment.prisoner_id == prisoner_id)
        .order_by(
            Assignment.until.desc().nulls_first(), Assignment.since.desc(), Volunteer.handle_folded, Assignment.id
        )
    )


def on_day(day: date) -> Select[*tuple[Any, ...]]:
    """Who had which part for whom on a day, by the names of the prisoners."""
    return (
        select(
            Assignment.id,
            Assignment.prisoner_id,
            Prisoner.name,
            Assignment.volunteer_id,
            Volunteer.handle,
            Assignment.part,
            Assignment.since,
            Assignment.until,
            Assignment.end_reason,
        )
        .join(Prisoner, Prisoner.id == Assignment.prisoner_id)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .where(Assignment.since <= day, or_(Assignment.until.is_(None), Assignment.until >= day))
        .order_by(Prisoner.name_folded, Prisoner.id, Volunteer.handle_folded, Assignment.id)
    )


def coming_days_of(session: Session, prisoner_id: UUID, *, today: date, now: datetime, home_zone: str) -> int:
    """How many days that concern a prisoner come up in the next thirty."""
    last = today + COMING_DAYS
    days = days_in(session, Window(first=today, last=last, changed_since=now), home_zone)
    return sum(1 for day in days if prisoner_id in day.prisoner_ids for _occurrence in occurrences(day, today, last))


def people_in(session: Session, assignment_id: UUID) -> Row[*tuple[Any, ...]]:
    """Whom an assignment is about: name of the prisoner, handle of the volunteer."""
    return session.execute(
        select(Prisoner.name, Volunteer.handle)
        .select_from(Assignment)
        .join(Prisoner, Prisoner.id == Assignment.prisoner_id)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .where(Assignment.id == assignment_id)
    ).one()
