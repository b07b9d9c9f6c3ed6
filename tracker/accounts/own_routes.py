"""What everybody changes about her own account: the e-mail address, the passphrase, where she is signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.accounts import actions, queries
from tracker.accounts.forms import EmailForm, PassphraseForm
from tracker.accounts.rules import MustWait, SignInFailed, check_passphrase
from tracker.accounts.signed_in import confirmation_counter
from tracker.accounts.words import PASSPHRASE_REFUSALS, passphrase_sentence
from tracker.lookup import oneself
from tracker.volunteers.models import Volunteer
from tracker.web.access import open_to
from tracker.web.forms import refuse
from tracker.web.parts import parts
from tracker.web.session import session

bp = Blueprint("own", __name__, url_prefix="/me")


@bp.get("/email")
@open_to(Audience.VOLUNTEERS)
def email() -> ResponseReturnValue:
    return render_template("accounts/email.html", form=EmailForm(email=oneself().email))


@bp.post("/email")
@open_to(Audience.VOLUNTEERS)
def change_email() -> ResponseReturnValue:
    form = EmailForm()
    if form.validate():
        confirmed = _confirmed(form.passphrase, lambda: None)
        if confirmed:
            actions.change_email(session, confirmed[0], form.email.data, clock.now())
            session.commit()
            flash(_("Your e-mail address is saved."))
            return redirect(url_for("volunteers.me"))
    return render_template("accounts/email.html", form=form), 422


@bp.get("/passphrase")
@open_to(Audience.VOLUNTEERS)
def passphrase() -> ResponseReturnValue:
    return render_template("accounts/passphrase.html", form=PassphraseForm())


@bp.post("/passphrase")
@open_to(Audience.VOLUNTEERS)
def change_passphrase() -> ResponseReturnValue:
    form = PassphraseForm()
    if form.validate():
        try:
            check_passphrase(form.new.data or "", current_user.handle)
        except PASSPHRASE_REFUSALS as refusal:
            refuse(form.new, passphrase_sentence(refusal))
            return render_template("accounts/passphrase.html", form=form), 422
        confirmed = _confirmed(form.present, lambda: parts().passphrases.hash(form.new.data))
        if confirmed:
            volunteer, new_hash = confirmed
            actions.change_passphrase(session, volunteer, passphrase_hash=new_hash, session_id=current_user.session_id)
            session.commit()
            flash(_("Your passphrase is changed, and you are signed out everywhere else."))
            return redirect(url_for("volunteers.me"))
    return render_template("accounts/passphrase.html", form=form), 422


def _confirmed(field: Any, prepare: Callable[[], Any]) -> tuple[Volunteer, Any] | None:
    """Who typed her passphrase anew, and what ``prepare`` gives; None with the reason at the field.

    The slow checks run before anything is written, so that the database is not held. A stolen session may not guess
    without end: wrong tries are slowed down as at sign-in.
    """
    counter = confirmation_counter(current_user.id, parts().settings.secret_key)
    try:
        attempt = actions.begin_sign_in(session, handle=current_user.handle, counter=counter, now=clock.now())
        session.rollback()
        fits = parts().passphrases.fits(attempt.passphrase_hash, field.data)
        prepared = prepare() if fits else None
        return actions.finish_sign_in(session, attempt, fits=fits, counter=counter, now=clock.now()), prepared
    except MustWait as wait:
        refuse(field, _("Too many tries in a row. Wait %(seconds)d seconds, please.", seconds=wait.seconds))
    except SignInFailed:
        session.commit()
        refuse(field, _("This is not your passphrase."))
    return None


@bp.get("/sessions")
@open_to(Audience.VOLUNTEERS)
def sessions() -> ResponseReturnValue:
    return render_template("accounts/sessions.html", sessions=queries.sessions_of(session, current_user.id))


@bp.post("/sessions/<uuid:session_id>/end")
@open_to(Audience.VOLUNTEERS)
def end_session(session_id: UUID) -> ResponseReturnValue:
    if not actions.end_one_session(session, current_user.id, session_id):
        abort(404)
    session.commit()
    flash(_("That session is over."))
    return redirect(url_for("own.sessions"))


@bp.post("/sessions/end-others")
@open_to(Audience.VOLUNTEERS)
def end_other_sessions() -> ResponseReturnValue:
    actions.end_sessions_of(session, current_user.id, but=current_user.session_id)
    session.commit()
    flash(_("You are signed out everywhere but here."))
    return redirect(url_for("own.sessions"))
