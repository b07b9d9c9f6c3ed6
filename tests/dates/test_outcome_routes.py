"""Who will be at a hearing, and what became of it."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_facility, make_prisoner
from tests.support.client import FormClient
from tests.support.statements import counting
from tracker import clock
from tracker.cases.models import Measure, MeasureKind, MeasureTerm
from tracker.dates.attendance_actions import Attendee, NobodyToAttend, answer_attendance
from tracker.dates.models import (
    Answer,
    Attendance,
    Deadline,
    Hearing,
    HearingKind,
    HearingOutcome,
    HearingPrisoner,
    HearingStatus,
)
from tracker.facilities.models import FacilityKind
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner
from tracker.volunteers.models import Volunteer
from tracker.watchers.models import Watcher


def _in(days: int) -> date:
    return clock.now().date() + timedelta(days=days)


def make(session: Session, cora: Volunteer, dunya: Prisoner, on: date, **facts: object) -> Hearing:
    court = make_facility(session, name=f"Ленинский районный суд {uuid4()}", kind=FacilityKind.COURT)
    made = Hearing(
        court_id=court.id,
        kind=HearingKind.CUSTODY_EXTENSION,
        on=on,
        zone="Asia/Vladivostok",
        entered_by_id=cora.id,
        entered_at=clock.now(),
        changed_at=clock.now(),
        form_id=uuid4(),
        **facts,
    )
    session.add(made)
    session.flush()
    session.add(HearingPrisoner(hearing_id=made.id, prisoner_id=dunya.id))
    session.flush()
    return made


@pytest.fixture
def coming(session: Session, cora: Volunteer, dunya: Prisoner) -> Hearing:
    return make(session, cora, dunya, _in(9), at=time(10))


@pytest.fixture
def over(session: Session, cora: Volunteer, dunya: Prisoner) -> Hearing:
    return make(session, cora, dunya, _in(-3), at=time(10))


@pytest.fixture
def custody(session: Session, dunya: Prisoner) -> Measure:
    known = {"until": PartialDate.of(_in(5)), "zone": "Asia/Vladivostok", "changed_at": clock.now()}
    made = Measure(prisoner_id=dunya.id, kind=MeasureKind.CUSTODY, since=PartialDate(2025, 1, 1), **known)
    session.add(made)
    session.flush()
    session.add(MeasureTerm(measure_id=made.id, position=0, until=made.until))
    return made


# Who will be there


def test_a_writer_says_that_she_will_be_there_and_anew_after_a_move(
    as_vera: FormClient, as_cora: FormClient, session: Session, coming: Hearing
) -> None:
    page = f"/hearings/{coming.id}"
    assert "Nobody else has said so yet." in as_vera.get(page).text
    as_vera.post_form(f"{page}/attendance", {"answer": "yes"}, page=page)
    assert "You will be there" in as_vera.get(page).text
    assert '<span class="tag good-tag">you</span>' in as_vera.get("/hearings/").text
    seen = as_cora.get(page).text
    assert "vera" in seen[seen.index("Who will be there") :]
    as_cora.post_form(f"{page}/change", {"expected": "Возможен приговор"})
    assert "You will be there" in as_vera.get(page).text
    as_cora.post_form(f"{page}/change", {"at": "11:00"})
    assert "The hearing was changed after you answered. Please say it anew." in as_vera.get(page).text
    assert "said before it was changed" in as_cora.get(page).text
    as_vera.post_form(f"{page}/attendance", {"answer": "no"}, page=page)
    assert "You cannot come" in as_vera.get(page).text
    as_vera.post_form(f"{page}/attendance", {"answer": "back"}, page=page)
    assert session.scalar(select(Attendance.id)) is None


def test_of_others_a_volunteer_learns_only_how_many(
    as_vera: FormClient, as_cora: FormClient, session: Session, coming: Hearing, olga: Volunteer
) -> None:
    page = f"/hearings/{coming.id}"
    said = {"volunteer": str(olga.id), "answer": "yes"}
    as_cora.post_form(f"{page}/attendance/of-somebody", said, page=page)
    watcher = Watcher(address_key="w", zone="Europe/Berlin", created_at=clock.now())
    session.add(watcher)
    session.flush()
    answer_attendance(session, coming, Attendee(watcher_id=watcher.id), Answer.YES, clock.now())
    hers = as_vera.get(page).text
    assert "2 other people will be there." in hers
    assert "olga" not in hers
    seen = as_cora.get(page).text
    assert "olga" in seen
    assert "1 court watcher" in seen


def test_only_who_sees_the_hearing_answers_and_only_what_can_be_answered(
    as_vera: FormClient, as_sam: FormClient, session: Session, coming: Hearing
) -> None:
    page = f"/hearings/{coming.id}"
    answer = as_vera.post_form(f"{page}/attendance", {"answer": "perhaps"}, page=page, follow_redirects=True)
    assert "Say whether somebody will be there or not." in answer.text
    assert session.scalar(select(Attendance.id)) is None
    coming.status = HearingStatus.CANCELLED
    with pytest.raises(NobodyToAttend):
        answer_attendance(session, coming, Attendee(volunteer_id=coming.entered_by_id), Answer.YES, clock.now())
    assert "I will be there" not in as_vera.get(page).text
    assert as_sam.get(page).status_code == 404


# What became of it


def _say(client: FormClient, hearing: Hearing, **data: object) -> Any:
    return client.post_form(f"/hearings/{hearing.id}/outcome", {"decided_on": _in(-3).isoformat(), **data})


def test_what_became_of_it_is_asked_for_and_who_was_there_answers(
    as_vera: FormClient, as_cora: FormClient, session: Session, over: Hearing
) -> None:
    page = f"/hearings/{over.id}"
    assert "nobody has said yet what became of it" in as_vera.get(page).text
    assert "What became of it?" in as_cora.get("/").text
    assert _say(as_vera, over, outcome="held", note="Свидетелей не было").status_code == 302
    shown = as_cora.get(page).text
    for words in ("<strong>Held</strong>", "as vera said", "Свидетелей не было"):
        assert words in shown
    assert "Move or change" not in shown
    assert "What became of it?" not in as_cora.get("/").text
    stored = session.scalar(select(Hearing.outcome_note_sealed).where(Hearing.id == over.id))
    assert stored is not None
    assert "Свидетелей" not in stored.decode("utf-8", "replace")


def test_a_hearing_postponed_in_the_courtroom_is_followed_by_the_next(
    as_cora: FormClient, session: Session, over: Hearing, dunya: Prisoner
) -> None:
    _say(as_cora, over, outcome="postponed", next_on=_in(20).isoformat(), next_at="9:30")
    session.expire_all()
    following = session.scalars(select(Hearing).where(Hearing.follows_id == over.id)).one()
    assert (following.on, following.at, following.kind) == (_in(20), time(9, 30), HearingKind.CUSTODY_EXTENSION)
    assert (over.on, over.revision, over.outcome) == (_in(-3), 0, HearingOutcome.POSTPONED)
    assert "the next hearing" in as_cora.get(f"/hearings/{over.id}").text
    assert "the hearing before" in as_cora.get(f"/hearings/{following.id}").text
    as_cora.post_form(f"/hearings/{over.id}/outcome/take-back", page=f"/hearings/{over.id}")
    session.expire_all()
    assert (over.outcome, over.outcome_effects, following.status) == (None, [], HearingStatus.CANCELLED)


def test_postponed_without_a_date_leaves_a_hearing_that_asks_for_one(
    as_cora: FormClient, session: Session, over: Hearing
) -> None:
    _say(as_cora, over, outcome="postponed")
    following = session.scalars(select(Hearing).where(Hearing.follows_id == over.id)).one()
    assert (following.on, following.status) == (None, HearingStatus.SINE_DIE)


def test_a_verdict_notes_the_last_day_for_an_appeal(
    as_vera: FormClient, as_cora: FormClient, session: Session, over: Hearing, dunya: Prisoner
) -> None:
    _say(as_vera, over, outcome="verdict", appeal_until=_in(12).isoformat())
    term = session.scalars(select(Deadline)).one()
    assert (term.prisoner_id, term.on, term.zone) == (dunya.id, _in(12), "Asia/Vladivostok")
    assert "Dunya" in as_cora.get("/deadlines/").text
    as_vera.post_form(f"/hearings/{over.id}/outcome/take-back", page=f"/hearings/{over.id}")
    session.expire_all()
    assert term.status is HearingStatus.CANCELLED


def test_extended_custody_moves_the_end_of_the_running_measure_and_back(
    as_vera: FormClient, session: Session, over: Hearing, custody: Measure
) -> None:
    former = custody.until
    wanted = {"outcome": "custody_extended", "custody_until": _in(90).isoformat()}
    # The only one that runs is chosen already.
    assert _say(as_vera, over, **wanted).status_code == 302
    session.expire_all()
    assert (custody.until, custody.revision) == (PartialDate.of(_in(90)), 1)
    assert over.outcome is HearingOutcome.CUSTODY_EXTENDED
    as_vera.post_form(f"/hearings/{over.id}/outcome/take-back", page=f"/hearings/{over.id}")
    session.expire_all()
    assert (custody.until, custody.revision) == (former, 2)
    assert len(session.scalars(select(MeasureTerm)).all()) == 1
    assert _say(as_vera, over, **wanted).status_code == 302


def test_what_a_coordinator_said_no_volunteer_takes_back(
    as_vera: FormClient, as_cora: FormClient, session: Session, over: Hearing, custody: Measure
) -> None:
    _say(as_cora, over, outcome="custody_extended", custody_until=_in(90).isoformat())
    page = f"/hearings/{over.id}"
    assert "take it back" not in as_vera.get(page).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', as_vera.get(page).text)
    assert token
    assert as_vera.post(f"{page}/outcome/take-back", data={"csrf_token": token[1]}).status_code == 404
    session.expire_all()
    assert custody.until == PartialDate.of(_in(90))
    assert over.outcome is HearingOutcome.CUSTODY_EXTENDED


def test_a_release_ends_the_measure_and_can_be_taken_back(
    as_cora: FormClient, session: Session, over: Hearing, custody: Measure
) -> None:
    _say(as_cora, over, outcome="released")
    session.expire_all()
    assert custody.ended_on == PartialDate.of(_in(-3))
    as_cora.post_form(f"/hearings/{over.id}/outcome/take-back", page=f"/hearings/{over.id}")
    session.expire_all()
    assert custody.ended_on is None


@pytest.mark.parametrize(
    "data, sentence",
    [
        ({"outcome": ""}, "Choose what became of it"),
        ({"outcome": "held", "next_on": _in(9).isoformat()}, "This belongs to “postponed”."),
        ({"outcome": "held", "custody_until": _in(9).isoformat()}, "This belongs to “custody extended”."),
        ({"outcome": "postponed", "next_on": _in(-9).isoformat()}, "This lies before the hearing that was postponed."),
        ({"outcome": "postponed", "next_at": "25:00"}, "This is no time of day."),
        ({"outcome": "postponed", "next_at": "10:00"}, "Type the day, too."),
        ({"outcome": "verdict", "appeal_until": _in(-9).isoformat()}, "This lies before the verdict."),
        ({"outcome": "custody_extended"}, "Type until when it was extended."),
        ({"outcome": "custody_extended", "custody_until": _in(4).isoformat()}, "An extension ends later"),
        ({"outcome": "custody_extended", "custody_until": _in(9).isoformat(), "measures": None}, "Choose whose."),
        ({"outcome": "released", "decided_on": _in(3).isoformat()}, "This day has not come yet."),
        ({"outcome": "held", "decided_on": ""}, "Type the day on which it happened"),
    ],
)
def test_a_refused_outcome_changes_nothing_and_loses_nothing(
    as_cora: FormClient,
    session: Session,
    over: Hearing,
    custody: Measure,
    data: dict[str, object],
    sentence: str,
) -> None:
    answer = _say(as_cora, over, note="Зал был полон", **data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Зал был полон" in answer.text
    session.expire_all()
    assert (over.outcome, custody.revision) == (None, 0)
    assert session.scalar(select(Hearing.id).where(Hearing.follows_id.is_not(None))) is None


def test_of_a_hearing_to_come_nothing_can_be_said_and_what_is_known_is_not_said_twice(
    as_cora: FormClient, coming: Hearing, over: Hearing
) -> None:
    refused = _say(as_cora, coming, outcome="held")
    assert "It has not taken place yet." in refused.text
    form = as_cora.get(f"/hearings/{over.id}/outcome")
    assert form.status_code == 200
    _say(as_cora, over, outcome="unknown")
    assert as_cora.get(f"/hearings/{over.id}/outcome").status_code == 302
    changed = as_cora.post_form(f"/hearings/{over.id}/change", {"at": "12:00", "past_is_meant": "y"})
    assert "What became of this hearing was said already." in changed.text


def test_custody_of_people_whom_she_does_not_see_is_not_offered(
    as_vera: FormClient, session: Session, over: Hearing, custody: Measure
) -> None:
    other = make_prisoner(session, "Svetlana Чудо-Юдо")
    session.add(HearingPrisoner(hearing_id=over.id, prisoner_id=other.id))
    hidden = Measure(prisoner_id=other.id, kind=MeasureKind.CUSTODY, changed_at=clock.now())
    session.add(hidden)
    session.flush()
    assert "Svetlana" not in as_vera.get(f"/hearings/{over.id}/outcome").text
    assert _say(as_vera, over, outcome="released", measures=[str(hidden.id)]).status_code == 422


def test_the_form_of_an_outcome_asks_little(as_cora: FormClient, over: Hearing, custody: Measure, app: Flask) -> None:
    with counting(app.extensions["tracker"].engine) as asked:
        assert as_cora.get(f"/hearings/{over.id}/outcome").status_code == 200
    assert len(asked) <= 6, str(asked)
