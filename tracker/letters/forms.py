"""What may be typed about letters and replies."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types are of an older version
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.letters.rules import LetterKind
from tracker.letters.words import KIND_WORDS, RETURN_WORDS
from tracker.web.forms import Form, FormIdField, choice, day, line, paragraph

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


class LetterForm(Form):
    kind = _kind(_l("What you sent"))
    dated_on = day(_l("The day it was posted"), required=_l("Say on which day it was posted."))
    tracking = tracking()
    note = note()
    sure = QuestionsField()


class NewLetterForm(LetterForm):
    form_id = FormIdField()
    volunteer = whose()


class ReplyForm(Form):
    kind = _kind(_l("What came"))
    came_on = day(_l("The day it came"), required=_l("Say on which day it came."))
    written_on = day(_l("The day written on it"), hint=_l("If it can be read; it tells how long the post takes."))
    answers = choice(_l("Which letter it answers"))
    note = note()
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
