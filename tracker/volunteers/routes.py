"""Volunteers, for those who look after them: the list, one of them, what is noted, roles, closing and opening."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.accounts.rules import LONGEST_HANDLE, folded_handle
from tracker.lookup import volunteer_of_collective
from tracker.volunteers import actions, queries
from tracker.volunteers import words as words
from tracker.volunteers.availability import is_available
from tracker.volunteers.blueprint import bp
from tracker.volunteers.forms import RolesForm, VolunteerForm
from tracker.volunteers.languages import shown_languages, typed_languages
from tracker.volunteers.models import Volunteer
from tracker.volunteers.rules import AboveYou, LastAdmin, NotYourself, Order, Show
from tracker.web.access import actor, open_to
from tracker.web.forms import Form, refuse
from tracker.web.paging import page_of, wanted_page
from tracker.web.session import session


@bp.get("/volunteers/")
@open_to(Audience.COORDINATORS_OR_ADMINS)
def index() -> ResponseReturnValue:
    show = {str(each): each for each in Show}.get(request.args.get("show", ""), Show.OPEN)
    order = {str(each): each for each in Order}.get(request.args.get("sort", ""), Order.HANDLE)
    typed = request.args.get("q", "").replace("\0", "")[:LONGEST_HANDLE]
    today = clock.today(current_user.zone)
    statement = queries.volunteers(show, order, folded_handle(typed), today=today)
    page = page_of(session, statement, wanted_page())
    return render_template(
        "volunteers/index.html",
        page=page,
        show=show,
        order=order,
        typed=typed,
        shows=list(Show),
        orders=list(Order),
        today=today,
        languages=shown_languages,
    )


@bp.get("/volunteers/<uuid:volunteer_id>")
@open_to(Audience.COORDINATORS_OR_ADMINS)
def show(volunteer_id: UUID) -> ResponseReturnValue:
    volunteer = volunteer_of_collective(volunteer_id)
    people = page_of(session, queries.people_of(volunteer_id), wanted_page()) if current_user.is_coordinator else None
    return render_template(
        "volunteers/show.html",
        volunteer=volunteer,
        load=queries.load_of(session, volunteer_id),
        page=people,
        today=clock.today(current_user.zone),
        languages=shown_languages,
        may_close=volunteer_id != current_user.id and (current_user.is_admin or not volunteer.is_admin),
    )


@bp.get("/volunteers/<uuid:volunteer_id>/edit")
@open_to(Audience.COORDINATORS)
def edit(volunteer_id: UUID) -> ResponseReturnValue:
    volunteer = volunteer_of_collective(volunteer_id)
    form = VolunteerForm(
        languages=shown_languages(volunteer.languages),
        capacity=volunteer.capacity,
        away_from=volunteer.away_from,
        away_until=volunteer.away_until,
        note=volunteer.note,
    )
    return render_template("volunteers/edit.html", form=form, volunteer=volunteer)


@bp.post("/volunteers/<uuid:volunteer_id>/edit")
@open_to(Audience.COORDINATORS)
def update(volunteer_id: UUID) -> ResponseReturnValue:
    volunteer = volunteer_of_collective(volunteer_id)
    form = VolunteerForm()
    if form.validate() and (codes := typed_languages(form.languages)) is not None:
        if is_available(form, volunteer, codes):
            actions.note_about(volunteer, form.note.data)
            session.commit()
            flash(_("Saved."))
            return redirect(url_for("volunteers.show", volunteer_id=volunteer_id))
        session.rollback()
    return render_template("volunteers/edit.html", form=form, volunteer=volunteer), 422


@bp.get("/volunteers/<uuid:volunteer_id>/close")
@open_to(Audience.COORDINATORS_OR_ADMINS)
def ask_to_close(volunteer_id: UUID) -> ResponseReturnValue:
    return _close_page(volunteer_of_collective(volunteer_id), Form())


@bp.post("/volunteers/<uuid:volunteer_id>/close")
@open_to(Audience.COORDINATORS_OR_ADMINS)
def close(volunteer_id: UUID) -> ResponseReturnValue:
    volunteer = volunteer_of_collective(volunteer_id)
    try:
        actions.close_account(session, actor(), volunteer, clock.now())
    except (NotYourself, AboveYou, LastAdmin) as refusal:
        session.rollback()
        return _close_page(volunteer, Form(), _why_not(refusal)), 422
    session.commit()
    flash(_("The account is closed, and signed out everywhere."))
    return redirect(url_for("volunteers.show", volunteer_id=volunteer_id))


def _close_page(volunteer: Volunteer, form: Form, refused: str | None = None) -> str:
    load = queries.load_of(session, volunteer.id)
    return render_template("volunteers/close.html", volunteer=volunteer, load=load, form=form, refused_because=refused)


def _why_not(refusal: Exception) -> str:
    sentences = {
        NotYourself: _("Nobody closes her own account; somebody else has to do it."),
        AboveYou: _("The account of an admin is closed and opened by admins only."),
        LastAdmin: _("Somebody has to remain admin. Give the role to another one first."),
    }
    return str(sentences[type(refusal)])


@bp.post("/volunteers/<uuid:volunteer_id>/open")
@open_to(Audience.COORDINATORS_OR_ADMINS)
def reopen(volunteer_id: UUID) -> ResponseReturnValue:
    try:
        actions.open_account(actor(), volunteer_of_collective(volunteer_id))
    except AboveYou as refusal:
        flash(_why_not(refusal), "warning")
    else:
        session.commit()
        flash(_("The account is open again."))
    return redirect(url_for("volunteers.show", volunteer_id=volunteer_id))


@bp.get("/volunteers/<uuid:volunteer_id>/roles")
@open_to(Audience.ADMINS)
def roles(volunteer_id: UUID) -> ResponseReturnValue:
    volunteer = volunteer_of_collective(volunteer_id)
    form = RolesForm(coordinator=volunteer.is_coordinator, admin=volunteer.is_admin)
    return render_template("volunteers/roles.html", form=form, volunteer=volunteer)


@bp.post("/volunteers/<uuid:volunteer_id>/roles")
@open_to(Audience.ADMINS)
def change_roles(volunteer_id: UUID) -> ResponseReturnValue:
    volunteer = volunteer_of_collective(volunteer_id)
    form = RolesForm()
    if form.validate():
        try:
            actions.change_roles(
                session, volunteer, coordinator=form.coordinator.data, admin=form.admin.data, now=clock.now()
            )
            session.commit()
        except LastAdmin as refusal:
            session.rollback()
            refuse(form.admin, _why_not(refusal))
        else:
            flash(_("The roles are changed. She has to sign in anew."))
            return redirect(url_for("volunteers.show", volunteer_id=volunteer_id))
    return render_template("volunteers/roles.html", form=form, volunteer=volunteer), 422
