"""What may be typed to sign in, to accept an invitation, to invite, and to change a passphrase."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, PasswordField
from wtforms.validators import Email, InputRequired, Length

from tracker.accounts.rules import LONGEST_PASSPHRASE
from tracker.web.forms import Form, line, no_odd_characters, zone

_TOO_LONG = _l("At most %(max)d characters, please.")


def _passphrase(label: object, autocomplete: str, hint: object = "") -> PasswordField:
    return PasswordField(
        label,
        [
            InputRequired(_l("Type your passphrase.")),
            Length(max=LONGEST_PASSPHRASE, message=_TOO_LONG),
            no_odd_characters,
        ],
        description=hint,
        render_kw={"autocomplete": autocomplete},
    )


class SignInForm(Form):
    handle = line(
        _l("Handle"), required=_l("Type your handle."), most=60, render_kw={"autocomplete": "username", "autocapitalize": "none"}
    )
    passphrase = _passphrase(_l("Passphrase"), "current-password")


class WelcomeForm(Form):
    handle = line(
        _l("A handle"),
        required=_l("Choose a handle."),
        most=60,
        hint=_l("The name others here know you by. It need not be, and better is not, your real name."),
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )
    passphrase = _passphrase(
        _l("A passphrase"),
        "new-password",
        _l("At least 15 characters: four or five words that nobody else would put together."),
    )
    languages = line(
        _l("Languages you can write in"), most=100, hint=_l("For example: English, Russian."), render_kw={"autocapitalize": "none"}
    )
    zone = zone(_l("Your time zone"), required=_l("Choose your time zone."), hint=_l("Mails arrive by your clock."))


class InviteForm(Form):
    email = EmailField(
        _l("E-mail address"),
        [
            InputRequired(_l("Type an e-mail address.")),
            Length(max=200, message=_TOO_LONG),
            no_odd_characters,
            Email(_l("This is not an e-mail address.")),
        ],
        filters=[lambda text: text.strip() if text else text],
        description=_l("It is kept encrypted. The invitation works once."),
    )
    as_coordinator = BooleanField(_l("Coordinator: assigns, sees all prisoners"))
    as_admin = BooleanField(_l("Admin: invites, gives roles, sees no prisoners by that alone"))


class PassphraseForm(Form):
    present = _passphrase(_l("Your present passphrase"), "current-password")
    new = _passphrase(
        _l("The new one"),
        "new-password",
        _l("At least 15 characters: four or five words that nobody else would put together."),
    )
