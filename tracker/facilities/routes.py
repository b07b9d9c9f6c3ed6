"""Facilities: the list, one with its address and who is there, entering, changing, archiving."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.facilities import actions, queries
from tracker.facilities.actions import FacilityFacts
from tracker.facilities.forms import YES_NO, FacilityForm, NewFacilityForm
from tracker.facilities.models import Facility
from tracker.facilities.rules import (
    CourtWithoutZone,
    FacilityKind,
    HearingsStillToCome,
    StillSomebodyThere,
    VerifiedInTheFuture,
)
from tracker.lookup import coordinators_facility
from tracker.prisoners.rules import id_of_entry
from tracker.web.access import actor, open_to
from tracker.web.forms import refuse
from tracker.web.paging import chosen, page_of, typed, wanted_page
from tracker.web.session import session

bp = Blueprint("facilities", __name__, url_prefix="/facilities")


def _today() -> date:
    return clock.today(current_user.zone)


@bp.get("/")
@open_to(Audience.COORDINATORS)
def index() -> ResponseReturnValue:
    words, kind, archived = typed("q"), chosen(FacilityKind, "kind"), request.args.get("show") == "archived"
    page = page_of(session, queries.facility_list(words, kind, archived=archived), wanted_page())
    return render_template(
        "facilities/index.html", page=page, words=words, kind=kind, kinds=list(FacilityKind), archived=archived
    )


@bp.get("/<uuid:facility_id>")
@open_to(Audience.COORDINATORS)
def show(facility_id: UUID) -> ResponseReturnValue:
    facility = coordinators_facility(facility_id)
    return render_template(
        "facilities/show.html", facility=facility, people=queries.people_in(session, facility_id), today=_today()
    )


@bp.get("/new")
@open_to(Audience.COORDINATORS)
def new() -> ResponseReturnValue:
    form = NewFacilityForm(country="RU")
    return render_template("facilities/new.html", form=form)


@bp.post("/new")
@open_to(Audience.COORDINATORS)
def create() -> ResponseReturnValue:
    form = NewFacilityForm()
    facility_id = id_of_entry(form.form_id.uuid(), actor().id)
    if form.validate() and _is_kept(form, None, facility_id):
        flash(_("The facility is entered."))
        return redirect(url_for("facilities.show", facility_id=facility_id))
    return render_template("facilities/new.html", form=form), 422


@bp.get("/<uuid:facility_id>/edit")
@open_to(Audience.COORDINATORS)
def edit(facility_id: UUID) -> ResponseReturnValue:
    facility = coordinators_facility(facility_id)
    answer = next((word for word, meant in YES_NO.items() if meant is facility.accepts_e_letters), "")
    form = FacilityForm(obj=facility, data={"accepts_e_letters": answer})
    form.accepts_e_letters.data = answer
    return render_template("facilities/edit.html", form=form, facility=facility)


@bp.post("/<uuid:facility_id>/edit")
@open_to(Audience.COORDINATORS)
def update(facility_id: UUID) -> ResponseReturnValue:
    facility = coordinators_facility(facility_id)
    form = FacilityForm()
    if form.validate() and _is_kept(form, facility, facility_id):
        flash(_("The changes are saved."))
        return redirect(url_for("facilities.show", facility_id=facility_id))
    return render_template("facilities/edit.html", form=form, facility=facility), 422


def _is_kept(form: FacilityForm, facility: Facility | None, facility_id: UUID) -> bool:
    facts = _facts(form)
    try:
        if facility is None:
            actions.add_facility(session, facility_id, facts, now=clock.now(), today=_today())
        else:
            actions.change_facility(session, facility, facts, today=_today())
    except CourtWithoutZone:
        refuse(form.zone, _("A court needs a time zone, or nobody can be told when to be there."))
    except VerifiedInTheFuture:
        refuse(form.verified_on, _("This day has not come yet."))
    else:
        session.commit()
        return True
    session.rollback()
    return False


def _facts(form: FacilityForm) -> FacilityFacts:
    return FacilityFacts(
        name=form.name.data or "",
        kind=FacilityKind(form.kind.data),
        name_local=form.name_local.data,
        city=form.city.data,
        region=form.region.data,
        country=form.country.data,
        zone=form.zone.data,
        address=form.address.data,
        address_latin=form.address_latin.data,
        accepts_e_letters=YES_NO.get(form.accepts_e_letters.data or ""),
        mail_note=form.mail_note.data,
        verified_on=form.verified_on.data,
    )


@bp.get("/<uuid:facility_id>/archive")
@open_to(Audience.COORDINATORS)
def archive(facility_id: UUID) -> ResponseReturnValue:
    return render_template("facilities/archive.html", facility=coordinators_facility(facility_id))


@bp.post("/<uuid:facility_id>/archive")
@open_to(Audience.COORDINATORS)
def archive_it(facility_id: UUID) -> ResponseReturnValue:
    facility = coordinators_facility(facility_id)
    try:
        actions.archive_facility(session, facility, now=clock.now(), today=_today())
    except StillSomebodyThere as refusal:
        flash(
            ngettext(
                "%(num)d person is held there. Say first where that person is now.",
                "%(num)d people are held there. Say first where they are now.",
                refusal.count,
            ),
            "warning",
        )
    except HearingsStillToCome as refusal:
        flash(
            ngettext(
                "%(num)d hearing is set there. Move it to another court or cancel it first.",
                "%(num)d hearings are set there. Move them to another court or cancel them first.",
                refusal.count,
            ),
            "warning",
        )
    else:
        session.commit()
        flash(_("The facility is archived. It is no longer offered; its page can bring it back."))
    return redirect(url_for("facilities.show", facility_id=facility_id))


@bp.post("/<uuid:facility_id>/restore")
@open_to(Audience.COORDINATORS)
def restore(facility_id: UUID) -> ResponseReturnValue:
    actions.restore_facility(coordinators_facility(facility_id))
    session.commit()
    flash(_("The facility is offered again."))
    return redirect(url_for("facilities.show", facility_id=facility_id))
