"""Ending an assignment, and knowing for ever who wrote to whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import make_assignment, make_prisoner, make_volunteer
from tests.support.client import FormClient
from tests.support.statements import counting
from tracker.assignments.models import Assignment, EndReason, Part
from tracker.clock import today
from tracker.prisoners.models import Prisoner
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailState, Reason
from tracker.volunteers.models import Volunteer

TODAY = today("Europe/Berlin")


def end(client: FormClient, assignment: Assignment, **typed: Any) -> TestResponse:
    return client.post_form(f"/assignments/{assignment.id}/end", {"reason": "volunteer_stopped", **typed})


def stored(session: Session) -> Assignment:
    session.rollback()
    return session.scalars(select(Assignment)).one()


def test_an_assignment_ends_today_with_a_reason_and_a_sealed_note(
    as_cora: FormClient, session: Session, assignment: Assignment, cora: Volunteer
) -> None:
    answer = end(as_cora, assignment, reason="mistake", note="Болеет, просила не звонить.")
    assert answer.location == f"/prisoners/{assignment.prisoner_id}"
    now = stored(session)
    assert (now.until, now.end_reason, now.ended_by_id) == (TODAY, EndReason.MISTAKE, cora.id)
    assert now.end_note == "Болеет, просила не звонить."
    assert "Болеет".encode() not in (now.end_note_sealed or b"")


def test_access_ends_with_the_next_request(
    as_vera: FormClient, as_cora: FormClient, dunya: Prisoner, assignment: Assignment
) -> None:
    assert as_vera.get(f"/prisoners/{dunya.id}").status_code == 200
    end(as_cora, assignment)
    assert as_vera.get(f"/prisoners/{dunya.id}").status_code == 404
    assert "Dunya" not in as_vera.get("/").text


def test_another_part_keeps_the_access(
    as_vera: FormClient, as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    make_assignment(session, dunya, vera, part=Part.COURT)
    end(as_cora, assignment)
    assert as_vera.get(f"/prisoners/{dunya.id}").status_code == 200


@pytest.mark.parametrize("reason", ["handed_over", "volunteer_stopped", "volunteer_overloaded"])
def test_a_correspondence_that_somebody_leaves_is_handed_over_next(
    as_cora: FormClient, assignment: Assignment, reason: str
) -> None:
    answer = end(as_cora, assignment, reason=reason)
    assert answer.location == f"/threads/{assignment.id}/handover"
    assert "Choose somebody" in as_cora.get(answer.location).text


def test_the_mail_about_an_assignment_that_is_over_stays_here(
    as_cora: FormClient, session: Session, dunya: Prisoner, olga: Volunteer
) -> None:
    as_cora.post_form(f"/prisoners/{dunya.id}/assignments/new?volunteer={olga.id}")
    end(as_cora, stored(session), reason="mistake")
    mail = session.scalars(select(Outbox)).one()
    assert (mail.state, mail.reason) == (MailState.SUPPRESSED, Reason.NOT_ASSIGNED)


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"reason": ""}, "Choose a reason."),
        ({"reason": "boredom"}, "Not a valid choice"),
        ({"last_day": ""}, "Say which day was the last."),
        ({"last_day": (TODAY + timedelta(days=2)).isoformat()}, "This day has not come yet."),
        ({"last_day": "2023-12-31"}, "This day lies before the assignment began."),
        ({"last_day": "0000-00-00"}, "This is not a day."),
        ({"last_day": "9999-12-31"}, "The year must be between"),
        ({"note": "x\0"}, "There is a character in it that cannot be kept."),
        ({"note": "x" * 4001}, "At most 4000 characters"),
    ],
)
def test_a_refused_end_keeps_the_assignment_and_what_was_typed(
    as_cora: FormClient, session: Session, assignment: Assignment, typed: dict[str, str], sentence: str
) -> None:
    answer = end(as_cora, assignment, **{"note": "Просила сама.", **typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    if "note" not in typed:
        assert "Просила сама." in answer.text
    assert stored(session).until is None


def test_an_assignment_ends_once(as_cora: FormClient, session: Session, assignment: Assignment) -> None:
    end(as_cora, assignment)
    answer = end(as_cora, assignment, reason="mistake")
    assert "Somebody has ended this assignment already." in answer.text
    assert stored(session).end_reason is EndReason.VOLUNTEER_STOPPED


def test_the_history_keeps_everybody_who_ever_had_a_part(
    as_cora: FormClient, session: Session, dunya: Prisoner, olga: Volunteer, assignment: Assignment
) -> None:
    ended = make_assignment(
        session,
        dunya,
        olga,
        since=date(2022, 2, 28),
        until=date(2024, 2, 29),
        end_reason=EndReason.VOLUNTEER_OVERLOADED,
    )
    ended.end_note = "Слишком много сразу."
    page = as_cora.get(f"/prisoners/{dunya.id}/assignments").text
    for words in ("vera", "olga", "Mon 28 Feb 2022", "Thu 29 Feb 2024", "it was too much for her", "Слишком много"):
        assert words in page


def test_the_history_asks_the_same_for_one_and_for_fifty(
    as_cora: FormClient, session: Session, dunya: Prisoner, app: Flask
) -> None:
    counts = []
    for count in (1, 60):
        for number in range(count):
            make_assignment(session, dunya, make_volunteer(session, f"writer {count} {number}"))
        session.commit()
        with counting(app.extensions["tracker"].engine) as asked:
            assert as_cora.get(f"/prisoners/{dunya.id}/assignments").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 5


@pytest.mark.parametrize(
    "day, shown",
    [
        ("2024-02-28", []),
        ("2024-02-29", ["olga"]),
        ("2024-03-15", ["olga", "vera"]),
        ("2024-03-31", ["olga", "vera"]),
        ("01.04.2024", ["vera"]),
        ("", None),
        ("2024-13-01", None),
        ("2199-01-01", None),
        ("%00", None),
    ],
)
def test_who_wrote_to_whom_on_any_past_day_can_be_answered(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer, day: str, shown: list[str]
) -> None:
    make_assignment(session, dunya, olga, since=date(2024, 2, 29), until=date(2024, 3, 31), end_reason=EndReason.OTHER)
    make_assignment(session, dunya, vera, since=date(2024, 3, 15))
    answer = as_cora.get(f"/assignments/on?day={day}")
    if shown is None:
        assert answer.status_code == 422
        assert 'class="error"' in answer.text
    else:
        assert answer.status_code == 200
        assert [handle for handle in ("olga", "vera") if f">{handle}</td>" in answer.text] == shown


def test_without_a_day_it_is_today(as_cora: FormClient, assignment: Assignment) -> None:
    page = as_cora.get("/assignments/on").text
    assert TODAY.isoformat() in page
    assert ">vera</td>" in page


def test_the_day_asks_the_same_for_one_and_for_fifty_and_is_light(
    as_cora: FormClient, session: Session, vera: Volunteer, app: Flask
) -> None:
    counts = []
    for count in (1, 60):
        for number in range(count):
            make_assignment(session, make_prisoner(session, f"Вымышленная Персона {count} {number}"), vera)
        session.commit()
        with counting(app.extensions["tracker"].engine) as asked:
            page = as_cora.get("/assignments/on")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 5
    assert len(page.data) <= 25_000
