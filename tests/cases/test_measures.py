"""Measures of restraint through their extensions: each is an event of its own, and reminders follow."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_citation, make_source
from tracker.cases import measures
from tracker.cases.measures import MeasureFacts, TermFacts
from tracker.cases.models import Measure, MeasureKind, MeasureTerm
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner
from tracker.sources.models import Citation

NOW = datetime(2026, 12, 15, 12, tzinfo=UTC)
TODAY = date(2026, 12, 15)


def on(text: str) -> PartialDate:
    return PartialDate.parse(text)


CUSTODY = MeasureFacts(MeasureKind.CUSTODY, since=on("2026-05-16"), zone="Asia/Vladivostok")


@pytest.fixture
def custody(session: Session, dunya: Prisoner) -> Measure:
    """Since 16 May, until 15 July."""
    measure_id = uuid4()
    term = TermFacts(until=on("2026-07-15"), ordered_on=on("2026-05-16"), court="Lukomorsk District Court")
    assert measures.impose_measure(session, measure_id, dunya.id, CUSTODY, term, now=NOW, today=TODAY)
    session.flush()
    found = session.get(Measure, measure_id)
    assert found
    return found


def terms(session: Session) -> list[str]:
    rows = session.scalars(select(MeasureTerm).order_by(MeasureTerm.position))
    return [str(row.until) for row in rows]


def extend(session: Session, custody: Measure, until: str, id: UUID | None = None) -> bool:
    done = measures.extend_measure(session, custody, id or uuid4(), TermFacts(until=on(until)), now=NOW, today=TODAY)
    session.flush()
    return done


def test_a_measure_begins_with_its_first_term(session: Session, custody: Measure) -> None:
    assert (str(custody.until), custody.revision) == ("2026-07-15", 0)
    assert terms(session) == ["2026-07-15"]


def test_each_extension_is_a_term_of_its_own_and_tells_those_who_were_told(session: Session, custody: Measure) -> None:
    extend(session, custody, "2026-08-15")
    extend(session, custody, "2027-02-28")
    assert terms(session) == ["2026-07-15", "2026-08-15", "2027-02-28"]
    assert (str(custody.until), custody.revision, custody.changed_at) == ("2027-02-28", 2, NOW)


def test_the_same_extension_twice_is_one(session: Session, custody: Measure) -> None:
    form = uuid4()
    assert extend(session, custody, "2026-08-15", form) is True
    assert extend(session, custody, "2026-08-15", form) is False
    assert (len(terms(session)), custody.revision) == (2, 1)


def test_the_same_measure_twice_is_one(session: Session, custody: Measure, dunya: Prisoner) -> None:
    term = TermFacts(until=on("2026-07-15"))
    assert not measures.impose_measure(session, custody.id, dunya.id, CUSTODY, term, now=NOW, today=TODAY)
    assert terms(session) == ["2026-07-15"]


def test_a_measure_is_over_and_may_go_on_after_all(session: Session, custody: Measure) -> None:
    measures.end_measure(custody, ended_on=on("2026-12"), reason="released", now=NOW, today=TODAY)
    assert (str(custody.ended_on), custody.end_reason, custody.revision) == ("2026-12", "released", 1)
    measures.resume_measure(custody, now=NOW)
    measures.resume_measure(custody, now=NOW)
    assert (custody.ended_on, custody.end_reason, custody.revision) == (None, None, 2)


def correct(session: Session, custody: Measure, facts: MeasureFacts, until: PartialDate | None) -> None:
    measures.correct_measure(session, custody, facts, until, now=NOW, today=TODAY)
    session.flush()


def test_a_corrected_end_corrects_the_newest_term(session: Session, custody: Measure) -> None:
    extend(session, custody, "2026-08-15")
    correct(session, custody, CUSTODY, on("2026-08-16"))
    assert terms(session) == ["2026-07-15", "2026-08-16"]
    assert (str(custody.until), custody.revision) == ("2026-08-16", 2)


def test_what_nobody_was_told_of_changes_silently(session: Session, custody: Measure) -> None:
    make_citation(session, make_source(session), custody.id, "967")
    facts = MeasureFacts(MeasureKind.CUSTODY, since=on("2026-05-16"), zone="Asia/Vladivostok", note="second cell")
    correct(session, custody, facts, on("2026-07-15"))
    assert (custody.note, custody.revision) == ("second cell", 0)
    assert session.scalars(select(Citation)).all() == []


def test_an_end_can_be_learned_of_a_measure_without_any_term(session: Session, dunya: Prisoner) -> None:
    bare = Measure(prisoner_id=dunya.id, kind=MeasureKind.TRAVEL_BAN, changed_at=NOW)
    session.add(bare)
    session.flush()
    correct(session, bare, MeasureFacts(MeasureKind.TRAVEL_BAN), on("2027-01"))
    assert terms(session) == ["2027-01"]
