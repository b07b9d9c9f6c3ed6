"""What becomes of a need: promised, done, not needed any more; and each of these taken back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import Audience
from tracker.letters.entering import day_in
from tracker.letters.queries import writers
from tracker.lookup import visible_need
from tracker.needs import actions, queries
from tracker.needs.forms import DoneForm, PromiseForm
from tracker.needs.routes import bp, changed, owner, refused, today
from tracker.needs.rules import NeedRefused, PromisedForThePast, PromisedTooFarAhead
from tracker.needs.words import REFUSALS
from tracker.prisoners.models import Need
from tracker.web.access import actor, open_to
from tracker.web.filters import day
from tracker.web.forms import offer
from tracker.web.session import session


@bp.get("/needs/<uuid:need_id>/promise")
@open_to(Audience.VOLUNTEERS)
def promise(need_id: UUID) -> ResponseReturnValue:
    need = visible_need(need_id)
    form = PromiseForm(by=need.promised_by_id or actor().id, until=need.promised_until)
    _offer_promisers(form, need)
    return render_template("needs/promise.html", form=form, need=need)


@bp.post("/needs/<uuid:need_id>/promise")
@open_to(Audience.VOLUNTEERS)
def keep_promise(need_id: UUID) -> ResponseReturnValue:
    need, form = visible_need(need_id), PromiseForm()
    _offer_promisers(form, need)
    was_promised = need.promised_by_id is not None
    if form.validate():
        by_id = UUID(form.by.data) if "by" in form else actor().id
        try:
            actions.promise(session, need, by_id, form.until.data, actor=actor(), today=today())
        except NeedRefused as error:
            is_about_day = isinstance(error, PromisedForThePast | PromisedTooFarAhead)
            refused(form.until if is_about_day or "by" not in form else form.by, error)
        else:
            return changed(need, _("Promised."), None if was_promised else "needs.take_back_promise")
    return render_template("needs/promise.html", form=form, need=need), 422


def _offer_promisers(form: PromiseForm, need: Need) -> None:
    """Coordinators may enter the promise of anybody who has a part here; others promise for themselves."""
    if not actor().is_coordinator:
        del form.by
        return
    people = {actor().id: _("yourself")}
    for writer in writers(session, need.prisoner_id):
        if writer.is_running or writer.id == need.promised_by_id:
            people.setdefault(writer.id, writer.handle)
    offer(form.by, [*people.items()])


@bp.post("/needs/<uuid:need_id>/promise/back")
@open_to(Audience.VOLUNTEERS)
def take_back_promise(need_id: UUID) -> ResponseReturnValue:
    need = visible_need(need_id)
    return _do(need, lambda: actions.take_back_promise(session, need, actor=actor()), _("Nobody promises it any more."))


def _do(need: Need, change: Callable[[], None], sentence: str, undo: str | None = None) -> ResponseReturnValue:
    """What needs no form; a refusal is said above the list."""
    try:
        change()
    except NeedRefused as error:
        session.rollback()
        flash(str(REFUSALS[type(error)]), "warning")
        return redirect(url_for("needs.of_prisoner", prisoner_id=need.prisoner_id))
    return changed(need, sentence, undo)


@bp.get("/needs/<uuid:need_id>/done")
@open_to(Audience.VOLUNTEERS)
def done(need_id: UUID) -> ResponseReturnValue:
    need = visible_need(need_id)
    form = DoneForm(done_on=need.done_on or today(), parcel=need.parcel_id)
    _offer_parcels(form, need)
    return render_template("needs/done.html", form=form, need=need)


@bp.post("/needs/<uuid:need_id>/done")
@open_to(Audience.VOLUNTEERS)
def mark_done(need_id: UUID) -> ResponseReturnValue:
    need, form = visible_need(need_id), DoneForm()
    _offer_parcels(form, need)
    if form.validate():
        parcel_id = UUID(form.parcel.data) if "parcel" in form and form.parcel.data else None
        try:
            actions.mark_done(
                session, need, on=day_in(form.done_on), parcel_id=parcel_id, actor_id=actor().id, today=today()
            )
        except NeedRefused as error:
            refused(form.done_on, error)
        else:
            return changed(need, _("Done."), "needs.reopen")
    return render_template("needs/done.html", form=form, need=need), 422


def _offer_parcels(form: DoneForm, need: Need) -> None:
    parcels = queries.parcels_to_choose(session, need.prisoner_id, owner())
    if not parcels:
        del form.parcel
        return
    words = [
        (row.id, _("posted on %(day)s by %(handle)s", day=day(row.posted_on), handle=row.handle)) for row in parcels
    ]
    offer(form.parcel, [("", _("in none, or in another one")), *words])


@bp.post("/needs/<uuid:need_id>/reopen")
@open_to(Audience.VOLUNTEERS)
def reopen(need_id: UUID) -> ResponseReturnValue:
    need = visible_need(need_id)
    return _do(need, lambda: actions.reopen(need), _("It is open again."))


@bp.post("/needs/<uuid:need_id>/withdraw")
@open_to(Audience.VOLUNTEERS)
def withdraw(need_id: UUID) -> ResponseReturnValue:
    need = visible_need(need_id)
    return _do(
        need,
        lambda: actions.withdraw(session, need, now=clock.now()),
        _("Marked as not needed any more."),
        "needs.restore",
    )


@bp.post("/needs/<uuid:need_id>/restore")
@open_to(Audience.VOLUNTEERS)
def restore(need_id: UUID) -> ResponseReturnValue:
    need = visible_need(need_id)
    return _do(need, lambda: actions.restore(need), _("It is needed again."))
