"""What may be typed about a facility."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.facilities.words import KIND_WORDS
from tracker.web.forms import Form, FormIdField, choice, countries, day, line, paragraph, zone

YES_NO = {"yes": True, "no": False}


class FacilityForm(Form):
    name = line(
        _l("Name"), required=_l("Type the name of the place."), hint=_l("In Latin letters: SIZO-2 Vladivostok.")
    )
    name_local = line(_l("Name in the local script"), hint=_l("As it stands on an envelope."))
    kind = choice(_l("What sort of place"), list(KIND_WORDS.items()), required=_l("Choose one."))
    city = line(_l("City"))
    region = line(_l("Region"))
    country = countries(_l("Country"))
    zone = zone(_l("Time zone"), hint=_l("Hearings and deadlines here run by it. A court needs one."))
    address = paragraph(
        _l("Postal address in the local script"),
        most=600,
        hint=_l("One line each, as on the envelope, without a name."),
    )
    address_latin = paragraph(_l("Postal address in Latin letters"), most=600, hint=_l("One line each."))
    accepts_e_letters = choice(
        _l("Letters by an electronic service"), [("", _l("not known")), ("yes", _l("yes")), ("no", _l("no"))]
    )
    mail_note = paragraph(
        _l("What the post has to know"), most=1000, rows=3, hint=_l("Page limits, languages, what is refused.")
    )
    verified_on = day(_l("Address verified on"), hint=_l("When somebody last made sure of it."))


class NewFacilityForm(FacilityForm):
    form_id = FormIdField()
