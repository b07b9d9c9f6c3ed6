"""Turning a kind of mail off by the link in a mail, without signing in (RFC 8058).

The mail program posts to the very address that stands in the header, with no cookie and no token of ours, and must get
an answer, not another address. Programs that look at links before people do ask with GET, which changes nothing.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.access import Audience
from tracker.reminders import muting
from tracker.reminders.links import BadLink, Links
from tracker.reminders.rules import MailTopic
from tracker.web.access import open_to
from tracker.web.parts import parts
from tracker.web.session import session

bp = Blueprint("unsubscribe", __name__, url_prefix="/u")


@bp.get("/<mail_token>")
@open_to(Audience.ANYONE)
def show(mail_token: str) -> ResponseReturnValue:
    reader_id, topic = _read(mail_token)
    try:
        return _page(mail_token, topic, is_off=muting.is_off(session, reader_id, topic))
    except muting.NobodyReads:
        abort(404)


@bp.post("/<mail_token>")
@open_to(Audience.ANYONE)
def change(mail_token: str) -> ResponseReturnValue:
    """Off, or on again if the button of the page for that was pressed."""
    reader_id, topic = _read(mail_token)
    wants_on = request.form.get("again") == "yes"
    try:
        if wants_on:
            muting.turn_on(session, reader_id, topic)
        else:
            muting.turn_off(session, reader_id, topic, clock.now())
    except muting.NobodyReads:
        abort(404)
    session.commit()
    return _page(mail_token, topic, is_off=not wants_on)


def _page(mail_token: str, topic: MailTopic, *, is_off: bool) -> ResponseReturnValue:
    return render_template("reminders/unsubscribe.html", token=mail_token, topic=topic, is_off=is_off)


def _read(mail_token: str) -> tuple[UUID, MailTopic]:
    try:
        return Links(parts().settings.secret_key.encode()).read_unsubscribe(mail_token)
    except BadLink:
        abort(404)


@bp.record_once
def _take_posts_of_mail_programs(state: BlueprintSetupState) -> None:
    # The secret that a forger would need is the address itself.
    state.app.extensions["csrf"].exempt(change)
