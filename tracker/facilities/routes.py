"""Facilities: the list, one with its address and who is there, entering, changing, archiving."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.collective.queries import settings
from tracker.facilities import actions, queries
from tracker.facilities.actions import FacilityFacts
from tracker.facilities.blueprint import bp
from tracker.facilities.forms import FacilityForm, NewFacilityForm, VerifyForm, as_choice, yes_no
from tracker.facilities.models import Facility
from tracker.facilities.rules import (
    CourtWithoutZone,
    FacilityKind,
    HearingsStillToCome,
    StillSomebodyThere,
    VerifiedFrom,
    VerifiedFromNothing,
    VerifiedInTheFuture,
    WasMerged,
    WhoMayWrite,
    is_stale,
)
from tracker.lookup import coordinators_facility
from tracker.prisoners.rules import Regime, id_of_entry
from tracker.web.access import actor, open_to
from tracker.web.forms import refuse
from tracker.web.paging import chosen, page_of, typed, wanted_page
from tracker.web.session import session


def _today() -> date:
    return clock.today(current_user.zone)


@bp.get("/")
@open_to(Audience.COORDINATORS)
def index() -> ResponseReturnValue:
    words, kind, show = typed("q"), chosen(FacilityKind, "kind"), request.args.get("show")
    if show == "to-verify":
        days = settings(session).stale_after_days
        statement = queries.to_verify(words, kind, today=_today(), stale_after_days=days)
    else:
        statement = queries.facility_list(words, kind, archived=show == "archived")
    return render_template(
        "facilities/index.html",
        page=page_of(session, statement, wanted_page()),
        words=words,
        kind=kind,
        kinds=list(FacilityKind),
        archived=show == "archived",
        to_verify=show == "to-verify",
    )


@bp.get("/<uuid:facility_id>")
@open_to(Audience.COORDINATORS)
def show(facility_id: UUID) -> ResponseReturnValue:
    facility = coordinators_facility(facility_id, also_merged=True)
    if facility.merged_into_id is not None:
        return redirect(url_for("facilities.show", facility_id=facility.merged_into_id), 301)
    return _show(facility, VerifyForm())


def _show(facility: Facility, form: VerifyForm, status: int = 200) -> ResponseReturnValue:
    today = _today()
    ways = queries.channels_of(session, facility.id)
    return render_template(
        "facilities/show.html",
        facility=facility,
        ways=[way for way in ways if way.id is not None],
        about=ways[0],
        is_stale=is_stale(facility.verified_on, ways[0].came_back_on, today, ways[0].stale_after_days),
        people=queries.people_in(session, facility.id),
        today=today,
        form=form,
    ), status


@bp.post("/<uuid:facility_id>/verify")
@open_to(Audience.COORDINATORS)
def verify(facility_id: UUID) -> ResponseReturnValue:
    facility = coordinators_facility(facility_id)
    form = VerifyForm()
    if form.validate():
        try:
            actions.verify_address(
                facility,
                VerifiedFrom(form.verified_from.data),
                form.verified_note.data,
                actor_id=actor().id,
                today=_today(),
            )
        except VerifiedFromNothing:
            refuse(form.verified_note, _("Say in a few words from what you know it."))
        else:
            session.commit()
            flash(_("Thank you. The address counts as verified today."))
            return redirect(url_for("facilities.show", facility_id=facility_id))
    return _show(facility, form, 422)


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
    form = FacilityForm(obj=facility)
    for field in (form.needs_birth_year, form.needs_number):
        field.data = as_choice(getattr(facility, field.name))
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
            actions.add_facility(session, facility_id, facts, actor_id=actor().id, now=clock.now(), today=_today())
        else:
            actions.change_facility(session, facility, facts, actor_id=actor().id, today=_today())
    except CourtWithoutZone:
        refuse(form.zone, _("A court needs a time zone, or nobody can be told when to be there."))
    except VerifiedInTheFuture:
        refuse(form.verified_on, _("This day has not come yet."))
    except WasMerged:
        refuse(form.name, _("Somebody has merged this entry into another one in the meantime. Change that one."))
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
        located_at=form.located_at.data,
        located_at_latin=form.located_at_latin.data,
        needs_birth_year=yes_no(form.needs_birth_year.data),
        needs_number=yes_no(form.needs_number.data),
        number_label=form.number_label.data,
        letter_languages=form.letter_languages.data,
        most_pages=form.most_pages.data,
        most_photos=form.most_photos.data,
        who_may_write=WhoMayWrite(form.who_may_write.data) if form.who_may_write.data else None,
        refused_things=form.refused_things.data,
        regime=Regime(form.regime.data) if form.regime.data else None,
        mail_note=form.mail_note.data,
        verified_on=form.verified_on.data,
        verified_from=VerifiedFrom(form.verified_from.data) if form.verified_from.data else None,
        verified_note=form.verified_note.data,
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
