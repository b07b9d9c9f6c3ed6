"""What prisoners ask for: of one person, over everybody, and everything that can become of it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.lookup import visible_need, visible_person
from tracker.needs import actions, queries
from tracker.needs.actions import NeedFacts
from tracker.needs.forms import NeedForm, NewNeedForm
from tracker.needs.rules import (
    NeedRefused,
    NeedState,
    NothingSaid,
    state_of_row,
)
from tracker.needs.words import REFUSALS
from tracker.prisoners.models import Need, NeedKind
from tracker.prisoners.rules import id_of_entry
from tracker.web.access import actor, open_to
from tracker.web.forms import refuse
from tracker.web.paging import chosen, page_of, wanted_page
from tracker.web.session import session

bp = Blueprint("needs", __name__)


def today() -> date:
    """The day by the clock of whoever is signed in."""
    return clock.today(current_user.zone)


def owner() -> UUID | None:
    """Of whose post one may learn more than the day; None: of everybody's."""
    return None if actor().is_coordinator else actor().id


def _state(row: Any) -> NeedState:
    return state_of_row(row, today())


@bp.get("/prisoners/<uuid:prisoner_id>/needs")
@open_to(Audience.VOLUNTEERS)
def of_prisoner(prisoner_id: UUID) -> ResponseReturnValue:
    person = visible_person(prisoner_id)
    rows = [(row, _state(row)) for row in queries.needs_of(session, prisoner_id)]
    is_over = (NeedState.DONE, NeedState.WITHDRAWN)
    return render_template(
        "needs/of_prisoner.html",
        person=person,
        pending=[(row, state) for row, state in rows if state not in is_over],
        over=[(row, state) for row, state in rows if state in is_over],
    )


@bp.get("/needs")
@open_to(Audience.COORDINATORS)
def index() -> ResponseReturnValue:
    kind, overdue = chosen(NeedKind, "kind"), request.args.get("show") == "overdue"
    statement = queries.open_needs(kind, overdue_before=today() if overdue else None)
    return render_template(
        "needs/index.html",
        page=page_of(session, statement, wanted_page()),
        kind=kind,
        kinds=list(NeedKind),
        overdue=overdue,
        state=_state,
    )


@bp.get("/prisoners/<uuid:prisoner_id>/needs/new")
@open_to(Audience.VOLUNTEERS)
def new(prisoner_id: UUID) -> ResponseReturnValue:
    person, (letter_id, letter_on) = visible_person(prisoner_id), _reply(prisoner_id)
    form = NewNeedForm(asked_on=letter_on or (None if letter_id else today()))
    return render_template("needs/new.html", form=form, person=person, letter_on=letter_on)


@bp.post("/prisoners/<uuid:prisoner_id>/needs/new")
@open_to(Audience.VOLUNTEERS)
def create(prisoner_id: UUID) -> ResponseReturnValue:
    person, (letter_id, letter_on) = visible_person(prisoner_id), _reply(prisoner_id)
    form = NewNeedForm()
    if form.validate() and _is_asked(form, prisoner_id, letter_id):
        return redirect(url_for("needs.of_prisoner", prisoner_id=prisoner_id))
    return render_template("needs/new.html", form=form, person=person, letter_on=letter_on), 422


def _reply(prisoner_id: UUID) -> tuple[UUID | None, date | None]:
    """The reply in the address, if it is one of that prisoner's that the signed-in person may read about."""
    try:
        letter_id = UUID(request.args.get("letter_id", ""))
    except ValueError:
        return None, None
    on = queries.reply_of(session, prisoner_id, letter_id, owner())
    return (letter_id, on) if on else (None, None)


def _is_asked(form: NewNeedForm, prisoner_id: UUID, letter_id: UUID | None) -> bool:
    need_id = id_of_entry(form.form_id.uuid(), actor().id)
    facts = _facts(form, letter_id)
    try:
        is_new = actions.ask(session, need_id, prisoner_id, facts, actor_id=actor().id, today=today(), now=clock.now())
    except NeedRefused as error:
        return refused(form.text if isinstance(error, NothingSaid) else form.asked_on, error)
    session.commit()
    flash(_("Noted.") if is_new else _("This is already noted; it counts once."))
    return True


def _facts(form: NeedForm, letter_id: UUID | None) -> NeedFacts:
    return NeedFacts(NeedKind(form.kind.data), form.text.data, form.asked_on.data, letter_id)


def refused(field: Any, error: NeedRefused) -> bool:
    """Say at a field why it cannot be like that, and let go of the database; False."""
    session.rollback()
    refuse(field, REFUSALS[type(error)])
    return False


def _entered_here(need_id: UUID) -> Need:
    """What came with a bundle is corrected there, or the next one would undo it."""
    need = visible_need(need_id)
    return need if need.entered_by_id is not None else abort(404)


@bp.get("/needs/<uuid:need_id>/edit")
@open_to(Audience.VOLUNTEERS)
def edit(need_id: UUID) -> ResponseReturnValue:
    need = _entered_here(need_id)
    form = NeedForm(kind=need.kind, text=need.text, asked_on=need.asked_on)
    return render_template("needs/edit.html", form=form, need=need)


@bp.post("/needs/<uuid:need_id>/edit")
@open_to(Audience.VOLUNTEERS)
def update(need_id: UUID) -> ResponseReturnValue:
    need, form = _entered_here(need_id), NeedForm()
    if form.validate():
        try:
            actions.correct(need, _facts(form, need.letter_id), today=today())
        except NeedRefused as error:
            refused(form.text if isinstance(error, NothingSaid) else form.asked_on, error)
        else:
            return changed(need, _("Corrected."))
    return render_template("needs/edit.html", form=form, need=need), 422


def changed(need: Need, sentence: str, undo: str | None = None) -> ResponseReturnValue:
    """Keep it, say so, with a button that takes it back if there is one, and go back to the list."""
    session.commit()
    flash(sentence, f"undo:{url_for(undo, need_id=need.id)}" if undo else "message")
    return redirect(url_for("needs.of_prisoner", prisoner_id=need.prisoner_id))
