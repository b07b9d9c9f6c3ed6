"""Terms to be kept: lists, entering, changing, handing in, calling off."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.dates import deadline_actions as actions
from tracker.dates import deadline_queries
from tracker.dates.actions import NothingToChange, NotInThisState
from tracker.dates.deadline_forms import DeadlineForm, HandInForm, NewDeadlineForm
from tracker.dates.hearing_queries import cases_of
from tracker.dates.models import Deadline, DeadlineKind
from tracker.lookup import coordinators_deadline, visible_prisoner
from tracker.prisoners.queries import zone_of_prisoner
from tracker.web.access import open_to
from tracker.web.forms import offer, refuse
from tracker.web.paging import page_of, wanted_page
from tracker.web.parts import parts
from tracker.web.session import session

bp = Blueprint("deadlines", __name__)


def _today() -> date:
    return clock.today(current_user.zone)


@bp.get("/deadlines/")
@open_to(Audience.COORDINATORS)
def index() -> ResponseReturnValue:
    is_open = request.args.get("show") != "over"
    page = page_of(session, deadline_queries.deadlines(is_open=is_open, today=_today()), wanted_page())
    return render_template(
        "deadlines/index.html", page=page, is_open=is_open, today=_today(), note_of=deadline_queries.note_of
    )


@bp.get("/prisoners/<uuid:prisoner_id>/deadlines/")
@open_to(Audience.VOLUNTEERS)
def of_prisoner(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    return render_template(
        "deadlines/of_prisoner.html",
        prisoner=prisoner,
        rows=deadline_queries.deadlines_of(session, prisoner_id, _today()),
        today=_today(),
        note_of=deadline_queries.note_of,
    )


@bp.get("/prisoners/<uuid:prisoner_id>/deadlines/new")
@open_to(Audience.COORDINATORS)
def new(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    form = NewDeadlineForm(zone=zone_of_prisoner(session, prisoner_id) or parts().settings.zone)
    _offer_cases(form, prisoner_id)
    return render_template("deadlines/new.html", form=form, prisoner=prisoner)


@bp.post("/prisoners/<uuid:prisoner_id>/deadlines/new")
@open_to(Audience.COORDINATORS)
def create(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    form = NewDeadlineForm()
    _offer_cases(form, prisoner_id)
    if not (form.validate() and _day_is_meant(form)):
        return render_template("deadlines/new.html", form=form, prisoner=prisoner), 422
    entered = actions.enter_deadline(
        session,
        _facts(form),
        prisoner_id,
        entered_by_id=current_user.id,
        form_id=form.form_id.uuid(),
        now=clock.now(),
    )
    session.commit()
    if entered is None:
        flash(_("This form was sent before; nothing new was entered."), "warning")
    else:
        flash(_("The term is entered. Coordinators are reminded of it."))
    return _of_prisoner(prisoner_id)


@bp.get("/deadlines/<uuid:deadline_id>/change")
@open_to(Audience.COORDINATORS)
def edit(deadline_id: UUID) -> ResponseReturnValue:
    deadline = coordinators_deadline(deadline_id)
    form = DeadlineForm(obj=deadline, case=deadline.case_id)
    _offer_cases(form, deadline.prisoner_id)
    return render_template("deadlines/edit.html", form=form, deadline=deadline)


@bp.post("/deadlines/<uuid:deadline_id>/change")
@open_to(Audience.COORDINATORS)
def update(deadline_id: UUID) -> ResponseReturnValue:
    deadline = coordinators_deadline(deadline_id)
    form = DeadlineForm()
    _offer_cases(form, deadline.prisoner_id)
    if form.validate() and _day_is_meant(form) and _is_changed(form, deadline):
        return _of_prisoner(deadline.prisoner_id)
    return render_template("deadlines/edit.html", form=form, deadline=deadline), 422


def _is_changed(form: DeadlineForm, deadline: Deadline) -> bool:
    try:
        matters = actions.change_deadline(deadline, _facts(form), now=clock.now())
    except NothingToChange:
        refuse(form.on, _("Nothing is different from before."))
    except NotInThisState:
        refuse(form.on, _("It was handed in or called off. Open it again first."))
    else:
        session.commit()
        flash(_("Changed. Those who were told otherwise get a notice in ten minutes.") if matters else _("Changed."))
        return True
    session.rollback()
    return False


@bp.get("/deadlines/<uuid:deadline_id>/handed-in")
@open_to(Audience.COORDINATORS)
def handed_in(deadline_id: UUID) -> ResponseReturnValue:
    deadline = coordinators_deadline(deadline_id)
    return render_template("deadlines/handed_in.html", form=HandInForm(on=_today()), deadline=deadline)


@bp.post("/deadlines/<uuid:deadline_id>/handed-in")
@open_to(Audience.COORDINATORS)
def hand_in(deadline_id: UUID) -> ResponseReturnValue:
    deadline = coordinators_deadline(deadline_id)
    form = HandInForm()
    if form.validate() and _is_handed_in(form, deadline):
        return _of_prisoner(deadline.prisoner_id)
    return render_template("deadlines/handed_in.html", form=form, deadline=deadline), 422


def _is_handed_in(form: HandInForm, deadline: Deadline) -> bool:
    on = form.on.data or abort(400)
    try:
        actions.hand_in(deadline, on=on, today=_today())
    except actions.HandedInLater:
        refuse(form.on, _("This day has not come yet."))
        return False
    except NotInThisState:
        flash(_("That was so already."), "warning")
    else:
        session.commit()
        undo = url_for("deadlines.reopen", deadline_id=deadline.id)
        flash(_("Noted. Nobody is reminded of it any more."), "undo:" + undo)
    return True


@bp.post("/deadlines/<uuid:deadline_id>/call-off")
@open_to(Audience.COORDINATORS)
def call_off(deadline_id: UUID) -> ResponseReturnValue:
    deadline = coordinators_deadline(deadline_id)
    try:
        actions.call_off_deadline(deadline, now=clock.now())
    except NotInThisState:
        flash(_("That was so already."), "warning")
    else:
        session.commit()
        undo = url_for("deadlines.reopen", deadline_id=deadline_id)
        flash(_("Called off. Whoever was told of it gets a notice in ten minutes."), "undo:" + undo)
    return _of_prisoner(deadline.prisoner_id)


@bp.post("/deadlines/<uuid:deadline_id>/reopen")
@open_to(Audience.COORDINATORS)
def reopen(deadline_id: UUID) -> ResponseReturnValue:
    deadline = coordinators_deadline(deadline_id)
    try:
        actions.reopen_deadline(deadline, now=clock.now())
    except NotInThisState:
        flash(_("That was so already."), "warning")
    else:
        session.commit()
        flash(_("It has to be kept again, and coordinators are reminded of it."))
    return _of_prisoner(deadline.prisoner_id)


def _of_prisoner(prisoner_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("deadlines.of_prisoner", prisoner_id=prisoner_id))


def _facts(form: DeadlineForm) -> actions.DeadlineFacts:
    return actions.DeadlineFacts(
        kind=DeadlineKind(form.kind.data),
        on=form.on.data or abort(400),
        at=form.at.data,
        zone=form.zone.data or abort(400),
        case_id=UUID(form.case.data) if form.case.data else None,
        note=form.note.data,
    )


def _day_is_meant(form: DeadlineForm) -> bool:
    if form.on.data is None or form.on.data >= _today() or form.past_is_meant.data:
        return True
    refuse(form.on, _("This day is over. If it is meant, tick the box at the end of the form."))
    return False


def _offer_cases(form: DeadlineForm, prisoner_id: UUID) -> None:
    cases = cases_of(session, prisoner_id)
    offer(form.case, [("", _("none, or not known")), *((row.id, row.title) for row in cases)])
