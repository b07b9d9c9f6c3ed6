"""The page of a court watcher, which she opens by a signed address from a mail: no account, no sign-in."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from tracker import clock
from tracker.access import Audience
from tracker.collective.queries import settings as collective_settings
from tracker.dates.attendance_actions import Attendee, NobodyToAttend, answer_attendance, take_back_attendance
from tracker.dates.models import Answer
from tracker.languages import OF_PAGES
from tracker.volunteers.rules import Disclosure
from tracker.watchers import actions, queries
from tracker.watchers.forms import SettingsForm
from tracker.watchers.lookup import own_watch, signer, watched_hearing, watcher_of
from tracker.watchers.models import Watcher
from tracker.watchers.page import hearings_shown
from tracker.watchers.rules import within
from tracker.web.access import open_to
from tracker.web.session import session

bp = Blueprint("watching", __name__, url_prefix="/watching")

_ANSWERS = {"yes": Answer.YES, "no": Answer.NO}


@bp.get("/<watch_token>")
@open_to(Audience.ANYONE)
def show(watch_token: str) -> ResponseReturnValue:
    watcher = watcher_of(watch_token)
    with force_locale(_locale_of(watcher)):
        return render_template(
            "watchers/own.html",
            token=watch_token,
            watcher=watcher,
            hearings=hearings_shown(session, watcher.id, watcher.zone, clock.now()),
            watches=queries.watches_of(session, watcher.id),
            is_muted=queries.is_muted(session, watcher.id),
        )


def _locale_of(watcher: Watcher) -> str:
    return watcher.locale if watcher.locale in OF_PAGES else "en"


def _back(token: str) -> ResponseReturnValue:
    return redirect(url_for("watching.show", watch_token=token))


@bp.post("/<watch_token>/hearings/<uuid:hearing_id>")
@open_to(Audience.ANYONE)
def attend(watch_token: str, hearing_id: UUID) -> ResponseReturnValue:
    watcher = watcher_of(watch_token)
    hearing = watched_hearing(watcher, hearing_id)
    answer, who = _ANSWERS.get(request.form.get("answer", "")), Attendee(watcher_id=watcher.id)
    with force_locale(_locale_of(watcher)):
        try:
            if answer is None:
                take_back_attendance(session, hearing, who)
            else:
                answer_attendance(session, hearing, who, answer, clock.now())
        except NobodyToAttend:
            flash(_("This hearing is called off, or over."), "warning")
        else:
            session.commit()
            flash(_("Thank you, that is noted.") if answer else _("Taken back: nothing is noted for you."))
    return _back(watch_token)


@bp.get("/<watch_token>/settings")
@open_to(Audience.ANYONE)
def settings(watch_token: str) -> ResponseReturnValue:
    watcher = watcher_of(watch_token)
    says = within(watcher.disclosure or Disclosure.DISCREET, collective_settings(session).most_disclosure)
    form = SettingsForm(
        zone=watcher.zone,
        remind_at=f"{watcher.remind_at:%H}:00",
        locale=_locale_of(watcher),
        says=str(says),
    )
    return _settings(form, watcher, watch_token)


@bp.post("/<watch_token>/settings")
@open_to(Audience.ANYONE)
def change_settings(watch_token: str) -> ResponseReturnValue:
    watcher = watcher_of(watch_token)
    form = SettingsForm()
    form.offer_choices(collective_settings(session).most_disclosure)
    with force_locale(_locale_of(watcher)):
        if not form.validate():
            return _settings(form, watcher, watch_token), 422
        actions.choose(watcher, form.all_choices(), clock.now())
        session.commit()
        flash(_("Saved. Mails follow from it by themselves."))
    return _back(watch_token)


def _settings(form: SettingsForm, watcher: Watcher, token: str) -> str:
    form.offer_choices(collective_settings(session).most_disclosure)
    with force_locale(_locale_of(watcher)):
        return render_template("watchers/settings.html", form=form, token=token)


@bp.get("/<watch_token>/watches/<uuid:watch_id>/stop")
@open_to(Audience.ANYONE)
def ask_to_stop(watch_token: str, watch_id: UUID) -> ResponseReturnValue:
    watcher = watcher_of(watch_token)
    own_watch(watcher, watch_id)
    watches = queries.watches_of(session, watcher.id)
    with force_locale(_locale_of(watcher)):
        return render_template(
            "watchers/stop.html",
            token=watch_token,
            watch=next(each for each in watches if each.id == watch_id),
            is_last=len(watches) == 1,
        )


@bp.post("/<watch_token>/watches/<uuid:watch_id>/stop")
@open_to(Audience.ANYONE)
def stop(watch_token: str, watch_id: UUID) -> ResponseReturnValue:
    watcher = watcher_of(watch_token)
    locale = _locale_of(watcher)
    is_gone = actions.stop_watch(session, own_watch(watcher, watch_id))
    session.commit()
    with force_locale(locale):
        if is_gone:
            return render_template("watchers/left.html")
        flash(_("No more mails about these hearings."))
    return _back(watch_token)


@bp.post("/<watch_token>/mails")
@open_to(Audience.ANYONE)
def want_mails_again(watch_token: str) -> ResponseReturnValue:
    watcher = watcher_of(watch_token)
    actions.want_mails_again(session, watcher.id)
    session.commit()
    with force_locale(_locale_of(watcher)):
        flash(_("Mails come again."))
    return _back(watch_token)


@bp.post("/<watch_token>/new-address")
@open_to(Audience.ANYONE)
def renew(watch_token: str) -> ResponseReturnValue:
    watcher = watcher_of(watch_token)
    actions.renew_page(watcher)
    session.commit()
    with force_locale(_locale_of(watcher)):
        flash(_("This page has a new address, and older ones open nothing any more. The next mail brings it to you."))
    return _back(signer().watcher(watcher.id, watcher.link_number))


@bp.post("/<watch_token>/leave")
@open_to(Audience.ANYONE)
def leave(watch_token: str) -> ResponseReturnValue:
    watcher = watcher_of(watch_token)
    locale = _locale_of(watcher)
    actions.leave(session, watcher.id)
    session.commit()
    # No redirect: her page is gone.
    with force_locale(locale):
        return render_template("watchers/left.html")
