"""What may be typed about cases, charges and measures."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.cases.words import CASE_WORDS, CHARGE_WORDS, CODE_WORDS, MEASURE_WORDS, ROLE_WORDS
from tracker.web.forms import Form, FormIdField, choice, countries, line, paragraph, partial_date, zone

_NOT_KNOWN = ("", _l("not known"))


class CaseForm(Form):
    title = line(
        _l("Title"),
        required=_l("Give the case a title."),
        hint=_l("As people call it: Tyumen case, case of the leaflets."),
    )
    kind = choice(_l("What sort of case"), list(CASE_WORDS.items()), required=_l("Choose one."))
    country = countries(_l("Country"))
    summary = paragraph(_l("What it is about"), most=2000, hint=_l("A few sentences in your own words."))


class NewCaseForm(CaseForm):
    form_id = FormIdField()


class PlaceInCaseForm(Form):
    role = choice(_l("What the person is in it"), list(ROLE_WORDS.items()), required=_l("Choose one."))
    detained_on = partial_date(
        _l("First detained in this case"),
        hint=_l("The day, the month or the year: 2024-02-29, 2024-02 or 2024. Its anniversary is remembered."),
    )


class NewPlaceInCaseForm(PlaceInCaseForm):
    prisoner = choice(_l("Who"), required=_l("Choose a person."))


class ChargeForm(Form):
    articles = line(_l("Articles"), hint=_l("For example 205.4, or 30(1)+281(2)(a,c)."))
    code = choice(_l("Of which code"), [_NOT_KNOWN, *CODE_WORDS.items()])
    wording = line(_l("What it says"), most=500, hint=_l("In a few words; needed if no article is known."))
    brought_on = partial_date(_l("Brought on"), hint=_l("The day, the month or the year."))
    state = choice(_l("What became of it"), [_NOT_KNOWN, *CHARGE_WORDS.items()])
    state_on = partial_date(_l("When that happened"))
    faces_up_to = line(_l("Punishment that it threatens"), hint=_l("A threat, never a sentence: up to 15 years."))
    concerned = SelectMultipleField(
        _l("Whom it concerns"),
        description=_l("Nobody marked means everybody in the case."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class NewChargeForm(ChargeForm):
    form_id = FormIdField()


class MeasureForm(Form):
    kind = choice(_l("What"), list(MEASURE_WORDS.items()), required=_l("Choose one."))
    since = partial_date(_l("Since"), hint=_l("The day, the month or the year."))
    until = partial_date(
        _l("Until"),
        hint=_l("The last day of the present term. Whoever is assigned is reminded before it. Empty: not known."),
    )
    case = choice(_l("In which case"))
    place = line(_l("Where"), hint=_l("Only if it is not where the person is held."))
    zone = zone(_l("Time zone in which it ends"))
    note = paragraph(_l("Note"), most=1000, rows=2)


class NewMeasureForm(MeasureForm):
    form_id = FormIdField()
    court = line(_l("Ordered by which court"))


class ExtensionForm(Form):
    form_id = FormIdField()
    until = partial_date(
        _l("Extended until"), required=_l("Type the new last day, or the month if only that is known.")
    )
    ordered_on = partial_date(_l("Ordered on"), hint=_l("The day of the decision."))
    court = line(_l("By which court"))


class EndForm(Form):
    ended_on = partial_date(_l("Over since"), required=_l("Type the day, or the month or year if only that is known."))
    reason = line(_l("Why"), hint=_l("For example: verdict in force, released, replaced by house arrest."))
