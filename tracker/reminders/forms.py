"""What may be typed about a mail."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.accounts.forms import email_address
from tracker.web.forms import Form


class AddressForm(Form):
    """Another address for one mail."""

    address = email_address(
        _l("The other address"),
        required=_l("Type the address."),
        hint=_l("For this one mail. It is kept encrypted, and forgotten once the mail is out."),
    )
