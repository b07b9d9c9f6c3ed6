"""Assignments, for coordinators: choosing somebody, giving her a part, ending it, and who had whom on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.accounts.rules import LONGEST_HANDLE, folded_handle
from tracker.assignments import actions, queries
from tracker.assignments.actions import Doing, Wish
from tracker.assignments.following import Following, following_what
from tracker.assignments.forms import AssignForm, DayForm, EndForm
from tracker.assignments.models import Assignment, EndReason, Part
from tracker.assignments.rules import (
    AlreadyAssigned,
    AlreadyEnded,
    BeginsInTheFuture,
    Doubt,
    EndsBeforeItBegan,
    EndsInTheFuture,
    InTheArchive,
    MustNotMeet,
    MustOverrule,
    SupportWithheld,
    VolunteerDisabled,
    fit,
)
from tracker.assignments.words import DOUBT_WORDS
from tracker.handover.actions import LEAVING, begin, follow, has_ended
from tracker.handover.rules import AlreadyOver, NotTheirs
from tracker.languages import codes_in
from tracker.lookup import coordinators_assignment, visible_prisoner
from tracker.prisoners.models import Prisoner
from tracker.sealing.column import open_sealed
from tracker.volunteers.languages import page_locale, shown_languages
from tracker.volunteers.rules import is_away
from tracker.web.access import open_to
from tracker.web.forms import offer, refuse
from tracker.web.paging import Page, page_of, wanted_page
from tracker.web.parts import parts
from tracker.web.session import session

bp = Blueprint("assignments", __name__)


def _today() -> date:
    return clock.today(current_user.zone)


@bp.get("/prisoners/<uuid:prisoner_id>/assignments/new")
@open_to(Audience.COORDINATORS)
def new(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    following = following_what(prisoner_id)
    if "volunteer" not in request.args:
        return _choose(prisoner)
    candidate = _wanted_candidate(prisoner_id)
    form = AssignForm(since=_today(), part=str(Part.WRITER))
    following.limit(form)
    _ask(form, actions.doubts_about(_wish(prisoner, candidate, Part.WRITER, _today()), _today()))
    return _assign_page(prisoner, candidate, form)


def _choose(prisoner: Prisoner) -> ResponseReturnValue:
    today, spoken = _today(), codes_in(prisoner.languages, page_locale())
    typed = request.args.get("q", "").replace("\0", "")[:LONGEST_HANDLE]
    rows = [
        row for row in queries.candidates(session, prisoner.id) if folded_handle(typed) in folded_handle(row.handle)
    ]
    fitting = {row.id for row in rows if spoken & set(row.languages)}
    rows.sort(
        key=lambda row: fit(
            queries.as_candidate(row),
            has_part=row.has_part,
            speaks=row.id in fitting,
            is_away=is_away(row.away_from, row.away_until, today),
            last_letter_on=row.last_letter_on,
        )
    )
    page = Page([], wanted_page(), len(rows))
    number = min(page.number, page.count)
    page = Page(rows[(number - 1) * page.size : number * page.size], number, len(rows))
    return render_template(
        "assignments/choose.html",
        prisoner=prisoner,
        page=page,
        fitting=fitting,
        typed=typed,
        today=today,
        languages=shown_languages,
        following=following_what(prisoner.id),
    )


def _wanted_candidate(prisoner_id: UUID) -> Any:
    try:
        wanted = UUID(request.args.get("volunteer", ""))
    except ValueError:
        abort(404)
    rows = queries.candidates(session, prisoner_id, only=wanted)
    return rows[0] if rows else abort(404)


def _wish(prisoner: Prisoner, row: Any, part: Part, since: date, overruled: tuple[Doubt, ...] = ()) -> Wish:
    return Wish(prisoner, row.id, queries.as_candidate(row), part, since, overruled)


def _ask(form: AssignForm, doubts: tuple[Doubt, ...]) -> None:
    offer(form.sure, [(doubt, DOUBT_WORDS[doubt]) for doubt in doubts])


def _assign_page(prisoner: Prisoner, candidate: Any, form: AssignForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "assignments/new.html",
        prisoner=prisoner,
        candidate=candidate,
        form=form,
        today=_today(),
        languages=shown_languages,
    )
    return page, status


@bp.post("/prisoners/<uuid:prisoner_id>/assignments/new")
@open_to(Audience.COORDINATORS)
def create(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    candidate = _wanted_candidate(prisoner_id)
    form, following = AssignForm(), following_what(prisoner_id)
    following.limit(form)
    if form.validate() and _assigned(form, prisoner, candidate, following):
        flash(_("Assigned. She sees it from now on, and a mail tells her."))
        return redirect(following.leads_to(prisoner_id))
    return _assign_page(prisoner, candidate, form, 422)


_REFUSALS: Mapping[type[Exception], tuple[str, Any]] = {
    AlreadyAssigned: ("part", _l("She has this part for this person already.")),
    AlreadyEnded: (
        "part",
        _l("This form was sent before, and that assignment is over since. To assign her again, choose her anew."),
    ),
    BeginsInTheFuture: ("since", _l("This day has not come yet; she would see everything from now on.")),
    VolunteerDisabled: ("part", _l("Her account is closed. Choose somebody else.")),
    AlreadyOver: (
        "part",
        _l("This hand-over is finished already. To assign her without it, start from the person’s page."),
    ),
    NotTheirs: ("part", _l("She hands this correspondence over herself. Choose somebody else.")),
    InTheArchive: ("part", _l("This person is in the archive. Take the page out of it first.")),
    SupportWithheld: ("part", _l("The collective does not support this person, so nobody can be assigned.")),
    MustNotMeet: (
        "part",
        _l("She has somebody on the other side of a testimony in the same case. They must never meet through us."),
    ),
}
"""At which field each refusal of the rules is shown, and how it is said."""


def _assigned(form: AssignForm, prisoner: Prisoner, candidate: Any, following: Following) -> bool:
    overruled = tuple(doubt for doubt in Doubt if doubt in (form.sure.data or ()))
    wish = _wish(prisoner, candidate, Part(form.part.data), form.since.data or _today(), overruled)
    wish = replace(wish, stands_in_for_id=following.stands_in_for_id)
    now = clock.now()
    doing = Doing(current_user.id, now, _today(), form.form_id.uuid(), parts().settings.zone)
    try:
        assignment = actions.assign(session, wish, doing)
        if following.handover is not None:
            follow(session, following.handover, assignment, today=doing.today, now=now)
        session.commit()
        return True
    except MustOverrule as doubtful:
        _ask(form, doubtful.doubts)
        refuse(form.sure, _("Tick the box if you want it all the same."))
    except tuple(_REFUSALS) as refusal:
        name, sentence = _REFUSALS[type(refusal)]
        refuse(form[name], sentence)
    session.rollback()
    return False


@bp.get("/assignments/<uuid:assignment_id>/end")
@open_to(Audience.COORDINATORS)
def ask_to_end(assignment_id: UUID) -> ResponseReturnValue:
    return _end_page(coordinators_assignment(assignment_id), EndForm(last_day=_today()))


@bp.post("/assignments/<uuid:assignment_id>/end")
@open_to(Audience.COORDINATORS)
def end(assignment_id: UUID) -> ResponseReturnValue:
    assignment = coordinators_assignment(assignment_id)
    form = EndForm()
    if not form.validate() or not _ended(form, assignment):
        return _end_page(assignment, form, 422)
    flash(_("The assignment is over. She no longer sees this person; what was written stays."))
    if _is_handed_over(assignment):
        return redirect(url_for("handover.show", thread_id=assignment_id))
    return redirect(url_for("prisoners.show", prisoner_id=assignment.prisoner_id))


def _is_handed_over(assignment: Assignment) -> bool:
    """Somebody else should go on writing. Who only stood in gives back what she had."""
    return assignment.part is Part.WRITER and assignment.stands_in_for_id is None and assignment.end_reason in LEAVING


def _ended(form: EndForm, assignment: Assignment) -> bool:
    try:
        actions.end_assignment(
            session,
            assignment,
            reason=EndReason(form.reason.data),
            note=form.note.data,
            last_day=form.last_day.data or _today(),
            actor_id=current_user.id,
            today=_today(),
            now=clock.now(),
        )
        if _is_handed_over(assignment):
            begin(session, assignment, EndReason(form.reason.data), today=_today(), now=clock.now())
        has_ended(session, assignment, now=clock.now())
        session.commit()
        return True
    except AlreadyEnded:
        refuse(form.reason, _("Somebody has ended this assignment already."))
    except EndsInTheFuture:
        refuse(form.last_day, _("This day has not come yet. The assignment ends at once."))
    except EndsBeforeItBegan:
        refuse(form.last_day, _("This day lies before the assignment began."))
    session.rollback()
    return False


def _end_page(assignment: Assignment, form: EndForm, status: int = 200) -> ResponseReturnValue:
    return render_template(
        "assignments/end.html",
        assignment=assignment,
        people=queries.people_in(session, assignment.id),
        may_hand_over=assignment.part is Part.WRITER and assignment.until is None,
        form=form,
    ), status


@bp.get("/prisoners/<uuid:prisoner_id>/assignments")
@open_to(Audience.COORDINATORS)
def history(prisoner_id: UUID) -> ResponseReturnValue:
    page = page_of(session, queries.history(prisoner_id), wanted_page())
    notes = {
        row.id: open_sealed(row.end_note_sealed, Assignment.__tablename__, "end_note_sealed", row.id)
        for row in page.rows
    }
    return render_template("assignments/history.html", prisoner=visible_prisoner(prisoner_id), page=page, notes=notes)


@bp.get("/assignments/on")
@open_to(Audience.COORDINATORS)
def on_day() -> ResponseReturnValue:
    today = _today()
    form = DayForm(request.args if "day" in request.args else None, day=today, meta={"csrf": False})
    asked = "day" in request.args
    if asked and form.validate() and form.day.data and form.day.data > today:
        refuse(form.day, _("This day has not come yet."))
    day = None if form.errors else form.day.data
    page = page_of(session, queries.on_day(day), wanted_page()) if day else None
    return render_template("assignments/on_day.html", form=form, day=day, page=page), 422 if form.errors else 200
