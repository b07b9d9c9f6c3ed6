"""Saying whether one will be at a hearing, or noting it for somebody who said so by other means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import Audience
from tracker.dates import attendance_actions as actions
from tracker.dates import attendance_queries
from tracker.dates.blueprint import bp
from tracker.dates.models import Answer, Hearing
from tracker.lookup import visible_hearing
from tracker.web.access import actor, open_to
from tracker.web.session import session

_BACK = "back"
"""The answer that takes an answer back."""
_SAID = {
    Answer.YES: lambda: _("You will be there. If the hearing is moved, you are asked anew."),
    Answer.NO: lambda: _("Noted: you cannot come."),
}
_NOTED = {
    Answer.YES: lambda: _("Noted: will be there."),
    Answer.NO: lambda: _("Noted: cannot come."),
}


@bp.post("/hearings/<uuid:hearing_id>/attendance")
@open_to(Audience.VOLUNTEERS)
def answer(hearing_id: UUID) -> ResponseReturnValue:
    hearing = visible_hearing(hearing_id)
    text = request.form.get("answer", "")
    _answered(hearing, actions.Attendee(volunteer_id=actor().id), text, _SAID)
    if request.form.get("back") == "list":
        return redirect(url_for("hearings.index"))
    if request.form.get("back") == "home":
        return redirect(url_for("home.index"))
    return _hearing(hearing_id)


@bp.post("/hearings/<uuid:hearing_id>/attendance/of-somebody")
@open_to(Audience.COORDINATORS)
def answer_for(hearing_id: UUID) -> ResponseReturnValue:
    hearing = visible_hearing(hearing_id)
    chosen = request.form.get("volunteer", "")
    known = {str(row.id): row.id for row in attendance_queries.who_may_have_said(session, hearing)}
    if chosen not in known:
        flash(_("Choose who said so."), "warning")
    else:
        who = actions.Attendee(volunteer_id=known[chosen])
        _answered(hearing, who, request.form.get("answer", ""), _NOTED)
    return _hearing(hearing_id)


def _answered(hearing: Hearing, who: actions.Attendee, text: str, words: Mapping[Answer, Callable[[], str]]) -> None:
    if text == _BACK:
        actions.take_back_attendance(session, hearing, who)
        session.commit()
        flash(_("Taken back, as if nothing had been said."))
        return
    if text not in set(Answer):
        flash(_("Say whether somebody will be there or not."), "warning")
        return
    try:
        actions.answer_attendance(session, hearing, who, Answer(text), clock.now())
    except actions.NobodyToAttend:
        flash(_("This hearing is called off or over; there is nothing to come to."), "warning")
    else:
        session.commit()
        flash(words[Answer(text)]())


def _hearing(hearing_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("hearings.show", hearing_id=hearing_id) + "#attendance")
