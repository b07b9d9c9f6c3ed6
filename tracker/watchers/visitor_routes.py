"""What somebody without an account opens to become a court watcher: asking, and confirming."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import Audience
from tracker.collective.queries import settings as collective_settings
from tracker.dates.rules import is_zone
from tracker.volunteers.rules import Disclosure
from tracker.watchers import actions, queries
from tracker.watchers.forms import AskForm
from tracker.watchers.lookup import open_watch_link, signer, watch_to_confirm
from tracker.watchers.models import Watcher
from tracker.watchers.rules import AskedTooOften, Subject, within
from tracker.watchers.words import SAYS_WORDS
from tracker.web.access import open_to
from tracker.web.forms import refuse
from tracker.web.parts import parts
from tracker.web.session import session

bp = Blueprint("watch", __name__, url_prefix="/watch")


@bp.get("/<secret>")
@open_to(Audience.ANYONE)
def ask(secret: str) -> ResponseReturnValue:
    link = open_watch_link(secret)
    most = collective_settings(session).most_disclosure
    form = AskForm()
    form.offer_choices(most)
    zone = queries.zone_of_courts(session, Subject(link.case_id, link.prisoner_id))
    form.zone.data = zone if zone and is_zone(zone) else parts().settings.zone
    form.says.data = str(within(Disclosure.DISCREET, most))
    return _page(form, link.words)


@bp.post("/<secret>")
@open_to(Audience.ANYONE)
def send(secret: str) -> ResponseReturnValue:
    link = open_watch_link(secret)
    form = AskForm()
    form.offer_choices(collective_settings(session).most_disclosure)
    if not form.validate():
        return _page(form, link.words), 422
    try:
        actions.ask_to_watch(
            session,
            Subject(link.case_id, link.prisoner_id),
            link_id=link.id,
            address=form.email.data or "",
            choices=form.choices(),
            links=signer(),
            secret=parts().settings.secret_key.encode(),
            now=clock.now(),
        )
    except AskedTooOften:
        refuse(form.email, _("So many have asked here today that no more mails are sent. Please come back tomorrow."))
        return _page(form, link.words), 422
    session.commit()
    # No redirect: the same words for every address, and nothing in a cookie.
    return render_template("watchers/asked.html", words=link.words)


def _page(form: AskForm, words: str | None) -> str:
    return render_template("watchers/ask.html", form=form, words=words)


@bp.get("/confirm/<confirm_token>")
@open_to(Audience.ANYONE)
def confirm(confirm_token: str) -> ResponseReturnValue:
    watch = watch_to_confirm(confirm_token)
    watcher = session.get_one(Watcher, watch.watcher_id)
    says = within(watcher.disclosure or Disclosure.DISCREET, collective_settings(session).most_disclosure)
    return render_template(
        "watchers/confirm.html",
        watcher=watcher,
        is_confirmed=watch.confirmed_at is not None,
        says=SAYS_WORDS[says],
        confirm_token=confirm_token,
        now=clock.now(),
    )


@bp.post("/confirm/<confirm_token>")
@open_to(Audience.ANYONE)
def confirmed(confirm_token: str) -> ResponseReturnValue:
    watcher = actions.confirm_watch(session, watch_to_confirm(confirm_token), clock.now())
    session.commit()
    return redirect(url_for("watching.show", watch_token=signer().watcher(watcher.id, watcher.link_number)))
