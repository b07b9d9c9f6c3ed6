"""Everybody's own calendars: making one, another address, taking it back. Each address is shown once."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import Audience
from tracker.calendars import actions, queries
from tracker.calendars.forms import FeedForm
from tracker.calendars.lookup import own_feed
from tracker.calendars.models import CalendarFeed
from tracker.calendars.rules import SaysMoreThanAllowed, TooManyFeeds
from tracker.calendars.words import FEED_DISCLOSURE_WORDS
from tracker.prisoners.rules import id_of_entry
from tracker.volunteers.rules import Disclosure
from tracker.web.access import actor, open_to
from tracker.web.forms import offer, refuse
from tracker.web.parts import parts
from tracker.web.session import session

bp = Blueprint("calendars", __name__)


@bp.get("/me/calendars")
@open_to(Audience.VOLUNTEERS)
def index() -> ResponseReturnValue:
    return _page(FeedForm())


@bp.post("/me/calendars")
@open_to(Audience.VOLUNTEERS)
def create() -> ResponseReturnValue:
    form = FeedForm()
    if not form.validate():
        return _page(form), 422
    feed_id = id_of_entry(form.form_id.uuid(), actor().id)
    try:
        secret = actions.make_feed(session, actor().id, feed_id, form.wishes(), clock.now())
    except TooManyFeeds:
        refuse(form.name, _("You have as many calendars as one person can have. Take one back first."))
        return _page(form), 422
    except SaysMoreThanAllowed:
        _refuse_disclosure(form)
        return _page(form), 422
    session.commit()
    if secret is None:
        flash(_("This form was sent before. An address is shown only once; ask for another one below."), "warning")
        return redirect(url_for("calendars.index"))
    # No redirect: the address must stand neither in a cookie nor in an address of ours.
    return _page(FeedForm(formdata=None), secret)


def _page(form: FeedForm, secret: str | None = None) -> str:
    _offer_disclosures(form)
    return render_template(
        "calendars/index.html", form=form, feeds=queries.feeds_of(session, actor().id), **_addresses(secret)
    )


def _addresses(secret: str | None) -> dict[str, str | None]:
    """Both forms of the address: to copy, and to open in a calendar program."""
    if secret is None:
        return {"address": None, "webcal": None}
    address = parts().settings.public_url + url_for("calendars.feed", feed_secret=secret)
    return {"address": address, "webcal": f"webcal:{address.partition(':')[2]}"}


def _offer_disclosures(form: FeedForm, present: Disclosure | None = None) -> None:
    most = queries.most_disclosure(session)
    if most not in (None, Disclosure.FULL) and present is not Disclosure.FULL:
        offer(form.disclosure, [(Disclosure.DISCREET, FEED_DISCLOSURE_WORDS[Disclosure.DISCREET])])
        form.disclosure.description = _("The collective has decided that no calendar says more.")


def _refuse_disclosure(form: FeedForm) -> None:
    refuse(form.disclosure, _("The collective has decided that no calendar says so much."))


@bp.get("/me/calendars/<uuid:feed_id>")
@open_to(Audience.VOLUNTEERS)
def edit(feed_id: UUID) -> ResponseReturnValue:
    feed = own_feed(feed_id)
    form = FeedForm(name=feed.name, disclosure=str(feed.disclosure), with_alarms=feed.with_alarms)
    return _edit_page(form, feed)


@bp.post("/me/calendars/<uuid:feed_id>")
@open_to(Audience.VOLUNTEERS)
def update(feed_id: UUID) -> ResponseReturnValue:
    feed = own_feed(feed_id)
    form = FeedForm()
    if not form.validate():
        return _edit_page(form, feed), 422
    try:
        actions.change_feed(session, feed, form.wishes())
    except SaysMoreThanAllowed:
        _refuse_disclosure(form)
        return _edit_page(form, feed), 422
    session.commit()
    flash(_("Saved. Programs see it when they read the calendar next."))
    return redirect(url_for("calendars.index"))


def _edit_page(form: FeedForm, feed: CalendarFeed) -> str:
    _offer_disclosures(form, feed.disclosure)
    return render_template("calendars/edit.html", form=form, feed=feed)


@bp.get("/me/calendars/<uuid:feed_id>/rotate")
@open_to(Audience.VOLUNTEERS)
def ask_to_rotate(feed_id: UUID) -> ResponseReturnValue:
    return render_template("calendars/rotate.html", feed=own_feed(feed_id))


@bp.post("/me/calendars/<uuid:feed_id>/rotate")
@open_to(Audience.VOLUNTEERS)
def rotate(feed_id: UUID) -> ResponseReturnValue:
    secret = actions.give_new_address(own_feed(feed_id))
    session.commit()
    return _page(FeedForm(formdata=None), secret)


@bp.get("/me/calendars/<uuid:feed_id>/revoke")
@open_to(Audience.VOLUNTEERS)
def ask_to_revoke(feed_id: UUID) -> ResponseReturnValue:
    return render_template("calendars/revoke.html", feed=own_feed(feed_id))


@bp.post("/me/calendars/<uuid:feed_id>/revoke")
@open_to(Audience.VOLUNTEERS)
def revoke(feed_id: UUID) -> ResponseReturnValue:
    actions.revoke_feed(own_feed(feed_id), clock.now())
    session.commit()
    flash(_("The address opens nothing any more."))
    return redirect(url_for("calendars.index"))
