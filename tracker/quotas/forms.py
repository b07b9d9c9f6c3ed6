"""What may be typed about claims, rules of facilities and links for families."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types are of an older version
from wtforms.validators import InputRequired

from tracker.letters.forms import QuestionsField
from tracker.parcels.forms import grams
from tracker.parcels.rules import ParcelKind
from tracker.parcels.words import PARCEL_KIND_WORDS
from tracker.quotas.rules import Counts, Limit, Pool, Unit
from tracker.quotas.words import CONFIDENCE_WORDS, COUNTS_WORDS, POOL_WORDS, WINDOW_WORDS
from tracker.web.forms import Form, FormIdField, choice, day, line, paragraph, whole_number


class ClaimForm(Form):
    form_id = FormIdField()
    kind = RadioField(
        _l("How it will go"),
        [InputRequired(_l("Choose how it will go."))],
        choices=[SelectChoice(str(kind), words) for kind, words in PARCEL_KIND_WORDS.items()],
        default=str(ParcelKind.PARCEL),
    )
    planned_on = day(_l("The day you will send it"), required=_l("Say on which day you will send it."))
    grams = grams(_l("Weight in grams, about"), _l("Leave it empty if you do not know yet."))
    sure = QuestionsField()


class FacilityRuleForm(Form):
    form_id = FormIdField()
    pool = choice(
        _l("What it is about"),
        [(pool, POOL_WORDS[pool]) for pool in (Pool.PARCELS, Pool.PACKETS)],
        required=_l("Choose what the rule is about."),
    )
    unit = choice(
        _l("What is counted"),
        [(Unit.PIECES, _l("pieces")), (Unit.GRAMS, _l("weight"))],
        required=_l("Choose what is counted."),
    )
    limit = choice(
        _l("How much"),
        [
            ("", _l("as the country’s rule says")),
            (Limit.UP_TO, _l("at most the number below")),
            (Limit.UNLIMITED, _l("no limit")),
        ],
    )
    most = whole_number(_l("Number, or kilograms"), most=1000)
    window = choice(_l("In which time"), [("", _l("as the country’s rule says")), *WINDOW_WORDS.items()])
    spacing_days = whole_number(
        _l("Days between two"), most=730, hint=_l("0 if no spacing is kept here; empty: as the country’s rule says.")
    )
    counts = choice(
        _l("Which ways count"),
        [("", _l("as the country’s rule says")), *((each, COUNTS_WORDS[each]) for each in Counts)],
    )
    source = line(
        _l("Who says so"),
        required=_l("Say where this comes from: who was told, by whom, how."),
        most=300,
        hint=_l("Such as: told at the window, by the lawyer, a notice on the wall. No names of relatives."),
    )
    verified_on = day(_l("On which day"))
    confidence = choice(_l("How sure it is"), [*CONFIDENCE_WORDS.items()], required=_l("Say how sure it is."))
    note = paragraph(_l("What to know besides"), most=1000, rows=2)


class FamilyLinkForm(Form):
    form_id = FormIdField()
    label = line(
        _l("For whom it is"),
        required=_l("Say for whom it is, so that you know which one to take back."),
        hint=_l("Such as: her sister. Kept encrypted; only coordinators read it."),
    )
