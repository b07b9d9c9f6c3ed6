"""What may be typed to sign in, to accept an invitation, to invite, and to change a passphrase."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, PasswordField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from tracker.accounts.addresses import NotAnAddress, usable_address
from tracker.accounts.rules import LONGEST_HANDLE, LONGEST_PASSPHRASE
from tracker.web.forms import Form, FormIdField, line, no_odd_characters, zone

_TOO_LONG = _l("At most %(max)d characters, please.")
_GOOD_PASSPHRASE = _l("At least 15 characters: four or five words that nobody else would put together.")


def _usable(_form: Any, field: Any) -> None:
    try:
        field.data = usable_address(field.data or "")
    except NotAnAddress:
        if not (field.data or "").rpartition("@")[0].isascii():
            latin = _("What stands before the @ must be in Latin letters; few mail servers take others.")
            raise ValidationError(latin) from None
        raise ValidationError(_("This is not an e-mail address.")) from None


def email_address(label: Any, *, required: Any = None, hint: Any = "") -> EmailField:
    """An e-mail address; ``required`` is the sentence for leaving it empty."""
    presence = InputRequired(required) if required else Optional()
    return EmailField(
        label,
        [presence, Length(max=200, message=_TOO_LONG), no_odd_characters, _usable],
        filters=[lambda text: (text.strip() or None) if text else None],
        description=hint,
        render_kw={"autocomplete": "email"},
    )


def _passphrase(label: Any, autocomplete: str, hint: Any = "") -> PasswordField:
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
        _l("Handle"),
        required=_l("Type your handle."),
        most=LONGEST_HANDLE,
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )
    passphrase = _passphrase(_l("Passphrase"), "current-password")


class WelcomeForm(Form):
    handle = line(
        _l("A handle"),
        required=_l("Choose a handle."),
        most=LONGEST_HANDLE,
        hint=_l("The name others here know you by. It need not be, and better is not, your real name."),
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )
    passphrase = _passphrase(
        _l("A passphrase"),
        "new-password",
        _GOOD_PASSPHRASE,
    )
    languages = line(
        _l("Languages you can write in"),
        most=100,
        hint=_l("For example: English, Russian."),
        render_kw={"autocapitalize": "none"},
    )
    zone = zone(_l("Your time zone"), required=_l("Choose your time zone."), hint=_l("Mails arrive by your clock."))


class InviteForm(Form):
    form_id = FormIdField()
    email = email_address(
        _l("E-mail address"),
        required=_l("Type an e-mail address."),
        hint=_l("It is kept encrypted and shown to nobody but you. The invitation works once."),
    )
    as_coordinator = BooleanField(_l("Coordinator: assigns, and sees all prisoners"))
    as_admin = BooleanField(_l("Admin: invites and gives roles, and sees no prisoners by that alone"))


class EmailForm(Form):
    email = email_address(
        _l("E-mail address"), hint=_l("Reminders go there. It is kept encrypted. Leave it empty to get no mail at all.")
    )
    passphrase = _passphrase(_l("Your passphrase"), "current-password", _l("To make sure that it is you."))


class PassphraseForm(Form):
    present = _passphrase(_l("Your present passphrase"), "current-password")
    new = _passphrase(_l("The new one"), "new-password", _GOOD_PASSPHRASE)
