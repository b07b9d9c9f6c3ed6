"""Keeps the counts of the post in step with the letters: what a letter added before is taken away, what it adds now is
added, by the database, so that two letters logged at the same instant both count.

Whoever changes several rows takes locks in one order, first the prisoner, then the facilities, then the counts, and
waits therefore for nobody who waits for her. Two entries of a place become one while nobody counts at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import literal, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.facilities.models import Facility
from tracker.letters.counted import Counted
from tracker.letters.rules import Direction
from tracker.prisoners.models import Placement, Prisoner
from tracker.transit.models import TransitCount, TransitTime
from tracker.transit.posted import every_letter, facilities_of, posted_letters
from tracker.transit.rules import TIMED, Case, Leg, Posted, cases_of, learned

Cases = Counter[Case]

_ONE_COUNT = ("facility_id", "channel", "leg", "days")

_MOST_ROWS = 1000
"""In one statement; a database takes only so many values."""


def follow(session: Session, before: Counted | None, after: Counted | None) -> None:
    """A letter or reply changed, was added (``before`` None), or removed (``after`` None): the counts follow.

    The prisoner's row is locked by then, so that nobody else changes the same correspondence.
    """
    letter = before or after
    if letter is None or before == after:
        return
    if letter.direction is Direction.OUT:
        changes = _changes_by_letter(session, letter.id, before, after)
    else:
        changes = _changes_by_reply(session, before, after)
    settle(session, changes)


def count_sent(session: Session, letter: Counted) -> None:
    """A letter was just posted: nothing else is known of it yet, so that one statement will do."""
    facts = {"id": uuid4(), "channel": letter.channel, "leg": Leg.SENT, "days": 0, "cases": 1}
    columns = {name: literal(value, getattr(TransitCount, name).type) for name, value in facts.items()}
    sent = select(Placement.facility_id, *columns.values()).where(
        Placement.id == letter.placement_id, Placement.facility_id.is_not(None)
    )
    statement = _insert(session, TransitCount).from_select(["facility_id", *columns], sent)
    _on_conflict(session, statement, _ONE_COUNT, _add_up)


def _changes_by_letter(session: Session, letter_id: UUID, before: Counted | None, after: Counted | None) -> Cases:
    """What a letter adds itself, and what the replies to it add because of it."""
    places = facilities_of(session, {each.placement_id for each in (before, after) if each})
    if not any(places.values()):
        return Counter()
    replies = list(every_letter(session, answers_id=letter_id))

    def adds(letter: Counted | None) -> Iterator[Case]:
        posted = _posted(letter, places)
        if posted is not None:
            yield from cases_of(posted)
        for reply in replies:
            yield from cases_of(_answering(reply, posted))

    return _difference(adds(before), adds(after))


def _changes_by_reply(session: Session, before: Counted | None, after: Counted | None) -> Cases:
    both = [each for each in (before, after) if each]
    places = facilities_of(session, {each.placement_id for each in both})
    answered = posted_letters(session, {each.answers_id for each in both if each.answers_id})

    def adds(reply: Counted | None) -> Iterator[Case]:
        posted = _posted(reply, places)
        if reply is not None and posted is not None:
            letter = answered.get(reply.answers_id) if reply.answers_id else None
            yield from cases_of(_answering(posted, letter))

    return _difference(adds(before), adds(after))


def _posted(letter: Counted | None, places: Mapping[UUID, UUID | None]) -> Posted | None:
    if letter is None:
        return None
    return Posted(
        direction=letter.direction,
        channel=letter.channel,
        facility_id=places.get(letter.placement_id) if letter.placement_id else None,
        dated_on=letter.dated_on,
        written_on=letter.written_on,
        delivered_on=letter.delivered_on,
        is_lost=any((letter.returned_on, letter.stopped_on, letter.given_up_on)),
    )


def _answering(reply: Posted, letter: Posted | None) -> Posted:
    return Posted(
        direction=reply.direction,
        channel=reply.channel,
        facility_id=reply.facility_id,
        dated_on=reply.dated_on,
        written_on=reply.written_on,
        answers=letter,
    )


def _difference(before: Iterable[Case], after: Iterable[Case]) -> Cases:
    changes = Counter(after)
    changes.subtract(Counter(before))
    return changes


@contextmanager
def following(session: Session, prisoner_id: UUID) -> Iterator[None]:
    """Whatever is done meanwhile to the placements of a prisoner, the counts follow: a letter counts for the facility
    of the placement to which it went."""
    session.execute(select(Prisoner.id).where(Prisoner.id == prisoner_id).with_for_update(key_share=True))
    before = cases_in(every_letter(session, prisoner_id=prisoner_id))
    yield
    session.flush()
    settle(session, _difference(before.elements(), cases_in(every_letter(session, prisoner_id=prisoner_id)).elements()))


def hold_places(session: Session) -> None:
    """Until the end of this transaction no two entries of facilities become one, so that what was counted for a place
    is found there. To be called before any lock is taken."""
    _lock_letters(session, "ROW EXCLUSIVE")


def hold_letters(session: Session) -> None:
    """Until the end of this transaction nobody logs or changes a letter; whoever does it just now is waited for."""
    _lock_letters(session, "SHARE ROW EXCLUSIVE")


def _lock_letters(session: Session, mode: str) -> None:
    # On SQLite whoever may write is alone anyway.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"LOCK TABLE letter IN {mode} MODE"))


def cases_in(letters: Iterable[Posted]) -> Cases:
    """What letters and replies add together."""
    return Counter(case for letter in letters for case in cases_of(letter))


def settle(session: Session, changes: Mapping[Case, int]) -> None:
    """Add to the counts, and work out again what follows from those that changed."""
    rows = {case: cases for case, cases in sorted(changes.items()) if cases}
    if not rows:
        return
    timed = sorted({case[:3] for case in rows if case.leg in TIMED})
    if timed:
        _lock(session, {facility_id for facility_id, _, _ in timed})
    values = [{"id": uuid4(), **case._asdict(), "cases": cases} for case, cases in rows.items()]
    _upsert(session, TransitCount, values, _ONE_COUNT, _add_up)
    if timed:
        work_out(session, timed)


def _lock(session: Session, facility_ids: Iterable[UUID]) -> None:
    """One change of the times of a facility after the other: each reads what the one before has counted."""
    ids = sorted(facility_ids)
    session.execute(
        select(Facility.id).where(Facility.id.in_(ids)).order_by(Facility.id).with_for_update(key_share=True)
    )


def work_out(session: Session, keys: Iterable[tuple[Any, ...]]) -> None:
    """What follows from the counts of some legs: keys of facility, channel, leg."""
    histograms: dict[tuple[Any, ...], dict[int, int]] = {key: {} for key in keys}
    places, channels, legs = (set(parts) for parts in zip(*histograms, strict=True))
    # By the index of the counts; of what is read too much there is little.
    rows = session.execute(
        select(
            TransitCount.facility_id, TransitCount.channel, TransitCount.leg, TransitCount.days, TransitCount.cases
        ).where(TransitCount.facility_id.in_(places), TransitCount.channel.in_(channels), TransitCount.leg.in_(legs))
    )
    for row in rows:
        if (histogram := histograms.get((row[0], row[1], row[2]))) is not None:
            histogram[row.days] = row.cases
    values = [_times(key, histogram) for key, histogram in histograms.items()]
    kept = ("cases", "low_days", "median_days", "high_days")
    _upsert(
        session,
        TransitTime,
        values,
        _ONE_COUNT[:3],
        lambda row: {name: getattr(row, name) for name in kept},
    )


def _times(key: tuple[Any, ...], histogram: Mapping[int, int]) -> dict[str, Any]:
    facility_id, channel, leg = key
    times = learned(histogram)
    return {
        "id": uuid4(),
        "facility_id": facility_id,
        "channel": channel,
        "leg": Leg(leg),
        "cases": times.cases if times else 0,
        "low_days": times.low if times else 0,
        "median_days": times.median if times else 0,
        "high_days": times.high if times else 0,
    }


def _add_up(row: Any) -> dict[str, Any]:
    return {"cases": TransitCount.cases + row.cases}


def _upsert(session: Session, table: Any, rows: list[dict[str, Any]], unique: Sequence[str], change: Any) -> None:
    for first in range(0, len(rows), _MOST_ROWS):
        _on_conflict(session, _insert(session, table).values(rows[first : first + _MOST_ROWS]), unique, change)


def _insert(session: Session, table: Any) -> Any:
    dialect = session.get_bind().dialect.name
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def _on_conflict(session: Session, statement: Any, unique: Sequence[str], change: Any) -> None:
    session.execute(
        statement.on_conflict_do_update(index_elements=unique, set_=change(statement.excluded)),
        execution_options={"synchronize_session": False},
    )
