"""When mails go out: the ladders of the collective, for one prisoner, for one volunteer. For coordinators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock, lookup
from tracker.access import Audience
from tracker.reminders.desk import ladders_in_use
from tracker.reminders.ladder_actions import Decided, reset_ladders, set_ladders
from tracker.reminders.ladder_forms import LadderForm, ladder_form
from tracker.reminders.ladder_queries import Shown, Whose, shown_ladders
from tracker.reminders.recheck import latest_rechecks
from tracker.reminders.rules import MailTopic
from tracker.reminders.rungs import in_words
from tracker.web.access import open_to
from tracker.web.paging import page_of, wanted_page
from tracker.web.session import session

bp = Blueprint("ladders", __name__)


@dataclass(frozen=True)
class _Place:
    """Whose ladders these pages are about, and where they are."""

    whose: Whose
    name: str | None
    ids: dict[str, Any]
    views: str
    """The beginning of the names of its views: ``""``, ``prisoners_`` or ``volunteers_``."""

    def url(self, view: str, **more: Any) -> str:
        return url_for(f"ladders.{self.views}{view}", **self.ids, **more)


def _collective() -> _Place:
    return _Place(Whose(), None, {}, "")


def _prisoner(prisoner_id: UUID) -> _Place:
    name = lookup.visible_prisoner(prisoner_id).name
    return _Place(Whose(prisoner_id=prisoner_id), name, {"prisoner_id": prisoner_id}, "prisoners_")


def _volunteer(volunteer_id: UUID) -> _Place:
    handle = lookup.volunteer_of_collective(volunteer_id).handle
    return _Place(Whose(volunteer_id=volunteer_id), handle, {"volunteer_id": volunteer_id}, "volunteers_")


def _topic(text: str) -> MailTopic:
    if text not in set(MailTopic):
        abort(404)
    return MailTopic(text)


def _index(place: _Place) -> str:
    ladders = shown_ladders(session, ladders_in_use(), place.whose, MailTopic)
    return render_template("ladders/index.html", place=place, ladders=ladders, in_words=in_words)


def _shown(place: _Place, text: str) -> Shown:
    [shown] = shown_ladders(session, ladders_in_use(), place.whose, [_topic(text)])
    return shown


def _edit(place: _Place, shown: Shown, form: LadderForm, preview: dict[Any, str] | None = None) -> str:
    return render_template("ladders/edit.html", place=place, shown=shown, form=form, preview=preview, in_words=in_words)


def _update(place: _Place, text: str) -> ResponseReturnValue:
    shown = _shown(place, text)
    form = ladder_form(shown)
    if not form.validate_on_submit():
        return _edit(place, shown, form), 422
    rules = form.rules()
    if "preview" in request.form:
        return _edit(place, shown, form, {role: in_words(each) for role, each in rules.items()})
    set_ladders(session, place.whose, shown.topic, rules, shown.below, Decided(current_user.id, clock.now()))
    session.commit()
    flash(_("Saved. From the next minute on mails go out by it."))
    return redirect(place.url("index"))


def _reset(place: _Place, text: str) -> ResponseReturnValue:
    reset_ladders(session, place.whose, _topic(text))
    session.commit()
    flash(_("Everything is as it would be without a change here."))
    return redirect(place.url("index"))


@bp.get("/ladders")
@open_to(Audience.COORDINATORS)
def index() -> ResponseReturnValue:
    """When mails go out in this collective."""
    return _index(_collective())


@bp.get("/ladders/<topic>")
@open_to(Audience.COORDINATORS)
def edit(topic: str) -> ResponseReturnValue:
    place = _collective()
    return _edit(place, shown := _shown(place, topic), ladder_form(shown))


@bp.post("/ladders/<topic>")
@open_to(Audience.COORDINATORS)
def update(topic: str) -> ResponseReturnValue:
    return _update(_collective(), topic)


@bp.post("/ladders/<topic>/reset")
@open_to(Audience.COORDINATORS)
def reset(topic: str) -> ResponseReturnValue:
    return _reset(_collective(), topic)


@bp.get("/prisoners/<uuid:prisoner_id>/ladders")
@open_to(Audience.COORDINATORS)
def prisoners_index(prisoner_id: UUID) -> ResponseReturnValue:
    """When mails about one prisoner go out."""
    return _index(_prisoner(prisoner_id))


@bp.get("/prisoners/<uuid:prisoner_id>/ladders/<topic>")
@open_to(Audience.COORDINATORS)
def prisoners_edit(prisoner_id: UUID, topic: str) -> ResponseReturnValue:
    place = _prisoner(prisoner_id)
    return _edit(place, shown := _shown(place, topic), ladder_form(shown))


@bp.post("/prisoners/<uuid:prisoner_id>/ladders/<topic>")
@open_to(Audience.COORDINATORS)
def prisoners_update(prisoner_id: UUID, topic: str) -> ResponseReturnValue:
    return _update(_prisoner(prisoner_id), topic)


@bp.post("/prisoners/<uuid:prisoner_id>/ladders/<topic>/reset")
@open_to(Audience.COORDINATORS)
def prisoners_reset(prisoner_id: UUID, topic: str) -> ResponseReturnValue:
    return _reset(_prisoner(prisoner_id), topic)


@bp.get("/volunteers/<uuid:volunteer_id>/ladders")
@open_to(Audience.COORDINATORS)
def volunteers_index(volunteer_id: UUID) -> ResponseReturnValue:
    """When mails to one volunteer go out."""
    return _index(_volunteer(volunteer_id))


@bp.get("/volunteers/<uuid:volunteer_id>/ladders/<topic>")
@open_to(Audience.COORDINATORS)
def volunteers_edit(volunteer_id: UUID, topic: str) -> ResponseReturnValue:
    place = _volunteer(volunteer_id)
    return _edit(place, shown := _shown(place, topic), ladder_form(shown))


@bp.post("/volunteers/<uuid:volunteer_id>/ladders/<topic>")
@open_to(Audience.COORDINATORS)
def volunteers_update(volunteer_id: UUID, topic: str) -> ResponseReturnValue:
    return _update(_volunteer(volunteer_id), topic)


@bp.post("/volunteers/<uuid:volunteer_id>/ladders/<topic>/reset")
@open_to(Audience.COORDINATORS)
def volunteers_reset(volunteer_id: UUID, topic: str) -> ResponseReturnValue:
    return _reset(_volunteer(volunteer_id), topic)


@bp.get("/reminders/checks")
@open_to(Audience.COORDINATORS)
def checks() -> ResponseReturnValue:
    """What the nightly looks at everything found."""
    return render_template("ladders/checks.html", page=page_of(session, latest_rechecks(), wanted_page()))
