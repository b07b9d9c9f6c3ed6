"""Reads of threads: one writer and one prisoner, with whose turn it is. No list walks through the letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, false, select
from sqlalchemy.orm import Session

from tracker.assignments.models import Assignment, Part
from tracker.facilities.models import Facility
from tracker.letters.models import Letter
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.names import sorting_form
from tracker.prisoners.search import named
from tracker.sealing.column import open_sealed
from tracker.transit.config import Priors
from tracker.transit.models import TransitTime
from tracker.transit.rules import overdue_since
from tracker.transit.silence import ThreadState, Verdict
from tracker.transit.silence_sql import is_in, reply_time_of
from tracker.transit.verdict_queries import OF_LETTER, OF_THREAD, newest_letter, verdict_of, with_newest
from tracker.volunteers.models import Volunteer
from tracker.volunteers.rules import is_away as is_away_on


@dataclass(frozen=True)
class WantedThreads:
    """Which threads are looked for."""

    writer_id: UUID | None = None
    """Only hers."""
    state: ThreadState | None = None
    writer: str = ""
    """The beginning of a handle."""
    prisoner: str = ""
    """A part of a name, in either script."""


@dataclass(frozen=True)
class ThreadLine:
    """One thread, as a list or a page shows it."""

    id: UUID
    """Of the assignment."""
    prisoner_id: UUID
    name: str
    volunteer_id: UUID
    handle: str
    facility_id: UUID | None
    facility: str | None
    last_letter_on: date | None
    last_reply_on: date | None
    verdict: Verdict
    pen_name: str | None
    rhythm_days: int | None
    overdue_since: date | None
    """The day from which she meant to have written again."""
    is_away: bool
    until: date | None
    """The last day of the assignment; None: it is running."""


_COLUMNS = (
    Assignment.id,
    Assignment.prisoner_id,
    Prisoner.name,
    Assignment.volunteer_id,
    Volunteer.handle,
    Placement.facility_id,
    Facility.name.label("facility"),
    Assignment.since,
    Assignment.until,
    Assignment.rhythm_days,
    Assignment.pen_name_sealed,
    Volunteer.away_from,
    Volunteer.away_until,
)


def threads(wanted: WantedThreads, today: date, priors: Priors) -> Select[*tuple[Any, ...]]:
    """The running threads that are looked for, those first in which somebody waits longest, one row each."""
    statement = _threads().where(Assignment.until.is_(None), Prisoner.archived_at.is_(None))
    if wanted.writer_id is not None:
        statement = statement.where(Assignment.volunteer_id == wanted.writer_id)
    if wanted.writer:
        statement = statement.where(Volunteer.handle_folded.startswith(wanted.writer.casefold(), autoescape=True))
    if wanted.prisoner:
        statement = statement.where(_is_named(wanted.prisoner))
    if wanted.state is not None:
        statement = statement.where(is_in(wanted.state, Assignment, today, priors))
    return statement.order_by(
        Assignment.waiting_since.asc().nulls_last(),
        Assignment.last_letter_on.asc().nulls_first(),
        Prisoner.name_folded,
        Assignment.id,
    )


def _is_named(text: str) -> ColumnElement[bool]:
    by_name = named(sorting_form(text))
    # What was typed could not be part of any name.
    return false() if by_name is None else Prisoner.id.in_(by_name)


def _threads() -> Select[*tuple[Any, ...]]:
    return (
        select(*_COLUMNS, *OF_THREAD)
        .join(Prisoner, Prisoner.id == Assignment.prisoner_id)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .outerjoin(Placement, and_(Placement.prisoner_id == Prisoner.id, Placement.is_current))
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .outerjoin(TransitTime, reply_time_of(Assignment))
        .where(Assignment.part == Part.WRITER)
    )


def threads_of(session: Session, prisoner_id: UUID, today: date, priors: Priors) -> list[ThreadLine]:
    """The running threads of a prisoner, by the handles of the writers, in one statement."""
    statement = _whole().where(Assignment.prisoner_id == prisoner_id, Assignment.until.is_(None))
    rows = session.execute(statement.order_by(Volunteer.handle_folded)).all()
    return [_line(row, row, today, priors) for row in rows]


def thread(session: Session, assignment_id: UUID, today: date, priors: Priors) -> ThreadLine | None:
    """One thread, running or over, in one statement; None: there is none, or it is another part than writing."""
    row = session.execute(_whole().where(Assignment.id == assignment_id)).one_or_none()
    return _line(row, row, today, priors) if row is not None else None


def _whole() -> Select[*tuple[Any, ...]]:
    return with_newest(_threads())


def lines(session: Session, rows: Sequence[Row[Any]], today: date, priors: Priors) -> list[ThreadLine]:
    """The rows of a page with what became of their newest letters, in one more statement."""
    if not rows:
        return []
    newest = select(newest_letter().scalar_subquery()).where(Assignment.id.in_([row.id for row in rows]))
    letters = session.execute(select(Letter.prisoner_id, Letter.volunteer_id, *OF_LETTER).where(Letter.id.in_(newest)))
    known = {(each.prisoner_id, each.volunteer_id): each for each in letters}
    return [_line(row, known.get((row.prisoner_id, row.volunteer_id)), today, priors) for row in rows]


def _line(row: Any, newest: Any, today: date, priors: Priors) -> ThreadLine:
    is_away = is_away_on(row.away_from, row.away_until, today)
    return ThreadLine(
        id=row.id,
        prisoner_id=row.prisoner_id,
        name=row.name,
        volunteer_id=row.volunteer_id,
        handle=row.handle,
        facility_id=row.facility_id,
        facility=row.facility,
        last_letter_on=row.last_letter_on,
        last_reply_on=row.last_reply_on,
        verdict=verdict_of(row, newest, today, priors),
        pen_name=open_sealed(row.pen_name_sealed, "assignment", "pen_name_sealed", row.id),
        rhythm_days=row.rhythm_days,
        overdue_since=overdue_since(row.rhythm_days, row.last_letter_on, row.since, today, is_away=is_away),
        is_away=is_away,
        until=row.until,
    )


def pen_names(session: Session, prisoner_id: UUID, only: UUID | None = None) -> dict[str, str]:
    """With which name each writer signs her letters to a prisoner, by handle, of all or of ``only`` one, in one
    statement. Who signs with none is left out."""
    statement = (
        select(Assignment.id, Volunteer.handle, Assignment.pen_name_sealed)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .where(
            Assignment.prisoner_id == prisoner_id,
            Assignment.part == Part.WRITER,
            Assignment.until.is_(None),
            Assignment.pen_name_sealed.is_not(None),
        )
        .order_by(Volunteer.handle_folded)
    )
    if only is not None:
        statement = statement.where(Assignment.volunteer_id == only)
    opened = {
        row.handle: open_sealed(row.pen_name_sealed, "assignment", "pen_name_sealed", row.id)
        for row in session.execute(statement)
    }
    return {handle: name for handle, name in opened.items() if name}


def letters_between(prisoner_id: UUID, volunteer_id: UUID) -> Select[*tuple[Any, ...]]:
    """Her letters and the replies to her, the newest first: id, direction, kind, channel, number, days, fates."""
    return (
        select(
            Letter.id,
            Letter.direction,
            Letter.kind,
            Letter.channel,
            Letter.number,
            Letter.dated_on,
            Letter.written_on,
            Letter.delivered_on,
            Letter.returned_on,
            Letter.stopped_on,
            Letter.given_up_on,
            Letter.reply_form,
            Letter.answers_id,
        )
        .where(Letter.prisoner_id == prisoner_id, Letter.volunteer_id == volunteer_id, Letter.removed_at.is_(None))
        .order_by(Letter.dated_on.desc(), Letter.logged_at.desc(), Letter.id)
    )
