"""Logging what came back through the pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_assignment, make_letter
from tests.support.client import FormClient, forms
from tracker import clock
from tracker.assignments.models import Assignment
from tracker.letters.models import Letter
from tracker.letters.rules import Direction, LetterKind
from tracker.prisoners.models import Placement, Prisoner
from tracker.transit.models import TransitTime
from tracker.transit.rules import Leg
from tracker.volunteers.models import Volunteer


def today() -> date:
    return clock.today("Europe/Berlin")


def ago(days: int) -> date:
    return today() - timedelta(days=days)


def new_reply(prisoner: Prisoner) -> str:
    return f"/prisoners/{prisoner.id}/replies/new"


@pytest.fixture
def letter(session: Session, dunya: Prisoner, vera: Volunteer) -> Letter:
    """Vera's, of a month ago."""
    return make_letter(session, dunya, vera, ago(30))


def replies(session: Session) -> list[Letter]:
    session.rollback()
    return list(session.scalars(select(Letter).where(Letter.direction == Direction.REPLY)))


def test_a_reply_is_logged_and_linked_to_the_letter_that_it_answers(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, letter: Letter
) -> None:
    typed = {"answers": letter.id, "written_on": ago(20), "note": "Пишет о шахматах"}
    assert as_vera.post_form(new_reply(dunya), typed).location == "/"
    (answer,) = replies(session)
    assert (answer.dated_on, answer.written_on, answer.answers_id) == (today(), ago(20), letter.id)
    assert (answer.kind, answer.volunteer_id, answer.note) == (LetterKind.LETTER, vera.id, "Пишет о шахматах")
    assert session.get_one(Prisoner, dunya.id).last_reply_on == today()
    page = as_vera.get(f"/prisoners/{dunya.id}").text
    assert "answers the letter of" in page
    assert "Пишет о шахматах" in page


def test_which_letter_it_answers_need_not_be_known(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    as_vera.post_form(new_reply(dunya))
    assert [answer.answers_id for answer in replies(session)] == [None]


def test_a_reply_makes_it_her_turn(as_vera: FormClient, dunya: Prisoner, letter: Letter) -> None:
    as_vera.post_form(new_reply(dunya))
    assert "Your turn." in as_vera.get("/").text


def test_a_reply_before_its_letter_is_refused_by_name(
    as_vera: FormClient, session: Session, dunya: Prisoner, letter: Letter
) -> None:
    answer = as_vera.post_form(new_reply(dunya), {"answers": letter.id, "came_on": ago(31)})
    assert answer.status_code == 422
    assert "That would be a reply before its letter was posted." in answer.text
    assert replies(session) == []


def test_a_reply_is_not_written_after_it_came(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    answer = as_vera.post_form(new_reply(dunya), {"came_on": ago(3), "written_on": ago(2)})
    assert "It cannot have been written after it came." in answer.text
    assert replies(session) == []


def test_a_reply_of_tomorrow_is_refused(as_vera: FormClient, dunya: Prisoner) -> None:
    assert "This day has not come yet." in as_vera.post_form(new_reply(dunya), {"came_on": ago(-1)}).text


def test_a_reply_of_long_ago_can_be_meant(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    assert as_vera.post_form(new_reply(dunya), {"came_on": ago(400)}).status_code == 422
    sure = {"came_on": ago(400), "sure": ["over_a_year_ago", "before_assignment"]}
    assert as_vera.post_form(new_reply(dunya), sure).status_code == 302
    assert len(replies(session)) == 1


def test_a_letter_of_another_writer_cannot_be_chosen(
    as_vera: FormClient, session: Session, dunya: Prisoner, olga: Volunteer
) -> None:
    hers = make_letter(session, dunya, olga, ago(10))
    assert str(hers.id) not in as_vera.get(new_reply(dunya)).text
    assert as_vera.post_form(new_reply(dunya), {"answers": hers.id}).status_code == 422
    assert replies(session) == []


def test_a_coordinator_does_not_link_a_reply_to_vera_with_a_letter_of_olga(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer, assignment: Assignment
) -> None:
    make_assignment(session, dunya, olga)
    hers = make_letter(session, dunya, olga, ago(10))
    answer = as_cora.post_form(new_reply(dunya), {"volunteer": vera.id, "answers": hers.id})
    assert "This letter was written by somebody else" in answer.text
    as_cora.post_form(new_reply(dunya), {"volunteer": olga.id, "answers": hers.id})
    assert [one.volunteer_id for one in replies(session)] == [olga.id]


def test_the_same_reply_sent_twice_is_logged_once(as_vera: FormClient, session: Session, dunya: Prisoner) -> None:
    (form,) = [form for form in forms(as_vera.get(new_reply(dunya)).text) if "came_on" in form.names]
    for _ in range(2):
        assert as_vera.post(new_reply(dunya), data=dict(form.fields)).status_code == 302
    assert len(replies(session)) == 1


def test_a_reply_is_corrected_and_keeps_a_link_to_an_old_letter(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    old = make_letter(session, dunya, vera, ago(300))
    for days in range(25):
        make_letter(session, dunya, vera, ago(200 + days))
    reply = make_letter(session, dunya, vera, ago(100), direction=Direction.REPLY, answers_id=old.id)
    assert as_vera.post_form(f"/replies/{reply.id}/edit", {"note": "Нашлась"}).status_code == 302
    (same,) = replies(session)
    assert (same.answers_id, same.note) == (old.id, "Нашлась")
    assert as_vera.post_form(f"/replies/{reply.id}/edit", {"answers": ""}).status_code == 302
    assert replies(session)[0].answers_id is None


def test_a_corrected_reply_keeps_its_link_to_a_removed_letter(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, letter: Letter
) -> None:
    reply = make_letter(session, dunya, vera, ago(5), direction=Direction.REPLY, answers_id=letter.id)
    letter.removed_at = clock.now()
    page = f"/replies/{reply.id}/edit"
    assert "(removed)" in as_vera.get(page).text
    assert "(removed)" not in as_vera.get(new_reply(dunya)).text
    assert as_vera.post_form(page, {"note": "Нашлась"}).status_code == 302
    (same,) = replies(session)
    assert (same.answers_id, same.note) == (letter.id, "Нашлась")


def test_a_reply_put_back_after_its_letter_was_moved_says_that_it_answers_nothing(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, letter: Letter
) -> None:
    reply = make_letter(session, dunya, vera, ago(5), direction=Direction.REPLY, answers_id=letter.id)
    as_vera.post_form(f"/letters/{reply.id}/remove?back=page", page=f"/replies/{reply.id}/edit")
    (undo,) = [form for form in forms(as_vera.get(f"/prisoners/{dunya.id}").text) if "/restore" in form.action]
    as_vera.post_form(f"/letters/{letter.id}/edit", {"dated_on": ago(2)})
    answer = as_vera.post(undo.action, data=dict(undo.fields), follow_redirects=True)
    assert "It no longer answers the letter that it answered" in answer.text
    assert [(one.answers_id, one.removed_at) for one in replies(session)] == [(None, None)]


def test_a_corrected_reply_obeys_the_same_rules(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, letter: Letter
) -> None:
    reply = make_letter(session, dunya, vera, ago(5), direction=Direction.REPLY)
    page = f"/replies/{reply.id}/edit"
    assert as_vera.post_form(page, {"answers": letter.id, "came_on": ago(40)}).status_code == 422
    assert as_vera.post_form(page, {"came_on": ago(500)}).status_code == 422
    assert as_vera.post_form(page, {"came_on": "soon"}).status_code == 422
    assert replies(session)[0].dated_on == ago(5)


def test_letters_and_replies_have_their_own_pages(
    as_vera: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, letter: Letter
) -> None:
    reply = make_letter(session, dunya, vera, ago(5), direction=Direction.REPLY)
    assert as_vera.get(f"/letters/{reply.id}/edit").status_code == 404
    assert as_vera.get(f"/letters/{reply.id}/returned").status_code == 404
    assert as_vera.get(f"/replies/{letter.id}/edit").status_code == 404


def test_removing_a_letter_leaves_the_reply_and_unlinks_it_while_it_is_gone(
    as_vera: FormClient, session: Session, dunya: Prisoner, letter: Letter
) -> None:
    as_vera.post_form(new_reply(dunya), {"answers": letter.id})
    as_vera.post_form(f"/letters/{letter.id}/remove", page=f"/letters/{letter.id}/edit")
    page = f"/prisoners/{dunya.id}"
    without = as_vera.get(page).text
    assert "answers the letter of" not in without
    (undo,) = [form for form in forms(without) if form.action.endswith("/restore")]
    as_vera.post(undo.action, data=dict(undo.fields))
    assert "answers the letter of" in as_vera.get(page).text


def test_logging_a_reply_takes_seven_statements_and_one_commit_and_one_more_for_coordinators(
    as_vera: FormClient, as_cora: FormClient, dunya: Prisoner, letter: Letter, count_statements: Any
) -> None:
    for browser, most in ((as_vera, 7), (as_cora, 8)):
        (form,) = [form for form in forms(browser.get(new_reply(dunya)).text) if "came_on" in form.names]
        with count_statements() as asked:
            assert browser.post(new_reply(dunya), data=dict(form.fields)).status_code == 302
        assert len(asked) <= most, str(asked)
        assert asked.commits == 1


def test_a_reply_that_names_its_letter_teaches_how_long_the_post_takes_in_twelve_statements(
    as_vera: FormClient, dunya: Prisoner, vera: Volunteer, session: Session, count_statements: Any
) -> None:
    stay = session.scalars(select(Placement)).one()
    letter = make_letter(session, dunya, vera, today() - timedelta(days=40), placement_id=stay.id)
    (form,) = [form for form in forms(as_vera.get(new_reply(dunya)).text) if "came_on" in form.names]
    with count_statements() as asked:
        as_vera.post(new_reply(dunya), data={**dict(form.fields), "answers": str(letter.id)})
    assert len(asked) <= 12, str(asked)
    assert asked.commits == 1
    learned = session.scalars(select(TransitTime)).one()
    assert (learned.leg, learned.median_days, learned.cases) == (Leg.ROUND, 40, 1)
