"""Chances to send somebody a parcel: the list, entering one, ending it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.dates import window_actions as actions
from tracker.dates.window_forms import Comes, WindowForm
from tracker.dates.window_queries import chances_of
from tracker.lookup import visible_parcel_window, visible_prisoner
from tracker.web.access import open_to
from tracker.web.forms import FIRST_YEAR, LAST_YEAR, refuse
from tracker.web.session import session

bp = Blueprint("windows", __name__)


@bp.get("/prisoners/<uuid:prisoner_id>/windows/")
@open_to(Audience.VOLUNTEERS)
def of_prisoner(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    chances = chances_of(session, prisoner_id, clock.today(current_user.zone))
    return render_template("windows/of_prisoner.html", prisoner=prisoner, chances=chances)


@bp.get("/prisoners/<uuid:prisoner_id>/windows/new")
@open_to(Audience.VOLUNTEERS)
def new(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    form = WindowForm(counted_from=_asked_from(), every_months=_asked_months())
    return render_template("windows/new.html", form=form, prisoner=prisoner)


@bp.post("/prisoners/<uuid:prisoner_id>/windows/new")
@open_to(Audience.VOLUNTEERS)
def create(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    form = WindowForm()
    if form.validate() and _is_complete(form):
        entered = actions.enter_window(
            session,
            prisoner_id,
            counted_from=form.counted_from.data or abort(400),
            every_months=form.every_months.data if form.comes.data == Comes.MONTHS else None,
            entered_by_id=current_user.id,
            form_id=form.form_id.uuid(),
            now=clock.now(),
        )
        session.commit()
        if entered:
            flash(_("Noted. Whoever writes or sends parcels is reminded of it."))
        else:
            flash(_("This form was sent before; nothing new was entered."), "warning")
        return _of_prisoner(prisoner_id)
    return render_template("windows/new.html", form=form, prisoner=prisoner), 422


def _is_complete(form: WindowForm) -> bool:
    if form.comes.data == Comes.MONTHS and form.every_months.data is None:
        refuse(form.every_months, _("Type after how many months."))
        return False
    return True


@bp.post("/windows/<uuid:window_id>/end")
@open_to(Audience.VOLUNTEERS)
def end(window_id: UUID) -> ResponseReturnValue:
    window = visible_parcel_window(window_id)
    actions.end_window(window, now=clock.now())
    session.commit()
    flash(_("Nobody is reminded of it any more."), "undo:" + url_for("windows.resume", window_id=window_id))
    return _of_prisoner(window.prisoner_id)


@bp.post("/windows/<uuid:window_id>/resume")
@open_to(Audience.VOLUNTEERS)
def resume(window_id: UUID) -> ResponseReturnValue:
    window = visible_parcel_window(window_id)
    actions.resume_window(window, now=clock.now())
    session.commit()
    flash(_("It goes on."))
    return _of_prisoner(window.prisoner_id)


def _of_prisoner(prisoner_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("windows.of_prisoner", prisoner_id=prisoner_id))


def _asked_from() -> date:
    """The day that the page with the link knew, or today."""
    try:
        asked = date.fromisoformat(request.args.get("from", ""))
    except ValueError:
        return clock.today(current_user.zone)
    return asked if FIRST_YEAR <= asked.year <= LAST_YEAR else clock.today(current_user.zone)


def _asked_months() -> int | None:
    text = request.args.get("months", "")
    months = int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0
    return months if 1 <= months <= actions.MOST_MONTHS else None
