"""Where the entries of a prisoner's timeline come from: one select each, all with the same columns."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    LargeBinary,
    Select,
    String,
    Uuid,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union,
)
from sqlalchemy.orm import aliased

from tracker.dates.models import Hearing, HearingChange, HearingPrisoner
from tracker.db import UtcDateTime
from tracker.evenings.models import Tally, TallyBatch
from tracker.facilities.models import Facility
from tracker.letters.fate import Fate
from tracker.letters.models import Letter
from tracker.parcels.models import Parcel, ParcelItem
from tracker.prisoners.models import Placement
from tracker.reminders.models import Outbox
from tracker.volunteers.models import Volunteer


class What(StrEnum):
    """What sort of thing happened."""

    LETTER = "letter"
    REPLY = "reply"
    PARCEL = "parcel"
    EVENING = "evening"
    """Letters that were only counted, after people had written together."""
    MOVE = "move"
    HEARING = "hearing"
    HEARING_CHANGED = "hearing_changed"
    MAIL = "mail"


_NOTHING: dict[str, Any] = {
    "id": cast(null(), Uuid),
    "sort": cast(null(), String),
    "at": cast(null(), UtcDateTime),
    "owner_id": cast(null(), Uuid),
    "owner": cast(null(), String),
    "kind": cast(null(), String),
    "state": cast(null(), String),
    "other_on": cast(null(), String),
    "then_on": cast(null(), String),
    "reason": cast(null(), String),
    "fate": cast(null(), String),
    "text": cast(null(), String),
    "tracking": cast(null(), String),
    "number": cast(null(), Integer),
    "note_sealed": cast(null(), LargeBinary),
}


def _columns(what: Any, **given: Any) -> Select[Any]:
    """The same columns for every source, in the same order and of the same types."""
    columns = [given.get(name, nothing).label(name) for name, nothing in _NOTHING.items()]
    return select(cast(literal(str(what)), String).label("what"), *columns)


def _text(column: Any) -> Any:
    return cast(column, String)


def _value(column: Any) -> Any:
    """An enum as the text that is stored."""
    return type_coerce(column, String)


PRISONER: Any = bindparam("prisoner_id", type_=Uuid)
READER: Any = bindparam("reader_id", type_=Uuid)
TODAY: Any = bindparam("today", type_=Date)


def sources(*, all_mails: bool) -> list[Select[Any]]:
    """One select for each, of PRISONER, READER and TODAY. With ``all_mails`` not only those to the reader."""
    return [_letters(), _parcels(), _tallies(), _moves(), _hearings(), _hearing_changes(), _mails(all_mails)]


def _letters() -> Select[Any]:
    answered = aliased(Letter)
    return (
        _columns(
            What.LETTER,
            id=Letter.id,
            sort=_text(Letter.dated_on),
            at=Letter.logged_at,
            owner_id=Letter.volunteer_id,
            owner=Volunteer.handle,
            kind=_value(Letter.kind),
            state=_value(Letter.direction),
            other_on=_text(answered.dated_on),
            then_on=_text(Letter.returned_on),
            reason=_value(Letter.return_reason),
            fate=_fate(),
            tracking=Letter.tracking,
            note_sealed=Letter.note_sealed,
        )
        .join(Volunteer, Volunteer.id == Letter.volunteer_id)
        .outerjoin(answered, (answered.id == Letter.answers_id) & answered.removed_at.is_(None))
        .where(Letter.prisoner_id == PRISONER, Letter.removed_at.is_(None))
        .order_by(Letter.dated_on.desc(), Letter.logged_at.desc(), Letter.id)
    )


def _tallies() -> Select[Any]:
    return (
        _columns(What.EVENING, id=Tally.id, sort=_text(Tally.on), at=TallyBatch.entered_at, number=Tally.letters)
        .join(TallyBatch, TallyBatch.id == Tally.batch_id)
        .where(Tally.prisoner_id == PRISONER, Tally.undone_at.is_(None))
        .order_by(Tally.on.desc(), TallyBatch.entered_at.desc(), Tally.id)
    )


def _fate() -> Any:
    """What became of a letter, where that is worth a word beside its return and the replies to it."""
    fates = (
        (Letter.stopped_on.is_not(None), Fate.STOPPED),
        (Letter.delivered_on.is_not(None), Fate.DELIVERED),
        (Letter.given_up_on.is_not(None), Fate.UNKNOWN),
    )
    return case(*((known, str(fate)) for known, fate in fates), else_=cast(null(), String))


def _parcels() -> Select[Any]:
    return (
        _columns(
            What.PARCEL,
            id=Parcel.id,
            sort=_text(Parcel.posted_on),
            at=Parcel.logged_at,
            owner_id=Parcel.volunteer_id,
            owner=Volunteer.handle,
            state=_value(Parcel.sent_by),
            other_on=_text(Parcel.arrived_on),
            then_on=_text(Parcel.returned_on),
            reason=_value(Parcel.return_reason),
            text=_contents(),
            tracking=Parcel.tracking,
            number=Parcel.grams,
            note_sealed=Parcel.note_sealed,
        )
        .join(Volunteer, Volunteer.id == Parcel.volunteer_id)
        .where(Parcel.prisoner_id == PRISONER, Parcel.removed_at.is_(None))
        .order_by(Parcel.posted_on.desc(), Parcel.logged_at.desc(), Parcel.id)
    )


def _contents() -> Any:
    """One thing a line. Asked for each parcel that is shown, by an index; not for the whole archive."""
    several = _text(ParcelItem.how_many) + literal(" × ") + ParcelItem.what
    lines = (
        select(case((ParcelItem.how_many > 1, several), else_=ParcelItem.what).label("line"))
        .where(ParcelItem.parcel_id == Parcel.id)
        .order_by(ParcelItem.position)
        .correlate(Parcel)
        .subquery()
    )
    return select(func.aggregate_strings(lines.c.line, "\n")).scalar_subquery()


def _moves() -> Select[Any]:
    since = type_coerce(Placement.since, String)
    # A season stands before its last month, so that it does not come after December.
    seasons = {"21": "05", "22": "08", "23": "11", "24": "12"}
    month = func.substr(since, 6, 2, type_=String)
    sort = case((month.in_(seasons), func.substr(since, 1, 5, type_=String) + case(seasons, value=month)), else_=since)
    return (
        _columns(
            What.MOVE,
            id=Placement.id,
            sort=sort,
            kind=_value(Placement.kind),
            other_on=since,
            text=func.coalesce(Facility.name, Placement.place),
        )
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        # Without a year it has no place among the others.
        .where(Placement.prisoner_id == PRISONER, since.not_like("-%"))
        .order_by(sort.desc(), Placement.id)
    )


def _hearings() -> Select[Any]:
    roughly = _value(Hearing.roughly)
    # A month or a year stands before its days, and comes when it is over.
    known = func.coalesce(_text(Hearing.on), roughly)
    is_over = roughly < func.substr(_text(TODAY), 1, func.length(roughly))
    return (
        _columns(
            What.HEARING,
            id=Hearing.id,
            sort=known,
            at=Hearing.changed_at,
            kind=_value(Hearing.kind),
            state=_value(Hearing.status),
            text=Facility.name,
        )
        .join(HearingPrisoner, HearingPrisoner.hearing_id == Hearing.id)
        .join(Facility, Facility.id == Hearing.court_id)
        # What is to come stands elsewhere on the page.
        .where(HearingPrisoner.prisoner_id == PRISONER, or_(Hearing.on <= TODAY, is_over))
        .order_by(known.desc(), Hearing.changed_at.desc(), Hearing.id)
    )


def _hearing_changes() -> Select[Any]:
    """A former date stands at the day on which it was given up. The state is the one that the hearing has now if this
    was its last change; what it was changed to before that nobody needs to know."""
    later = aliased(HearingChange)
    is_last = (
        ~select(later.id)
        .where(later.hearing_id == HearingChange.hearing_id, later.revision > HearingChange.revision)
        .exists()
    )
    return (
        _columns(
            What.HEARING_CHANGED,
            id=Hearing.id,
            # By the clock of the database; the page shows the day by the reader's.
            sort=func.substr(_text(HearingChange.changed_at), 1, 10),
            at=HearingChange.changed_at,
            kind=_value(Hearing.kind),
            state=case((is_last, _value(Hearing.status)), else_=cast(null(), String)),
            other_on=func.coalesce(_text(HearingChange.on), _value(HearingChange.roughly)),
            reason=_value(HearingChange.status),
            then_on=case(
                (is_last, func.coalesce(_text(Hearing.on), _value(Hearing.roughly))), else_=cast(null(), String)
            ),
        )
        .join(Hearing, Hearing.id == HearingChange.hearing_id)
        .join(HearingPrisoner, HearingPrisoner.hearing_id == Hearing.id)
        .where(HearingPrisoner.prisoner_id == PRISONER)
        .order_by(HearingChange.changed_at.desc(), Hearing.id)
    )


def _mails(all_of_them: bool) -> Select[Any]:
    """Mails about the prisoner that went out: a volunteer's own; for coordinators all, those to several people about
    the same thing as one entry."""
    hearings = select(HearingPrisoner.hearing_id).where(HearingPrisoner.prisoner_id == PRISONER)
    # Two probes of an index. With OR, or with the state beside them, SQLite would walk through every mail ever sent.
    about_the_prisoner = union(
        select(Outbox.id).where(Outbox.prisoner_id == PRISONER),
        select(Outbox.id).where(Outbox.subject_id.in_(hearings)),
    )
    several = (Outbox.kind, Outbox.day_kind, Outbox.subject_id, Outbox.occurrence_key, Outbox.rule, Outbox.change)
    sent_at = func.max(Outbox.accepted_at)
    statement = (
        _columns(
            What.MAIL,
            sort=func.substr(_text(sent_at), 1, 10),
            at=sent_at,
            owner=func.max(Volunteer.handle),
            kind=_value(Outbox.day_kind),
            state=_value(Outbox.kind),
            number=func.count(),
        )
        .outerjoin(Volunteer, Volunteer.id == Outbox.recipient_id)
        .where(
            Outbox.id.in_(about_the_prisoner),
            Outbox.accepted_at.is_not(None),
        )
        .group_by(*several)
        .order_by(sent_at.desc())
    )
    return statement if all_of_them else statement.where(Outbox.recipient_id == READER)
