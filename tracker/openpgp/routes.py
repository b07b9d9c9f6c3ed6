"""Everybody's own OpenPGP key."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import Audience
from tracker.lookup import oneself
from tracker.openpgp import actions
from tracker.openpgp import words as _words  # noqa: F401  the words of states for the templates
from tracker.openpgp.forms import KeyForm
from tracker.openpgp.keys import CannotEncrypt, KeyTooLarge, NotAKey, PrivateKey, SeveralKeys, read_key
from tracker.volunteers.rules import KeyState
from tracker.web.access import open_to
from tracker.web.forms import refuse
from tracker.web.session import session

bp = Blueprint("openpgp", __name__, url_prefix="/me/key")


@bp.get("/")
@open_to(Audience.VOLUNTEERS)
def show() -> ResponseReturnValue:
    return _page(KeyForm())


@bp.post("/")
@open_to(Audience.VOLUNTEERS)
def keep() -> ResponseReturnValue:
    form = KeyForm()
    given = form.given()
    if not form.validate():
        return _page(form), 422
    try:
        if not given:
            raise NotAKey
        key = read_key(given, clock.now())
    except (KeyTooLarge, NotAKey, PrivateKey, SeveralKeys, CannotEncrypt) as refusal:
        refuse(form.key, _why_not(refusal))
        is_private = isinstance(refusal, PrivateKey)
        if is_private:
            # What nobody else may have is not sent back either.
            form.key.data = None
        return _page(form, is_private=is_private), 422
    actions.keep_key(oneself(), key)
    session.commit()
    flash(_("Your key is kept. Send yourself a test, to be sure that you can open what is encrypted to it."))
    return redirect(url_for("openpgp.show"))


@bp.post("/remove")
@open_to(Audience.VOLUNTEERS)
def remove() -> ResponseReturnValue:
    actions.forget_key(oneself())
    session.commit()
    flash(_("Your key is removed. From now on your mails are not encrypted."))
    return redirect(url_for("openpgp.show"))


@bp.post("/test")
@open_to(Audience.VOLUNTEERS)
def test() -> ResponseReturnValue:
    volunteer = oneself()
    if volunteer.pgp_fingerprint is None or not volunteer.email:
        flash(_("A test needs a key and an e-mail address."), "warning")
        return redirect(url_for("openpgp.show"))
    actions.send_test(session, volunteer, clock.now())
    session.commit()
    flash(_("A test is on its way. If you can read it, all is well."))
    return redirect(url_for("openpgp.show"))


def _page(form: KeyForm, *, is_private: bool = False) -> str:
    return render_template("openpgp/show.html", form=form, volunteer=oneself(), is_private=is_private)


def _why_not(refusal: Exception) -> str:
    sentences: dict[type[Exception], str] = {
        KeyTooLarge: _("This key is larger than 100 kB. Export it without the signatures of others."),
        SeveralKeys: _("There are several keys in it. Give the one to which mail is to be encrypted."),
        PrivateKey: _("This is your private key. Paste the public one."),
    }
    if isinstance(refusal, CannotEncrypt):
        of_states: dict[KeyState, str] = {
            KeyState.EXPIRED: _("This key has expired. Extend it in your program, and export it anew."),
            KeyState.REVOKED: _("This key is revoked. Give the one that you use now."),
        }
        otherwise: str = _("Nothing can be encrypted to this key: it has no part that is meant for that.")
        return of_states.get(refusal.state, otherwise)
    no_key: str = _("This is no OpenPGP key. It begins with -----BEGIN PGP PUBLIC KEY BLOCK-----.")
    return sentences.get(type(refusal), no_key)
