"""What may be typed about what became of a hearing."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.dates.forms import ClockField
from tracker.dates.models import HearingOutcome
from tracker.dates.words import OUTCOME_WORDS
from tracker.web.forms import Form, choice, day, paragraph, refuse


class OutcomeForm(Form):
    outcome = choice(
        _l("What became of it"),
        [("", _l("choose")), *OUTCOME_WORDS.items()],
        required=_l("Choose what became of it; “could not be found out” is an answer, too."),
    )
    note = paragraph(
        _l("What happened"), rows=4, most=4000, hint=_l("Seen by everybody who sees the hearing. Kept encrypted.")
    )
    decided_on = day(_l("On which day"), required=_l("Type the day on which it happened, or was to happen."))
    next_on = day(_l("Postponed to"), hint=_l("Leave it empty if no date is known; coordinators are asked for it."))
    next_at = ClockField(_l("Time"), description=_l("By the court's clock. Leave it empty if it is not known."))
    appeal_until = day(
        _l("Last day for an appeal"),
        hint=_l("Only as the court or a lawyer said it; nothing is worked out here. Coordinators are reminded of it."),
    )
    custody_until = day(_l("Custody extended until"))
    measures = SelectMultipleField(
        _l("Whose custody"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def belongs(self) -> bool:
        """Whether what was typed belongs to the outcome that was chosen; refusals are put at the fields."""
        chosen = HearingOutcome(self.outcome.data)
        misplaced = [
            (self.next_on, HearingOutcome.POSTPONED),
            (self.next_at, HearingOutcome.POSTPONED),
            (self.appeal_until, HearingOutcome.VERDICT),
            (self.custody_until, HearingOutcome.CUSTODY_EXTENDED),
        ]
        fine = True
        for field, outcome in misplaced:
            if field.data and chosen is not outcome:
                words = OUTCOME_WORDS[outcome]
                refuse(field, _("This belongs to “%(what)s”. Choose that above, or leave this empty.", what=words))
                fine = False
        if chosen is HearingOutcome.CUSTODY_EXTENDED and not self.custody_until.data:
            refuse(self.custody_until, _("Type until when it was extended."))
            fine = False
        if self.next_at.data and not self.next_on.data:
            refuse(self.next_on, _("Type the day, too."))
            fine = False
        return fine
