"""What may be typed about a prisoner and about where somebody is."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.validators import ValidationError

from tracker.cases.words import CODE_WORDS, ROLE_WORDS
from tracker.dates.rules import Leap
from tracker.facilities.words import REGIME_WORDS
from tracker.prisoners.rules import LONGEST_NAME, MOST_SPELLINGS
from tracker.prisoners.words import CONDITIONS_WORDS, PLACEMENT_WORDS, SEX_WORDS, SUPPORT_WORDS, WHEREABOUTS_WORDS
from tracker.web.forms import Form, FormIdField, choice, line, paragraph, partial_date

_PARTIAL = _l("The day, the month or the year: 1988-02-29, 1988-02 or 1988.")


def _few_short_lines(_form: Any, field: Any) -> None:
    lines = (field.data or "").splitlines()
    if len(lines) > MOST_SPELLINGS:
        raise ValidationError(_("At most %(max)d spellings, please.", max=MOST_SPELLINGS))
    if any(len(each) > LONGEST_NAME for each in lines):
        raise ValidationError(_("At most %(max)d characters in a line, please.", max=LONGEST_NAME))


class PersonForm(Form):
    name = line(_l("Name"), required=_l("Type a name."), hint=_l("In Latin letters, as it is shown here."))
    name_local = line(
        _l("Full name in the local script"),
        hint=_l("As it must stand on the envelope: family name, given name, patronymic."),
    )
    spellings = paragraph(
        _l("Further spellings"), rows=3, hint=_l("One a line. The person is found under any of them.")
    )
    birth = partial_date(
        _l("Born"), hint=_l("The day, the month or the year: 1988-02-29, 1988-02 or 1988; --02-29 without the year.")
    )
    languages = line(
        _l("Languages one can write in"),
        most=100,
        hint=_l("For example: Russian, English. Post in others may be held back."),
    )
    whereabouts = choice(_l("How the person stands now"), list(WHEREABOUTS_WORDS.items()))
    write_about = paragraph(_l("What to write about"), most=2000, hint=_l("Seen by those who write. Kept encrypted."))
    never_write = paragraph(_l("What never to write"), most=2000, hint=_l("Seen by those who write. Kept encrypted."))
    note = paragraph(_l("Note for coordinators"), most=4000, hint=_l("Kept encrypted, and never shown to volunteers."))
    support = choice(_l("Support"), list(SUPPORT_WORDS.items()), required=_l("Choose one."))
    support_caveat = line(
        _l("Caveat"), most=500, hint=_l("What coordinators must know before they assign somebody. Never the grounds.")
    )
    support_by = line(_l("Who decided that"))
    support_on = partial_date(_l("Decided on"), hint=_PARTIAL)
    minor_at_arrest = BooleanField(_l("Was a minor when arrested"))
    sex = choice(
        _l("Woman or man"),
        [("", _l("not told")), *SEX_WORDS.items()],
        hint=_l("Needed to know how many parcels are allowed."),
    )
    no_mail = BooleanField(_l("A court has forbidden mail"))
    no_mail_since = partial_date(_l("Forbidden since"), hint=_PARTIAL)
    no_mail_until = partial_date(_l("Forbidden until"), hint=_PARTIAL)
    on_official_list = BooleanField(_l("On the state's list of “terrorists and extremists”"))
    official_list_since = partial_date(_l("On the list since"), hint=_PARTIAL)
    release_on = partial_date(_l("Expected release"), hint=_PARTIAL)
    keeps_leap_day_on = choice(
        _l("If born on 29 February"),
        [(Leap.FEB28, _l("birthday on 28 February in other years")), (Leap.MAR1, _l("on 1 March"))],
    )

    def validate_spellings(self, field: Any) -> None:
        """Few and short."""
        _few_short_lines(self, field)

    def spelling_lines(self) -> tuple[str, ...]:
        """The further spellings, each once."""
        lines = (" ".join(each.split()) for each in (self.spellings.data or "").splitlines())
        return tuple(dict.fromkeys(each for each in lines if each))


def _regime() -> Any:
    return choice(
        _l("Regime"),
        [("", _l("as the facility’s, or not known")), *REGIME_WORDS.items()],
        hint=_l("Set by the sentence. How many parcels are allowed depends on it."),
    )


def _conditions() -> Any:
    return choice(
        _l("Conditions"),
        [("", _l("not known")), *CONDITIONS_WORDS.items()],
        hint=_l("Inside the place; not the same as its regime."),
    )


class PlacementForm(Form):
    kind = choice(_l("What sort of place"), list(PLACEMENT_WORDS.items()), required=_l("Choose one."))
    facility = choice(_l("Facility"), hint=_l("Only its address gives an envelope."))
    place = line(_l("Or the place in words"), hint=_l("As far as it is known: a colony in Perm Region."))
    since = partial_date(_l("Since"), hint=_l("The day, the month or the year. Empty: not known."))
    regime = _regime()
    conditions = _conditions()
    envelope_line = line(
        _l("Besides the name on the envelope"), most=100, hint=_l("A number, unit or cell, if mail there needs it.")
    )


class MoveForm(PlacementForm):
    form_id = FormIdField()
    seen = HiddenField()
    """The present stay when the form was opened."""


class TransferForm(Form):
    since = partial_date(
        _l("Since"),
        hint=_l("The day, the month or the year in which the person was last known to be there. Empty: not known."),
    )
    place = line(_l("Where to, as far as anybody knows"), hint=_l("In words: somewhere in Perm Region. Or nothing."))
    form_id = FormIdField()
    seen = HiddenField()


class WhereForm(Form):
    on = partial_date(
        _l("When"), required=_l("Type a day, a month or a year."), hint=_l("For example 2023-05-01, 2023-05 or 2023.")
    )

    def validate_on(self, field: Any) -> None:
        """A time that can be found among others needs its year."""
        if field.data is not None and field.data.year is None:
            raise ValidationError(_("Type the year too, like 2023-05-01, 2023-05 or 2023."))


class FormerPlacementForm(PlacementForm):
    until = partial_date(_l("Until"), hint=_l("The day, the month or the year. Empty: not known."))


class NewPersonForm(PersonForm):
    form_id = FormIdField()
    is_another = BooleanField(_l("It is another person"))
    placement = choice(_l("Where the person is"), [("", _l("not entered now")), *PLACEMENT_WORDS.items()])
    facility = choice(_l("Facility"), hint=_l("Only its address gives an envelope."))
    place = line(_l("Or the place in words"), hint=_l("As far as it is known: a colony in Perm Region."))
    placed_since = partial_date(_l("There since"), hint=_PARTIAL)
    regime = _regime()
    conditions = _conditions()
    case = choice(_l("Case"))
    new_case = line(_l("Or a new case"), hint=_l("Its title, as people call it."))
    role = choice(_l("What the person is in it"), list(ROLE_WORDS.items()))
    detained_on = partial_date(_l("First detained in this case"), hint=_PARTIAL)
    articles = line(_l("Articles of the charge"), hint=_l("For example 205.4, or 30(1)+281(2)(a,c)."))
    code = choice(_l("Of which code"), [("", _l("not known")), *CODE_WORDS.items()])
    wording = line(_l("What the charge says"), most=500, hint=_l("In a few words."))
