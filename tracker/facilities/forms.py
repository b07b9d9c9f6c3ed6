"""What may be typed about a facility, its channels, and a merger of two entries."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types are of an older version
from wtforms.validators import DataRequired

from tracker.facilities.rules import LONGEST_SERVICE, MOST_PAGES_ALLOWED, MOST_PHOTOS_ALLOWED
from tracker.facilities.words import KIND_WORDS, REGIME_WORDS, VERIFIED_WORDS, WHO_WORDS
from tracker.letters.words import CHANNEL_WORDS
from tracker.web.forms import Form, FormIdField, choice, countries, day, line, paragraph, whole_number, zone
from tracker.web.words import words

YES_NO = {"yes": True, "no": False}

_NOT_KNOWN = ("", _l("not known"))
_YES = ("yes", _l("yes"))
_NO = ("no", _l("no"))


def yes_no(typed: str | None) -> bool | None:
    """What was chosen of yes, no and not known."""
    return YES_NO.get(typed or "")


def as_choice(value: bool | None) -> str:
    """Yes, no or not known, as it stands in the form."""
    return "" if value is None else ("yes" if value else "no")


class FacilityForm(Form):
    name = line(
        _l("Name"), required=_l("Type the name of the place."), hint=_l("In Latin letters: SIZO-2 Vladivostok.")
    )
    name_local = line(_l("Name in the local script"), hint=_l("As it stands on an envelope."))
    kind = choice(_l("What sort of place"), list(KIND_WORDS.items()), required=_l("Choose one."))
    regime = choice(
        _l("Regime of everybody here"), [("", _l("it differs, or is not known")), *list(REGIME_WORDS.items())]
    )
    city = line(_l("City"))
    region = line(_l("Region"))
    country = countries(_l("Country"))
    zone = zone(_l("Time zone"), hint=_l("Hearings and deadlines here run by it. A court needs one."))

    address = paragraph(
        _l("Mail goes to, in the local script"), most=600, hint=_l("One line each, as on the envelope, without a name.")
    )
    address_latin = paragraph(_l("Mail goes to, in Latin letters"), most=600, hint=_l("One line each."))
    verified_on = day(_l("Address verified on"), hint=_l("When somebody last made sure of it."))
    verified_from = choice(_l("From what"), [_NOT_KNOWN, *list(VERIFIED_WORDS.items())])
    verified_note = line(_l("From what exactly"), hint=_l("May stay empty."))
    located_at = paragraph(
        _l("It stands at, in the local script"), most=600, hint=_l("For visits and deliveries, if mail goes elsewhere.")
    )
    located_at_latin = paragraph(_l("It stands at, in Latin letters"), most=600)

    needs_birth_year = choice(
        _l("The year of birth"), [("", _l("as usual in the country")), ("yes", _l("is needed")), ("no", _l("is not"))]
    )
    needs_number = choice(
        _l("A number of the prisoner"),
        [("", _l("as usual in the country")), ("yes", _l("is needed")), ("no", _l("is not"))],
        hint=_l("It is written into the stay of each person, as what must stand on the envelope."),
    )
    number_label = line(_l("What the place calls that number"), most=60, hint=_l("For example: prisoner number, ID."))

    who_may_write = choice(_l("Who may write"), [_NOT_KNOWN, *list(WHO_WORDS.items())])
    letter_languages = line(_l("Languages of letters"), hint=_l("In words. Empty: not known."))
    most_pages = whole_number(_l("Pages at most"), least=1, most=MOST_PAGES_ALLOWED)
    most_photos = whole_number(_l("Photos at most"), most=MOST_PHOTOS_ALLOWED, hint=_l("0: none are let in."))
    refused_things = paragraph(_l("What is refused"), most=2000, hint=_l("One thing a line."))
    mail_note = paragraph(_l("What else the post has to know"), most=1000, rows=3)


class NewFacilityForm(FacilityForm):
    form_id = FormIdField()


class VerifyForm(Form):
    verified_from = choice(
        _l("From what"), [("", _l("choose")), *list(VERIFIED_WORDS.items())], required=_l("Say from what you know it.")
    )
    verified_note = line(_l("From what exactly"), hint=_l("In words, if it is something else."))


class ChannelForm(Form):
    channel = choice(_l("Way"), [("", _l("choose")), *list(CHANNEL_WORDS.items())], required=_l("Choose a way."))
    service = line(
        _l("Name of the service"), most=LONGEST_SERVICE, hint=_l("Of a service on the web that prints letters there.")
    )
    works = choice(_l("It works"), [_NOT_KNOWN, _YES, _NO])
    note = paragraph(
        _l("Note"),
        most=1000,
        rows=3,
        hint=_l("How to use it, how one pays, how long it takes. Everybody who writes there reads it."),
    )
    verified_on = day(_l("Verified on"), hint=_l("When somebody last made sure of it."))
    verified_from = choice(_l("From what"), [_NOT_KNOWN, *list(VERIFIED_WORDS.items())])


class NewChannelForm(ChannelForm):
    form_id = FormIdField()


class MergeForm(Form):
    """What every form for merging two entries has; ``merge_form`` adds a choice for each fact that differs."""

    seal = HiddenField()
    sure = BooleanField(
        _l("I have looked at both, and know that nobody can take them apart again."),
        [DataRequired(_l("Tick the box if they are one place."))],
    )

    def choices(self) -> list[Any]:
        """The fields in which one of two values is chosen."""
        return [field for field in self if field.name.startswith(_TAKE)]

    def taken(self) -> set[str]:
        """The facts of which the value of the entry that goes was chosen."""
        return {field.name.removeprefix(_TAKE) for field in self.choices() if field.data == "other"}


_TAKE = "take-"


def merge_form(differences: Iterable[tuple[str, Any, Any]]) -> type[MergeForm]:
    """A form for merging two entries. ``differences``: the name of a fact that differs, the value that stays unless the
    other is chosen, and the other."""
    fields = {
        f"{_TAKE}{name}": RadioField(
            label_of(name),
            choices=[SelectChoice("kept", shown(name, kept)), SelectChoice("other", shown(name, other))],
            default="kept",
        )
        for name, kept, other in differences
    }
    return type("MergeFormOfTwo", (MergeForm,), fields)


def label_of(name: str) -> Any:
    """What a fact is called on the form of a facility."""
    return getattr(FacilityForm, name).args[0]


def shown(name: str, value: Any) -> Any:
    """A fact as it is read: enums and answers in words, everything else as it was typed."""
    if isinstance(value, bool):
        return _l("yes") if value else _l("no")
    if isinstance(value, StrEnum):
        return words(value)
    if name == "country":
        return Locale.parse(str(get_locale() or "en")).territories.get(value, value)
    return str(value)
