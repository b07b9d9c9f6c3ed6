"""Entering how many letters were written: every line accounted for, all at once or nothing, undone at one go."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.evenings.conftest import tallied
from tests.support.client import FormClient, forms
from tracker import clock
from tracker.evenings.actions import arrange
from tracker.evenings.models import Evening, EveningPerson, TallyBatch
from tracker.prisoners.models import Prisoner

Fields = dict[str, Any]


@pytest.fixture
def ivan(inside: Callable[..., Prisoner]) -> Prisoner:
    return inside("Ivan Snezhkov", "Снежков Иван")


@pytest.fixture
def osip(inside: Callable[..., Prisoner]) -> Prisoner:
    return inside("Osip Lunin", "Лунин Осип")


@pytest.fixture
def evening(evening_of: Callable[..., Evening], ivan: Prisoner, osip: Prisoner) -> Evening:
    return evening_of(ivan, osip, most_letters=10)


class Desk:
    """Cora with the page open."""

    def __init__(self, client: FormClient, evening: Evening) -> None:
        self.client = client
        self.page = f"/evenings/{evening.id}/tally"
        self.fields: Fields = {}
        self.text = ""
        self.status = 0

    def check(self, pasted: str = "", **numbers: str) -> Desk:
        """Type, and look how it was understood."""
        typed = {"pasted": pasted, **numbers}
        return self._shown(self.client.post_form(f"{self.page}/check", typed, page=self.page))

    def enter(self, **changed: str) -> Desk:
        """Press the button on the page that is open, after changing some fields."""
        return self._shown(self.client.post(self.page, data={**self.fields, **changed}))

    def again(self, **changed: str) -> Desk:
        """Have it checked once more."""
        return self._shown(self.client.post(f"{self.page}/check", data={**self.fields, **changed}))

    def _shown(self, answer: Any) -> Desk:
        self.status = answer.status_code
        self.text = html.unescape(answer.get_data(as_text=True))
        if answer.status_code != 302:
            form = max(forms(answer.get_data(as_text=True)), key=lambda each: len(each.names))
            self.fields = dict(form.fields)
        return self

    def choice(self, line: str) -> str:
        """The name of the select of a line."""
        escaped = re.escape(line)
        return re.findall(rf'{escaped}</strong>.*?<select name="([^"]+)"', self.text, re.S)[0]


@pytest.fixture
def desk(as_cora: FormClient, evening: Evening) -> Desk:
    return Desk(as_cora, evening)


def test_names_in_either_script_and_numbers_of_sheets_are_understood(
    desk: Desk, session: Session, ivan: Prisoner, osip: Prisoner
) -> None:
    checked = desk.check("Снежков 5\n2: 3")
    assert "8 letters, 2 people." in checked.text
    assert tallied(session) == {}
    assert checked.enter().status == 302
    assert tallied(session) == {ivan.id: 5, osip.id: 3}


@pytest.mark.parametrize("typed", ["Снежков", "Snezhkov", "snežkov", "СНЕЖКОВ ИВАН", "Иван Снежков", "Ivan Snezh"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_name_is_found_however_it_is_spelled(desk: Desk, typed: str) -> None:
    assert "4 letters, 1 person." in desk.check(f"{typed} 4").text


def test_each_line_is_accounted_for_and_nothing_half_entered(
    desk: Desk, session: Session, ivan: Prisoner, inside: Callable[..., Prisoner]
) -> None:
    inside("Pyotr Snezhkov")
    inside("Maria Lunina")
    pasted = "Снежков 5\nНезнакомцев 3\nLunen 2\nЛунин\nЛунин 501\nИтого 311"
    checked = desk.check(pasted)
    for sentence in (
        "5 lines wait for you.",
        "Nobody is found.",
        "Nobody has exactly this name.",
        "There is no number in it.",
        "The number must be from 1 to 500.",
    ):
        assert sentence in checked.text, sentence
    assert checked.enter().status == 422
    assert "5 lines wait for you." in checked.text
    assert pasted in checked.text.replace("\r\n", "\n")
    assert tallied(session) == {}
    skipped = {checked.choice(line): "skip" for line in ("Незнакомцев 3", "Лунин", "Лунин 501", "Итого 311")}
    checked.enter(**skipped)
    assert checked.status == 422
    assert "1 line waits for you." in checked.text
    assert checked.enter(**{checked.choice("Lunen 2"): str(ivan.id)}).status == 302
    assert tallied(session) == {ivan.id: 7}


def test_of_namesakes_somebody_chooses_and_who_is_here_comes_before_who_is_not(
    desk: Desk, session: Session, ivan: Prisoner, osip: Prisoner, inside: Callable[..., Prisoner], as_cora: FormClient,
    evening_of: Callable[..., Evening],
) -> None:  # fmt: skip
    other = inside("Pyotr Snezhkov", "Снежков Пётр")
    assert "5 letters, 1 person." in desk.check("Снежков 5").text
    both = Desk(as_cora, evening_of(ivan, other)).check("Снежков 5")
    assert "More than one person has this name." in both.text
    name = both.choice("Снежков 5")
    assert str(osip.id) not in both.text
    forged = both.enter(**{name: str(osip.id)})
    assert forged.status == 422, "only who is offered can be chosen"
    assert both.enter(**{name: str(other.id)}).status == 302
    assert tallied(session) == {other.id: 5}


def test_a_namesake_is_told_apart_by_the_number_beside_the_name(
    as_cora: FormClient,
    session: Session,
    ivan: Prisoner,
    inside: Callable[..., Prisoner],
    evening_of: Callable[..., Evening],
) -> None:
    other = inside("Pyotr Snezhkov", "Снежков Пётр")
    both = Desk(as_cora, evening_of(ivan, other)).check("1\tСнежков\t5\n2\tСнежков\t4")
    assert both.enter().status == 302
    assert tallied(session) == {ivan.id: 5, other.id: 4}


def test_somebody_from_outside_the_list_counts_and_is_marked(
    desk: Desk, session: Session, inside: Callable[..., Prisoner]
) -> None:
    other = inside("Maria Morskaya", "Морская Мария")
    checked = desk.check("Морская 2")
    assert "not on the list of this evening" in checked.text
    assert checked.enter().status == 302
    assert tallied(session) == {other.id: 2}


def test_repeated_names_are_added_up_and_that_is_said(desk: Desk, session: Session, ivan: Prisoner) -> None:
    checked = desk.check("Снежков 5\nIvan Snezhkov 3", **{f"n-{ivan.id}": "4"})
    assert "added up: 5 + 3 + 4" in checked.text
    assert "more than 10" in checked.text
    assert checked.enter().status == 302
    assert tallied(session) == {ivan.id: 12}


def test_a_sum_that_no_evening_writes_is_refused(desk: Desk, session: Session) -> None:
    checked = desk.check("Снежков 500\nСнежков 1")
    assert checked.enter().status == 422
    assert "at most 500 can be from one evening" in checked.text
    assert tallied(session) == {}


def test_a_line_that_was_understood_can_be_left_out(desk: Desk, session: Session, ivan: Prisoner) -> None:
    checked = desk.check("Снежков 5\nЛунин 3")
    name = re.findall(r'name="(line-[^"]+)" value="skip"', checked.text)[1]
    checked.again(**{name: "skip"})
    assert "5 letters, 1 person." in checked.text
    assert checked.enter().status == 302
    assert tallied(session) == {ivan.id: 5}


def test_what_was_chosen_stays_when_another_line_is_corrected(
    desk: Desk, session: Session, ivan: Prisoner, osip: Prisoner
) -> None:
    checked = desk.check("Незнакомцев 3\nЛунин")
    checked.again(**{checked.choice("Незнакомцев 3"): str(ivan.id)}, pasted="Лунин 2\nНезнакомцев 3")
    assert "5 letters, 2 people." in checked.text
    assert checked.enter().status == 302
    assert tallied(session) == {ivan.id: 3, osip.id: 2}


def test_the_table_alone_is_enough(desk: Desk, session: Session, osip: Prisoner, ivan: Prisoner) -> None:
    checked = desk.check(**{f"n-{osip.id}": "7", f"n-{ivan.id}": "0"})
    assert "7 letters, 1 person." in checked.text
    assert checked.enter().status == 302
    assert tallied(session) == {osip.id: 7}


@pytest.mark.parametrize("typed", ["-1", "501", "много", "1.5", "٣", "9" * 40])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_wrong_number_in_the_table_is_said_at_its_field(desk: Desk, osip: Prisoner, typed: str) -> None:
    checked = desk.check("Снежков 5", **{f"n-{osip.id}": typed})
    assert checked.status == 422
    assert "Type a number from 1 to 500." in checked.text
    assert "Снежков 5" in checked.text
    assert f'value="{typed[:20]}"' in checked.text


@pytest.mark.parametrize("pasted", ["", "   \n \n"])
def test_nothing_typed_is_nothing_to_enter(desk: Desk, session: Session, pasted: str) -> None:
    assert desk.check(pasted).status == 422
    assert "No number is typed yet." in desk.text
    assert tallied(session) == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_too_many_lines_are_refused_and_kept(desk: Desk) -> None:
    checked = desk.check("Снежков 1\n" * 1001)
    assert checked.status == 422
    assert "At most 1000 lines at a time" in checked.text
    assert checked.text.count("Снежков 1") >= 1000


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_thousand_lines_of_unknown_names_stay_a_page(desk: Desk, count_statements: Any) -> None:
    with count_statements() as asked:
        checked = desk.check("\n".join(f"Незнакомцев{number} 1" for number in range(1000)))
    assert checked.status == 200
    assert len(asked) <= 12, str(asked)
    assert len(checked.text) < 900_000


def test_letters_of_an_evening_to_come_wait(
    as_cora: FormClient, session: Session, ivan: Prisoner, evening_of: Callable[..., Evening]
) -> None:
    to_come = Desk(as_cora, evening_of(ivan, on=clock.today("Europe/Berlin") + timedelta(days=2)))
    checked = to_come.check("Снежков 5")
    assert checked.enter().status == 422
    assert "This evening is still to come." in checked.text
    assert tallied(session) == {}


def test_a_form_sent_twice_counts_once(desk: Desk, session: Session, ivan: Prisoner) -> None:
    checked = desk.check("Снежков 5")
    fields = dict(checked.fields)
    assert checked.enter().status == 302
    checked.fields = fields
    assert checked.enter().status == 302
    assert tallied(session) == {ivan.id: 5}
    assert len(session.scalars(select(TallyBatch)).all()) == 1
    assert "it counts once" in desk.client.get(desk.page.removesuffix("/tally")).get_data(as_text=True)


def test_a_batch_is_undone_and_counts_again(desk: Desk, session: Session, ivan: Prisoner, evening: Evening) -> None:
    desk.check("Снежков 5\nЛунин 3").enter()
    page = f"/evenings/{evening.id}"
    shown = desk.client.get(page).get_data(as_text=True)
    assert "8 letters written" in shown
    assert "to 2 of 2" in shown
    (batch,) = session.scalars(select(TallyBatch)).all()
    desk.client.post_form(f"/tallies/{batch.id}/undo", page=page)
    assert tallied(session) == {}
    session.refresh(ivan)
    assert ivan.last_letter_on is None
    assert "undone" in desk.client.get(page).get_data(as_text=True)
    desk.client.post_form(f"/tallies/{batch.id}/redo", page=page)
    assert sum(tallied(session).values()) == 8
    session.refresh(ivan)
    assert ivan.last_letter_on == evening.on


def test_what_was_undone_moves_with_the_evening_and_waits_for_its_day(
    desk: Desk, session: Session, ivan: Prisoner, evening: Evening
) -> None:
    desk.check("Снежков 5").enter()
    page = f"/evenings/{evening.id}"
    (batch,) = session.scalars(select(TallyBatch)).all()
    desk.client.post_form(f"/tallies/{batch.id}/undo", page=page)
    tomorrow = clock.today("Europe/Berlin") + timedelta(days=1)
    desk.client.post_form(f"{page}/edit", {"on": str(tomorrow)})
    desk.client.post_form(f"/tallies/{batch.id}/redo", page=page)
    assert "This evening is still to come." in html.unescape(desk.client.get(page).get_data(as_text=True))
    assert tallied(session) == {}
    desk.client.post_form(f"{page}/edit", {"on": "2024-02-29"})
    desk.client.post_form(f"/tallies/{batch.id}/redo", page=page)
    assert tallied(session) == {ivan.id: 5}
    session.refresh(ivan)
    assert str(ivan.last_letter_on) == "2024-02-29"


def test_numbers_of_sheets_do_not_count_for_others_when_the_list_has_changed_meanwhile(
    desk: Desk, session: Session, ivan: Prisoner, osip: Prisoner, evening: Evening
) -> None:
    checked = desk.check("1: 5", **{f"n-{osip.id}": "3"})
    arrange(session, evening, places={}, gone={osip.id})
    (row,) = session.scalars(select(EveningPerson).where(EveningPerson.prisoner_id == ivan.id)).all()
    row.number = 2
    assert checked.enter().status == 422
    assert "The list of people has changed in the meantime." in checked.text
    assert tallied(session) == {}
    assert checked.enter(pasted="2: 5").status == 302
    assert tallied(session) == {ivan.id: 5, osip.id: 3}, "the number for somebody who was taken out is not lost"


def test_a_second_list_adds_to_the_first_and_each_is_undone_by_itself(
    desk: Desk, session: Session, ivan: Prisoner, evening: Evening
) -> None:
    desk.check("Снежков 5").enter()
    desk.check("Снежков 2").enter()
    shown = desk.client.get(f"/evenings/{evening.id}").get_data(as_text=True)
    assert "7 letters written" in shown
    first = session.scalars(select(TallyBatch).order_by(TallyBatch.entered_at)).first()
    assert first
    desk.client.post_form(f"/tallies/{first.id}/undo", page=f"/evenings/{evening.id}")
    assert tallied(session) == {ivan.id: 2}
    session.refresh(ivan)
    assert ivan.last_letter_on == evening.on


def test_nothing_typed_becomes_markup(desk: Desk) -> None:
    raw = desk.client.post_form(
        f"{desk.page}/check", {"pasted": "<script>alert(1)</script> 5"}, page=desk.page
    ).get_data(as_text=True)
    assert "<script>alert" not in raw
