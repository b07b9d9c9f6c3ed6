"""Hearings: entered, moved, called off, set up again; their history stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.support.client import FormClient
from tests.whole.world import World, build
from tracker import clock
from tracker.dates import actions
from tracker.dates.models import Hearing, HearingChange, HearingKind, HearingPrisoner, HearingStatus
from tracker.facilities.models import Facility, FacilityKind

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    return build(app, session)


@pytest.fixture
def court(session: Session, world: World) -> Facility:
    found = session.scalar(select(Facility).where(Facility.kind == FacilityKind.COURT, Facility.city == "Lukomorsk"))
    assert found
    return found


@pytest.fixture
def hearing(session: Session, world: World, court: Facility) -> Hearing:
    return actions.enter_hearing(
        session,
        actions.HearingFacts(court=court, on=date(2026, 12, 15), at=time(10), kind=HearingKind.TRIAL),
        prisoner_ids=[world.ids["prisoner_id"]["own"]],
        entered_by_id=world.accounts["cora"].id,
        form_id=uuid4(),
        now=NOW,
    )


def _facts(court: Facility, on: date, at: time | None = None) -> actions.HearingFacts:
    return actions.HearingFacts(court=court, on=on, at=at, kind=HearingKind.TRIAL)


def _change(session: Session, hearing: Hearing, facts: actions.HearingFacts, world: World) -> bool:
    by = world.accounts["cora"].id
    return actions.change_hearing(session, hearing, facts, why="Судья болен", changed_by_id=by, now=NOW)


def test_the_zone_comes_from_the_court(hearing: Hearing) -> None:
    assert hearing.zone == "Asia/Vladivostok"


def test_a_moved_hearing_keeps_its_former_day_as_history(
    session: Session, hearing: Hearing, court: Facility, world: World
) -> None:
    assert _change(session, hearing, _facts(court, date(2027, 1, 19), time(10)), world)
    change = session.scalars(select(HearingChange).where(HearingChange.hearing_id == hearing.id)).one()
    assert (change.on, change.at, change.revision, change.why) == (date(2026, 12, 15), time(10), 0, "Судья болен")
    assert (hearing.on, hearing.revision) == (date(2027, 1, 19), 1)


def test_what_is_expected_can_change_without_anybody_having_to_hear_of_it(
    session: Session, hearing: Hearing, court: Facility, world: World
) -> None:
    facts = actions.HearingFacts(
        court=court, on=date(2026, 12, 15), at=time(10), kind=HearingKind.VERDICT, expected="Приговор"
    )
    assert not _change(session, hearing, facts, world)
    assert (hearing.revision, hearing.kind, hearing.expected) == (0, HearingKind.VERDICT, "Приговор")
    with pytest.raises(actions.NothingToChange):
        _change(session, hearing, facts, world)


def test_a_time_that_becomes_known_matters(session: Session, hearing: Hearing, court: Facility, world: World) -> None:
    _change(session, hearing, _facts(court, date(2026, 12, 15), None), world)
    assert _change(session, hearing, _facts(court, date(2026, 12, 15), time(14, 30)), world)
    assert hearing.revision == 2


def test_a_called_off_hearing_is_not_moved_but_can_be_set_up_again(
    session: Session, hearing: Hearing, court: Facility, world: World
) -> None:
    by = world.accounts["cora"].id
    actions.cancel_hearing(session, hearing, why=None, changed_by_id=by, now=NOW)
    with pytest.raises(actions.NotInThisState):
        _change(session, hearing, _facts(court, date(2027, 1, 19)), world)
    with pytest.raises(actions.NotInThisState):
        actions.cancel_hearing(session, hearing, why=None, changed_by_id=by, now=NOW)
    actions.reinstate_hearing(session, hearing, changed_by_id=by, now=NOW)
    assert (hearing.status, hearing.on) == (HearingStatus.SCHEDULED, date(2026, 12, 15))


def test_a_hearing_postponed_without_a_date_gets_one_by_moving_it(
    session: Session, hearing: Hearing, court: Facility, world: World
) -> None:
    by = world.accounts["cora"].id
    actions.postpone_without_date(session, hearing, why=None, changed_by_id=by, now=NOW)
    assert (hearing.status, hearing.on, hearing.at) == (HearingStatus.SINE_DIE, None, None)
    assert _change(session, hearing, _facts(court, date(2028, 2, 29)), world)
    assert (hearing.status, hearing.on) == (HearingStatus.SCHEDULED, date(2028, 2, 29))


def test_a_court_without_a_zone_is_refused(session: Session, world: World) -> None:
    court = Facility(name="Somewhere", name_folded="somewhere", kind=FacilityKind.COURT, created_at=NOW)
    session.add(court)
    session.flush()
    with pytest.raises(actions.CourtWithoutZone):
        actions.enter_hearing(
            session,
            _facts(court, date(2026, 12, 15)),
            prisoner_ids=[world.ids["prisoner_id"]["own"]],
            entered_by_id=world.accounts["cora"].id,
            form_id=uuid4(),
            now=NOW,
        )


# Pages


def _new_page(world: World) -> str:
    return f"/prisoners/{world.ids['prisoner_id']['own']}/hearings/new"


def _next_month() -> str:
    return (clock.now().date() + timedelta(days=30)).isoformat()


def _enter(client: FormClient, world: World, court: Facility, **data: object) -> TestResponse:
    filled = {"on": _next_month(), "at": "9:30", "court": str(court.id), "kind": "appeal", **data}
    return client.post_form(_new_page(world), filled)


def test_a_coordinator_enters_a_hearing_and_sees_both_clocks(world: World, court: Facility) -> None:
    client = world.client("cora")
    answer = _enter(client, world, court, expected="Возможен приговор")
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "09:30 by the clock of the court (Vladivostok, UTC+10)" in page
    assert "by your clock" in page
    assert "Возможен приговор" in page
    assert "Yelisey Rakushkin" in page


def test_the_writer_sees_the_hearing_and_cannot_change_it(world: World, court: Facility) -> None:
    location = _enter(world.client("cora"), world, court).headers["Location"]
    vera = world.client("vera")
    assert "Move or change" not in vera.get(location).get_data(as_text=True)
    assert vera.get(location + "/change").status_code == 404
    assert world.client("sam").get(location).status_code == 404


def test_an_unknown_time_is_said_so(world: World, court: Facility) -> None:
    client = world.client("cora")
    location = _enter(client, world, court, at="").headers["Location"]
    assert "time not known" in client.get(location).get_data(as_text=True)


def test_a_day_that_is_over_wants_to_be_meant(world: World, court: Facility, session: Session) -> None:
    client = world.client("cora")
    refused = _enter(client, world, court, on="2026-01-05")
    assert refused.status_code == 422
    text = refused.get_data(as_text=True)
    assert "This day is over" in text
    assert 'value="2026-01-05"' in text
    assert 'name="past_is_meant"' in text
    taken = _enter(client, world, court, on="2026-01-05", past_is_meant="y")
    assert taken.status_code == 302


def test_a_court_that_is_not_in_the_list_is_added_with_its_zone(world: World, session: Session) -> None:
    client = world.client("cora")
    wanted = {"on": _next_month(), "kind": "trial", "new_court": "Магаданский городской суд"}
    refused = client.post_form(_new_page(world), wanted)
    assert refused.status_code == 422
    assert "Choose the time zone of the new court." in refused.get_data(as_text=True)
    taken = client.post_form(_new_page(world), {**wanted, "new_court_zone": "Asia/Magadan"})
    assert taken.status_code == 302
    assert session.scalar(select(Hearing.zone).order_by(Hearing.entered_at.desc())) == "Asia/Magadan"


def test_a_double_tap_enters_one_hearing(world: World, court: Facility, session: Session) -> None:
    client = world.client("cora")
    before = session.scalar(select(func.count()).select_from(Hearing)) or 0
    form_id = str(uuid4())
    locations = {_enter(client, world, court, form_id=form_id).headers["Location"] for _ in range(2)}
    assert len(locations) == 1
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(Hearing)) == before + 1
    assert "This form was sent before; nothing new was entered." in client.get(locations.pop()).text


def test_a_hearing_can_be_moved_after_its_court_was_archived(world: World, court: Facility, session: Session) -> None:
    client = world.client("cora")
    location = _enter(client, world, court).headers["Location"]
    court.archived_at = NOW
    session.commit()
    assert str(court.id) not in client.get(_new_page(world)).text
    answer = client.post_form(location + "/change", {"at": "11:00", "why": "Судья болен"})
    assert answer.status_code == 302
    hearing_id = UUID(location.rpartition("/")[2])
    assert session.execute(select(Hearing.at, Hearing.court_id).where(Hearing.id == hearing_id)).one() == (
        time(11),
        court.id,
    )


def test_a_hearing_concerns_only_people_of_the_same_cases(world: World, court: Facility, session: Session) -> None:
    client = world.client("cora")
    other = session.scalar(select(HearingPrisoner.prisoner_id).where(HearingPrisoner.hearing_id == _prokhors(session)))
    refused = _enter(client, world, court, prisoners=[str(other)])
    assert refused.status_code == 422


def _prokhors(session: Session) -> UUID | None:
    return session.scalar(select(Hearing.id).where(Hearing.kind == HearingKind.CASSATION))


def test_calling_off_from_the_page_and_setting_up_again(world: World, court: Facility, session: Session) -> None:
    client = world.client("cora")
    location = _enter(client, world, court).headers["Location"]
    answer = client.post_form(location + "/cancel", {"why": "Дело прекращено"}, page=location + "/call-off")
    assert answer.status_code == 302
    page = client.get(location).get_data(as_text=True)
    assert "This hearing is cancelled." in page
    client.post_form(location + "/reinstate", page=location)
    assert "This hearing is cancelled." not in client.get(location).get_data(as_text=True)


def test_the_list_shows_the_next_hearing_first_and_those_that_are_over_apart(world: World) -> None:
    client = world.client("cora")
    coming = client.get("/hearings/").get_data(as_text=True)
    assert coming.index("Yelisey Rakushkin") < coming.index("Svetlana Chudo-Yudo")
    assert "Prokhor" not in coming
    assert "Prokhor" in client.get("/hearings/?show=past").get_data(as_text=True)


def test_a_court_where_hearings_are_to_come_is_not_archived(world: World, court: Facility, session: Session) -> None:
    client = world.client("cora")
    location = _enter(client, world, court).headers["Location"]
    for hearing in session.scalars(select(Hearing).where(Hearing.court_id == court.id)):
        hearing.status = HearingStatus.CLOSED
    entered = session.get_one(Hearing, UUID(location.rpartition("/")[2]))
    page = f"/facilities/{court.id}"
    for status, on in (
        (HearingStatus.SCHEDULED, clock.now().date() + timedelta(days=2)),
        (HearingStatus.SINE_DIE, None),
    ):
        entered.status, entered.on = status, on
        session.commit()
        assert "1 hearing is set there." in client.post_form(f"{page}/archive", follow_redirects=True).text
    entered.status, entered.on = HearingStatus.SCHEDULED, date(2026, 1, 5)
    session.commit()
    client.post_form(f"{page}/archive")
    session.expire_all()
    assert court.archived_at is not None
