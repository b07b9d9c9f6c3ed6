"""What may be typed about parcels."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from tracker.letters.forms import QuestionsField, note, tracking, whose
from tracker.parcels.rules import HEAVIEST_GRAMS
from tracker.web.forms import Form, FormIdField, day, paragraph


class GramsField(IntegerField):
    """A whole number of grams."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        if text and not (text.isascii() and text.isdigit() and len(text) < 10):
            self.data = None
            raise ValueError(_l("Write the weight in whole grams, like 1500."))
        self.data = int(text) if text else None


class ParcelForm(Form):
    posted_on = day(_l("The day it was posted"), required=_l("Say on which day it was posted."))
    contents = paragraph(
        _l("What is in it"), required=_l("Say what is in it."), hint=_l("One thing a line."), most=4000, rows=5
    )
    grams = GramsField(
        _l("Weight in grams"),
        [Optional(), NumberRange(1, HEAVIEST_GRAMS, _l("Between %(min)d and %(max)d grams, please."))],
        description=_l("The whole parcel. Leave it empty if it was not weighed."),
        render_kw={"inputmode": "numeric"},
    )
    tracking = tracking()
    note = note()
    sure = QuestionsField()


class NewParcelForm(ParcelForm):
    form_id = FormIdField()
    volunteer = whose(_l("Whose parcel it is"))


class ArrivedForm(Form):
    arrived_on = day(_l("The day it arrived"), required=_l("Say on which day it arrived."))
