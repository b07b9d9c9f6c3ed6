"""The outbox: what was sent, what waits, what failed; and what will be sent in the coming days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import Row

from tracker import clock
from tracker.access import Audience
from tracker.reminders import actions, page_queries
from tracker.reminders.ahead import everything_ahead
from tracker.reminders.beats import PLANNER, SENDER, heartbeats
from tracker.reminders.desk import ladders_in_use
from tracker.reminders.forms import AddressForm
from tracker.reminders.page_queries import STATES, Show, Wanted
from tracker.reminders.rules import MailKind
from tracker.reminders.words import OUTCOME_WORDS
from tracker.web.access import actor, open_to
from tracker.web.forms import refuse
from tracker.web.paging import chosen, cut, page_of, typed, wanted_page
from tracker.web.parts import parts
from tracker.web.session import session

COMING_DAYS = 30

bp = Blueprint("reminders", __name__)


@bp.record_once
def _refuse_bad_ladders(_state: BlueprintSetupState) -> None:
    # When the application starts, not when the first mail is due.
    ladders_in_use()


def _id_in_address(name: str) -> UUID | None:
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None


def _wanted() -> Wanted:
    return Wanted(
        show=chosen(Show, "show") or Show.FAILED,
        kind=chosen(MailKind, "kind"),
        reader=typed("reader"),
        subject_id=_id_in_address("about"),
        prisoner_id=_id_in_address("prisoner"),
    )


@bp.get("/outbox")
@open_to(Audience.COORDINATORS)
def outbox() -> ResponseReturnValue:
    """Mails by what became of them, by kind and by reader."""
    wanted = _wanted()
    return render_template(
        "outbox/index.html",
        page=page_of(session, page_queries.mails(wanted), wanted_page()),
        wanted=wanted,
        counts=page_queries.counts(session),
        choices=list(Show),
        kinds=list(MailKind),
        beats={name: beat for name, beat in heartbeats(session).items() if name in (PLANNER, SENDER)},
    )


@bp.get("/outbox/<uuid:mail_id>")
@open_to(Audience.COORDINATORS)
def show(mail_id: UUID) -> ResponseReturnValue:
    """One mail: what it is about, why it is there, every try, and what can be done."""
    return _page_of_mail(_mail(mail_id), AddressForm())


def _mail(mail_id: UUID) -> Row[*tuple[Any, ...]]:
    return page_queries.mail(session, mail_id) or abort(404)


def _page_of_mail(mail: Row[*tuple[Any, ...]], form: AddressForm, status: int = 200) -> ResponseReturnValue:
    shown_under = next(show for show, states in STATES.items() if mail.state in states)
    page = render_template(
        "outbox/show.html",
        mail=mail,
        attempts=page_queries.attempts_of(session, mail.id),
        shown_under=shown_under,
        outcomes=OUTCOME_WORDS,
        form=form,
        is_over=mail.expires_at <= clock.now(),
    )
    return page, status


@bp.post("/outbox/<uuid:mail_id>/retry")
@open_to(Audience.COORDINATORS)
def retry(mail_id: UUID) -> ResponseReturnValue:
    """Try a mail again that was given up."""
    if not actions.retry(session, mail_id, clock.now()):
        abort(404)
    session.commit()
    flash(_("It is tried again within a minute."))
    return redirect(url_for("reminders.show", mail_id=mail_id))


@bp.post("/outbox/<uuid:mail_id>/elsewhere")
@open_to(Audience.COORDINATORS)
def elsewhere(mail_id: UUID) -> ResponseReturnValue:
    """Send a mail that was given up to another address of its reader."""
    form = AddressForm()
    mail = _mail(mail_id)
    if form.validate():
        try:
            if not actions.send_elsewhere(session, mail_id, form.address.data or "", clock.now()):
                abort(404)
        except actions.TooLateToSend:
            refuse(form.address, _("The time of this mail is over. Tell her by other means."))
            session.rollback()
        else:
            session.commit()
            flash(_("It is sent to the other address within a minute."))
            return redirect(url_for("reminders.show", mail_id=mail_id))
    return _page_of_mail(mail, form, 422)


@bp.post("/outbox/<uuid:mail_id>/told")
@open_to(Audience.COORDINATORS)
def told(mail_id: UUID) -> ResponseReturnValue:
    """Note that somebody told the reader by other means."""
    if not actions.note_told_by_phone(session, mail_id, actor_id=current_user.id, now=clock.now()):
        abort(404)
    session.commit()
    flash(_("Noted that she was told by other means."))
    return redirect(url_for("reminders.outbox", show=_wanted().show))


@bp.get("/reminders/coming")
@open_to(Audience.COORDINATORS)
def coming() -> ResponseReturnValue:
    """What will be sent in the coming days, if nothing changes; to all, to one reader, or about one day or silence."""
    now = clock.now()
    until = now + timedelta(days=COMING_DAYS)
    reader, about = _id_in_address("reader"), _id_in_address("about")
    mails = [
        each
        for each in everything_ahead(session, ladders_in_use(), parts().settings.zone, now, until)
        if each.goes_out
        and (reader is None or each.mail.person_id == reader)
        and (about is None or each.mail.subject_id == about)
    ]
    page = cut(len(mails), lambda limit, offset: mails[offset : offset + limit], wanted_page())  # type: ignore[arg-type,return-value]
    return render_template(
        "outbox/coming.html",
        page=page,
        is_narrowed=reader is not None or about is not None,
        days=COMING_DAYS,
        readers=page_queries.readers(session, (id_ for each in page.rows for id_ in each.reader_ids)),
        names=page_queries.names(session, (id_ for each in page.rows for id_ in each.mail.prisoner_ids), actor()),
    )
