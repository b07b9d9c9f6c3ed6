"""Who is away, and who stands in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_assignment, make_prisoner, make_volunteer, sign_in
from tests.support.client import FormClient
from tracker import clock
from tracker.assignments.actions import end_stand_in
from tracker.assignments.models import Assignment, EndReason, Part
from tracker.assignments.rules import NoStandIn
from tracker.prisoners.models import Prisoner
from tracker.tasks.actions import NewTask, add_tasks
from tracker.tasks.models import TaskKind
from tracker.volunteers.models import Volunteer
from tracker.volunteers.queries import is_away_on

PAGE = "/absences/"


def day(days: int) -> Any:
    return clock.today("Europe/Berlin") + timedelta(days=days)


def stand_in(as_cora: FormClient, session: Session, prisoner: Prisoner, absent: Assignment, who: Volunteer) -> Any:
    asked = f"/prisoners/{prisoner.id}/assignments/new?volunteer={who.id}&stands_in_for={absent.id}"
    assert as_cora.post_form(asked, {}).headers["Location"] == PAGE
    return session.scalars(select(Assignment).where(Assignment.stands_in_for_id == absent.id)).one()


def test_a_volunteer_says_that_she_will_be_away(as_vera: FormClient, session: Session, vera: Volunteer) -> None:
    settings = "/me/settings"
    refused = as_vera.post_form(settings, {"away_from": str(day(9)), "away_until": str(day(3))})
    assert refused.status_code == 422
    assert "This is before the first day away." in refused.text
    refused = as_vera.post_form(settings, {"away_from": str(day(9))})
    assert "Say which day is the last one away." in refused.text
    as_vera.post_form(settings, {"away_from": str(day(9)), "away_until": str(day(20))})
    session.expire_all()
    assert (vera.away_from, vera.away_until) == (day(9), day(20))
    assert "away from" in as_vera.get("/me").text


@pytest.mark.parametrize(
    "first, last, expected",
    [(None, None, False), (None, 0, True), (0, 0, True), (1, 9, False), (-9, -1, False), (None, -1, False)],
)
def test_the_database_says_as_the_rule_does_who_is_away(
    session: Session, first: int | None, last: int | None, expected: bool
) -> None:
    days = {"away_from": first, "away_until": last}
    make_volunteer(session, "vera", **{name: None if each is None else day(each) for name, each in days.items()})
    assert session.scalar(select(is_away_on(day(0)))) == expected


def test_coordinators_see_who_is_away_with_whom_she_writes_to_and_find_a_stand_in(
    as_cora: FormClient,
    new_visitor: Any,
    session: Session,
    dunya: Prisoner,
    vera: Volunteer,
    olga: Volunteer,
    assignment: Assignment,
) -> None:
    assert "Nobody is away." in as_cora.get(PAGE).text
    vera.away_until = day(9)
    make_assignment(session, make_prisoner(session, "Parcels Only"), vera, part=Part.PARCELS)
    make_volunteer(session, "back", away_until=day(-1))
    make_volunteer(session, "later", away_from=day(5), away_until=day(9))
    shown = as_cora.get(PAGE).text
    assert "Dunya Ogurtsova" in shown
    assert "Parcels Only" not in shown, "only a correspondence needs a stand-in"
    assert "back</a>" not in shown
    assert "nobody now" in shown
    find = f"/prisoners/{dunya.id}/assignments/new?stands_in_for={assignment.id}"
    assert find in shown
    chosen = as_cora.get(find).text
    assert "Who stands in?" in chosen
    assert f"?volunteer={olga.id}&amp;stands_in_for={assignment.id}" in chosen
    made = stand_in(as_cora, session, dunya, assignment, olga)
    assert made.part is Part.WRITER
    as_olga = sign_in(new_visitor(), session, olga)
    assert as_olga.get(f"/prisoners/{dunya.id}").status_code == 200
    shown = as_cora.get(PAGE).text
    assert find not in shown
    assert "Back again" not in shown


def test_once_she_is_back_one_press_ends_the_stand_in(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer, assignment: Assignment
) -> None:
    vera.away_until = day(9)
    made = stand_in(as_cora, session, dunya, assignment, olga)
    vera.away_until = day(-1)
    assert "olga stands in for vera, who is back." in as_cora.get(PAGE).text
    as_cora.post_form(f"/absences/stand-ins/{made.id}/over", page=PAGE)
    session.expire_all()
    assert (made.until, made.end_reason, assignment.until) == (day(0), EndReason.STAND_IN_OVER, None)
    assert "Back again" not in as_cora.get(PAGE).text
    assert "the one she stood in for is back" in as_cora.get(f"/prisoners/{dunya.id}/assignments").text


def test_a_stand_in_whose_writer_is_gone_can_stay(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer, assignment: Assignment
) -> None:
    vera.away_until = day(9)
    made = stand_in(as_cora, session, dunya, assignment, olga)
    assignment.until, assignment.end_reason = day(0), EndReason.VOLUNTEER_STOPPED
    assert "who does not write to this person any more" in as_cora.get(PAGE).text
    as_cora.post_form(f"/absences/stand-ins/{made.id}/stays", page=PAGE)
    session.expire_all()
    assert (made.until, made.stands_in_for_id) == (None, None)
    with pytest.raises(NoStandIn):
        end_stand_in(session, made, actor_id=vera.id, today=day(0), now=clock.now())


def test_nobody_stands_in_for_a_part_of_another_prisoner_or_one_that_is_over(
    as_cora: FormClient, session: Session, dunya: Prisoner, olga: Volunteer, assignment: Assignment
) -> None:
    stranger = make_prisoner(session, "Yelisey Чужой")
    over = make_assignment(session, dunya, make_volunteer(session, "gone"), until=day(-1))
    for prisoner, part in ((stranger, assignment), (dunya, over)):
        page = f"/prisoners/{prisoner.id}/assignments/new?volunteer={olga.id}&stands_in_for={part.id}"
        assert as_cora.get(page).status_code == 404


def test_nothing_is_asked_on_her_page_while_she_is_away(
    as_vera: FormClient, session: Session, vera: Volunteer, assignment: Assignment
) -> None:
    assert "Your turn" in as_vera.get("/").text
    vera.away_until = day(3)
    shown = as_vera.get("/").text
    assert "Your turn" not in shown
    assert "Nothing is asked of you" in shown
    vera.away_from = day(1)
    assert "Your turn" in as_vera.get("/").text


def test_what_she_has_to_do_waits_until_she_is_back(as_vera: FormClient, session: Session, vera: Volunteer) -> None:
    dunya = session.scalars(select(Prisoner.id)).one()
    add_tasks(session, [NewTask(dunya, TaskKind.WRITE_AGAIN, "again", volunteer_id=vera.id)], clock.now())
    assert "Write first again" in as_vera.get("/").text
    vera.away_until = day(3)
    page = as_vera.get("/").text
    assert "Write first again" not in page
    assert '<a href="/tasks/">What waits until then</a>' in page
    assert "Write first again" in as_vera.get("/tasks/").text


def test_sixty_absences_take_as_few_statements_as_one(
    as_cora: FormClient,
    session: Session,
    dunya: Prisoner,
    vera: Volunteer,
    assignment: Assignment,
    count_statements: Any,
) -> None:
    def count() -> int:
        as_cora.get("/me")
        with count_statements() as asked:
            as_cora.get(PAGE)
        assert len(asked) <= 5, str(asked)
        return len(asked)

    vera.away_until = day(9)
    few = count()
    for number in range(60):
        away = make_volunteer(session, f"длинное-имя-{number}", away_until=day(9))
        made = make_assignment(session, make_prisoner(session, f"Кирилл {number}"), away)
        back = make_volunteer(session, f"back-{number}")
        old = make_assignment(session, make_prisoner(session, f"Иван {number}"), back)
        make_assignment(session, make_prisoner(session, f"Пётр {number}"), away, stands_in_for_id=old.id)
        assert made.until is None
    assert count() == few
