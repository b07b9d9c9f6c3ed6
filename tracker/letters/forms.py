"""What may be typed about letters and replies."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types are of an older version
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.letters.fields import CostField, CurrencyField, LanguageField
from tracker.letters.preparing import Stage
from tracker.letters.rules import LONGEST_SERVICE, MOST_NUMBER, MOST_PAGES, Channel, LetterKind, ReplyFormState
from tracker.letters.words import CHANNEL_WORDS, KIND_WORDS, REPLY_FORM_WORDS, RETURN_WORDS, STAGE_WORDS
from tracker.web.forms import Form, FormIdField, choice, day, line, paragraph, refuse, whole_number

LONGEST_TRACKING = 60


class QuestionsField(SelectMultipleField):
    """Boxes to tick under what is asked back. Which there are depends on what was typed, so none is a wrong answer."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any = "", **extra: Any) -> None:
        super().__init__(label or _l("Please make sure"), choices=[], validate_choice=False, **extra)


def whose(label: Any = "") -> Any:
    """Whose correspondence it is; only for coordinators, who log for others too."""
    return choice(label or _l("Whose it is"), required=_l("Choose whose it is."))


def tracking() -> Any:
    """What the post calls the thing."""
    return line(_l("Tracking number"), most=LONGEST_TRACKING, render_kw={"autocapitalize": "characters"})


def note() -> Any:
    """A note that only the writer and the coordinators read."""
    return paragraph(_l("Note"), hint=_l("Kept encrypted; read by you and the coordinators."), rows=3)


def _kind(label: Any) -> RadioField:
    return RadioField(
        label,
        [InputRequired(_l("Choose what it was."))],
        choices=[SelectChoice(str(kind), words) for kind, words in KIND_WORDS.items()],
        default=str(LetterKind.LETTER),
    )


def _channel(label: Any = "") -> Any:
    return choice(label or _l("Which way it took"), [("", _l("as usual for its kind")), *CHANNEL_WORDS.items()])


class LetterForm(Form):
    kind = _kind(_l("What you sent"))
    dated_on = day(_l("The day it was posted"), required=_l("Say on which day it was posted."))
    tracking = tracking()
    note = note()
    channel = _channel()
    service = line(_l("Which e-letter service"), most=LONGEST_SERVICE, render_kw={"list": "services"})
    number = whole_number(
        _l("Number"),
        least=1,
        most=MOST_NUMBER,
        hint=_l("If you number your letters, so that a missing one is noticed."),
    )
    pages = whole_number(_l("Pages"), least=1, most=MOST_PAGES)
    language = LanguageField()
    translated_by = choice(_l("Translated by"))
    with_reply_form = BooleanField(_l("A prepaid form for the reply went with it"))
    cost = CostField()
    currency = CurrencyField()
    sure = QuestionsField()

    def validate(self, extra_validators: Any = None) -> bool:
        """An amount says nothing without its currency, and only an e-letter has a service."""
        is_valid: bool = super().validate(extra_validators)
        if self.cost.data is not None and not self.currency.data and not self.currency.errors:
            refuse(self.currency, _("Say in which currency."))
            is_valid = False
        if self.service.data and self.channel.data not in (None, str(Channel.E_LETTER)):
            refuse(self.service, _("Only e-letters have a service. Choose that way above, or empty this field."))
            is_valid = False
        return is_valid


class NewLetterForm(LetterForm):
    form_id = FormIdField()
    volunteer = whose()
    prepared = HiddenField()


class ReplyForm(Form):
    kind = _kind(_l("What came"))
    came_on = day(_l("The day it came"), required=_l("Say on which day it came."))
    written_on = day(_l("The day written on it"), hint=_l("If it can be read; it tells how long the post takes."))
    answers = choice(_l("Which letter it answers"))
    note = note()
    opened = BooleanField(_l("It had been opened"))
    blackened = BooleanField(_l("Lines were blacked out"))
    incomplete = BooleanField(_l("Pages were missing"))
    channel = _channel()
    pages = whole_number(_l("Pages"), least=1, most=MOST_PAGES)
    language = LanguageField()
    sure = QuestionsField()


class NewReplyForm(ReplyForm):
    form_id = FormIdField()
    volunteer = whose()


class ReturnedForm(Form):
    returned_on = day(_l("The day it came back"), required=_l("Say on which day it came back."))
    reason = choice(
        _l("Why"),
        [("", _l("choose")), *RETURN_WORDS.items()],
        required=_l("Choose a reason, or “no reason given”."),
    )


class DayForm(Form):
    on = day(_l("The day"), required=_l("Say on which day."))


class ReplyFormForm(Form):
    state = RadioField(
        _l("What became of it"),
        [InputRequired(_l("Choose what became of it."))],
        choices=[
            SelectChoice(str(state), words)
            for state, words in REPLY_FORM_WORDS.items()
            if state is not ReplyFormState.BOUGHT
        ],
    )
    on = day(_l("The day"), required=_l("Say on which day."))


class PreparedForm(Form):
    kind = _kind(_l("What it will be"))
    channel = _channel(_l("Which way it will take"))
    language = LanguageField()
    note = note()


class NewPreparedForm(PreparedForm):
    form_id = FormIdField()
    volunteer = whose(_l("Who writes it"))
    planned_on = day(_l("The day it was planned"), required=_l("Say on which day it was planned."))


class StepForm(Form):
    step = RadioField(
        _l("What was done"),
        [InputRequired(_l("Choose what was done."))],
        choices=[SelectChoice(str(stage), words) for stage, words in STAGE_WORDS.items() if stage is not Stage.PLANNED],
    )
    on = day(_l("The day"), required=_l("Say on which day."))
    translated_by = choice(_l("If it was translated: by whom"))
