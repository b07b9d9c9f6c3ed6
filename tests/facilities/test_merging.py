"""Two entries of one place become one, and nothing is lost."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import (
    LONG_AGO,
    make_citation,
    make_dispute,
    make_facility,
    make_letter,
    make_placement,
    make_prisoner,
    make_source,
)
from tests.support.client import FormClient
from tracker.dates.models import Hearing, HearingChange, HearingKind, HearingStatus
from tracker.db import Base, make_sessions
from tracker.facilities import merging
from tracker.facilities.models import Facility, FacilityChannel, FacilityKind
from tracker.facilities.rules import ChangedMeanwhile, NotTheSameSort, TheSameEntry, WasMerged
from tracker.letters.fates import mark_delivered
from tracker.letters.models import Letter
from tracker.letters.rules import Channel
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.moves import PlacementFacts, correct_placement, move_prisoner
from tracker.prisoners.rules import PlacementKind
from tracker.quotas.models import Confidence, FacilityRule, Pool, Unit, Window
from tracker.sources.models import Citation
from tracker.transit.counting import settle
from tracker.transit.models import Leg, TransitCount
from tracker.transit.rules import Case
from tracker.volunteers.models import Volunteer


def entries(session: Session) -> tuple[Facility, Facility]:
    """A remand prison, entered twice."""
    kept = make_facility(session, name="SIZO-2 Vladivostok", city="Vladivostok", mail_note=None, verified_on=None)
    other = make_facility(
        session,
        name="Следственный изолятор № 2 города Владивостока, что на Партизанском проспекте",
        name_local="ФКУ СИЗО-2",
        city="Vladivostok",
        address="690106, г. Владивосток,\nПартизанский пр., 28-б",
        most_pages=4,
        mail_note="Only white paper",
        verified_on=date(2028, 2, 29),
    )
    return kept, other


def merge(session: Session, kept: Facility, other: Facility, take: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    seal = merging.compare(kept, other).seal
    merging.merge(session, kept, other, take, seal, now=LONG_AGO)
    session.flush()


def test_every_column_that_names_a_facility_is_thought_of() -> None:
    """Whoever adds one has to say what becomes of it when two entries are merged."""
    naming = {
        f"{key.parent.table.name}.{key.parent.name}"
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "facility"
    }
    handled = {f"{column.class_.__tablename__}.{column.key}" for column in (*merging.REPOINTED, *merging.ADDED_UP)}
    assert naming == handled


def test_everything_at_the_second_entry_belongs_to_the_first(
    session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    kept, other = entries(session)
    stay = session.scalars(select(Placement)).one()
    stay.facility_id = other.id
    rule = FacilityRule(
        facility_id=other.id,
        pool=Pool.PARCELS,
        unit=Unit.PIECES,
        most=6,
        window=Window.CALENDAR_YEAR,
        source="a letter",
        confidence=Confidence.UNVERIFIED,
        entered_by_id=vera.id,
        created_at=LONG_AGO,
    )
    session.add_all(
        [
            rule,
            FacilityChannel(facility_id=kept.id, channel=Channel.POST, position=0),
            FacilityChannel(facility_id=other.id, channel=Channel.E_LETTER, service="ЛукоПочта", position=0),
        ]
    )
    session.flush()
    make_letter(session, dunya, vera, date(2028, 2, 29), placement_id=stay.id)
    settle(
        session,
        {
            Case(kept.id, Channel.POST, Leg.ROUND, 30): 2,
            Case(other.id, Channel.POST, Leg.ROUND, 30): 3,
            Case(other.id, Channel.POST, Leg.LOST, 0): 1,
        },
    )
    merge(session, kept, other)
    session.expire_all()
    assert stay.facility_id == kept.id
    assert rule.facility_id == kept.id
    ways = session.scalars(select(FacilityChannel).order_by(FacilityChannel.position)).all()
    assert [(way.channel, way.facility_id) for way in ways] == [(Channel.POST, kept.id), (Channel.E_LETTER, kept.id)]
    counts = session.execute(select(TransitCount.facility_id, TransitCount.leg, TransitCount.cases)).all()
    assert sorted(tuple(row) for row in counts) == sorted([(kept.id, Leg.ROUND, 5), (kept.id, Leg.LOST, 1)])
    assert (other.merged_into_id, other.archived_at) == (kept.id, LONG_AGO)


def test_hearings_and_their_history_follow(session: Session, vera: Volunteer) -> None:
    court = {"kind": FacilityKind.COURT, "zone": "Asia/Vladivostok"}
    kept, other = make_facility(session, name="Court", **court), make_facility(session, name="Суд", **court)
    hearing = Hearing(
        kind=HearingKind.TRIAL,
        court_id=other.id,
        zone="Asia/Vladivostok",
        status=HearingStatus.SCHEDULED,
        changed_at=LONG_AGO,
        entered_at=LONG_AGO,
        entered_by_id=vera.id,
        form_id=uuid4(),
    )
    session.add(hearing)
    session.flush()
    change = HearingChange(
        hearing_id=hearing.id,
        revision=1,
        zone="Asia/Vladivostok",
        court_id=other.id,
        status=HearingStatus.SCHEDULED,
        changed_at=LONG_AGO,
    )
    session.add(change)
    session.flush()
    merge(session, kept, other)
    session.expire_all()
    assert hearing.court_id == change.court_id == kept.id


def test_what_is_chosen_holds_and_what_only_one_knows_is_taken_over(session: Session) -> None:
    kept, other = entries(session)
    kept.verified_on = date(2029, 1, 1)
    compared = merging.compare(kept, other)
    assert [each.name for each in compared.differences] == ["name", "name_local", "address"]
    assert compared.filled == (("most_pages", 4), ("mail_note", "Only white paper"))
    merge(session, kept, other, {"address"})
    assert kept.name == "SIZO-2 Vladivostok"
    assert kept.address == "690106, г. Владивосток,\nПартизанский пр., 28-б"
    assert (kept.most_pages, kept.mail_note) == (4, "Only white paper")
    assert kept.verified_on == date(2028, 2, 29), "it was this address that was verified then"


def test_lines_of_sources_state_the_kept_entry_too(session: Session) -> None:
    kept, other = entries(session)
    first, second = make_source(session), make_source(session, "second-2026")
    dispute = make_dispute(session, "Which prison?", "This", "That", source_id=first.id)
    make_citation(session, first, kept.id, "1")
    make_citation(session, first, other.id, "2")
    make_citation(session, second, other.id, "3", dispute_id=dispute.id)
    merge(session, kept, other)
    of_kept = select(Citation.lines, Citation.dispute_id).where(Citation.subject_id == kept.id).order_by(Citation.lines)
    assert [tuple(row) for row in session.execute(of_kept)] == [("1", None), ("3", dispute.id)]
    assert session.scalar(select(func.count()).where(Citation.subject_id == other.id)) == 2


def test_a_third_entry_merged_into_the_second_leads_to_the_first(session: Session) -> None:
    kept, other = entries(session)
    third = make_facility(session, name="СИЗО два", city="Vladivostok")
    merge(session, other, third)
    merge(session, kept, other)
    session.expire_all()
    assert third.merged_into_id == kept.id


def test_what_is_no_second_entry_is_refused(session: Session) -> None:
    kept, other = entries(session)
    court = make_facility(session, name="Court", kind=FacilityKind.COURT)
    with pytest.raises(NotTheSameSort):
        merging.compare(kept, court)
    with pytest.raises(TheSameEntry):
        merging.compare(kept, kept)
    seal = merging.compare(kept, other).seal
    other.most_pages = 5
    session.flush()
    with pytest.raises(ChangedMeanwhile):
        merging.merge(session, kept, other, (), seal, now=LONG_AGO)
    merge(session, kept, other)
    with pytest.raises(WasMerged):
        merging.compare(kept, other)


def test_a_coordinator_finds_the_other_entry_compares_and_confirms(
    as_cora: FormClient, session: Session, dunya: Prisoner
) -> None:
    kept, other = entries(session)
    session.scalars(select(Placement)).one().facility_id = other.id
    choose = f"/facilities/{kept.id}/merge"
    assert f"{choose}/{other.id}" in as_cora.get(choose).text, "what is in the same city is offered at once"
    assert f"{choose}/{other.id}" in as_cora.get(f"{choose}?q=партизанском").text
    assert "No other entry is called like that" in as_cora.get(f"{choose}?q=nowhere").text
    page = f"{choose}/{other.id}"
    text = as_cora.get(page).text
    assert "This cannot be undone" in text
    assert "Only white paper" in text
    refused = as_cora.post_form(page, {"take-address": "other"})
    assert refused.status_code == 422
    assert "Tick the box if they are one place." in refused.text
    answer = as_cora.post_form(page, {"take-address": "other", "sure": "y"}, follow_redirects=True)
    assert "The two entries are one now." in answer.text
    assert "Партизанский пр., 28-б" in answer.text
    assert "Dunya Ogurtsova" in answer.text
    assert as_cora.get(f"/facilities/{other.id}").headers["Location"] == f"/facilities/{kept.id}"
    assert as_cora.get(f"/facilities/{other.id}/edit").status_code == 404
    for query in ("q=партизанском", "show=archived&q=партизанском"):
        listed = as_cora.get(f"/facilities/?{query}").text
        assert f"/facilities/{other.id}" not in listed
        assert (f"/facilities/{kept.id}" in listed) is ("archived" not in query)
    assert str(other.id) not in as_cora.get(f"/prisoners/{dunya.id}/move").text
    as_cora.post_form(f"/facilities/{kept.id}/edit", {"mail_note": "Changed"})
    assert f"/facilities/{kept.id}" in as_cora.get("/facilities/?q=партизанском").text, "its former name still finds it"


def test_a_choice_made_on_an_old_page_does_not_hold(as_cora: FormClient, session: Session) -> None:
    kept, other = entries(session)
    page = f"/facilities/{kept.id}/merge/{other.id}"
    text = as_cora.post_form(page, {"sure": "y", "seal": "former"}, follow_redirects=True).text
    assert "Somebody has changed one of the two entries meanwhile." in text
    session.expire_all()
    assert other.merged_into_id is None


def test_somebody_who_is_moved_there_during_the_merger_is_at_the_kept_entry(engine: Engine, session: Session) -> None:
    kept, other = entries(session)
    somebody = make_prisoner(session, "Кирилл Длиннофамильный-Ростиславский")
    make_placement(session, somebody, other)
    kept_id, other_id, prisoner_id = kept.id, other.id, somebody.id
    session.commit()
    moved: list[bool] = []

    def move() -> None:
        facts = PlacementFacts(PlacementKind.PRISON, facility_id=other_id)
        with make_sessions(engine)() as mine:
            moved.append(move_prisoner(mine, prisoner_id, uuid4(), facts, today=date(2028, 2, 29), now=LONG_AGO))
            mine.commit()

    mover = threading.Thread(target=move)
    with make_sessions(engine)() as merger:
        ours, theirs = merger.get_one(Facility, kept_id), merger.get_one(Facility, other_id)
        merging.merge(merger, ours, theirs, (), merging.compare(ours, theirs).seal, now=LONG_AGO)
        mover.start()
        mover.join(0.5)
        assert not moved, "the move waits for the merger"
        merger.commit()
    mover.join(20)
    session.expire_all()
    assert moved == [True]
    assert session.scalars(select(Placement.facility_id)).all() == [kept_id, kept_id]


def test_a_merger_waits_for_somebody_who_is_being_moved_there(engine: Engine, session: Session) -> None:
    kept, other = entries(session)
    somebody = make_prisoner(session, "Кирилл")
    kept_id, other_id, prisoner_id = kept.id, other.id, somebody.id
    session.commit()
    done: list[bool] = []

    def merge_them() -> None:
        with make_sessions(engine)() as merger:
            ours, theirs = merger.get_one(Facility, kept_id), merger.get_one(Facility, other_id)
            merging.merge(merger, ours, theirs, (), merging.compare(ours, theirs).seal, now=LONG_AGO)
            merger.commit()
            done.append(True)

    merger = threading.Thread(target=merge_them)
    facts = PlacementFacts(PlacementKind.PRISON, facility_id=other_id)
    with make_sessions(engine)() as mover:
        move_prisoner(mover, prisoner_id, uuid4(), facts, today=date(2028, 2, 29), now=LONG_AGO)
        merger.start()
        merger.join(0.5)
        assert not done, "the merger waits for the move"
        mover.commit()
    merger.join(20)
    session.expire_all()
    assert done == [True]
    assert session.scalars(select(Placement.facility_id)).all() == [kept_id]


def test_a_comparison_takes_few_statements(as_cora: FormClient, session: Session, count_statements: Any) -> None:
    kept, other = entries(session)
    for number in range(30):
        made = make_prisoner(session, f"Кирилл {number}")
        make_placement(session, made, (kept, other)[number % 2])
    as_cora.get("/facilities/")
    for page in ("merge", f"merge/{other.id}"):
        with count_statements() as asked:
            as_cora.get(f"/facilities/{kept.id}/{page}")
        assert len(asked) <= 5, str(asked)


def test_a_letter_that_is_heard_of_during_the_merger_is_counted_at_the_kept_entry(
    engine: Engine, session: Session, vera: Volunteer
) -> None:
    kept, other = entries(session)
    somebody = make_prisoner(session, "Кирилл")
    stay = make_placement(session, somebody, other)
    sent = make_letter(session, somebody, vera, date(2028, 2, 1), placement_id=stay.id)
    settle(session, {Case(other.id, Channel.POST, Leg.SENT, 0): 1})
    kept_id, other_id, letter_id = kept.id, other.id, sent.id
    session.commit()

    def hear_of_it() -> None:
        with make_sessions(engine)() as hers:
            letter, day = hers.get_one(Letter, letter_id), date(2028, 2, 29)
            mark_delivered(hers, letter, on=day, today=day, now=LONG_AGO)
            hers.commit()

    writer = threading.Thread(target=hear_of_it)
    with make_sessions(engine)() as merger:
        ours, theirs = merger.get_one(Facility, kept_id), merger.get_one(Facility, other_id)
        merging.merge(merger, ours, theirs, (), merging.compare(ours, theirs).seal, now=LONG_AGO)
        writer.start()
        writer.join(0.5)
        merger.commit()
    writer.join(20)
    session.expire_all()
    counted = select(TransitCount.facility_id, TransitCount.leg, TransitCount.days).where(TransitCount.cases != 0)
    assert {tuple(row) for row in session.execute(counted)} == {(kept_id, Leg.SENT, 0), (kept_id, Leg.THERE, 28)}


def test_a_stay_that_is_corrected_during_the_merger_of_its_place_waits_for_it(
    engine: Engine, session: Session, vera: Volunteer
) -> None:
    kept, other = entries(session)
    elsewhere, somebody = make_facility(session, name="IK-5"), make_prisoner(session, "Кирилл")
    stay = make_placement(session, somebody, other)
    make_letter(session, somebody, vera, date(2028, 2, 1), placement_id=stay.id, delivered_on=date(2028, 2, 29))
    settle(session, {Case(other.id, Channel.POST, Leg.SENT, 0): 1, Case(other.id, Channel.POST, Leg.THERE, 28): 1})
    kept_id, other_id, elsewhere_id, stay_id = kept.id, other.id, elsewhere.id, stay.id
    session.commit()

    def correct() -> None:
        facts = PlacementFacts(PlacementKind.PRISON, facility_id=elsewhere_id)
        with make_sessions(engine)() as mine:
            row = mine.get_one(Placement, stay_id)
            person = mine.get_one(Prisoner, row.prisoner_id)
            correct_placement(mine, person, row, facts, None, today=date(2028, 2, 29), now=LONG_AGO)
            mine.commit()

    corrector = threading.Thread(target=correct)
    with make_sessions(engine)() as merger:
        ours, theirs = merger.get_one(Facility, kept_id), merger.get_one(Facility, other_id)
        merging.merge(merger, ours, theirs, (), merging.compare(ours, theirs).seal, now=LONG_AGO)
        corrector.start()
        corrector.join(0.5)
        merger.commit()
    corrector.join(20)
    session.expire_all()
    counted = select(TransitCount.facility_id, TransitCount.days).where(TransitCount.cases != 0)
    assert sorted(tuple(row) for row in session.execute(counted)) == [(elsewhere_id, 0), (elsewhere_id, 28)]
