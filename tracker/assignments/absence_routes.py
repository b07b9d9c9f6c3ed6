"""Absences, for coordinators: who is away, whom she writes to, who stands in, and who no longer has to."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.assignments import absence_queries, actions
from tracker.assignments.models import Assignment
from tracker.assignments.rules import AlreadyEnded, EndsBeforeItBegan, NoStandIn
from tracker.lookup import coordinators_assignment
from tracker.web.access import actor, open_to
from tracker.web.paging import page_of, wanted_page
from tracker.web.session import session

bp = Blueprint("absences", __name__, url_prefix="/absences")


@bp.get("/")
@open_to(Audience.COORDINATORS)
def index() -> ResponseReturnValue:
    today = clock.today(current_user.zone)
    return render_template(
        "absences/index.html",
        page=page_of(session, absence_queries.absences(today), wanted_page()),
        back=absence_queries.stand_ins_no_longer_needed(session, today),
        today=today,
    )


@bp.post("/stand-ins/<uuid:assignment_id>/over")
@open_to(Audience.COORDINATORS)
def over(assignment_id: UUID) -> ResponseReturnValue:
    today, now = clock.today(current_user.zone), clock.now()
    return _changed(
        assignment_id,
        lambda stand_in: actions.end_stand_in(session, stand_in, actor_id=actor().id, today=today, now=now),
        _("The stand-in is over. What she wrote stays, and the other one goes on."),
    )


@bp.post("/stand-ins/<uuid:assignment_id>/stays")
@open_to(Audience.COORDINATORS)
def stays(assignment_id: UUID) -> ResponseReturnValue:
    return _changed(
        assignment_id,
        lambda stand_in: actions.keep_stand_in(session, stand_in),
        _("She writes for good from now on."),
    )


def _changed(assignment_id: UUID, change: Callable[[Assignment], None], said: str) -> ResponseReturnValue:
    stand_in = coordinators_assignment(assignment_id)
    try:
        change(stand_in)
    except (NoStandIn, AlreadyEnded, EndsBeforeItBegan):
        session.rollback()
        flash(_("She stands in for nobody any more."), "warning")
    else:
        session.commit()
        flash(said)
    return redirect(url_for("absences.index"))
