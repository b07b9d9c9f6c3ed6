"""What may be typed about evenings and the letters counted after them."""

from __future__ import annotations

from babel.dates import get_month_names
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from tracker.evenings.rules import MOST_EACH, MOST_PEOPLE, WINDOW_DAYS
from tracker.printing.label_sheets import label_sheets
from tracker.printing.rules import MOST_COPIES, Paper, PrintKind, Script
from tracker.printing.words import KIND_WORDS, PAPER_WORDS, SCRIPT_WORDS
from tracker.web.forms import Form, FormIdField, choice, day, line, offer, paragraph, whole_number
from tracker.web.language import locale

EVER = "ever"


class EveningForm(Form):
    title = line(
        _l("What you call it"),
        required=_l("Give it a name, like “Letters in December”."),
        most=120,
        hint=_l("Only coordinators see it. It is not printed."),
    )
    on = day(_l("Day"), required=_l("Say on which day it is."))
    most_letters = whole_number(
        _l("At most so many letters to one person"),
        least=1,
        most=MOST_EACH,
        hint=_l("So that nobody gets forty letters and somebody none. Leave it empty for no limit."),
    )


class ChoiceForm(Form):
    people = whole_number(_l("For how many people"), least=1, most=MOST_PEOPLE)
    days = choice(
        _l("Fewest letters first, counted over"),
        [(WINDOW_DAYS, _l("the last 90 days")), (EVER, _l("all time"))],
        hint=_l("Among people with equally many letters the lot decides."),
    )
    language = line(_l("Read and write"), most=60, hint=_l("A language, like “German”."))
    theme = line(_l("Interests or work"), most=120, hint=_l("One word or several with commas: “journalist, press”."))
    facility = choice(_l("Held in"))
    region = line(_l("Region or city"), most=80)
    month = choice(_l("Birthday in"))
    minors = BooleanField(_l("Only those who were minors when arrested"))
    women = BooleanField(_l("Only women"))

    def offer_months(self) -> None:
        """The months by name, in the reader's language."""
        names = get_month_names("wide", "stand-alone", locale=locale())
        offer(self.month, [("", _l("any month")), *((month, names[month]) for month in range(1, 13))])


class NewEveningForm(EveningForm, ChoiceForm):
    form_id = FormIdField()


class PrintForm(Form):
    form_id = FormIdField()
    kind = choice(
        _l("What"),
        [(kind, words) for kind, words in KIND_WORDS.items() if kind is not PrintKind.BIRTHDAYS],
        required=_l("Choose what to print."),
    )
    script = choice(_l("Addresses on labels and envelopes"), [(each, SCRIPT_WORDS[each]) for each in Script])
    sheet = choice(_l("Sheet of labels"))
    first = whole_number(
        _l("Begin at label number"), least=1, most=200, hint=_l("For a sheet of which some labels are used already.")
    )
    copies = whole_number(_l("Labels for each person"), least=1, most=MOST_COPIES)
    paper = choice(_l("Size of the envelopes"), [(each, PAPER_WORDS[each]) for each in Paper])

    def offer_sheets(self) -> None:
        """The sheets of labels that are configured."""
        offer(self.sheet, [(key, sheet.name) for key, sheet in label_sheets().items()])


class TallyForm(Form):
    form_id = FormIdField()
    pasted = paragraph(
        _l("A list, one person a line"),
        most=60_000,
        rows=10,
        hint=_l("A name and a number, in either script: “Снежков 5”, “3 × Ivan Snezhkov”, or “12: 5” for sheet 12."),
    )
