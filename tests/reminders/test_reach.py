"""What mails, and the pages about them, must not let anybody reach who may not see it."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.calendars.conftest import set_hearing
from tests.cast import as_cora, as_olga, as_vera, assignment, cora, dunya, olga, vera  # noqa: F401
from tests.factories import (
    make_assignment,
    make_case,
    make_case_person,
    make_facility,
    make_prisoner,
    make_watch,
    make_watcher,
)
from tracker import clock
from tracker.dates.attendance_actions import Attendee, answer_attendance
from tracker.dates.models import Answer, Attendance, Hearing
from tracker.dates.rules import DayKind
from tracker.facilities.models import FacilityKind
from tracker.prisoners.models import Prisoner
from tracker.reminders.actions import queue_mail, send_elsewhere
from tracker.reminders.desk import ladders_in_use
from tracker.reminders.glance import glance_at
from tracker.reminders.look_again import Drop, look_again
from tracker.reminders.mail_facts import About, about
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind, MailState, Reason
from tracker.volunteers.models import Volunteer
from tracker.watchers.models import Watcher

# What fixtures of tests.cast are called here.
# ruff: noqa: F811


@pytest.fixture
def svetlana(session: Session) -> Prisoner:
    return make_prisoner(session, "Светлана Чужая-Незнакомцева")


@pytest.fixture
def hearing(session: Session, cora: Volunteer, dunya: Prisoner, svetlana: Prisoner) -> Hearing:
    """Of Dunya and Svetlana, in one case."""
    case = make_case(session, "Дело Огурцовой и Чужой")
    make_case_person(session, case, dunya)
    make_case_person(session, case, svetlana)
    court = make_facility(session, name="Лукоморский районный суд", kind=FacilityKind.COURT)
    on = clock.now().date() + timedelta(days=10)
    facts = {"on": on, "at": time(10), "case_id": case.id, "expected": "Чужая даст показания"}
    made = set_hearing(session, court, cora, [dunya, svetlana], **facts)
    session.commit()
    return made


def _about(session: Session, hearing: Hearing, **reader: object) -> About:
    return about(session, Outbox(day_kind=DayKind.HEARING, subject_id=hearing.id, **reader), None)


def test_the_page_of_coming_mails_names_nobody_else_of_the_same_hearing(as_vera, as_cora, hearing, svetlana, dunya):
    page = as_vera.get("/me/mails/coming").text
    assert dunya.name in page
    assert "Чужая" not in page
    assert str(svetlana.id) not in page
    assert "Чужая" in as_cora.get("/me/mails/coming").text


def test_an_invitation_that_failed_goes_nowhere_but_to_whom_it_was_meant(as_cora, session):
    now = clock.now()
    queue_mail(
        session, MailKind.INVITATION, now=now, expires_at=now + timedelta(days=3), to_address="ada@example.org",
        payload={"path": "/welcome/secret", "until": now.isoformat(), "locale": "en"},
    )  # fmt: skip
    mail = session.scalars(select(Outbox)).one()
    mail.state = MailState.FAILED
    session.commit()
    page = as_cora.get(f"/outbox/{mail.id}").text
    assert "Send it there" not in page
    assert not send_elsewhere(session, mail.id, "cora@example.org", now)
    session.expire_all()
    assert (mail.to_address, mail.state) == ("ada@example.org", MailState.FAILED)


def test_a_mail_to_whoever_watches_one_person_holds_no_other_name(session, hearing, dunya):
    watcher = make_watcher(session)
    make_watch(session, watcher, prisoner_id=dunya.id)
    told = _about(session, hearing, watcher_id=watcher.id)
    assert told.names
    assert "Чуж" not in str(told)
    assert (told.case, told.expected) == (None, None)
    make_watch(session, watcher, case_id=hearing.case_id)
    whole = _about(session, hearing, watcher_id=watcher.id)
    assert (whole.case, whole.expected) == ("Дело Огурцовой и Чужой", "Чужая даст показания")


def test_mails_tell_volunteers_how_many_others_go_and_only_coordinators_who(
    session, hearing, vera, assignment, olga, cora
):
    answer_attendance(session, hearing, Attendee(volunteer_id=olga.id), Answer.YES, clock.now())
    watcher = Watcher(address_key="w", zone="Europe/Berlin", created_at=clock.now())
    session.add(watcher)
    session.flush()
    answer_attendance(session, hearing, Attendee(watcher_id=watcher.id), Answer.YES, clock.now())
    told = _about(session, hearing, recipient_id=vera.id)
    assert (told.going, told.watchers_going, told.others_going) == ((), 0, 2)
    told = _about(session, hearing, recipient_id=cora.id)
    assert (told.going, told.watchers_going, told.others_going) == (("olga",), 1, 0)


def test_nobody_counts_on_somebody_whose_account_is_closed(session, hearing, olga, cora):
    answer_attendance(session, hearing, Attendee(volunteer_id=olga.id), Answer.YES, clock.now())
    olga.disabled_at = clock.now()
    session.flush()
    assert _about(session, hearing, recipient_id=cora.id).going == ()


def test_whoever_no_longer_sees_a_hearing_is_not_expected_there(as_vera, as_cora, session, hearing, assignment):
    page = f"/hearings/{hearing.id}"
    as_vera.post_form(f"{page}/attendance", {"answer": "yes"}, page=page)
    assert session.scalar(select(Attendance.id)) is not None
    as_cora.post_form(f"/assignments/{assignment.id}/end", {"reason": "volunteer_stopped"})
    assert as_vera.get(page).status_code == 404
    assert session.scalar(select(Attendance.id)) is None


def test_whoever_still_sees_it_through_somebody_else_is(as_vera, as_cora, session, hearing, assignment, vera, svetlana):
    make_assignment(session, svetlana, vera, since=date(2024, 1, 1))
    page = f"/hearings/{hearing.id}"
    as_vera.post_form(f"{page}/attendance", {"answer": "yes"}, page=page)
    as_cora.post_form(f"/assignments/{assignment.id}/end", {"reason": "volunteer_stopped"})
    assert session.scalar(select(Attendance.id)) is not None


def test_who_no_longer_coordinates_is_not_told_whose_address_fails(session, cora):
    now = clock.now()
    queue_mail(
        session, MailKind.ADDRESS_TROUBLE, now=now, expires_at=now + timedelta(days=7), recipient_id=cora.id,
        payload={"for_now": False, "who": "vera"},
    )  # fmt: skip
    mail = session.scalars(select(Outbox)).one()

    def verdict() -> object:
        return look_again(glance_at(session, [mail], ladders_in_use(), "Europe/Berlin", now), mail)

    assert verdict() != Drop(MailState.SUPPRESSED, Reason.NOT_ASSIGNED)
    cora.is_coordinator = False
    session.flush()
    assert verdict() == Drop(MailState.SUPPRESSED, Reason.NOT_ASSIGNED)
