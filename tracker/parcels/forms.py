"""What may be typed about parcels."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, HiddenField, IntegerField, RadioField
from wtforms import Form as Part
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types are of an older version
from wtforms.validators import InputRequired, NumberRange, Optional

from tracker.letters.fields import CostField, CurrencyField
from tracker.letters.forms import QuestionsField, note, tracking, whose
from tracker.parcels.contents import MOST_ITEMS, MOST_OF_ONE
from tracker.parcels.rules import HEAVIEST_GRAMS, ParcelKind
from tracker.parcels.words import ITEM_CATEGORY_WORDS, PARCEL_CATEGORY_WORDS, PARCEL_KIND_WORDS, SENT_BY_WORDS
from tracker.web.forms import Form, FormIdField, choice, day, line, whole_number

EMPTY_ROWS = 5
MORE_ROWS = 3


class GramsField(IntegerField):
    """A whole number of grams."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if text and not (text.isascii() and text.isdigit() and len(text) < 10):
            raise ValueError(_("Write the weight in whole grams, like 1500."))
        self.data = int(text) if text else None


def grams(label: Any, hint: Any = "") -> GramsField:
    """A weight that some post would take."""
    too_much = _l("Between %(min)d and %(max)d grams, please: no post takes more.")
    checks = [Optional(), NumberRange(1, HEAVIEST_GRAMS, too_much)]
    return GramsField(label, checks, description=hint, render_kw={"inputmode": "numeric"})


class ItemForm(Part):
    """One row of what is in a parcel. A row without words is empty."""

    item_id = HiddenField()
    what = line(_l("What"), most=500)
    how_many = whole_number(_l("How many"), least=1, most=MOST_OF_ONE)
    grams = grams(_l("Grams"))
    category = choice(_l("Sort"), [("", _l("not said")), *ITEM_CATEGORY_WORDS.items()])

    def validate(self, extra_validators: Any = None) -> bool:
        """Numbers say nothing without the thing that they are of."""
        is_valid = super().validate(extra_validators)
        if not self.what.data and (self.how_many.data or self.grams.data or self.category.data):
            self.what.errors = [_("Say what it is, or empty the whole row.")]
            return False
        return is_valid


class ParcelForm(Form):
    posted_on = day(_l("The day it was posted or handed in"), required=_l("Say on which day it was posted."))
    kind = RadioField(
        _l("How it went"),
        [InputRequired(_l("Choose how it went."))],
        choices=[SelectChoice(str(kind), words) for kind, words in PARCEL_KIND_WORDS.items()],
        default=str(ParcelKind.PARCEL),
    )
    items = FieldList(FormField(ItemForm), max_entries=MOST_ITEMS)
    grams = grams(
        _l("Weight in grams"),
        _l("The whole parcel. Leave it empty if it was not weighed; then the lines are added up, if all are weighed."),
    )
    tracking = tracking()
    category = choice(_l("What sort of parcel"), [*PARCEL_CATEGORY_WORDS.items()], required=_l("Choose the sort."))
    sent_by = choice(
        _l("Who sent it"),
        [*SENT_BY_WORDS.items()],
        required=_l("Choose who sent it."),
        hint=_l("Parcels of the family and of others count against the same quota, so they are entered too."),
    )
    postage = CostField(_l("Postage"))
    goods = CostField(_l("What the receipts add up to"), description=_l("The amount only; receipts are not kept here."))
    currency = CurrencyField()
    note = note()
    sure = QuestionsField()

    def add_rows(self, wanted: int) -> None:
        """Put empty rows below, up to the most that one parcel has."""
        for _row in range(min(wanted, MOST_ITEMS - len(self.items.entries))):
            self.items.append_entry()


class NewParcelForm(ParcelForm):
    form_id = FormIdField()
    volunteer = whose(_l("Whose parcel it is"))
    needs = QuestionsField(_l("From the wish list"))


class RefusedItemForm(Part):
    """One line of a parcel that arrived: whether it was let in."""

    item_id = HiddenField()
    is_refused = BooleanField(_l("Not let in"))
    because = line(_l("Why"), most=200)


class ArrivedForm(Form):
    arrived_on = day(_l("The day it arrived"), required=_l("Say on which day it arrived."))
    refused = FieldList(FormField(RefusedItemForm), max_entries=MOST_ITEMS)
