"""The ways by which letters reach a facility: entering, changing, ordering, removing."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.facilities import channels
from tracker.facilities.blueprint import bp
from tracker.facilities.channels import ChannelFacts
from tracker.facilities.forms import ChannelForm, NewChannelForm, as_choice, yes_no
from tracker.facilities.rules import VerifiedFrom, VerifiedInTheFuture
from tracker.letters.rules import Channel
from tracker.lookup import coordinators_channel, coordinators_facility
from tracker.prisoners.rules import id_of_entry
from tracker.web.access import actor, open_to
from tracker.web.forms import refuse
from tracker.web.session import session


def _today() -> date:
    return clock.today(current_user.zone)


@bp.get("/<uuid:facility_id>/ways/new")
@open_to(Audience.COORDINATORS)
def new_channel(facility_id: UUID) -> ResponseReturnValue:
    facility = coordinators_facility(facility_id)
    return render_template("facilities/new_channel.html", form=NewChannelForm(), facility=facility)


@bp.post("/<uuid:facility_id>/ways/new")
@open_to(Audience.COORDINATORS)
def add_channel(facility_id: UUID) -> ResponseReturnValue:
    facility = coordinators_facility(facility_id)
    form = NewChannelForm()
    if form.validate():
        channel_id = id_of_entry(form.form_id.uuid(), actor().id, facility_id)
        try:
            channels.add_channel(session, channel_id, facility_id, _facts(form), today=_today())
        except VerifiedInTheFuture:
            refuse(form.verified_on, _("This day has not come yet."))
        else:
            session.commit()
            flash(_("The way is entered."))
            return redirect(url_for("facilities.show", facility_id=facility_id))
    return render_template("facilities/new_channel.html", form=form, facility=facility), 422


@bp.get("/ways/<uuid:channel_id>/edit")
@open_to(Audience.COORDINATORS)
def edit_channel(channel_id: UUID) -> ResponseReturnValue:
    channel = coordinators_channel(channel_id)
    form = ChannelForm(obj=channel)
    form.works.data = as_choice(channel.works)
    return render_template("facilities/edit_channel.html", form=form, channel=channel)


@bp.post("/ways/<uuid:channel_id>/edit")
@open_to(Audience.COORDINATORS)
def update_channel(channel_id: UUID) -> ResponseReturnValue:
    channel = coordinators_channel(channel_id)
    form = ChannelForm()
    if form.validate():
        try:
            channels.change_channel(channel, _facts(form), today=_today())
        except VerifiedInTheFuture:
            refuse(form.verified_on, _("This day has not come yet."))
        else:
            session.commit()
            flash(_("The changes are saved."))
            return redirect(url_for("facilities.show", facility_id=channel.facility_id))
    return render_template("facilities/edit_channel.html", form=form, channel=channel), 422


@bp.post("/ways/<uuid:channel_id>/up")
@open_to(Audience.COORDINATORS)
def move_channel_up(channel_id: UUID) -> ResponseReturnValue:
    channel = coordinators_channel(channel_id)
    channels.move_up(session, channel)
    session.commit()
    return redirect(url_for("facilities.show", facility_id=channel.facility_id))


@bp.post("/ways/<uuid:channel_id>/remove")
@open_to(Audience.COORDINATORS)
def remove_channel(channel_id: UUID) -> ResponseReturnValue:
    channel = coordinators_channel(channel_id)
    channels.remove_channel(channel, now=clock.now())
    session.commit()
    flash(_("The way is removed."), "undo:" + url_for("facilities.restore_channel", channel_id=channel_id))
    return redirect(url_for("facilities.show", facility_id=channel.facility_id))


@bp.post("/ways/<uuid:channel_id>/restore")
@open_to(Audience.COORDINATORS)
def restore_channel(channel_id: UUID) -> ResponseReturnValue:
    channel = coordinators_channel(channel_id)
    channels.restore_channel(channel)
    session.commit()
    flash(_("The way is there again."))
    return redirect(url_for("facilities.show", facility_id=channel.facility_id))


def _facts(form: ChannelForm) -> ChannelFacts:
    return ChannelFacts(
        channel=Channel(form.channel.data),
        service=form.service.data,
        works=yes_no(form.works.data),
        note=form.note.data,
        verified_on=form.verified_on.data,
        verified_from=VerifiedFrom(form.verified_from.data) if form.verified_from.data else None,
    )
