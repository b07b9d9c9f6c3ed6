"""From the page where somebody asks for paper to the file, and to its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, select, text, update
from sqlalchemy.orm import Session

from tests.factories import make_coordinator, make_facility, make_placement, make_prisoner, sign_in
from tests.printing.conftest import text_of
from tests.support.client import FormClient
from tracker import clock
from tracker.evenings.models import Evening
from tracker.facilities.models import Facility
from tracker.partial_date import PartialDate
from tracker.printing.actions import ask_for_print, claim_print
from tracker.printing.jobs import destroy_prints, press_of
from tracker.printing.models import PrintJob
from tracker.printing.rules import KEPT_FOR, LEASE, PrintKind, PrintReason, PrintState
from tracker.prisoners.models import Detail, DetailKind, Placement, Prisoner, SupportState
from tracker.prisoners.rules import PlacementKind
from tracker.volunteers.models import Volunteer

Printing = Callable[..., bytes]


@pytest.fixture
def ivan(session: Session, inside: Callable[..., Prisoner], sizo: Facility) -> Prisoner:
    made = inside(
        "Ivan Snezhkov",
        "Снежков Иван Иванович",
        birth=PartialDate.parse("1988-02-29"),
        languages="Russian, a little German",
        support=SupportState.GIVEN_WITH_CAVEAT,
        support_caveat="the caveat",
    )
    made.write_about, made.never_write, made.note = "О море и кошках.", "Ничего о деле.", "the note"
    session.add(Detail(prisoner_id=made.id, kind=DetailKind.INTEREST, text="шахматы"))
    sizo.most_pages, sizo.most_photos, sizo.letter_languages, sizo.mail_note = 10, 0, "Russian only", "the mail note"
    sizo.refused_things = "Felt pens\nTea bags"
    session.flush()
    return made


def test_a_sheet_has_what_helps_to_write_and_nothing_secret(
    printed: Printing, evening_of: Callable[..., Evening], ivan: Prisoner, cora: Volunteer, session: Session
) -> None:
    evening = evening_of(ivan, most_letters=5, title="The title")
    (page,) = text_of(printed(evening, kind="sheets"))
    for wanted in (
        "Ivan Snezhkov",
        "Снежков Иван Иванович, 1988 г. р.",
        "ФКУ СИЗО-9",
        "Dubovaya 1, Lukomorsk 690000",
        "Ivan Snezhkov, born 1988",
        "О море и кошках.",
        "Ничего о деле.",
        "шахматы",
        "Russian, a little German",
        "Russian only",
        "At most 10 pages.",
        "No photos.",
        "Felt pens",
    ):
        assert wanted in page, (wanted, page)
    for secret in ("the caveat", "the note", "the mail note", "The title", "cora", str(ivan.id)[:8]):
        assert secret not in page, secret
    session.expire_all()
    assert evening.numbered_at is not None


def test_labels_come_in_either_script_and_as_many_as_wanted(
    printed: Printing, evening_of: Callable[..., Evening], ivan: Prisoner
) -> None:
    evening = evening_of(ivan)
    facts = {"kind": "labels", "sheet": "l7163", "copies": 16, "first": 2}
    local = text_of(printed(evening, script="local", **facts))
    assert [page.count("Снежков Иван Иванович, 1988 г. р.") for page in local] == [13, 3]
    latin = text_of(printed(evening, script="latin", **facts))
    assert [page.count("Ivan Snezhkov, born 1988") for page in latin] == [13, 3]


@pytest.mark.parametrize("paper", ["dl", "c6", "c5"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_envelopes_are_one_a_page(
    printed: Printing,
    evening_of: Callable[..., Evening],
    ivan: Prisoner,
    inside: Callable[..., Prisoner],
    paper: str,
) -> None:
    other = inside("Pantaleon " + "Dlinnoimennov" * 14, "Пантелеймон " + "Длинноимённов" * 14)
    pages = text_of(printed(evening_of(ivan, other), kind="envelopes", paper=paper))
    assert len(pages) == 2
    assert "Снежков Иван Иванович" in pages[0]
    assert "г. Лукоморск" in pages[1]


def test_who_cannot_be_written_to_any_more_is_left_out_and_named(
    app: Flask, as_cora: FormClient, session: Session, evening_of: Callable[..., Evening], ivan: Prisoner,
    inside: Callable[..., Prisoner],
) -> None:  # fmt: skip
    moved = inside("Osip Lunin")
    session.execute(update(Placement).where(Placement.prisoner_id == moved.id).values(kind=PlacementKind.TRANSFER))
    abroad = make_prisoner(session, "Only Latin")
    make_placement(session, abroad, make_facility(session, name="Far", address=None, address_latin="Street 1\nTown"))
    homeless = make_prisoner(session, "No Address")
    make_placement(session, homeless, make_facility(session, name="Nowhere", address=None, address_latin=None))
    evening = evening_of(ivan, moved, abroad, homeless)
    asked = as_cora.post_form(f"/evenings/{evening.id}/print", {"kind": "labels", "script": "local"})
    press_of(app).wait()
    page = as_cora.get(asked.location).get_data(as_text=True)
    assert "Ready, for 2 people." in page
    assert "Not printed" in page
    assert "Osip Lunin" in page
    assert "On transfer" in page
    assert "No address is known yet." in page
    assert "Printed in the other script" in page
    assert "Only Latin" in page


def test_an_address_that_does_not_fit_is_named_and_the_print_can_be_made_again(
    app: Flask,
    as_cora: FormClient,
    session: Session,
    evening_of: Callable[..., Evening],
    ivan: Prisoner,
    sizo: Facility,
) -> None:
    sizo.address = "\n".join(["улица Очень Длинная"] * 40)
    evening = evening_of(ivan)
    asked = as_cora.post_form(f"/evenings/{evening.id}/print", {"kind": "labels", "sheet": "us5160"})
    press_of(app).wait()
    page = as_cora.get(asked.location).get_data(as_text=True)
    assert "does not fit" in page
    assert "Ivan Snezhkov" in page
    sizo.address = "ул. Дубовая, 1"
    again = as_cora.post_form(f"{asked.location}/again", page=asked.location)
    press_of(app).wait()
    assert "Ready" in as_cora.get(again.location).get_data(as_text=True)


def test_with_nobody_to_print_it_says_so(
    app: Flask,
    as_cora: FormClient,
    session: Session,
    evening_of: Callable[..., Evening],
    inside: Callable[..., Prisoner],
) -> None:
    moved = inside("Osip Lunin")
    moved.no_mail = True
    asked = as_cora.post_form(f"/evenings/{evening_of(moved).id}/print", {"kind": "sheets"})
    press_of(app).wait()
    page = as_cora.get(asked.location).get_data(as_text=True)
    assert "There is nobody to print" in page
    assert "A court has forbidden mail" in page


def ask(session: Session, by: Volunteer, people: list[Prisoner], *, ago: timedelta = timedelta()) -> UUID:
    """A print that nobody has begun to make."""
    print_id = uuid4()
    facts = {"people": [str(each.id) for each in people]}
    assert ask_for_print(
        session, print_id, PrintKind.SHEETS, facts, of=len(people), asked_by_id=by.id, now=clock.now() - ago
    )
    session.commit()
    return print_id


def test_the_page_looks_again_by_itself_until_the_file_is_there(
    app: Flask, as_cora: FormClient, session: Session, cora: Volunteer, ivan: Prisoner
) -> None:
    print_id = ask(session, cora, [ivan])
    waiting = as_cora.get(f"/prints/{print_id}")
    assert waiting.headers["Refresh"] == "2"
    assert as_cora.get(f"/prints/{print_id}/file").location == f"/prints/{print_id}"
    press_of(app).put(print_id)
    press_of(app).wait()
    ready = as_cora.get(f"/prints/{print_id}")
    assert "Refresh" not in ready.headers
    assert "Open the PDF" in ready.get_data(as_text=True)
    opened = as_cora.get(f"/prints/{print_id}/file")
    assert opened.headers["Content-Disposition"] == "inline; filename=sheets.pdf"
    assert opened.headers["Cache-Control"] == "no-store"
    assert as_cora.get(f"/prints/{print_id}/file?keep=1").headers["Content-Disposition"].startswith("attachment")


def test_a_print_whose_maker_died_can_be_started_again(
    app: Flask, as_cora: FormClient, session: Session, cora: Volunteer, ivan: Prisoner
) -> None:
    print_id = ask(session, cora, [ivan], ago=LEASE + timedelta(seconds=1))
    # Somebody claimed it and was never heard of again.
    assert claim_print(session, print_id, now=clock.now() - LEASE - timedelta(seconds=1))
    session.commit()
    page = as_cora.get(f"/prints/{print_id}")
    assert "Refresh" not in page.headers
    assert "start it again" in page.get_data(as_text=True)
    as_cora.post_form(f"/prints/{print_id}/again", page=f"/prints/{print_id}")
    press_of(app).wait()
    assert "Open the PDF" in as_cora.get(f"/prints/{print_id}").get_data(as_text=True)


def test_one_that_is_being_made_is_claimed_once(session: Session, cora: Volunteer, ivan: Prisoner) -> None:
    print_id = ask(session, cora, [ivan])
    assert claim_print(session, print_id, now=clock.now())
    assert not claim_print(session, print_id, now=clock.now())
    assert claim_print(session, print_id, now=clock.now() + LEASE)


def test_only_who_asked_for_it_can_open_it_and_only_for_a_day(
    app: Flask, as_cora: FormClient, new_visitor: Any, session: Session, cora: Volunteer, ivan: Prisoner
) -> None:
    print_id = ask(session, cora, [ivan])
    press_of(app).put(print_id)
    press_of(app).wait()
    other = sign_in(new_visitor(), session, make_coordinator(session, "cleo"))
    for address in (f"/prints/{print_id}", f"/prints/{print_id}/file"):
        assert as_cora.get(address).status_code == 200
        assert other.get(address).status_code == 404
    session.execute(update(PrintJob).values(asked_at=clock.now() - KEPT_FOR))
    session.commit()
    assert as_cora.get(f"/prints/{print_id}/file").status_code == 404
    ask(session, cora, [ivan])
    assert session.get(PrintJob, print_id) is None, "the next print destroys what is old"
    session.commit()
    destroy_prints(app.extensions["tracker"].sessions, clock.now() + KEPT_FOR)
    session.rollback()
    assert session.scalars(select(PrintJob)).all() == [], "and so does the scheduler"


def test_the_file_lies_sealed_in_the_database(
    app: Flask, session: Session, engine: Engine, cora: Volunteer, ivan: Prisoner
) -> None:
    print_id = ask(session, cora, [ivan])
    press_of(app).put(print_id)
    press_of(app).wait()
    with engine.connect() as connection:
        (sealed, facts) = connection.execute(text("SELECT file_sealed, facts FROM print_job")).one()
    assert b"%PDF" not in bytes(sealed)
    assert "Ivan" not in str(facts)


def test_the_same_form_sent_twice_is_one_print(
    app: Flask, as_cora: FormClient, session: Session, evening_of: Callable[..., Evening], ivan: Prisoner
) -> None:
    evening, form_id = evening_of(ivan), str(uuid4())
    first, second = (
        as_cora.post_form(f"/evenings/{evening.id}/print", {"kind": "sheets", "form_id": form_id}) for _ in range(2)
    )
    press_of(app).wait()
    assert first.location == second.location
    session.rollback()
    assert len(session.scalars(select(PrintJob)).all()) == 1


def test_a_label_that_the_sheet_does_not_have_is_refused(
    as_cora: FormClient, evening_of: Callable[..., Evening], ivan: Prisoner
) -> None:
    refused = as_cora.post_form(
        f"/evenings/{evening_of(ivan).id}/print", {"kind": "labels", "sheet": "l7163", "first": 15}
    )
    assert refused.status_code == 422
    assert "This sheet has 14 labels." in refused.get_data(as_text=True)


def test_what_fails_says_so_and_logs_nothing_personal(
    app: Flask, as_cora: FormClient, session: Session, cora: Volunteer, ivan: Prisoner, caplog: pytest.LogCaptureFixture
) -> None:
    print_id = ask(session, cora, [ivan])
    session.execute(update(PrintJob).values(kind=PrintKind.LABELS, facts={"people": [str(ivan.id)], "sheet": "gone"}))
    session.commit()
    press_of(app).put(print_id)
    press_of(app).wait()
    assert "could not be made" in as_cora.get(f"/prints/{print_id}").get_data(as_text=True)
    session.rollback()
    job = session.get(PrintJob, print_id, populate_existing=True)
    assert job
    assert (job.state, job.reason) == (PrintState.FAILED, PrintReason.BROKEN)
    assert "KeyError" in caplog.text
    assert "Ivan" not in caplog.text


def test_the_birthdays_of_a_month_say_where_to_and_until_when(
    app: Flask, as_cora: FormClient, session: Session, ivan: Prisoner, inside: Callable[..., Prisoner]
) -> None:
    inside("Maria Lunina", "Лунина Мария", birth=PartialDate.parse("--02"))
    inside("Not Now", birth=PartialDate.parse("1990-03-01"))
    asked = as_cora.post_form("/birthdays/print", {"month": "2"}, page="/birthdays?month=2")
    press_of(app).wait()
    got = as_cora.get(f"{asked.location}/file")
    assert got.headers["Content-Disposition"] == "inline; filename=birthdays.pdf"
    (page,) = text_of(got.data)
    for wanted in ("February", "Снежков Иван Иванович", "day not known", "Лунина Мария", "г. Лукоморск", "by post"):
        assert wanted in page, page
    assert "Not Now" not in page
    if date(clock.today("Europe/Berlin").year + 1, 2, 1).year % 4:
        assert "28 Feb" in page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_fifty_people_take_seconds(
    printed: Printing, evening_of: Callable[..., Evening], inside: Callable[..., Prisoner]
) -> None:
    people = [inside(f"Ivan Snezhkov {number}", f"Снежков Иван {number}") for number in range(50)]
    for person in people:
        person.write_about = "О море, о кошках и о книгах. " * 20
    evening = evening_of(*people, most_letters=10)
    began = time.monotonic()
    assert len(text_of(printed(evening, kind="sheets"))) == 50
    assert len(text_of(printed(evening, kind="labels", sheet="l7160", copies=10, first=1))) == 24
    assert time.monotonic() - began < 20
