"""Handing a correspondence over: notes for the next writer, a farewell, somebody who goes on, the end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.assignments.models import Assignment, EndReason
from tracker.assignments.rules import AlreadyEnded, EndsBeforeItBegan
from tracker.handover import actions, queries
from tracker.handover import words as words
from tracker.handover.actions import Notes
from tracker.handover.forms import BeginForm, NotesForm
from tracker.handover.rules import AlreadyOver, steps_left
from tracker.lookup import coordinators_handover, coordinators_thread, visible_prisoner, visible_thread
from tracker.web.access import actor, open_to
from tracker.web.paging import page_of, wanted_page
from tracker.web.session import session

bp = Blueprint("handover", __name__)


@bp.get("/prisoners/<uuid:prisoner_id>/handover")
@open_to(Audience.VOLUNTEERS)
def of_prisoner(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    return render_template(
        "handover/of_prisoner.html",
        prisoner=prisoner,
        handovers=queries.handovers_of(session, actor(), prisoner_id),
        writers=queries.writers_of(session, actor(), prisoner_id),
    )


@bp.get("/threads/<uuid:thread_id>/handover/notes")
@open_to(Audience.VOLUNTEERS)
def notes(thread_id: UUID) -> ResponseReturnValue:
    assignment = visible_thread(thread_id)
    row = queries.handover_page(session, thread_id)
    return _notes_page(row, NotesForm(data=_typed_before(assignment, row)))


def _typed_before(assignment: Assignment, row: Any) -> dict[str, Any]:
    if row.written_at is not None:
        return {**queries.opened(row), "rhythm_days": row.rhythm_days}
    known = queries.known_before(session, assignment)
    return {**known, "signed": assignment.pen_name, "rhythm_days": assignment.rhythm_days}


@bp.post("/threads/<uuid:thread_id>/handover/notes")
@open_to(Audience.VOLUNTEERS)
def keep_notes(thread_id: UUID) -> ResponseReturnValue:
    assignment = visible_thread(thread_id)
    form = NotesForm()
    if not form.validate():
        return _notes_page(queries.handover_page(session, thread_id), form, 422)
    typed = Notes(
        interests=form.interests.data,
        promises=form.promises.data,
        questions=form.questions.data,
        signed=form.signed.data,
        rhythm_days=form.rhythm_days.data,
    )
    actions.write_notes(session, assignment, typed, actor_id=actor().id, now=clock.now())
    session.commit()
    flash(_("Kept for whoever writes next. Nobody else reads it but the coordinators."))
    if current_user.is_coordinator:
        return redirect(url_for("handover.show", thread_id=thread_id))
    return redirect(url_for("handover.of_prisoner", prisoner_id=assignment.prisoner_id))


def _notes_page(row: Any, form: NotesForm, status: int = 200) -> ResponseReturnValue:
    return render_template("handover/notes.html", row=row, form=form), status


@bp.get("/threads/<uuid:thread_id>/handover")
@open_to(Audience.COORDINATORS)
def show(thread_id: UUID) -> ResponseReturnValue:
    coordinators_thread(thread_id)
    return _show(thread_id, BeginForm())


def _show(thread_id: UUID, form: BeginForm, status: int = 200) -> ResponseReturnValue:
    row = queries.handover_page(session, thread_id)
    left = steps_left(
        is_closed=row.closed_at is not None,
        said_farewell=bool(row.said_farewell),
        has_follower=row.to_handle is not None,
        has_ended=row.ended_on is not None,
    )
    return render_template(
        "handover/show.html",
        row=row,
        notes=queries.opened(row) if row.id else {},
        form=form,
        left=left,
        zone=current_user.zone,
    ), status


@bp.post("/threads/<uuid:thread_id>/handover")
@open_to(Audience.COORDINATORS)
def begin(thread_id: UUID) -> ResponseReturnValue:
    assignment = coordinators_thread(thread_id)
    form = BeginForm()
    if not form.validate():
        return _show(thread_id, form, 422)
    now, today = clock.now(), clock.today(current_user.zone)
    try:
        actions.begin(session, assignment, EndReason(form.reason.data), today=today, now=now)
    except AlreadyOver:
        session.rollback()
        flash(_("This hand-over is finished already."), "warning")
    else:
        session.commit()
        flash(_("Begun. She is asked to say farewell, and keeps her access until you end her part."))
    return redirect(url_for("handover.show", thread_id=thread_id))


@bp.post("/handovers/<uuid:handover_id>/call-off")
@open_to(Audience.COORDINATORS)
def call_off(handover_id: UUID) -> ResponseReturnValue:
    handover = coordinators_handover(handover_id)
    try:
        actions.call_off(session, handover, now=clock.now())
    except AlreadyOver:
        session.rollback()
        flash(_("Somebody goes on already, so this hand-over can no longer be called off."), "warning")
    else:
        session.commit()
        flash(_("Called off: she goes on. Her notes are kept for another time."))
    return redirect(url_for("handover.show", thread_id=handover.from_assignment_id))


@bp.post("/handovers/<uuid:handover_id>/end-part")
@open_to(Audience.COORDINATORS)
def end_part(handover_id: UUID) -> ResponseReturnValue:
    handover = coordinators_handover(handover_id)
    try:
        actions.end_part(session, handover, actor_id=actor().id, today=clock.today(current_user.zone), now=clock.now())
    except (AlreadyEnded, EndsBeforeItBegan):
        session.rollback()
        flash(_("Her part is over already."), "warning")
    else:
        session.commit()
        flash(_("Her part is over. She no longer sees this person; what was written stays."))
    return redirect(url_for("handover.show", thread_id=handover.from_assignment_id))


@bp.post("/handovers/<uuid:handover_id>/close")
@open_to(Audience.COORDINATORS)
def close(handover_id: UUID) -> ResponseReturnValue:
    handover = coordinators_handover(handover_id)
    actions.close(session, handover, now=clock.now())
    session.commit()
    flash(_("Nobody is looked for any more."), "undo:" + url_for("handover.reopen", handover_id=handover_id))
    return redirect(url_for("handover.show", thread_id=handover.from_assignment_id))


@bp.post("/handovers/<uuid:handover_id>/reopen")
@open_to(Audience.COORDINATORS)
def reopen(handover_id: UUID) -> ResponseReturnValue:
    handover = coordinators_handover(handover_id)
    actions.reopen(session, handover)
    session.commit()
    flash(_("Somebody is looked for again."))
    return redirect(url_for("handover.show", thread_id=handover.from_assignment_id))


@bp.get("/handovers/")
@open_to(Audience.COORDINATORS)
def index() -> ResponseReturnValue:
    without = request.args.get("show") == "without"
    page = page_of(session, queries.open_handovers(without_follower=without), wanted_page())
    return render_template("handover/index.html", page=page, without=without, zone=current_user.zone)
