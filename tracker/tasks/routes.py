"""What there is to do: one's own tasks, those of everybody, and closing them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.lookup import closable_task
from tracker.prisoners.addressed import envelope_of
from tracker.prisoners.transfer_queries import at_risk_of_writer
from tracker.tasks import actions, queries
from tracker.tasks.links import closing
from tracker.tasks.models import Task, TaskKind
from tracker.tasks.queries import Wanted
from tracker.tasks.words import WHY_WORDS
from tracker.transit.config import priors_in_use
from tracker.web.access import actor, open_to
from tracker.web.pages import Addresses
from tracker.web.paging import chosen, page_of, typed, wanted_page
from tracker.web.session import session

bp = Blueprint("tasks", __name__, url_prefix="/tasks")

OWN_ROWS = 20
"""Each with an address to copy."""


@bp.get("/")
@open_to(Audience.VOLUNTEERS)
def index() -> ResponseReturnValue:
    today = clock.today(current_user.zone)
    number = wanted_page()
    found = session.execute(queries.own_tasks(actor()).limit(OWN_ROWS + 1).offset((number - 1) * OWN_ROWS)).all()
    rows = found[:OWN_ROWS]
    return render_template(
        "tasks/index.html",
        rows=rows,
        number=number,
        has_more=len(found) > OWN_ROWS,
        envelopes={row.id: envelope_of(row, today) for row in rows if row.kind is TaskKind.WRITE_AGAIN},
        why=WHY_WORDS,
        links=closing(),
        at_risk=at_risk_of_writer(session, actor(), today, priors_in_use()),
    )


@bp.get("/all")
@open_to(Audience.COORDINATORS)
def everybodys() -> ResponseReturnValue:
    wanted = Wanted(chosen(TaskKind, "kind"), typed("q"), closed=request.args.get("show") == "closed")
    page = page_of(session, queries.all_tasks(wanted), wanted_page())
    links = {**closing(), "prisoner": Addresses("prisoners.show", "prisoner_id")}
    return render_template("tasks/everybodys.html", page=page, wanted=wanted, kinds=list(TaskKind), links=links)


@bp.post("/<uuid:task_id>/done")
@open_to(Audience.VOLUNTEERS)
def done(task_id: UUID) -> ResponseReturnValue:
    return _close(closable_task(task_id), is_done=True)


@bp.post("/<uuid:task_id>/drop")
@open_to(Audience.VOLUNTEERS)
def drop(task_id: UUID) -> ResponseReturnValue:
    return _close(closable_task(task_id), is_done=False)


@bp.post("/<uuid:task_id>/reopen")
@open_to(Audience.VOLUNTEERS)
def reopen(task_id: UUID) -> ResponseReturnValue:
    task = closable_task(task_id)
    actions.reopen_task(session, task.id)
    session.commit()
    flash(_("It is to be done again."))
    return redirect(_way_back(task))


def _close(task: Task, *, is_done: bool) -> ResponseReturnValue:
    if actions.close_task(session, task.id, is_done=is_done, actor_id=actor().id, now=clock.now()):
        session.commit()
        undo = url_for("tasks.reopen", task_id=task.id, back=request.values.get("back"))
        flash(_("Done.") if is_done else _("Dropped."), f"undo:{undo}")
    else:
        session.rollback()
        flash(_("It was closed already."), "warning")
    return redirect(_way_back(task))


def _way_back(task: Task) -> str:
    """The page from which a task was closed."""
    back = request.values.get("back")
    if back == "transfer" and actor().is_coordinator:
        return url_for("prisoners.transfer", prisoner_id=task.prisoner_id)
    if back == "all" and actor().is_coordinator:
        return url_for("tasks.everybodys")
    return url_for("home.index" if back == "home" else "tasks.index")
