"""What a mail in full may say to whom: of prisoners only those that its reader sees."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from tests.factories import (
    make_assignment,
    make_coordinator,
    make_facility,
    make_prisoner,
    make_volunteer,
    make_watch,
    make_watcher,
)
from tracker import clock
from tracker.dates.models import Answer, Attendance, Hearing, HearingKind, HearingPrisoner
from tracker.dates.rules import DayKind
from tracker.facilities.models import FacilityKind
from tracker.reminders.mail_facts import About, about, in_both_scripts
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind


def facts(session: Session, hearing: Hearing, **reader) -> About:
    mail = Outbox(kind=MailKind.REMINDER, day_kind=DayKind.HEARING, subject_id=hearing.id, **reader)
    return about(session, mail, None)


@pytest.fixture
def pyotr(session):
    return make_prisoner(session, name="Pyotr Vymyshlenny", name_local="Пётр Вымышленный")


@pytest.fixture
def hearing(session, pyotr):
    court = make_facility(
        session,
        kind=FacilityKind.COURT,
        name="Vydumansky City Court",
        name_local="Выдуманский городской суд",
        address="ул. Дубовая, 1\nг. Лукоморск",
        address_latin="Dubovaya 1, Lukomorsk",
    )
    now = clock.now()
    made = Hearing(court_id=court.id, kind=HearingKind.TRIAL, on=date(2026, 12, 15), zone="Asia/Vladivostok")
    made.expected, made.form_id, made.revision = "Come and be seen", uuid4(), 1
    made.entered_by_id, made.entered_at, made.changed_at = make_volunteer(session, "clerk").id, now, now
    session.add(made)
    session.flush()
    for prisoner in (pyotr, make_prisoner(session, name="Svetlana Sama", name_local=None)):
        session.add(HearingPrisoner(hearing_id=made.id, prisoner_id=prisoner.id))
    session.flush()
    return made


def test_a_volunteer_reads_the_name_of_her_own_prisoner_only_and_where_to_go(session, hearing, pyotr):
    vera = make_volunteer(session)
    make_assignment(session, pyotr, vera)
    told = facts(session, hearing, recipient_id=vera.id)
    assert told.names == ("Пётр Вымышленный (Pyotr Vymyshlenny)",)
    assert told.court == "Выдуманский городской суд (Vydumansky City Court)"
    assert told.place == "ул. Дубовая, 1, г. Лукоморск (Dubovaya 1, Lukomorsk)"
    assert (told.expected, told.path) == ("Come and be seen", f"/hearings/{hearing.id}")


def test_a_coordinator_reads_all_names_and_a_stranger_none(session, hearing):
    cora, sam = make_coordinator(session), make_volunteer(session, "sam")
    assert facts(session, hearing, recipient_id=cora.id).names == (
        "Пётр Вымышленный (Pyotr Vymyshlenny)",
        "Svetlana Sama",
    )
    assert facts(session, hearing, recipient_id=sam.id).names == ()


def test_a_court_watcher_reads_whom_she_follows_and_no_handles(session, hearing, pyotr):
    watcher, vera = make_watcher(session), make_volunteer(session)
    make_watch(session, watcher, prisoner_id=pyotr.id)
    going(session, hearing, vera)
    told = facts(session, hearing, watcher_id=watcher.id)
    assert told.names == ("Пётр Вымышленный (Pyotr Vymyshlenny)",)
    assert (told.going, told.watchers_going, told.others_going) == ((), 0, 1)


def going(session, hearing, volunteer, answer=Answer.YES, revision=None):
    session.add(
        Attendance(
            hearing_id=hearing.id,
            volunteer_id=volunteer.id,
            answer=answer,
            revision=hearing.revision if revision is None else revision,
            answered_at=clock.now(),
        )
    )
    session.flush()


def test_who_else_goes_are_those_who_said_so_of_the_day_as_it_is_now_without_the_reader(session, hearing):
    vera, mira, sam, frida = (make_volunteer(session, handle) for handle in ("Vera", "Мирослава", "sam", "frida"))
    going(session, hearing, vera)
    going(session, hearing, mira)
    going(session, hearing, sam, answer=Answer.NO)
    going(session, hearing, frida, revision=hearing.revision + 1)
    cora = make_coordinator(session)
    assert facts(session, hearing, recipient_id=cora.id).going == ("Vera", "Мирослава")
    told = facts(session, hearing, recipient_id=vera.id)
    assert (told.going, told.others_going) == ((), 1), "of others a volunteer learns how many they are"


def test_a_hearing_that_is_gone_leaves_nothing_to_say(session):
    mail = Outbox(kind=MailKind.REMINDER, day_kind=DayKind.HEARING, subject_id=uuid4(), recipient_id=uuid4())
    assert about(session, mail, None) == About()


@pytest.mark.parametrize(
    "local, latin, both",
    [
        ("Выдуманский суд", "Vydumansky Court", "Выдуманский суд (Vydumansky Court)"),
        ("Выдуманский суд", "Выдуманский суд", "Выдуманский суд (Vydumanskiy sud)"),
        ("Court of Nowhere", "Court of Nowhere", "Court of Nowhere"),
        (None, "Court of Nowhere", "Court of Nowhere"),
        (None, None, None),
    ],
)
def test_names_stand_in_their_own_script_and_in_latin_letters(local, latin, both):
    assert in_both_scripts(local, latin) == both
