"""What may be typed or sent as a key."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import TextAreaField

from tracker.openpgp.keys import LARGEST_KEY
from tracker.web.forms import Form


class KeyForm(Form):
    key = TextAreaField(
        _l("Your public key"),
        description=_l("It begins with -----BEGIN PGP PUBLIC KEY BLOCK-----. Never the private one."),
        render_kw={"rows": 8, "spellcheck": "false", "autocomplete": "off"},
    )
    file = FileField(_l("Or the file that it is in"), description=_l("Up to 100 kB, ending in .asc, .gpg or .pgp."))

    def given(self) -> bytes:
        """What was typed or sent, and not much beyond what may be; empty if nothing was."""
        typed = (self.key.data or "").strip()
        if typed:
            return typed.encode("utf-8", "replace")[: LARGEST_KEY + 1]
        sent: FileStorage | None = self.file.data
        return sent.stream.read(LARGEST_KEY + 1) if sent else b""
