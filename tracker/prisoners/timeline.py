"""Everything that happened with a prisoner, the newest first: post out and in, parcels, moves, hearings with their
former dates, mails sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Integer, Select, bindparam, select, union_all
from sqlalchemy.orm import Session

from tracker.access import Actor, may_read_note
from tracker.dates.models import HearingKind, HearingStatus
from tracker.dates.rules import DayKind
from tracker.letters.fate import Fate
from tracker.letters.rules import Direction, LetterKind, ReturnReason
from tracker.parcels.rules import SentBy
from tracker.partial_date import PartialDate
from tracker.prisoners.rules import PlacementKind
from tracker.prisoners.timeline_sources import What, sources
from tracker.reminders.rules import MailKind
from tracker.sealing.column import open_sealed

Member = TypeVar("Member", bound=StrEnum)

PAGE_ENTRIES = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline, without what its reader may not know."""

    what: What
    id: UUID | None
    on: PartialDate
    at: datetime | None
    """When it was entered, changed or sent."""
    owner: str | None
    """Handle of the writer, or of the reader of a mail."""
    is_own: bool
    """The reader of the page may correct it."""
    kind: StrEnum | None
    """Of the letter, the placement, the hearing, or the day that a mail was about."""
    state: StrEnum | None
    """Of a hearing; for mails, their sort."""
    other_on: date | PartialDate | None
    """Of a reply the day of the letter that it answers; of a change the former day; of a parcel its arrival."""
    then_on: date | PartialDate | None
    """The day it came back; of the last change of a hearing, the new day."""
    reason: StrEnum | None
    """Why it came back; of a change, how the hearing stood before."""
    fate: Fate | None
    """What became of a letter that did not come back, if it is known."""
    text: str | None
    """Contents of a parcel, the place, the court."""
    tracking: str | None
    number: int | None
    """Grams; of mails, how many."""
    note: str | None


@dataclass(frozen=True)
class Timeline:
    """One page of it."""

    entries: Sequence[Entry]
    number: int
    has_older: bool


def timeline(session: Session, actor: Actor, prisoner_id: UUID, *, today: date, page: int = 1) -> Timeline:
    """One page, in one statement, whatever it holds. That ``actor`` sees the prisoner has been checked.

    Each source gives at most as many rows as lie on the pages so far, by its own index; so that a long archive makes
    the first page no slower.
    """
    page = max(page, 1)
    rows = session.execute(
        _statement(all_mails=actor.is_coordinator),
        {
            "prisoner_id": prisoner_id,
            "reader_id": actor.id,
            "today": today,
            "enough": page * PAGE_ENTRIES + 1,
            "before": (page - 1) * PAGE_ENTRIES,
        },
    ).all()
    return Timeline([_entry(row, actor) for row in rows[:PAGE_ENTRIES]], page, len(rows) > PAGE_ENTRIES)


@cache
def _statement(*, all_mails: bool) -> Select[Any]:
    """Made once: to put it together takes longer than to ask it."""
    enough, before = bindparam("enough", type_=Integer), bindparam("before", type_=Integer)
    branches = [branch.limit(enough).subquery() for branch in sources(all_mails=all_mails)]
    everything = union_all(*(select(branch) for branch in branches)).subquery()
    columns = everything.c
    return (
        select(everything)
        .order_by(columns.sort.desc(), columns.at.desc().nulls_last(), columns.id)
        .limit(PAGE_ENTRIES + 1)
        .offset(before)
    )


_KINDS: dict[What, type[StrEnum]] = {
    What.LETTER: LetterKind,
    What.REPLY: LetterKind,
    What.MOVE: PlacementKind,
    What.HEARING: HearingKind,
    What.HEARING_CHANGED: HearingKind,
    What.MAIL: DayKind,
}
_STATES: dict[What, type[StrEnum]] = {
    What.PARCEL: SentBy,
    What.HEARING: HearingStatus,
    What.HEARING_CHANGED: HearingStatus,
    What.MAIL: MailKind,
}


def _entry(row: Any, actor: Actor) -> Entry:
    what = What.REPLY if row.what == What.LETTER and row.state == Direction.REPLY else What(row.what)
    is_own = row.owner_id is not None and may_read_note(actor, row.owner_id)
    # Of other writers' entries one learns the day and the kind.
    secret = row.owner_id is not None and not is_own
    is_move = what is What.MOVE
    # Of hearings sometimes only the month is known.
    read = _partial if what is What.HEARING_CHANGED else _day
    reasons = HearingStatus if what is What.HEARING_CHANGED else ReturnReason
    return Entry(
        what=what,
        id=row.id,
        on=PartialDate.parse(row.other_on if is_move else row.sort),
        at=row.at,
        owner=row.owner,
        is_own=is_own,
        kind=_member(_KINDS.get(what), row.kind),
        state=_member(_STATES.get(what), row.state),
        other_on=None if secret or is_move else read(row.other_on),
        then_on=read(row.then_on),
        reason=None if secret else _member(reasons, row.reason),
        fate=None if secret else _member(Fate, row.fate),
        text=None if secret else row.text,
        tracking=None if secret else row.tracking,
        number=None if secret else row.number,
        note=open_sealed(row.note_sealed, str(row.what), "note_sealed", row.id) if is_own else None,
    )


def _member(kind: type[Member] | None, value: str | None) -> Member | None:
    return kind(value) if kind is not None and value is not None else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None


def _partial(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text is not None else None
