"""Signing in and out, and becoming a volunteer by an invitation."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError

from tracker import clock
from tracker.access import Audience
from tracker.accounts import actions, queries
from tracker.accounts.forms import SignInForm, WelcomeForm
from tracker.accounts.invitation_actions import accept_invitation
from tracker.accounts.rules import HandleTaken, InvitationOver, MustWait, SignInFailed, check_passphrase
from tracker.accounts.signed_in import counter_of, forget, mark_device, remember, session_lasts
from tracker.accounts.words import PASSPHRASE_REFUSALS, passphrase_sentence
from tracker.languages import UnknownLanguage, codes_of
from tracker.volunteers.models import Volunteer
from tracker.web.access import open_to
from tracker.web.forms import refuse
from tracker.web.parts import parts
from tracker.web.session import session

bp = Blueprint("accounts", __name__)


@bp.get("/sign-in")
@open_to(Audience.ANYONE)
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(url_for("home.index"))
    return render_template("accounts/sign_in.html", form=SignInForm())


@bp.post("/sign-in")
@open_to(Audience.ANYONE)
def sign_in_submit() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form), 422
    settings, now = parts().settings, clock.now()
    handle = form.handle.data or ""
    counter = counter_of(handle, settings.secret_key)
    try:
        attempt = actions.begin_sign_in(session, handle=handle, counter=counter, now=now)
        session.rollback()
        fits = parts().passphrases.fits(attempt.passphrase_hash, form.passphrase.data)
        volunteer = actions.finish_sign_in(session, attempt, fits=fits, counter=counter, now=now)
    except MustWait as wait:
        refuse(form.passphrase, _("Too many tries in a row. Wait %(seconds)d seconds, please.", seconds=wait.seconds))
        return render_template("accounts/sign_in.html", form=form), 429
    except SignInFailed:
        session.commit()
        refuse(form.passphrase, _("Handle and passphrase do not fit together."))
        return render_template("accounts/sign_in.html", form=form), 422
    _start(volunteer)
    session.commit()
    response = redirect(_wanted_page())
    mark_device(response, handle, settings)
    return response


def _start(volunteer: Volunteer) -> None:
    """Begin a session under a token of its own, and end the one that this browser had."""
    former = forget()
    if former:
        actions.end_session(session, former)
    privileged = volunteer.is_coordinator or volunteer.is_admin
    lasts = session_lasts(parts().settings, privileged=privileged)
    actions.end_stale_sessions(session, clock.now())
    remember(actions.start_session(session, volunteer.id, lasts=lasts, now=clock.now()))


def _wanted_page() -> str:
    """The page that somebody wanted before she had to sign in; only one of ours."""
    wanted = request.args.get("next", "")
    try:
        parsed = urlsplit(wanted.replace("\\", "/"))
    except ValueError:
        return url_for("home.index")
    ours = wanted.startswith("/") and not wanted.startswith("//") and not parsed.netloc and not parsed.scheme
    return wanted if ours and wanted.isprintable() else url_for("home.index")


@bp.post("/sign-out")
@open_to(Audience.VOLUNTEERS)
def sign_out() -> ResponseReturnValue:
    token = forget()
    if token:
        actions.end_session(session, token)
        session.commit()
    flash(_("You are signed out."))
    response = redirect(url_for("accounts.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.get("/welcome/<token>")
@open_to(Audience.ANYONE)
def welcome(token: str) -> ResponseReturnValue:
    if queries.open_invitation(session, actions.hash_of(token), clock.now()) is None:
        return render_template("accounts/invitation_over.html"), 404
    return render_template("accounts/welcome.html", form=WelcomeForm(zone=parts().settings.zone), token=token)


@bp.post("/welcome/<token>")
@open_to(Audience.ANYONE)
def accept(token: str) -> ResponseReturnValue:
    form = WelcomeForm()
    if queries.open_invitation(session, actions.hash_of(token), clock.now()) is None:
        return render_template("accounts/invitation_over.html"), 404
    if form.validate():
        session.rollback()
        try:
            volunteer = accept_invitation(session, token, _chosen(form), clock.now())
            _start(volunteer)
            session.commit()
        except (InvitationOver, IntegrityError):
            session.rollback()
            return render_template("accounts/invitation_over.html"), 404
        except HandleTaken:
            refuse(form.handle, _("Somebody here has this handle already. Choose another one."))
        except UnknownLanguage as unknown:
            refuse(form.languages, _("We do not know the language “%(word)s”.", word=str(unknown)))
        except PASSPHRASE_REFUSALS as refusal:
            refuse(form.passphrase, passphrase_sentence(refusal))
        else:
            flash(_("Welcome! This is your first page; whoever you write to will appear here."))
            return redirect(url_for("home.index"))
    return render_template("accounts/welcome.html", form=form, token=token), 422


def _chosen(form: WelcomeForm) -> actions.NewAccount:
    locale = str(get_locale() or "en")
    handle, passphrase = form.handle.data or "", form.passphrase.data or ""
    languages = codes_of(form.languages.data, locale)
    check_passphrase(passphrase, handle)
    return actions.NewAccount(
        handle=handle,
        passphrase_hash=parts().passphrases.hash(passphrase),
        languages=languages,
        zone=form.zone.data or "UTC",
        locale=locale,
    )
