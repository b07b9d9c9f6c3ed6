"""Giving somebody a part: choosing, warnings, refusals, the mail, and what she sees."""

from __future__ import annotations

import json
import re
import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import make_assignment, make_letter, make_prisoner, make_volunteer, sign_in
from tests.support.client import FormClient
from tests.support.statements import counting
from tracker.assignments import queries
from tracker.assignments.actions import Doing, Wish, assign
from tracker.assignments.models import Assignment, Part
from tracker.assignments.rules import AlreadyAssigned
from tracker.cases import models
from tracker.cases.models import Case, CaseKind, CasePerson, CaseRole
from tracker.clock import today
from tracker.db import make_sessions
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner, SupportState
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind
from tracker.volunteers.models import Volunteer

NOW = datetime(2028, 2, 29, 12, tzinfo=UTC)
YEGOR = "Yegor Vymyshlenny"


def new_url(prisoner: Prisoner, volunteer: Volunteer | None = None) -> str:
    return f"/prisoners/{prisoner.id}/assignments/new" + (f"?volunteer={volunteer.id}" if volunteer else "")


def give(client: FormClient, prisoner: Prisoner, volunteer: Volunteer, **typed: Any) -> TestResponse:
    return client.post_form(new_url(prisoner, volunteer), typed)


def assignments(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Assignment)) or 0


def in_one_case(session: Session, *people: tuple[Prisoner, CaseRole]) -> list[CasePerson]:
    """A case with these people in it."""
    case = Case(title="Дело о сказках", title_folded="дело о сказках", kind=CaseKind.CRIMINAL, created_at=NOW)
    session.add(case)
    session.flush()
    made = [CasePerson(case_id=case.id, prisoner_id=person.id, role=role) for person, role in people]
    session.add_all(made)
    session.flush()
    return made


# Choosing


def test_the_list_shows_languages_room_and_silence(as_cora: FormClient, session: Session, dunya: Prisoner) -> None:
    dunya.languages = "Russian, some English"
    dunya.support_caveat = "Публично известно: осторожно с темой работы."
    make_volunteer(session, "Любовь-Александра", languages=["ru", "fr"], capacity=4, away_until=today("Europe/Berlin"))
    page = as_cora.get(new_url(dunya)).text
    for words in ("Любовь-Александра", "Russian, French", ">fits<", "0 of 4", "none yet", "away until", "осторожно"):
        assert words in page


def test_who_fits_best_comes_first(as_cora: FormClient, session: Session, dunya: Prisoner) -> None:
    dunya.languages = "Russian"
    yegor = make_prisoner(session, YEGOR)
    full = make_volunteer(session, "a full one", languages=["ru"], capacity=1)
    make_assignment(session, yegor, full)
    make_volunteer(session, "b without Russian", languages=["de"], capacity=9)
    make_volunteer(session, "c away", languages=["ru"], capacity=9, away_until=date(2999, 1, 1))
    make_volunteer(session, "d with little room", languages=["ru"], capacity=2)
    make_volunteer(session, "e with much room", languages=["ru"], capacity=5)
    make_volunteer(session, "f closed", languages=["ru"], capacity=5, disabled_at=NOW)
    has_dunya = make_volunteer(session, "g has her", languages=["ru"], capacity=5)
    make_assignment(session, dunya, has_dunya)
    page = as_cora.get(new_url(dunya)).text.partition("<tbody>")[2]
    shown = re.findall(r">([a-g] [^<]+)</a>", page)
    assert shown == [
        "e with much room",
        "d with little room",
        "c away",
        "b without Russian",
        "a full one",
        "g has her",
    ]


def test_a_volunteer_is_found_by_her_handle(as_cora: FormClient, session: Session, dunya: Prisoner) -> None:
    make_volunteer(session, "Любовь")
    make_volunteer(session, "Вера")
    page = as_cora.get(f"{new_url(dunya)}?q=люБ").text
    assert "Любовь" in page
    assert "Вера" not in page


def test_choosing_among_many_is_paged_light_and_asks_the_same(
    as_cora: FormClient, session: Session, dunya: Prisoner, app: Flask
) -> None:
    counts = []
    for count in (1, 60):
        for number in range(count):
            make_volunteer(session, f"volunteer {count} {number:02d}", languages=["ru", "en"])
        session.commit()
        with counting(app.extensions["tracker"].engine) as asked:
            page = as_cora.get(new_url(dunya))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 5
    assert page.text.partition("<tbody>")[2].count("<tr>") == 50
    assert len(page.data) <= 25_000
    assert "volunteer 60 59" in as_cora.get(f"{new_url(dunya)}?page=2").text
    assert as_cora.get(f"{new_url(dunya)}?page=99999").status_code == 200


@pytest.mark.parametrize("wanted", ["", "nonsense", "%00", "0b5c1d3e-8a57-4f2d-9f0a-3d2f1c4b5a69"])
def test_nobody_that_there_is_not_can_be_chosen(as_cora: FormClient, dunya: Prisoner, wanted: str) -> None:
    assert as_cora.get(f"{new_url(dunya)}?volunteer={wanted}").status_code == 404


# Assigning


def test_whoever_is_assigned_sees_the_prisoner_at_once_and_gets_a_mail(
    as_cora: FormClient, new_visitor: Any, session: Session, dunya: Prisoner, olga: Volunteer
) -> None:
    as_olga = sign_in(new_visitor(), session, olga)
    assert as_olga.get(f"/prisoners/{dunya.id}").status_code == 404
    answer = give(as_cora, dunya, olga)
    assert (answer.status_code, answer.location) == (302, f"/prisoners/{dunya.id}")
    assert as_olga.get(f"/prisoners/{dunya.id}").status_code == 200
    session.rollback()
    mail = session.scalars(select(Outbox)).one()
    assert (mail.kind, mail.recipient_id, mail.prisoner_id) == (MailKind.ASSIGNED, olga.id, dunya.id)
    assert "Dunya" not in (mail.payload or "")


def test_an_assignment_begins_today_by_the_clock_of_the_coordinator(
    as_cora: FormClient, session: Session, dunya: Prisoner, olga: Volunteer, cora: Volunteer
) -> None:
    cora.zone = "Pacific/Kiritimati"
    give(as_cora, dunya, olga)
    made = session.scalars(select(Assignment)).one()
    assert made.since == today("Pacific/Kiritimati")
    assert (made.part, made.until, made.assigned_by_id) == (Part.WRITER, None, cora.id)


def test_the_mail_tells_how_many_days_come_up(
    as_cora: FormClient, session: Session, dunya: Prisoner, olga: Volunteer
) -> None:
    soon = today("UTC") + timedelta(days=20)
    dunya.birth = PartialDate(1988, soon.month, soon.day)
    dunya.release_on = PartialDate.of(soon)
    give(as_cora, dunya, olga)
    session.rollback()
    assert json.loads(session.scalars(select(Outbox)).one().payload or "") == {"days": 2}


def test_who_assigns_herself_gets_no_mail(
    as_cora: FormClient, session: Session, dunya: Prisoner, cora: Volunteer
) -> None:
    give(as_cora, dunya, cora)
    assert assignments(session) == 1
    assert session.scalar(select(func.count()).select_from(Outbox)) == 0


def test_a_double_tap_assigns_once(as_cora: FormClient, session: Session, dunya: Prisoner, olga: Volunteer) -> None:
    form_id = str(uuid4())
    for _ in range(2):
        assert give(as_cora, dunya, olga, form_id=form_id).status_code == 302
    assert assignments(session) == 1
    assert session.scalar(select(func.count()).select_from(Outbox)) == 1


def test_a_form_sent_again_after_its_assignment_ended_does_not_say_assigned(
    as_cora: FormClient, session: Session, dunya: Prisoner, olga: Volunteer
) -> None:
    form_id = str(uuid4())
    give(as_cora, dunya, olga, form_id=form_id)
    session.scalars(select(Assignment)).one().until = today("Europe/Berlin")
    answer = give(as_cora, dunya, olga, form_id=form_id)
    assert answer.status_code == 422
    assert "that assignment is over since" in answer.text
    assert give(as_cora, dunya, olga).status_code == 302
    assert assignments(session) == 2


def test_the_form_of_another_assignment_is_no_key_to_anything(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, olga: Volunteer, assignment: Assignment
) -> None:
    assert give(as_cora, dunya, olga, form_id=str(assignment.id)).status_code == 422
    assert assignments(session) == 1


def test_somebody_who_writes_already_is_not_given_the_same_again(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment
) -> None:
    answer = give(as_cora, dunya, vera)
    assert answer.status_code == 422
    assert "She has this part for this person already." in answer.text
    assert give(as_cora, dunya, vera, part="parcels").status_code == 302


def test_whoever_wrote_before_begins_with_the_day_of_her_last_letter(
    as_cora: FormClient, session: Session, dunya: Prisoner, vera: Volunteer
) -> None:
    make_assignment(session, dunya, vera, until=date(2025, 1, 1))
    make_letter(session, dunya, vera, date(2024, 12, 24))
    give(as_cora, dunya, vera)
    running = session.scalars(select(Assignment).where(Assignment.until.is_(None))).one()
    assert (running.last_letter_on, running.waiting_since) == (date(2024, 12, 24), date(2024, 12, 24))


def test_ten_at_the_same_moment_assign_once(
    engine: Engine, session: Session, dunya: Prisoner, olga: Volunteer, cora: Volunteer
) -> None:
    prisoner_id, volunteer_id, actor_id = dunya.id, olga.id, cora.id
    session.commit()
    outcomes, ready = [], threading.Barrier(10)

    def run() -> None:
        ready.wait()
        with make_sessions(engine)() as own:
            prisoner = own.get_one(Prisoner, prisoner_id)
            row = queries.candidates(own, prisoner_id, only=volunteer_id)[0]
            wish = Wish(prisoner, volunteer_id, queries.as_candidate(row), Part.WRITER, NOW.date())
            try:
                assign(own, wish, Doing(actor_id, NOW, NOW.date(), uuid4(), "UTC"))
                own.commit()
                outcomes.append("assigned")
            except AlreadyAssigned:
                outcomes.append("already")

    threads = [threading.Thread(target=run) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["already"] * 9 + ["assigned"]
    assert assignments(session) == 1


# Warnings that can be overruled


def test_a_full_volunteer_is_given_another_only_knowingly(
    as_cora: FormClient, session: Session, dunya: Prisoner, olga: Volunteer
) -> None:
    olga.capacity = 0
    assert "as many as she wants to already" in as_cora.get(new_url(dunya, olga)).text
    answer = give(as_cora, dunya, olga)
    assert answer.status_code == 422
    assert "Tick the box if you want it all the same." in answer.text
    assert assignments(session) == 0
    assert give(as_cora, dunya, olga, sure="volunteer_is_full").status_code == 302


def test_a_full_volunteer_may_still_watch_a_court(
    as_cora: FormClient, session: Session, dunya: Prisoner, olga: Volunteer
) -> None:
    olga.capacity = 0
    assert give(as_cora, dunya, olga, part="court").status_code == 302


def test_one_box_does_not_overrule_another_doubt(
    as_cora: FormClient, session: Session, dunya: Prisoner, olga: Volunteer
) -> None:
    dunya.no_mail = True
    assert give(as_cora, dunya, olga, sure="volunteer_is_full").status_code == 422
    assert give(as_cora, dunya, olga, sure=["volunteer_is_full", "no_mail"]).status_code == 302


def test_a_ban_on_mail_that_is_over_is_no_doubt(
    as_cora: FormClient, session: Session, dunya: Prisoner, olga: Volunteer
) -> None:
    dunya.no_mail, dunya.no_mail_until = True, PartialDate(2024, 2)
    assert give(as_cora, dunya, olga).status_code == 302


def test_co_defendants_get_one_writer_only_knowingly(
    as_cora: FormClient, session: Session, dunya: Prisoner, olga: Volunteer
) -> None:
    yegor = make_prisoner(session, YEGOR)
    in_one_case(session, (dunya, CaseRole.DEFENDANT), (yegor, CaseRole.MAIN_DEFENDANT))
    make_assignment(session, yegor, olga)
    assert "has somebody of the same case" in as_cora.get(new_url(dunya)).text
    answer = give(as_cora, dunya, olga)
    assert answer.status_code == 422
    assert "Neither may learn through us that the other gets letters" in answer.text
    assert YEGOR not in answer.text
    assert give(as_cora, dunya, olga, sure="co_defendant").status_code == 302


def test_a_former_writer_of_a_co_defendant_raises_no_doubt(
    as_cora: FormClient, session: Session, dunya: Prisoner, olga: Volunteer
) -> None:
    yegor = make_prisoner(session, YEGOR)
    in_one_case(session, (dunya, CaseRole.DEFENDANT), (yegor, CaseRole.DEFENDANT))
    make_assignment(session, yegor, olga, until=date(2025, 1, 1))
    assert give(as_cora, dunya, olga).status_code == 302


# Refusals


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("how", ["witness", "testified"])
def test_two_on_both_sides_of_a_testimony_never_get_one_volunteer(
    as_cora: FormClient, session: Session, dunya: Prisoner, olga: Volunteer, how: str, turned: bool
) -> None:
    yegor = make_prisoner(session, YEGOR)
    pair = (yegor, dunya) if turned else (dunya, yegor)
    role = CaseRole.WITNESS if how == "witness" else CaseRole.DEFENDANT
    first, _ = in_one_case(session, (pair[0], role), (pair[1], CaseRole.MAIN_DEFENDANT))
    if how == "testified":
        session.add(models.TestifiedAgainst(case_person_id=first.id, prisoner_id=pair[1].id))
    make_assignment(session, yegor, olga, part=Part.PARCELS)
    assert "not her: other side of a testimony" in as_cora.get(new_url(dunya)).text
    answer = give(as_cora, dunya, olga, sure="co_defendant")
    assert answer.status_code == 422
    assert "They must never meet through us." in answer.text
    assert assignments(session) == 1


def test_nobody_is_assigned_to_whom_support_is_withheld_from(
    as_cora: FormClient, session: Session, dunya: Prisoner, olga: Volunteer
) -> None:
    dunya.support = SupportState.WITHHELD
    assert "nobody can be assigned" in as_cora.get(new_url(dunya)).text
    assert "does not support this person" in give(as_cora, dunya, olga).text
    assert assignments(session) == 0


def test_nobody_is_assigned_whose_account_is_closed(
    as_cora: FormClient, session: Session, dunya: Prisoner, olga: Volunteer
) -> None:
    olga.disabled_at = NOW
    assert "Her account is closed." in give(as_cora, dunya, olga).text
    assert assignments(session) == 0


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"since": ""}, "Say since when."),
        ({"since": "yesterday"}, "This is not a day."),
        ({"since": "0000-01-01"}, "This is not a day."),
        ({"since": "9999-01-01"}, "The year must be between"),
        ({"since": "2199-01-01"}, "This day has not come yet"),
        ({"since": "2027-02-29"}, "This is not a day."),
        ({"part": ""}, "Choose what she does."),
        ({"part": "cook"}, "Not a valid choice"),
        ({"part": "writer\0"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_refused_at_the_field(
    as_cora: FormClient, session: Session, dunya: Prisoner, olga: Volunteer, typed: dict[str, str], sentence: str
) -> None:
    answer = give(as_cora, dunya, olga, **typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert assignments(session) == 0


def test_a_damaged_form_id_is_a_new_form(
    as_cora: FormClient, session: Session, dunya: Prisoner, olga: Volunteer
) -> None:
    assert give(as_cora, dunya, olga, form_id="'; --").status_code == 302


def test_volunteers_assign_nobody(as_vera: FormClient, dunya: Prisoner, assignment: Assignment) -> None:
    for url in (
        new_url(dunya),
        f"/prisoners/{dunya.id}/assignments",
        f"/assignments/{assignment.id}/end",
        "/assignments/on",
    ):
        assert as_vera.get(url).status_code == 404


def test_an_admin_who_is_no_coordinator_assigns_nobody(new_visitor: Any, session: Session, dunya: Prisoner) -> None:
    ada = sign_in(new_visitor(), session, make_volunteer(session, "ada", is_admin=True))
    assert ada.get(new_url(dunya)).status_code == 404
