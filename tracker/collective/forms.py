"""What an admin may type about the collective."""

from __future__ import annotations

from typing import Any

from babel import Locale
from babel.core import get_global
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types are of an older version
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from tracker.accounts.addresses import NotAnAddress, usable_address
from tracker.collective.rules import (
    LEAST_DAYS,
    MOST_DAYS,
    CollectiveSettings,
    KeptScans,
    NoMonitor,
    check_ping_url,
)
from tracker.collective.words import KEPT_SCANS_WORDS, MOST_DISCLOSURE_WORDS
from tracker.volunteers.rules import Disclosure
from tracker.web.forms import Form, choice, line


class _DaysField(IntegerField):
    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            self.data = None
            return
        try:
            self.data = int(text) if len(text) < 10 else MOST_DAYS + 1
        except ValueError:
            self.data = None
            raise ValueError(_("Type a number of days, such as 180.")) from None

    def days(self) -> int:
        """The number, of a form that was found valid."""
        assert self.data is not None
        return self.data


def _days(label: Any, hint: Any) -> _DaysField:
    limits = NumberRange(LEAST_DAYS, MOST_DAYS, _l("Type a number of days from %(min)s to %(max)s."))
    return _DaysField(
        label,
        [InputRequired(_l("Type a number of days.")), limits],
        description=hint,
        render_kw={"min": LEAST_DAYS, "max": MOST_DAYS},
    )


def _currencies() -> list[SelectChoice]:
    """Every currency in which one pays somewhere today, by its code and its name in the reader's language."""
    names = Locale.parse(str(get_locale() or "en")).currencies
    in_use = {
        code
        for of_territory in get_global("territory_currencies").values()
        for code, _since, until, is_tender in of_territory
        if until is None and is_tender
    }
    known = [SelectChoice(code, f"{code} · {names.get(code, code)}") for code in sorted(in_use)]
    return [SelectChoice("", _("not decided")), *known]


class CollectiveForm(Form):
    scans_allowed = BooleanField(_l("Keep scans of replies"))
    scans_kept_days = _days(
        _l("Days that a scan is kept"), _l("Then it is destroyed, unless somebody holds it for the prisoner’s release.")
    )
    applies_to_all = BooleanField(_l("Count anew for the pages that are kept already"))
    kept_scans = RadioField(
        _l("What about the pages that are kept now?"),
        [Optional()],
        choices=[SelectChoice(str(value), words) for value, words in KEPT_SCANS_WORDS.items()],
    )
    stale_after_days = _days(
        _l("Days until an address must be checked again"), _l("Coordinators see which addresses nobody has checked.")
    )
    claim_days = _days(
        _l("Days that a claimed parcel is kept for somebody"), _l("Then others can take the slot again.")
    )
    currency = SelectField(
        _l("Currency of costs"), [Optional()], choices=_currencies, coerce=lambda value: value or None
    )

    most_disclosure = choice(
        _l("The most that any mail or calendar says"),
        list(MOST_DISCLOSURE_WORDS.items()),
        required=_l("Choose how much they say."),
        hint=_l("Everybody can choose less for herself. It holds from the next mail on."),
    )
    mails_kept_days = _days(
        _l("Days that a mail is kept in the outbox"), _l("Then it is counted and destroyed, with whom it told what.")
    )
    reply_to = line(
        _l("Where answers to mails go"),
        most=250,
        hint=_l("An e-mail address that somebody reads. Empty: whoever answers reaches nobody. Kept encrypted."),
    )
    ping_url = line(
        _l("Outside monitor"),
        most=500,
        hint=_l(
            "An https address that the scheduler asks for while all is well, so that somebody outside notices when it "
            "has stopped. Nothing is sent but the request; the monitor learns the address of this machine. Empty: none."
        ),
    )

    def validate_reply_to(self, field: Any) -> None:
        if field.data:
            try:
                field.data = usable_address(field.data)
            except NotAnAddress:
                raise ValidationError(_("This is not an e-mail address to which mail can be sent.")) from None

    def validate_ping_url(self, field: Any) -> None:
        if field.data:
            try:
                check_ping_url(field.data)
            except NoMonitor:
                raise ValidationError(
                    _("Write an address that begins with https:// and leads to another machine on the internet.")
                ) from None

    def decided(self) -> CollectiveSettings:
        """What was typed, from a form that was found valid."""
        return CollectiveSettings(
            scans_allowed=self.scans_allowed.data,
            scans_kept_days=self.scans_kept_days.days(),
            stale_after_days=self.stale_after_days.days(),
            claim_days=self.claim_days.days(),
            currency=self.currency.data,
            most_disclosure=Disclosure(self.most_disclosure.data),
            mails_kept_days=self.mails_kept_days.days(),
            reply_to=self.reply_to.data,
            ping_url=self.ping_url.data,
        )

    def fate_of_scans(self) -> KeptScans | None:
        """What was chosen for the pages that are kept now."""
        return KeptScans(self.kept_scans.data) if self.kept_scans.data else None
