"""What is said about evenings and tallies on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.evenings import rules
from tracker.evenings.matching import Found
from tracker.evenings.pasted import Fault
from tracker.web.words import register

REFUSALS = {
    rules.AlreadyTallied: _l("Letters were entered for this evening. Undo them first."),
    rules.TooManyPeople: _l("There are as many people on this evening as fit."),
    rules.CannotBeWrittenTo: _l("No letter can go to this person now."),
    rules.TalliedTooEarly: _l("This evening is still to come. Enter its letters when they are written."),
    rules.NothingToEnter: _l("No number is typed yet."),
}

FOUND_WORDS = {
    Found.ONE: _l("found"),
    Found.SEVERAL: _l("More than one person has this name. Choose who is meant."),
    Found.ALIKE: _l("Nobody has exactly this name. Choose who is meant, or leave the line out."),
    Found.NOBODY: _l("Nobody is found. Choose who is meant, correct the line, or leave it out."),
    Found.FAULT: _l("This line cannot be read."),
}

FAULT_WORDS = {
    Fault.NO_NUMBER: _l("There is no number in it. Correct the line, or leave it out."),
    Fault.SEVERAL_NUMBERS: _l("Which of the numbers counts? Keep one, first or last, or leave the line out."),
    Fault.OUT_OF_RANGE: _l("The number must be from 1 to 500. Correct the line, or leave it out."),
    Fault.NO_NAME: _l("A number alone says nothing. Add a name or the number of a sheet, or leave the line out."),
}

register(FOUND_WORDS)
register(FAULT_WORDS)
