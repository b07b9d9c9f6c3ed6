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
from wtforms.validators import InputRequired, NumberRange, Optional

from tracker.collective.rules import LEAST_DAYS, MOST_DAYS, CollectiveSettings, KeptScans
from tracker.collective.words import KEPT_SCANS_WORDS
from tracker.web.forms import Form


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

    def decided(self) -> CollectiveSettings:
        """What was typed, from a form that was found valid."""
        return CollectiveSettings(
            scans_allowed=self.scans_allowed.data,
            scans_kept_days=self.scans_kept_days.days(),
            stale_after_days=self.stale_after_days.days(),
            claim_days=self.claim_days.days(),
            currency=self.currency.data,
        )

    def fate_of_scans(self) -> KeptScans | None:
        """What was chosen for the pages that are kept now."""
        return KeptScans(self.kept_scans.data) if self.kept_scans.data else None
