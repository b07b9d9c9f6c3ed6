"""Counting the letters of an evening: typed, checked, entered at one go, undone at one go."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import clock
from tracker.access import Audience
from tracker.evenings import actions, queries
from tracker.evenings.forms import TallyForm
from tracker.evenings.models import Evening
from tracker.evenings.pasted import MOST_LINES
from tracker.evenings.routes import bp, today
from tracker.evenings.rules import MOST_LETTERS, EveningRefused, TalliedTooEarly, state_of_list
from tracker.evenings.tallying import Reading, read
from tracker.evenings.words import REFUSALS
from tracker.lookup import coordinators_evening, coordinators_tally_batch
from tracker.prisoners.rules import id_of_entry
from tracker.web.access import actor, open_to
from tracker.web.forms import refuse
from tracker.web.session import session


@bp.get("/evenings/<uuid:evening_id>/tally")
@open_to(Audience.COORDINATORS)
def tally(evening_id: UUID) -> ResponseReturnValue:
    evening = coordinators_evening(evening_id)
    return _first_page(evening, TallyForm(), queries.people_of(session, evening_id), {}, set())


def _first_page(evening: Evening, form: TallyForm, people: Any, typed: Mapping[UUID, str], wrong: set[UUID]) -> str:
    return render_template(
        "evenings/tally.html",
        evening=evening,
        form=form,
        people=people,
        typed=typed,
        wrong=wrong,
        is_over=evening.on <= today(),
    )


@bp.post("/evenings/<uuid:evening_id>/tally/check")
@open_to(Audience.COORDINATORS)
def check_tally(evening_id: UUID) -> ResponseReturnValue:
    return _understood(coordinators_evening(evening_id), enter=False)


@bp.post("/evenings/<uuid:evening_id>/tally")
@open_to(Audience.COORDINATORS)
def enter_tally(evening_id: UUID) -> ResponseReturnValue:
    return _understood(coordinators_evening(evening_id), enter=True)


def _understood(evening: Evening, *, enter: bool) -> ResponseReturnValue:
    form, people = TallyForm(), queries.people_of(session, evening.id)
    gone = _gone({row.prisoner_id for row in people})
    typed, numbers, wrong = _numbers([*(row.prisoner_id for row in people), *gone])
    is_fine = form.validate()
    pasted = form.pasted.data or ""
    if is_fine and len(pasted.splitlines()) > MOST_LINES:
        refuse(form.pasted, _("At most %(max)d lines at a time, please.", max=MOST_LINES))
        is_fine = False
    if not is_fine or wrong:
        return _first_page(evening, form, people, typed, wrong), 422
    sheets = {row.number: row.prisoner_id for row in people}
    reading = read(session, pasted, numbers, request.form, sheets)
    state = state_of_list((row.prisoner_id, row.number) for row in people)
    if enter and request.form.get("state") != state:
        # Numbers of sheets mean other people now.
        refuse(form.pasted, _("The list of people has changed in the meantime. Please look at all of it again."))
    elif enter and reading.is_complete and _is_entered(evening, form, reading):
        return redirect(url_for("evenings.show", evening_id=evening.id))
    about = {each for line in reading.lines for each in line.offered} | set(reading.letters)
    names = {row.prisoner_id: row.name for row in people} | gone
    others = about - set(names)
    names |= queries.names_of(session, others) if others else {}
    if not reading.letters and not reading.lines:
        refuse(form.pasted, _("No number is typed yet. Paste a list, or fill in the table."))
        return _first_page(evening, form, people, typed, wrong), 422
    page = render_template(
        "evenings/check_tally.html",
        evening=evening,
        form=form,
        reading=reading,
        state=state,
        names=names,
        here=set(sheets.values()),
        numbers=numbers,
        most=MOST_LETTERS,
    )
    return page, (422 if enter else 200)


def _gone(here: set[UUID]) -> dict[UUID, str]:
    """Who was taken out of the evening after a number was typed for them, with their names."""
    ids = set()
    for name in request.form:
        if name.startswith("n-"):
            with suppress(ValueError):
                ids.add(UUID(name.removeprefix("n-")))
    return queries.names_of(session, ids - here) if ids - here else {}


def _numbers(people: list[UUID]) -> tuple[dict[UUID, str], dict[UUID, int], set[UUID]]:
    """What was typed into the table: as it came, as numbers, and where it is none from 1 to 500. 0 means none."""
    typed = {each: request.form.get(f"n-{each}", "").strip()[:20] for each in people}
    numbers, wrong = {}, set()
    for each, text in typed.items():
        if not text or text == "0":
            continue
        if text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MOST_LETTERS:
            numbers[each] = int(text)
        else:
            wrong.add(each)
    return typed, numbers, wrong


def _is_entered(evening: Evening, form: TallyForm, reading: Reading) -> bool:
    batch_id = id_of_entry(form.form_id.uuid(), actor().id, f"tally {evening.id}")
    try:
        is_new = actions.enter_tally(
            session, batch_id, evening, reading.letters, actor_id=actor().id, today=today(), now=clock.now()
        )
    except EveningRefused as error:
        session.rollback()
        refuse(form.pasted, REFUSALS[type(error)])
        return False
    session.commit()
    if is_new:
        sentence = ngettext("%(num)d letter is entered.", "%(num)d letters are entered.", reading.total)
        flash(sentence, f"undo:{url_for('evenings.undo_tally', batch_id=batch_id)}")
    else:
        flash(_("This is entered already; it counts once."))
    return True


@bp.post("/tallies/<uuid:batch_id>/undo")
@open_to(Audience.COORDINATORS)
def undo_tally(batch_id: UUID) -> ResponseReturnValue:
    batch = coordinators_tally_batch(batch_id)
    actions.undo_tally(session, batch, now=clock.now())
    session.commit()
    flash(_("None of it counts any more."), f"undo:{url_for('evenings.redo_tally', batch_id=batch_id)}")
    return redirect(url_for("evenings.show", evening_id=batch.evening_id))


@bp.post("/tallies/<uuid:batch_id>/redo")
@open_to(Audience.COORDINATORS)
def redo_tally(batch_id: UUID) -> ResponseReturnValue:
    batch = coordinators_tally_batch(batch_id)
    try:
        actions.redo_tally(session, batch, today=today())
    except TalliedTooEarly as error:
        session.rollback()
        flash(str(REFUSALS[type(error)]), "warning")
    else:
        session.commit()
        flash(_("All of it counts again."))
    return redirect(url_for("evenings.show", evening_id=batch.evening_id))
