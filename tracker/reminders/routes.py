"""The outbox: what was sent, what waits, what failed; and what will be sent in the coming days."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.reminders import actions, page_queries
from tracker.reminders import words as _words  # noqa: F401  the words of enums for the templates
from tracker.reminders.desk import ladders_in_use
from tracker.reminders.outlook import outlook
from tracker.reminders.page_queries import Show
from tracker.reminders.rules import MailState
from tracker.web.access import open_to
from tracker.web.paging import page_of, wanted_page
from tracker.web.parts import parts
from tracker.web.session import session

COMING_DAYS = 30
MOST_SHOWN = 200

bp = Blueprint("reminders", __name__)


@bp.record_once
def _refuse_bad_ladders(_state: BlueprintSetupState) -> None:
    # When the application starts, not when the first mail is due.
    ladders_in_use()


def _shown() -> Show:
    show = request.args.get("show", "")
    return Show(show) if show in set(Show) else Show.FAILED


@bp.get("/outbox")
@open_to(Audience.COORDINATORS)
def outbox() -> ResponseReturnValue:
    """Mails by what became of them."""
    show = _shown()
    page = page_of(session, page_queries.mails(show), wanted_page())
    return render_template("outbox/index.html", page=page, show=show, choices=list(Show))


@bp.post("/outbox/<uuid:mail_id>/retry")
@open_to(Audience.COORDINATORS)
def retry(mail_id: UUID) -> ResponseReturnValue:
    """Try a mail again that was given up."""
    if not actions.retry(session, mail_id, clock.now()):
        abort(404)
    session.commit()
    flash(_("It is tried again within a minute."))
    return redirect(url_for("reminders.outbox", show=Show.FAILED))


@bp.post("/outbox/<uuid:mail_id>/told")
@open_to(Audience.COORDINATORS)
def told(mail_id: UUID) -> ResponseReturnValue:
    """Note that somebody told the reader by other means."""
    if not actions.note_told_by_phone(session, mail_id, actor_id=current_user.id, now=clock.now()):
        abort(404)
    session.commit()
    flash(_("Noted that she was told by other means."))
    return redirect(url_for("reminders.outbox", show=_shown()))


@bp.get("/reminders/coming")
@open_to(Audience.COORDINATORS)
def coming() -> ResponseReturnValue:
    """What will be sent in the coming days, if nothing changes."""
    now = clock.now()
    until = now + timedelta(days=COMING_DAYS)
    plan = outlook(session, ladders_in_use(), parts().settings.zone, now, until)
    mails = [mail for mail in plan if mail.state is MailState.QUEUED]
    shown = mails[:MOST_SHOWN]
    return render_template(
        "outbox/coming.html",
        mails=shown,
        total=len(mails),
        days=COMING_DAYS,
        readers=page_queries.readers(session, (mail.person_id for mail in shown)),
        names=page_queries.names(session, (id_ for mail in shown for id_ in mail.prisoner_ids)),
    )
